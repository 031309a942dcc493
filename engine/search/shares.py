"""What share of a box is low enough: the chance that one random draw arrives, in any dimension.

In thousands of dimensions that share is far too small to be seen by drawing, and a line through
what was seen in a few would miss it by thousands of powers of ten. But a sum of one term for each
coordinate has a cumulant K(t) = log E exp(−t S) that can be integrated coordinate by coordinate,
and the chance that the sum is as low as s follows from it:

    P(S ≤ s) ≈ exp(K(t) + t s) / (t √(2π K″(t))),   t where K′(t) = −s

Source: H. E. Daniels, 1954, Saddlepoint approximations in statistics; in this form for tails
V. V. Petrov, 1975. The error shrinks like 1/d.
"""

from collections.abc import Callable
from math import lgamma, log, pi, sqrt

import numpy as np

from engine.optimizers.optimizer import FloatArray

_GOLDEN = (sqrt(5) - 1) / 2
_STEPS, _SPREAD = 32, 1e-3  # of the search for t; of the difference that gives the curvature
_SAMPLES = 4001  # of a coordinate, for an integral
_CHAIN = 500  # samples of a coordinate that is tied to the next one
_SAME = 1e-11  # what a further link adds to a cumulant: no other than the one before
_LOWEST, _HIGHEST = log(1e-2), log(1e3)  # of log t


def tail(cumulant: Callable[[float], float], most: float) -> float:
    """Return log₁₀ P(S ≤ most) of a sum with this cumulant, log E exp(−t S) for t > 0."""

    def bound(log_t: float) -> float:
        return cumulant(float(np.exp(log_t))) + float(np.exp(log_t)) * most

    t = float(np.exp(_bottom(bound, _LOWEST, _HIGHEST)))
    step = _SPREAD * t
    curvature = (cumulant(t + step) - 2 * cumulant(t) + cumulant(t - step)) / step**2
    return (cumulant(t) + t * most - log(t * sqrt(2 * pi * curvature))) / log(10)


def _bottom(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function with one valley is lowest: the golden section."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(_STEPS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = function(right)
    return (low + high) / 2


def of_ellipsoid(weights: FloatArray, side: float, most: float) -> float:
    """Return log₁₀ of the share of a box where Σ wᵢ zᵢ² is at most `most`: exact, if it fits in.

    `weights` (d,); `side`: how wide the box is. The volume of a ball, squeezed along each axis.
    """
    half = len(weights) / 2
    ball = half * log(pi * most) - lgamma(half + 1)
    return (ball - float(np.log(weights).sum()) / 2 - 2 * half * log(side)) / log(10)


def of_terms(
    term: Callable[[FloatArray], FloatArray],
    dimension: int,
    box: tuple[float, float],
    most: float,
) -> float:
    """Return log₁₀ of the share of a box where Σ term(zᵢ) over d coordinates is at most `most`.

    The box is that of every coordinate, measured from the lowest place.
    """
    cells = np.linspace(*box, _SAMPLES + 1)
    costs = term((cells[1:] + cells[:-1]) / 2)
    return tail(lambda t: dimension * log(float(np.exp(-t * costs).mean())), most)


def of_chain(
    link: Callable[[FloatArray, FloatArray], FloatArray],
    dimension: int,
    box: tuple[float, float],
    most: float,
) -> float:
    """Return log₁₀ of the share of a box where Σ link(zᵢ, zᵢ₊₁) over d − 1 links is at most `most`.

    What comes after the next coordinate is integrated first: one matrix, applied again and again.
    """
    cells = np.linspace(*box, _CHAIN + 1)
    z = (cells[1:] + cells[:-1]) / 2
    costs = link(z[:, None], z[None, :])

    def cumulant(t: float) -> float:
        matrix, shape, total, last = np.exp(-t * costs) / _CHAIN, np.ones(_CHAIN), 0.0, 0.0
        for link_number in range(dimension - 1):
            shape = matrix @ shape
            before, last = last, log(float(shape.mean()))
            shape /= shape.mean()
            total += last
            if abs(last - before) < _SAME:  # each further link multiplies by the same
                return total + last * (dimension - 2 - link_number)
        return total

    return tail(cumulant, most)


def of_valleys(shares: FloatArray, most: float, dimension: int) -> float:
    """Return log₁₀ P(Σ kᵢ² ≤ most) of d valleys, the k-th to either side with chance shares[k].

    Where hardly any may be off the lowest, the cases are counted one by one.
    """
    if most < 9:
        return _counted(shares, int(most), dimension)
    costs = np.arange(len(shares)) ** 2.0

    def cumulant(t: float) -> float:
        return dimension * log(float(shares @ np.exp(-t * costs)))

    return tail(cumulant, most)


def _counted(shares: FloatArray, most: int, dimension: int) -> float:
    sums = np.zeros(most + 1)
    sums[0] = 1.0
    for _ in range(dimension):
        after = np.zeros(most + 1)
        for k, share in enumerate(shares):
            if k * k <= most:
                after[k * k :] += share * sums[: most + 1 - k * k]
        sums = after
    total = float(sums.sum())
    return log(min(total, 1.0)) / log(10)
