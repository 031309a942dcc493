"""The optimizers that give every coordinate a rate of its own: Adagrad, RMSProp, Adam and kin.

Each divides the gradient by a measure of that coordinate's recent slopes. Conventions, and why
no warning is silenced here: see `engine.optimizers`.
"""

from typing import NamedTuple

import numpy as np

from engine.optimizers.optimizer import (
    BETA1,
    BETA2,
    EPSILON,
    RATE,
    FloatArray,
    Number,
    Optimizer,
    Setting,
    decay_setting,
    epsilon_setting,
    fit,
    power,
    rate_setting,
    share_setting,
    zeros,
)

# --- A rate for every coordinate ----------------------------------------------------

ADAGRAD_RATE = rate_setting(1e-2)
ADAGRAD_EPSILON = epsilon_setting(1e-10)


class AdagradState(NamedTuple):
    """`squares`: the sum of the squared gradients so far."""

    squares: FloatArray


def _adagrad(
    state: AdagradState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = ADAGRAD_RATE.default,
    eps: Number = ADAGRAD_EPSILON.default,
) -> tuple[AdagradState, FloatArray]:
    rate, eps = fit(point.dtype, learning_rate, eps)
    squares = state.squares + gradient * gradient
    return AdagradState(squares), -rate * (gradient / (np.sqrt(squares) + eps))


ADAGRAD = Optimizer(
    key="adagrad",
    name="Adagrad",
    equation=r"""\begin{aligned}
s_{t+1} &= s_t + g_t^2 \\
\theta_{t+1} &= \theta_t - \alpha\, \frac{g_t}{\sqrt{s_{t+1}} + \varepsilon}
\end{aligned}""",
    settings=(ADAGRAD_RATE, ADAGRAD_EPSILON),
    source=(
        "Duchi, Hazan and Singer 2011, JMLR 12, the diagonal form. As torch.optim.Adagrad: the sum "
        "starts at 0 and ε is outside the root; Optax starts it at 0.1 with ε inside."
    ),
    summary="Each coordinate's steps shrink as its own slopes add up, so steep ones calm down.",
    rate_unit="length",
    initial=lambda point: AdagradState(zeros(point)),
    update=_adagrad,
)

ADADELTA_RATE = rate_setting(1.0)
ADADELTA_EPSILON = epsilon_setting(1e-6)
RHO = share_setting("rho", "Rho ρ", 0.9, "How long both averages of squares remember.")


class AdadeltaState(NamedTuple):
    """`squares`, `moves`: decaying averages of the squared gradients and of the squared moves."""

    squares: FloatArray
    moves: FloatArray


def _adadelta(
    state: AdadeltaState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = ADADELTA_RATE.default,
    rho: Number = RHO.default,
    eps: Number = ADADELTA_EPSILON.default,
) -> tuple[AdadeltaState, FloatArray]:
    rate, keep, take, eps = fit(point.dtype, learning_rate, rho, 1.0 - rho, eps)
    squares = keep * state.squares + take * gradient * gradient
    move = np.sqrt(state.moves + eps) / np.sqrt(squares + eps) * gradient
    moves = keep * state.moves + take * move * move
    return AdadeltaState(squares, moves), -rate * move


ADADELTA = Optimizer(
    key="adadelta",
    name="Adadelta",
    equation=r"""\begin{aligned}
s_{t+1} &= \rho\, s_t + (1-\rho)\, g_t^2 \\
\Delta_t &= \frac{\sqrt{u_t + \varepsilon}}{\sqrt{s_{t+1} + \varepsilon}}\, g_t \\
u_{t+1} &= \rho\, u_t + (1-\rho)\, \Delta_t^2 \\
\theta_{t+1} &= \theta_t - \alpha\, \Delta_t
\end{aligned}""",
    settings=(ADADELTA_RATE, RHO, ADADELTA_EPSILON),
    source=(
        "Zeiler 2012, arXiv:1212.5701, Algorithm 1, which has no learning rate (α = 1). As "
        "torch.optim.Adadelta: the rate scales the step, not the move that is remembered."
    ),
    summary="Sets its own step length by comparing how far it moved with how steep it was.",
    rate_unit="ratio",
    initial=lambda point: AdadeltaState(zeros(point), zeros(point)),
    update=_adadelta,
)

RMSPROP_RATE = rate_setting(1e-2)
ALPHA = share_setting("alpha", "Decay ρ", 0.99, "How long the average of the squares remembers.")


class RmspropState(NamedTuple):
    """`squares`: the decaying average of the squared gradients."""

    squares: FloatArray


def _rmsprop(
    state: RmspropState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = RMSPROP_RATE.default,
    alpha: Number = ALPHA.default,
    eps: Number = EPSILON.default,
) -> tuple[RmspropState, FloatArray]:
    rate, keep, take, eps = fit(point.dtype, learning_rate, alpha, 1.0 - alpha, eps)
    squares = keep * state.squares + take * gradient * gradient
    return RmspropState(squares), -rate * (gradient / (np.sqrt(squares) + eps))


