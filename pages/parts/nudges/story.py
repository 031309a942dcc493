"""One example's way through a network and back, as a story of steps, each with one sentence.

A step says what is to be seen: its kind, the layer and the neuron it is about, and a sentence with
this example's own numbers. The browser draws it; see assets/nudges/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.inspection.nudges import Avenues, Passage, avenues, requests
from engine.optimizers.optimizer import FloatArray
from pages.parts.nudges.words import chance, signed, told

MOST_NEURONS = 16
"""Of larger layers only so many neurons are shown: the brightest, and those pushed hardest."""


class Step(NamedTuple):
    """One step of the story: what it shows, of which layer and neuron, and its sentence.

    `rival` is another output that pulls at the same neurons, or −1; `source` the neuron of the
    layer before (or the pixel) that the sentence is about, or −1.
    """

    kind: str
    layer: int
    neuron: int
    sentence: str
    rival: int = -1
    source: int = -1


def shown(example: Passage) -> tuple[NDArray[np.intp], ...]:
    """Return which neurons of each layer after the picture are shown, ascending."""
    return tuple(_shown(example, layer) for layer in range(1, len(example.said)))


def _shown(example: Passage, layer: int) -> NDArray[np.intp]:
    pushes = example.pushes[layer - 1]
    if len(pushes) <= MOST_NEURONS:
        return np.arange(len(pushes))
    told = [int(np.abs(example.said[layer]).argmax())]  # whom the sentences are about
    told.append(_loudest(example, layer, example.wishes[layer]))
    if layer == len(example.said) - 2:
        told.append(_loudest(example, layer, requests(example, layer + 1)[:, example.label]))
    hardest = np.argsort(-np.abs(pushes), kind="stable")
    return np.sort(np.array(list(dict.fromkeys([*told, *hardest.tolist()]))[:MOST_NEURONS]))


def slopes(example: Passage) -> tuple[FloatArray, ...]:
    """Return the slope of each layer's activation where its neurons are: push = wish × slope."""
    network, last = example.network, example.said[-1]
    outputs = last * (1 - last) if network.cost == "squared_error" else np.ones_like(last)
    with np.errstate(all="ignore"):
        hidden = [network.function.slope(said) for said in example.said[1:-1]]
    return (*hidden, outputs)


def steps(example: Passage) -> list[Step]:
    """Return the story of an example, from the picture to the step that is taken."""
    return [*_forward(example), *_at_the_outputs(example), *_backward(example), *_end(example)]


# --- There -------------------------------------------------------------------------------------


def _forward(example: Passage) -> Iterator[Step]:
    ink = int(np.count_nonzero(example.picture))
    yield Step(
        "picture",
        0,
        -1,
        f"This is a {example.label}: 784 numbers, one a pixel, {ink} of them with ink. "
        "Nothing else goes in.",
    )
    for layer, said in enumerate(example.said[1:-1], start=1):
        heard = "every pixel" if layer == 1 else f"every neuron of layer {layer - 1}"
        yield Step(
            "forward",
            layer,
            int(np.abs(said).argmax()),
            f"Layer {layer}: each of the {len(said)} neurons hears {heard}, each times a weight. "
            f"{_spoken(said)}",
        )
    said, label = example.said[-1], example.label
    first = int(said.argmax())
    verdict = "That is right." if first == label else f"The {label} has only {told(said[label])}."
    yield Step(
        "answers",
        len(example.said) - 1,
        first,
        f"The ten outputs answer. The brightest is the {first}, with {chance(said[first])}. "
        f"{verdict}",
    )


def _spoken(said: FloatArray) -> str:
    """Return who of a layer speaks, and who says most."""
    most, lit = int(np.abs(said).argmax()), int(np.count_nonzero(said))
    if not lit:
        return "None of them lights up: each says 0."
    if lit < len(said):
        return f"{lit} of them light up, neuron {most + 1} most: it says {told(said[most])}."
    if said[most] < 0:
        return f"The farthest from 0 is neuron {most + 1}: it says {told(said[most])}."
    return f"All of them say something, neuron {most + 1} most: {told(said[most])}."


# --- How wrong, and who wants what -------------------------------------------------------------


