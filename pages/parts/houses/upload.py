"""A visitor's own table on a page about data: kept in this session, and never sent on."""

from __future__ import annotations

import streamlit as st

from pages.parts import houses, stage, tables
from pages.parts.stage import scene as scenes
from pages.parts.tables import Source, Table


def own_table(name: str) -> None:
    """Show where to bring a CSV file and, once it is read, which two columns to use."""
    with st.expander("Your own data", expanded=houses.source(name).own):
        st.markdown(
            "A CSV file of at most 5 MB and 50,000 rows, with two columns of numbers. It stays in "
            "this session: a link shows the Sacramento houses instead."
        )
        st.file_uploader(
            "CSV file",
            key=_uploader(name),
            max_upload_size=tables.MOST_BYTES // 1_000_000,
            label_visibility="collapsed",
            on_change=lambda: _bring(name),
        )
        table = st.session_state.get(f"{name}.table")
        if isinstance(table, Table):
            _columns(name, table)
        if fault := st.session_state.get(f"{name}.fault"):
            st.error(fault)
        if houses.source(name).own:
            st.button(
                "Back to the Sacramento houses", key=f"{name}.back", on_click=lambda: _leave(name)
            )


def _uploader(name: str) -> str:
    """Return the uploader's key: another one makes it forget the file that it holds."""
    return f"{name}.file.{st.session_state.get(f'{name}.files', 0)}"


def _columns(name: str, table: Table) -> None:
    across, up = st.columns(2)
    listed = list(table.columns)
    first, second = st.session_state.get(f"{name}.pair", listed[:2])
    for column, key, label, chosen in (
        (across, "across", "Predict from", first),
        (up, "up", "Predict", second),
    ):
        column.selectbox(
            label,
            listed,
            index=listed.index(chosen),
            key=_box(name, key),
            on_change=lambda: _choose(name),
        )


def _bring(name: str) -> None:
    """Read the file that was brought; what was there before stays if it cannot be."""
    st.session_state[f"{name}.fault"] = ""
    file = st.session_state.get(_uploader(name))
    if file is None:  # taken out, perhaps for another that is on its way to the same uploader
        _forget(name)
        return
    try:
        table = tables.read(file.getvalue())
        pair = list(table.columns)[:2]
        source = tables.chosen(table, *pair)
        _put(name, source)
    except ValueError as fault:
        # The uploader takes the file before out first, so that by now this may be another one.
        shown = (
            "What was shown stays" if houses.source(name).own else "Shown are the Sacramento houses"
        )
        st.session_state[f"{name}.fault"] = f"{fault} {shown}."
        return
    st.session_state[f"{name}.table"] = table
    st.session_state[f"{name}.pair"] = pair
    st.session_state[f"{name}.brought"] = st.session_state.get(f"{name}.brought", 0) + 1


def _box(name: str, part: str) -> str:
    """The key of a box of column names: another for each file, or the last one's names linger."""
    return f"{name}.{part}.{st.session_state.get(f'{name}.brought', 0)}"


def _choose(name: str) -> None:
    pair = [st.session_state[_box(name, part)] for part in ("across", "up")]
    if not set(pair) <= set(st.session_state[f"{name}.table"].columns):
        return  # a choice from the file before this one, sent while this one came
    st.session_state[f"{name}.fault"] = ""
    try:
        _put(name, tables.chosen(st.session_state[f"{name}.table"], *pair))
    except ValueError as fault:
        st.session_state[f"{name}.fault"] = f"{fault} What was shown stays."
        return
    st.session_state[f"{name}.pair"] = pair


def _put(name: str, source: Source) -> None:
    surface = houses.surface(source, _scaled(name))  # may refuse, and nothing is changed then
    st.session_state[f"{name}.own"] = source
    stage.change(name, scenes.on(stage.current(name), surface))


def _leave(name: str) -> None:
    """Go back to the app's own data; the uploader forgets the file too."""
    st.session_state[f"{name}.files"] = st.session_state.get(f"{name}.files", 0) + 1
    _forget(name)


def _forget(name: str) -> None:
    """Forget the file, its table and its columns, and bring the app's own data back."""
    had = houses.source(name).own
    for key in ("own", "table", "pair", "fault"):
        st.session_state.pop(f"{name}.{key}", None)
    if had:
        surface = houses.surface(tables.sacramento(), _scaled(name))
        stage.change(name, scenes.on(stage.current(name), surface))


def _scaled(name: str) -> bool:
    return st.session_state.get(f"{name}_scale") != "raw"
