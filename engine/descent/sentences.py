"""The evidence for an ending in plain words, with numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.descent.evidence import RADII, Evidence, decay_pull, global_minima, length
from engine.descent.motion import bouncing_window
from engine.optimizers.schedules import Scheduled


@dataclass(frozen=True)
class Facts:
    """Walker `index` of the evidence; is it `leaving` a saddle; `remaining` steps at this pace."""

    evidence: Evidence
    index: int
    leaving: bool
    remaining: float

    @property
    def steps(self) -> int:
        """Steps taken."""
        return int(self.evidence.last[self.index])

    @property
    def slope(self) -> float:
        """Length of the gradient at the last row."""
        return float(self.evidence.slope[self.index])

    @property
    def costs(self) -> tuple[float, float]:
        """Costs at the first and the last row."""
        values = self.evidence.values
        return float(values[0, self.index]), float(values[-1, self.index])

    @property
    def curvatures(self) -> list[float]:
        """Curvatures at the last row, the smallest first; nan where unknown."""
        return [float(c) for c in self.evidence.ground.curvatures[self.index]]


def number(x: float) -> str:
    """Return a number to three figures or so, with a true minus: 0.0123, 181, 12,300, 3.1e−9."""
    size = abs(x)
    if size == 0:
        return "0"
    if not np.isfinite(x):
        text = "infinity" if x > 0 else "-infinity" if x < 0 else "no number"
    elif size >= 1e6 or size < 1e-3:
        mantissa, exponent = f"{x:.1e}".split("e")
        text = f"{mantissa}e{'-' if exponent[0] == '-' else '+'}{int(exponent[1:])}"
    elif size >= 100:
        text = f"{x:,.0f}"
    else:
        text = f"{x:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")


def sentence(kind: str, facts: Facts) -> str:
    """Return the evidence for an ending of this kind."""
    return _SENTENCES[kind](facts)


def _place(point: np.ndarray) -> str:
    if len(point) > 3:
        return f"a place {number(float(length(point)))} from the origin"
    coordinates = ", ".join(number(float(c)) for c in point)
    return f"x = {coordinates}" if len(point) == 1 else f"({coordinates})"


def _after(steps: int) -> str:
    return f"after {steps:,} step" + ("" if steps == 1 else "s")


# --- At rest -----------------------------------------------------------------------------------


def _curved(curvatures: list[float]) -> str:
    listed = " and ".join(number(c) for c in curvatures)
    if len(curvatures) == 1:
        return f"the curvature positive ({listed})"
    if len(curvatures) == 2:
        return f"both curvatures positive ({listed})"
    return f"all {len(curvatures)} curvatures positive (the smallest {number(curvatures[0])})"


def _why_minimum(facts: Facts) -> str:
    ground, index = facts.evidence.ground, facts.index
    slope = f"Slope {number(facts.slope)}" if np.isfinite(facts.slope) else "No slope at the tip"
    reach = float(facts.evidence.reach[index])
    if ground.distance[index] <= reach and facts.curvatures[0] > 0:
        return f"{slope}, {_curved(facts.curvatures)}"
    higher = np.flatnonzero(ground.lowest[:, index] > ground.noise[index])
    if higher.size:
        ring = number(float(RADII[higher[0]]) * reach)
        least = number(float(ground.lowest[higher[0], index]))
        return f"{slope}, and all around, {ring} away, the cost is higher by {least} or more"
    return f"{slope}, and no neighbour is lower, though some are level with it"


def _global_minimum(facts: Facts) -> str:
    return f"{_why_minimum(facts)}: a minimum, and no listed one is lower."


def _minimum(facts: Facts) -> str:
    listed = global_minima(facts.evidence.objective)
    if len(listed):
        lower = facts.costs[1] - float(np.min(facts.evidence.objective.value(listed)))
        if lower > 1e-9 * facts.evidence.spread[facts.index]:
            return f"{_why_minimum(facts)}: a minimum, but the lowest is deeper by {number(lower)}."
    return f"{_why_minimum(facts)}: a minimum."


def _saddle(facts: Facts) -> str:
    curvatures, ground = facts.curvatures, facts.evidence.ground
    slope = f"Slope {number(facts.slope)}"
    reach = float(facts.evidence.reach[facts.index])
    if ground.distance[facts.index] > reach or curvatures[0] >= 0:
        drop = number(-float(ground.lowest[0, facts.index]))
        return (
            f"{slope} and hardly any curvature, yet {number(reach)} away the cost is lower by "
            f"{drop}: a degenerate point (an inflection), no minimum."
        )
    if curvatures[-1] < 0:
        bent = " and ".join(number(c) for c in curvatures)
        noun = "curvature" if len(curvatures) == 1 else "curvatures"
        return f"{slope}, but only negative {noun} ({bent}): a maximum, downhill on every side."
    up, down = number(curvatures[-1]), number(curvatures[0])
    return f"{slope}, but one curvature is positive ({up}) and one negative ({down}): a saddle."


def _plateau(facts: Facts) -> str:
    slope, following = number(facts.slope), facts.evidence.following[facts.index]
    bent = max(abs(c) for c in facts.curvatures)
    ground = "" if np.isnan(bent) else f" and curvature {number(bent)}"
    step = number(float(length(following)))
    return (
        f"Slope {slope}{ground}: flat ground. The next step is {step} long, and no bottom is near."
    )


def _held(facts: Facts) -> str:
    pull = decay_pull(facts.evidence)
    part = "" if pull is None else f" by {number(float(pull[facts.index]))} a step"
    return (
        f"At rest, though the slope is {number(facts.slope)}: held off by its weight decay, which "
        f"pulls towards zero{part}, as much as the gradient pushes back."
    )


# --- In motion ---------------------------------------------------------------------------------


def _running(facts: Facts) -> str:
    first, last = facts.costs
    slope = f"slope {number(facts.slope)}"
    if not facts.steps:
        return f"Not a step yet: cost {number(first)}, {slope}."
    if facts.leaving:
        down = number(facts.curvatures[0])
        return (
            f"Still on its way: {slope}, near a saddle, and leaving it where it curves by {down}."
        )
    if not facts.evidence.following[facts.index].any():
        why = _rate_left(facts) or "the next step has no length"
        return f"It stands still: {why}, but there is a {slope}."
    text = f"Still on its way {_after(facts.steps)}: cost {number(first)} → {number(last)}, {slope}"
    if np.isfinite(facts.remaining) and facts.remaining > facts.steps:
        more = float(f"{facts.remaining:.1g}")
        text = f"{text}; at this pace about {number(more)} more steps"
    why = _rate_left(facts)
    return f"{text}; {why}." if why else f"{text}."


def _rate_left(facts: Facts) -> str:
    """Return what a schedule has left of the rate, where that is next to nothing, else ""."""
    evidence = facts.evidence
    rate = evidence.settings.get("learning_rate")
    if not isinstance(rate, Scheduled):
        return ""
    now, first = np.ravel(rate(evidence.step_number)), np.ravel(rate.rate)
    left = float(now[min(facts.index, now.size - 1)])
    if left > 0.01 * float(first[min(facts.index, first.size - 1)]):
        return ""
    return f"the schedule has brought the learning rate down to {number(left)}"


def _bouncing(facts: Facts) -> str:
    evidence, rows = facts.evidence, bouncing_window(len(facts.evidence.lengths))
    recent = evidence.lengths[-rows:, facts.index]
    low, high = number(float(recent.min())), number(float(recent.max()))
    steps = f"{low} long" if low == high else f"{low} to {high} long"
    slope = number(facts.slope)
    return f"It stays here but never settles: the last {rows} steps are {steps}, slope {slope}."


def _diverged(facts: Facts) -> str:
    values = facts.evidence.values[: facts.steps + 1, facts.index]
    first, last = facts.costs
    if not facts.steps:
        where = _place(facts.evidence.attempt[facts.index])
        return (
            f"Cost {number(first)} at the start; the first step leads beyond all bounds, {where}."
        )
    after = _after(facts.steps)
    worse = int((np.diff(values) > 0).sum())
    if last <= first or 2 * worse < facts.steps:
        size = number(float(length(facts.evidence.point[facts.index])))
        low, high = number(float(values.min())), number(float(values.max()))
        return f"{after.capitalize()} it is {size} away; the cost has been from {low} to {high}."
    every = "every step" if worse == facts.steps else f"{worse:,} of {facts.steps:,} steps"
    return f"Cost {number(first)} at the start, {number(last)} {after}: {every} made it worse."


def _no_bottom(facts: Facts) -> str:
    first, last = facts.costs
    if not facts.steps:
        return f"Cost {number(first)} at the start, and from there it falls without end."
    return (
        f"Cost {number(first)} at the start, {number(last)} {_after(facts.steps)}, and it goes on "
        "falling without end: the surface has no bottom here, whatever the rate."
    )


def _undefined(facts: Facts) -> str:
    evidence, index = facts.evidence, facts.index
    if evidence.lost[index] == 0:
        return f"The formula has no finite value at the start, {_place(evidence.point[index])}."
    if not np.isfinite(evidence.gradient[index]).all():
        return f"The formula has a value at {_place(evidence.point[index])}, but no slope."
    ahead = evidence.attempt[index]
    if evidence.lost[index] < 0 or not np.isfinite(ahead).all():
        return f"At {_place(evidence.point[index])} there is no next step: a curvature is missing."
    number_of = facts.steps + 1
    return f"Step {number_of:,} would lead to {_place(ahead)}, where the formula has no value."


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "global_minimum": _global_minimum,
    "minimum": _minimum,
    "saddle": _saddle,
    "plateau": _plateau,
    "held": _held,
    "running": _running,
    "bouncing": _bouncing,
    "diverged": _diverged,
    "no_bottom": _no_bottom,
    "undefined": _undefined,
}
