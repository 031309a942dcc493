"""Who can read a drawing: the networks that come with the project, and the one just trained."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine import digits, network, training
from engine.network import Network, TrainedNetwork
from engine.optimizers.optimizer import FloatArray
from pages.parts.training import trained

TRAINED = "trained"
"""The key of the network that the Train page holds."""

KEYS = (*network.SHIPPED, TRAINED)

_MISTAKES = "draw.mistakes"


class Reader(NamedTuple):
    """A network that reads, and what to call it."""

    key: str
    name: str
    network: Network
    parameters: FloatArray

    @property
    def shape(self) -> str:
        """Its layers: 784-16-16-10."""
        return "-".join(map(str, self.network.sizes))


def readers() -> dict[str, Reader | str]:
    """Return who can read, by key; for those who cannot, the sentence that says why."""
    return {key: _shipped(key) for key in network.SHIPPED} | {TRAINED: _trained()}


NAMES = {"strong": "Strong", "small": "Small", TRAINED: "Yours"}
"""What the readers are called, by key."""


def _shipped(key: str) -> Reader | str:
    try:
        loaded = _loaded(network.SHIPPED[key])
    except ValueError as fault:
        return str(fault)
    return Reader(key, NAMES[key], loaded.network, loaded.parameters)


@lru_cache(maxsize=8)
def _loaded(path: Path) -> TrainedNetwork:
    return network.load(path)


def _trained() -> Reader | str:
    held = trained.current()
    if held is None:
        return "You have not trained a network yet: the page Train does that."
    if not np.isfinite(held.parameters).all():
        return "The network you trained has parameters that are no numbers any more."
    return Reader(TRAINED, NAMES[TRAINED], held.network, held.parameters)


def count_right(network: Network, parameters: FloatArray) -> int:
    """Return how many of the 10,000 test digits are read right, prepared as it was trained.

    Raises ValueError if the file with the digits cannot be read.
    """
    images, labels = training.examples("test", network.preparation)
    return round(network.cost_and_accuracy(parameters, images, labels)[1] * len(labels))


class _Mistakes(NamedTuple):
    """The test digits that one network reads wrong, with or without deskewing."""

    parameters: FloatArray
    deskew: bool
    indices: NDArray[np.intp]


def mistake_after(reader: Reader, parameters: FloatArray, index: int, deskew: bool) -> int | None:
    """Return the next test digit after an index that is read wrong; None if there is none.

    Args: parameters: what the reader reads with, its own or what it was taught.
    """
    if parameters is reader.parameters and reader.key in network.SHIPPED:
        wrong = _shipped_mistakes(network.SHIPPED[reader.key], deskew)
    else:
        wrong = _visitors_mistakes(reader.network, parameters, deskew)
    if not len(wrong):
        return None
    return int(wrong[np.searchsorted(wrong, index, side="right") % len(wrong)])


@lru_cache(maxsize=8)
def _shipped_mistakes(path: Path, deskew: bool) -> NDArray[np.intp]:
    loaded = _loaded(path)
    return _mistakes(loaded.network, loaded.parameters, deskew)


def _visitors_mistakes(network: Network, parameters: FloatArray, deskew: bool) -> NDArray[np.intp]:
    """Return the mistakes of a network that is one visitor's: only the last is kept, with them."""
    held = st.session_state.get(_MISTAKES)
    if isinstance(held, _Mistakes) and held.parameters is parameters and held.deskew == deskew:
        return held.indices
    found = _mistakes(network, parameters, deskew)
    st.session_state[_MISTAKES] = _Mistakes(parameters, deskew, found)
    return found


def _mistakes(network: Network, parameters: FloatArray, deskew: bool) -> NDArray[np.intp]:
    images, labels = training.examples("test", "deskew" if deskew else "none")
    return np.flatnonzero(network.answers(parameters, images).argmax(axis=1) != labels)


def digit_of_test(index: int) -> tuple[NDArray[np.uint8], int]:
    """Return a picture (784,) of MNIST's test half and what it shows; ValueError if none."""
    images, labels = digits.load("test")
    if not 0 <= index < len(labels):
        raise ValueError(f"test digits are numbered 0 to {len(labels) - 1:,}")
    return images[index], int(labels[index])
