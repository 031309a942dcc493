"""Sensitivity: the entries of a gradient ranked, and two of them tried out by wiggling."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.inspection.nudges import place
from engine.inspection.sensitivity import WIGGLE, Pair, Wiggle, pair, ranked, wiggle
from engine.network import Network, NetworkCost
from engine.optimizers.optimizer import FloatArray
from pages.parts.learnt.asked import once
from pages.parts.message import assemble
from pages.parts.nudges.book import Book, examples
from pages.parts.nudges.subjects import subjects
from pages.parts.nudges.words import phrase
from pages.parts.pad.insight import finite
from pages.parts.pad.readers import TRAINED, Reader

RATIO = 32.0
"""How many times as large the one entry is as the other, of a pair that is found."""

FARTHEST = 0.05
"""How far a weight is wiggled, either way."""

MOST_SHOWN = 20_000
"""Of more entries than that, so many are sent, evenly from the first to the last."""

_LARGE = 100_000  # parameters, from which on a pass takes long enough to be spared


class Ranking(NamedTuple):
    """The gradient's entries (dimension,), and their places from the largest to the smallest.

    `telling`: two of them with the ratio wanted, or None if there are none.
    """

    gradient: FloatArray
    order: NDArray[np.intp]
    telling: Pair | None


class Trial(NamedTuple):
    """The smallest wiggle of a parameter, and what each stop of the slider changes."""

    small: Wiggle
    changes: FloatArray


def pack(book: Book, subject: Reader, acknowledged: int = 0, notice: str = "") -> bytes:
    """Return all that the sensitivities show."""
    net = subject.network
    found = ranking(subject, book.seed)
    gradient, order, _ = found
    sizes = np.abs(gradient[order])
    chosen = _pair(book, found)
    ranks = [int(np.flatnonzero(order == one)[0]) for one in chosen]
    seen = _shown(len(order), ranks)
    tried = [_trial(subject, book.seed, one, which) for which, one in enumerate(chosen)]
    first, second = (float(abs(gradient[one])) for one in chosen)
    header = {
        "acknowledged": acknowledged,
        "notice": notice,
        "sizes": net.sizes,
        "parameters": net.dimension,
        "silent": int((sizes == 0).sum()),
        "wanted": RATIO,
        "telling": _telling(found, chosen),
        "ratio": finite(first / second) if second else None,
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


def _pair(book: Book, found: Ranking) -> tuple[int, int]:
    """Return the chosen pair, or one that is found; the more sensitive one first."""
    gradient, order, telling = found
    if book.pair is not None and max(book.pair) < len(gradient):
        first, second = sorted(book.pair, key=lambda one: -abs(gradient[one]))
        return first, second
    if telling is not None:
        return telling.strong, telling.weak
    return int(order[0]), int(order[min(len(order) - 1, len(order) // 10)])


def _telling(found: Ranking, chosen: tuple[int, int]) -> str:
    """Return whether a pair with the ratio wanted is "shown", is "there", or there is "none"."""
    if found.telling is None:
        return "none"
    return "shown" if chosen == (found.telling.strong, found.telling.weak) else "there"


# --- What is found -----------------------------------------------------------------------------


def ranking(subject: Reader, seed: int) -> Ranking:
    """Return the gradient of a mini-batch's mean cost in float64, with its entries ranked.

    Of the networks that all sessions have, it is found once; of a visitor's own, the session keeps
    the last one.
    """
    if subject.key != TRAINED:
        return _shared_ranking(subject.key, seed)
    return once("nudges.ranking", subject, seed, lambda: _ranking(subject, seed))


def _shared(key: str) -> Reader:
    """Raises ValueError with the reason if it is not there any more."""
    found = subjects()[key]
    if isinstance(found, str):
        raise ValueError(found)
    return found


@lru_cache(maxsize=8)
def _shared_ranking(key: str, seed: int) -> Ranking:
    return _ranking(_shared(key), seed)


def _ranking(subject: Reader, seed: int) -> Ranking:
    gradient = _bounded(_cost(subject, seed).gradient(subject.parameters.astype(np.float64)))
    order = ranked(gradient)
    gradient.flags.writeable = order.flags.writeable = False
    return Ranking(gradient, order, pair(gradient, RATIO))


def _cost(subject: Reader, seed: int) -> NetworkCost:
    batch = examples(seed, subject.network)
    return NetworkCost(subject.network, batch.prepared, batch.labels)


def _trial(subject: Reader, seed: int, one: int, which: int) -> Trial:
    """Return how a parameter does, the first or the second of the two; kept as the rankings are."""
    if subject.key != TRAINED:
        return _shared_trial(subject.key, seed, one)
    key = f"nudges.trial.{which}"
    return once(key, subject, (seed, one), lambda: _tried(subject, seed, one))


@lru_cache(maxsize=16)
def _shared_trial(key: str, seed: int, one: int) -> Trial:
    return _tried(_shared(key), seed, one)


def _tried(subject: Reader, seed: int, one: int) -> Trial:
    cost, before = _cost(subject, seed), subject.parameters.astype(np.float64)
    small = wiggle(cost, before, one, WIGGLE)
    moved, costs = before.copy(), []
    with np.errstate(all="ignore"):
        for amount in stops(subject.network):
            moved[one] = before[one] + amount
            costs.append(float(cost.value(moved)))
        changes = _bounded(np.array(costs) - float(cost.value(before)))
    changes.flags.writeable = False
    return Trial(small, changes)


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
