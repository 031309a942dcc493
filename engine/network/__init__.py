"""Networks of neurons in layers: a cost over one flat vector of weights and biases.

What an optimizer moves is that vector, so every one of `engine.optimizers` trains a network as it
walks down a surface. A layer turns what came before, a (n, inputs), into

    z = a W + b,   a' = activation(z)     W (inputs, outputs), b (outputs)

Pictures are (n, 784), bytes or 0 to 1, as in `engine.digits`. Numbers that overflow become inf and
nan; they are no error and no warning. Left out on purpose: convolutions, dropout, normalisation of
batches. They read digits better, and would be a second idea beside the walk.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.digits import Pixels, archive, as_pixels
from engine.network.neuron import ACTIVATIONS as ACTIVATIONS
from engine.network.neuron import COSTS as COSTS
from engine.network.neuron import INITIALISATIONS as INITIALISATIONS
from engine.network.neuron import PREPARATIONS as PREPARATIONS
from engine.network.neuron import THRESHOLDS as THRESHOLDS
from engine.network.neuron import Activation, Images, Initialisation, Labels
from engine.optimizers.optimizer import FloatArray

Entry = TypeVar("Entry")

_CHUNK = 1000  # pictures taken together: what lies between their layers fits the cache
_MOST_LAYERS, _MOST_NEURONS = 21, 4096


# --- The network -------------------------------------------------------------------------------


class Layer(NamedTuple):
    """Views of one layer's parameters: `weights` (inputs, outputs), `biases` (outputs)."""

    weights: FloatArray
    biases: FloatArray


