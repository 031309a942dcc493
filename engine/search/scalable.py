"""Costs that exist in any number of dimensions: one formula, from 1 to 13,002 coordinates.

Each is the mean over the coordinates of the sum that the literature gives, so that a cost of 0.02
says the same in two dimensions and in two thousand. The lowest place is moved off the middle of
the box by a draw, so that no grid hits it by luck. Gradients are written out by hand and tested
against central differences.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from engine.optimizers.optimizer import FloatArray
from engine.search import shares

Both: TypeAlias = tuple[FloatArray, FloatArray]

_OFF_MIDDLE = 0.125  # the lowest place is at most this share of the box's width from its middle
_SPREAD = 4.0  # of the bowl: its largest curvature over its smallest


@dataclass(frozen=True)
class Scalable:
    """A cost for any number of dimensions, and what a search of it needs to know.

    `box`: (low, high) of every coordinate, where searches look. `goal`: the cost at which a search
    has arrived. `points_a_side`: how fine a grid must be that a low enough place is among its own,
    or several of them on average, in any number of dimensions.
    `value_and_gradient(z)` at z (..., d) measured from the lowest place; `value(z)` alone;
    `curvature(d, reach)` bounds the largest curvature for coordinates of z within ±reach.
    `share(d)`: log₁₀ of the share of the box that is low enough. `share_of_starts(d)`: the same of
    the places from which a walk ends low enough; None where every walk does, given the time.
    """

    key: str
    name: str
    formula: str
    box: tuple[float, float]
    goal: float
    points_a_side: int
    value: Callable[[FloatArray], FloatArray] = field(repr=False)
    value_and_gradient: Callable[[FloatArray], Both] = field(repr=False)
    curvature: Callable[[int, float], float] = field(repr=False)
    share: Callable[[int], float] = field(repr=False)
    share_of_starts: Callable[[int], float] | None = field(repr=False)
    centre: float
    teaches: str
    source: str

    def in_dimensions(self, dimension: int, rng: np.random.Generator) -> "ScalableCost":
        """Return the cost in so many dimensions (1 or more), its lowest place drawn by `rng`."""
        if dimension < 1:
            raise ValueError(f"a cost has 1 or more dimensions, not {dimension}")
        low, high = self.box
        off = _OFF_MIDDLE * (high - low)
        lowest = (low + high) / 2 + rng.uniform(-off, off, dimension)
        return ScalableCost(self, lowest - self.centre)


@dataclass(frozen=True, eq=False)
class ScalableCost:
    """A scalable cost in a definite number of dimensions: an `Objective`.

    `shift` (d,): the coordinates are the formula's plus this. Points (..., d); what is too large
    for a float is inf, never a warning.
    """

    scalable: Scalable
    shift: FloatArray

    @property
    def dimension(self) -> int:
        """Number of coordinates, d."""
        return len(self.shift)

    @property
    def domain(self) -> tuple[tuple[float, float], ...]:
        """The box, once for each coordinate."""
        return (self.scalable.box,) * self.dimension

    @property
    def lowest(self) -> FloatArray:
        """Where the cost is 0, (d,)."""
        return self.shift + self.scalable.centre

    @property
    def rate(self) -> float:
        """1/L: a learning rate that is safe everywhere in the box, L its largest curvature."""
        low, high = self.scalable.box
        reach = max(high - float(self.shift.min()), float(self.shift.max()) - low)
        return 1.0 / self.scalable.curvature(self.dimension, reach)

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., d): shape (...)."""
        with np.errstate(all="ignore"):
            return self.scalable.value(point - self.shift)

    def gradient(self, point: FloatArray) -> FloatArray:
        """Slope at (..., d): the same shape."""
        return self.value_and_gradient(point)[1]

    def value_and_gradient(self, point: FloatArray) -> Both:
        """Return both, in one pass."""
        with np.errstate(all="ignore"):
            return self.scalable.value_and_gradient(point - self.shift)


# --- A bowl ------------------------------------------------------------------------------------


def _weights(dimension: int) -> FloatArray:
    """Half the curvatures of the sum: from 1 to 4, evenly on a logarithmic scale."""
    return np.asarray(_SPREAD ** np.linspace(0.0, 1.0, dimension))


def _bowl(z: FloatArray) -> FloatArray:
    return np.asarray((z * z) @ _weights(z.shape[-1]) / z.shape[-1])


def _bowl_both(z: FloatArray) -> Both:
    dimension = z.shape[-1]
    slope = z * (_weights(dimension) * (2.0 / dimension))
    return np.asarray((slope * z).sum(-1) / 2.0), slope


def _bowl_curvature(dimension: int, reach: float) -> float:
    return float(2.0 * _weights(dimension)[-1] / dimension)


def _bowl_share(dimension: int) -> float:
    low, high = BOWL.box
    return shares.of_ellipsoid(_weights(dimension), high - low, BOWL.goal * dimension)


# --- Rosenbrock's bent valley ------------------------------------------------------------------


def _rosenbrock(z: FloatArray) -> FloatArray:
    dimension = z.shape[-1]
    if dimension == 1:
        return np.asarray((1.0 - z[..., 0]) ** 2)
    here, after = z[..., :-1], z[..., 1:]
    bend = after - here * here
    return np.asarray((100.0 * bend * bend + (1.0 - here) ** 2).sum(-1) / dimension)


