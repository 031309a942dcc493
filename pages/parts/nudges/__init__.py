"""The Python half of the passage: which digit goes through which network, and all that is shown.

The browser half (assets/nudges/) plays the story without asking; it asks for another digit or
another network. A message is {"sequence": n, "act": name, …}; each act is a function of the case
and the message's fields, listed in ACTS.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine import training
from engine.inspection.nudges import Passage, passage, requests, weight_nudges
from engine.network import Network
from engine.network.reading import read_strokes
from engine.optimizers.optimizer import FloatArray
from pages.parts import pad
from pages.parts.component import declare
from pages.parts.learnt.asked import fingerprint
from pages.parts.message import assemble, text, whole
from pages.parts.nudges import story, subjects
from pages.parts.nudges.book import FEW, Examples, examples
from pages.parts.nudges.questions import questions
from pages.parts.pad import readers
from pages.parts.pad.insight import finite, single
from pages.parts.pad.readers import Reader

_log = logging.getLogger(__name__)
_component = declare("nudges")
_CASE, _NOTICE, _SEQUENCE = "nudges.case", "nudges.notice", "nudges.sequence"
_CHANGED = "nudges.changed"

RATES = (0.001, 0.01, 0.1, 1.0)
"""Learning rates of the step at the end: the last is too large for most digits."""

LAST_DIGIT = 9_999
"""The number of the last test digit."""


# --- What goes through what --------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A digit and a network. `picture`: which test digit, or None for what lies on the pad.

    `label`: what the drawing shows; None where the strong network decides that.
    """

    network: str = subjects.BEGUN
    picture: int | None = 1
    label: int | None = None


def begin() -> Case:
    """Return this session's case, which begins as the address says."""
    held = st.session_state.get(_CASE)
    if isinstance(held, Case):
        return held
    parameters = {key: st.query_params[key] for key in st.query_params}
    case, st.session_state[_NOTICE] = read(parameters)
    st.session_state[_CASE] = case
    return case


def read(parameters: Mapping[str, str]) -> tuple[Case, str]:
    """Return the case of an address, and a sentence about what could not be meant, or ""."""
    case, faults = Case(), []
    if (network := parameters.get("network", case.network)) in subjects.KEYS:
        case = replace(case, network=network)
    else:
        faults.append("network")
    digit = parameters.get("digit", str(case.picture))
    if digit.isascii() and digit.isdigit() and len(digit) <= 4:
        case = replace(case, picture=int(digit))
    else:
        faults.append("digit")
    if not faults:
        return case, ""
    stand_in = {"network": f"“{subjects.NAMES[case.network]}”", "digit": f"digit {case.picture}"}
    told = " and ".join(stand_in[fault] for fault in faults)
    are, stand = ("is", "stands") if len(faults) == 1 else ("are", "stand")
    asked = " and a ".join(faults)
    return case, f"The link asks for a {asked} that {are} not here: {told} {stand} in."


def write(case: Case) -> dict[str, str | None]:
    """Return the address of a case: only what is not as at first, and no drawing."""
    first = Case()
    network = None if case.network == first.network else case.network
    digit = None if case.picture in (None, first.picture) else str(case.picture)
    return {"network": network, "digit": digit}


def subject_of(case: Case) -> tuple[Reader | None, str]:
    """Return the network of a case, or the first that is there instead, and why it is not.

    None if there is none at all.
    """
    known = subjects.subjects()
    wanted = known[case.network]
    if isinstance(wanted, Reader):
        return wanted, ""
    able = [one for one in known.values() if isinstance(one, Reader)]
    return (able[0] if able else None), wanted


class _Digit(NamedTuple):
    """A prepared picture (784,), what it shows, and whether it is the visitor's drawing."""

    picture: NDArray[Any]
    label: int
    drawn: bool


def _digit_of(case: Case, subject: Reader) -> _Digit:
    """Raises ValueError if there is no such digit, or nothing on the pad."""
    if case.picture is not None:
        image, label = readers.digit_of_test(case.picture)
        return _Digit(subject.network.prepare(image)[0], label, False)
    on_page = pad.current()
    if on_page is None or not on_page.drawing.strokes:
        raise ValueError("there is no drawing on the pad of the page Draw")
    known = readers.readers()["strong"]
    judge = known if isinstance(known, Reader) else subject
    steps = on_page.steps_for(subject.network)
    strokes, brush = on_page.drawing.strokes, on_page.drawing.brush
    reading = read_strokes(judge.network, judge.parameters, strokes, steps, brush)
    if reading is None:
        raise ValueError("there is no ink on the pad of the page Draw")
    return _Digit(reading.layers[0], reading.answer if case.label is None else case.label, True)


