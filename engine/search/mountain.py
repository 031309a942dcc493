"""A mountain drawn from a number: hills and valleys to walk in the dark, and who gets lowest.

Coordinates are kilometres east and north of the middle, heights are metres. A height is a sum of
Gaussians on a wide bowl, so that value and gradient are exact, here and wherever else the same
six numbers of each Gaussian are added up:

    h(x) = base + bowl |x|² + Σ aᵢ exp(−(pᵢ u² + 2 qᵢ u v + rᵢ v²)),   (u, v) = x − cᵢ
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from engine import search
from engine.optimizers.optimizer import FloatArray

SIDE = 2.0
"""The mountain is shown, and may be walked, this many kilometres from its middle."""
MOST_SEED = 999_999_999
"""Mountains are numbered from 0 to this."""

BOWL = 45.0
"""Metres per square kilometre by which the rim rises, so that walks stay."""
_HILLS, _VALLEYS = (6, 9), (6, 9)
_GRID = 161  # places a side that are looked at to find the valleys
_MARGIN = 25.0  # metres: the lowest valley is at least so much deeper than the next
_FEW = 90  # per cent of the places have a smaller curvature than the one that sets the rate
_MOMENTUM = 0.9


@dataclass(frozen=True, eq=False)
class Mountain:
    """A mountain: an `Objective` over two kilometre coordinates, in metres.

    `bumps` (n, 6): a, c east, c north, p, q, r of each Gaussian. `start` (2,): where one wakes up.
    `valleys` (m, 2): the minima inside, the lowest first.
    """

    seed: int
    base: float
    bumps: FloatArray = field(repr=False)
    start: FloatArray = field(repr=False)
    valleys: FloatArray = field(repr=False)

    dimension = 2
    domain = ((-SIDE, SIDE), (-SIDE, SIDE))

    def value(self, point: FloatArray) -> FloatArray:
        """Height at (..., 2) in metres: shape (...)."""
        return _height(self.base, self.bumps, point)[0]

    def gradient(self, point: FloatArray) -> FloatArray:
        """Slope at (..., 2) in metres per kilometre, uphill: the same shape."""
        return self.value_and_gradient(point)[1]

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return both, in one pass."""
        return _height(self.base, self.bumps, point)

    @property
    def lowest(self) -> float:
        """Height of the lowest place, in metres."""
        return float(self.value(self.valleys[0]))

    @cached_property
    def rate(self) -> float:
        """1/L: the learning rate of those who walk, L a curvature that few places exceed."""
        return 1.0 / float(np.percentile(_curvatures(self.bumps), _FEW))