@dataclass(frozen=True)
class Network:
    """The shape of a network: how many neurons, which functions. Its parameters are elsewhere.

    `sizes`: the neurons of each layer, inputs and outputs included; the others are keys of the
    registries below, and of `THRESHOLDS`. The activation is that of the hidden layers: the outputs
    have the cost's own. Raises ValueError for sizes that are none, for more than 21 layers of 4,096
    (inputs and outputs among them), and unknown keys.
    """

    sizes: tuple[int, ...] = (784, 16, 16, 10)
    activation: str = "relu"
    cost: str = "cross_entropy"
    preparation: str = "none"

    def __post_init__(self) -> None:
        sound = all(isinstance(s, int) and 1 <= s <= _MOST_NEURONS for s in self.sizes)
        if not sound or not 2 <= len(self.sizes) <= _MOST_LAYERS:
            raise ValueError(
                f"a network has 2 to {_MOST_LAYERS} layers of 1 to {_MOST_NEURONS} neurons, "
                f"not {self.sizes}"
            )
        _entry(ACTIVATIONS | THRESHOLDS, self.activation)
        _entry(COSTS, self.cost)
        _entry(PREPARATIONS, self.preparation)

    @property
    def _keys(self) -> tuple[str, str, str]:
        return self.activation, self.cost, self.preparation

    @property
    def function(self) -> Activation:
        """What the hidden layers do with their sums: the entry of the activation."""
        return ACTIVATIONS.get(self.activation) or THRESHOLDS[self.activation]

    @property
    def dimension(self) -> int:
        """How many parameters: the weights and biases of all layers."""
        return sum((inputs + 1) * outputs for inputs, outputs in pairwise(self.sizes))

    def layers(self, parameters: FloatArray) -> tuple[Layer, ...]:
        """Return the parameters (dimension,) layer by layer, as views."""
        return tuple(
            Layer(parameters[weights].reshape(shape), parameters[biases])
            for weights, biases, shape in _places(self.sizes)
        )

    def initial(self, initialisation: str | Initialisation, rng: np.random.Generator) -> FloatArray:
        """Return parameters to begin with, float32 (dimension,); ValueError for an unknown key."""
        if isinstance(initialisation, str):
            initialisation = _entry(INITIALISATIONS, initialisation)
        deviation = initialisation.deviation
        parameters = np.zeros(self.dimension, np.float32)
        with np.errstate(over="ignore"):
            for weights, _ in self.layers(parameters):
                weights[...] = rng.normal(0.0, deviation(*weights.shape), weights.shape)
        return parameters

    def prepare(self, images: Images) -> Pixels:
        """Return pictures (n, 784), bytes or 0 to 1, as the first layer wants them: float32."""
        return PREPARATIONS[self.preparation].apply(images.reshape(-1, self.sizes[0]))

    def sums(self, parameters: FloatArray, images: Images) -> tuple[FloatArray, ...]:
        """Return every layer's sums z, (n, outputs) each, the last layer's last."""
        with np.errstate(all="ignore"):
            return self._pass(parameters, as_pixels(images))[1]

    def forward(self, parameters: FloatArray, images: Images) -> tuple[FloatArray, ...]:
        """Return what every layer says, the prepared pictures first and the answers last.

        Answers (n, 10) are each between 0 and 1; with the squared error they need not add up to 1.
        """
        with np.errstate(all="ignore"):
            said, sums = self._pass(parameters, as_pixels(images))
            return (*said, COSTS[self.cost].answers(sums[-1]))

    def _pass(
        self, parameters: FloatArray, pixels: FloatArray
    ) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...]]:
        """Return what goes into each layer, and its sums."""
        activate = self.function.value
        said: list[FloatArray] = [pixels]
        sums: list[FloatArray] = []
        for weights, biases in self.layers(parameters):
            if sums:
                said.append(activate(sums[-1]))
            z = said[-1] @ weights
            z += biases
            sums.append(z)
        return tuple(said), tuple(sums)

    def cost_and_gradient(
        self,
        parameters: FloatArray,
        images: Images,
        labels: Labels,
        out: FloatArray | None = None,
    ) -> tuple[float, FloatArray]:
        """Return the mean cost of prepared pictures, and its gradient (dimension,).

        The gradient has the parameters' dtype, and is written to `out` if that is given. Source:
        Rumelhart, Hinton and Williams 1986, Nature 323, equations 4 to 7 (backpropagation), with
        the mean over the pictures.
        """
        with np.errstate(all="ignore"):
            gradient = np.empty_like(parameters) if out is None else out
            if len(images) <= _CHUNK:
                return self._backwards(parameters, as_pixels(images), labels, gradient), gradient
            cost, slope = 0.0, np.empty_like(parameters)
            gradient[...] = 0
            for part in _chunks(len(images)):
                share = len(labels[part]) / len(labels)
                pixels = as_pixels(images[part])
                cost += share * self._backwards(parameters, pixels, labels[part], slope)
                slope *= share
                gradient += slope
            return cost, gradient

    def _backwards(
        self, parameters: FloatArray, pixels: FloatArray, labels: Labels, gradient: FloatArray
    ) -> float:
        """Return the mean cost, and write its gradient."""
        said, sums = self._pass(parameters, pixels)
        costs, delta = COSTS[self.cost].errors(sums[-1], labels)
        delta *= 1 / len(labels)
        ones = np.ones(len(labels), delta.dtype)
        slopes = self.layers(gradient)
        for number, errors in self._errors(parameters, said, delta):
            np.matmul(said[number].T, errors, out=slopes[number].weights)
            np.matmul(ones, errors, out=slopes[number].biases)  # a sum over pictures, by BLAS
        return float(costs.sum()) / len(labels)

    def _errors(
        self, parameters: FloatArray, said: tuple[FloatArray, ...], delta: FloatArray
    ) -> Iterator[tuple[int, FloatArray]]:
        """Yield each layer's number and derivatives by its sums, from the last one's on back."""
        layers, slope_of = self.layers(parameters), self.function.slope
        for number in range(len(layers) - 1, -1, -1):
            yield number, delta
            if number:
                delta = delta @ layers[number].weights.T
                delta *= slope_of(said[number])

    def errors(
        self, parameters: FloatArray, images: Images, labels: Labels
    ) -> tuple[FloatArray, ...]:
        """Return how each prepared picture's own cost changes with every layer's sums: ∂C/∂z.

        One array (n, outputs) a layer, the last layer's last. Not divided by the number of
        pictures: their mean cost changes by the n-th part of each.
        """
        with np.errstate(all="ignore"):
            said, sums = self._pass(parameters, as_pixels(images))
            delta = COSTS[self.cost].errors(sums[-1], labels)[1]
            return tuple(e for _, e in self._errors(parameters, said, delta))[::-1]

    def answers(self, parameters: FloatArray, images: Images) -> FloatArray:
        """Return probabilities (n, 10) for prepared pictures: the outputs, so as to add up to 1."""
        with np.errstate(all="ignore"):
            outputs = [
                COSTS[self.cost].answers(self._pass(parameters, as_pixels(images[part]))[1][-1])
                for part in _chunks(len(images))
            ]
            given = np.concatenate(outputs) if outputs else np.empty((0, self.sizes[-1]))
            total = given.sum(axis=1, keepdims=True)
            return np.where(total == 0, 1 / self.sizes[-1], given / total)

    def cost_and_accuracy(
        self, parameters: FloatArray, images: Images, labels: Labels
    ) -> tuple[float, float]:
        """Return the mean cost of prepared pictures, and the share (0 to 1) that is read right."""
        rule, cost, right = COSTS[self.cost], 0.0, 0
        with np.errstate(all="ignore"):
            for part in _chunks(len(images)):
                sums = self._pass(parameters, as_pixels(images[part]))[1][-1]
                cost += float(rule.errors(sums, labels[part])[0].sum())
                right += int((sums.argmax(axis=1) == labels[part]).sum())
        return cost / len(labels), right / len(labels)


def _entry(registry: dict[str, Entry], key: str) -> Entry:
    try:
        return registry[key]
    except KeyError:
        raise ValueError(f"there is no {key!r} here. Known are: {', '.join(registry)}") from None


class _Place(NamedTuple):
    """Where a layer's parameters are in the flat vector, and the shape of its weights."""

    weights: slice
    biases: slice
    shape: tuple[int, int]


