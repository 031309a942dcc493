"""Where a surface is level: zeros of its gradient, by Newton's method from many starts at once.

Newton's method looks for ∇f = 0, not for a low f, so it goes to a level place of whichever kind.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.surfaces.surface import FloatArray, Surface

BoolArray = NDArray[np.bool_]

CELLS = 96  # along each axis: cells whose corners are asked for a change of sign
_COARSE = 12  # of that, every so many points along each axis is a start whatever its signs
_ROUNDS = 60  # of Newton's method at the most
_AREA = 20  # flat points of the grid that make a plain
_CROWD = 24  # level places without curvature that are looked at one by one
_MOST = 4_000  # starts of Newton's method at the most


class Place:
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

    def plain(self) -> tuple[float, ...] | None:
        """A grid point where slope and curvature are next to nothing for the whole picture."""
        known = self.values[np.isfinite(self.values)]
        hardly = 1e-6 * float(np.ptp(known))
        level = self.grid[np.hypot.reduce(self.slopes, axis=-1) * self.size <= hardly]
        bends = np.abs(self.surface.hessian(level)).max(axis=(-2, -1), initial=0.0)
        level = level[bends * self.size**2 <= hardly]
        if len(level) < _AREA:
            return None
        middle = level[np.argmin(np.hypot.reduce(level - level.mean(axis=0), axis=-1))]
        return tuple(float(round(x, 6)) for x in middle)

    def inside(self, points: FloatArray) -> BoolArray:
        """Whether points (n, d) are in the picture, a hair beyond its edge included."""
        hair = 1e-9 * self.size
        within = (points >= self.low - hair) & (points <= self.high + hair)
        return np.asarray(within.all(axis=-1), np.bool_)


def starts(place: Place) -> FloatArray:
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


def newton(place: Place, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where Newton's method on the gradient arrives, and its last steps' lengths.

    Steps are those of the Hessian's inverse, with the axes without curvature left alone, no longer
    than a twentieth of the diagonal, and halved while the slope does not get smaller. Whoever
    leaves the neighbourhood of the picture is dropped, whoever has arrived is done with.
    """
    surface, longest = place.surface, place.size / 20
    slopes = surface.gradient(points)
    done, lengths = [], []
    for _ in range(_ROUNDS):
        moves = _moves(surface.hessian(points), slopes, longest)
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
        moves = _moves(surface.hessian(points), slopes, longest)
        length = np.hypot.reduce(moves, axis=-1)
        near = (length <= 1e-7 * place.size) & (
            np.hypot.reduce(slopes, axis=-1) <= 1e-9 * place.slope
        )
        done.append(points[near])
        lengths.append(length[near])
    ends, last = np.concatenate(done), np.concatenate(lengths)
    inside = place.inside(ends)
    return np.clip(ends[inside], place.low, place.high), last[inside]


def _moves(bends: FloatArray, slopes: FloatArray, longest: float) -> FloatArray:
    known = np.asarray(np.isfinite(bends).all(axis=(-2, -1)), np.bool_)
    bends = np.where(known[:, None, None], bends, 0.0)
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


def distinct(points: FloatArray, apart: float) -> FloatArray:
    """Return the points without those nearer than `apart` to an earlier one."""
    kept: list[int] = []
    free = np.ones(len(points), np.bool_)
    for i in range(len(points)):
        if free[i]:
            kept.append(i)
            free &= np.hypot.reduce(points - points[i], axis=-1) > apart
    return points[kept]


def goes_on(
    place: Place, points: FloatArray, curvatures: FloatArray, axes: FloatArray
) -> BoolArray:
    """Return which level places (n, d) with a vanishing curvature are part of a line or a plain.

    From a little to either side along the level axis, Newton's method then ends about there instead
    of coming back. So many at once are not each alone either.
    """
    if len(points) > _CROWD:
        return np.ones(len(points), np.bool_)
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
        ends, _ = newton(place, beside)
        away = np.hypot.reduce(ends - point, axis=-1)
        found[i] = bool((slopes == 0).any() or ((away > aside / 2) & (away < 2 * aside)).any())
    return found
