"""A network's own cost surface: its cost and accuracy over a plane in parameter space.

The first layer is linear in the plane's coordinates,

    x W(c) + b(c) = (x W₀) + c₁ (x D₁) + c₂ (x D₂) + b(c),

so its three products with all pictures are made once, and each place of the plane costs only the
layers after it: 432 parameters of 784-16-16-10's 13,002.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha1
from typing import NamedTuple

import numpy as np

from engine.digits import as_pixels
from engine.inspection.plane import Plane, frame, straight
from engine.network import COSTS, Layer, Network
from engine.network.neuron import Images, Labels
from engine.optimizers.optimizer import FloatArray
from engine.surfaces.surface import FloatArray as Doubles
from engine.surfaces.surface import Interval, Surface
from engine.training import Examples, Training, advance

_NUDGE = 1e-3  # of the picture's side: where the slopes are compared that give the curvature
_PIECE = 8  # places between two looks at the clock
_PICTURES = 10_000  # that a training is shown between two looks at the clock
_TOGETHER = 6000  # pictures, over all places that are taken together: their arrays fit the cache


# --- The cost on a plane -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PlaneCost(Surface):
    """The mean cost of prepared pictures over the coordinates of a plane, as a surface to walk on.

    Points are (..., k), k = 1 or 2. Its gradient is the network's, projected: ∂C/∂cᵢ = directionᵢ ·
    ∇C. The Hessian is that of differences of the gradient, so it knows nothing of ReLU's kinks.
    `ground`: costs over the domain, (m, n), rows are the second coordinate, if a picture of it has
    been made already (`relief`), perhaps of more pictures.
    """

    network: Network = field(kw_only=True)
    plane: Plane = field(kw_only=True, repr=False)
    images: Images = field(kw_only=True, repr=False)
    labels: Labels = field(kw_only=True, repr=False)
    ground: Doubles | None = field(kw_only=True, default=None, repr=False)

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
        values, slopes = self._each(point, self._slopes)
        return values, slopes.reshape(np.shape(point))

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
        costs, accuracies = self._each(point, self._looks)
        return costs, accuracies.reshape(costs.shape)

    def _each(
        self, point: Doubles, look: Callable[[Doubles], tuple[Doubles, Doubles]]
    ) -> tuple[Doubles, Doubles]:
        """Return what `look` finds at places (p, k), few at a time: (...) and (places, ...)."""
        places = np.asarray(point, np.float64)
        rows = places.reshape(-1, self.dimension)
        few = max(1, _TOGETHER // max(len(self.labels), 1))
        with np.errstate(all="ignore"):
            found = [look(rows[first : first + few]) for first in range(0, len(rows), few)]
        first, second = (np.concatenate(column) for column in zip(*found, strict=True))
        return first.reshape(places.shape[:-1]), second

    # Arrays are (places, neurons, pictures): the pictures lie side by side, which is quicker. A
    # place has the same cost, bit for bit, alone and among others.

    @cached_property
    def _products(self) -> FloatArray:
        """The first layer's weights at the origin and along each direction, times all pictures."""
        pixels = as_pixels(self.images).T
        points = (self.plane.origin, *self.plane.directions)
        return np.stack([self.network.layers(p)[0].weights.T @ pixels for p in points])

    @cached_property
    def _after(self) -> tuple[Layer, ...]:
        """Of each layer, what belongs to it at the origin and along each direction (k + 1, ...)."""
        points = (self.plane.origin, *self.plane.directions)
        layers = zip(*(self.network.layers(p) for p in points), strict=True)
        return tuple(Layer(*(np.stack(part) for part in zip(*one, strict=True))) for one in layers)

    def _layers(self, places: Doubles) -> list[Layer]:
        """Return all layers' weights (p, inputs, outputs) and biases (p, outputs, 1) at places.

        The first layer's weights are left out: an empty array stands for them.
        """
        own = places.astype(self.plane.origin.dtype)
        first, *others = (Layer(weights, biases[..., None]) for weights, biases in self._after)
        layers = [Layer(first.weights[:0], _at(first.biases, own))]
        return layers + [Layer(_at(w, own), _at(b, own)) for w, b in others]

    def _pass(self, places: Doubles) -> tuple[list[Layer], list[FloatArray], FloatArray]:
        """Return layers, what each hidden one says, and the last one's sums (p, 10, n)."""
        first, *others = layers = self._layers(places)
        z = _at(self._products, places.astype(self._products.dtype))
        z += first.biases
        said = []
        for weights, biases in others:
            said.append(self.network.function.value(z))
            z = weights.swapaxes(1, 2) @ said[-1]
            z += biases
        return layers, said, z

    def _errors(self, sums: FloatArray) -> tuple[Doubles, FloatArray]:
        """Return the mean costs (p,) of sums (p, 10, n), and each picture's errors, alike."""
        count, outputs, pictures = sums.shape
        flat = sums.transpose(1, 0, 2).reshape(outputs, -1)
        labels = np.tile(self.labels, count)
        costs, errors = COSTS[self.network.cost].errors(flat.T, labels)
        means = costs.reshape(count, pictures).sum(axis=1) / pictures
        delta = np.ascontiguousarray(errors.T.reshape(outputs, count, pictures).swapaxes(0, 1))
        return means.astype(np.float64), delta

    def _looks(self, places: Doubles) -> tuple[Doubles, Doubles]:
        _, _, sums = self._pass(places)
        right = (sums.argmax(axis=1) == self.labels).mean(axis=1)
        return self._errors(sums)[0], right

    def _slopes(self, places: Doubles) -> tuple[Doubles, Doubles]:
        layers, said, sums = self._pass(places)
        means, delta = self._errors(sums)
        slopes = np.zeros(places.shape)
        for number in range(len(layers) - 1, 0, -1):
            weights = said[number - 1] @ delta.swapaxes(1, 2)
            slopes += _along(self._after[number].weights[1:], weights)
            slopes += _along(self._after[number].biases[1:], delta.sum(axis=2))
            delta = layers[number].weights @ delta
            delta *= self.network.function.slope(said[number - 1])
        slopes += _along(self._products[1:], delta)
        slopes += _along(self._after[0].biases[1:], delta.sum(axis=2))
        return means, slopes / len(self.labels)


