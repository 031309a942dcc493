"""What a page works out for its settings: the newest there is, kept while another is made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

import streamlit as st

from pages.parts import work

Value = TypeVar("Value")


def newest(
    name: str, wanted: object, begin: Callable[[], Generator[float, None, Value]], doing: str
) -> Value | None:
    """Return what `begin()` makes for what is wanted or, while that is made, what was made before.

    Shows how far it is, with a button to stop and then one to go on. A ValueError of the work is
    shown as the sentence it is, and what was made before stays. None if there is nothing yet.
    """
    with st.container():  # one element, whatever it says: what follows keeps its place
        return _newest(name, wanted, begin, doing)


def _newest(
    name: str, wanted: object, begin: Callable[[], Generator[float, None, Value]], doing: str
) -> Value | None:
    state = st.session_state
    before, made = state.get(f"{name}.made", (None, None))
    if made is not None and before == wanted:
        work.stop(name)
        state[f"{name}.asked"] = wanted
        return made  # type: ignore[no-any-return]
    if f"{name}.asked" not in state or state[f"{name}.asked"] != wanted:
        state[f"{name}.asked"] = wanted
        work.start(name, _caught(begin()))
    found = work.value(name)
    if isinstance(found, ValueError):
        st.error(str(found))
    elif found is not None:
        state[f"{name}.made"] = wanted, found
        work.stop(name)
        return found  # type: ignore[no-any-return]
    elif not work.under_way(name):
        _stopped(name, made is not None)
    work.show(name, doing)
    return made  # type: ignore[no-any-return]


def _caught(
    steps: Generator[float, None, Value],
) -> Generator[float, None, Value | ValueError]:
    """Return what the steps return, or the ValueError that ended them."""
    try:
        return (yield from steps)
    except ValueError as fault:
        return fault


def _stopped(name: str, is_former: bool) -> None:
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.warning("Stopped." + (" What is shown belongs to the settings before." * is_former))
    right.button(
        "Go on",
        key=f"{name}.again",
        width="stretch",
        on_click=lambda: st.session_state.pop(f"{name}.asked", None),
    )
