"""What networks are made of: activations, costs, ways to begin, and what is done to pictures.

`engine.network` puts them together. Numbers are left to overflow into inf and nan, and NumPy's
warnings are not silenced here: whoever computes with a network wraps the whole of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.digits import Pixels, as_pixels, deskew
from engine.optimizers.optimizer import FloatArray

Labels: TypeAlias = NDArray[np.integer[Any]]
Images: TypeAlias = NDArray[Any]  # (n, inputs), uint8, float32 or float64


@dataclass(frozen=True)
class Activation:
    """`value(z)`, the neurons' answer to their sums; `slope(a)`, its derivative by the answer a."""

    key: str
    name: str
    equation: str
    summary: str
    value: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]


def _sigmoid(z: FloatArray) -> FloatArray:
    falling: FloatArray = np.exp(-z)
    return 1 / (1 + falling)


SIGMOID = Activation(
    "sigmoid",
    "Sigmoid",
    r"\sigma(z) = \frac{1}{1 + e^{-z}}",
    "Squeezes every sum into 0 to 1; far from 0 it is flat, and there little is learnt.",
    _sigmoid,
    lambda a: a * (1 - a),
)
TANH = Activation(
    "tanh",
    "Tanh",
    r"\tanh(z)",
    "Squeezes every sum into −1 to 1; four times as steep in the middle as the sigmoid.",
    np.tanh,
    lambda a: 1 - a * a,
)
RELU = Activation(
    "relu",
    "ReLU",
    r"\max(0, z)",
    "Lets positive sums through as they are; a neuron that is never positive stops learning.",
    lambda z: np.maximum(z, 0),
    np.sign,  # of an answer, which is never negative
)


THRESHOLD = Activation(
    "threshold",
    "On or off",
    r"1 \text{ if } z > 0, \text{ else } 0",
    "Says 1 or 0 and nothing between: the slope is 0 wherever there is one, so nothing is learnt.",
    lambda z: np.heaviside(z, z.dtype.type(0)),
    np.zeros_like,
)


def _steep_sigmoid(steepness: int) -> Activation:
    def value(z: FloatArray) -> FloatArray:
        return _sigmoid(steepness * z)

    def slope(a: FloatArray) -> FloatArray:
        steep: FloatArray = steepness * a * (1 - a)
        return steep

    return Activation(
        f"sigmoid_{steepness}",
        f"Sigmoid, {steepness} times as steep",
        rf"\sigma({steepness} z) = \frac{{1}}{{1 + e^{{-{steepness} z}}}}",
        "Between the sigmoid and the step: the steeper, the nearer to on or off.",
        value,
        slope,
    )


@dataclass(frozen=True)
class Cost:
    """How wrong the last layer's sums z (n, 10) are.

    `answers(z)` gives what each output says, (n, 10). `errors(z, labels)` gives the costs of the
    pictures (n,), and the derivatives by z of their sum, (n, 10).
    """

    key: str
    name: str
    equation: str
    summary: str
    answers: Callable[[FloatArray], FloatArray]
    errors: Callable[[FloatArray, Labels], tuple[FloatArray, FloatArray]]


def _softmax(z: FloatArray) -> FloatArray:
    powers: FloatArray = np.exp(z - z.max(axis=1, keepdims=True))
    total: FloatArray = powers.sum(axis=1, keepdims=True)
    return powers / total


def _cross_entropy(z: FloatArray, labels: Labels) -> tuple[FloatArray, FloatArray]:
    # Answer by answer, (10, n): NumPy is slow in adding up along a short last axis.
    columns = np.ascontiguousarray(z.T)
    wanted = (labels, np.arange(len(labels)))
    columns -= np.maximum.reduce(columns, axis=0)
    slopes = np.exp(columns)
    total = np.add.reduce(slopes, axis=0)
    # Not −log(answer): an answer that rounds to 0 still has a finite cost.
    costs = np.log(total) - columns[wanted]
    slopes /= total
    slopes[wanted] -= 1
    return costs, slopes.T


def _squared_error(z: FloatArray, labels: Labels) -> tuple[FloatArray, FloatArray]:
    answers = _sigmoid(z)
    errors = answers.copy()
    errors[np.arange(len(labels)), labels] -= 1
    return (errors * errors).sum(axis=1), 2 * errors * SIGMOID.slope(answers)


