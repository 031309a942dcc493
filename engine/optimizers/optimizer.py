"""What an optimizer is, its settings, and the numbers that every one of them needs.

The entries themselves are in `engine.optimizers`, with the conventions they all keep.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.floating[Any]]
Number: TypeAlias = float | FloatArray
RateUnit: TypeAlias = Literal["inverse_curvature", "length", "ratio"]


@dataclass(frozen=True)
class Setting:
    """One number a user may choose; `low` and `high` belong to the allowed range."""

    key: str
    name: str
    default: float
    low: float
    high: float
    description: str


@dataclass(frozen=True)
class Optimizer:
    """One optimizer: its two functions and what is said about it on a page.

    `initial(point)` returns a state, a NamedTuple whose arrays have the point's shape and dtype.
    `update(state, point, gradient, hessian=None, **settings)` returns the next state and the step,
    both new; settings left out take their defaults. `hessian` (..., d, d) is needed where
    `needs_hessian` says so. `rate_unit` is the unit of the learning rate: "inverse_curvature"
    (length² per cost), "length" (about the length of a step), or "ratio" (a pure number).
    """

    key: str
    name: str
    equation: str
    settings: tuple[Setting, ...]
    source: str
    summary: str
    rate_unit: RateUnit
    initial: Callable[[FloatArray], Any]
    update: Callable[..., tuple[Any, FloatArray]]
    needs_hessian: bool = False

    @property
    def defaults(self) -> dict[str, float]:
        """A new dict of every setting's key and default, the learning rate first."""
        return {setting.key: setting.default for setting in self.settings}


# --- Numbers that are the same for one walker and for many -------------------------------------
# NumPy's power may differ in the last bit between arrays of different lengths, Python's cannot;
# and a float64 array of settings would widen a float32 network to float64.

_power_each = np.frompyfunc(operator.pow, 2, 1)


def power(base: Number, exponent: Number) -> Number:
    """Return `base ** exponent` by Python's own power, element by element where one is an array."""
    if type(base) is float and type(exponent) in (float, int):
        return base**exponent
    powers: FloatArray = np.asarray(_power_each(base, exponent), dtype=np.float64)
    return powers if powers.ndim else float(powers)


def fit(dtype: np.dtype[Any], *coefficients: Number) -> list[Any]:
    """Return the coefficients, as floats or arrays of this dtype, so that none widens it."""
    return [c if type(c) is float else _fit_one(dtype, c) for c in coefficients]


def _fit_one(dtype: np.dtype[Any], coefficient: Number) -> Number:
    array = np.asarray(coefficient)
    return array.astype(dtype, copy=False) if array.ndim else float(array)


def zeros(point: FloatArray) -> FloatArray:
    """Return zeros of the point's shape and dtype (float64 for a point of integers)."""
    return np.zeros(np.shape(point), np.result_type(point, 0.0))


# --- Settings that several optimizers share ----------------------------------------------------


def rate_setting(default: float) -> Setting:
    """Return the learning rate, from 1e-8 to 1e4."""
    text = "How far each step goes: the factor in front of the direction."
    return Setting("learning_rate", "Learning rate α", default, 1e-8, 1e4, text)


def epsilon_setting(default: float) -> Setting:
    """Return the number added to a divisor, 1e-12 to 1 (0 would give 0 / 0 on flat ground)."""
    text = "A small number that keeps the division finite where gradients vanish."
    return Setting("eps", "Epsilon ε", default, 1e-12, 1.0, text)


def share_setting(key: str, name: str, default: float, description: str) -> Setting:
    """Return a share that is kept from one step to the next, from 0 to 0.9999."""
    return Setting(key, name, default, 0.0, 0.9999, description)


BETA1 = share_setting("beta1", "Beta 1 β₁", 0.9, "How long the gradients are remembered.")
BETA2 = share_setting("beta2", "Beta 2 β₂", 0.999, "How long the squares are remembered.")
EPSILON = epsilon_setting(1e-8)
RATE = rate_setting(1e-3)


def decay_setting(default: float) -> Setting:
    """Return the decoupled weight decay, from 0 to 1."""
    text = "How strongly each step also pulls the point towards zero."
    return Setting("weight_decay", "Weight decay λ", default, 0.0, 1.0, text)
