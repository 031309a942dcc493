"""The optimizers: how each turns a gradient into a step. Every one is two pure functions.

`initial(point)` gives the state before the first step; `update(state, point, gradient,
hessian=None, **settings)` gives the next state and the step, which the caller adds to the point.
Nothing is changed in place, so a walk can be replayed, forked and run in parallel.

Formulas and defaults are those of `torch.optim` 2.13, but for Lion and Newton's method, which it
lacks, and for the 0.9 of both momentums (torch has 0 there). Two properties are leaned on:

- Given the state, the step is linear in the learning rate.
- A point is (d,) or has leading axes (..., d); a setting is a number or an array that broadcasts
  against the point, (b, 1) for a batch (b, d). Row i of a batch equals the single walk with that
  row's settings bit for bit. Hence coefficients are worked out in float64 and powers of settings
  by Python, for NumPy's own may differ in the last bit from one length of array to the next.

The dtype of state and step is that of the point. Overflow is left to run into inf and nan, and
NumPy's warnings are not silenced here: an `np.errstate` per step would cost as much as a small
step does. Whoever walks wraps the whole walk in one.

Left out on purpose: torch's options that are off by default (weight decay of the plain methods,
dampening, centred RMSProp, decay of Adagrad's rate). Whether a setting lies in its range is
checked where a walk starts, not here.
"""

from typing import NamedTuple

import numpy as np

from engine.optimizers.adaptive import (
    ADADELTA,
    ADAGRAD,
    ADAM,
    ADAMW,
    AMSGRAD,
    NADAM,
    RMSPROP,
)
from engine.optimizers.optimizer import (
    RATE,
    FloatArray,
    Number,
    decay_setting,
    fit,
    rate_setting,
    share_setting,
    zeros,
)
from engine.optimizers.optimizer import Optimizer as Optimizer
from engine.optimizers.optimizer import Setting as Setting

MOMENTUM = share_setting("momentum", "Momentum β", 0.9, "How much of the velocity each step keeps.")


class NoState(NamedTuple):
    """Nothing to remember: the step follows from the place alone."""


def _nothing(point: FloatArray) -> NoState:
    return NoState()


def _gradient_descent(
    state: NoState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = RATE.default,
) -> tuple[NoState, FloatArray]:
    (rate,) = fit(point.dtype, learning_rate)
    return state, -rate * gradient


GRADIENT_DESCENT = Optimizer(
    key="gradient_descent",
    name="Gradient descent",
    equation=r"\theta_{t+1} = \theta_t - \alpha\, g_t",
    settings=(RATE,),
    source="Cauchy 1847, Comptes Rendus 25, p. 536. As torch.optim.SGD without momentum.",
    summary="Each step goes straight downhill, further where the slope is steeper.",
    rate_unit="inverse_curvature",
    initial=_nothing,
    update=_gradient_descent,
)


class MomentumState(NamedTuple):
    """`velocity`: the decaying sum of the gradients so far."""

    velocity: FloatArray


def _at_rest(point: FloatArray) -> MomentumState:
    return MomentumState(zeros(point))


def _momentum(
    state: MomentumState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = RATE.default,
    momentum: Number = MOMENTUM.default,
) -> tuple[MomentumState, FloatArray]:
    rate, beta = fit(point.dtype, learning_rate, momentum)
    velocity = beta * state.velocity + gradient
    return MomentumState(velocity), -rate * velocity


def _nesterov(
    state: MomentumState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = RATE.default,
    momentum: Number = MOMENTUM.default,
) -> tuple[MomentumState, FloatArray]:
    rate, beta = fit(point.dtype, learning_rate, momentum)
    velocity = beta * state.velocity + gradient
    return MomentumState(velocity), -rate * (gradient + beta * velocity)


MOMENTUM_METHOD = Optimizer(
    key="momentum",
    name="Momentum",
    equation=r"""\begin{aligned}
v_{t+1} &= \beta\, v_t + g_t \\
\theta_{t+1} &= \theta_t - \alpha\, v_{t+1}
\end{aligned}""",
    settings=(RATE, MOMENTUM),
    source=(
        "Polyak 1964, USSR Computational Mathematics and Mathematical Physics 4(5). As "
        "torch.optim.SGD without dampening: the rate multiplies the velocity. scikit-learn puts "
        "the rate inside the velocity, which differs once the rate changes on the way; Autograd "
        "weighs the new gradient by 1 − β."
    ),
    summary="The walker rolls like a ball: it keeps most of its velocity and each slope adds some.",
    rate_unit="inverse_curvature",
    initial=_at_rest,
    update=_momentum,
)

NESTEROV = Optimizer(
    key="nesterov",
    name="Nesterov momentum",
    equation=r"""\begin{aligned}
v_{t+1} &= \beta\, v_t + g_t \\
\theta_{t+1} &= \theta_t - \alpha\,(g_t + \beta\, v_{t+1})
\end{aligned}""",
    settings=(RATE, MOMENTUM),
    source=(
        "Nesterov 1983, Soviet Mathematics Doklady 27(2), with the constant momentum of Sutskever "
        "et al. 2013 (ICML). As torch.optim.SGD(nesterov=True): the point shown is the one looked "
        "ahead to, where the gradient is taken; Nesterov's own text shows the point before it and "
        "lets the momentum grow."
    ),
    summary="Momentum that looks one move ahead, and so brakes earlier when the slope turns.",
    rate_unit="inverse_curvature",
    initial=_at_rest,
    update=_nesterov,
)


