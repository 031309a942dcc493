"""What is on the Draw page: the drawing, how it is prepared, who reads it, what that was taught.

A sheet is a value; each act of the visitor makes another one. In the address stand who reads and
which steps of the preparation are taken; drawings and what was taught live in the session alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.network import Network
from engine.network.reading import PAD, STEPS, Steps
from engine.optimizers.optimizer import FloatArray

BRUSH = 22.0
"""The width of the brush at first, in units of which the pad has 280."""

BRUSHES = (2.0, 60.0)
MOST_POINTS = 2000
_FARTHEST = 4 * PAD  # a captured pointer may leave the pad, but not go for a walk


@dataclass(frozen=True, eq=False)
class Drawing:
    """What lies on the pad: strokes (n, 2), or a test digit's picture by its index.

    `number` is the browser's: the larger, the newer. It tells which drawing an answer is about.
    """

    strokes: tuple[NDArray[np.float64], ...] = ()
    brush: float = BRUSH
    picture: int | None = None
    number: int = 0


class Lesson(NamedTuple):
    """One lesson: the right answer, how many steps at which rate, on which drawing, by its number.

    `chances` of the right answer, `costs` on this drawing, and how many of the test digits are read
    `right`, each before and after.
    """

    label: int
    steps: int
    rate: float
    chances: tuple[float, float]
    costs: tuple[float, float]
    right: tuple[int, int]
    drawing: int


class Taught(NamedTuple):
    """A network that was taught: `base` as it was, `parameters` as they are, and its lessons."""

    base: FloatArray
    parameters: FloatArray
    lessons: tuple[Lesson, ...]


class Chosen(NamedTuple):
    """The neuron that is looked into: its layer, 1 for the first after the pixels, and number."""

    layer: int
    number: int


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is on the page. `deskew` is None where the network's own habit decides.

    `taught` holds what was taught, by the reader's key.
    """

    drawing: Drawing = field(default_factory=Drawing)
    reader: str = "strong"
    crop: bool = True
    centre: bool = True
    line: bool = True
    deskew: bool | None = None
    neuron: Chosen | None = None
    taught: Mapping[str, Taught] = field(default_factory=dict)

    def steps_for(self, network: Network) -> Steps:
        """Return the steps that are taken for a network."""
        own = network.preparation == "deskew"
        return Steps(self.crop, self.centre, self.line, own if self.deskew is None else self.deskew)


# --- Acts --------------------------------------------------------------------------------------


def drawing(strokes: object, brush: float, number: int) -> Drawing:
    """Return the drawing of a message; ValueError, with half a sentence, if it is none.

    Args: strokes: a list of strokes, each a list x, y, x, y, … of numbers.
    """
    if not isinstance(strokes, list) or len(strokes) > MOST_POINTS:
        raise ValueError(f"a drawing is a list of at most {MOST_POINTS:,} strokes")
    if not BRUSHES[0] <= brush <= BRUSHES[1]:
        raise ValueError(f"a brush is {BRUSHES[0]:.0f} to {BRUSHES[1]:.0f} wide")
    if sum(len(stroke) for stroke in strokes if isinstance(stroke, list)) > 2 * MOST_POINTS:
        raise ValueError(f"a drawing has at most {MOST_POINTS:,} points")
    return Drawing(tuple(_stroke(stroke) for stroke in strokes), brush, None, number)


def _stroke(stroke: object) -> NDArray[np.float64]:
    if not isinstance(stroke, list) or not stroke or len(stroke) % 2:
        raise ValueError("a stroke is a list x, y, x, y, …")
    if not all(type(value) in (int, float) and abs(value) <= _FARTHEST for value in stroke):
        raise ValueError("a place on the pad is two numbers near it")
    return np.array(stroke, np.float64).reshape(-1, 2)


def with_step(sheet: Sheet, key: str, on: bool) -> Sheet:
    """Return the sheet with a step of the preparation taken or left out; ValueError if unknown."""
    if key not in STEPS:
        raise ValueError(f"there is no step {key!r}")
    return replace(sheet, **{key: on})


def with_drawing(sheet: Sheet, on_pad: Drawing) -> Sheet:
    """Return the sheet with something else on the pad."""
    return replace(sheet, drawing=on_pad)


def with_lesson(
    sheet: Sheet, reader: str, base: FloatArray, parameters: FloatArray, lesson: Lesson
) -> Sheet:
    """Return the sheet where a reader, `base` before any lesson, has learnt one more."""
    before = taught_from(sheet, reader, base)
    lessons = (*(before.lessons if before else ()), lesson)
    return replace(sheet, taught={**sheet.taught, reader: Taught(base, parameters, lessons)})


def untaught(sheet: Sheet, reader: str) -> Sheet:
    """Return the sheet where a reader has forgotten its lessons."""
    return replace(sheet, taught={key: t for key, t in sheet.taught.items() if key != reader})


def taught_from(sheet: Sheet, reader: str, base: FloatArray) -> Taught | None:
    """Return what a reader was taught; None if nothing, or if the network is another by now."""
    found = sheet.taught.get(reader)
    return found if found is not None and found.base is base else None


# --- The address -------------------------------------------------------------------------------

_SWITCH = {"on": True, "off": False}


def read(parameters: Mapping[str, str], readers: tuple[str, ...]) -> tuple[Sheet, str]:
    """Return the sheet of an address, and a sentence about what could not be meant, or ""."""
    sheet, faults = Sheet(), []
    if (reader := parameters.get("network", sheet.reader)) in readers:
        sheet = replace(sheet, reader=reader)
    else:
        faults.append("network")
    for key in STEPS:
        value = parameters.get(key)
        if value in _SWITCH:
            sheet = with_step(sheet, key, _SWITCH[value])
        elif value is not None:
            faults.append(key)
    if not faults:
        return sheet, ""
    return sheet, f"The link says something about {' and '.join(faults)} that is not known here."


def write(sheet: Sheet) -> dict[str, str]:
    """Return the address of a sheet: only what is not as at first."""
    first, found = Sheet(), {}
    if sheet.reader != first.reader:
        found["network"] = sheet.reader
    for key in STEPS:
        if (on := getattr(sheet, key)) != getattr(first, key):
            found[key] = "on" if on else "off"
    return found