RMSPROP = Optimizer(
    key="rmsprop",
    name="RMSProp",
    equation=r"""\begin{aligned}
s_{t+1} &= \rho\, s_t + (1-\rho)\, g_t^2 \\
\theta_{t+1} &= \theta_t - \alpha\, \frac{g_t}{\sqrt{s_{t+1}} + \varepsilon}
\end{aligned}""",
    settings=(RMSPROP_RATE, ALPHA, EPSILON),
    source=(
        "Tieleman and Hinton 2012, Coursera, Neural Networks for Machine Learning, lecture 6. As "
        "torch.optim.RMSprop (which calls ρ alpha): ε is outside the root; Optax has it inside by "
        "default, and Autograd starts the average at 1."
    ),
    summary="Divides each slope by its recent size, so steps have much the same length everywhere.",
    rate_unit="length",
    initial=lambda point: RmspropState(zeros(point)),
    update=_rmsprop,
)


# --- Adam and its family -----------------------------------------------------------------------


class AdamState(NamedTuple):
    """`taken`: how many steps; decaying averages of the gradients and of their squares."""

    taken: int
    mean: FloatArray
    squares: FloatArray


def _adam_initial(point: FloatArray) -> AdamState:
    return AdamState(0, zeros(point), zeros(point))


def _averages(
    state: "AdamState | NadamState | AmsgradState",
    gradient: FloatArray,
    beta1: Number,
    beta2: Number,
) -> tuple[FloatArray, FloatArray]:
    """Return the next averages of gradients and of squares, uncorrected for their start at 0."""
    keep1, take1, keep2, take2 = fit(state.mean.dtype, beta1, 1.0 - beta1, beta2, 1.0 - beta2)
    # Added to in place: for many weights, new memory costs more than the arithmetic. Into what the
    # gradient made, for a state of one walker may meet the gradients of many.
    mean = take1 * gradient
    mean += keep1 * state.mean
    squares = take2 * gradient
    squares *= gradient
    squares += keep2 * state.squares
    return mean, squares


def _adam(
    state: AdamState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = RATE.default,
    beta1: Number = BETA1.default,
    beta2: Number = BETA2.default,
    eps: Number = EPSILON.default,
) -> tuple[AdamState, FloatArray]:
    taken = state.taken + 1
    mean, squares = _averages(state, gradient, beta1, beta2)
    rate = learning_rate / (1.0 - power(beta1, taken))
    # Both parts of the fraction times this root, as at the end of the paper's section 2: one
    # division of the whole array less.
    correction = power(1.0 - power(beta2, taken), 0.5)
    rate, eps = fit(point.dtype, rate * correction, eps * correction)
    after, root = AdamState(taken, mean, squares), np.sqrt(squares)
    if np.ndim(rate) or np.ndim(eps):  # settings of many walkers, whose shape the step takes
        return after, -rate * (mean / (root + eps))
    root += eps
    step = np.divide(mean, root, out=root if np.ndim(root) else None)
    step *= -rate
    return after, step


ADAM = Optimizer(
    key="adam",
    name="Adam",
    equation=r"""\begin{aligned}
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2 \\
\hat m_t &= \frac{m_t}{1-\beta_1^t} \qquad \hat v_t = \frac{v_t}{1-\beta_2^t} \\
\theta_t &= \theta_{t-1} - \alpha\, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}
\end{aligned}""",
    settings=(RATE, BETA1, BETA2, EPSILON),
    source=(
        "Kingma and Ba 2015, ICLR, arXiv:1412.6980, Algorithm 1. As torch.optim.Adam: ε is added "
        "to the corrected root; scikit-learn adds it to the uncorrected one, so its early steps "
        "are shorter where gradients are tiny."
    ),
    summary="Momentum for the direction, divided by the recent size of each coordinate's slope.",
    rate_unit="length",
    initial=_adam_initial,
    update=_adam,
)

ADAMW_DECAY = decay_setting(1e-2)


def _adamw(
    state: AdamState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = RATE.default,
    beta1: Number = BETA1.default,
    beta2: Number = BETA2.default,
    eps: Number = EPSILON.default,
    weight_decay: Number = ADAMW_DECAY.default,
) -> tuple[AdamState, FloatArray]:
    state, step = _adam(
        state, point, gradient, learning_rate=learning_rate, beta1=beta1, beta2=beta2, eps=eps
    )
    (pull,) = fit(point.dtype, learning_rate * weight_decay)
    return state, step - pull * point


ADAMW = Optimizer(
    key="adamw",
    name="AdamW",
    equation=r"""\begin{aligned}
\hat m_t,\ \hat v_t &\quad \text{as in Adam} \\
\theta_t &= \theta_{t-1} - \alpha \lambda\, \theta_{t-1}
  - \alpha\, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}
\end{aligned}""",
    settings=(RATE, BETA1, BETA2, EPSILON, ADAMW_DECAY),
    source=(
        "Loshchilov and Hutter 2019, ICLR, arXiv:1711.05101, Algorithm 2. As torch.optim.AdamW: "
        "the learning rate scales the decay too; in the paper only the schedule's factor does."
    ),
    summary="Adam that also pulls every coordinate towards zero, so it may rest beside a minimum.",
    rate_unit="length",
    initial=_adam_initial,
    update=_adamw,
)

