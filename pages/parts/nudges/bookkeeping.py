"""The ledger and the sensitivities on the page: mounted together, for they share a mini-batch."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import streamlit as st

from pages.parts import glossary, nudges
from pages.parts.component import declare
from pages.parts.nudges import book, ledger, sensitivity
from pages.parts.nudges.book import Book

_log = logging.getLogger(__name__)
_ledger, _sensitivity = declare("ledger"), declare("sensitivity")
_BOOK, _OTHERS = "nudges.book", "nudges.other_examples"


def show() -> None:
    """Mount the ledger and the sensitivities, each under its heading.

    Each runs by itself; but other examples are others for both.
    """
    st.subheader("The ledger")
    glossary.prose(
        "One digit is one voice. A step listens to a whole mini-batch: every example asks the "
        "network above for its own nudges, a row each, and what the weights get is the average of "
        "the rows. Nobody gets quite what they wanted."
    )
    _one("ledger")
    st.subheader("Sensitivity")
    glossary.prose(
        "That average, with its sign turned, is the gradient: one number for each weight and bias. "
        "Each says how much the cost feels a change of that one. Wiggle two of them by the same "
        "amount and see."
    )
    _one("sensitivity")


@st.fragment
def _one(name: str) -> None:
    mount, pack = _ledger, ledger.pack
    if name == "sensitivity":
        mount, pack = _sensitivity, sensitivity.pack
    state = st.session_state
    if state.pop(_OTHERS, False):
        st.rerun()
    subject, why = nudges.subject_of(nudges.begin())
    if subject is None:
        st.error(why)
        return
    told = (state.get(f"nudges.{name}.sequence", 0), state.get(f"nudges.{name}.notice", ""))
    try:
        data = pack(begin(), subject, *told)
    except ValueError as fault:  # there is no file with digits, or it is damaged
        st.error(str(fault))
        return
    mount(key=f"nudges.{name}", data=data, on_message_change=lambda: _hear(name))


def begin() -> Book:
    """Return this session's book."""
    held = st.session_state.get(_BOOK)
    return held if isinstance(held, Book) else Book()


def _hear(name: str) -> None:
    # Of a message that comes while the page is being left, nothing is there any more.
    state = st.session_state
    message = getattr(state.get(f"nudges.{name}"), "message", None)
    subject, _ = nudges.subject_of(nudges.begin())
    if message is None or subject is None:
        return
    try:
        held = begin()
        columns = ledger.columns(held, subject)
        state[_BOOK] = told = book.apply(held, message, columns, subject.network)
        state[_OTHERS] = told.seed != held.seed
        state[f"nudges.{name}.notice"] = ""
    except ValueError as fault:
        _log.warning("ignored a message of the %s: %s", name, fault)
        state[f"nudges.{name}.notice"] = f"That could not be done: {str(fault).rstrip('.')}."
    sequence = message.get("sequence") if isinstance(message, Mapping) else None
    if type(sequence) is int:
        state[f"nudges.{name}.sequence"] = sequence
