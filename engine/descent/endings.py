"""Two vocabularies: why a walk ended (`Ending`), and how it moved (`Regime`).

Both are read off the recorded history and the ground around the last row, for a batch at once.
A small gradient alone is never called a minimum: every neighbour asked must be higher. Scales are
relative to the picture (the objective's domain), so that a surface may be stretched freely.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import numpy as np

from engine.descent import motion
from engine.descent.evidence import (
    MANY,
    OVERFLOW,
    RADII,
    BoolArray,
    Evidence,
    decay_pull,
    edge_value,
    falls_for_ever,
    flags,
    gather,
    global_minima,
    length,
)
from engine.descent.sentences import Facts, sentence
from engine.descent.walk import FARTHEST, Run
from engine.optimizers.optimizer import FloatArray
from engine.optimizers.schedules import Scheduled

EndingKind: TypeAlias = Literal[
    "running",
    "global_minimum",
    "minimum",
    "saddle",
    "plateau",
    "bouncing",
    "held",
    "diverged",
    "no_bottom",
    "undefined",
]
Regime: TypeAlias = Literal["crawl", "smooth", "zig-zag", "bounce", "diverge"]

_AT_REST = {"global_minimum", "minimum", "saddle", "held", "plateau"}
_TURNS = 0.25  # share of the way walked against the step before that makes a zig-zag


@dataclass(frozen=True)
class Ending:
    """Why a walk ended.

    `kind`: running (still on its way); global_minimum (only where the objective lists it), minimum,
    saddle (or another level place with lower neighbours), plateau; bouncing (stays, never settles);
    held (at rest on a slope, by its weight decay); diverged, no_bottom (the cost falls for ever),
    undefined (the next step leads where the formula has no value).
    `step`: the row from which it stays there; the last row where it does not stay.
    `sentence`: the evidence in plain words, with numbers.
    """

    kind: EndingKind
    step: int
    sentence: str


def ending(run: Run) -> Ending:
    """Return why a single walk ended."""
    return judge(run)[0][0]


def endings(run: Run) -> tuple[Ending, ...]:
    """Return why each walk of a batch ended."""
    return judge(run)[0]


def regime(run: Run) -> Regime:
    """Return how a single walk moved."""
    return judge(run)[1][0]


def regimes(run: Run) -> tuple[Regime, ...]:
    """Return how each walk of a batch moved.

    crawl: at its pace it would need more steps than it has taken; smooth; zig-zag: much of the way
    goes against the step before, yet it gets on; bounce: it gets nowhere; diverge.
    """
    return judge(run)[1]


def judge(run: Run) -> tuple[tuple[Ending, ...], tuple[Regime, ...]]:
    """Return ending and regime of every walk of a run, from one look at the evidence."""
    with np.errstate(all="ignore"):
        evidence, leaving, kinds, remaining, moved = _judged(run)
        steps = _steps(evidence, kinds)
        told = [
            sentence(kind, Facts(evidence, i, bool(leaving[i]), float(remaining[i])))
            for i, kind in enumerate(kinds)
        ]
    found = tuple(
        Ending(cast(EndingKind, kind), step, text)
        for kind, step, text in zip(kinds, steps, told, strict=True)
    )
    return found, tuple(cast(Regime, regime) for regime in moved)


def outcomes(run: Run) -> tuple[tuple[EndingKind, ...], tuple[Regime, ...]]:
    """Return kind of ending and regime of every walk: `judge` without a word of evidence.

    For maps of thousands of walks, where nobody reads the sentences.
    """
    with np.errstate(all="ignore"):
        _, _, kinds, _, moved = _judged(run)
    return cast(tuple[EndingKind, ...], tuple(kinds)), cast(tuple[Regime, ...], tuple(moved))


def _judged(run: Run) -> tuple[Evidence, BoolArray, list[str], FloatArray, list[str]]:
    """Return the evidence, who is leaving a saddle, the endings, steps remaining, the regimes."""
    evidence = gather(run)
    leaving = _leaving(evidence)
    kinds = _kinds(evidence, leaving)
    remaining = motion.remaining(evidence)
    return evidence, leaving, kinds, remaining, _regimes(evidence, kinds, remaining)


# --- Why it ended ------------------------------------------------------------------------------


def _kinds(evidence: Evidence, leaving: BoolArray) -> list[str]:
    lost = evidence.lost >= 0
    left, fell = _losses(evidence)
    # At the tip of a cusp there is no slope to follow, and nowhere lower to go.
    enclosed = _enclosed(evidence)
    tip = enclosed & ~np.isfinite(evidence.slope)
    rest = length(evidence.following) <= evidence.reach
    minimum = (rest & enclosed) | tip
    best = minimum & _at_a_listed_global_minimum(evidence)
    saddle = rest & _level_with_lower_neighbours(evidence)
    choices = [
        (tip & best, "global_minimum"),
        (tip, "minimum"),
        (left, "undefined"),
        (fell, "no_bottom"),
        (lost, "diverged"),
        (_no_next_step(evidence), "undefined"),
        (motion.growing(evidence), "diverged"),
        (_stranded(evidence), "diverged"),
        (_out_and_falling(evidence), "no_bottom"),
        (motion.bouncing(evidence), "bouncing"),
        (best, "global_minimum"),
        (minimum, "minimum"),
        (saddle & leaving, "running"),
        (saddle, "saddle"),
        (rest & _flat(evidence), "plateau"),
        (_held(evidence), "held"),
    ]
    found = np.select([which for which, _ in choices], [kind for _, kind in choices], "running")
    return cast(list[str], found.tolist())


def _losses(evidence: Evidence) -> tuple[BoolArray, BoolArray]:
    """Return which of the lost left where there are values, and which fell for ever."""
    left, fell = np.zeros(len(evidence.lost), np.bool_), np.zeros(len(evidence.lost), np.bool_)
    left |= evidence.lost == 0
    which = np.flatnonzero(evidence.lost > 0)
    if not which.size or evidence.point.shape[-1] > MANY:
        return left, fell
    point, ahead, size = evidence.point[which], evidence.attempt[which], evidence.size[which]
    value, objective = evidence.value[which], evidence.objective
    falling = motion.falling(evidence)[which]
    there = flags((np.abs(ahead) <= FARTHEST).all(axis=-1))
    # Where the next point is a place, its cost is not finite: a rim, or an overflow on the way?
    rim = edge_value(objective, point, np.where(there[:, None], ahead, point))
    near = (np.abs(point).max(axis=-1) <= 1e6 * size) & (np.abs(value) < OVERFLOW)
    slope = flags(np.isfinite(evidence.gradient[which]).all(axis=-1))
    no_move = near & (np.isnan(ahead).any(axis=-1) | ~slope)
    left[which] = no_move | (there & (np.abs(rim) < OVERFLOW))
    whole = flags(np.isfinite(ahead).all(axis=-1))
    way = np.where(whole[:, None], ahead / 2 - point / 2, -evidence.gradient[which])
    scale = size + np.abs(point).max(axis=-1)
    down = falls_for_ever(objective, point, way, scale)
    fell[which] = falling & np.where(there, rim <= -OVERFLOW, down)
    return left, fell


def _no_next_step(evidence: Evidence) -> BoolArray:
    """Return where the point has a cost but no slope, or no curvature for one who needs it."""
    place = np.abs(evidence.point).max(axis=-1) <= 1e6 * evidence.size
    return flags(place & ~np.isfinite(evidence.following).all(axis=-1))


def _stranded(evidence: Evidence) -> BoolArray:
    """Return whose schedule took the rate away when they had blown up: they stay far above."""
    if not isinstance(evidence.settings.get("learning_rate"), Scheduled):
        return np.zeros(len(evidence.lost), np.bool_)
    return flags(evidence.value - evidence.values[0] > 10 * evidence.spread)


def _out_and_falling(evidence: Evidence) -> BoolArray:
    """Return who is far out of the picture, going down in steps that do not shrink, without end."""
    domain = getattr(evidence.objective, "domain", None)
    if not len(evidence.lengths):
        return np.zeros(len(evidence.lost), np.bool_)
    if domain is None:
        first = evidence.points[0]
        outside = length(evidence.point - first) > 1e6 * (1 + np.abs(first).max(axis=-1))
    else:
        outside = length(evidence.point - np.mean(domain, axis=-1)) > 1.5 * evidence.size
    lately = evidence.lengths[-5:]
    lowest = (evidence.value <= evidence.values.min(axis=0)) & motion.falling(evidence)
    candidates = flags(outside & lowest & (lately[-1] >= lately[0] / 2))
    if not candidates.any() or evidence.point.shape[-1] > MANY:
        return np.zeros(len(evidence.lost), np.bool_)
    scale = evidence.size + np.abs(evidence.point).max(axis=-1)
    falls = falls_for_ever(evidence.objective, evidence.point, evidence.moves[-1], scale)
    return candidates & falls


def _enclosed(evidence: Evidence) -> BoolArray:
    """Return where the neighbours are higher: all those on one ring, or none lower on any.

    A continuous cost that is higher all around has a lowest point inside. The second case is the
    level floor of a valley. In many dimensions rings are sparse, so curvature must not object.
    """
    ground = evidence.ground
    higher = (ground.lowest > ground.noise).any(axis=0)
    floor = (ground.lowest >= -ground.noise).all(axis=0) & (ground.highest > ground.noise).any(0)
    found = flags(higher | floor)
    if ground.curvatures.shape[-1] > 2:
        bent = np.abs(ground.curvatures).max(axis=-1)
        found = found & (ground.curvatures[:, 0] >= -1e-6 * bent)
    return found


def _level_with_lower_neighbours(evidence: Evidence) -> BoolArray:
    """Return where the slope is nothing beside the bend, and the bend leads down somewhere.

    Either the quadratic has its critical point within reach and a negative curvature, or (where
    curvature vanishes too) some ring goes down by far more than the slope can explain.
    """
    ground = evidence.ground
    lower = ground.lowest < -ground.noise
    regular = (ground.distance <= evidence.reach) & (ground.curvatures[:, 0] < 0) & lower[0]
    radii = RADII[:, None] * evidence.reach
    degenerate = lower & (evidence.slope * radii <= -ground.lowest / 4)
    return flags(regular | degenerate.any(axis=0))


def _leaving(evidence: Evidence) -> BoolArray:
    """Return who is near a saddle, off its ridge by more than a hair, and further off each step."""
    ground, rows = evidence.ground, min(5, len(evidence.lengths))
    if not ground.axes.shape[-1]:
        return np.zeros(len(evidence.lost), np.bool_)
    down = ground.axes[..., 0]
    now = np.abs((evidence.gradient * down).sum(axis=-1))
    before = np.abs((evidence.gradients[-1 - rows] * down).sum(axis=-1))
    hair = 1e-8 * evidence.size * np.abs(ground.curvatures[:, 0])
    near = (ground.distance <= 100 * evidence.reach) & (ground.curvatures[:, 0] < 0)
    return flags(near & (now > hair) & ((now > before * (1 + 1e-9)) | (rows == 0)))


def _held(evidence: Evidence) -> BoolArray:
    """Return who rests where the decay's pull and the gradient's push cancel."""
    pull, rows = decay_pull(evidence), 10
    if pull is None or len(evidence.lengths) < rows:
        return np.zeros(len(evidence.lost), np.bool_)
    drift = length(evidence.point - evidence.points[-1 - rows])
    still = (length(evidence.following) <= 0.1 * pull) & (drift <= 0.2 * rows * pull)
    return flags(still & (pull > 0) & ~_flat(evidence))


def _flat(evidence: Evidence) -> BoolArray:
    """Return where slope and curvature would hardly change the cost across the whole picture."""
    bend = np.nan_to_num(np.abs(evidence.ground.curvatures).max(axis=-1))
    level = evidence.slope * evidence.size <= 1e-3 * evidence.spread
    return flags(level & (bend * evidence.size**2 <= 1e-2 * evidence.spread))


def _at_a_listed_global_minimum(evidence: Evidence) -> BoolArray:
    listed = global_minima(evidence.objective)
    if not len(listed):
        return np.zeros(len(evidence.lost), np.bool_)
    away = length(listed[:, None] - evidence.point)  # (m, b)
    best = evidence.objective.value(listed[np.argmin(away, axis=0)])
    near = away.min(axis=0) <= 3 * evidence.reach
    return flags(near & (evidence.value - best <= 1e-3 * evidence.spread))


def _steps(evidence: Evidence, kinds: list[str]) -> list[int]:
    """Return the row of each ending."""
    rows: list[int] = evidence.last.tolist()
    if not _AT_REST.isdisjoint(kinds):
        settled = motion.settled_at(evidence).tolist()
        rows = [
            s if kind in _AT_REST else r for kind, s, r in zip(kinds, settled, rows, strict=True)
        ]
    if "bouncing" in kinds:
        since = motion.bouncing_since(evidence).tolist()
        rows = [
            s if kind == "bouncing" else r for kind, s, r in zip(kinds, since, rows, strict=True)
        ]
    return rows


# --- How it moved ------------------------------------------------------------------------------


def _regimes(evidence: Evidence, kinds: list[str], remaining: FloatArray) -> list[str]:
    lately = motion.turning_back(evidence, rows=10) >= _TURNS
    ever = motion.turning_back(evidence) >= _TURNS
    slow = remaining > evidence.last
    return [
        _regime(kind, *of_one)
        for kind, *of_one in zip(kinds, lately.tolist(), ever.tolist(), slow.tolist(), strict=True)
    ]


def _regime(kind: str, lately: bool, ever: bool, slow: bool) -> str:
    """Return how a walk moved: was turning back a habit lately, or ever, and is it too slow?"""
    if kind in ("diverged", "undefined"):
        return "diverge"
    if kind == "bouncing":
        return "bounce"
    if kind == "running" and lately:
        return "zig-zag"
    if kind == "plateau" or (kind == "running" and slow):
        return "crawl"
    return "zig-zag" if ever else "smooth"