# --- On the page -------------------------------------------------------------------------------


def show() -> None:
    """Mount the passage."""
    _mounted()


@st.fragment
def _mounted() -> None:
    state = st.session_state
    if state.pop(_CHANGED, False):
        st.rerun()  # the rest of the page is about the same network
    data = pack(begin(), state.get(_SEQUENCE, 0), state.get(_NOTICE, ""))
    _component(key="nudges.passage", data=data, on_message_change=_hear)


def _hear() -> None:
    # Of a message that comes while the page is being left, nothing is there any more.
    message = getattr(st.session_state.get("nudges.passage"), "message", None)
    if message is None:
        return
    before = begin()
    try:
        case = apply(before, message)
        st.session_state[_CASE], st.session_state[_NOTICE] = case, ""
        st.session_state[_CHANGED] = case.network != before.network
    except ValueError as fault:
        _log.warning("ignored a message of the passage: %s", fault)
        st.session_state[_NOTICE] = f"That could not be done: {str(fault).rstrip('.')}."
    sequence = message.get("sequence") if isinstance(message, Mapping) else None
    if type(sequence) is int:
        st.session_state[_SEQUENCE] = sequence


# --- Acts --------------------------------------------------------------------------------------


def apply(case: Case, message: object) -> Case:
    """Return the case after a message of the browser; ValueError if it is not one of its."""
    if not isinstance(message, Mapping):
        raise ValueError("a message is a mapping")
    act = message.get("act")
    if not isinstance(act, str) or act not in ACTS:
        raise ValueError("this act is not known")
    return ACTS[act](case, message)


def _digit(case: Case, message: Mapping[str, Any]) -> Case:
    index = whole(message, "index")
    readers.digit_of_test(index)
    return replace(case, picture=index)


def _mistake(case: Case, message: Mapping[str, Any]) -> Case:
    subject, why = subject_of(case)
    if subject is None:
        raise ValueError(why)
    deskew = subject.network.preparation == "deskew"
    found = readers.mistake_after(subject, subject.parameters, whole(message, "index"), deskew)
    if found is None:
        raise ValueError("this network reads every test digit right")
    return replace(case, picture=found)


def _drawing(case: Case, _: Mapping[str, Any]) -> Case:
    drawn = replace(case, picture=None, label=None)
    subject, why = subject_of(case)
    if subject is None:
        raise ValueError(why)
    _digit_of(drawn, subject)
    return drawn


def _label(case: Case, message: Mapping[str, Any]) -> Case:
    label = whole(message, "label")
    if case.picture is not None or not 0 <= label <= 9:
        raise ValueError("only a drawing can be said to be another digit, 0 to 9")
    return replace(case, label=label)


def _network(case: Case, message: Mapping[str, Any]) -> Case:
    key = text(message, "network")
    if key not in subjects.KEYS:
        raise ValueError("there is no such network")
    return replace(case, network=key)


ACTS: dict[str, Callable[[Case, Mapping[str, Any]], Case]] = {
    "digit": _digit,
    "mistake": _mistake,
    "drawing": _drawing,
    "label": _label,
    "network": _network,
}
"""What the browser may ask for."""


# --- The message to the browser ----------------------------------------------------------------


def pack(case: Case, acknowledged: int = 0, notice: str = "") -> bytes:
    """Return all that the passage shows."""
    subject, why = subject_of(case)
    header: dict[str, Any] = {
        "acknowledged": acknowledged,
        "notice": notice or (f"{why} {subject.name} stands in." if subject and why else why),
        "address": write(case),
        "networks": _choices(subject),
        "about": "" if subject is None else f"{subject.shape}. {subjects.ABOUT[subject.key]}",
        "drawable": _drawable(),
        "last_digit": LAST_DIGIT,
    }
    if subject is None:
        return assemble({**header, "story": None}, {})
    try:
        digit = _digit_of(case, subject)
    except ValueError as fault:
        if case.picture is None:
            gone = f"{str(fault).capitalize()}, so a test digit goes in instead."
            return pack(replace(case, picture=Case().picture), acknowledged, notice or gone)
        return assemble({**header, "notice": str(fault), "story": None}, {})
    # In float64, for near 1 and near 0 the sentences are about what float32 cannot tell apart.
    exactly = subject.parameters.astype(np.float64)
    example = passage(subject.network, exactly, digit.picture, digit.label)
    numbers, arrays = _numbers(example)
    after, results = _after(example)
    told = {
        "digit": {"index": case.picture, "label": digit.label, "drawn": digit.drawn},
        "version": f"{case.picture} {digit.label} {subject.key} {fingerprint(subject)}",
        "story": [step._asdict() for step in story.steps(example)],
        "questions": [question._asdict() for question in questions(example)],
        **numbers,
        "after": after,
    }
    return assemble({**header, **told}, arrays | results)


