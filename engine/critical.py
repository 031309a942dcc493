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
from numpy.typing import NDArray

from engine.surface import FloatArray, Kind, Surface

BoolArray = NDArray[np.bool_]

_CELLS = 96  # along each axis: cells whose corners are asked for a change of sign
_COARSE = 12  # of that, every so many points along each axis is a start whatever its signs
_ROUNDS = 60  # of Newton's method at the most
_APART = 1e-5  # of the diagonal: level places nearer than this are one
_FLAT = 1e-7  # an eigenvalue below this share of the largest counts as zero
_RING = np.stack([np.cos(np.arange(24) * np.pi / 12), np.sin(np.arange(24) * np.pi / 12)], axis=-1)
_MOST = 4_000  # starts of Newton's method at the most


@dataclass(frozen=True)
class Found:
    """A critical point that was found.

    `kind` as in the catalogue; a kink that is highest counts as a maximum. `eigenvalues` ascending,
    nan at a tip; `axes`: a unit vector for each of them, the first the one that goes down most, or
    up least. `side`: along the first axis, +1 or −1, the lower of its two sides.
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
    """

    points: tuple[Found, ...]
    is_complete: bool
    note: str

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
def critical_points(surface: Surface, cells: int = _CELLS) -> Findings:
    """Return the critical points inside the picture of a surface (or curve), its edge included.

    `cells`: how fine the grid is that gives the starts. Never raises or warns: a formula without
    values has no points, and a note.
    """
    with np.errstate(all="ignore"):
        place = _Place(surface, cells)
        if place.note:
            return Findings((), False, place.note)
        level, lines = _level_points(place)
        tips = _tips(place, level)
        points = sorted((*level, *tips), key=lambda found: (_ORDER[found.kind], found.value))
    complete = bool(surface.critical_points) and not lines and is_polynomial(surface)
    return Findings(tuple(points), complete, lines)


_ORDER: dict[str, int] = {"minimum": 0, "cusp": 0, "saddle": 1, "degenerate": 2, "maximum": 3}


class _Place:
    """A surface with its scales, and what its grid says: `note` where there is nothing to find."""

    def __init__(self, surface: Surface, cells: int) -> None:
        self.surface = surface
        self.low, self.high = np.array(surface.domain).T
        self.size = float(np.hypot.reduce(self.high - self.low))
        axes = [np.linspace(low, high, cells + 1) for low, high in surface.domain]
        self.grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        self.values, self.slopes = surface.value_and_gradient(self.grid)
        lengths = np.hypot.reduce(self.slopes, axis=-1)
        known = lengths[np.isfinite(lengths)]
        self.slope = float(np.median(known)) if known.size else 0.0
        self.note = ""
        if not known.size:
            self.note = "The formula has no values here, so there is nothing to find."
        elif not known.any():
            self.note = "It is level everywhere: no point is lower than another."

    def inside(self, points: FloatArray) -> BoolArray:
        """Whether points (n, d) are in the picture, a hair beyond its edge included."""
        hair = 1e-9 * self.size
        within = (points >= self.low - hair) & (points <= self.high + hair)
        return np.asarray(within.all(axis=-1), np.bool_)


# --- Level places ------------------------------------------------------------------------------


def _level_points(place: _Place) -> tuple[list[Found], str]:
    """Return the level places that are alone, and a sentence about those that are not."""
    ends, steps = _newton(place, _starts(place))
    ends = _distinct(ends[np.argsort(steps)], _APART * place.size)
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
    extended[singular] = _goes_on(place, ends[singular], curvatures[singular], axes[singular])
    found = [
        _found(place, ends[i], bool(singular[i]), curvatures[i], axes[i])
        for i in np.flatnonzero(~extended)
    ]
    return found, _LINES if extended.any() else ""


_LINES = (
    "It is level along a line or over an area too, where no single point stands out; such places "
    "are not counted."
)


