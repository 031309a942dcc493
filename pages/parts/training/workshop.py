"""The Train page's component, Python's half: hears what it asks for, sends what it draws.

The browser half (assets/training/) asks for every tick of work, one or two under way, and stops
asking when one pauses: so a pause is immediate, and nothing runs when the page is left. A message
is {"sequence", "acts", "tick"}. Of messages that wait, Streamlit keeps only the last; therefore
each repeats the acts that are not acknowledged, {"act", "number", …}, and an act is obeyed once. A
tick is {"generation", "holds", "most", "until"}; one that was sent before a reset carries an older
generation and is not obeyed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.training import Training, back_to
from pages.parts import work
from pages.parts.component import declare
from pages.parts.message import number, text, whole
from pages.parts.training import controls as controls
from pages.parts.training import plan, trainer
from pages.parts.training import session as session
from pages.parts.training.gauges import pack
from pages.parts.training.trained import TRAINING, current

_log = logging.getLogger(__name__)
_component = declare("training")

_WORK = "train"
_MOST_UPDATES = 100_000  # of one tick

Act = Callable[[Training, Mapping[str, Any]], None]


def _one_batch(training: Training, message: Mapping[str, Any]) -> None:
    session.put(trainer.worked(training, 0.0, most=1))


def _rate(training: Training, message: Mapping[str, Any]) -> None:
    changed = plan.with_rate(training, number(message, "rate"))
    if changed is not training:
        session.remember(training)
        session.put(changed)


def _back(training: Training, message: Mapping[str, Any]) -> None:
    epoch = trainer.earlier_epoch(training)
    if epoch is not None:
        _go_back(back_to(training, epoch))


def _undo(training: Training, message: Mapping[str, Any]) -> None:
    if before := session.said("before"):
        _go_back(before)


def _go_back(training: Training) -> None:
    """Put an earlier training in place, its settings on the controls too."""
    session.put(training, anew=True)
    controls.show_settings_of(training)
    session.say("redraw", True)


def _new_seed(training: Training, message: Mapping[str, Any]) -> None:
    start = plan.beginning_of(training)
    seed = (start.seed + 1) % (plan.LARGEST_SEED + 1)
    _go_back(session.alike(training, replace(start, seed=seed)))


ACTS: dict[str, Act] = {
    "batch": _one_batch,
    "back": _back,
    "reset": lambda training, message: session.put(trainer.reset(training), anew=True),
    "seed": _new_seed,
    "rate": _rate,
    "undo": _undo,
    "report": lambda training, message: session.say("report", trainer.report(training)),
    "pause": lambda training, message: work.leave(_WORK),
}
"""What the component may ask for beside ticks."""


@st.fragment
def show() -> None:
    """Mount the component of a training that has begun."""
    if session.said("redraw"):
        session.say("redraw", False)
        st.rerun()  # an act has changed what the controls show
    training, before = current(), session.said("before")
    if training is None:
        return
    began = time.thread_time()
    _component(
        key="train.component",
        data=pack(
            training,
            session.said("report"),
            session.said("holds", ""),
            session.said("generation", 0),
            heard=session.said("heard", 0),
            acknowledged=session.said("acknowledged", 0),
            notice=session.said("notice", ""),
            before=None if before is None else before.updates,
            workers=session.said("workers", 1),
            period=1000 * work.period(session.said("workers", 1), load=work.EVERYBODY.load()),
        ),
        on_message_change=_hear,
    )
    session.say("cost", session.said("cost", 0.0) + time.thread_time() - began)
    session.say("holds", "")  # only who asks for a tick says what it has


def _hear() -> None:
    """Obey what the component says; what is not its own is ignored and logged."""
    # What was under way when the page was left arrives when the component is gone.
    message = getattr(st.session_state.get("train.component"), "message", None)
    if current() is None or not isinstance(message, Mapping):
        return
    try:
        session.say("heard", whole(message, "sequence"))
        for act in message.get("acts") or []:
            _act(act)
        if isinstance(tick := message.get("tick"), Mapping):
            _tick(tick)
    except ValueError as fault:
        _log.warning("ignored a message of the training: %s", fault)


def _act(message: object) -> None:
    if not isinstance(message, Mapping):
        raise ValueError("an act is a mapping")
    number_of, name = whole(message, "number"), text(message, "act")
    if number_of <= session.said("acknowledged", 0):
        return
    session.say("acknowledged", number_of)
    session.say("notice", "")  # the link has had its say
    if name not in ACTS:
        raise ValueError(f"there is no act {name!r}")
    ACTS[name](st.session_state[TRAINING], message)


def _tick(message: Mapping[str, Any]) -> None:
    training = st.session_state[TRAINING]
    workers = work.join(_WORK, session.said("cost", 0.0))
    began = time.thread_time()
    session.say("workers", workers)
    session.say("holds", text(message, "holds"))
    session.say("cost", 0.0)
    if whole(message, "generation") != session.said("generation"):
        return
    until = whole(message, "until") if "until" in message else None
    most = min(max(whole(message, "most"), 1), _MOST_UPDATES)
    session.put(trainer.worked(training, work.budget(workers), most, until))
    session.say("cost", time.thread_time() - began)
