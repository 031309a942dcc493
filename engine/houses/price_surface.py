"""The cost of a straight line through houses, as a surface over its weight and its bias.

price = weight · x + bias, where x is the area, or the area shifted and divided so that its mean is
0 and its spread 1. The mean squared error is then a quadratic in (weight, bias) whose numbers are
five averages over the houses, so a surface and a mini-batch cost the same to evaluate.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha1
from math import floor, log10
from typing import Any, NamedTuple

import numpy as np

from engine.houses import Cost, Houses
from engine.houses.batches import IntArray, Order, shuffled
from engine.surfaces.surface import CriticalPoint, FloatArray, Interval, Surface

_AROUND = 1.75  # half the picture, in spreads of the price


class Moments(NamedTuple):
    """Averages over houses, which make their mean squared error a quadratic: an `Objective`.

    With m, p the means of x and price, V, C, S the variance of x, the covariance with the price and
    the variance of the price, the cost at (w, b) is w²V − 2wC + S + (wm + b − p)².
    Points are (..., 2); every operation goes element by element, so a point has the same cost, bit
    for bit, alone and in a batch.
    """

    mean: float
    price: float
    variance: float
    covariance: float
    price_variance: float

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., 2): shape (...); never below 0."""
        w, b = point[..., 0], point[..., 1]
        off = w * self.mean + b - self.price
        tilt = w * (w * self.variance - 2.0 * self.covariance) + self.price_variance
        return np.maximum(tilt, 0.0) + off * off

    def gradient(self, point: FloatArray) -> FloatArray:
        """First derivatives at (..., 2): the same shape."""
        w, b = point[..., 0], point[..., 1]
        off = w * self.mean + b - self.price
        slope = np.empty_like(point)
        slope[..., 0] = 2.0 * (w * self.variance - self.covariance + self.mean * off)
        slope[..., 1] = 2.0 * off
        return slope

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Both at (..., 2), bit for bit the same as each alone."""
        w, b = point[..., 0], point[..., 1]
        off = w * self.mean + b - self.price
        turn = w * self.variance
        tilt = w * (turn - 2.0 * self.covariance) + self.price_variance
        slope = np.empty_like(point)
        slope[..., 0] = 2.0 * (turn - self.covariance + self.mean * off)
        slope[..., 1] = 2.0 * off
        return np.maximum(tilt, 0.0) + off * off, slope

    def hessian(self, point: FloatArray) -> FloatArray:
        """Second derivatives, the same everywhere: (..., 2, 2)."""
        corner = 2.0 * self.mean
        matrix = np.array([[2.0 * (self.variance + self.mean**2), corner], [corner, 2.0]])
        return np.broadcast_to(matrix, (*np.shape(point)[:-1], 2, 2))


def moments(x: FloatArray, price: FloatArray) -> Moments:
    """Return the averages over these houses, (n,) each."""
    mean, middle = x.mean(), price.mean()
    aside, above = x - mean, price - middle
    spread = (aside * aside).mean(), (aside * above).mean(), (above * above).mean()
    return Moments(float(mean), float(middle), *map(float, spread))


@dataclass(frozen=True, eq=False)
class PriceSurface(Surface):
    """The mean squared error of a line through `count` houses, over (weight, bias).

    It holds averages and no rows, so that whoever keeps it keeps nobody's table. The weight is
    multiplied by x = (area − `centre`) / `spread`; `whole` are the averages of all houses. The only
    critical point is the closed-form answer. `key` is "" for a table that no link can name.
    """

    count: int = field(kw_only=True)
    centre: float = field(kw_only=True)
    spread: float = field(kw_only=True)
    whole: Moments = field(kw_only=True, repr=False)

    @property
    def axes(self) -> tuple[str, str]:
        """What the two coordinates are called."""
        return "weight", "bias"

    @property
    def symbols(self) -> tuple[str, ...]:
        """The same in equations."""
        return "w", "b"

    @property
    def scaled(self) -> bool:
        """Whether x is the area shifted and divided."""
        return (self.centre, self.spread) != (0.0, 1.0)

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., 2): shape (...)."""
        with np.errstate(all="ignore"):
            return self.whole.value(np.asarray(point, np.float64))

    def gradient(self, point: FloatArray) -> FloatArray:
        """First derivatives at (..., 2)."""
        with np.errstate(all="ignore"):
            return self.whole.gradient(np.asarray(point, np.float64))

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Both at (..., 2)."""
        with np.errstate(all="ignore"):
            return self.whole.value_and_gradient(np.asarray(point, np.float64))

    def hessian(self, point: FloatArray) -> FloatArray:
        """Second derivatives at (..., 2): the same everywhere."""
        return self.whole.hessian(np.asarray(point, np.float64))

    @property
    def latex(self) -> str:
        """The cost for the page."""
        return r"\frac{1}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right)^2"

    @property
    def gradient_latex(self) -> tuple[str, ...]:
        """The two partial derivatives."""
        error = r"\frac{2}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right)"
        return error + " x_i", error

    @property
    def hessian_latex(self) -> tuple[tuple[str, ...], ...]:
        """The 2 × 2 second derivatives."""
        corner = r"\frac{2}{n} \sum x_i"
        return (r"\frac{2}{n} \sum x_i^2", corner), (corner, "2")

    @property
    def best(self) -> tuple[float, float]:
        """The closed-form (weight, bias)."""
        weight, bias = self.critical_points[0].point
        return weight, bias


@dataclass(frozen=True, eq=False)
class SalesSurface(PriceSurface):
    """A price surface that keeps its `houses`, for steps that take only a few of them.

    `x` (n,): what the weight is multiplied by.
    """

    houses: Houses = field(kw_only=True, repr=False)
    x: FloatArray = field(kw_only=True, repr=False)

    @property
    def cost(self) -> Cost:
        """The same cost, worked out house by house."""
        return Cost(np.stack([self.x, np.ones(len(self.x))], axis=1), self.houses.price)

    def pulls(self, point: FloatArray, rows: IntArray) -> FloatArray:
        """Return the gradient of each of these houses alone at one point (2,): (rows, 2)."""
        x = self.x[rows]
        errors = point[0] * x + point[1] - self.houses.price[rows]
        return 2.0 * np.stack([errors * x, errors], axis=1)

    def sampled(self, batch: int, seed: int) -> "SampledSurface":
        """Return this surface with a mini-batch for each step; the same for the same arguments."""
        return _sampled(self, Order(self.count, batch, seed))


@dataclass(frozen=True)
class SampledSurface:
    """A surface whose step k feels only the houses of its mini-batch.

    What is recorded and judged is the whole surface.
    """

    surface: SalesSurface
    order: Order
    _blocks: dict[tuple[int, int], tuple[Moments, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    dimension = 2

    @property
    def domain(self) -> tuple[Interval, ...]:
        """As of the whole."""
        return self.surface.domain

    @property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        """As of the whole."""
        return self.surface.critical_points

    def value(self, point: FloatArray) -> FloatArray:
        """As of the whole."""
        return self.surface.value(point)

    def gradient(self, point: FloatArray) -> FloatArray:
        """As of the whole."""
        return self.surface.gradient(point)

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """As of the whole."""
        return self.surface.value_and_gradient(point)

    def hessian(self, point: FloatArray) -> FloatArray:
        """As of the whole."""
        return self.surface.hessian(point)

    def at(self, k: int) -> Moments:
        """Return the cost of step k's mini-batch."""
        epoch, place = divmod(k, self.order.steps)
        block, within = divmod(place, _BLOCK)
        known = self._blocks.get((epoch, block))
        if known is None:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            known = _batches(self.surface, self.order, epoch, block)
            self._blocks[epoch, block] = known
        return known[within]


