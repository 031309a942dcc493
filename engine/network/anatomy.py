"""What is inside a network: which connections speak, which layers learn, what is mistaken for what.

Numbers for pictures of a network; nothing here is needed to train one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.network import Network
from engine.network.neuron import ACTIVATIONS, Images, Labels
from engine.optimizers.optimizer import FloatArray


class Neuron(NamedTuple):
    """One neuron while it looks at one picture.

    `inputs` (m,) what the layer before says, `weights` (m,), `bias`; `total` is their sum
    inputs · weights + bias, and `answer` what it makes of that.
    """

    inputs: FloatArray
    weights: FloatArray
    bias: float
    total: float
    answer: float


def neuron(
    network: Network, parameters: FloatArray, picture: Images, layer: int, number: int
) -> Neuron:
    """Return neuron `number` of a layer, 1 for the first after the pixels, at a prepared picture.

    Raises ValueError if there is no such neuron.
    """
    sizes = network.sizes
    if not 1 <= layer < len(sizes) or not 0 <= number < sizes[layer]:
        raise ValueError(f"there is no neuron {number} in layer {layer} of {sizes}")
    said = network.forward(parameters, picture.reshape(1, -1))
    total = network.sums(parameters, picture.reshape(1, -1))[layer - 1][0, number]
    weights, biases = network.layers(parameters)[layer - 1]
    return Neuron(
        said[layer - 1][0],
        weights[:, number],
        float(biases[number]),
        float(total),
        float(said[layer][0, number]),
    )


def contributions(
    network: Network, parameters: FloatArray, picture: Images
) -> tuple[FloatArray, ...]:
    """Return what each connection adds to a sum at a prepared picture: weight × what goes in.

    One array (inputs, outputs) a layer. A column and its bias add up to the neuron's sum.
    """
    with np.errstate(all="ignore"):
        said = network.forward(parameters, picture.reshape(1, -1))
        layers = network.layers(parameters)
        return tuple(a[0][:, None] * w for a, (w, _) in zip(said, layers, strict=False))


def pulls(
    network: Network, parameters: FloatArray, picture: Images, answer: int
) -> tuple[FloatArray, ...]:
    """Return how much each neuron's sum moves the sum of one answer at a prepared picture: ∂z/∂z'.

    One array (outputs,) a layer; the last is 1 at the answer and 0 elsewhere. What a connection
    adds to the answer is weight × what goes in × the pull of the neuron it ends in. For ReLU all of
    a layer's connections, with the biases of this layer and of the later ones times their pulls,
    add up to the answer's sum; for other activations this is the first order.
    """
    with np.errstate(all="ignore"):
        said = network.forward(parameters, picture.reshape(1, -1))
        slope = ACTIVATIONS[network.activation].slope
        pull = np.zeros(network.sizes[-1], parameters.dtype)
        pull[answer] = 1
        found = [pull]
        layers = network.layers(parameters)
        for number in range(len(layers) - 1, 0, -1):
            pull = (layers[number].weights @ pull) * slope(said[number][0])
            found.insert(0, pull)
        return tuple(found)


def sizes_by_layer(network: Network, gradient: FloatArray) -> tuple[float, ...]:
    """Return each layer's root mean square over its weights of a gradient (dimension,).

    The mean, not the sum, lets a layer of 12,544 weights be compared with one of 160.
    """
    with np.errstate(all="ignore"):
        squares = (np.square(w, dtype=np.float64).mean() for w, _ in network.layers(gradient))
        return tuple(float(np.sqrt(mean)) for mean in squares)


def confusion(labels: Labels, answers: FloatArray) -> NDArray[np.intp]:
    """Return how often digit i (row) was read as j (column), from answers (n, 10): (10, 10)."""
    pairs = labels.astype(np.intp) * 10 + answers.argmax(axis=1)
    return np.bincount(pairs, minlength=100).reshape(10, 10)


def worst_mistakes(
    labels: Labels, answers: FloatArray, most: int, of_one: int | None = None
) -> NDArray[np.intp]:
    """Return which pictures were read wrong, those first whose right digit had the least chance.

    Args: labels (n,), answers (n, 10) as probabilities, of_one: how many of the same digit there
    may be, any number if left out. Returns at most `most` indices.
    """
    wrong = np.flatnonzero(answers.argmax(axis=1) != labels)
    worst = wrong[np.argsort(answers[wrong, labels[wrong]], kind="stable")]
    if of_one is not None:
        kinds = labels[worst]
        so_far = np.cumsum(kinds[:, None] == np.arange(answers.shape[1]), axis=0)
        worst = worst[so_far[np.arange(len(kinds)), kinds] <= of_one]
    return worst[:most]
