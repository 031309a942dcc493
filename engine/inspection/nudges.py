"""Backpropagation told as wishes: what one example asks of every neuron, weight and bias.

A nudge is what an example would like to be changed: minus the derivative of its own cost C,

    push on a sum        −∂C/∂z
    nudge to the bias    −∂C/∂b = push
    nudge to a weight    −∂C/∂w = push × the activation it comes from
    wish for an input    −∂C/∂a = push × its weight, added up over all neurons it goes to

and the wish for an activation becomes the push on its sum when it is multiplied by the slope of the
activation there. So on from the outputs back to the pixels. (Rumelhart, Hinton and Williams 1986,
Nature 323, equations 4 to 7.) A step follows the average of many examples' nudges: `ledger`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.network import Network
from engine.network.anatomy import Neuron, neuron
from engine.network.neuron import COSTS, Images, Labels
from engine.optimizers.optimizer import FloatArray

# What an output wants is so many times (what it should say − what it says). For the squared error
# that is −∂C/∂a. Cross-entropy's softmax ties the outputs together: no single one can be moved, so
# the wish is for the sum below, −∂C/∂z, which is the same difference.
_EAGERNESS = {"squared_error": 2.0, "cross_entropy": 1.0}


# --- One example -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Passage:
    """One example's way through a network and back.

    `said`: what every layer says, (neurons,) each, the prepared picture first, the answers last.
    `wishes`, in the same order: what each of these should become more (or less, if negative) of;
    the picture's too, though nobody can grant that. `sums` and `pushes`: the sums z of each layer
    after the picture, and −∂C/∂z. `cost` is this example's own.
    """

    network: Network
    parameters: FloatArray = field(repr=False)
    picture: Images = field(repr=False)
    label: int
    cost: float
    said: tuple[FloatArray, ...] = field(repr=False)
    sums: tuple[FloatArray, ...] = field(repr=False)
    wishes: tuple[FloatArray, ...] = field(repr=False)
    pushes: tuple[FloatArray, ...] = field(repr=False)


def passage(network: Network, parameters: FloatArray, picture: Images, label: int) -> Passage:
    """Return the way of a prepared picture (784,) that shows `label`, there and back.

    Raises ValueError if no output stands for that label.
    """
    if not 0 <= label < network.sizes[-1]:
        raise ValueError(f"this network's answers are 0 to {network.sizes[-1] - 1}, not {label}")
    images, labels = picture.reshape(1, -1), np.array([label])
    with np.errstate(all="ignore"):
        said = tuple(a[0] for a in network.forward(parameters, images))
        pushes = tuple(-e[0] for e in network.errors(parameters, images, labels))
        layers = network.layers(parameters)
        asked = [w @ push for (w, _), push in zip(layers, pushes, strict=True)]
        should = np.zeros_like(said[-1])
        should[label] = 1
        outputs = _EAGERNESS[network.cost] * (should - said[-1])
    cost, _ = network.cost_and_accuracy(parameters, images, labels)
    sums = tuple(z[0] for z in network.sums(parameters, images))
    wishes = (*asked, outputs)
    return Passage(network, parameters, images[0], label, cost, said, sums, wishes, pushes)


class Avenues(NamedTuple):
    """The three ways to change what one neuron says, with the nudge of an example to each.

    `neuron`: its inputs (m,), weights (m,), bias, sum and answer. `wish` is what the answer should
    become more of, and `push` what that asks of the sum. `bias` = push; `weights` (m,) = push ×
    inputs; `inputs` (m,) = push × weights: its own wishes for the layer before, among those of
    other neurons.
    """

    neuron: Neuron
    wish: float
    push: float
    bias: float
    weights: FloatArray
    inputs: FloatArray


def avenues(example: Passage, layer: int, number: int) -> Avenues:
    """Return what is asked of neuron `number` of a layer, 1 for the first after the pixels.

    Raises ValueError if there is no such neuron.
    """
    one = neuron(example.network, example.parameters, example.picture, layer, number)
    push = example.pushes[layer - 1][number]
    with np.errstate(all="ignore"):
        return Avenues(
            one,
            float(example.wishes[layer][number]),
            float(push),
            float(push),
            push * one.inputs,
            push * one.weights,
        )


def requests(example: Passage, layer: int) -> FloatArray:
    """Return what each neuron of a layer asks of each neuron before it: (before, neurons).

    Added up along a row they are the wish for that neuron of the layer before.
    """
    with np.errstate(all="ignore"):
        asked: FloatArray = (
            example.network.layers(example.parameters)[layer - 1].weights
            * example.pushes[layer - 1]
        )
        return asked


def weight_nudges(example: Passage, layer: int) -> FloatArray:
    """Return the nudge to each weight of a layer: (before, neurons)."""
    with np.errstate(all="ignore"):
        return np.outer(example.said[layer - 1], example.pushes[layer - 1])


# --- Places in the flat vector -----------------------------------------------------------------


class Place(NamedTuple):
    """Which parameter it is: of which layer, to which neuron, from which one before (−1: bias)."""

    layer: int
    neuron: int
    source: int


def place(network: Network, index: int) -> Place:
    """Return what parameter `index` of the flat vector is; ValueError if there is none."""
    for layer, (weights, biases) in enumerate(network.layers(_numbers(network)), start=1):
        if 0 <= index <= biases[-1]:
            if index >= biases[0]:
                return Place(layer, int(index - biases[0]), -1)
            source, target = divmod(int(index - weights[0, 0]), weights.shape[1])
            return Place(layer, target, source)
    raise ValueError(f"this network has the parameters 0 to {network.dimension - 1}, not {index}")


def index(network: Network, where: Place) -> int:
    """Return where a parameter is in the flat vector; ValueError if there is no such."""
    layer, target, source = where
    sizes = network.sizes
    sound = 1 <= layer < len(sizes) and 0 <= target < sizes[layer] and source >= -1
    if not sound or source >= sizes[layer - 1]:
        raise ValueError(f"there is no parameter {tuple(where)} in a network of {sizes}")
    weights, biases = network.layers(_numbers(network))[layer - 1]
    return int(biases[target] if source < 0 else weights[source, target])


def _numbers(network: Network) -> FloatArray:
    return np.arange(network.dimension, dtype=np.float64)


# --- Many examples -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Ledger:
    """What each example asks of some parameters, and what they get.

    `chosen` (c,): places in the flat vector; `costs` (k,); `nudges` (k, c): one row an example;
    `average` (c,) of the rows. `used` (c,): minus the gradient of the examples' mean cost, which is
    what a step takes. `disagreement` is the check, over `checked` of the parameters: the norm of
    (average − used) over the norm of `used`; 0 if both are 0.
    """

    chosen: NDArray[np.intp]
    costs: FloatArray
    nudges: FloatArray = field(repr=False)
    average: FloatArray = field(repr=False)
    used: FloatArray = field(repr=False)
    disagreement: float
    checked: int


def ledger(
    network: Network,
    parameters: FloatArray,
    images: Images,
    labels: Labels,
    chosen: NDArray[np.intp],
    whole: bool = True,
) -> Ledger:
    """Return the ledger of prepared pictures (k, 784) for the parameters at `chosen` (c,).

    Each example's nudges are the products of what it made the neurons say and of the pushes it
    sent back, row by row of the pass that the step takes them in; `used` is that step's. So this
    checks the averaging, −∇C = (1/k) Σ −∇Cᵢ, which is added up in float64: over all parameters or,
    where `whole` is false because a million times a hundred take long, over the chosen ones.
    """
    with np.errstate(all="ignore"):
        said = network.forward(parameters, images)
        errors = network.errors(parameters, images, labels)
        sums = network.sums(parameters, images)[-1]
        costs = COSTS[network.cost].errors(sums, labels)[0].astype(np.float64)
        rows = _rows(network, said, errors, chosen)
        used = -network.cost_and_gradient(parameters, images, labels)[1]
        if whole:
            averages = _total(network, said, errors) / len(labels)
            average, meant = averages[chosen], used
        else:
            averages = average = rows.mean(axis=0, dtype=np.float64)
            meant = used[chosen]
        apart = float(np.linalg.norm(averages - meant))
        size = float(np.linalg.norm(meant.astype(np.float64)))
        disagreement = 0.0 if apart == 0 else apart / size if size else float("inf")
    return Ledger(chosen, costs, rows, average, used[chosen], disagreement, len(meant))


def _rows(
    network: Network,
    said: tuple[FloatArray, ...],
    errors: tuple[FloatArray, ...],
    chosen: NDArray[np.intp],
) -> FloatArray:
    """Return each example's nudges to the parameters at `chosen`: (k, c)."""
    rows = np.empty((len(said[0]), len(chosen)), errors[-1].dtype)
    for column, number in enumerate(chosen):
        layer, target, source = place(network, int(number))
        pushes = -errors[layer - 1][:, target]
        rows[:, column] = pushes if source < 0 else said[layer - 1][:, source] * pushes
    return rows


