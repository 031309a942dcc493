"""Basins: where walks from everywhere in the picture end, thousands of starts in one go.

Every walk is classified by the place at which it rests: a minimum, another level place, or none,
because it is still on its way, has been thrown out, runs downhill for ever or has left the part
where the formula has values. `paint` colours a grid of starts coarse to fine, in short turns;
`chance` asks random starts, with the interval that their number allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine import descent
from engine.critical import Findings, critical_points
from engine.descent import checked_settings
from engine.optimizer import Optimizer
from engine.surface import FloatArray, Surface
from engine.walk import Objective, SettingValue, method_of

Labels = NDArray[np.uint8]
BoolArray = NDArray[np.bool_]

SIDE = 256
"""Starts along each side of the picture."""

# A label below these is the index of a place to rest; these say what else became of a walk.
PLATEAU, LEVEL, UNDEFINED, NO_BOTTOM, DIVERGED, RUNNING = range(250, 256)
OUTCOMES = {
    PLATEAU: "at rest on flat ground",
    LEVEL: "at rest on a saddle or a top",
    UNDEFINED: "left where the formula has values",
    NO_BOTTOM: "gone downhill, far out of the picture",
    DIVERGED: "thrown out: the steps grew",
    RUNNING: "still on its way",
}
"""What became of the walks that rest in no low place, by label."""

_MOST_PLACES = 240
_STRIDES = (8, 4, 2, 1)  # of the passes over the grid, coarse to fine
_BLOCK = 32_768  # walkers taken together: fewer calls of NumPy, and still near the cache
_WORK = 200 * _BLOCK  # steps times walkers between two yields, a few hundredths of a second
_SNAPSHOT = 16  # steps between two looks at who is still there
_REACH = 3e-3  # of the diagonal: as near as this, and hardly moving, is there
_CLEAR = 1.96  # standard deviations of an interval that holds 95 %


@dataclass(frozen=True)
class Place:
    """A low place where walks rest. `is_global`: none known is lower; `is_tip`: with a kink."""

    point: tuple[float, float]
    value: float
    is_global: bool
    is_tip: bool = False


@dataclass(frozen=True, eq=False)
class Landing:
    """Where walks are after their steps: `points` (n, 2), `values` (n,), `moved` (n,) at the last.

    `lost` (n,): the next point or its cost was no number; the rest is then from shortly before.
    """

    points: FloatArray
    values: FloatArray
    moved: FloatArray
    lost: BoolArray


@dataclass(frozen=True, eq=False)
class Picture:
    """A map of basins so far: `labels` (SIDE, SIDE), rows upwards in y; `progress` from 0 to 1.

    `stride`: how many cells along each side share the label of one of them.
    """

    labels: Labels
    places: tuple[Place, ...]
    stride: int
    progress: float

    def share(self, label: int) -> float:
        """The share of the picture with a label."""
        return float((self.labels == label).mean())


@dataclass(frozen=True)
class Chance:
    """How many of some random starts reached a lowest place known.

    `low` and `high` bound the true share with 95 % confidence: E. B. Wilson, 1927, Probable
    inference, the law of succession, and statistical inference. `restarts`: how many random starts
    it takes to be there at least once with 95 %; None if none of them was. `measured`: of so many
    starts at a time, the share of groups with one that arrived.
    """

    starts: int
    hits: int
    low: float
    high: float
    restarts: int | None
    measured: float | None

    @property
    def share(self) -> float:
        """The share that arrived."""
        return self.hits / self.starts


# --- Painting ----------------------------------------------------------------------------------


def paint(
    surface: Surface, optimizer: str | Optimizer, settings: Mapping[str, float], steps: int
) -> Iterator[Picture]:
    """Yield maps of the basins of a surface, each finer or fuller than the one before.

    The first is there after about a thousand walks; the last has `progress` 1. Each cell is the
    end of a walk of `steps` steps from its middle. Raises ValueError as `descent.start` does.
    """
    with np.errstate(all="ignore"):
        judge = _Judge(surface)
        labels = np.full((SIDE, SIDE), RUNNING, np.uint8)
        starts = grid(surface)
        done = 0
        for stride in _STRIDES:
            rows, columns = _new_cells(stride)
            turn = len(rows) if stride == _STRIDES[0] else max(_WORK // max(steps, 1), 256)
            for low in range(0, len(rows), turn):
                r, c = rows[low : low + turn], columns[low : low + turn]
                begun = starts[r, c]
                found = judge.labels(begun, land(surface, begun, optimizer, steps, settings))
                for i in range(stride):
                    for k in range(stride):
                        labels[r + i, c + k] = found
                done += len(r)
                yield Picture(labels.copy(), tuple(judge.places), stride, done / SIDE**2)


def grid(surface: Surface) -> FloatArray:
    """Return the middles of the cells of a surface's picture, (SIDE, SIDE, 2), rows upwards."""
    middles = (np.arange(SIDE) + 0.5) / SIDE
    (left, right), (bottom, top) = surface.domain
    x, y = left + (right - left) * middles, bottom + (top - bottom) * middles
    return np.stack(np.meshgrid(x, y), axis=-1)


