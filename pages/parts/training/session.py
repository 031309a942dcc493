"""What a session of the Train page keeps: its training, what it was before a change, its link.

The training itself lies where `trained` says, so that other pages find it too.
"""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from engine.training import Training
from pages.parts.training import plan, trainer
from pages.parts.training.plan import Beginning, Course
from pages.parts.training.trained import TRAINING, current

_ONE_CHANGE = 2.0  # seconds; what changes sooner after a change belongs to it


def said(name: str, otherwise: Any = None) -> Any:  # noqa: ANN401 (whatever the session keeps)
    """Return what the session keeps under a name of this page."""
    return st.session_state.get(f"train.{name}", otherwise)


def say(name: str, value: Any) -> None:  # noqa: ANN401
    """Keep something in the session under a name of this page."""
    st.session_state[f"train.{name}"] = value


def put(training: Training, anew: bool = False) -> None:
    """Keep the training; `anew` where what was under way belongs to another past."""
    st.session_state[TRAINING] = trainer.measured(training)
    if anew:
        say("generation", said("generation", 0) + 1)
        say("report", None)
        say("before", None)


def read_link() -> None:
    """Read, before the controls take theirs out of it, what the link of a new session says."""
    if said("rate") is not None:
        return
    parameters = {key: st.query_params[key] for key in st.query_params}
    wrong = plan.faults(parameters)
    say("rate", (None if "rate" in wrong else plan.rate_of(parameters)) or 0.0)
    if wrong:
        listed = ", ".join(wrong)
        say(
            "notice",
            f"This link could not be read in full ({listed}): the defaults stand in for that part.",
        )


def remember(training: Training) -> None:
    """Keep the training as it was before a change; a hand that moves on makes one change."""
    now = time.monotonic()
    if training.updates and now - said("changed", -_ONE_CHANGE) >= _ONE_CHANGE:
        say("before", training)
    say("changed", now)


def prepare(beginning: Beginning | None, course: Course) -> None:
    """Keep the training in step with the controls; a trained network is never lost by that.

    Raises ValueError where the digits cannot be read.
    """
    here = current()
    if here is None:
        rate = said("rate") or plan.RATES[course.optimizer]
        put(plan.begun(beginning or Beginning(), course, rate), anew=True)
        return
    if beginning and beginning != plan.beginning_of(here) and not here.updates:
        here = alike(here, beginning)
        put(here, anew=True)
    changed = plan.on(here, course)
    if changed is not here:
        remember(here)
        put(changed)


def alike(training: Training, beginning: Beginning) -> Training:
    """Return a training without updates that learns as this one does."""
    rate = plan.settings_of(training)["learning_rate"]
    return plan.begun(beginning, plan.course_of(training), rate)
