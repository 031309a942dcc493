"""The Python half of the pad: hears what was drawn, lets a network read it, sends what it saw.

The browser half (assets/pad/) keeps the drawing and draws everything; it sends the strokes while
the pen moves, one message at a time. A message is {"sequence": n, "act": name, …}; each act is a
function of the sheet and the message's fields, listed in ACTS. What is no message of ours changes
nothing and is answered with a sentence.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from engine import training
from engine.digits import strays
from engine.network.reading import STEPS, Reading, read_picture, read_strokes
from engine.optimizers.optimizer import FloatArray
from pages.parts.component import declare
from pages.parts.message import assemble, number, text, whole
from pages.parts.pad import insight, readers, sheet, verdict
from pages.parts.pad.readers import Reader
from pages.parts.pad.sheet import Chosen, Lesson, Sheet

_log = logging.getLogger(__name__)
_component = declare("pad")
_SHEET, _SEQUENCE, _NOTICE = "draw.sheet", "draw.sequence", "draw.notice"
_REFUSED = "draw.refused"

RATES = (0.001, 0.01, 0.1)
"""Learning rates of a lesson: the first teaches in ten steps, the last is far too large."""

TURNS = (1, 10, 100)
"""How many gradient steps a lesson may take."""


# --- What is on the page -----------------------------------------------------------------------


def begin() -> Sheet:
    """Return this session's sheet, which begins as the address says."""
    if _SHEET not in st.session_state:
        parameters = {key: st.query_params[key] for key in st.query_params}
        st.session_state[_SHEET], st.session_state[_NOTICE] = sheet.read(parameters, readers.KEYS)
    held = st.session_state[_SHEET]
    if not isinstance(held, Sheet):
        raise TypeError("the session holds no sheet")
    return held


def current() -> Sheet | None:
    """Return this session's sheet, if the page has been opened."""
    held = st.session_state.get(_SHEET)
    return held if isinstance(held, Sheet) else None


def show() -> None:
    """Mount the pad of a page that has begun."""
    _mounted()


@st.fragment
def _mounted() -> None:
    on_page, state = begin(), st.session_state
    _component(
        key="draw.pad",
        data=pack(on_page, state.get(_SEQUENCE, 0), state[_NOTICE], state.get(_REFUSED)),
        on_message_change=_hear,
    )


def _hear() -> None:
    # Of a message that comes while the page is being left, nothing is there any more.
    message = getattr(st.session_state.get("draw.pad"), "message", None)
    if message is None:
        return
    try:
        st.session_state[_SHEET] = apply(begin(), message)
        st.session_state[_NOTICE], st.session_state[_REFUSED] = "", None
    except ValueError as fault:
        _log.warning("ignored a message of the pad: %s", fault)
        st.session_state[_NOTICE] = _refusal(message, str(fault).rstrip("."))
        st.session_state[_REFUSED] = _told(message, "number")
    if (sequence := _told(message, "sequence")) is not None:
        st.session_state[_SEQUENCE] = sequence


def _refusal(message: object, why: str) -> str:
    if isinstance(message, Mapping) and message.get("act") == "draw":
        return f"This drawing cannot be read: {why}. The answer is still that of the one before."
    return f"That could not be done: {why}. Your drawing is as it was."


def _told(message: object, name: str) -> int | None:
    """Return a number by which the browser knows its message, or what it is about."""
    value = message.get(name) if isinstance(message, Mapping) else None
    return value if type(value) is int else None


# --- Who reads, and what -----------------------------------------------------------------------


def reader_of(on_page: Sheet) -> tuple[Reader | None, str]:
    """Return the reader of a sheet, or the first that can read instead of it, and why it is not.

    None if nobody can read.
    """
    known = readers.readers()
    wanted = known[on_page.reader]
    if isinstance(wanted, Reader):
        return wanted, ""
    able = [reader for reader in known.values() if isinstance(reader, Reader)]
    if not able:
        return None, wanted
    return able[0], f"{wanted} Until then {able[0].name.lower()} reads."


def knowledge(on_page: Sheet, reader: Reader) -> FloatArray:
    """Return the parameters a reader reads with: what it was taught here, else its own."""
    taught = sheet.taught_from(on_page, reader.key, reader.parameters)
    return reader.parameters if taught is None else taught.parameters


def read(on_page: Sheet, reader: Reader) -> Reading | None:
    """Return what the reader sees on the pad; None if there is nothing on it."""
    steps = on_page.steps_for(reader.network)
    parameters, on_pad = knowledge(on_page, reader), on_page.drawing
    if on_pad.picture is not None:
        image, _ = readers.digit_of_test(on_pad.picture)
        return read_picture(reader.network, parameters, image, steps)
    return read_strokes(reader.network, parameters, on_pad.strokes, steps, on_pad.brush)


