"""How sure a network is of pictures that are no digits: the Python half of the rows of strangers.

Everything is worked out for all stops of the threshold at once, so that dragging it asks nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine import digits
from engine.inspection.confidence import (
    chances_at,
    confidence,
    coverage,
    last_sums,
)
from engine.inspection.strangers import STRANGERS
from engine.network.neuron import Images, Labels
from engine.optimizers.optimizer import FloatArray
from engine.training import examples
from pages.parts import component
from pages.parts.learnt import asked
from pages.parts.message import assemble
from pages.parts.pad.readers import Reader

_component = component.declare("strangers")

COUNT = 1_000
"""Pictures of each kind, but for the test digits, which are all asked."""

SHOWN = 8

STOPS = np.arange(161) / 40
"""Where the threshold can stop, in nines: 1 is 90 %, 2 is 99 %, 3 is 99.9 %."""

LEVELS = 1 - 10.0**-STOPS
_USUAL = 40  # 90 %
_BIN = 4  # stops that a bar of a histogram is wide

DIGITS = "digits"


class Asked(NamedTuple):
    """Pictures (n, 784) as anybody sees them, what they show if anything, and ten chances each."""

    images: Images
    labels: Labels | None
    chances: FloatArray

    @property
    def sure(self) -> FloatArray:
        """How sure it is of each, (n,)."""
        return confidence(self.chances)


def show(name: str, reader: Reader, draw: int) -> None:
    """Ask a network about all kinds of pictures, and show what it says.

    Raises ValueError where the file with the digits cannot be read.
    """

    def answer() -> bytes:
        return pack(
            reader, draw, {key: asked_about(reader, key, draw) for key in STRANGERS}, _level()
        )

    data = asked.once(f"{name}.strangers.kept", reader, draw, answer)
    _component(key=f"{name}.strangers", data=data)


def _level() -> int:
    """Return the stop that the link names in percent, else the usual one."""
    try:
        wanted = float(st.query_params.get("sure", "90")) / 100
    except ValueError:
        return _USUAL
    return nearest(wanted)


def nearest(level: float) -> int:
    """Return the stop nearest to a confidence, the usual one for what is none."""
    if not 0 <= level <= 1:
        return _USUAL
    return int(np.abs(STOPS + np.log10(max(1 - level, 1e-9))).argmin())


# --- Asking ------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def pictures(draw: int) -> dict[str, Images]:
    """Return the pictures of each kind of stranger, uint8 (COUNT, 784)."""
    kinds = [key for key in STRANGERS if key != DIGITS]
    return {
        key: STRANGERS[key].make(COUNT, np.random.default_rng([draw, number]))
        for number, key in enumerate(kinds)
    }


def asked_about(reader: Reader, key: str, draw: int) -> Asked:
    """Return pictures of a kind and what a network says to them; of test digits, all 10,000."""
    net, parameters = reader.network, reader.parameters
    if key != DIGITS:
        images = pictures(draw)[key]
        return Asked(images, None, chances_at(last_sums(net, parameters, net.prepare(images)), 1))
    images, labels = digits.load("test")
    order = np.random.default_rng([draw, len(STRANGERS)]).permutation(len(labels))
    prepared = examples("test", net.preparation).images
    chances = chances_at(last_sums(net, parameters, prepared), 1)
    return Asked(images[order], labels[order], chances[order])


# --- The message -------------------------------------------------------------------------------


def pack(reader: Reader, draw: int, answered: dict[str, Asked], level: int) -> bytes:
    """Return all that the rows show, for every stop of the threshold."""
    real = answered[DIGITS]
    if real.labels is None:
        raise ValueError("test digits have labels")
    kept = coverage(real.chances, real.labels, LEVELS)
    arrays: dict[str, NDArray[Any]] = {
        "levels": LEVELS,
        "coverage": kept.coverage.astype(np.float64),
        "accuracy": kept.accuracy.astype(np.float64),
    }
    for key, about in answered.items():
        arrays |= {
            f"pictures.{key}": about.images[: _how_many(about)],
            f"through.{key}": through(about.sure),
            f"spread.{key}": spread(about.sure),
        }
    header = {
        "identity": f"{reader.key} {draw} {asked.fingerprint(reader)}",
        "level": level,
        "usual": _USUAL,
        "name": reader.name,
        "kinds": [_told(key, about) for key, about in answered.items()],
    }
    return assemble(header, arrays)


def _how_many(about: Asked) -> int:
    """Return how many pictures are shown: of those that are all alike, one."""
    return 1 if (about.images == about.images[0]).all() else SHOWN


def _told(key: str, about: Asked) -> dict[str, Any]:
    shown = slice(_how_many(about))
    return {
        "key": key,
        "name": STRANGERS[key].name,
        "summary": STRANGERS[key].summary,
        "real": about.labels is not None,
        "count": len(about.images),
        "answers": np.nan_to_num(about.chances[shown]).argmax(axis=1).tolist(),
        "sure": about.sure[shown].tolist(),
        "labels": None if about.labels is None else about.labels[shown].tolist(),
    }


def through(sure: FloatArray) -> NDArray[np.float64]:
    """Return which share of confidences (n,) reaches each of LEVELS."""
    reach = len(sure) - np.searchsorted(np.sort(sure), LEVELS)
    return np.asarray(reach / len(sure), np.float64)


def spread(sure: FloatArray) -> NDArray[np.float32]:
    """Return which share of confidences (n,) lies in each bin of the nines, (41,).

    In the last one lies what reaches the last of LEVELS.
    """
    return -np.diff(through(sure)[::_BIN], append=0.0).astype(np.float32)