def _rosenbrock_both(z: FloatArray) -> Both:
    dimension = z.shape[-1]
    if dimension == 1:
        return np.asarray((1.0 - z[..., 0]) ** 2), 2.0 * (z - 1.0)
    here, after = z[..., :-1], z[..., 1:]
    bend, left = after - here * here, 1.0 - here
    value = (100.0 * bend * bend + left * left).sum(-1) / dimension
    slope = np.zeros_like(z)
    slope[..., :-1] = -400.0 * here * bend - 2.0 * left
    slope[..., 1:] += 200.0 * bend
    return np.asarray(value), slope / dimension


def _rosenbrock_curvature(dimension: int, reach: float) -> float:
    # Gershgorin: the largest row sum of the absolute Hessian.
    if dimension == 1:
        return 2.0
    return (1200.0 * reach**2 + 400.0 * reach + 2.0 + 200.0 + 800.0 * reach) / dimension


@lru_cache(maxsize=64)
def _rosenbrock_share(dimension: int) -> float:
    low, high = (side + 1.0 for side in ROSENBROCK.box)  # the lowest place, at 1, is in the middle
    if dimension == 1:
        return shares.of_ellipsoid(np.ones(1), high - low, ROSENBROCK.goal)
    most = ROSENBROCK.goal * dimension
    return shares.of_chain(
        lambda z, after: 100.0 * (after - z * z) ** 2 + (1.0 - z) ** 2, dimension, (low, high), most
    )


# --- Rastrigin's many valleys ------------------------------------------------------------------


def _rastrigin(z: FloatArray) -> FloatArray:
    return np.asarray((z * z + 10.0 - 10.0 * np.cos(2 * np.pi * z)).sum(-1) / z.shape[-1])


def _rastrigin_both(z: FloatArray) -> Both:
    slope = 2.0 * z + 20.0 * np.pi * np.sin(2 * np.pi * z)
    return _rastrigin(z), slope / z.shape[-1]


def _rastrigin_curvature(dimension: int, reach: float) -> float:
    return (2.0 + 40.0 * np.pi**2) / dimension


@lru_cache(maxsize=64)
def _rastrigin_share(dimension: int) -> float:
    most = RASTRIGIN.goal * dimension
    return shares.of_terms(lambda z: _rastrigin(z[:, None]), dimension, RASTRIGIN.box, most)


def _rastrigin_starts(dimension: int) -> float:
    """Walks end where they begin, in the k-th valley to a side, which costs about 0.995 k²."""
    half = RASTRIGIN.box[1]
    edges = np.append(np.arange(0.5, half), half)
    return shares.of_valleys(
        np.diff(edges, prepend=0.0) / half, RASTRIGIN.goal * dimension / 0.995, dimension
    )


# --- The registry ------------------------------------------------------------------------------

BOWL = Scalable(
    key="bowl",
    name="One valley",
    formula=r"f(x) = \frac1d \sum_{i=1}^{d} w_i\,(x_i - c_i)^2, \quad w_i = 1 \dots 4",
    box=(-1.0, 1.0),
    goal=0.02,
    points_a_side=10,
    value=_bowl,
    value_and_gradient=_bowl_both,
    curvature=_bowl_curvature,
    share=_bowl_share,
    share_of_starts=None,
    centre=0.0,
    teaches="A bowl, four times as steep one way as another: wherever one stands, down is right.",
    source="The sum of squares, weighted; its minimum moved to c.",
)

ROSENBROCK = Scalable(
    key="rosenbrock",
    name="A bent valley",
    formula=r"f(x) = \frac1d \sum_{i=1}^{d-1} 100\,(z_{i+1} - z_i^2)^2 + (1 - z_i)^2,\ z = x - s",
    box=(-2.0, 2.0),
    goal=0.1,
    points_a_side=70,
    value=_rosenbrock,
    value_and_gradient=_rosenbrock_both,
    curvature=_rosenbrock_curvature,
    share=_rosenbrock_share,
    share_of_starts=None,
    centre=1.0,
    teaches="A narrow valley with a bend: walking down it takes thousands of small steps.",
    source="Rosenbrock 1960, The Computer Journal 3; the chained form. In one dimension (1 − z)².",
)

RASTRIGIN = Scalable(
    key="rastrigin",
    name="Many valleys",
    formula=r"f(x) = \frac1d \sum_{i=1}^{d} z_i^2 + 10 - 10\cos(2\pi z_i), \quad z = x - s",
    box=(-5.12, 5.12),
    goal=0.4,
    points_a_side=120,
    value=_rastrigin,
    value_and_gradient=_rastrigin_both,
    curvature=_rastrigin_curvature,
    share=_rastrigin_share,
    share_of_starts=_rastrigin_starts,
    centre=0.0,
    teaches=(
        "About ten valleys along every axis, and only one of them is the lowest. Here trying "
        "everything wins in one and, on average, in two dimensions: walking down ends in the "
        "nearest valley."
    ),
    source="Rastrigin 1974; in any dimension Mühlenbein, Schomisch and Born 1991.",
)

SCALABLES = {scalable.key: scalable for scalable in (BOWL, ROSENBROCK, RASTRIGIN)}