# --- Acts --------------------------------------------------------------------------------------


def apply(on_page: Sheet, message: object) -> Sheet:
    """Return the sheet after a message of the pad; ValueError if it is not one of its."""
    if not isinstance(message, Mapping):
        raise ValueError("a message is a mapping")
    act = message.get("act")
    if not isinstance(act, str) or act not in ACTS:
        raise ValueError("the pad does not know this act")
    return ACTS[act](on_page, message)


def _draw(on_page: Sheet, message: Mapping[str, Any]) -> Sheet:
    drawn = sheet.drawing(
        message.get("strokes"), number(message, "brush"), whole(message, "number")
    )
    return sheet.with_drawing(on_page, drawn)


def _picture(on_page: Sheet, message: Mapping[str, Any]) -> Sheet:
    index = whole(message, "index")
    readers.digit_of_test(index)
    drawn = sheet.Drawing((), sheet.BRUSH, index, whole(message, "number"))
    return sheet.with_drawing(on_page, drawn)


def _mistake(on_page: Sheet, message: Mapping[str, Any]) -> Sheet:
    reader = _able(on_page)
    deskew = on_page.steps_for(reader.network).deskew
    index = readers.mistake_after(
        reader, knowledge(on_page, reader), whole(message, "index"), deskew
    )
    if index is None:
        raise ValueError("this network reads every test digit right")
    return _picture(on_page, {**message, "index": index})


def _step(on_page: Sheet, message: Mapping[str, Any]) -> Sheet:
    setting, on = text(message, "setting"), bool(whole(message, "on"))
    reader, _ = reader_of(on_page)
    if setting == "deskew" and reader and on == (reader.network.preparation == "deskew"):
        return replace(on_page, deskew=None)  # its own habit, which no link need say
    return sheet.with_step(on_page, setting, on)


def _reader(on_page: Sheet, message: Mapping[str, Any]) -> Sheet:
    key = text(message, "reader")
    if key not in readers.KEYS:
        raise ValueError("there is no such network")
    return replace(on_page, reader=key, neuron=None)


def _neuron(on_page: Sheet, message: Mapping[str, Any]) -> Sheet:
    layer, place = whole(message, "layer"), whole(message, "number")
    return replace(on_page, neuron=Chosen(layer, place) if layer > 0 else None)


def _teach(on_page: Sheet, message: Mapping[str, Any]) -> Sheet:
    label, steps, rate = whole(message, "label"), whole(message, "steps"), number(message, "rate")
    if not 0 <= label <= 9 or steps not in TURNS or rate not in RATES:
        raise ValueError("a lesson is a digit, 1, 10 or 100 steps, and a rate that is offered")
    reader = _able(on_page)
    reading = read(on_page, reader)
    if reading is None:
        raise ValueError("the pad is empty, so there is nothing to learn from")
    before = knowledge(on_page, reader)
    with np.errstate(all="ignore"):
        after = training.teach(
            reader.network, before, reading.layers[0], label, steps, learning_rate=rate
        )
    if not np.isfinite(after).all():
        raise ValueError("with this rate its parameters would grow beyond all numbers")
    measured = [_measured(reader, one, reading.layers[0], label) for one in (before, after)]
    chances, costs = zip(*measured, strict=True)
    earlier = sheet.taught_from(on_page, reader.key, reader.parameters)
    right = (
        earlier.lessons[-1].right[1] if earlier else readers.count_right(reader.network, before),
        readers.count_right(reader.network, after),
    )
    lesson = Lesson(label, steps, rate, chances, costs, right, on_page.drawing.number)
    return sheet.with_lesson(on_page, reader.key, reader.parameters, after, lesson)


def _measured(
    reader: Reader, parameters: FloatArray, picture: FloatArray, label: int
) -> tuple[float, float]:
    """Return the chance of the right answer, and the cost on the picture."""
    net, images = reader.network, picture.reshape(1, -1)
    chance = float(net.answers(parameters, images)[0, label])
    cost, _ = net.cost_and_accuracy(parameters, images, np.array([label]))
    return chance, max(cost, 0.0)


def _forget(on_page: Sheet, _: Mapping[str, Any]) -> Sheet:
    return sheet.untaught(on_page, _able(on_page).key)  # whose lessons are shown


def _able(on_page: Sheet) -> Reader:
    reader, why = reader_of(on_page)
    if reader is None:
        raise ValueError(why)
    return reader


