"""What is shown of a network that reads: which neurons, which connections, one neuron in full.

Large layers are not shown whole: of more than 16 neurons the 16 most active, by their numbers.
Connections are shown by what they add to the answer: weight × what goes in × pull, see
`engine.network.anatomy.pulls`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.network import Network, anatomy
from engine.network.reading import Reading
from engine.optimizers.optimizer import FloatArray
from pages.parts.pad.sheet import Chosen

MOST_NEURONS = 16
MOST_TIES = 40

Arrays = dict[str, NDArray[Any]]


class Insight(NamedTuple):
    """The header's part and the arrays of one look into a network."""

    header: dict[str, Any]
    arrays: Arrays


def look(
    network: Network, parameters: FloatArray, reading: Reading, chosen: Chosen | None
) -> Insight:
    """Return what is shown of a network while it reads; `chosen` is a neuron to be shown in full.

    The connections are those that matter for the answer, or for the chosen output.
    """
    with np.errstate(all="ignore"):  # a network may have grown beyond all numbers
        return _look(network, parameters, reading, chosen)


def _look(
    network: Network, parameters: FloatArray, reading: Reading, chosen: Chosen | None
) -> Insight:
    last = len(network.sizes) - 1
    neuron = chosen if chosen is not None and _exists(network, chosen) else None
    target = neuron.number if neuron and neuron.layer == last else reading.answer
    pulls = anatomy.pulls(network, parameters, reading.layers[0], target)
    weights = [layer.weights for layer in network.layers(parameters)]
    shown = [_shown(layer, neuron, at) for at, layer in enumerate(reading.layers[1:], start=1)]
    arrays: Arrays = {"speaks": single(reading.layers[0] * (weights[0] @ pulls[0]))}
    sources = [np.flatnonzero(reading.layers[0]), *shown[:-1]]
    for at, (source, target_side) in enumerate(zip(sources, shown, strict=True)):
        adds = reading.layers[at][source, None] * weights[at][np.ix_(source, target_side)]
        arrays[f"ties.{at}"] = _strongest(adds * pulls[at][target_side], source if not at else None)
        arrays[f"shown.{at}"] = target_side.astype("<i4")
        arrays[f"said.{at}"] = single(reading.layers[at + 1][target_side])
    header = {
        "sizes": network.sizes,
        "target": target,
        "activation": network.activation,
        "cost": network.cost,
    }
    if neuron is None:
        return Insight({**header, "neuron": None}, arrays)
    told = _told(network, parameters, reading, neuron)
    return Insight({**header, "neuron": told.header}, {**arrays, **told.arrays})


def _exists(network: Network, neuron: Chosen) -> bool:
    layer, number = neuron
    return 1 <= layer < len(network.sizes) and 0 <= number < network.sizes[layer]


def _shown(layer: FloatArray, neuron: Chosen | None, at: int) -> NDArray[np.intp]:
    """Return the numbers of the neurons that are shown, ascending, a chosen one among them."""
    if len(layer) <= MOST_NEURONS:
        return np.arange(len(layer))
    order = np.argsort(-np.abs(np.nan_to_num(layer)), kind="stable")
    if neuron is not None and neuron.layer == at:
        order = np.concatenate([[neuron.number], order[order != neuron.number]])
    return np.sort(order[:MOST_NEURONS])


def _strongest(adds: FloatArray, names: NDArray[np.intp] | None) -> NDArray[np.float32]:
    """Return the strongest connections (k, 3): from, to, what it adds; the weakest of them first.

    `from` and `to` are places among the shown; of the first layer `from` is a pixel, by `names`.
    """
    flat = np.nan_to_num(adds).ravel()
    order = np.argsort(np.abs(flat), kind="stable")[-MOST_TIES:]
    order = order[flat[order] != 0]
    begin, end = np.unravel_index(order, adds.shape)
    return single(np.stack([begin if names is None else names[begin], end, flat[order]], axis=1))


def _told(network: Network, parameters: FloatArray, reading: Reading, chosen: Chosen) -> Insight:
    """Return one neuron in full: its numbers, and its weights with what goes in."""
    one = anatomy.neuron(network, parameters, reading.layers[0], *chosen)
    header = {
        "layer": chosen.layer,
        "number": chosen.number,
        "bias": finite(one.bias),
        "sum": finite(one.total),
        "activation": finite(one.answer),
    }
    return Insight(header, {"weights": single(one.weights), "inputs": single(one.inputs)})


def finite(value: float) -> float | None:
    """Return a number for a header, None where it is none."""
    return float(value) if np.isfinite(value) else None


def single(array: NDArray[Any]) -> NDArray[np.float32]:
    """Return an array for the browser: float32, without what is no number."""
    return np.nan_to_num(array, copy=True).astype("<f4")


def as_bytes(pictures: FloatArray) -> NDArray[np.int32]:
    """Return pictures (..., 784), 0 to 1, as bytes, four in each number (..., 196)."""
    levels = np.rint(255 * np.clip(np.nan_to_num(pictures), 0, 1)).astype(np.uint8)
    return np.ascontiguousarray(levels).view("<i4")
