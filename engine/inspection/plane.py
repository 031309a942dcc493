"""Flat pieces of a network's parameter space: through a walk, in random directions, or a line.

A point of it is given by one or two coordinates c: θ = origin + Σ cᵢ directionᵢ. What is shown on
such a piece is a slice of a surface over thousands of dimensions, and only that: the walk itself
mostly lies beside it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from engine.network import Network
from engine.optimizers.optimizer import FloatArray
from engine.surfaces.surface import Interval

_REST = 1e-12  # of the largest: a direction of a walk below this is rounding


@dataclass(frozen=True, eq=False)
class Plane:
    """`origin` (d,) and `directions` (k, d), k = 1 or 2; they need not be orthogonal.

    `shares` (k,): how much of a walk's movement each direction shows, 0 to 1, as the share of its
    variance around its mean; nan where no walk is concerned.
    """

    origin: FloatArray = field(repr=False)
    directions: FloatArray = field(repr=False)
    shares: tuple[float, ...]

    def point(self, coordinates: FloatArray) -> FloatArray:
        """Return the parameters (..., d) at coordinates (..., k), in the origin's dtype."""
        place: FloatArray = coordinates.astype(self.origin.dtype) @ self.directions
        place += self.origin
        return place

    def coordinates(self, points: FloatArray) -> FloatArray:
        """Return the coordinates (..., k), float64, of the places on it nearest to (..., d)."""
        directions = self.directions.astype(np.float64)
        against = (points - self.origin.astype(np.float64)) @ directions.T
        found: FloatArray = np.linalg.solve(directions @ directions.T, against[..., None])[..., 0]
        return found

    def distance(self, points: FloatArray) -> FloatArray:
        """Return how far points (..., d) are from the nearest place on it: (...), float64."""
        nearest = self.origin + self.coordinates(points) @ self.directions.astype(np.float64)
        far: FloatArray = np.linalg.norm(points - nearest, axis=-1)
        return far


def principal(*paths: FloatArray) -> Plane:
    """Return the plane through the end of the first walk (m, d) that shows most of all movement.

    Its directions are the two principal components of the walks' places (unit length, orthogonal);
    the first walk begins at coordinates that are not negative. Of several walks each counts alike,
    however far it went: its places are taken about their mean, in units of their own spread.
    `shares` are means over the walks; `share` tells that of one. A random walk would show a large
    share too (Antognini and Sohl-Dickstein 2018, arXiv:1806.08805), so the share says how much is
    seen, not that the walk is simple. Raises ValueError if the walks do not move in two directions,
    or are not finite.

    Source: Li et al. 2018, NeurIPS, arXiv:1712.09913, section 7.2, with several walks at once.
    """
    walks = [path.astype(np.float64) for path in paths]
    if not all(np.isfinite(walk).all() for walk in walks):
        raise ValueError("a walk that has left the numbers has no plane")
    moves = [_aside(walk) for walk in walks]
    sizes = [float(np.linalg.norm(move)) for move in moves]
    if not all(size > 0 for size in sizes) or sum(map(len, walks)) < 3:
        raise ValueError("a walk shows a plane once it has moved in two directions")
    aside = np.concatenate([move / size for move, size in zip(moves, sizes, strict=True)])
    # The eigenvectors of the small table (m, m) lead to those of the large one (d, d).
    spreads, vectors = np.linalg.eigh(aside @ aside.T)
    spreads, vectors = spreads[::-1], vectors[:, ::-1]
    if not spreads[1] > _REST * spreads[0]:
        raise ValueError("a walk shows a plane once it has moved in two directions")
    directions = vectors[:, :2].T @ aside / np.sqrt(spreads[:2, None])
    begins = (walks[0][0] - walks[0][-1]) @ directions.T
    directions *= np.where(begins < 0, -1.0, 1.0)[:, None]
    shares = spreads[:2] / spreads.sum()
    first = paths[0]
    return Plane(first[-1], directions.astype(first.dtype), tuple(shares.tolist()))


def share(plane: Plane, path: FloatArray) -> float:
    """Return how much of a walk's movement (m, d) a plane shows, 0 to 1; nan if it never moved.

    It is the part of the places' variance around their mean that lies along the plane.
    """
    aside = _aside(path.astype(np.float64))
    directions = plane.directions.astype(np.float64)
    against = aside @ directions.T
    along = np.linalg.solve(directions @ directions.T, against.T).T
    with np.errstate(all="ignore"):
        return float(np.float64((along * against).sum()) / (aside * aside).sum())


def _aside(walk: FloatArray) -> FloatArray:
    """Return a walk's places (m, d) about their mean."""
    aside: FloatArray = walk - walk.mean(axis=0)
    return aside


def filtered(
    network: Network,
    parameters: FloatArray,
    rng: np.random.Generator,
    *,
    directions: int = 2,
    layers: Collection[int] | None = None,
) -> Plane:
    """Return a plane through parameters (d,) along random directions, filter by filter.

    Each neuron's random weights are scaled to the norm of its own weights, so that a coordinate of
    1 changes every neuron by as much as it has: networks whose weights are large and small are seen
    at one scale. Biases stay, and so do all `layers` but these, if any are named (1 is the first).
    Raises ValueError for weights that are not finite, or all 0, and where nothing would move.

    Source: Li et al. 2018, NeurIPS, arXiv:1712.09913, section 4 (filter normalisation).
    """
    if not np.isfinite(parameters).all() or not parameters.any():
        raise ValueError("a plane is laid through weights that are numbers, and not all 0")
    axes = np.zeros((directions, network.dimension))
    own = network.layers(parameters.astype(np.float64))
    for axis in axes:
        ways = zip(network.layers(axis), own, strict=True)
        for number, ((random, _), (weights, _)) in enumerate(ways, start=1):
            if layers is None or number in layers:
                random[...] = rng.standard_normal(random.shape)
                random *= np.linalg.norm(weights, axis=0) / np.linalg.norm(random, axis=0)
    if not axes.any(axis=1).all() or not len(axes):
        raise ValueError(f"nothing moves in the layers {layers} of a network of {network.sizes}")
    return Plane(parameters, axes.astype(parameters.dtype), (float("nan"),) * directions)


def straight(one: FloatArray, other: FloatArray) -> Plane:
    """Return the line between two points (d,): 0 is the one, 1 the other. ValueError if one."""
    if not (one != other).any():
        raise ValueError("a line needs two different networks")
    return Plane(one, (other - one)[None], (float("nan"),))


def frame(coordinates: FloatArray, margin: float = 0.3) -> tuple[Interval, ...]:
    """Return the box around a walk's coordinates (m, k), with a margin and sides not too unlike.

    `margin`: the share of its longer side that is added on all sides; no side is shorter than
    0.85 of the longest, or much of a panel would be empty.
    """
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    longest = float((high - low).max()) or 1.0
    half = np.maximum((high - low) / 2 + margin * longest, 0.85 * (0.5 + margin) * longest)
    middle = (low + high) / 2
    sides = np.stack([middle - half, middle + half], axis=1)
    return tuple((float(a), float(b)) for a, b in sides)
