"""Noisy slopes: a surface whose gradient is a little wrong at every step, by a seeded throw.

It stands for whatever makes a gradient uncertain, such as taking it from a few examples only. What
is recorded and judged is always the surface itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from engine.surfaces.surface import CriticalPoint, FloatArray, Interval, Surface


@dataclass(frozen=True)
class Noisy:
    """A surface whose steps take a gradient with normal noise added, the same for all walkers.

    `share`: the noise's standard deviation in each direction, as a share of the surface's usual
    slope (the median over its picture). Step k's throw follows from `seed` and k alone.
    """

    surface: Surface
    share: float
    seed: int = 0

    @property
    def dimension(self) -> int:
        """Number of variables."""
        return self.surface.dimension

    @property
    def domain(self) -> tuple[Interval, ...]:
        """The part that is shown."""
        return self.surface.domain

    @property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        """The facts known about the surface."""
        return self.surface.critical_points

    @cached_property
    def deviation(self) -> float:
        """The noise's standard deviation in each direction, in units of the slope."""
        return self.share * usual_slope(self.surface)

    def value(self, point: FloatArray) -> FloatArray:
        """The surface's cost at (..., d), without noise."""
        return self.surface.value(point)

    def gradient(self, point: FloatArray) -> FloatArray:
        """The surface's slope, without noise."""
        return self.surface.gradient(point)

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Both, without noise."""
        return self.surface.value_and_gradient(point)

    def hessian(self, point: FloatArray) -> FloatArray:
        """The surface's second derivatives."""
        return self.surface.hessian(point)

    def at(self, k: int) -> Jolted:
        """The surface as step k feels it."""
        return Jolted(self.surface, self.deviation * _throw(self.seed, k, self.dimension))


@dataclass(frozen=True, eq=False)
class Jolted:
    """A surface whose slope is off by `jolt` (d,) everywhere."""

    surface: Surface
    jolt: FloatArray

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., d)."""
        return self.surface.value(point)

    def gradient(self, point: FloatArray) -> FloatArray:
        """Slope at (..., d), with the error."""
        return self.surface.gradient(point) + self.jolt

    def hessian(self, point: FloatArray) -> FloatArray:
        """Second derivatives."""
        return self.surface.hessian(point)


@lru_cache(maxsize=4096)
def _throw(seed: int, k: int, dimension: int) -> FloatArray:
    throw = np.random.default_rng((seed, k)).normal(size=dimension)
    throw.flags.writeable = False
    return throw


@lru_cache(maxsize=64)
def usual_slope(surface: Surface) -> float:
    """Return the median length of the gradient over the picture; 0 where there is none."""
    axes = [np.linspace(low, high, 25) for low, high in surface.domain]
    grid = np.stack(np.meshgrid(*axes), axis=-1)
    with np.errstate(all="ignore"):
        slopes = np.hypot.reduce(surface.gradient(grid), axis=-1)
    known = slopes[np.isfinite(slopes)]
    return float(np.median(known)) if known.size else 0.0
