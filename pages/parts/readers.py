"""Who can read a drawing: the networks that come with the project, and the one just trained."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import digits, network, training
from engine.network import Network, TrainedNetwork
from engine.optimizer import FloatArray
from pages.parts import trained

TRAINED = "trained"
"""The key of the network that the Train page holds."""

KEYS = (*network.SHIPPED, TRAINED)


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


@lru_cache(maxsize=8)
def _counted(network: Network, parameters: bytes) -> int:
    vector = np.frombuffer(parameters, np.float32)
    images, labels = training.examples("test", network.preparation)
    return round(network.cost_and_accuracy(vector, images, labels)[1] * len(labels))


def count_right(network: Network, parameters: FloatArray) -> int:
    """Return how many of the 10,000 test digits are read right, prepared as it was trained.

    Raises ValueError if the file with the digits cannot be read.
    """
    return _counted(network, parameters.astype(np.float32, copy=False).tobytes())


@lru_cache(maxsize=8)
def _mistakes(network: Network, parameters: bytes) -> NDArray[np.intp]:
    vector = np.frombuffer(parameters, np.float32)
    images, labels = training.examples("test", network.preparation)
    return np.flatnonzero(network.answers(vector, images).argmax(axis=1) != labels)


def mistake_after(network: Network, parameters: FloatArray, index: int) -> int | None:
    """Return the next test digit after an index that is read wrong; None if there is none."""
    wrong = _mistakes(network, parameters.astype(np.float32, copy=False).tobytes())
    if not len(wrong):
        return None
    return int(wrong[np.searchsorted(wrong, index, side="right") % len(wrong)])


def digit_of_test(index: int) -> tuple[NDArray[np.uint8], int]:
    """Return a picture (784,) of MNIST's test half and what it shows; ValueError if none."""
    images, labels = digits.load("test")
    if not 0 <= index < len(labels):
        raise ValueError(f"test digits are numbered 0 to {len(labels) - 1:,}")
    return images[index], int(labels[index])