def _total(
    network: Network, said: tuple[FloatArray, ...], errors: tuple[FloatArray, ...]
) -> FloatArray:
    """Return all examples' nudges to all parameters, added up one after the other in float64."""
    total, mine = np.zeros(network.dimension), np.empty(network.dimension, errors[-1].dtype)
    for i in range(len(said[0])):
        for (weights, biases), a, e in zip(network.layers(mine), said, errors, strict=False):
            np.outer(a[i], -e[i], out=weights)
            biases[...] = -e[i]
        total += mine
    return total


def mean_sizes(
    network: Network, parameters: FloatArray, images: Images, labels: Labels
) -> FloatArray:
    """Return how much prepared pictures (k, 784) ask of each parameter on average: (dimension,).

    The mean of the sizes of their nudges, whatever the signs. A nudge is a product, and so is its
    size: the sums over the pictures are products of matrices.
    """
    asked = np.empty_like(parameters)
    with np.errstate(all="ignore"):
        said = network.forward(parameters, images)
        errors = network.errors(parameters, images, labels)
        for (weights, biases), a, e in zip(network.layers(asked), said, errors, strict=False):
            np.matmul(np.abs(a).T, np.abs(e), out=weights)
            np.sum(np.abs(e), axis=0, out=biases)
        asked /= len(labels)
    return asked
