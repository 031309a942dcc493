"""House prices: a linear model, its cost over all sales, and the exact answer to compare with.

The price is predicted as columns · θ. The cost is the mean of the squared errors; it is an
objective like any surface, over as many dimensions as there are columns.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.houses.batches import IntArray

FloatArray: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["area", "zip_number", "zip"]

HELD_OUT = 0.2  # share of the houses that a split keeps back for testing


@dataclass(frozen=True, eq=False)
class Houses:
    """Sales: `area` (n,) in square feet, `price` (n,) in any unit, `zips` (n,) whole numbers.

    Another table with two columns of numbers is the same thing: `zips` stay zero then.
    """

    area: FloatArray
    price: FloatArray
    zips: IntArray

    def __len__(self) -> int:
        return len(self.price)

    def taken(self, rows: IntArray) -> "Houses":
        """Return these rows, some perhaps more than once."""
        return Houses(self.area[rows], self.price[rows], self.zips[rows])

    def split(self, seed: int) -> tuple["Houses", "Houses"]:
        """Return the houses to learn from and those held out, by a shuffle of this seed."""
        order = np.random.default_rng(seed).permutation(len(self))
        out = max(1, round(HELD_OUT * len(self)))
        return self.taken(order[out:]), self.taken(order[:out])

    def resampled(self, count: int, seed: int) -> "Houses":
        """Return `count` houses drawn with replacement: more rows, but no new information."""
        return self.taken(np.random.default_rng(seed).integers(0, len(self), count))


# --- What the model looks at -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Features:
    """What was learnt from houses so as to make columns of others.

    `kind`: "area" gives the columns (area, 1); "zip_number" (area, ZIP as a number, 1), which is
    wrong in kind, for 95,838 is not more of anything than 95,608; "zip" (area, one column of zeros
    and ones for each ZIP), without a column of ones, which would be the sum of the ZIPs' columns.
    `centre` and `spread` (1 or 2,): what numbers are shifted and divided by; 0 and 1 if raw.
    `codes` (z,) are the ZIPs known, ascending, and `shares` (z,) how many of the houses have each.
    """

    kind: Kind
    centre: FloatArray
    spread: FloatArray
    codes: IntArray
    shares: FloatArray

    def known(self, zips: IntArray) -> NDArray[np.bool_]:
        """Return which ZIPs (n,) the model has met."""
        return np.isin(zips, self.codes)

    def columns(self, area: FloatArray, zips: IntArray) -> FloatArray:
        """Return the columns (n, d). A ZIP never met is the average one, by the houses' shares."""
        numbers = [area] if self.kind != "zip_number" else [area, zips.astype(np.float64)]
        scaled = (np.stack(numbers, axis=1) - self.centre) / self.spread
        if self.kind != "zip":
            return np.concatenate([scaled, np.ones((len(area), 1))], axis=1)
        each = (zips[:, None] == self.codes).astype(np.float64)
        return np.concatenate([scaled, np.where(self.known(zips)[:, None], each, self.shares)], 1)


def features(houses: Houses, kind: Kind, *, scaled: bool = True) -> Features:
    """Return the features of that kind, with the scale and the ZIPs of these houses."""
    numbers = [houses.area] if kind != "zip_number" else [houses.area, houses.zips.astype(float)]
    centre, spread = np.zeros(len(numbers)), np.ones(len(numbers))
    if scaled:
        centre = np.array([column.mean() for column in numbers])
        spread = np.array([column.std() or 1.0 for column in numbers])
    codes, counts = np.unique(houses.zips, return_counts=True)
    return Features(kind, centre, spread, codes, counts / counts.sum())


