"""The Train page's component, Python's half: what it may ask for, and what it is sent.

How it asks stands in `pages.parts.live`. A tick is {"generation", "holds", "pictures", "most",
"until"}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.training import Training, back_to
from pages.parts import live
from pages.parts.live import Live
from pages.parts.message import number, text, whole
from pages.parts.training import controls, plan, session, trainer
from pages.parts.training.gauges import pack
from pages.parts.training.trained import TRAINING, current

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
    "pause": lambda training, message: LIVE.rest(),
}
"""What the component may ask for beside ticks."""


def _tick(message: Mapping[str, Any], seconds: float, most: int) -> Training | None:
    until = whole(message, "until") if "until" in message else None
    session.say("holds", text(message, "holds"))
    before = st.session_state[TRAINING]
    after = trainer.worked(before, seconds, most, until)
    session.put(after)
    return after if after.updates > before.updates else None


def _obeys(act: Act) -> Callable[[Mapping[str, Any]], None]:
    return lambda message: act(st.session_state[TRAINING], message)


LIVE = Live(
    "train",
    "training",
    {name: _obeys(act) for name, act in ACTS.items()},
    _tick,
    ready=lambda: current() is not None,
)


def show() -> None:
    """Mount the component of a training that has begun."""
    _mounted(live.controls())


@st.fragment
def _mounted(seen: Mapping[str, Any]) -> None:
    live.follow(seen)
    if session.said("redraw"):
        session.say("redraw", False)
        st.rerun()  # an act has changed what the controls show
    training, before = current(), session.said("before")
    if training is None:
        return
    LIVE.mount(
        lambda picture, answer: pack(
            picture,
            session.said("report"),
            session.said("holds", ""),
            before=None if before is None else before.updates,
            **answer,
        ),
        training,
    )
    session.say("holds", "")  # only who asks for a tick says what it has
