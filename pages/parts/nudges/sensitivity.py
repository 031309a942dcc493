"""Sensitivity: the entries of a gradient ranked, and two of them tried out by wiggling."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.inspection.nudges import place
from engine.inspection.sensitivity import WIGGLE, Wiggle, pair, ranked, wiggle
from engine.network import Network, NetworkCost
from engine.optimizers.optimizer import FloatArray
from pages.parts.message import assemble
from pages.parts.nudges.book import Book, examples
from pages.parts.nudges.words import phrase
from pages.parts.pad.insight import finite
from pages.parts.pad.readers import Reader

RATIO = 32.0
"""How many times as large the one entry is as the other, of a pair that is found."""

FARTHEST = 0.05
"""How far a weight is wiggled, either way."""

MOST_SHOWN = 20_000
"""Of more entries than that, so many are sent, evenly from the first to the last."""

_LARGE = 100_000  # parameters, from which on a pass takes long enough to be spared


class _Ranking(NamedTuple):
    """The gradient's entries (dimension,), and their places from the largest to the smallest."""

    gradient: FloatArray
    order: NDArray[np.intp]


class _Subject:
    """A network with its parameters, as something that a cache can be kept for."""

    def __init__(self, network: Network, parameters: FloatArray) -> None:
        self.network, self.parameters = network, parameters

    def __hash__(self) -> int:
        return hash((self.network, id(self.parameters)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Subject)
            and self.network == other.network
            and self.parameters is other.parameters
        )


def pack(book: Book, subject: Reader, acknowledged: int = 0, notice: str = "") -> bytes:
    """Return all that the sensitivities show."""
    net = subject.network
    kept = _Subject(net, subject.parameters)
    gradient, order = ranking(kept, book.seed)
    sizes = np.abs(gradient[order])
    chosen = _pair(book, gradient, order)
    ranks = [int(np.flatnonzero(order == one)[0]) for one in chosen]
    seen = _shown(len(order), ranks)
    tried = [_tried(kept, book.seed, one) for one in chosen]
    header = {
        "acknowledged": acknowledged,
        "notice": notice,
        "sizes": net.sizes,
        "parameters": net.dimension,
        "silent": int((sizes == 0).sum()),
        "found": book.pair is None,
        "ratio": finite(float(abs(gradient[chosen[0]]) / max(abs(gradient[chosen[1]]), 1e-300))),
        "farthest": FARTHEST,
        "pair": [
            {
                "place": one,
                "rank": rank,
                "name": phrase(net, place(net, one)),
                "slope": finite(small.slope),
                "small": _checked(small),
            }
            for one, rank, (small, _) in zip(chosen, ranks, tried, strict=True)
        ],
    }
    arrays: dict[str, NDArray[Any]] = {
        "ranks": seen.astype("<i4"),
        "ranked": sizes[seen].astype("<f4"),
        "order": order[seen].astype("<i4"),
        "layers": _layer_of(net)[order[seen]].astype("|i1"),
        "amounts": stops(net),
        "changes": np.stack([changes for _, changes in tried]),
    }
    return assemble(header, arrays)


def stops(network: Network) -> NDArray[np.float64]:
    """Return by how much a weight is wiggled at each stop of the slider."""
    return np.linspace(-FARTHEST, FARTHEST, 41 if network.dimension < _LARGE else 9)


def _shown(count: int, ranks: list[int]) -> NDArray[np.intp]:
    """Return the ranks that are sent, the chosen ones among them."""
    if count <= MOST_SHOWN:
        return np.arange(count)
    return np.union1d(np.linspace(0, count - 1, MOST_SHOWN).astype(np.intp), ranks)


@lru_cache(maxsize=8)
def ranking(subject: _Subject, seed: int) -> _Ranking:
    """Return the gradient of a mini-batch's mean cost in float64, with its entries ranked."""
    gradient = _bounded(_cost(subject, seed).gradient(subject.parameters.astype(np.float64)))
    return _Ranking(gradient, ranked(gradient))


def _cost(subject: _Subject, seed: int) -> NetworkCost:
    batch = examples(seed, subject.network)
    return NetworkCost(subject.network, batch.prepared, batch.labels)


def _pair(book: Book, gradient: FloatArray, order: NDArray[np.intp]) -> tuple[int, int]:
    """Return the chosen pair, or one that is found; the more sensitive one first."""
    if book.pair is not None and max(book.pair) < len(gradient):
        first, second = sorted(book.pair, key=lambda one: -abs(gradient[one]))
        return first, second
    found = pair(gradient, RATIO)
    if found is not None:
        return found.strong, found.weak
    return int(order[0]), int(order[min(len(order) - 1, len(order) // 10)])


@lru_cache(maxsize=16)
def _tried(subject: _Subject, seed: int, one: int) -> tuple[Wiggle, FloatArray]:
    """Return the smallest wiggle of a parameter, and what each stop of the slider changes."""
    cost, before = _cost(subject, seed), subject.parameters.astype(np.float64)
    small = wiggle(cost, before, one, WIGGLE)
    moved, costs = before.copy(), []
    with np.errstate(all="ignore"):
        for amount in stops(subject.network):
            moved[one] = before[one] + amount
            costs.append(float(cost.value(moved)))
        return small, _bounded(np.array(costs) - float(cost.value(before)))


def _bounded(values: FloatArray) -> FloatArray:
    """Return numbers that float32 holds too, for a network may have grown beyond all of them."""
    return np.clip(np.nan_to_num(values), -1e30, 1e30)


def _checked(small: Wiggle) -> dict[str, float | bool | None]:
    """Return a wiggle for the header; `off`: measured over predicted, less one."""
    off = small.measured / small.predicted - 1 if small.predicted else None
    return {
        "amount": small.amount,
        "predicted": finite(small.predicted),
        "measured": finite(small.measured),
        "off": None if off is None else finite(off),
        "kink": small.kink,
    }


def _layer_of(network: Network) -> NDArray[np.int8]:
    """Return of which layer each parameter is, 1 for the first."""
    layer = np.empty(network.dimension, np.int8)
    for number, (weights, biases) in enumerate(network.layers(np.arange(network.dimension)), 1):
        layer[weights] = layer[biases] = number
    return layer
