"""A network's own cost surface: its cost and accuracy over a plane in parameter space.

The first layer is linear in the plane's coordinates,

    x W(c) + b(c) = (x W₀) + c₁ (x D₁) + c₂ (x D₂) + b(c),

so its three products with all pictures are made once, and each place of the plane costs only the
layers after it: 432 parameters of 784-16-16-10's 13,002.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha1
from typing import NamedTuple

import numpy as np

from engine.digits import as_pixels
from engine.network import COSTS, Network
from engine.neuron import Images, Labels
from engine.optimizer import FloatArray
from engine.plane import Plane, frame, straight
from engine.surface import FloatArray as Doubles
from engine.surface import Interval, Surface
from engine.training import Examples, Training, advance

_NUDGE = 1e-3  # of the picture's side: where the slopes are compared that give the curvature
_PIECE = 8  # places between two looks at the clock


# --- The cost on a plane -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PlaneCost(Surface):
    """The mean cost of prepared pictures over the coordinates of a plane, as a surface to walk on.

    Points are (..., k), k = 1 or 2. Its gradient is the network's, projected: ∂C/∂cᵢ = directionᵢ ·
    ∇C. The Hessian is that of differences of the gradient, so it knows nothing of ReLU's kinks.
    """

    network: Network = field(kw_only=True)
    plane: Plane = field(kw_only=True, repr=False)
    images: Images = field(kw_only=True, repr=False)
    labels: Labels = field(kw_only=True, repr=False)

    @property
    def axes(self) -> tuple[str, ...]:
        """What the coordinates are called."""
        return ("direction 1", "direction 2")[: self.dimension]

    def value(self, point: Doubles) -> Doubles:
        """Cost at (..., k): shape (...), float64."""
        return self.cost_and_accuracy(point)[0]

    def gradient(self, point: Doubles) -> Doubles:
        """First derivatives at (..., k): the same shape."""
        return self.value_and_gradient(point)[1]

    def value_and_gradient(self, point: Doubles) -> tuple[Doubles, Doubles]:
        """Both in one pass."""
        places = np.asarray(point, np.float64)
        with np.errstate(all="ignore"):
            both = [self._slope(place) for place in places.reshape(-1, self.dimension)]
        values = np.array([value for value, _ in both]).reshape(places.shape[:-1])
        return values, np.array([slope for _, slope in both]).reshape(places.shape)

    def hessian(self, point: Doubles) -> Doubles:
        """Second derivatives at (..., k): shape (..., k, k), by central differences of slopes."""
        places = np.asarray(point, np.float64)
        bent = np.empty((*places.shape, self.dimension))
        for axis, (low, high) in enumerate(self.domain):
            nudge = np.zeros(self.dimension)
            nudge[axis] = _NUDGE * (high - low)
            ahead, behind = self.gradient(places + nudge), self.gradient(places - nudge)
            bent[..., axis] = (ahead - behind) / (2 * nudge[axis])
        return (bent + bent.swapaxes(-1, -2)) / 2

    def cost_and_accuracy(self, point: Doubles) -> tuple[Doubles, Doubles]:
        """Return the mean cost and the share read right at (..., k): shape (...) each, float64."""
        places = np.asarray(point, np.float64)
        with np.errstate(all="ignore"):
            found = np.array([self._look(place) for place in places.reshape(-1, self.dimension)])
        shape = places.shape[:-1]
        return found[:, 0].reshape(shape), found[:, 1].reshape(shape)

    # Neuron by neuron, (neurons, pictures): the pictures lie side by side, which is quicker.

    @cached_property
    def _products(self) -> FloatArray:
        """The first layer's weights at the origin and along each direction, times all pictures."""
        pixels = as_pixels(self.images).T
        points = (self.plane.origin, *self.plane.directions)
        return np.stack([self.network.layers(p)[0].weights.T @ pixels for p in points])

    def _pass(self, place: Doubles) -> tuple[list[FloatArray], FloatArray, FloatArray]:
        """Return what hidden layers say, the last layer's sums, and all parameters but pixels'."""
        net, plane = self.network, self.plane
        own = place.astype(plane.origin.dtype)
        begin = net.sizes[0] * net.sizes[1]
        parameters = np.empty_like(plane.origin)
        parameters[begin:] = plane.origin[begin:] + own @ plane.directions[:, begin:]
        (_, biases), *layers = net.layers(parameters)
        z = self._products[0] + biases[:, None]
        for amount, product in zip(own, self._products[1:], strict=True):
            z += amount * product
        said = []
        for layer in layers:
            said.append(net.function.value(z))
            z = layer.weights.T @ said[-1]
            z += layer.biases[:, None]
        return said, z, parameters

    def _look(self, place: Doubles) -> tuple[float, float]:
        _, sums, _ = self._pass(place)
        right = int((sums.argmax(axis=0) == self.labels).sum())
        costs, _ = COSTS[self.network.cost].errors(sums.T, self.labels)
        return float(costs.sum()) / len(self.labels), right / len(self.labels)

    def _slope(self, place: Doubles) -> tuple[float, Doubles]:
        net, count = self.network, len(self.labels)
        said, sums, parameters = self._pass(place)
        costs, errors = COSTS[net.cost].errors(sums.T, self.labels)
        delta = errors.T
        slope = np.zeros(self.dimension)
        layers = net.layers(parameters)
        ways = [net.layers(direction) for direction in self.plane.directions]
        for number in range(len(layers) - 1, 0, -1):
            weights, biases = said[number - 1] @ delta.T, delta.sum(axis=1)
            for axis, way in enumerate(ways):
                slope[axis] += np.vdot(way[number].weights, weights)
                slope[axis] += np.vdot(way[number].biases, biases)
            delta = layers[number].weights @ delta
            delta *= net.function.slope(said[number - 1])
        for axis, way in enumerate(ways):
            slope[axis] += np.vdot(self._products[axis + 1], delta)
            slope[axis] += np.vdot(way[0].biases, delta.sum(axis=1))
        return float(costs.sum()) / count, slope / count


