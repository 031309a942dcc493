"""Which network is asked what it has learnt: one that came with the project, or the visitor's."""

from __future__ import annotations

import streamlit as st

from pages.parts.pad import readers
from pages.parts.pad.readers import Reader

_KEYS = ("small", "strong", readers.TRAINED)


def choose() -> Reader | None:
    """Show the choice, which is in the address; return who is asked, or None if nobody can be.

    Where the one that is wanted cannot answer, a sentence says why, and another one does.
    """
    known = readers.readers()
    key = st.selectbox(
        "Network",
        _KEYS,
        format_func=lambda key: _called(key, known[key]),
        key="asked",
        bind="query-params",
    )
    wanted = known[key]
    if isinstance(wanted, Reader):
        return wanted
    able = [known[other] for other in _KEYS if isinstance(known[other], Reader)]
    if not able:
        st.error(wanted)
        return None
    first = able[0]
    st.info(f"{wanted} Until then {first.name.lower()} answers.")
    return first


def _called(key: str, reader: Reader | str) -> str:
    name = readers.NAMES[key]
    return f"{name}, {reader.shape}" if isinstance(reader, Reader) else name