# --- The sign alone ----------------------------------------------------------------------------

LION_RATE = rate_setting(1e-4)
LION_BETA1 = share_setting("beta1", "Beta 1 β₁", 0.9, "How much past slopes weigh in a step.")
LION_BETA2 = share_setting("beta2", "Beta 2 β₂", 0.99, "How long past slopes are remembered.")
LION_DECAY = decay_setting(0.0)


class LionState(NamedTuple):
    """`mean`: the decaying average of the gradients."""

    mean: FloatArray


def _lion(
    state: LionState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = LION_RATE.default,
    beta1: Number = LION_BETA1.default,
    beta2: Number = LION_BETA2.default,
    weight_decay: Number = LION_DECAY.default,
) -> tuple[LionState, FloatArray]:
    rate, keep1, take1, keep2, take2, decay = fit(
        point.dtype, learning_rate, beta1, 1.0 - beta1, beta2, 1.0 - beta2, weight_decay
    )
    direction = np.sign(keep1 * state.mean + take1 * gradient)
    mean = keep2 * state.mean + take2 * gradient
    return LionState(mean), -rate * (direction + decay * point)


LION = Optimizer(
    key="lion",
    name="Lion",
    equation=r"""\begin{aligned}
c_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
\theta_t &= \theta_{t-1} - \alpha \left(\operatorname{sign}(c_t) + \lambda\, \theta_{t-1}\right) \\
m_t &= \beta_2 m_{t-1} + (1-\beta_2)\, g_t
\end{aligned}""",
    settings=(LION_RATE, LION_BETA1, LION_BETA2, LION_DECAY),
    source=(
        "Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, arXiv:2302.06675, "
        "Algorithm 2, with the rate and decay of the authors' code; Optax decays by 0.001."
    ),
    summary="Every coordinate moves by the same length; only the sign of the slope counts.",
    rate_unit="length",
    initial=lambda point: LionState(zeros(point)),
    update=_lion,
)


# --- Curvature ---------------------------------------------------------------------------------

NEWTON_RATE = rate_setting(1.0)


def _newton_direction(gradient: FloatArray, hessian: FloatArray) -> FloatArray:
    """Return the Hessian's pseudo-inverse times the gradient, (..., d); nan where not finite.

    Eigenvalues below d · ε of the largest are rounding, not curvature: no step is taken along
    their directions.
    """
    finite = np.asarray(np.isfinite(hessian).all(axis=(-2, -1)))
    curvatures, axes = np.linalg.eigh(np.where(finite[..., None, None], hessian, 0.0))
    sizes = np.abs(curvatures)
    rounding = sizes.shape[-1] * np.finfo(sizes.dtype).eps * sizes.max(axis=-1, keepdims=True)
    flat = sizes <= rounding
    slopes = (axes * gradient[..., :, None]).sum(axis=-2)  # (..., d), one for each axis
    moves = np.where(flat, 0.0, slopes / np.where(flat, 1.0, curvatures))
    direction = (axes * moves[..., None, :]).sum(axis=-1)
    return np.where(finite[..., None], direction, np.nan).astype(gradient.dtype, copy=False)


def _newton(
    state: NoState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = NEWTON_RATE.default,
) -> tuple[NoState, FloatArray]:
    if hessian is None:
        raise ValueError("Newton's method needs the Hessian; none was given.")
    (rate,) = fit(point.dtype, learning_rate)
    return state, -rate * _newton_direction(gradient, hessian)


NEWTON = Optimizer(
    key="newton",
    name="Newton's method",
    equation=r"\theta_{t+1} = \theta_t - \alpha\, H_t^{-1} g_t",
    settings=(NEWTON_RATE,),
    source=(
        "Nocedal and Wright 2006, Numerical Optimization, section 3.3: the plain method, with a "
        "rate that damps it. A singular Hessian is inverted where it can be (Moore and Penrose). "
        "Solvers in practice change the Hessian or search along the step; this one does not, and "
        "so walks to saddles and maxima as gladly as to minima."
    ),
    summary="Jumps to where the slope would vanish if the curvature stayed as it is here.",
    rate_unit="ratio",
    initial=_nothing,
    update=_newton,
    needs_hessian=True,
)


def lookup(key: str) -> Optimizer:
    """Return the optimizer of that key; a ValueError names the known ones if there is none."""
    try:
        return OPTIMIZERS[key]
    except KeyError:
        known = ", ".join(OPTIMIZERS)
        raise ValueError(f"There is no optimizer {key!r}. Known are: {known}.") from None


OPTIMIZERS = {
    optimizer.key: optimizer
    for optimizer in (
        GRADIENT_DESCENT,
        MOMENTUM_METHOD,
        NESTEROV,
        ADAGRAD,
        ADADELTA,
        RMSPROP,
        ADAM,
        ADAMW,
        NADAM,
        AMSGRAD,
        LION,
        NEWTON,
    )
}
