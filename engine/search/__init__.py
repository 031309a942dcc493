"""Looking for a low place, by trying many or by walking down, on one counter of evaluations.

The unit is one cost: computing f at one place counts 1. Computing f together with its gradient
counts what a `Charge` says, so that those who feel the slope pay for it. A source (`grid`,
`at_random`, `descent`, `descents`) yields what it tried, block by block, for ever or until it has
no more; a `Tally` counts, and keeps the best so far.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.descent.history import IntArray
from engine.descent.walk import FARTHEST, Objective, SettingValue, evaluation, method_of
from engine.optimizers.optimizer import FloatArray

MOST_GRID = 2**50
"""The largest grid whose places are counted one by one; larger ones are only reckoned with."""

_BLOCK_NUMBERS = 40_000  # coordinates that are tried together: they fit the cache
_ROUNDS, _MIX = 6, np.uint64(0x9E3779B97F4A7C15)  # of the shuffle of a grid
_BLOCK_STEPS = 32  # of a walk
_STALE = 8  # steps
_STALE_SHARE = 1e-4  # a walk whose cost moved by no more than this share in `_STALE` steps settled

_LEVEL_SHARE = 1e-2  # and whose slope times the way from its start is no more than this share of it


class TooLargeError(ValueError):
    """A grid of more places than anybody could count."""


# --- What a gradient costs ---------------------------------------------------------------------


@dataclass(frozen=True)
class Charge:
    """What a cost and its gradient together count, in costs: `of(dimension)`."""

    key: str
    name: str
    of: Callable[[int], int]
    why: str


BACKWARDS = Charge(
    "backwards",
    "5 costs",
    lambda dimension: 5,
    "Computed backwards through the formula, a cost and its whole gradient take at most 5 times "
    "as many operations as the cost alone, in any number of dimensions (Baur and Strassen 1983). "
    "Five are charged.",
)
DIFFERENCES = Charge(
    "differences",
    "d + 1 costs",
    lambda dimension: dimension + 1,
    "Felt out with a foot: one cost here and one a little further along each of the d axes.",
)
CHARGES = {charge.key: charge for charge in (BACKWARDS, DIFFERENCES)}


# --- The counter -------------------------------------------------------------------------------


class Tried(NamedTuple):
    """Places tried: `points` (b, d), their `values` (b,), and what `each` of them counts."""

    points: FloatArray
    values: FloatArray
    each: int


Source: TypeAlias = Iterator[Tried]


@dataclass(eq=False)
class Tally:
    """Counts what a search spends and keeps the best that it found. Grows as it is told.

    `budget`: evaluations that it may spend; what goes beyond is not counted and not looked at.
    `goal`: a cost at which it has arrived; nothing after that is counted either.
    `keep`: how many of the first places tried it keeps for a picture.
    """

    budget: int
    goal: float = -np.inf
    keep: int = 0
    spent: int = 0
    best: float = np.inf
    point: FloatArray | None = None
    tried: int = 0
    _bests: list[FloatArray] = field(default_factory=list, repr=False)
    _counts: list[IntArray] = field(default_factory=list, repr=False)
    _points: list[FloatArray] = field(default_factory=list, repr=False)
    _values: list[FloatArray] = field(default_factory=list, repr=False)
    _when: list[IntArray] = field(default_factory=list, repr=False)

    @property
    def arrived(self) -> bool:
        """Whether the goal is reached."""
        return self.best <= self.goal

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to spend or to look for."""
        return self.arrived or self.spent >= self.budget

    @property
    def improvements(self) -> tuple[IntArray, FloatArray]:
        """Evaluations spent when each new best was found, and these bests: (n,) and (n,)."""
        return _joined(self._counts, np.intp), _joined(self._bests, np.float64)

    @property
    def kept(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """The first places tried, (k, d), their costs, and the evaluations spent by then."""
        points = np.concatenate(self._points) if self._points else np.empty((0, 0))
        return points, _joined(self._values, np.float64), _joined(self._when, np.intp)

    def add(self, tried: Tried) -> None:
        """Count a block, as far as budget and goal allow. A cost that is no number is no best."""
        if self.finished:
            return
        values = np.where(np.isnan(tried.values), np.inf, tried.values)
        room = -(-(self.budget - self.spent) // tried.each)  # the last one may go a little beyond
        values = values[:room]
        arrived = np.flatnonzero(values <= self.goal)
        if arrived.size:
            values = values[: arrived[0] + 1]
        counts = self.spent + tried.each * np.arange(1, len(values) + 1)
        lowest = np.minimum.accumulate(np.minimum(values, self.best))
        before = np.concatenate([[self.best], lowest[:-1]])
        better = np.flatnonzero(lowest < before)
        if better.size:
            self.best = float(lowest[-1])
            self.point = np.array(tried.points[better[-1]], dtype=np.float64)
            self._counts.append(counts[better])
            self._bests.append(lowest[better].astype(np.float64))
        self._keep(tried.points, values, counts)
        self.spent = int(counts[-1]) if len(counts) else self.spent
        self.tried += len(values)

    def _keep(self, points: FloatArray, values: FloatArray, counts: IntArray) -> None:
        room = min(self.keep - self.tried, len(values))
        if room > 0:
            self._points.append(np.array(points[:room]))
            self._values.append(np.array(values[:room]))
            self._when.append(counts[:room])


def _joined(parts: list[Any], dtype: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def searching(source: Source, tally: Tally) -> Iterator[Tally]:
    """Spend, block by block, until the tally is finished or the source has no more.

    Yields the tally after each block, for whoever wants to show progress or stop.
    """
    for tried in source:
        tally.add(tried)
        yield tally
        if tally.finished:
            return


def search(source: Source, tally: Tally) -> Tally:
    """Spend all of it at once."""
    for _ in searching(source, tally):
        pass
    return tally


# --- Trying ------------------------------------------------------------------------------------


def grid(
    objective: Objective,
    box: tuple[float, float],
    dimension: int,
    side: int,
    rng: np.random.Generator,
) -> Source:
    """Yield every place of a grid of `side` points along each axis, side ** dimension in all.

    A grid's points are the middles of equal cells. They come in shuffled order, so that a grid
    that is cut short has not looked into one corner only. Raises `TooLargeError` for more than
    `MOST_GRID` points.
    """
    if side < 1:
        raise ValueError(f"a grid has 1 or more points a side, not {side}")
    total = side**dimension
    if total > MOST_GRID:
        raise TooLargeError(f"{side} points a side in {dimension} dimensions are too many")
    low, high = box
    block, keys = _rows(dimension), rng.integers(0, 2**63, _ROUNDS, np.uint64)
    powers = np.uint64(side) ** np.arange(dimension - 1, -1, -1, dtype=np.uint64)
    for first in range(0, total, block):
        numbers = np.arange(first, min(first + block, total), dtype=np.uint64)
        places = _shuffled(numbers, total, keys)[:, None] // powers % np.uint64(side)
        points = low + (places + 0.5) * ((high - low) / side)
        yield Tried(points, objective.value(points), 1)


def _shuffled(
    numbers: NDArray[np.uint64], total: int, keys: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return where numbers below `total` are in a shuffled order, none twice.

    A Feistel network shuffles the next power of four; what lands beyond `total` goes through it
    again until it does not. Source: Black and Rogaway 2002, "Ciphers with arbitrary finite
    domains", section 3 (cycle walking).
    """
    half = np.uint64(max(1, (total.bit_length() + 1) // 2))
    mask = (np.uint64(1) << half) - np.uint64(1)
    places = numbers.copy()
    away = np.ones(len(places), bool)
    while away.any():
        left, right = places[away] >> half, places[away] & mask
        for key in keys:
            left, right = right, left ^ (((right + key) * _MIX >> np.uint64(29)) & mask)
        places[away] = (left << half) | right
        away = places >= total
    return places


def at_random(
    objective: Objective, box: tuple[float, float], dimension: int, rng: np.random.Generator
) -> Source:
    """Yield places drawn evenly over the box, for ever."""
    rows = _rows(dimension)
    while True:
        points = rng.uniform(*box, (rows, dimension))
        yield Tried(points, objective.value(points), 1)


def _rows(dimension: int) -> int:
    return max(1, min(4096, _BLOCK_NUMBERS // dimension))


# --- Walking -----------------------------------------------------------------------------------


def descent(
    objective: Objective,
    start: FloatArray,
    charge: Charge,
    optimizer: str = "gradient_descent",
    **settings: SettingValue,
) -> Source:
    """Yield the places of one walk from `start` (d,), the start first.

    Each place counts a cost and its gradient. The walk ends when it has settled (its cost moved
    by no more than a ten-thousandth in eight steps, and at this slope would hardly change over the
    whole way that it has come) or is lost (its cost is not finite).
    """
    method, evaluate = method_of(optimizer), evaluation(objective)
    complete = {**method.defaults, **settings}
    point = np.array(start)
    each, state = charge.of(len(point)), method.initial(point)
    recent: list[float] = []
    ended = False
    while not ended:
        points: list[FloatArray] = []
        values: list[FloatArray] = []
        with np.errstate(all="ignore"):
            while not ended and len(points) < _BLOCK_STEPS:
                value, gradient = evaluate(point)
                points.append(point)
                values.append(value)
                recent = [*recent[-_STALE:], float(value)]
                level = _level(gradient, point - start, value)
                ended = (level and _settled(recent)) or not _found(point, value)
                state, move = method.update(state, point, gradient, None, **complete)
                point = point + move
        yield Tried(np.stack(points), np.array(values), each)


def _settled(recent: list[float]) -> bool:
    """Whether the cost has hardly moved, down or up, for eight steps."""
    low, high = min(recent), max(recent)
    return len(recent) > _STALE and high - low <= _STALE_SHARE * max(abs(low), abs(high))


def _level(gradient: FloatArray, way: FloatArray, value: FloatArray) -> bool:
    """Whether the slope, as it is here, would move the cost by hardly a share all the way back."""
    steepness = float(np.sqrt(gradient @ gradient)) * float(np.sqrt(way @ way))
    return steepness <= _LEVEL_SHARE * abs(float(value))


def _found(point: FloatArray, value: FloatArray) -> bool:
    return bool(np.isfinite(value)) and bool((np.abs(point) <= FARTHEST).all())


def descents(
    objective: Objective,
    box: tuple[float, float],
    dimension: int,
    rng: np.random.Generator,
    charge: Charge,
    settings: Mapping[str, SettingValue],
    optimizer: str = "gradient_descent",
) -> Source:
    """Yield walk after walk, each from a new place drawn over the box, for ever."""
    while True:
        start = rng.uniform(*box, dimension)
        yield from descent(objective, start, charge, optimizer, **settings)