NADAM_RATE = rate_setting(2e-3)
MOMENTUM_DECAY = Setting(
    "momentum_decay",
    "Momentum decay ψ",
    4e-3,
    0.0,
    1.0,
    "How fast the momentum warms up to beta 1.",
)
WARM_UP = 0.96  # Dozat's constant, fixed in torch too


class NadamState(NamedTuple):
    """Adam's state, and `product`: the product of the warmed-up momentums so far."""

    taken: int
    product: Number
    mean: FloatArray
    squares: FloatArray


def _nadam(
    state: NadamState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = NADAM_RATE.default,
    beta1: Number = BETA1.default,
    beta2: Number = BETA2.default,
    eps: Number = EPSILON.default,
    momentum_decay: Number = MOMENTUM_DECAY.default,
) -> tuple[NadamState, FloatArray]:
    taken = state.taken + 1
    momentum = beta1 * (1.0 - 0.5 * power(WARM_UP, taken * momentum_decay))
    following = beta1 * (1.0 - 0.5 * power(WARM_UP, (taken + 1) * momentum_decay))
    product = state.product * momentum
    mean, squares = _averages(state, gradient, beta1, beta2)
    now = learning_rate * (1.0 - momentum) / (1.0 - product)
    ahead = learning_rate * following / (1.0 - product * following)
    weight = 1.0 - power(beta2, taken)
    now, ahead, weight, eps = fit(point.dtype, now, ahead, weight, eps)
    step = -(now * gradient + ahead * mean) / (np.sqrt(squares / weight) + eps)
    return NadamState(taken, product, mean, squares), step


NADAM = Optimizer(
    key="nadam",
    name="NAdam",
    equation=r"""\begin{aligned}
m_t,\ \hat v_t &\quad \text{as in Adam} \\
\mu_t &= \beta_1 \left(1 - \tfrac12\, 0.96^{\,t \psi}\right) \\
\bar m_t &= \frac{(1-\mu_t)\, g_t}{1 - \prod_{i=1}^{t} \mu_i}
  + \frac{\mu_{t+1}\, m_t}{1 - \prod_{i=1}^{t+1} \mu_i} \\
\theta_t &= \theta_{t-1} - \alpha\, \frac{\bar m_t}{\sqrt{\hat v_t} + \varepsilon}
\end{aligned}""",
    settings=(NADAM_RATE, BETA1, BETA2, EPSILON, MOMENTUM_DECAY),
    source=(
        "Dozat 2016, ICLR workshop, Incorporating Nesterov Momentum into Adam. As torch.optim."
        "NAdam, with the momentum warming up; Optax keeps it constant."
    ),
    summary="Adam that looks one move ahead, as Nesterov's momentum does.",
    rate_unit="length",
    initial=lambda point: NadamState(0, 1.0, zeros(point), zeros(point)),
    update=_nadam,
)


class AmsgradState(NamedTuple):
    """Adam's state, and `largest`: the greatest average of squares so far, coordinate by one."""

    taken: int
    mean: FloatArray
    squares: FloatArray
    largest: FloatArray


def _amsgrad(
    state: AmsgradState,
    point: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray | None = None,
    *,
    learning_rate: Number = RATE.default,
    beta1: Number = BETA1.default,
    beta2: Number = BETA2.default,
    eps: Number = EPSILON.default,
) -> tuple[AmsgradState, FloatArray]:
    taken = state.taken + 1
    mean, squares = _averages(state, gradient, beta1, beta2)
    largest = np.maximum(state.largest, squares)
    rate = learning_rate / (1.0 - power(beta1, taken))
    root = power(1.0 - power(beta2, taken), 0.5)
    rate, root, eps = fit(point.dtype, rate, root, eps)
    step = -rate * (mean / (np.sqrt(largest) / root + eps))
    return AmsgradState(taken, mean, squares, largest), step


AMSGRAD = Optimizer(
    key="amsgrad",
    name="AMSGrad",
    equation=r"""\begin{aligned}
m_t,\ \hat m_t,\ v_t &\quad \text{as in Adam} \\
v^{\max}_t &= \max(v^{\max}_{t-1},\, v_t) \\
\theta_t &= \theta_{t-1}
  - \alpha\, \frac{\hat m_t}{\sqrt{v^{\max}_t / (1-\beta_2^t)} + \varepsilon}
\end{aligned}""",
    settings=(RATE, BETA1, BETA2, EPSILON),
    source=(
        "Reddi, Kale and Kumar 2018, ICLR, arXiv:1904.09237, Algorithm 2, which corrects neither "
        "average. As torch.optim.Adam(amsgrad=True): the greatest is taken first, corrected "
        "after; Optax takes the greatest of the corrected ones."
    ),
    summary="Adam that never forgets its steepest slopes, so the divisor only ever grows.",
    rate_unit="length",
    initial=lambda point: AmsgradState(0, zeros(point), zeros(point), zeros(point)),
    update=_amsgrad,
)