def _drawable() -> bool:
    on_page = pad.current()
    return on_page is not None and bool(on_page.drawing.strokes)


def _choices(subject: Reader | None) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "name": subjects.NAMES[key],
            "detail": one.shape if isinstance(one, Reader) else one,
            "able": isinstance(one, Reader),
            "chosen": subject is not None and key == subject.key,
        }
        for key, one in subjects.subjects().items()
    ]


def _numbers(example: Passage) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what every layer says, wishes and is nudged by, of the neurons that are shown."""
    network = example.network
    layers, seen = network.layers(example.parameters), story.shown(example)
    arrays: dict[str, NDArray[Any]] = {"said.0": single(example.picture)}
    for layer, slope in enumerate(story.slopes(example), start=1):
        mine = seen[layer - 1]
        before = np.arange(network.sizes[0]) if layer == 1 else seen[layer - 2]
        pairs = np.ix_(before, mine)
        arrays |= {
            f"shown.{layer}": mine.astype("<i4"),
            f"said.{layer}": single(example.said[layer][mine]),
            f"sums.{layer}": single(example.sums[layer - 1][mine]),
            f"wishes.{layer}": single(example.wishes[layer][mine]),
            f"slopes.{layer}": single(slope[mine]),
            f"pushes.{layer}": single(example.pushes[layer - 1][mine]),
            f"biases.{layer}": single(layers[layer - 1].biases[mine]),
            f"weights.{layer}": single(layers[layer - 1].weights[pairs]),
            f"nudges.{layer}": single(weight_nudges(example, layer)[pairs]),
        }
        if layer > 1:
            asked = requests(example, layer)[before]
            arrays[f"requests.{layer}"] = single(asked[:, mine])
            arrays[f"others.{layer}"] = single(asked.sum(axis=1) - asked[:, mine].sum(axis=1))
    header = {
        "sizes": network.sizes,
        "activation": network.function.name,
        "squared": network.cost == "squared_error",
        "cost": finite(example.cost),
        "parameters": network.dimension,
        "upright": network.preparation == "deskew",
    }
    return header, arrays


def _after(example: Passage) -> tuple[list[dict[str, Any]], dict[str, NDArray[Any]]]:
    """Return what one step on this digit alone does, for each rate: measured, and as promised.

    Also to the cost of ten other digits, which had no say in it.
    """
    network, picture = example.network, example.picture
    images, labels = picture.reshape(1, -1), np.array([example.label])
    _, gradient = network.cost_and_gradient(example.parameters, images, labels)
    steepness = float(np.square(gradient, dtype=np.float64).sum())
    told, answers, others = [], [], _others(network)
    before = _cost_of(network, example.parameters, others)
    for rate in RATES:
        with np.errstate(all="ignore"):
            moved = training.teach(
                network, example.parameters, picture, example.label, 1, learning_rate=rate
            )
        cost, _ = network.cost_and_accuracy(moved, images, labels)
        answers.append(network.forward(moved, images)[-1][0])
        promised = rate * steepness if math.isfinite(steepness) else math.inf
        told.append(
            {
                "rate": rate,
                "cost": finite(cost),
                "promised": finite(promised),
                "others": [before, _cost_of(network, moved, others)],
            }
        )
    return told, {"after": single(np.array(answers))}


def _others(network: Network) -> Examples | None:
    try:
        return examples(0, network)
    except ValueError:  # a drawing needs no file with digits
        return None


def _cost_of(network: Network, parameters: FloatArray, others: Examples | None) -> float | None:
    if others is None:
        return None
    few = slice(FEW)
    cost, _ = network.cost_and_accuracy(parameters, others.prepared[few], others.labels[few])
    return finite(cost)