def on_plane(
    network: Network,
    plane: Plane,
    data: Examples,
    domain: tuple[Interval, ...],
    start: tuple[float, ...] | None = None,
) -> PlaneCost:
    """Return the cost of prepared pictures on a plane, a surface that a stage can show.

    `domain`: what to show of it (`engine.plane.frame`); `start`: coordinates, the origin's (0, 0)
    if left out. Its formula is no formula, but tells one such surface from another.
    """
    mark = sha1(usedforsecurity=False)
    for array in (plane.origin, plane.directions, data.labels):
        mark.update(np.ascontiguousarray(array).tobytes())
    place = (0.0,) * len(plane.directions) if start is None else start
    return PlaneCost(
        key="",
        name="The network's own cost",
        formula=f"network {mark.hexdigest()[:16]}",
        domain=domain,
        start=place,
        network=network,
        plane=plane,
        images=data.images,
        labels=data.labels,
    )


# --- Pictures ----------------------------------------------------------------------------------


class Relief(NamedTuple):
    """Costs and accuracies over a grid: `x` (n,), `y` (m,), the others (m, n), rows are y."""

    x: FloatArray
    y: FloatArray
    costs: FloatArray
    accuracies: FloatArray


def relief(cost: PlaneCost, side: int = 41) -> Generator[float, None, Relief]:
    """Yield how far it is, 0 to 1; return the grid of side × side places over the domain.

    Raises ValueError for a line, and for a side below 2.
    """
    if cost.dimension != 2 or side < 2:
        raise ValueError("a relief has two coordinates and at least 2 × 2 places")
    x, y = (np.linspace(low, high, side) for low, high in cost.domain)
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    found = np.empty((2, len(places)))
    for first in range(0, len(places), _PIECE):
        part = slice(first, first + _PIECE)
        found[:, part] = cost.cost_and_accuracy(places[part])
        yield min(first + _PIECE, len(places)) / len(places)
    costs, accuracies = found.reshape(2, side, side)
    return Relief(x, y, costs, accuracies)


class Line(NamedTuple):
    """Costs and accuracies on the straight line from one network (0) to another (1).

    `shares` (n,) of the way, `costs` and `accuracies` (n,). `barrier`: how far the cost rises at
    most over the straight line between its two ends' costs, and `top` where; 0 if it never does.
    """

    shares: FloatArray
    costs: FloatArray
    accuracies: FloatArray
    barrier: float
    top: float


def between(
    network: Network, one: FloatArray, other: FloatArray, data: Examples, places: int = 41
) -> Generator[float, None, Line]:
    """Yield how far it is, 0 to 1; return what lies between two networks of one shape.

    max over t of C((1 − t) θ₀ + t θ₁) − (1 − t) C(θ₀) − t C(θ₁). Raises ValueError if the two are
    one, and for fewer than 2 places.

    Source: Entezari et al. 2022, ICLR, arXiv:2110.06296, equation 1 (error barrier).
    """
    if places < 2:
        raise ValueError(f"a line has at least 2 places, not {places}")
    cost = on_plane(network, straight(one, other), data, ((0.0, 1.0),))
    shares = np.linspace(0, 1, places)
    found = np.empty((2, places))
    for i in range(places):
        found[:, i] = cost.cost_and_accuracy(shares[i : i + 1])
        yield (i + 1) / places
    costs, accuracies = found
    with np.errstate(all="ignore"):
        over = costs - (1 - shares) * costs[0] - shares * costs[-1]
    highest = int(np.argmax(over))
    return Line(shares, costs, accuracies, float(over[highest]), float(shares[highest]))


# --- A walk to show ----------------------------------------------------------------------------


class Trace(NamedTuple):
    """A training's parameters on the way, (m, d), and after how many updates each, (m,)."""

    training: Training
    points: FloatArray
    updates: FloatArray


def trace(training: Training, updates: int, every: int = 10) -> Generator[float, None, Trace]:
    """Yield how far it is, 0 to 1; return the walk of so many more updates, every few of them.

    The first place is where the training stands; the walk ends early if the cost is not finite.
    Raises ValueError if `every` is below 1.
    """
    if every < 1:
        raise ValueError(f"a place is kept every 1 or more updates, not {every}")
    points, numbers, end = [training.parameters], [training.updates], training.updates + updates
    while training.updates < end and training.lost < 0:
        training = advance(training, min(every, end - training.updates))
        if training.lost < 0:
            points.append(training.parameters)
            numbers.append(training.updates)
        yield 1 - (end - training.updates) / updates
    return Trace(training, np.stack(points), np.array(numbers, dtype=np.float64))


def around(
    network: Network, plane: Plane, path: FloatArray, data: Examples
) -> tuple[PlaneCost, FloatArray]:
    """Return the cost on a plane around a walk (m, d), and the walk's coordinates there (m, k).

    The surface shows all of the walk and starts where it did.
    """
    walk = plane.coordinates(path)
    return on_plane(network, plane, data, frame(walk), tuple(walk[0].tolist())), walk