ACTS: dict[str, Callable[[Sheet, Mapping[str, Any]], Sheet]] = {
    "draw": _draw,
    "picture": _picture,
    "mistake": _mistake,
    "step": _step,
    "reader": _reader,
    "neuron": _neuron,
    "teach": _teach,
    "forget": _forget,
}
"""What the pad may ask for. A new act is one line here and one call of `send` over there."""


# --- The message to the browser ----------------------------------------------------------------


def pack(on_page: Sheet, acknowledged: int, notice: str = "", refused: int | None = None) -> bytes:
    """Return all that the pad shows.

    Args: acknowledged: the last message of its that was heard; refused: the number of the drawing
        in it, if it was refused.
    """
    reader, why = reader_of(on_page)
    header: dict[str, Any] = {
        "acknowledged": acknowledged,
        "number": on_page.drawing.number,
        "refused": refused,
        "notice": notice or why,
        "address": sheet.write(on_page),
        "readers": _choices(reader),
        "rates": RATES,
        "turns": TURNS,
    }
    if reader is None:
        return assemble({**header, "reading": None, "steps": [], "lesson": None}, {})
    arrays: insight.Arrays = {}
    label, reading = None, None
    try:
        if on_page.drawing.picture is not None:
            image, label = readers.digit_of_test(on_page.drawing.picture)
            arrays["image"] = image.view("<i4")
            header["picture"] = {"index": on_page.drawing.picture, "label": label}
        reading = read(on_page, reader)
    except ValueError as fault:  # the file with the test digits was there, and is gone
        header["notice"] = str(fault)
    header |= {
        "steps": _steps(on_page, reader, reading),
        "lesson": _lesson(on_page, reader),
        "sizes": reader.network.sizes,
    }
    if reading is None:
        return assemble({**header, "reading": None}, arrays)
    shown = insight.look(reader.network, knowledge(on_page, reader), reading, on_page.neuron)
    arrays |= shown.arrays | _pictures(reading)
    return assemble(
        {**header, "reading": {**shown.header, **_said(on_page, reader, reading, label)}}, arrays
    )


def _pictures(reading: Reading) -> insight.Arrays:
    variants = {key: v[0] for key, v in reading.variants.items() if v is not None}
    arrays: insight.Arrays = {f"variant.{k}": insight.as_bytes(v) for k, v in variants.items()}
    arrays["received"] = insight.as_bytes(reading.layers[0])
    arrays["chances"] = insight.single(reading.chances)
    return arrays


def _said(on_page: Sheet, reader: Reader, reading: Reading, label: int | None) -> dict[str, Any]:
    steps = on_page.steps_for(reader.network)
    return {
        "answer": reading.answer,
        "strays": strays(on_page.drawing.strokes) if steps.crop else (),
        "sentence": verdict.answer(reading, label),
        "aside": "" if label is not None else verdict.shape(on_page.drawing.strokes, steps),
        "flips": verdict.flips(reading, steps),
    }


def _choices(reader: Reader | None) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "name": one.name if isinstance(one, Reader) else readers.NAMES[key],
            "detail": one.shape if isinstance(one, Reader) else one,
            "able": isinstance(one, Reader),
            "chosen": reader is not None and key == reader.key,
        }
        for key, one in readers.readers().items()
    ]


def _steps(on_page: Sheet, reader: Reader, reading: Reading | None) -> list[dict[str, Any]]:
    taken = on_page.steps_for(reader.network)
    return [
        {
            "key": step.key,
            "name": step.name,
            "on": getattr(taken, step.key),
            "means": step.taken if getattr(taken, step.key) else step.left_out,
            "usable": on_page.drawing.picture is None or step.key == "deskew",
            **_variant(reading, step.key),
        }
        for step in STEPS.values()
    ]


def _variant(reading: Reading | None, key: str) -> dict[str, Any]:
    """Return what would be read with one step toggled."""
    found = None if reading is None else reading.variants.get(key)
    if reading is None or found is None:
        return {"other": None}
    other = int(found[1].argmax())
    return {
        "other": other,
        "chance": verdict.percent(found[1][other]),
        "flips": other != reading.answer,
    }


def _lesson(on_page: Sheet, reader: Reader) -> dict[str, Any] | None:
    taught = sheet.taught_from(on_page, reader.key, reader.parameters)
    if taught is None:
        return None
    last = taught.lessons[-1]
    here = last.drawing == on_page.drawing.number
    return {
        "here": here,
        "sentence": verdict.lesson(last, taught.lessons[0], here),
        "steps": sum(lesson.steps for lesson in taught.lessons),
        "chances": last.chances,
        "costs": [insight.finite(cost) for cost in last.costs],
        "right": last.right,
    }
