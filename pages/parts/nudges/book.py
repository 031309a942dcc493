"""What the ledger and the sensitivities are about: which examples, which parameters. And its acts.

Both look at the network of the passage, and at one mini-batch of training digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import digits
from engine.inspection.nudges import Place, index
from engine.network import Network
from pages.parts.message import whole

FEW, BATCH = 10, 100
MOST_COLUMNS, MOST_SEEDS = 8, 10_000


@dataclass(frozen=True)
class Book:
    """Which mini-batch, by its seed; which parameters have columns; which two are wiggled.

    None: those that are found to be telling.
    """

    seed: int = 0
    columns: tuple[Place, ...] | None = None
    pair: tuple[int, int] | None = None


class Examples(NamedTuple):
    """A mini-batch: `images` (100, 784) as they are, what they are prepared to, and labels."""

    images: NDArray[np.uint8]
    prepared: NDArray[Any]
    labels: NDArray[Any]


@lru_cache(maxsize=8)
def examples(seed: int, network: Network) -> Examples:
    """Return the mini-batch of a seed, for all to read. ValueError if there are no digits."""
    images, labels = digits.load("train")
    chosen = np.random.default_rng(seed).choice(len(labels), BATCH, replace=False)
    found = Examples(images[chosen], network.prepare(images[chosen]), labels[chosen])
    for array in found:
        array.flags.writeable = False
    return found


def columns_of(book: Book, network: Network) -> tuple[Place, ...] | None:
    """Return the columns that this network has; None if they are to be found."""
    if book.columns is None:
        return None
    kept = tuple(place for place in book.columns if _exists(network, place))
    return kept or None


def _exists(network: Network, place: Place) -> bool:
    try:
        index(network, place)
    except ValueError:
        return False
    return True


# --- Acts --------------------------------------------------------------------------------------


def apply(book: Book, message: object, shown: tuple[Place, ...], network: Network) -> Book:
    """Return the book after a message; ValueError if it is none of ours.

    Args: shown: the columns that are on the page.
    """
    if not isinstance(message, Mapping):
        raise ValueError("a message is a mapping")
    act = message.get("act")
    if not isinstance(act, str) or act not in ACTS:
        raise ValueError("this act is not known")
    return ACTS[act](book, message, shown, network)


_Act = Callable[[Book, Mapping[str, Any], tuple[Place, ...], Network], Book]


def _examples(book: Book, message: Mapping[str, Any], _: object, __: object) -> Book:
    seed = whole(message, "seed")
    if not 0 <= seed < MOST_SEEDS:
        raise ValueError(f"mini-batches are numbered 0 to {MOST_SEEDS - 1:,}")
    return replace(book, seed=seed)


def _add(
    book: Book, message: Mapping[str, Any], shown: tuple[Place, ...], network: Network
) -> Book:
    place = Place(whole(message, "layer"), whole(message, "neuron"), whole(message, "source"))
    index(network, place)
    if place in shown:
        raise ValueError("this one has a column already")
    if len(shown) >= MOST_COLUMNS:
        raise ValueError(f"there is room for {MOST_COLUMNS} columns: take one out first")
    return replace(book, columns=(*shown, place))


def _remove(book: Book, message: Mapping[str, Any], shown: tuple[Place, ...], _: Network) -> Book:
    column = whole(message, "column")
    if not 0 <= column < len(shown) or len(shown) == 1:
        raise ValueError("there is no such column, or it is the last one")
    return replace(book, columns=(*shown[:column], *shown[column + 1 :]))


def _usual(book: Book, _: Mapping[str, Any], __: object, ___: object) -> Book:
    return replace(book, columns=None)


def _pair(book: Book, message: Mapping[str, Any], _: object, network: Network) -> Book:
    pair = whole(message, "first"), whole(message, "second")
    if not all(0 <= one < network.dimension for one in pair):
        raise ValueError(f"there are the parameters 0 to {network.dimension - 1}")
    return replace(book, pair=pair)


def _telling(book: Book, _: Mapping[str, Any], __: object, ___: object) -> Book:
    return replace(book, pair=None)


ACTS: dict[str, _Act] = {
    "examples": _examples,
    "add": _add,
    "remove": _remove,
    "usual": _usual,
    "pair": _pair,
    "telling": _telling,
}
"""What the browser may ask for."""