@lru_cache(maxsize=16)
def _sampled(surface: SalesSurface, order: Order) -> SampledSurface:
    return SampledSurface(surface, order)


_BLOCK = 256  # mini-batches worked out together
_MOST_BLOCKS = 1024  # kept for each sampled surface


def _batches(surface: SalesSurface, order: Order, epoch: int, block: int) -> tuple[Moments, ...]:
    """Return the moments of up to 256 successive mini-batches of an epoch."""
    first = block * _BLOCK * order.batch
    rows = shuffled(order.count, order.seed, epoch)[first : first + _BLOCK * order.batch]
    starts = np.arange(0, len(rows), order.batch)
    counts = np.diff(np.append(starts, len(rows)))
    x, price = surface.x[rows], surface.houses.price[rows]

    def averages(numbers: FloatArray) -> FloatArray:
        sums: FloatArray = np.add.reduceat(numbers, starts)
        return sums / counts

    means, prices = averages(x), averages(price)
    aside, above = x - np.repeat(means, counts), price - np.repeat(prices, counts)
    columns = (
        *(means, prices),
        *(averages(aside * aside), averages(aside * above), averages(above * above)),
    )
    return tuple(Moments(*row) for row in np.stack(columns, axis=1).tolist())


# --- Making one --------------------------------------------------------------------------------


