"""Learning-rate schedules: a factor on the rate that depends on the number of the step alone.

    rate of step k = learning rate × factor(k),  k = 0 for the first step of the walk

Every schedule goes with every optimizer, since a step is linear in the rate. The step is counted
from the start of the walk, not from the last fork: who changes the rate half-way neither warms up
again nor begins a second cosine, and 50 + 150 steps are 200. For a second warm-up, start there.

A factor is worked out by Python's own arithmetic and then multiplied, so a walk of a batch equals
the single walk bit for bit. `constant` has the factor 1 and changes no bit.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.optimizers.optimizer import Number, Setting


@dataclass(frozen=True)
class Schedule:
    """One schedule: its factor and what is said about it on a page.

    `factor(k, **settings)` is a number from 0 to 1 for k = 0, 1, 2, …; `equation` is LaTeX.
    """

    key: str
    name: str
    equation: str
    settings: tuple[Setting, ...]
    source: str
    summary: str
    factor: Callable[..., float]

    @property
    def defaults(self) -> dict[str, float]:
        """A new dict of every setting's key and default."""
        return {setting.key: setting.default for setting in self.settings}


@dataclass(frozen=True)
class Plan:
    """A schedule with its settings, complete: hashable, and as short as it can be in a link."""

    schedule: str = "constant"
    settings: tuple[tuple[str, float], ...] = ()

    def factor(self, k: int) -> float:
        """Return what the rate is multiplied with at step k."""
        return SCHEDULES[self.schedule].factor(k, **dict(self.settings))


CONSTANT = Plan()
"""The plan that changes nothing."""


def plan(schedule: str, **settings: float) -> Plan:
    """Return the plan of a schedule; settings left out take their defaults.

    Raises ValueError for an unknown schedule or setting, and for one outside its range.
    """
    if schedule not in SCHEDULES:
        raise ValueError(f"There is no schedule {schedule!r}. Known are: {', '.join(SCHEDULES)}")
    entry = SCHEDULES[schedule]
    if unknown := settings.keys() - entry.defaults.keys():
        raise ValueError(f"{entry.name} has no setting {', '.join(sorted(unknown))}")
    complete = {**entry.defaults, **settings}
    for setting in entry.settings:
        value = complete[setting.key]
        if not setting.low <= value <= setting.high:  # NaN fails too
            raise ValueError(f"{setting.name} goes from {setting.low:g} to {setting.high:g}")
    return Plan(schedule, tuple((key, float(value)) for key, value in complete.items()))


@dataclass(frozen=True)
class Scheduled:
    """A learning rate on a schedule: the function of the step that `engine.descent` evaluates.

    `rate` is a number, or an array (b, 1) with one for each walker of a batch.
    """

    rate: Number
    plan: Plan

    def __post_init__(self) -> None:
        rate = np.asarray(self.rate)
        if not (np.isfinite(rate) & (rate > 0)).all():
            raise ValueError(f"a learning rate is a positive finite number, not {self.rate}")

    def __call__(self, k: int) -> Number:
        """Return the rate of step k."""
        return self.rate * self.plan.factor(k)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Scheduled)
            and self.plan == other.plan
            and np.array_equal(np.asarray(self.rate), np.asarray(other.rate))
        )

    def __hash__(self) -> int:
        return hash((self.plan, np.asarray(self.rate).tobytes()))

    def with_rate(self, rate: Number) -> "Scheduled":
        """Return the same schedule of another rate, or of a batch of them (b, 1)."""
        return replace(self, rate=rate)


def scheduled(rate: Number, of: Plan) -> Number | Scheduled:
    """Return a rate on a plan; a constant one is the plain number that it was."""
    return rate if of.schedule == "constant" else Scheduled(rate, of)


def told(of: Plan) -> Mapping[str, float]:
    """Return the settings of a plan that are not at their defaults."""
    defaults = SCHEDULES[of.schedule].defaults
    return {key: value for key, value in of.settings if value != defaults[key]}


# --- The factors -------------------------------------------------------------------------------


def _constant(k: int) -> float:
    return 1.0


def _step(k: int, *, every: float, factor: float) -> float:
    return float(factor ** (k // every))


def _exponential(k: int, *, factor: float) -> float:
    return float(factor**k)


def _cosine(k: int, *, length: float, floor: float) -> float:
    share = min(k / length, 1.0)
    return floor + (1.0 - floor) * (1.0 + math.cos(math.pi * share)) / 2.0


def _warm_up(k: int, *, length: float, first: float) -> float:
    return first + (1.0 - first) * min(k / length, 1.0)


def _steps(key: str, name: str, default: float, description: str) -> Setting:
    return Setting(key, name, default, 1.0, 100_000.0, description)


SCHEDULES: dict[str, Schedule] = {
    entry.key: entry
    for entry in (
        Schedule(
            key="constant",
            name="Constant",
            equation=r"\alpha_k = \alpha",
            settings=(),
            source="Cauchy 1847, like the method itself.",
            summary="Every step has the same rate.",
            factor=_constant,
        ),
        Schedule(
            key="step",
            name="Step decay",
            equation=r"\alpha_k = \alpha\,\gamma^{\lfloor k / s \rfloor}",
            settings=(
                _steps("every", "Every s", 50.0, "Steps between two cuts of the rate."),
                Setting("factor", "Factor γ", 0.5, 0.001, 1.0, "What each cut leaves of the rate."),
            ),
            source="As torch.optim.lr_scheduler.StepLR, counted in steps; γ is 0.1 there.",
            summary="The rate is cut at fixed steps: first far, then fine.",
            factor=_step,
        ),
        Schedule(
            key="exponential",
            name="Exponential decay",
            equation=r"\alpha_k = \alpha\,\gamma^{k}",
            settings=(
                Setting("factor", "Factor γ", 0.98, 0.5, 1.0, "What each step leaves of the rate."),
            ),
            source="As torch.optim.lr_scheduler.ExponentialLR, counted in steps.",
            summary=(
                "The rate shrinks by the same share at every step. All its steps together are as "
                "long as 1/(1 − γ) of the first kind, so it may stop short."
            ),
            factor=_exponential,
        ),
        Schedule(
            key="cosine",
            name="Cosine",
            equation=(
                r"\alpha_k = \alpha\left(\phi + (1 - \phi)\,"
                r"\tfrac{1 + \cos(\pi \min(k/T, 1))}{2}\right)"
            ),
            settings=(
                _steps("length", "Length T", 200.0, "Steps until the rate is at its floor."),
                Setting("floor", "Floor φ", 0.0, 0.0, 1.0, "The share of the rate that is left."),
            ),
            source=(
                "Loshchilov & Hutter 2017, SGDR (ICLR), equation 5, one period without restarts. "
                "After it the rate stays at the floor; torch.optim's CosineAnnealingLR rises again."
            ),
            summary="The rate glides down along half a cosine: slowly, faster, slowly again.",
            factor=_cosine,
        ),
        Schedule(
            key="warm_up",
            name="Warm-up",
            equation=r"\alpha_k = \alpha\left(\phi + (1 - \phi)\min(k/T, 1)\right)",
            settings=(
                _steps("length", "Length T", 20.0, "Steps until the rate is whole."),
                Setting(
                    "first", "First φ", 0.1, 0.0, 1.0, "The share of the rate at the first step."
                ),
            ),
            source=(
                "Goyal et al. 2017, arXiv:1706.02677, section 2.2, gradual warm-up. As "
                "torch.optim.lr_scheduler.LinearLR, which begins with a third."
            ),
            summary="The rate grows to its size: small steps where the slope is steepest.",
            factor=_warm_up,
        ),
    )
}
