"""The Depth page's session, and the Python half of its component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.parts import live
from pages.parts.depth import cures, pair, words
from pages.parts.depth.cures import CURES, Setup, Treatment
from pages.parts.depth.pair import Pair
from pages.parts.depth.payload import pack
from pages.parts.live import Live
from pages.parts.message import text, whole

_PAIR, _WANTED, _TREATMENT = "depth.pair", "depth.wanted", "depth.treatment"
_AFRESH = "depth.afresh"


def read_link() -> None:
    """Read, before the controls take theirs out of it, what the link of a new session says."""
    if _TREATMENT not in st.session_state:
        parameters = {key: st.query_params[key] for key in st.query_params}
        LIVE.say("notice", cures.notice(parameters))
        st.session_state[_TREATMENT] = cures.treatment_of(parameters)


def prepare(setup: Setup) -> None:
    """Keep the pair in step with the controls and the cures: both networks begin anew together.

    Raises ValueError where the digits cannot be read.
    """
    wanted = setup, st.session_state[_TREATMENT]
    if st.session_state.pop(_AFRESH, False) or st.session_state.get(_WANTED) != wanted:
        _keep(pair.paired(*wanted), *wanted)


def afresh() -> None:
    """Begin anew at the next `prepare`, without cures."""
    st.session_state[_TREATMENT] = Treatment()
    st.session_state[_AFRESH] = True


def _keep(here: Pair, setup: Setup, treatment: Treatment, begins: bool = True) -> None:
    st.session_state[_PAIR] = here
    st.session_state[_WANTED] = setup, treatment
    st.session_state[_TREATMENT] = treatment
    LIVE.anew()
    if begins:
        LIVE.say("beginning", LIVE.said("beginning", 0) + 1)


def current() -> Pair | None:
    """Return this session's pair, if there is one."""
    here = st.session_state.get(_PAIR)
    return here if isinstance(here, Pair) else None


def _again(message: Mapping[str, Any]) -> None:
    wanted = st.session_state[_WANTED]
    _keep(pair.paired(*wanted), *wanted)


def _cure(message: Mapping[str, Any]) -> None:
    setup, before = st.session_state[_WANTED]
    key, on = text(message, "cure"), whole(message, "on")
    if key not in CURES:
        raise ValueError(f"there is no cure {key!r}")
    others = before.cures - {key}
    treatment = replace(before, cures=others | {key} if on else others)
    _keep(pair.paired(setup, treatment), setup, treatment)


def _smooth(message: Mapping[str, Any]) -> None:
    """Smooth the step otherwise from here on; nothing learnt is lost."""
    setup, before = st.session_state[_WANTED]
    treatment = replace(before, steepness=whole(message, "steepness"))
    if treatment.steepness not in cures.STEEPNESSES:
        raise ValueError(f"no step is smoothed to {treatment.steepness}")
    here = pair.smoothed(st.session_state[_PAIR], treatment)
    _keep(here, setup, treatment, begins=False)


def _new_seed(message: Mapping[str, Any]) -> None:
    setup, _ = st.session_state[_WANTED]
    st.session_state["depth_seed"] = (setup.seed + 1) % (cures.LARGEST_SEED + 1)
    LIVE.say("redraw", True)


def _work(message: Mapping[str, Any], seconds: float, most: int) -> Pair | None:
    before = st.session_state[_PAIR]
    after = st.session_state[_PAIR] = pair.worked(before, seconds, most)
    return after if after.updates > before.updates else None


def _one_update(message: Mapping[str, Any]) -> None:
    _work(message, 0.0, 1)


LIVE = Live(
    "depth",
    "depth",
    {
        "step": _one_update,
        "reset": _again,
        "cure": _cure,
        "smooth": _smooth,
        "seed": _new_seed,
        "pause": lambda message: LIVE.rest(),
    },
    _work,
    ready=lambda: current() is not None,
)


def show() -> None:
    """Mount the component of a pair that is there."""
    _mounted(live.controls())


@st.fragment
def _mounted(seen: Mapping[str, Any]) -> None:
    live.follow(seen)
    if _AFRESH in st.session_state:
        st.rerun()  # a preset was pressed again, and that run was lost too
    if LIVE.said("redraw"):
        LIVE.say("redraw", False)
        st.rerun()  # an act has changed what the controls show
    here = current()
    if here is None:
        return
    treatment = st.session_state[_TREATMENT]
    told = {
        "beginning": LIVE.said("beginning", 0),
        "idle": words.idle(treatment, here),
        "address": cures.address_of(treatment),
    }
    LIVE.mount(lambda picture, answer: pack(picture, treatment, **told, **answer), here)
