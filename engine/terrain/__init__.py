"""What a walker would meet on a surface: curvature, the largest stable rate, the rates to offer.

Where the cost curves upwards by L (the Hessian's largest eigenvalue), gradient descent with the
learning rate α multiplies a small distance from a minimum by 1 − αL at every step. So 1/L lands at
once and 2/L is the limit: beyond it every step ends further away. (B. T. Polyak, 1987,
Introduction to Optimization, section 1.4; with momentum β the limit is 2(1 + β)/L, section 3.2.)
"""

from functools import lru_cache
from math import log10
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from engine.optimizers.optimizer import Optimizer
from engine.surfaces.surface import FloatArray, Surface

STOPS_PER_DECADE = 20


class Curved(Protocol):
    """An objective with second derivatives (..., d, d)."""

    def hessian(self, point: FloatArray, /) -> FloatArray:
        """Second derivatives at points (..., d)."""
        ...


def curvature(objective: Curved, point: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and the largest eigenvalue of the Hessian at (..., d), each (...).

    Both are nan where the Hessian is not finite.
    """
    with np.errstate(all="ignore"):
        hessian = np.asarray(objective.hessian(np.asarray(point, dtype=np.float64)))
        known = np.isfinite(hessian).all(axis=(-2, -1), keepdims=True)
        # LAPACK raises for a nan anywhere in the batch, so these wait outside as zeros.
        eigenvalues = np.linalg.eigvalsh(np.where(known, hessian, 0.0))
        eigenvalues = np.where(np.squeeze(known, axis=-1), eigenvalues, np.nan)
    return eigenvalues[..., 0], eigenvalues[..., -1]


def curvature_along(objective: Curved, point: ArrayLike, direction: ArrayLike) -> FloatArray:
    """Return dᵀHd / dᵀd at (..., d) for directions (..., d): shape (...).

    It is the second derivative met when walking that way; nan for a zero or unknown direction.
    """
    with np.errstate(all="ignore"):
        d = np.asarray(direction, dtype=np.float64)
        # Scaled first, for a gradient of 1e200 has a direction too.
        d = d / np.abs(d).max(axis=-1, keepdims=True)
        d = d / np.linalg.norm(d, axis=-1, keepdims=True)
        hessian = np.asarray(objective.hessian(np.asarray(point, dtype=np.float64)))
        along: FloatArray = np.einsum("...i,...ij,...j->...", d, hessian, d)
    return along


def largest_stable_rate(
    objective: Curved, point: ArrayLike, momentum: ArrayLike = 0.0
) -> FloatArray:
    """Return 2(1 + momentum)/L at (..., d), L being the largest curvature there: shape (...).

    Gradient descent (with heavy-ball momentum) near a minimum of that curvature is stable below
    this rate only. Where nothing curves upwards (L ≤ 0) it is inf, where L is unknown nan.
    """
    with np.errstate(all="ignore"):
        largest = curvature(objective, point)[1]
        limit = 2.0 * (1.0 + np.asarray(momentum, dtype=np.float64)) / np.abs(largest)
        return np.where(largest <= 0.0, np.inf, limit)


# --- Rates that suit a surface -----------------------------------------------------------------


def learning_rates(surface: Surface, optimizer: Optimizer, stops: int = 61) -> FloatArray:
    """Return the stops of the dial, ascending: 10^(j/20) for consecutive integers j.

    They reach from rates that crawl to rates that overshoot. The top is, by the rate's unit:

    - inverse curvature: 6/L, three times the limit 2/L of gradient descent, at the end of a
      cautious way down from the start;
    - ratio of a method that knows the Hessian: 10, where 1 is the full step;
    - everything else: 30 times the default, one and a half decades above it.
    """
    top = _top_stop(surface, optimizer)
    return np.array([_rate(j) for j in range(top - stops + 1, top + 1)])


def default_rate(surface: Surface, optimizer: Optimizer) -> float:
    """Return the stop of the dial that behaves well from the surface's start.

    By the unit of the rate it is the stop nearest to

    - inverse curvature: ½/L with the largest curvature L on a cautious way down from the start.
      The error across the steepest valley then halves at every step, and there is room for
      walls that the way did not meet;
    - ratio of a method that knows the Hessian: 1, the full step;
    - everything else: the rate with which 200 steps down a steady slope lead one and a half times
      across the domain, so that there is time both to arrive and to settle.
    """
    return _rate(_default_stop(surface, optimizer))


_STEPS = 200


def _rate(stop: int) -> float:
    return float(10.0 ** (stop / STOPS_PER_DECADE))


def _nearest_stop(rate: float) -> int:
    # Python's power and logarithm, and a clip: a formula may curve by 1e300 or by nothing.
    return round(STOPS_PER_DECADE * log10(min(max(rate, 1e-100), 1e100)))


@lru_cache(maxsize=1024)
def _default_stop(surface: Surface, optimizer: Optimizer) -> int:
    top = _top_stop(surface, optimizer)
    return min(max(_suitable_stop(surface, optimizer), top - 3 * STOPS_PER_DECADE), top)


@lru_cache(maxsize=1024)
def _top_stop(surface: Surface, optimizer: Optimizer) -> int:
    if optimizer.rate_unit == "inverse_curvature":
        top = _nearest_stop(6.0 / _way_down(surface).at_end)
    elif optimizer.needs_hessian:
        top = STOPS_PER_DECADE
    else:
        top = _suitable_stop(surface, optimizer) + 3 * STOPS_PER_DECADE // 2
    # All three decades lie in the range the optimizer allows.
    low, high = _nearest_stop(optimizer.settings[0].low), _nearest_stop(optimizer.settings[0].high)
    return min(max(top, low + 3 * STOPS_PER_DECADE), high)


def _suitable_stop(surface: Surface, optimizer: Optimizer) -> int:
    if optimizer.rate_unit == "inverse_curvature":
        return _nearest_stop(0.5 / _way_down(surface).largest)
    if optimizer.needs_hessian:
        return 0
    return _nearest_stop(1.5 * _diagonal(surface) / _reach(optimizer))


@lru_cache(maxsize=64)
def _reach(optimizer: Optimizer) -> float:
    """Return how far 200 steps of rate 1 lead down a steady slope of 1.

    About 200 for the methods that divide by the size of the gradient, far less for those whose
    steps shrink (Adagrad, like 1/√k) or have to grow first (Adadelta).
    """
    # Steps are linear in the rate; walked with a small one, weight decay has nothing to pull at.
    settings = {**optimizer.defaults, "learning_rate": 1e-6}
    point, slope = np.zeros(1), np.ones(1)
    state = optimizer.initial(point)
    for _ in range(_STEPS):
        state, step = optimizer.update(state, point, slope, **settings)
        point = point + step
    reach = float(abs(point[0])) / settings["learning_rate"]
    return reach if 0.0 < reach < np.inf else float(_STEPS)


def _diagonal(surface: Surface) -> float:
    return float(np.hypot.reduce([high - low for low, high in surface.domain]))


class _Way(NamedTuple):
    """Curvatures met on the way down, both positive: the largest, and that where it ends."""

    largest: float
    at_end: float


@lru_cache(maxsize=256)
def _way_down(surface: Surface) -> _Way:
    """Return the curvatures met on a cautious way down from the surface's start.

    On a slope without curvature (|x|, a plane), where 1/L would lead out of the domain in a step
    or two, the scale is that of a step a twentieth of the domain. The curvature at the end is
    taken as a quarter of the largest or more: three decades have to serve both.
    """
    diagonal = _diagonal(surface)
    points = _cautious_points(surface)
    if not len(points):
        return _Way(1.0, 1.0)
    # The usual slope, not the steepest: the way may end at a pole.
    slope = float(np.median(np.hypot.reduce(surface.gradient(points), axis=-1)))
    upward = np.maximum(curvature(surface, points)[1], 0.0)
    largest = float(upward.max())
    if not largest > 2.0 * slope / diagonal:
        largest = 20.0 * slope / diagonal or 1.0
        return _Way(largest, largest)
    return _Way(largest, max(float(upward[-1]), largest / 4.0))


def _cautious_points(surface: Surface) -> FloatArray:
    """Walk down with the rate 1/(upward curvature underfoot): points (n, d), the start first.

    No step is longer than a twentieth of the domain. The walk ends when it arrives, leaves the
    domain, comes out higher than it began (across a pole) or meets a place without finite
    derivatives; n = 0 if that is the start already.
    """
    longest = _diagonal(surface) / 20.0
    point, points = np.array(surface.start), []
    ceiling = surface.value(point)
    with np.errstate(all="ignore"):
        for _ in range(_STEPS // 4):
            value, gradient = surface.value_and_gradient(point)
            slope = float(np.hypot.reduce(gradient))
            bend = float(curvature(surface, point)[1])
            if not (value <= ceiling and np.isfinite(slope + bend) and _shows(surface, point)):
                break
            points.append(point)
            if slope == 0.0:
                break
            point = point - gradient / max(bend, slope / longest)
    return np.array(points)


def _shows(surface: Surface, point: FloatArray) -> bool:
    return all(low <= x <= high for x, (low, high) in zip(point, surface.domain, strict=True))


# --- Directions --------------------------------------------------------------------------------


class Axes(NamedTuple):
    """Principal curvatures (..., d), ascending, and their unit axes (..., d, d), as columns."""

    curvatures: FloatArray
    axes: FloatArray


def principal(objective: Curved, point: ArrayLike) -> Axes:
    """Return eigenvalues and eigenvectors of the Hessian at (..., d); nan where it is not finite.

    Along axis i, gradient descent with the rate α multiplies the distance to the bottom of the
    quadratic underfoot by 1 − αλᵢ at every step: one rate for all axes, but a factor for each.
    """
    with np.errstate(all="ignore"):
        hessian = np.asarray(objective.hessian(np.asarray(point, dtype=np.float64)))
        known = np.isfinite(hessian).all(axis=(-2, -1), keepdims=True)
        curvatures, axes = np.linalg.eigh(np.where(known, hessian, 0.0))
        curvatures = np.where(np.squeeze(known, axis=-1), curvatures, np.nan)
        return Axes(curvatures, np.where(known, axes, np.nan))


class Scaled(NamedTuple):
    """The coordinates in which a bowl is round: `formula`, `domain` and `start` there."""

    formula: str
    domain: tuple[tuple[float, float], tuple[float, float]]
    start: tuple[float, float]


def scaled(surface: Surface, start: tuple[float, ...]) -> Scaled | None:
    """Return the round picture of a quadratic bowl of two variables, or None for all others.

    A cost c + ½(z − z*)ᵀH(z − z*) with positive eigenvalues is c + ½|u|² in u = √Λ Qᵀ(z − z*):
    every curvature is 1, so one rate suits all directions.
    """
    if surface.dimension != 2:
        return None
    sides = np.array(surface.domain)
    corners = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    places = np.concatenate([corners, corners / 3.0, [surface.start, start]])
    with np.errstate(all="ignore"):
        bent = np.asarray(surface.hessian(places))
    first = bent[0]
    size = np.abs(first).max()
    if not np.isfinite(bent).all() or not np.abs(bent - first).max() <= 1e-9 * size:
        return None
    curvatures, axes = np.linalg.eigh(first)
    if not curvatures[0] > 1e-9 * size:
        return None
    bottom = np.array(start) - np.linalg.solve(first, surface.gradient(np.array(start)))
    place = np.sqrt(curvatures) * (axes.T @ (np.array(start) - bottom))
    side = float(f"{1.35 * max(float(np.abs(place).max()), 1e-3):.2g}")
    level = float(surface.value(bottom))
    text = "(x^2 + y^2)/2" + (f" + {level:.6g}" if abs(level) > 1e-9 * side**2 else "")
    x, y = (float(f"{c:.6g}") for c in place)
    return Scaled(text.replace("+ -", "- "), ((-side, side), (-side, side)), (x, y))