def _height(base: float, bumps: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
    a, east, north, p, q, r = bumps.T
    u, v = point[..., :1] - east, point[..., 1:] - north
    along, across = p * u + q * v, q * u + r * v
    bump = a * np.exp(-(along * u + across * v))
    value = base + BOWL * (point * point).sum(-1) + bump.sum(-1)
    slope = np.stack([(-2 * along * bump).sum(-1), (-2 * across * bump).sum(-1)], axis=-1)
    return np.asarray(value), slope + 2 * BOWL * point


# --- Drawing one -------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def mountain(seed: int) -> Mountain:
    """Return the mountain of a number, always the same; ValueError unless 0 ≤ seed ≤ 999,999,999.

    Draws until there are at least three valleys inside, the lowest well below the others, and a
    high place far from it to wake up on.
    """
    if not 0 <= seed <= MOST_SEED:
        raise ValueError(f"a mountain has a number from 0 to {MOST_SEED:,}, not {seed}")
    rng = np.random.default_rng(seed)
    while True:
        bumps = _drawn_bumps(rng)
        valleys = _valleys(bumps)
        depths = _height(0.0, bumps, valleys)[0]
        if len(valleys) < 3 or depths[1] - depths[0] < _MARGIN:
            continue
        start = _drawn_start(bumps, valleys[0], rng)
        if start is not None:
            base = rng.uniform(150.0, 900.0) - float(depths[0])
            return Mountain(seed, base, bumps, start, valleys)


def _drawn_bumps(rng: np.random.Generator) -> FloatArray:
    counts = [int(rng.integers(*between)) for between in (_HILLS, _VALLEYS)]
    total = sum(counts)
    height = np.concatenate(
        [rng.uniform(150.0, 420.0, counts[0]), -rng.uniform(180.0, 520.0, counts[1])]
    )
    centre = rng.uniform(-0.85 * SIDE, 0.85 * SIDE, (total, 2))
    long = rng.uniform(0.35, 0.85, total)  # kilometres
    short = long * rng.uniform(0.45, 1.0, total)
    turn = rng.uniform(0.0, np.pi, total)
    tight_u, tight_v = 1 / (2 * long**2), 1 / (2 * short**2)
    cos, sin = np.cos(turn), np.sin(turn)
    p = tight_u * cos**2 + tight_v * sin**2
    q = (tight_u - tight_v) * cos * sin
    r = tight_u * sin**2 + tight_v * cos**2
    return np.stack([height, *centre.T, p, q, r], axis=-1)


def _ground(bumps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a grid of places (n, n, 2) and their heights over the base (n, n)."""
    side = np.linspace(-SIDE, SIDE, _GRID)
    places = np.stack(np.meshgrid(side, side), axis=-1)
    return places, _height(0.0, bumps, places)[0]


def _valleys(bumps: FloatArray) -> FloatArray:
    """Return the minima inside the square, (m, 2), the lowest first."""
    places, heights = _ground(bumps)
    inner = heights[1:-1, 1:-1]
    low = np.ones(inner.shape, bool)
    for row in range(3):
        for column in range(3):
            if (row, column) != (1, 1):
                low &= inner < heights[row : row + _GRID - 2, column : column + _GRID - 2]
    point = places[1:-1, 1:-1][low]
    rate = 1.0 / float(_curvatures(bumps).max())
    for _ in range(400):  # of plain descent, from within a cell of each minimum
        point = point - rate * _height(0.0, bumps, point)[1]
    order = np.argsort(_height(0.0, bumps, point)[0])
    return np.asarray(point[order])


def _curvatures(bumps: FloatArray) -> FloatArray:
    """Return the larger curvature at the places of a grid, in metres per square kilometre."""
    side = np.linspace(-SIDE, SIDE, 41)
    places = np.stack(np.meshgrid(side, side), axis=-1)
    step = 1e-4
    columns = [
        (_height(0.0, bumps, places + move)[1] - _height(0.0, bumps, places - move)[1]) / (2 * step)
        for move in (np.array([step, 0.0]), np.array([0.0, step]))
    ]
    hessian = np.stack(columns, axis=-1)
    return np.linalg.eigvalsh((hessian + hessian.swapaxes(-1, -2)) / 2)[..., 1]


def _drawn_start(
    bumps: FloatArray, lowest: FloatArray, rng: np.random.Generator
) -> FloatArray | None:
    """Return a high place with a slope to feel, far from the lowest; None if twenty draws miss."""
    high = np.percentile(_ground(bumps)[1], 70)
    for point in rng.uniform(-0.7 * SIDE, 0.7 * SIDE, (20, 2)):
        value, slope = _height(0.0, bumps, point)
        far = np.hypot(*(point - lowest)) > 0.8 * SIDE
        if far and value > high and 100.0 < np.hypot(*slope) < 700.0:
            return np.asarray(np.round(point, 3))
    return None


# --- Who gets lowest ---------------------------------------------------------------------------

Who = Literal["you", "gradient_descent", "momentum", "random"]


@dataclass(frozen=True, eq=False)
class Result:
    """How low somebody got: `places` (n, 2) looked at in order, the lowest's `height` in metres.

    `spent`: evaluations. `share`: of the way down from the start to the lowest place, 0 to 1.
    """

    who: Who
    places: FloatArray
    height: float
    spent: int
    share: float


def compare(ground: Mountain, places: FloatArray) -> tuple[Result, ...]:
    """Return a walker's result and those of three others with the same number of evaluations.

    `places` (n, 2): where height and slope were felt, the start first. Each counts as three
    heights (here, a foot to the east, a foot to the north). Gradient descent and momentum walk
    from the same start with the rate 1/L; random search spends all on heights.
    """
    mine = np.asarray(places, dtype=np.float64)
    charge, rate = search.DIFFERENCES, ground.rate
    spent = charge.of(2) * len(mine)
    sources: dict[Who, search.Source] = {
        "you": iter([search.Tried(mine, ground.value(mine), charge.of(2))]),
        "gradient_descent": search.descent(ground, ground.start, charge, learning_rate=rate),
        "momentum": search.descent(
            ground, ground.start, charge, "momentum", learning_rate=rate, momentum=_MOMENTUM
        ),
        "random": search.at_random(
            ground, ground.domain[0], 2, np.random.default_rng([ground.seed, 1])
        ),
    }
    return tuple(_result(ground, who, source, spent) for who, source in sources.items())


def _result(ground: Mountain, who: Who, source: search.Source, budget: int) -> Result:
    tally = search.search(source, search.Tally(budget, keep=budget))
    begin = float(ground.value(ground.start))
    fallen = (begin - tally.best) / (begin - ground.lowest)
    return Result(who, tally.kept[0], tally.best, tally.spent, min(max(fallen, 0.0), 1.0))