def _at_the_outputs(example: Passage) -> Iterator[Step]:
    last, label, said = len(example.said) - 1, example.label, example.said[-1]
    wishes, rival = example.wishes[-1], rival_of(example)
    squared = example.network.cost == "squared_error"
    reckoned = "the squared differences add up to" if squared else _logarithm(example)
    yield Step(
        "cost",
        last,
        label,
        f"Right would be 1 at the {label} and 0 everywhere else. One number says how wrong this "
        f"is, the cost: {reckoned} {told(example.cost)}.",
    )
    twice = "twice the difference: " if squared else ""
    yield Step(
        "wants",
        last,
        label,
        f"Output {label} says {chance(said[label])} and should say 1: it wants up, by {twice}"
        f"{told(wishes[label])}. Output {rival} says {chance(said[rival])} and should say 0: it "
        f"wants down, by {twice}{told(-wishes[rival])}.",
        rival,
    )
    if squared:
        yield _slope(example, last)
    yield from _three_avenues(example, rival)


def _logarithm(example: Passage) -> str:
    """Return −ln of what the right output says, as it is written in a sentence."""
    says = example.said[-1][example.label]
    if says == 0:
        return "−ln of almost 0 ="
    text = chance(says)
    return f"−ln({text}) =" if " " in text else f"−ln {text} ="


def rival_of(example: Passage) -> int:
    """Return the wrong output that is to be lowered most."""
    others = np.where(np.arange(len(example.said[-1])) == example.label, np.inf, example.wishes[-1])
    return int(np.nan_to_num(others, nan=np.inf).argmin())


def _three_avenues(example: Passage, rival: int) -> Iterator[Step]:
    last, label = len(example.said) - 1, example.label
    ways = avenues(example, last, label)
    verb = "raise" if ways.push >= 0 else "lower"
    yield Step(
        "bias",
        last,
        label,
        f"So the sum of output {label} is pushed by {signed(ways.push)}. There are three ways to "
        f"{verb} it. First, its bias: it is simply added, so its nudge is the whole push.",
    )
    yield _weights(last, label, ways)
    if last == 1:
        yield Step(
            "inputs",
            last,
            label,
            "Third, what it hears, in proportion to its weights. But here that is the picture, and "
            "the picture is what it is: nobody can grant these wishes.",
        )
        return
    strong = _loudest(example, last - 1, ways.inputs)
    weight = ways.neuron.weights[strong]
    yield Step(
        "inputs",
        last,
        label,
        f"Third, what it hears, in proportion to its weights: the weight from neuron {strong + 1} "
        f"is {told(weight)}, so it wishes that neuron {_way(ways.inputs[strong])}, by "
        f"{told(abs(ways.inputs[strong]))}. It cannot set that, only ask for it.",
        source=strong,
    )
    asked = requests(example, last)
    mine, theirs = asked[strong, label], asked[strong, rival]
    yield Step(
        "another",
        last - 1,
        strong,
        f"Output {rival} has wishes too, for the same neurons. For neuron {strong + 1} output "
        f"{label} asks {signed(mine)} and output {rival} {signed(theirs)}: together "
        f"{signed(mine + theirs)}.",
        rival,
    )


def _weights(last: int, label: int, ways: Avenues) -> Step:
    heard = ways.neuron.inputs
    loud = int(np.abs(heard).argmax())  # so it is shown: the brightest
    quiet = int(np.count_nonzero(heard == 0))
    begun = f"Second, its {len(heard)} weights, each in proportion to what it hears"
    if quiet == len(heard):
        sentence = f"{begun}. But all of them are silent: no weight gets any nudge."
        return Step("weights", last, label, sentence, source=loud)
    source = f"pixel {loud + 1}" if last == 1 else f"neuron {loud + 1}"
    silent = f" The weights from the {quiet} silent ones get no nudge at all." if quiet else ""
    return Step(
        "weights",
        last,
        label,
        f"{begun}: {source} says {told(heard[loud])}, so its weight is nudged by "
        f"{signed(ways.push)} × {told(heard[loud])} = {signed(ways.weights[loud])}.{silent}",
        source=loud,
    )


# --- Back --------------------------------------------------------------------------------------


def _backward(example: Passage) -> Iterator[Step]:
    """Yield what comes back to each layer, as far as anything does."""
    for layer in range(len(example.said) - 2, 0, -1):
        if not example.pushes[layer].any():
            return
        yield _sum(example, layer)
        yield _slope(example, layer)
        if layer > 1 and example.pushes[layer - 1].any():
            yield _same_again(example, layer)


