"""Depth: what becomes of signals and gradients on their way through many layers.

Through each layer a signal grows or shrinks by a factor, and so does a gradient on its way back.
Ten factors of ½ are a thousandth: the first layers hardly learn; ten of 2, and it blows up. Random
weights of the variance σ² make that factor predictable. With sums z ~ N(0, q) and width n,

    forwards    q' = n σ² E[φ(z)²]                  mean square of the next layer's sums
    backwards   E[δ²] = n' σ'² E[φ'(z)²] E[δ'²]     δ = ∂C/∂z, primes: the layer after

and a weight's gradient is δ times what goes in. (Glorot and Bengio 2010, AISTATS, equations 5 to 7,
for φ' = 1; He et al. 2015, arXiv:1502.01852, equations 10 and 14, for ReLU, where E[φ'²] = ½; Poole
et al. 2016, arXiv:1606.05340, for any φ, which is what is computed here.)
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from engine import digits
from engine.network import Network
from engine.network.anatomy import sizes_by_layer
from engine.network.neuron import (
    INITIALISATIONS,
    Activation,
    Images,
    Initialisation,
    Labels,
    Preparation,
)
from engine.optimizers.optimizer import FloatArray
from engine.training import Examples, Training

FEWEST_LAYERS, MOST_LAYERS = 2, 20
MOST_WIDE = 256  # neurons of a layer: twenty layers of more than that would not be shown live
_MEAN, _DEVIATION = 0.1307, 0.3081  # of all pixels of MNIST's training half, 0 to 1
_EVEN = 10.0  # the first and last layer's gradients within this factor: a healthy network
_FAR_APART = 1000.0
_LEAP = 1.0  # an update as large as the weights themselves: nothing of them is left


def deep(
    layers: int, width: int, activation: str = "sigmoid", cost: str = "cross_entropy"
) -> Network:
    """Return a network of 2 to 20 layers of weights, all hidden ones of one width.

    Raises ValueError for another number of layers, for more than 256 neurons in one, and as
    `Network` does.
    """
    if not FEWEST_LAYERS <= layers <= MOST_LAYERS:
        raise ValueError(
            f"a network here has {FEWEST_LAYERS} to {MOST_LAYERS} layers, not {layers}"
        )
    if not 1 <= width <= MOST_WIDE:
        raise ValueError(f"a layer here has 1 to {MOST_WIDE} neurons, not {width}")
    return Network((digits.SIDE**2, *(width,) * (layers - 1), 10), activation, cost)


# --- What goes in ------------------------------------------------------------------------------


def _raw(images: Images) -> digits.Pixels:
    return 255 * digits.as_pixels(images)


def _standard(images: Images) -> digits.Pixels:
    return (digits.as_pixels(images) - np.float32(_MEAN)) / np.float32(_DEVIATION)


INPUTS = {
    p.key: p
    for p in (
        Preparation("raw", "Raw", "Each pixel as its byte, 0 to 255.", _raw),
        Preparation("unit", "0 to 1", "Each pixel divided by 255.", digits.as_pixels),
        Preparation(
            "standard",
            "Normalised",
            "The mean of all pixels taken off and divided by their deviation (LeCun et al. 1998).",
            _standard,
        ),
    )
}


@lru_cache(maxsize=6)
def pictures(inputs: str, half: digits.Half = "train", count: int = 5000) -> Examples:
    """Return the first `count` of MNIST's pictures on a scale of INPUTS: float32, read-only, kept.

    Raises ValueError if there is no such scale.
    """
    if inputs not in INPUTS:
        raise ValueError(f"there is no {inputs!r} here. Known are: {', '.join(INPUTS)}")
    images, labels = digits.load(half)
    scaled = INPUTS[inputs].apply(images[:count])
    scaled.flags.writeable = False
    return Examples(scaled, labels[:count])


def with_activation(training: Training, activation: str) -> Training:
    """Return the training with other hidden neurons, the same weights and state from here on.

    So a step can be smoothed gradually (`engine.network.neuron.THRESHOLDS`) while it is learning.
    Going back gives the former neurons again. Raises ValueError for an unknown key.
    """
    return replace(training, network=replace(training.network, activation=activation))


# --- What is measured --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Depths:
    """Root mean squares layer by layer, of a network of L layers of weights.

    `said` (L + 1,): the prepared pictures, what each hidden layer says, the answers. `errors` (L,):
    what comes back to each layer, ∂C/∂z of each picture. `gradients` (L,): per weight. `moved`
    (L,): how far each weight is from where it began, and `moved_share` (L,): that over the root
    mean square it began with. `weights` (L,): their own size now.
    """

    said: FloatArray
    errors: FloatArray
    gradients: FloatArray
    weights: FloatArray
    moved: FloatArray
    moved_share: FloatArray


def measure(
    network: Network,
    parameters: FloatArray,
    start: FloatArray,
    images: Images,
    labels: Labels,
) -> Depths:
    """Return the sizes at some parameters on prepared pictures; `start`: where these began."""
    with np.errstate(all="ignore"):
        said = [_size(a) for a in network.forward(parameters, images)]
        errors = [_size(e) for e in network.errors(parameters, images, labels)]
        _, gradient = network.cost_and_gradient(parameters, images, labels)
        moved = np.array(sizes_by_layer(network, parameters - start))
        began = np.array(sizes_by_layer(network, start))
        gradients = np.array(sizes_by_layer(network, gradient))
        now = np.array(sizes_by_layer(network, parameters))
        return Depths(np.array(said), np.array(errors), gradients, now, moved, moved / began)


def measured(training: Training, count: int = 100) -> Depths:
    """Return the sizes of a training now, on its first `count` pictures."""
    images, labels = training.data
    start = training.kept[0].parameters
    return measure(training.network, training.parameters, start, images[:count], labels[:count])


def next_step(training: Training, sizes: Depths) -> FloatArray:
    """Return how far the next update would move each layer, as a share of its weights' size (L,).

    By plain gradient descent, were its pictures those that were measured. A gradient that is too
    long is shortened, as `engine.optimizers.clipping` does, its biases neglected.
    """
    rate, clip = training.settings["learning_rate"], training.stretches[-1].clip
    counts = np.array([inputs * outputs for inputs, outputs in pairwise(training.network.sizes)])
    with np.errstate(all="ignore"):
        norm = float(np.sqrt(counts @ np.square(sizes.gradients)))
        steps = (rate(training.updates) if callable(rate) else rate) * sizes.gradients
        shortened = steps * (clip / norm) if norm > clip else steps
        return np.asarray(shortened / sizes.weights)


def _size(array: FloatArray) -> float:
    return float(np.sqrt(np.square(array, dtype=np.float64).mean()))


# --- What theory predicts ----------------------------------------------------------------------


class Theory(NamedTuple):
    """What random weights do to sizes, layer by layer, of a network of L layers of weights.

    `said` (L,): root mean squares of the pictures and of what the L − 1 hidden layers say.
    `forwards` (L − 1,): the factor of each hidden layer over what came before it. `backwards`
    (L − 1,): the factor of the error δ from each layer after to that hidden layer. `errors` (L,):
    their products, δ as shares of the last layer's, and `gradients` (L,) the weights' gradients as
    shares of the last layer's.
    """

    said: FloatArray
    forwards: FloatArray
    backwards: FloatArray
    errors: FloatArray
    gradients: FloatArray


def theory(network: Network, initialisation: str | Initialisation, mean_square: float) -> Theory:
    """Return the prediction before the first step, for inputs of that mean square.

    See the head of this module; biases begin at 0. Raises ValueError for an unknown key.
    """
    if isinstance(initialisation, str):
        if initialisation not in INITIALISATIONS:
            known = ", ".join(INITIALISATIONS)
            raise ValueError(f"there is no {initialisation!r} here. Known are: {known}")
        initialisation = INITIALISATIONS[initialisation]
    deviations = [initialisation.deviation(*shape) for shape in pairwise(network.sizes)]
    variances = [d * d for d in deviations]  # a power of 1e200 would be an exception
    squares, slopes = [mean_square], []
    for inputs, variance in zip(network.sizes[:-2], variances, strict=False):
        spread = inputs * variance * squares[-1]
        square, slope = _means(network.function, spread)
        squares.append(square)
        slopes.append(slope)
    with np.errstate(all="ignore"):
        said = np.sqrt(np.array(squares))
        returning = np.array(network.sizes[2:]) * np.array(variances[1:]) * np.array(slopes)
        backwards = np.sqrt(returning)
        errors = np.append(np.cumprod(backwards[::-1])[::-1], 1.0)
        sizes = errors * said
        return Theory(said, said[1:] / said[:-1], backwards, errors, sizes / sizes[-1])


_NODES = 4000
_REACH = 8.0  # deviations: beyond, a normal distribution has nothing that counts


def _means(function: Activation, spread: float) -> tuple[float, float]:
    """Return E[φ(z)²] and E[φ'(z)²] for z ~ N(0, spread), by the midpoint rule.

    Its nodes lie on both sides of 0 and never on it, so that a kink there costs no accuracy.
    """
    nodes = (np.arange(_NODES) + 0.5) * (2 * _REACH / _NODES) - _REACH
    weights = np.exp(-nodes * nodes / 2)
    weights /= weights.sum()
    with np.errstate(all="ignore"):
        said = function.value(np.sqrt(spread) * nodes)
        slopes = function.slope(said)
        return float(weights @ (said * said)), float(weights @ (slopes * slopes))


# --- In words ----------------------------------------------------------------------------------

Fate: TypeAlias = Literal["exploded", "flat", "vanishing", "exploding", "leaping", "uneven", "even"]


class Verdict(NamedTuple):
    """How gradients fare from layer to layer, and a sentence of evidence."""

    fate: Fate
    sentence: str


def verdict(training: Training, sizes: Depths) -> Verdict:
    """Return what has become of a training whose sizes were measured.

    It goes by the errors: a weight's gradient is one of them times what goes in, and where both
    shrink on their ways, from opposite ends, that product is as small everywhere. But where it
    comes through and what goes in is large, the step may be a leap all the same.
    """
    first, last = float(sizes.errors[0]), float(sizes.errors[-1])
    if training.lost >= 0 or not np.isfinite(sizes.gradients).all():
        what = (
            f"The cost of update {training.lost + 1}" if training.lost >= 0 else "What comes back"
        )
        return Verdict("exploded", f"{what} is too large to be a number: nothing more is learnt.")
    silent = int((sizes.gradients == 0).sum())
    if silent:
        return Verdict(
            "flat",
            f"The gradient is exactly 0 in {silent} of {len(sizes.gradients)} layers: there is no "
            "slope to follow.",
        )
    ratio = last / first if first else np.inf
    smaller, far = ratio > 1, max(ratio, 1 / ratio)
    step = float(next_step(training, sizes).max())
    if far <= _FAR_APART and step > _LEAP:
        return Verdict(
            "leaping",
            f"The next update would move a layer by {step:,.1f} times the size of its weights.",
        )
    if 1 / _EVEN <= ratio <= _EVEN:
        return Verdict(
            "even",
            "What comes back to the first layer and what began at the last one are within a "
            f"factor of {far:.1f}.",
        )
    fate: Fate = "uneven"
    if far > _FAR_APART:
        fate = "vanishing" if smaller else "exploding"
    means = {"vanishing": ": it hardly learns", "exploding": ": one step is a leap"}.get(fate, "")
    word = "smaller" if smaller else "larger"
    return Verdict(
        fate,
        f"What comes back to the first layer is {_times(far)} {word} than what began at the last "
        f"one{means}.",
    )


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio < 1e9 else f"{ratio:.0e} times"
