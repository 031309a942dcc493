"""What a surface is: a formula, the part of it to show, a start, and the facts known about it.

A curve is a surface over one variable; nothing changes but the number of dimensions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.formula import Formula, compile_formula

Kind = Literal["minimum", "maximum", "saddle", "degenerate", "cusp"]
Interval = tuple[float, float]
Point = tuple[float, ...]
FloatArray = NDArray[np.float64]


_FAR = 1e6  # where pictures of typed formulas may lie: numbers one can read, with digits to spare
_FINE = 1e-9  # the narrowest, relative to its distance from zero


@dataclass(frozen=True)
class CriticalPoint:
    """A point where the gradient is zero, or, at a cusp, where there is none.

    `kind`: minimum and maximum; saddle (up one way, down another); degenerate (the Hessian is
    singular and the point is neither lowest nor highest, as that of x³); cusp (a lowest point with
    a kink instead of a derivative, as that of |x|). `is_global`: nothing anywhere is lower.
    """

    point: Point
    kind: Kind
    is_global: bool = False


@dataclass(frozen=True)
class Surface:
    """A cost over one variable (a curve) or two: a formula, the part of it to show, and a start.

    `domain` holds one (low, high) per variable; the formula goes on beyond it. `start` is a point
    from which descent has something to show. `teaches` is for the student, `source` for whoever
    checks. Points are float64 arrays (..., d); values drop the last axis. Outside the formula's
    own domain (log of a negative number) values are nan, never an error or a warning.
    """

    key: str
    name: str
    formula: str
    domain: tuple[Interval, ...]
    start: Point
    # Not compared: the formula and its place already say which surface this is.
    critical_points: tuple[CriticalPoint, ...] = field(default=(), compare=False, repr=False)
    teaches: str = field(default="", compare=False, repr=False)
    source: str = field(default="", compare=False, repr=False)

    @property
    def dimension(self) -> int:
        """Number of variables, d: 1 or 2."""
        return len(self.domain)

    @property
    def symbols(self) -> tuple[str, ...]:
        """What the variables are called in equations."""
        return ("x", "y")[: self.dimension]

    @cached_property
    def compiled(self) -> Formula:
        """The formula as functions of points, compiled when first asked for."""
        return compile_formula(self.formula, ("x", "y")[: self.dimension])

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., d): shape (...)."""
        value: FloatArray = self.compiled.value(point)
        return value

    def gradient(self, point: FloatArray) -> FloatArray:
        """First derivatives at (..., d): shape (..., d)."""
        return self.compiled.gradient(point)

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Both in one pass over the formula."""
        return self.compiled.value_and_gradient(point)

    def hessian(self, point: FloatArray) -> FloatArray:
        """Second derivatives at (..., d): shape (..., d, d)."""
        return self.compiled.hessian(point)

    @property
    def latex(self) -> str:
        """The formula for the page."""
        return self.compiled.latex

    @property
    def gradient_latex(self) -> tuple[str, ...]:
        """The d partial derivatives."""
        return self.compiled.gradient_latex

    @property
    def hessian_latex(self) -> tuple[tuple[str, ...], ...]:
        """The d × d second derivatives."""
        return self.compiled.hessian_latex

    @property
    def minima(self) -> tuple[CriticalPoint, ...]:
        """The listed lowest points of their surroundings, smooth or cusp."""
        return tuple(c for c in self.critical_points if c.kind in ("minimum", "cusp"))


def own(text: str, domain: tuple[Interval, ...], *, start: Point | None = None) -> Surface:
    """Return the surface (or curve: one interval) of a typed formula: key "", no critical points.

    Without `start` it is the first of a few points off the symmetry lines where cost and slope are
    finite and the slope is not zero. Raises `FormulaError` for a text that is no formula and
    ValueError for a domain or start that is none: a domain lies within a million of zero and is
    no narrower than a billionth of that distance.
    """
    domain = tuple((float(low), float(high)) for low, high in domain)
    if not 1 <= len(domain) <= 2:
        raise ValueError(f"a domain is one or two intervals, not {len(domain)}")
    for low, high in domain:
        _check_interval(low, high)
    surface = Surface("", "Your formula", text, domain, _usable_start(text, domain))
    if start is None:
        return surface
    start = tuple(float(coordinate) for coordinate in start)
    if len(start) != len(domain) or not all(map(isfinite, start)):
        raise ValueError(f"a start here is {len(domain)} finite numbers, not {start}")
    return Surface("", surface.name, text, domain, start)


def _check_interval(low: float, high: float) -> None:
    if not low < high:
        raise ValueError("a picture goes from a smaller number to a larger one")
    size = max(abs(low), abs(high))
    if not size <= _FAR:
        raise ValueError(f"a picture lies within {_FAR:,.0f} of zero")
    if high - low < max(size, 1.0) * _FINE:
        raise ValueError("a picture that small cannot be told from a point")


def _usable_start(text: str, domain: tuple[Interval, ...]) -> Point:
    # Fractions of the domain with no two alike, so that no diagonal or middle is hit; a log or a
    # root that lives on one side of zero only is found by the later ones.
    fractions = np.array([(0.17, 0.71), (0.83, 0.64), (0.71, 0.23), (0.29, 0.19), (0.54, 0.57)])
    low, high = np.array(domain).T
    points = low * (1 - fractions[:, : len(domain)]) + high * fractions[:, : len(domain)]
    hundredths = 10.0 ** (2 - np.floor(np.log10(high - low)))
    points = np.round(points * hundredths) / hundredths  # numbers that one can read in a link
    formula = compile_formula(text, ("x", "y")[: len(domain)])
    value, gradient = formula.value_and_gradient(points)
    usable = np.isfinite(value) & np.isfinite(gradient).all(axis=-1) & gradient.any(axis=-1)
    return tuple(points[np.argmax(usable)].tolist())


def listed(
    kind: Kind, points: Iterable[Point], *, is_global: bool = False
) -> tuple[CriticalPoint, ...]:
    """Return the points as critical points of one kind."""
    return tuple(CriticalPoint(point, kind, is_global) for point in points)


def mirrored(*points: tuple[float, float]) -> list[Point]:
    """Return the points with every change of sign and order, for a surface with that symmetry."""
    images = {
        image for x, y in points for a, b in ((x, y), (y, x)) for image in product({a, -a}, {b, -b})
    }
    return sorted((x + 0.0, y + 0.0) for x, y in images)


def opposite(*points: tuple[float, float]) -> list[Point]:
    """Return the points and those across the origin, for a surface with f(−x, −y) = f(x, y)."""
    return [image for x, y in points for image in ((x, y), (-x, -y))]


def find(registry: Mapping[str, Surface], key: str) -> Surface:
    """Return the entry of that key; ValueError naming the known keys if there is none."""
    if key not in registry:
        raise ValueError(f"there is no {key!r} here; known are {', '.join(registry)}")
    return registry[key]
