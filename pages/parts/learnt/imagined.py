"""Descent over the 784 pixels of a picture: the Python half of what a network calls a 5.

The walk is a run of the engine as any other. All of its frames go to the browser at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine import digits
from engine.descent import advance, start
from engine.descent.walk import Run
from engine.inspection.imagining import PictureCost, noise, shown
from engine.network import Network
from engine.network.neuron import Images
from engine.optimizers import OPTIMIZERS
from engine.optimizers.optimizer import FloatArray
from engine.training import examples
from pages.parts import component
from pages.parts.learnt import asked
from pages.parts.message import assemble
from pages.parts.pad.readers import Reader

_component = component.declare("imagining")

STEPS = 150
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
BEGINNINGS = ("Noise", "Blank paper", "A test digit")
_COMPARED = 300  # real digits of a kind, for how far two of them are from one another


@dataclass(frozen=True)
class Wish:
    """What a picture is to become for the network, where it begins, and the rate of the walk."""

    label: int = 5
    beginning: str = BEGINNINGS[0]
    rate: float = 0.01
    draw: int = 1


class Walked(NamedTuple):
    """A walk over pixels: the run, what it shows (n, 784), and what it began as, in words.

    `pictures` are as the network gets them: upright already, for one that deskews.
    """

    run: Run
    pictures: FloatArray
    began: str


def choose() -> Wish:
    """Show what can be wished for, all of it in the address."""
    label, beginning, rate, draw = st.columns([5, 4, 3, 2])
    wished = label.pills(
        "It shall become a",
        range(10),
        default=5,
        required=True,
        key="wish",
        bind="query-params",
        wrap=True,
    )
    begun = beginning.segmented_control(
        "It begins as",
        BEGINNINGS,
        default=BEGINNINGS[0],
        required=True,
        key="beginning",
        bind="query-params",
    )
    speed = rate.select_slider("Learning rate", RATES, 0.01, key="pixel_rate", bind="query-params")
    number = draw.number_input(
        "Which one",
        1,
        9_999,
        key="picture",
        bind="query-params",
        help="Another number: other noise, or another test digit.",
    )
    return Wish(wished, begun, speed, number)


def show(name: str, reader: Reader, wish: Wish) -> None:
    """Walk, and show every step of it.

    Raises ValueError where the file with the digits cannot be read.
    """
    data = asked.once(f"{name}.imagining.kept", reader, wish, lambda: pack(reader, wish))
    _component(key=f"{name}.imagining", data=data)


# --- The walk ----------------------------------------------------------------------------------


def walk(reader: Reader, wish: Wish, steps: int = STEPS) -> Walked:
    """Return the walk from a beginning towards a wish, by plain gradient descent."""
    point, began = _beginning(reader.network, wish)
    cost = PictureCost(reader.network, reader.parameters, wish.label)
    run = start(cost, point, OPTIMIZERS["gradient_descent"], learning_rate=wish.rate)
    run = advance(run, steps)
    return Walked(run, shown(run.points), began)


def _beginning(network: Network, wish: Wish) -> tuple[FloatArray, str]:
    """Return the prepared picture (784,) that a walk begins at, and what it is."""
    if wish.beginning == "A test digit":
        images, labels = digits.load("test")
        index = (wish.draw - 1) % len(labels)
        return network.prepare(images[index : index + 1])[0], f"A test digit, a {labels[index]}"
    if wish.beginning == "Blank paper":
        return np.zeros(network.sizes[0], np.float32), wish.beginning
    return noise(np.random.default_rng(wish.draw)), wish.beginning


# --- Real digits to compare with ---------------------------------------------------------------


@lru_cache(maxsize=20)
def reals(label: int, preparation: str) -> tuple[Images, float]:
    """Return all test digits of a kind (n, 784), and how far two of them are apart, the median."""
    images, labels = examples("test", preparation)
    kind = images[labels == label].astype(np.float32) / 255
    some = kind[:_COMPARED]
    apart = np.sqrt(_squares(some, some))[np.triu_indices(len(some), 1)]
    return kind, float(np.median(apart))


def _squares(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the squared distances (n, m) of pictures (n, 784) and (m, 784)."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    found: FloatArray = np.maximum(squares, 0)
    return found


# --- The message -------------------------------------------------------------------------------


def pack(reader: Reader, wish: Wish) -> bytes:
    """Return all frames of a walk, and what this network and another one say to each."""
    walked = walk(reader, wish)
    kind, apart = reals(wish.label, reader.network.preparation)
    distances = np.sqrt(_squares(walked.pictures, kind))
    nearest = kind[distances[-1].argmin()]
    chances = reader.network.answers(reader.parameters, walked.pictures)
    arrays: dict[str, NDArray[Any]] = {
        "frames": _bytes(walked.pictures),
        "nearest": _bytes(nearest),
        "chances": _sound(chances),
        "costs": np.nan_to_num(walked.run.values.astype(np.float64), posinf=1e300),
        "moved": np.abs(walked.pictures - walked.pictures[0]).mean(axis=1).astype(np.float32),
        "distances": distances.min(axis=1).astype(np.float32),
    }
    header = {
        "identity": repr((reader.key, wish)) + asked.fingerprint(reader),
        "label": wish.label,
        "began": walked.began,
        "steps": len(walked.pictures) - 1,
        "reals": len(kind),
        "apart": apart,
        "name": reader.name,
        "other": None,
    }
    if (other := asked.another(reader)) is not None:
        arrays["others"] = _sound(_seen_by(other, reader, walked.pictures))
        header["other"] = other.name
    return assemble(header, arrays)


def _seen_by(other: Reader, reader: Reader, pictures: FloatArray) -> FloatArray:
    """Return what another network says to pictures that were made for a reader."""
    if other.network.preparation == reader.network.preparation:
        return other.network.answers(other.parameters, pictures)
    return other.network.answers(other.parameters, other.network.prepare(pictures))


def _bytes(pictures: FloatArray) -> NDArray[np.uint8]:
    return np.rint(255 * pictures).astype(np.uint8)


def _sound(chances: FloatArray) -> NDArray[np.float32]:
    return np.nan_to_num(chances).astype(np.float32)