SQUARED_ERROR = Cost(
    "squared_error",
    "Squared error",
    r"\sum_j (a_j - y_j)^2,\quad a_j = \sigma(z_j)",
    "Adds up how far each output is from 1 where it should be, and from 0 elsewhere.",
    _sigmoid,
    _squared_error,
)
CROSS_ENTROPY = Cost(
    "cross_entropy",
    "Cross-entropy",
    r"-\ln p_y,\quad p_j = \frac{e^{z_j}}{\sum_i e^{z_i}}",
    "The surprise at the right answer: 0 if it was certain, without bound if it was ruled out.",
    _softmax,
    _cross_entropy,
)


@dataclass(frozen=True)
class Initialisation:
    """How the weights begin: normal numbers with the deviation of (inputs, outputs); biases 0."""

    key: str
    name: str
    equation: str
    summary: str
    source: str
    deviation: Callable[[int, int], float]


def scaled(entry: Initialisation, factor: float) -> Initialisation:
    """Return the entry with weights so many times as large; ValueError if it is not positive."""
    if not 0 < factor < np.inf:
        raise ValueError(f"weights are scaled by a positive number, not {factor}")

    def deviation(inputs: int, outputs: int) -> float:
        return factor * entry.deviation(inputs, outputs)

    name, equation = f"{entry.name} × {factor:g}", rf"{factor:g} \cdot {entry.equation}"
    return replace(entry, name=name, equation=equation, deviation=deviation)


HE = Initialisation(
    "he",
    "He",
    r"\sqrt{2 / n_\text{in}}",
    "Keeps the size of what passes through layers of ReLU.",
    "He et al. 2015, ICCV, arXiv:1502.01852, equation 10.",
    lambda inputs, outputs: (2 / inputs) ** 0.5,
)
XAVIER = Initialisation(
    "xavier",
    "Xavier",
    r"\sqrt{2 / (n_\text{in} + n_\text{out})}",
    "Keeps sizes forwards and backwards where the activation is about straight (tanh, sigmoid).",
    "Glorot and Bengio 2010, AISTATS, equation 16, as a normal instead of a uniform distribution.",
    lambda inputs, outputs: (2 / (inputs + outputs)) ** 0.5,
)
NORMAL = Initialisation(
    "normal",
    "Plain normal",
    r"0.05",
    "The same spread in every layer, however many inputs its neurons have.",
    "Keras, RandomNormal: its default of 0.05.",
    lambda inputs, outputs: 0.05,
)
TOO_SMALL = Initialisation(
    "too_small",
    "Too small",
    r"0.001",
    "All neurons begin almost alike and almost silent, so the first steps go nowhere.",
    "For comparison.",
    lambda inputs, outputs: 0.001,
)
TOO_LARGE = Initialisation(
    "too_large",
    "Too large",
    r"1",
    "Sums begin so large that sigmoids are flat, and a ReLU's costs and first steps enormous.",
    "Nielsen 2015, Neural Networks and Deep Learning, chapter 3: what his first networks began as.",
    lambda inputs, outputs: 1.0,
)


@dataclass(frozen=True)
class Preparation:
    """What is done to pictures before the first layer: `apply(images)` gives float32, 0 to 1."""

    key: str
    name: str
    summary: str
    apply: Callable[[Images], Pixels]


AS_IT_IS = Preparation("none", "None", "The picture as it is.", as_pixels)
DESKEW = Preparation("deskew", "Deskew", "Slanted digits are set upright.", deskew)


ACTIVATIONS = {a.key: a for a in (SIGMOID, TANH, RELU)}
# From the sigmoid to the step: to see what goes wrong on the way, not to choose from in earnest.
THRESHOLDS = {a.key: a for a in (*(_steep_sigmoid(2**k) for k in range(1, 9)), THRESHOLD)}
COSTS = {c.key: c for c in (SQUARED_ERROR, CROSS_ENTROPY)}
INITIALISATIONS = {i.key: i for i in (HE, XAVIER, NORMAL, TOO_SMALL, TOO_LARGE)}
PREPARATIONS = {p.key: p for p in (AS_IT_IS, DESKEW)}