@lru_cache(maxsize=64)
def _places(sizes: tuple[int, ...]) -> tuple[_Place, ...]:
    places, begin = [], 0
    for inputs, outputs in pairwise(sizes):
        middle = begin + inputs * outputs
        places.append(
            _Place(slice(begin, middle), slice(middle, middle + outputs), (inputs, outputs))
        )
        begin = middle + outputs
    return tuple(places)


def _chunks(count: int) -> Iterator[slice]:
    return (slice(first, first + _CHUNK) for first in range(0, count, _CHUNK))


# --- As a cost to walk on ----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class NetworkCost:
    """The mean cost of some prepared pictures as a function of the parameters: an `Objective`.

    `images` (n, inputs), `labels` (n,). Points are (dimension,) or have leading axes.
    """

    network: Network
    images: Images
    labels: Labels

    @property
    def dimension(self) -> int:
        """How many parameters a point has."""
        return self.network.dimension

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., dimension): shape (...), in the point's dtype."""
        costs = [self._value(one) for one in point.reshape(-1, self.dimension)]
        return np.array(costs, point.dtype).reshape(point.shape[:-1])

    def _value(self, point: FloatArray) -> float:
        return self.network.cost_and_accuracy(point, self.images, self.labels)[0]

    def gradient(self, point: FloatArray) -> FloatArray:
        """Gradient at (..., dimension): the same shape."""
        return self.value_and_gradient(point)[1]

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return both, in one pass."""
        both = [
            self.network.cost_and_gradient(one, self.images, self.labels)
            for one in point.reshape(-1, self.dimension)
        ]
        values = np.array([value for value, _ in both], point.dtype).reshape(point.shape[:-1])
        return values, np.array([slope for _, slope in both], point.dtype).reshape(point.shape)


# --- Trained networks in files -----------------------------------------------------------------

_NETWORKS = Path(__file__).parents[2] / "assets" / "networks"
SHIPPED = {key: _NETWORKS / f"{key}.npz" for key in ("strong", "small")}

_FORMAT = 1
_MOST_BYTES = 80_000_000
_FIELDS = {  # of a file: the kinds of number or text, and how many axes
    "format": ("iu", 0),
    "sizes": ("iu", 1),
    "keys": ("U", 1),
    "parameters": ("f", 1),
    "accuracy": ("f", 0),
    "made": ("U", 0),
}


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network with its parameters (dimension,), float32, read-only: one that reads.

    `accuracy`: the share of MNIST's test pictures that it reads right, measured when it was made;
    nan if nobody did. `made`: the command, or what else made it.
    """

    network: Network
    parameters: FloatArray = field(repr=False)
    accuracy: float = float("nan")
    made: str = ""

    def prepare(self, images: Images) -> Pixels:
        """Return pictures (n, 784), bytes or 0 to 1, as the first layer wants them."""
        return self.network.prepare(images)

    def predict(self, images: Images) -> FloatArray:
        """Return probabilities (n, 10) for pictures (n, 784), which are prepared here."""
        return self.network.answers(self.parameters, self.prepare(images))


def save(path: str | Path, trained: TrainedNetwork) -> None:
    """Write a network to a file for `load`; the same network makes the same bytes."""
    net = trained.network
    np.savez_compressed(
        path,
        format=np.array(_FORMAT),
        sizes=np.array(net.sizes),
        keys=np.array(net._keys),
        parameters=trained.parameters.astype(np.float32),
        accuracy=np.array(trained.accuracy),
        made=np.array(trained.made),
    )


def load(path: str | Path) -> TrainedNetwork:
    """Return the network of a file; ValueError names the file and says what is wrong with it."""
    try:
        return _unpacked(archive.read(Path(path), _MOST_BYTES))
    except ValueError as error:
        raise ValueError(
            f"The network {Path(path).name} cannot be read ({error}). Save it anew, or make it "
            "with python -m engine.training, as the notice in assets/networks says."
        ) from error


def _unpacked(arrays: dict[str, NDArray[Any]]) -> TrainedNetwork:
    for name, (kinds, axes) in _FIELDS.items():
        array = arrays.get(name)
        if array is None or array.dtype.kind not in kinds or array.ndim != axes:
            raise ValueError(f"{name} is missing, or not what it should be")
    if arrays["keys"].shape != (3,):
        raise ValueError("its functions are not three")
    if arrays["format"] != _FORMAT:
        raise ValueError(f"its format is {arrays['format']}, and {_FORMAT} is known here")
    net = Network(tuple(int(size) for size in arrays["sizes"]), *map(str, arrays["keys"]))
    if (net.sizes[0], net.sizes[-1]) != (784, 10):
        raise ValueError(f"it goes from {net.sizes[0]} pixels to {net.sizes[-1]} digits")
    if arrays["parameters"].shape != (net.dimension,):
        raise ValueError(f"{net.sizes} needs {net.dimension} parameters")
    with np.errstate(all="ignore"):
        parameters = arrays["parameters"].astype(np.float32)
    if not np.isfinite(parameters).all():
        raise ValueError("not all of its parameters are numbers")
    parameters.flags.writeable = False
    return TrainedNetwork(net, parameters, float(arrays["accuracy"]), str(arrays["made"]))
