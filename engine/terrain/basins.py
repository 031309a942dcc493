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

import numpy as np
from numpy.typing import NDArray

from engine.descent.walk import SettingValue, method_of
from engine.optimizers.optimizer import Optimizer
from engine.surfaces.surface import FloatArray, Surface
from engine.terrain.critical import Findings, critical_points
from engine.terrain.landing import Landing, land

Labels = NDArray[np.uint8]
BoolArray = NDArray[np.bool_]

SIDE = 256
"""Starts along each side of the picture."""

# A label below these is the index of a place to rest; these say what else became of a walk.
FLOOR, PLATEAU, LEVEL, UNDEFINED, NO_BOTTOM, DIVERGED, RUNNING = range(249, 256)
OUTCOMES = {
    FLOOR: "at rest on the level floor of a valley",
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
_WORK = 200 * 32_768  # steps times walkers between two yields, a few hundredths of a second
_HESSIAN = 8  # times the price of a step for a method with second derivatives
_REACH = 3e-3  # of the diagonal: as near as this, and hardly moving, is there
_FAR = 5  # diagonals from the middle of the picture: out
_BY_A_TIP = 0.05  # of the diagonal: steps no longer than this lead to and fro over a tip
_SINGULAR = 1e-7  # a curvature below this share of the other is none: a floor, not a bottom
_LOOKS = 4  # quadratics, one at the bottom of the other, until a bottom is believed
_HAIR = 1e-6  # of the spread of costs: as much lower may be rounding
_CLEAR = 1.96  # standard deviations of an interval that holds 95 %


@dataclass(frozen=True)
class Place:
    """A low place where walks rest. `is_lowest`: no known one is lower; `is_tip`: with a kink."""

    point: tuple[float, float]
    value: float
    is_lowest: bool
    is_tip: bool = False


@dataclass(frozen=True, eq=False)
class Picture:
    """A map of basins so far: `labels` (SIDE, SIDE), rows upwards in y; `progress` from 0 to 1.

    `stride`: how many cells along each side share the label of one of them. `is_undercut`: the
    cost is known to go lower than in the lowest of the places, so none is the global minimum.
    All pictures of one painting share their labels, which are painted on.
    """

    labels: Labels
    places: tuple[Place, ...]
    stride: int
    progress: float
    is_undercut: bool

    def share(self, label: int) -> float:
        """The share of the picture with a label."""
        return float((self.labels == label).mean())


@dataclass(frozen=True)
class Chance:
    """How many of some random starts reached a lowest place known.

    `low` and `high` bound the true share with 95 % confidence: E. B. Wilson, 1927, Probable
    inference, the law of succession, and statistical inference. `restarts`: how many random starts
    it takes to be there at least once with 95 %; None if none of them was. `measured`: of so many
    starts at a time, the share of groups with one that arrived. `moving`: how many of the walks
    were still on their way, so that more steps could change all this.
    """

    starts: int
    hits: int
    moving: int
    low: float
    high: float
    restarts: int | None
    measured: float | None

    @property
    def share(self) -> float:
        """The share that arrived."""
        return self.hits / self.starts

    @property
    def is_open(self) -> bool:
        """Whether so many are still on their way that the share says little."""
        return self.moving > max(0.1 * self.hits, 0.01 * self.starts)

    @property
    def fewest(self) -> int:
        """How many starts it takes at the least for 95 %, if the share is as large as can be."""
        return restarts_for(wilson(self.hits + self.moving, self.starts)[1]) or 1


# --- Painting ----------------------------------------------------------------------------------


def paint(
    surface: Surface, optimizer: str | Optimizer, settings: Mapping[str, SettingValue], steps: int
) -> Iterator[Picture]:
    """Yield maps of the basins of a surface, each finer or fuller than the one before.

    The first is there after about a thousand walks; the last has `progress` 1. Each cell is the
    end of a walk of `steps` steps from its middle. Raises ValueError as `descent.start` does.
    """
    judge = _Judge(surface)
    work = _WORK // _HESSIAN if method_of(optimizer).needs_hessian else _WORK
    labels = np.full((SIDE, SIDE), RUNNING, np.uint8)
    starts = grid(surface)
    done = 0
    for stride in _STRIDES:
        rows, columns = _new_cells(stride)
        turn = len(rows) if stride == _STRIDES[0] else max(work // max(steps, 1), 256)
        for low in range(0, len(rows), turn):
            r, c = rows[low : low + turn], columns[low : low + turn]
            begun = starts[r, c]
            found = judge.labels(begun, land(surface, begun, optimizer, steps, settings))
            for i in range(stride):
                for k in range(stride):
                    labels[r + i, c + k] = found
            done += len(r)
            progress = done / SIDE**2
            yield Picture(labels, tuple(judge.places), stride, progress, judge.is_undercut)


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
        self.is_catalogued = any(c.is_global for c in surface.critical_points)
        self.deepest = float(known.min()) if known.size else np.inf
        self.level = float(np.median(known)) if known.size else 0.0
        self.spread = (self.level - float(known.min()) if known.size else 0.0) or 1.0
        self.reach = _REACH * self.size
        self.settled = False

    @property
    def is_undercut(self) -> bool:
        """Whether the cost was seen to be lower than in the lowest place."""
        lowest = min((place.value for place in self.places if place.is_lowest), default=-np.inf)
        return not self.is_catalogued and self.deepest < lowest - _HAIR * self.spread

    @np.errstate(all="ignore")
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
        reached = landing.values[~np.isnan(landing.values)]
        self.deepest = min(self.deepest, float(reached.min(initial=np.inf)))
        return labels

    def _gone(self, labels: Labels, begun: FloatArray, landing: Landing) -> None:
        """Label who is far away, and who was lost among numbers of a usual size."""
        away = np.hypot.reduce(landing.points - (self.low + self.high) / 2, axis=-1)
        gone = landing.lost | (away > _FAR * self.size)
        lower = landing.values < self.surface.value(begun)
        labels[gone & lower] = NO_BOTTOM
        labels[gone & ~lower] = DIVERGED
        if not self.surface.compiled.is_total:  # else an explosion is the only way to be lost
            usual = ~(np.abs(landing.values) > 1e6 * (self.spread + np.abs(self.level)))
            labels[landing.lost & (away <= 1e3 * self.size) & usual] = UNDEFINED

    def _resting(self, labels: Labels, landing: Landing, rest: BoolArray) -> BoolArray:
        """Label who rests where something is known; return who rests elsewhere."""
        for index, place in enumerate(self.places):
            if place.is_tip:  # a constant step never comes to rest at a tip, but stays by it
                away = np.hypot.reduce(landing.points - np.array(place.point), axis=-1)
                still = ~landing.lost & (landing.moved <= _BY_A_TIP * self.size)
                labels[still & (away <= 2 * landing.moved)] = index
        lows = np.array([place.point for place in self.places]).reshape(-1, 2)
        known = np.concatenate([lows, self.others])
        resting = np.flatnonzero(rest & (labels == RUNNING))
        if not resting.size or not len(known):
            return np.asarray(rest & (labels == RUNNING), np.bool_)
        # Thousands rest in a handful of places: one look for each eighth of the reach will do.
        cells = np.round(landing.points[resting] * (8 / self.reach))
        spots, which = np.unique(cells[:, 0] + 1j * cells[:, 1], return_inverse=True)
        away = np.abs(spots[:, None] * (self.reach / 8) - (known[:, 0] + 1j * known[:, 1]))
        nearest = np.argmin(away, axis=1)
        names = np.where(nearest < len(self.places), nearest, LEVEL)
        names = np.where(away.min(axis=1) <= self.reach, names, RUNNING)
        labels[resting] = names[which]
        return np.asarray(rest & (labels == RUNNING), np.bool_)

    def _add_places(self, landing: Landing, unknown: BoolArray) -> None:
        """Remember low places that nobody has listed: outside the picture, most often.

        A place counts where the quadratic underfoot has its lowest point within reach.
        """
        ends = landing.points[unknown]
        while len(ends) and len(self.places) < _MOST_PLACES:
            together = np.hypot.reduce(ends - ends[0], axis=-1) <= 2 * self.reach
            bottom = self._bottom(ends[0]) if together.sum() > 1 else None
            if bottom is not None:
                x, y = (float(value) for value in bottom)
                self.places.append(Place((x, y), float(self.surface.value(bottom)), False))
            ends = ends[~together]

    def _bottom(self, point: FloatArray) -> FloatArray | None:
        """Return the lowest point of the quadratics underfoot, if it is near and well curved.

        Beside the floor of a bent valley the first quadratic has a bottom too, the next has none.
        """
        here = point
        for _ in range(_LOOKS):
            slope, bend = self.surface.gradient(here), self.surface.hessian(here)
            curvatures, axes = np.linalg.eigh(bend if np.isfinite(bend).all() else np.zeros((2, 2)))
            if not curvatures[0] > _SINGULAR * curvatures[1]:
                return None
            here = here - axes @ ((slope @ axes) / curvatures)
            if not np.hypot(*(here - point)) <= self.reach / 4:
                return None
        return here

    def _elsewhere(self, labels: Labels, landing: Landing, unknown: BoolArray) -> None:
        """Label who rests where nothing is known: on a valley's floor, on a plain, or not yet."""
        where = np.flatnonzero(unknown)
        if not where.size:
            return
        slope = np.hypot.reduce(self.surface.gradient(landing.points[where]), axis=-1)
        bend = self.surface.hessian(landing.points[where])
        bend = np.where(np.isfinite(bend), bend, 0.0)
        curvatures = np.linalg.eigvalsh(bend) * self.size**2
        level = slope * self.size <= 1e-3 * self.spread
        flat = level & (np.abs(curvatures).max(axis=-1) <= 1e-2 * self.spread)
        sunken = slope * self.size <= 1e-6 * self.spread
        sunken &= np.abs(curvatures[:, 0]) <= 1e-6 * curvatures[:, 1]
        labels[where[sunken]] = FLOOR
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
        is_lowest = near if listed else found.value <= best + hair
        x, y = found.point
        places.append(Place((x, y), found.value, is_lowest, found.kind == "cusp"))
    return tuple(sorted(places, key=lambda place: (not place.is_lowest, place.value)))


# --- Chances -----------------------------------------------------------------------------------


def chance(
    surface: Surface,
    optimizer: str | Optimizer,
    settings: Mapping[str, SettingValue],
    steps: int,
    rng: np.random.Generator,
    starts: int = 4096,
) -> Chance | None:
    """Return how often walks from random starts in the picture reach a lowest place.

    None where no lowest place is known. Raises ValueError as `descent.start` does.
    """
    judge = _Judge(surface)
    if not any(place.is_lowest for place in judge.places):
        return None
    points = judge.low + (judge.high - judge.low) * rng.random((starts, 2))
    labels = judge.labels(points, land(surface, points, optimizer, steps, settings))
    best = [index for index, place in enumerate(judge.places) if place.is_lowest]
    arrived = np.isin(labels, best)
    hits = int(arrived.sum())
    moving = int((labels == RUNNING).sum())
    low, high = wilson(hits, starts)
    restarts = restarts_for(hits / starts)
    measured = None
    if restarts is not None and restarts <= starts:
        groups = arrived[: starts // restarts * restarts].reshape(-1, restarts)
        measured = float(groups.any(axis=1).mean())
    return Chance(starts, hits, moving, low, high, restarts, measured)


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
