"""The critical points of a surface, found: where it is level, and where it has a tip.

Starts are the cells of a grid in which both parts of the gradient change sign, and the grid's own
points coarsely. From each, Newton's method on the gradient goes to a level place of whichever kind:
it looks for a zero of ∇f, not for a low value of f. What it finds is merged and told apart by the
Hessian's eigenvalues, or, where one of them is zero, by the costs around. A tip (|x| at 0) has no
zero of the gradient; a search that compares costs only finds those.

Level places that are not alone, such as the floor of a valley or a plain, are no critical points to
count; the findings say in words that they are there.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.surfaces.surface import FloatArray, Kind, Surface
from engine.terrain.level import CELLS, Place, distinct, goes_on, newton, starts

_APART = 1e-5  # of the diagonal: level places nearer than this are one
_FLAT = 1e-7  # an eigenvalue below this share of the largest counts as zero
_RING = np.stack([np.cos(np.arange(24) * np.pi / 12), np.sin(np.arange(24) * np.pi / 12)], axis=-1)


@dataclass(frozen=True)
class Found:
    """A critical point that was found.

    `kind` as in the catalogue; a kink that is highest counts as a maximum. `eigenvalues` ascending,
    nan at a tip; `axes`: a unit vector for each of them, the first the one that goes down most, or
    up least; at a degenerate point the axis that goes down most by the costs around, with the
    curvature along it. `side`: along the first axis, +1 or −1, the lower of its two sides.
    """

    point: tuple[float, ...]
    kind: Kind
    value: float
    eigenvalues: tuple[float, ...]
    axes: tuple[tuple[float, ...], ...]
    side: int = 1


@dataclass(frozen=True)
class Findings:
    """All that was found in a surface's picture: minima first, and among them the lowest.

    `is_complete`: these are all there are; claimed of catalogued polynomials only, whose lists the
    tests compare with a finer search. `note` says in words what is level but not a point, or "".
    `plain`: a place on ground so flat that the cost would hardly change across the whole picture.
    """

    points: tuple[Found, ...]
    is_complete: bool
    note: str
    plain: tuple[float, ...] | None = None

    def of(self, *kinds: Kind) -> tuple[Found, ...]:
        """Those of some kinds, in order."""
        return tuple(found for found in self.points if found.kind in kinds)

    @property
    def minima(self) -> tuple[Found, ...]:
        """The lowest points of their surroundings, smooth or with a tip."""
        return self.of("minimum", "cusp")

    @property
    def saddles(self) -> tuple[Found, ...]:
        """Where descent may stand though there is a way down: saddles and degenerate points."""
        return self.of("saddle", "degenerate")


@lru_cache(maxsize=64)
def critical_points(surface: Surface, cells: int = CELLS) -> Findings:
    """Return the critical points inside the picture of a surface (or curve), its edge included.

    `cells`: how fine the grid is that gives the starts. Never raises or warns: a formula without
    values has no points, and a note.
    """
    with np.errstate(all="ignore"):
        place = Place(surface, cells)
        if place.note:
            return Findings((), False, place.note)
        level, lines = _level_points(place)
        tips = _tips(place, level)
        points = sorted((*level, *tips), key=lambda found: (_ORDER[found.kind], found.value))
    complete = bool(surface.critical_points) and not lines and is_polynomial(surface)
    return Findings(tuple(points), complete, lines, place.plain())


_ORDER: dict[str, int] = {"minimum": 0, "cusp": 0, "saddle": 1, "degenerate": 2, "maximum": 3}


# --- Level places ------------------------------------------------------------------------------


def _level_points(place: Place) -> tuple[list[Found], str]:
    """Return the level places that are alone, and a sentence about those that are not."""
    ends, steps = newton(place, starts(place))
    ends = distinct(ends[np.argsort(steps)], _APART * place.size)
    if not len(ends):
        return [], ""
    bends = place.surface.hessian(ends)
    known = np.isfinite(bends).all(axis=(-2, -1))
    ends, bends = ends[known], bends[known]
    curvatures, axes = np.linalg.eigh(bends)
    largest = np.abs(curvatures).max(axis=-1, initial=0.0)
    usual = place.slope / place.size
    singular = np.abs(curvatures).min(axis=-1, initial=np.inf) <= _FLAT * np.maximum(largest, usual)
    extended = np.zeros(len(ends), np.bool_)
    extended[singular] = goes_on(place, ends[singular], curvatures[singular], axes[singular])
    found = [
        _found(place, ends[i], bool(singular[i]), curvatures[i], axes[i])
        for i in np.flatnonzero(~extended)
    ]
    return found, _LINES if extended.any() else ""


_LINES = (
    "It is level along a line or over an area too, where no single point stands out; such places "
    "are not counted."
)


# --- Which kind --------------------------------------------------------------------------------


def _found(
    place: Place, point: FloatArray, singular: bool, curvatures: FloatArray, axes: FloatArray
) -> Found:
    kind: Kind
    if singular:
        kind = _kind_by_neighbours(place, point)
    else:
        kind = "minimum" if curvatures[0] > 0 else "maximum" if curvatures[-1] < 0 else "saddle"
    if kind == "degenerate" and len(point) == 2:  # the curvature does not say which way is down
        around, _ = _around(place, point, 1e-3 * place.size)
        x, y = _RING[np.argmin(around)]
        axes = np.array([[x, -y], [y, x]])
        along = np.einsum("ik,ij,jk->k", axes, place.surface.hessian(point), axes)
        usual = np.max(np.abs(curvatures), initial=place.slope / place.size)
        curvatures = np.where(np.abs(along) <= _FLAT * usual, 0.0, along)
    value = float(place.surface.value(point))
    down = axes[:, 0] * (1.0 if axes[np.argmax(np.abs(axes[:, 0])), 0] > 0 else -1.0)
    vectors = [down, *axes[:, 1:].T]
    sides = place.surface.value(point + 1e-3 * place.size * np.outer([1.0, -1.0], down))
    return Found(
        tuple(_plain(x, place.size) for x in point),
        kind,
        value,
        tuple(float(curvature) for curvature in curvatures),
        tuple(tuple(float(x) for x in vector) for vector in vectors),
        -1 if sides[1] < sides[0] else 1,
    )


def _plain(x: float, size: float) -> float:
    """Return a coordinate, zero where it is rounding."""
    return 0.0 if abs(x) < 1e-12 * size else float(x)


def _around(place: Place, point: FloatArray, radius: float) -> tuple[FloatArray, float]:
    """Return costs on a ring less the cost at its middle, and what of that is rounding."""
    ring = _RING if place.grid.ndim == 3 else np.array([[1.0], [-1.0]])
    middle = float(place.surface.value(point))
    around = place.surface.value(point + radius * ring)
    noise = 64 * np.finfo(float).eps * (abs(middle) + float(np.nanmax(np.abs(around), initial=0.0)))
    return around - middle, noise


def _kind_by_neighbours(place: Place, point: FloatArray) -> Kind:
    """Return the kind of a level place by the costs around it, at two distances."""
    signs = set()
    for share in (1e-3, 4e-3):
        differences, noise = _around(place, point, share * place.size)
        higher, lower = (differences > noise).all(), (differences < -noise).all()
        signs.add("minimum" if higher else "maximum" if lower else "degenerate")
    if signs == {"minimum"}:
        return "minimum"
    return "maximum" if signs == {"maximum"} else "degenerate"


# --- Tips --------------------------------------------------------------------------------------


def _tips(place: Place, level: list[Found]) -> list[Found]:
    """Return lowest and highest points with a kink, which have no zero of the gradient."""
    found: list[Found] = []
    known = np.array([one.point for one in level]).reshape(-1, len(place.low))
    for sign, kind in ((1.0, "cusp"), (-1.0, "maximum")):
        ends = _descended(place, _grid_minima(place, sign), sign)
        ends = distinct(ends[place.inside(ends)], _APART * place.size)
        for point in ends:
            away = np.hypot.reduce(known - point, axis=-1)
            if (away < 1e-3 * place.size).any() or not _is_tip(place, point, sign):
                continue
            nan = (np.nan,) * len(point)
            value = float(place.surface.value(point))
            axes = tuple(map(tuple, np.eye(len(point)).tolist()))
            exact = tuple(_plain(x, place.size) for x in point.tolist())
            found.append(Found(exact, kind, value, nan, axes))  # type: ignore[arg-type]
    return found


def _grid_minima(place: Place, sign: float) -> FloatArray:
    """Return the grid's points that none of their neighbours undercuts (`sign` −1: overtops)."""
    values = np.where(np.isnan(place.values), np.inf, sign * place.values)
    padded = np.pad(values, 1, constant_values=np.inf)
    lowest = np.isfinite(values)
    dimension = values.ndim
    for offset in np.ndindex(*(3,) * dimension):
        part = padded[tuple(slice(o, o + n) for o, n in zip(offset, values.shape, strict=True))]
        lowest &= values <= part
    points = place.grid[lowest]
    return points[:: len(points) // 500 + 1]


def _descended(place: Place, points: FloatArray, sign: float) -> FloatArray:
    """Return where a search that compares costs only leads from points (n, d).

    All around at one distance is asked; the best of it is the next point, or the distance halves.
    """
    ring = _RING if place.grid.ndim == 3 else np.array([[1.0], [-1.0]])
    cell = place.size / CELLS
    radius = np.full(len(points), cell)
    value = sign * place.surface.value(points)
    for _ in range(90):
        around = points[:, None] + radius[:, None, None] * ring
        costs = sign * place.surface.value(around)
        costs = np.where(np.isnan(costs), np.inf, costs)
        best = np.argmin(costs, axis=1)
        each = np.arange(len(points))
        better = costs[each, best] < value
        points = np.where(better[:, None], around[each, best], points)
        value = np.where(better, costs[each, best], value)
        radius = np.where(better, radius, radius / 2)
        if not len(points) or radius.max() < 1e-17 * place.size:
            break
    return points


def _is_tip(place: Place, point: FloatArray, sign: float) -> bool:
    """Whether all around is higher, by as much as the distance grows, at each of three distances.

    A smooth bottom rises with the square of the distance, a tip in proportion to it; a pole rises
    without end, and has no finite middle.
    """
    if not np.isfinite(place.surface.value(point)):
        return False
    rises = []
    for share in (1e-4, 1e-5, 1e-6):
        differences, noise = _around(place, point, share * place.size)
        if not (sign * differences > noise).all():
            return False
        rises.append(float(np.min(sign * differences)) / share)
    inside = bool(((point > place.low) & (point < place.high)).all())
    return inside and 0.3 * rises[0] < rises[-1] < 30.0 * rises[0]


# --- Polynomials -------------------------------------------------------------------------------


def is_polynomial(surface: Surface) -> bool:
    """Whether a formula is made of sums, products and whole powers of its variables alone."""
    return _is_polynomial(surface.compiled.expression)


def _is_polynomial(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant | ast.Name):
        return True
    if isinstance(node, ast.UnaryOp):
        return _is_polynomial(node.operand)
    if not isinstance(node, ast.BinOp) or not _is_polynomial(node.left):
        return False
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        return _is_polynomial(node.right)
    fixed = isinstance(node.right, ast.Constant)
    if isinstance(node.op, ast.Div):
        return fixed
    # The tree keeps numbers as they were typed.
    whole = isinstance(node.right, ast.Constant) and str(node.right.value).isdigit()
    return isinstance(node.op, ast.Pow) and whole