def _at(parts: FloatArray, places: FloatArray) -> FloatArray:
    """Return part₀ + Σ cᵢ partᵢ at places (p, k): (p, ...)."""
    amounts = places.reshape(*places.shape, *(1,) * (parts.ndim - 1))
    total: FloatArray = parts[0] + amounts[:, 0] * parts[1]
    for axis in range(1, places.shape[1]):
        total += amounts[:, axis] * parts[1 + axis]
    return total


def _along(parts: FloatArray, slopes: FloatArray) -> Doubles:
    """Return the sums of part (k, ...) × slope (p, ...) for each place and direction: (p, k)."""
    flat = slopes.reshape(len(slopes), -1, 1)
    along: Doubles = (parts.reshape(len(parts), -1) @ flat)[..., 0].astype(np.float64)
    return along


def on_plane(
    network: Network,
    plane: Plane,
    data: Examples,
    domain: tuple[Interval, ...],
    start: tuple[float, ...] | None = None,
) -> PlaneCost:
    """Return the cost of prepared pictures on a plane, a surface that a stage can show.

    `domain`: what to show of it (`engine.inspection.plane.frame`); `start`: coordinates, the
    origin's (0, 0) if left out. Its formula is no formula, but the same for the same network,
    plane and pictures only: so equal surfaces are equal, and what is known of one need not be
    computed again.
    """
    mark = sha1(usedforsecurity=False)
    mark.update(repr(network).encode())
    for array in (plane.origin, plane.directions, data.images, data.labels):
        mark.update(np.ascontiguousarray(array).data)
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

    `shares` (n,) of the way, `costs` and `accuracies` (n,).
    """

    shares: FloatArray
    costs: FloatArray
    accuracies: FloatArray

    @property
    def hill(self) -> float:
        """How far the cost rises above the higher end; 0 if it never does."""
        return float(self.costs.max() - self.costs[[0, -1]].max())

    @property
    def rise(self) -> float:
        """How far it rises in all on the way, every rise added up."""
        return float(np.diff(self.costs).clip(0).sum())


def between(
    network: Network, one: FloatArray, other: FloatArray, data: Examples, places: int = 41
) -> Generator[float, None, Line]:
    """Yield how far it is, 0 to 1; return what lies between two networks of one shape.

    C((1 − t) θ₀ + t θ₁) for t from 0 to 1. Raises ValueError if the two are one, and for fewer than
    2 places.

    Source: Goodfellow et al. 2015, ICLR, arXiv:1412.6544, section 3 (linear interpolation).
    """
    if places < 2:
        raise ValueError(f"a line has at least 2 places, not {places}")
    cost = on_plane(network, straight(one, other), data, ((0.0, 1.0),))
    shares = np.linspace(0, 1, places)
    found = np.empty((2, places))
    for i in range(places):
        found[:, i] = cost.cost_and_accuracy(shares[i : i + 1])
        yield (i + 1) / places
    return Line(shares, found[0], found[1])


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
        due = min(numbers[-1] + every, end)
        while training.updates < due and training.lost < 0:
            training = advance(training, min(due - training.updates, _few(training)))
            yield 1 - (end - training.updates) / updates
        if training.lost < 0:
            points.append(training.parameters)
            numbers.append(training.updates)
    return Trace(training, np.stack(points), np.array(numbers, dtype=np.float64))


def _few(training: Training) -> int:
    """Return how many updates are taken between two looks at the clock."""
    return max(1, _PICTURES // training.batch_size)


def around(
    network: Network, plane: Plane, path: FloatArray, data: Examples
) -> tuple[PlaneCost, FloatArray]:
    """Return the cost on a plane around a walk (m, d), and the walk's coordinates there (m, k).

    The surface shows all of the walk and starts where it did.
    """
    walk = plane.coordinates(path)
    return on_plane(network, plane, data, frame(walk), tuple(walk[0].tolist())), walk