def _new_cells(stride: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the cells that a pass adds to those of the coarser one before it."""
    each = np.arange(0, SIDE, stride)
    rows, columns = (axis.ravel() for axis in np.meshgrid(each, each, indexing="ij"))
    if stride == _STRIDES[0]:
        return rows, columns
    fresh = (rows % (2 * stride) != 0) | (columns % (2 * stride) != 0)
    return rows[fresh], columns[fresh]


# --- Walking -----------------------------------------------------------------------------------


def land(
    surface: Surface,
    points: FloatArray,
    optimizer: str | Optimizer,
    steps: int,
    settings: Mapping[str, float],
) -> Landing:
    """Return where walks from points (n, 2) are after some steps, without their history.

    Every walk is the single run from that point bit for bit, as long as it is not lost.
    """
    method = method_of(optimizer)
    complete = checked_settings(method, method.defaults, settings)
    if method.needs_hessian:
        end = descent.finish(cast(Objective, surface), points, method, steps, **complete)
        ends, values, moved = (
            np.asarray(a, np.float64) for a in (end.points, end.values, end.moved)
        )
        return Landing(ends, values, moved, end.lost >= 0)
    parts = [
        _land_block(surface, points[low : low + _BLOCK], method, steps, complete)
        for low in range(0, len(points), _BLOCK)
    ]
    joined = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Landing(*joined)


def _land_block(
    surface: Surface,
    points: FloatArray,
    method: Optimizer,
    steps: int,
    settings: Mapping[str, SettingValue],
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Walk with the coordinates first, (2, n): each is then one stretch of memory.

    Methods without a Hessian treat every number by itself, so the shape makes no difference.
    """
    point = np.ascontiguousarray(points.T)
    state, gradient, move = method.initial(point), np.empty_like(point), np.zeros_like(point)
    slopes = surface.compiled.slopes(point, gradient)
    safe, safe_move = point.copy(), move
    with np.errstate(all="ignore"):
        for k in range(steps):
            if k % _SNAPSHOT == 0:
                there = (np.abs(point) <= 1e100).all(axis=0)
                safe, safe_move = np.where(there, point, safe), np.where(there, move, safe_move)
            slopes()
            state, step = method.update(state, point, gradient, None, **settings)
            move = np.asarray(step, np.float64)
            point += move
        values = surface.value(point.T)
        there = (np.abs(point) <= 1e100).all(axis=0) & np.isfinite(values)
        ends = np.where(there, point, safe).T
        moved = np.hypot.reduce(np.where(there, move, safe_move), axis=0)
        values = np.where(there, values, surface.value(ends))
    return ends, values, moved, ~there


# --- Judging -----------------------------------------------------------------------------------


class _Judge:
    """Says what became of walks; places found on the way are remembered."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.low, self.high = np.array(surface.domain).T
        self.size = float(np.hypot.reduce(self.high - self.low))
        findings = critical_points(surface)
        self.places = list(places_of(surface, findings)[:_MOST_PLACES])
        self.others = np.array(
            [found.point for found in findings.of("saddle", "degenerate", "maximum")]
        ).reshape(-1, 2)
        sample = surface.value_and_gradient(grid(surface)[::16, ::16].reshape(-1, 2))
        known = sample[0][np.isfinite(sample[0])]
        self.spread = float(np.median(known) - known.min()) if known.size else 1.0
        self.spread = self.spread or 1.0
        self.reach = _REACH * self.size
        self.settled = False

    def labels(self, begun: FloatArray, landing: Landing) -> Labels:
        """Return a label for each walk from `begun` (n, 2)."""
        labels = np.full(len(begun), RUNNING, np.uint8)
        rest = ~landing.lost & (landing.moved <= self.reach)
        self._gone(labels, begun, landing)
        unknown = self._resting(labels, landing, rest)
        if not self.settled:  # the first pass decides which places there are beside the known
            self.settled = True
            self._add_places(landing, unknown)
            unknown = self._resting(labels, landing, rest)
        self._elsewhere(labels, landing, unknown)
        return labels

    def _gone(self, labels: Labels, begun: FloatArray, landing: Landing) -> None:
        away = np.hypot.reduce(landing.points - (self.low + self.high) / 2, axis=-1)
        far = away > 5 * self.size
        lower = landing.values < self.surface.value(begun)
        labels[far & lower] = NO_BOTTOM
        labels[far & ~lower] = DIVERGED
        near = landing.lost & (away <= 1e3 * self.size) & (np.abs(landing.values) < 1e100)
        labels[near & ~lower] = DIVERGED
        labels[near & self._at_a_rim(landing, near)] = UNDEFINED

    def _at_a_rim(self, landing: Landing, near: BoolArray) -> BoolArray:
        """Whether the formula has no value about as far from a point as the last steps were long.

        Whoever was lost among numbers of a usual size did not explode: the formula ends there.
        """
        lost = np.zeros(len(near), np.bool_)
        lost[near] = np.abs(landing.values[near]) < 1e6 * (
            self.spread + np.abs(landing.values[near])
        )
        return lost

    def _resting(self, labels: Labels, landing: Landing, rest: BoolArray) -> BoolArray:
        """Label who rests where something is known; return who rests elsewhere."""
        if self.places:
            for index, place in enumerate(self.places):
                away = np.hypot.reduce(landing.points - np.array(place.point), axis=-1)
                there = rest & (away <= self.reach)
                if place.is_tip:  # a constant step never comes to rest at a tip, but stays by it
                    still = landing.moved <= 0.02 * self.size
                    there |= ~landing.lost & still & (away <= 2 * landing.moved)
                labels[there] = index
        left = rest & (labels == RUNNING)
        for point in self.others:
            away = np.hypot.reduce(landing.points - point, axis=-1)
            labels[left & (away <= self.reach)] = LEVEL
        return np.asarray(left & (labels == RUNNING), np.bool_)

    def _add_places(self, landing: Landing, unknown: BoolArray) -> None:
        """Remember low places that nobody has listed: outside the picture, most often."""
        ends = landing.points[unknown & (landing.moved <= 1e-3 * self.reach)]
        while len(ends) and len(self.places) < _MOST_PLACES:
            point = ends[0]
            together = np.hypot.reduce(ends - point, axis=-1) <= 2 * self.reach
            bend = self.surface.hessian(point)
            if together.sum() > 1 and np.isfinite(bend).all() and np.linalg.eigvalsh(bend)[0] > 0:
                x, y = (float(value) for value in point)
                self.places.append(Place((x, y), float(self.surface.value(point)), False))
            ends = ends[~together]

    def _elsewhere(self, labels: Labels, landing: Landing, unknown: BoolArray) -> None:
        """Label who rests where nothing is known: on flat ground, or else as on its way."""
        where = np.flatnonzero(unknown)
        if not where.size:
            return
        slope = np.hypot.reduce(self.surface.gradient(landing.points[where]), axis=-1)
        flat = slope * self.size <= 1e-3 * self.spread
        labels[where[flat]] = PLATEAU


@lru_cache(maxsize=64)
def places_of(surface: Surface, findings: Findings) -> tuple[Place, ...]:
    """Return the low places to rest that are known, the lowest first."""
    low = findings.minima
    if not low:
        return ()
    values = np.array([found.value for found in low])
    listed = [c.point for c in surface.critical_points if c.is_global]
    best = float(values.min())
    hair = 1e-9 * (abs(best) + float(values.max() - best))
    places = []
    for found in low:
        near = any(np.hypot(*np.subtract(found.point, point)) < 1e-6 for point in listed)
        lowest = near if listed else found.value <= best + hair
        x, y = found.point
        places.append(Place((x, y), found.value, lowest, found.kind == "cusp"))
    return tuple(sorted(places, key=lambda place: (not place.is_global, place.value)))


# --- Chances -----------------------------------------------------------------------------------


def chance(
    surface: Surface,
    optimizer: str | Optimizer,
    settings: Mapping[str, float],
    steps: int,
    rng: np.random.Generator,
    starts: int = 4096,
) -> Chance | None:
    """Return how often walks from random starts in the picture reach a lowest place.

    None where no lowest place is known. Raises ValueError as `descent.start` does.
    """
    judge = _Judge(surface)
    if not any(place.is_global for place in judge.places):
        return None
    points = judge.low + (judge.high - judge.low) * rng.random((starts, 2))
    with np.errstate(all="ignore"):
        labels = judge.labels(points, land(surface, points, optimizer, steps, settings))
    best = [index for index, place in enumerate(judge.places) if place.is_global]
    arrived = np.isin(labels, best)
    hits = int(arrived.sum())
    low, high = wilson(hits, starts)
    restarts = restarts_for(hits / starts)
    measured = None
    if restarts is not None and restarts <= starts:
        groups = arrived[: starts // restarts * restarts].reshape(-1, restarts)
        measured = float(groups.any(axis=1).mean())
    return Chance(starts, hits, low, high, restarts, measured)


def wilson(hits: int, starts: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of which `hits` out of `starts` were seen."""
    share, z2 = hits / starts, _CLEAR**2
    middle = (share + z2 / (2 * starts)) / (1 + z2 / starts)
    half = _CLEAR / (1 + z2 / starts) * (share * (1 - share) / starts + z2 / (4 * starts**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def restarts_for(share: float, confidence: float = 0.95) -> int | None:
    """Return how many tries succeed at least once with this confidence: ln(1 − c)/ln(1 − p)."""
    if share <= 0:
        return None
    return 1 if share >= confidence else ceil(log(1 - confidence) / log(1 - share))