# --- The cost ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Cost:
    """Mean squared error (1/n) Σ (xᵢ·θ − yᵢ)² of rows xᵢ of `columns` (n, d) and `prices` (n,)."""

    columns: FloatArray = field(repr=False)
    prices: FloatArray = field(repr=False)

    @property
    def dimension(self) -> int:
        """How many parameters a point has, d."""
        return int(self.columns.shape[1])

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., d): shape (...)."""
        return self._value(self._errors(point))

    def gradient(self, point: FloatArray) -> FloatArray:
        """(2/n) Σ (xᵢ·θ − yᵢ) xᵢ at (..., d): the same shape."""
        return self._gradient(self._errors(point))

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Both, the errors worked out once."""
        errors = self._errors(point)
        return self._value(errors), self._gradient(errors)

    def hessian(self, point: FloatArray) -> FloatArray:
        """(2/n) XᵀX, the same everywhere: shape (..., d, d)."""
        return np.broadcast_to(self._hessian, (*np.shape(point)[:-1], *self._hessian.shape))

    def gradient_of_each(self, point: FloatArray) -> FloatArray:
        """Each example's own pull 2 (xᵢ·θ − yᵢ) xᵢ at one point (d,): shape (n, d)."""
        return 2.0 * self._errors(point)[:, None] * self.columns

    @cached_property
    def best(self) -> FloatArray:
        """The closed-form answer (d,): least squares, the shortest of all if there are several."""
        answer = np.linalg.lstsq(self.columns, self.prices, rcond=None)[0]
        return answer.astype(np.float64)

    def taken(self, rows: IntArray) -> "Cost":
        """Return the cost of these rows alone."""
        return Cost(self.columns[rows], self.prices[rows])

    def _errors(self, point: FloatArray) -> FloatArray:
        errors: FloatArray = point @ self.columns.T - self.prices
        return errors

    def _value(self, errors: FloatArray) -> FloatArray:
        return np.asarray(np.square(errors).mean(axis=-1))

    def _gradient(self, errors: FloatArray) -> FloatArray:
        slope: FloatArray = (2.0 / len(self.prices)) * (errors @ self.columns)
        return slope

    @cached_property
    def _hessian(self) -> FloatArray:
        hessian: FloatArray = (2.0 / len(self.prices)) * (self.columns.T @ self.columns)
        return hessian


# --- Models, and how good they are -------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Model:
    """Features and their parameters (d,): what predicts a price."""

    features: Features
    parameters: FloatArray

    def predict(self, area: FloatArray, zips: IntArray) -> FloatArray:
        """Return prices (n,). Raises ValueError for an area that is not positive and finite."""
        if not ((area > 0) & np.isfinite(area)).all():
            raise ValueError("A house has more than zero square feet.")
        prices: FloatArray = self.features.columns(area, zips) @ self.parameters
        return prices


@dataclass(frozen=True)
class Score:
    """How well prices were predicted: the share of variance explained, and the typical error.

    `r_squared` 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; `error` the root of the mean squared error, in the
    price's unit; `unknown` of `count` houses were in a ZIP that the model had not met.
    """

    r_squared: float
    error: float
    count: int
    unknown: int = 0


def solved(houses: Houses, kind: Kind) -> Model:
    """Return the model with the closed-form answer for these houses."""
    made = features(houses, kind)
    cost = Cost(made.columns(houses.area, houses.zips), houses.price)
    return Model(made, cost.best)


def scored(model: Model, houses: Houses) -> Score:
    """Return how well a model predicts these houses."""
    errors = model.predict(houses.area, houses.zips) - houses.price
    squares, spread = np.square(errors).mean(), houses.price.var()
    unknown = int((~model.features.known(houses.zips)).sum()) if model.features.kind == "zip" else 0
    share = float(1.0 - squares / spread) if spread > 0 else float("nan")
    return Score(share, float(np.sqrt(squares)), len(houses), unknown)


def held_out(houses: Houses, kind: Kind, seed: int, folds: int = 10) -> Score:
    """Return the score on houses held out: each is predicted once by a model that never saw it."""
    order = np.random.default_rng(seed).permutation(len(houses))
    errors, unknown = np.empty(len(houses)), 0
    for fold in range(folds):
        out = order[fold::folds]
        model = solved(houses.taken(np.setdiff1d(order, out)), kind)
        errors[out] = model.predict(houses.area[out], houses.zips[out]) - houses.price[out]
        unknown += int((~model.features.known(houses.zips[out])).sum()) if kind == "zip" else 0
    share = float(1.0 - np.square(errors).mean() / houses.price.var())
    return Score(share, float(np.sqrt(np.square(errors).mean())), len(houses), unknown)