def _starts(place: _Place) -> FloatArray:
    """Return where Newton's method begins: cells with a change of sign, and a coarse grid."""
    dimension = place.grid.ndim - 1
    low = high = place.slopes
    middle = place.grid
    for axis in range(dimension):
        front = tuple(slice(None, -1) if k == axis else slice(None) for k in range(dimension))
        back = tuple(slice(1, None) if k == axis else slice(None) for k in range(dimension))
        low, high = np.fmin(low[front], low[back]), np.fmax(high[front], high[back])
        middle = (middle[front] + middle[back]) / 2
    changing = ((low <= 0) & (high >= 0)).all(axis=-1)
    coarse = middle[(slice(None, None, _COARSE),) * dimension].reshape(-1, dimension)
    promising = middle[changing]
    if len(promising) > _MOST:
        promising = promising[:: len(promising) // _MOST + 1]
    return np.concatenate([promising, coarse])


def _newton(place: _Place, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where Newton's method on the gradient arrives, and its last steps' lengths.

    Steps are those of the Hessian's inverse, with the axes without curvature left alone, no longer
    than a twentieth of the diagonal, and halved while the slope does not get smaller. Whoever leaves
    the neighbourhood of the picture is dropped, whoever has arrived is done with.
    """
    surface, longest = place.surface, place.size / 20
    slopes = surface.gradient(points)
    done, lengths = [], []
    for _ in range(_ROUNDS):
        moves = _newton_moves(surface.hessian(points), slopes, longest)
        length = np.hypot.reduce(moves, axis=-1)
        ahead, slopes_ahead = _shortened(surface, points, slopes, moves)
        small = np.hypot.reduce(slopes, axis=-1) <= 1e-6 * place.slope
        arrived = (length <= 1e-13 * place.size) & small
        done.append(ahead[arrived])
        lengths.append(length[arrived])
        going = ~arrived & np.isfinite(slopes_ahead).all(axis=-1)
        near = (ahead >= place.low - longest) & (ahead <= place.high + longest)
        going &= near.all(axis=-1)
        points, slopes = ahead[going], slopes_ahead[going]
        if not len(points):
            break
    if len(points):  # where the curvature vanishes too, arriving takes for ever; near is enough
        moves = _newton_moves(surface.hessian(points), slopes, longest)
        length = np.hypot.reduce(moves, axis=-1)
        near = (length <= 1e-7 * place.size) & (
            np.hypot.reduce(slopes, axis=-1) <= 1e-9 * place.slope
        )
        done.append(points[near])
        lengths.append(length[near])
    ends, last = np.concatenate(done), np.concatenate(lengths)
    inside = place.inside(ends)
    return np.clip(ends[inside], place.low, place.high), last[inside]


def _newton_moves(bends: FloatArray, slopes: FloatArray, longest: float) -> FloatArray:
    bends = np.where(np.isfinite(bends).all(axis=(-2, -1))[:, None, None], bends, 0.0)
    curvatures, axes = np.linalg.eigh(bends)
    largest = np.abs(curvatures).max(axis=-1, keepdims=True)
    whole = np.abs(curvatures) > 1e-12 * largest
    along = np.einsum("nij,ni->nj", axes, slopes)
    parts = np.where(whole, -along / np.where(whole, curvatures, 1.0), 0.0)
    moves = np.einsum("nij,nj->ni", axes, parts)
    length = np.hypot.reduce(moves, axis=-1)[:, None]
    moves = np.where(length > longest, moves * (longest / length), moves)
    return np.where(np.isfinite(moves), moves, 0.0)


def _shortened(
    surface: Surface, points: FloatArray, slopes: FloatArray, moves: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the next points and their slopes: the whole step, a half, … or an eighth of it."""
    before = np.hypot.reduce(slopes, axis=-1)
    ahead = points + moves
    slopes_ahead = surface.gradient(ahead)
    for share in (0.5, 0.25, 0.125):
        worse = ~(np.hypot.reduce(slopes_ahead, axis=-1) < before)
        if not worse.any():
            break
        ahead[worse] = points[worse] + share * moves[worse]
        slopes_ahead[worse] = surface.gradient(ahead[worse])
    return ahead, slopes_ahead


def _distinct(points: FloatArray, apart: float) -> FloatArray:
    """Return the points without those nearer than `apart` to an earlier one."""
    kept: list[int] = []
    free = np.ones(len(points), np.bool_)
    for i in range(len(points)):
        if free[i]:
            kept.append(i)
            free &= np.hypot.reduce(points - points[i], axis=-1) > apart
    return points[kept]


def _goes_on(
    place: _Place, points: FloatArray, curvatures: FloatArray, axes: FloatArray
) -> BoolArray:
    """Return which level places (n, d) with a vanishing curvature are part of a line or a plain.

    From a little to either side along the level axis, Newton's method then ends about there instead
    of coming back.
    """
    level = np.argmin(np.abs(curvatures), axis=-1)
    way = np.take_along_axis(axes, level[:, None, None], axis=-1)[..., 0]
    aside = 1e-3 * place.size
    found = np.zeros(len(points), np.bool_)
    for i, (point, direction) in enumerate(zip(points, way, strict=True)):
        beside = np.stack([point + aside * direction, point - aside * direction])
        beside = beside[place.inside(beside)]
        if not len(beside):
            continue
        slopes = np.hypot.reduce(place.surface.gradient(beside), axis=-1)
        ends, _ = _newton(place, beside)
        away = np.hypot.reduce(ends - point, axis=-1)
        found[i] = bool((slopes == 0).any() or (away > aside / 2).any() and (away < 2 * aside).any())
    return found


# --- Which kind --------------------------------------------------------------------------------


def _found(
    place: _Place, point: FloatArray, singular: bool, curvatures: FloatArray, axes: FloatArray
) -> Found:
    kind: Kind
    if singular:
        kind = _kind_by_neighbours(place, point)
    else:
        kind = "minimum" if curvatures[0] > 0 else "maximum" if curvatures[-1] < 0 else "saddle"
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


def _around(place: _Place, point: FloatArray, radius: float) -> tuple[FloatArray, float]:
    """Return costs on a ring less the cost at its middle, and what of that is rounding."""
    ring = _RING if place.grid.ndim == 3 else np.array([[1.0], [-1.0]])
    middle = float(place.surface.value(point))
    around = place.surface.value(point + radius * ring)
    noise = 64 * np.finfo(float).eps * (abs(middle) + float(np.nanmax(np.abs(around), initial=0.0)))
    return around - middle, noise


def _kind_by_neighbours(place: _Place, point: FloatArray) -> Kind:
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


def _tips(place: _Place, level: list[Found]) -> list[Found]:
    """Return lowest and highest points with a kink, which have no zero of the gradient."""
    found: list[Found] = []
    known = np.array([one.point for one in level]).reshape(-1, len(place.low))
    for sign, kind in ((1.0, "cusp"), (-1.0, "maximum")):
        ends = _descended(place, _grid_minima(place, sign), sign)
        ends = _distinct(ends[place.inside(ends)], _APART * place.size)
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


def _grid_minima(place: _Place, sign: float) -> FloatArray:
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


def _descended(place: _Place, points: FloatArray, sign: float) -> FloatArray:
    """Return where a search that compares costs only leads from points (n, d).

    All around at one distance is asked; the best of it is the next point, or the distance halves.
    """
    ring = _RING if place.grid.ndim == 3 else np.array([[1.0], [-1.0]])
    cell = place.size / _CELLS
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


def _is_tip(place: _Place, point: FloatArray, sign: float) -> bool:
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