def price_surface(
    houses: Houses, *, scaled: bool = True, name: str = "House prices", key: str = ""
) -> PriceSurface:
    """Return the cost surface of a line through these houses, without the houses.

    It starts at a flat line, which gives every house the same price, some way above the mean: in
    either scale the same line. Raises ValueError, with a sentence, where there are fewer than two
    houses, where a number is not finite, or where a column has one value only.
    """
    return PriceSurface(**_parts(houses, scaled, name, key))


def sales_surface(
    houses: Houses, *, scaled: bool = True, name: str = "House prices", key: str = ""
) -> SalesSurface:
    """Return the same surface with its houses, as mini-batches need them; the same errors."""
    parts = _parts(houses, scaled, name, key)
    x = (houses.area - parts["centre"]) / parts["spread"]
    return SalesSurface(**parts, houses=houses, x=x)


def _parts(houses: Houses, scaled: bool, name: str, key: str) -> dict[str, Any]:
    """Return what a surface of these houses is made of."""
    _check(houses)
    centre, spread, height = houses.area.mean(), houses.area.std(), float(houses.price.std())
    if not scaled:
        centre, spread = 0.0, 1.0
    whole = moments((houses.area - centre) / spread, houses.price)
    weight = whole.covariance / whole.variance
    best = (weight, whole.price - weight * whole.mean)
    start = (0.0, _readable(whole.price + 0.4 * height, height))
    # What a surface is compared by: the same numbers in other columns make another one.
    columns = np.stack([houses.area, houses.price, np.full(len(houses), centre)])
    identity = sha1(columns.tobytes(), usedforsecurity=False).hexdigest()[:16]
    return {
        "key": key,
        "name": name,
        "formula": f"mean((w x + b - y)^2) of {identity}",
        "domain": _domain(best, start, height, whole),
        "start": start,
        "critical_points": (CriticalPoint(best, "minimum", True),),
        "count": len(houses),
        "centre": float(centre),
        "spread": float(spread),
        "whole": whole,
    }


def _check(houses: Houses) -> None:
    if len(houses) < 2:
        raise ValueError("A line needs at least two rows.")
    for column in (houses.area, houses.price):
        if not np.isfinite(column).all():
            raise ValueError("All numbers have to be finite.")
    if not _varied(houses.area):
        raise ValueError("The column to predict from has one value only, so it tells no row apart.")
    if not _varied(houses.price):
        raise ValueError(
            "The column to predict has one value only: a flat line fits every row, and nothing is "
            "left to learn."
        )


def _varied(column: FloatArray) -> bool:
    return bool(column.std() > 1e-12 * abs(float(column.mean())))


def _domain(
    best: tuple[float, float], start: tuple[float, float], height: float, whole: Moments
) -> tuple[Interval, ...]:
    """Return a picture around the answer with the start in it.

    Over scaled areas the bowl is round. Over raw ones the valley is so narrow that with one unit
    for both axes it would be thinner than any line; here it is drawn wider, and still is a crack.
    """
    tall = max(_AROUND * height, 1.25 * abs(start[1] - best[1]))
    size = float(np.hypot(whole.mean, np.sqrt(whole.variance)))
    wide = max(tall * (1.0 if size < 2.0 else 12.0 / size), 1.25 * abs(best[0]))
    return tuple(
        (_readable(middle - half, half), _readable(middle + half, half))
        for middle, half in zip(best, (wide, tall), strict=True)
    )


def _readable(number: float, size: float) -> float:
    """Return a number rounded to two digits of `size`, however far from zero it lies."""
    return round(number, 1 - floor(log10(size)))