def _sum(example: Passage, layer: int) -> Step:
    wishes = example.wishes[layer]
    neuron = _loudest(example, layer, wishes)
    asked = requests(example, layer + 1)[neuron]
    up, down = asked[asked > 0].sum(), asked[asked < 0].sum()
    askers, many = int(np.count_nonzero(example.pushes[layer])), len(example.said[layer + 1])
    if layer == len(example.said) - 2:
        whose = "All ten outputs have wishes"
    elif askers == many:
        whose = f"All {many} of layer {layer + 1} have wishes"
    else:
        whose = f"Of layer {layer + 1}, {askers} were pushed: these have wishes"
    return Step(
        "sum",
        layer,
        neuron,
        f"{whose} for layer {layer}, and they are added up. Neuron {neuron + 1}: "
        f"{signed(up)} from those that want it up, {signed(down)} from those that want it down, "
        f"together {signed(wishes[neuron])}.",
    )


def _loudest(example: Passage, layer: int, wishes: FloatArray) -> int:
    """Return who is wished for most, among those whom a wish can reach if there are any."""
    reached = slopes(example)[layer - 1] != 0
    return int(np.where(reached | ~reached.any(), np.abs(wishes), -1).argmax())


def _slope(example: Passage, layer: int) -> Step:
    slope, wishes, pushes = slopes(example)[layer - 1], example.wishes[layer], example.pushes
    neuron = _loudest(example, layer, wishes)
    whose = f"Output {neuron}" if layer == len(pushes) else f"Neuron {neuron + 1}"
    relu = example.network.activation == "relu" and layer < len(pushes)
    if not slope.any():
        flat = "silent: there ReLU has the slope 0" if relu else "where the slope is 0"
        sentence = (
            f"A neuron changes what it says through its sum. But all {len(slope)} are {flat}, "
            "every wish is lost, and the way back ends here. Neither this layer nor any before it "
            "learns anything from this digit."
        )
    elif relu:
        sentence = (
            "A neuron changes what it says through its sum. Where it speaks, ReLU has the slope 1 "
            f"and the wish passes whole, as {signed(wishes[neuron])} does at neuron {neuron + 1}. "
            f"{_silent(slope)}"
        )
    else:
        sentence = (
            "A neuron changes what it says through its sum, as far as its activation is steep "
            f"there. {whose}: {signed(wishes[neuron])} × slope {told(slope[neuron])} = "
            f"{signed(pushes[layer - 1][neuron])}."
        )
    return Step("slope", layer, neuron, sentence)


def _silent(slope: FloatArray) -> str:
    silent = int(np.count_nonzero(slope == 0))
    if not silent:
        return f"Here all {len(slope)} speak."
    return (
        f"{silent} of {len(slope)} are silent: there the slope is 0, the wish is lost, and they "
        "learn nothing from this digit."
    )


def _same_again(example: Passage, layer: int) -> Step:
    neuron = int(np.abs(example.pushes[layer - 1]).argmax())
    push = example.pushes[layer - 1][neuron]
    return Step(
        "neuron",
        layer,
        neuron,
        f"Now layer {layer} does what the outputs did. Neuron {neuron + 1} wants its sum "
        f"{_way(push)} by {told(abs(push))}, and has the same three ways: its bias, its weights, "
        f"and wishes for layer {layer - 1}.",
    )


def _end(example: Passage) -> Iterator[Step]:
    pushes = example.pushes[0]
    most = int(np.abs(pushes).argmax())
    learning = int(np.count_nonzero(pushes))
    whose = f"output {most}" if len(example.pushes) == 1 else f"neuron {most + 1}"
    drawn = (
        f"Each is the digit itself times one number, for {whose} {signed(pushes[most])}. "
        f"{learning} of {len(pushes)} get one."
        if learning
        else "But no push has come back as far as here: this digit asks nothing of them."
    )
    yield Step(
        "pictures",
        1,
        most,
        "Layer 1 hears pixels, so its nudges are pictures: where there is ink, push × ink, and "
        f"elsewhere nothing. {drawn}",
    )
    yield Step(
        "step",
        0,
        -1,
        f"All {example.network.dimension:,} nudges at once, times a learning rate: that is one "
        "step of gradient descent. It has been taken, and the digit went in again.",
    )


# --- Words -------------------------------------------------------------------------------------


def _way(value: float) -> str:
    return "up" if value >= 0 else "down"
