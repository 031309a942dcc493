"""Which network is asked what it has learnt: one that came with the project, or the visitor's."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha1
from typing import Any, NamedTuple, TypeVar, cast

import streamlit as st

from pages.parts.pad import readers
from pages.parts.pad.readers import Reader

Answer = TypeVar("Answer")

_KEYS = ("small", "strong", readers.TRAINED)


def choose() -> Reader | None:
    """Show the choice, which is in the address; return who is asked, or None if nobody can be.

    Where the one that is wanted cannot answer, a sentence says why, and another one does.
    """
    known = readers.readers()
    key = st.selectbox(
        "Network",
        _KEYS,
        format_func=lambda key: readers.NAMES[key],
        key="asked",
        bind="query-params",
        help=" ".join(f"**{readers.NAMES[key]}**: {_about(known[key])}" for key in _KEYS),
    )
    wanted = known[key]
    if isinstance(wanted, Reader):
        return wanted
    able = [one for other in _KEYS if isinstance(one := known[other], Reader)]
    if not able:
        st.error(wanted)
        return None
    first = able[0]
    st.info(f"{wanted} Until then the network {first.name} answers.")
    return first


def another(reader: Reader) -> Reader | None:
    """Return a network to ask the same: one of those that came with the project, if it can."""
    known = readers.readers()
    others = (known[key] for key in ("strong", "small") if key != reader.key)
    return next((other for other in others if isinstance(other, Reader)), None)


def _about(reader: Reader | str) -> str:
    return f"{reader.shape}." if isinstance(reader, Reader) else reader


# --- Once for each question --------------------------------------------------------------------


class _Kept(NamedTuple):
    reader: Reader
    question: object
    answer: Any


def once(key: str, reader: Reader, question: object, answer: Callable[[], Answer]) -> Answer:
    """Return the answer to a question to a network; the session keeps the last one by its key."""
    kept = st.session_state.get(key)
    if (
        isinstance(kept, _Kept)
        and kept.reader.parameters is reader.parameters
        and kept.question == question
    ):
        return cast(Answer, kept.answer)
    found = answer()
    st.session_state[key] = _Kept(reader, question, found)
    return found


def fingerprint(reader: Reader) -> str:
    """Return a short text that changes with the parameters."""
    return sha1(reader.parameters.tobytes(), usedforsecurity=False).hexdigest()[:12]
