"""One example's way through a network and back, as a story of steps, each with one sentence.

A step says what is to be seen: its kind, the layer and the neuron it is about, and a sentence with
this example's own numbers. The browser draws it; see assets/nudges/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.inspection.nudges import Passage, avenues, requests
from engine.optimizers.optimizer import FloatArray
from pages.parts.nudges.words import signed, told

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
        brightest, lit = int(np.abs(said).argmax()), int(np.count_nonzero(said))
        heard = "every pixel" if layer == 1 else f"every neuron of layer {layer - 1}"
        yield Step(
            "forward",
            layer,
            brightest,
            f"Layer {layer}: each of the {len(said)} neurons hears {heard}, each times a weight. "
            f"{lit} of them light up, neuron {brightest + 1} most: it says "
            f"{told(said[brightest])}.",
        )
    said, label = example.said[-1], example.label
    first = int(said.argmax())
    verdict = "That is right." if first == label else f"The {label} has only {told(said[label])}."
    yield Step(
        "answers",
        len(example.said) - 1,
        first,
        f"The ten outputs answer. The brightest is the {first}, with {told(said[first])}. "
        f"{verdict}",
    )


# --- How wrong, and who wants what -------------------------------------------------------------


def _at_the_outputs(example: Passage) -> Iterator[Step]:
    last, label, said = len(example.said) - 1, example.label, example.said[-1]
    wishes, rival = example.wishes[-1], rival_of(example)
    squared = example.network.cost == "squared_error"
    reckoned = "the squared differences add up to" if squared else f"−ln {told(said[label])} ="
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
        f"Output {label} says {told(said[label])} and should say 1: it wants up, by {twice}"
        f"{told(wishes[label])}. Output {rival} says {told(said[rival])} and should say 0: it "
        f"wants down, by {twice}{told(-wishes[rival])}.",
        rival,
    )
    if squared:
        yield _slope(example, last)
    yield from _three_avenues(example, rival)


def rival_of(example: Passage) -> int:
    """Return the wrong output that is to be lowered most."""
    others = np.where(np.arange(len(example.said[-1])) == example.label, np.inf, example.wishes[-1])
    return int(np.nan_to_num(others, nan=np.inf).argmin())


def _three_avenues(example: Passage, rival: int) -> Iterator[Step]:
    last, label = len(example.said) - 1, example.label
    ways = avenues(example, last, label)
    push, heard = ways.push, ways.neuron.inputs
    verb = "raise" if push >= 0 else "lower"
    yield Step(
        "bias",
        last,
        label,
        f"There are three ways to {verb} output {label}. First, its bias: it is simply added, so "
        f"its nudge is the whole push, {signed(push)}.",
    )
    loud = int(np.abs(ways.weights).argmax())  # of what was heard, so it is shown: the brightest
    quiet = int(np.count_nonzero(heard == 0))
    source = _source(last - 1, loud)
    silent = f" The weights from the {quiet} silent ones get no nudge at all." if quiet else ""
    yield Step(
        "weights",
        last,
        label,
        f"Second, its {len(heard)} weights, each in proportion to what it hears: {source} says "
        f"{told(heard[loud])}, so its weight is nudged by {signed(push)} × {told(heard[loud])} = "
        f"{signed(ways.weights[loud])}.{silent}",
        source=loud,
    )
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


# --- Back --------------------------------------------------------------------------------------


def _backward(example: Passage) -> Iterator[Step]:
    for layer in range(len(example.said) - 2, 0, -1):
        yield _sum(example, layer)
        yield _slope(example, layer)
        if layer > 1:
            yield _same_again(example, layer)


def _sum(example: Passage, layer: int) -> Step:
    wishes = example.wishes[layer]
    neuron = _loudest(example, layer, wishes)
    asked = requests(example, layer + 1)[neuron]
    up, down = asked[asked > 0].sum(), asked[asked < 0].sum()
    after = example.said[layer + 1]
    whose = (
        "ten outputs" if layer == len(example.said) - 2 else f"{len(after)} of layer {layer + 1}"
    )
    return Step(
        "sum",
        layer,
        neuron,
        f"All {whose} have wishes for layer {layer}, and they are added up. Neuron {neuron + 1}: "
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
    if example.network.activation == "relu" and layer < len(pushes):
        silent = int(np.count_nonzero(slope == 0))
        return Step(
            "slope",
            layer,
            neuron,
            "A neuron changes what it says through its sum. Where it speaks, ReLU has the slope 1 "
            f"and the wish passes whole, as {signed(wishes[neuron])} does at neuron {neuron + 1}. "
            f"{silent} of {len(slope)} are silent: there the slope is 0, the wish is lost, and "
            "they learn nothing from this digit.",
        )
    return Step(
        "slope",
        layer,
        neuron,
        "A neuron changes what it says through its sum, as far as its activation is steep there. "
        f"{whose}: {signed(wishes[neuron])} × slope {told(slope[neuron])} = "
        f"{signed(pushes[layer - 1][neuron])}.",
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
    yield Step(
        "pictures",
        1,
        most,
        "Layer 1 hears pixels, so its nudges are pictures: where there is ink, push × ink, and "
        f"elsewhere nothing. Each is the digit itself times one number, for neuron {most + 1} "
        f"{signed(pushes[most])}. {learning} of {len(pushes)} get one.",
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


def _source(layer: int, number: int) -> str:
    return f"pixel {number + 1}" if layer == 0 else f"neuron {number + 1}"
