"""The Depth page: its controls, its session, and the Python half of its component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.inspection.depth import INPUTS
from pages.parts.inspection import cures, pair, prognosis
from pages.parts.inspection.cures import CURES, HIDDEN, PRESETS, STEP, WEIGHTS, Setup, Treatment
from pages.parts.inspection.monitor import pack
from pages.parts.inspection.pair import Pair
from pages.parts.live import Live

_PAIR, _WANTED = "depth.pair", "depth.wanted"


# --- Controls ----------------------------------------------------------------------------------


def presets() -> None:
    """Show the networks worth watching."""
    with st.container(horizontal=True, gap="small"):
        for preset in PRESETS.values():
            st.button(
                preset.name,
                key=f"depth.preset.{preset.key}",
                help=preset.summary,
                on_click=_put,
                args=(preset.setup,),
            )


def _put(setup: Setup) -> None:
    """Let the controls show a setup, without cures."""
    shown = {
        "layers": setup.layers,
        "width": setup.width,
        "activation": setup.activation,
        "weights": setup.weights,
        "scale": setup.scale,
        "inputs": setup.inputs,
        "rate": setup.rate,
        "smooth": 0,
        **dict.fromkeys((f"cure_{key}" for key in CURES), False),
    }
    for name, value in shown.items():
        st.session_state[f"depth_{name}"] = value


def network() -> Setup:
    """Show what the network is and how it begins; return it."""
    default = Setup()
    layers = st.slider(
        "Layers",
        cures.LAYERS[0],
        cures.LAYERS[-1],
        default.layers,
        key="depth_layers",
        bind="query-params",
        help="Layers of weights. The last one gives the ten answers.",
    )
    width = _stops("Neurons a layer", "width", cures.WIDTHS, default.width)
    activation = _choice("Activation", "activation", HIDDEN, default.activation)
    weights = _choice("Initial weights", "weights", WEIGHTS, default.weights)
    scale = _stops(
        "times as large",
        "scale",
        cures.SCALES,
        default.scale,
        "The spread of the random weights is so many times what the choice above says.",
    )
    inputs = _choice("Inputs", "inputs", INPUTS, default.inputs)
    rate = _stops("Learning rate", "rate", cures.RATES, default.rate)
    seed = st.number_input(
        "Seed",
        0,
        cures.LARGEST_SEED,
        key="depth_seed",
        bind="query-params",
        help="The random weights and the order of the pictures follow from it.",
    )
    return Setup(layers, width, activation, weights, scale, inputs, rate, int(seed))


def _choice(label: str, name: str, registry: Mapping[str, Any], default: str) -> str:
    return st.selectbox(
        label,
        list(registry),
        index=list(registry).index(default),
        format_func=lambda key: registry[key].name,
        key=f"depth_{name}",
        bind="query-params",
        help=" ".join(f"**{entry.name}**: {entry.summary}" for entry in registry.values()),
    )


def _stops(
    label: str, name: str, stops: Iterable[float], default: float, about: str | None = None
) -> Any:  # noqa: ANN401 (one of the stops)
    return st.select_slider(
        label,
        list(stops),
        default,
        format_func=lambda stop: f"{stop:g}",
        key=f"depth_{name}",
        bind="query-params",
        help=about,
    )


def treatment(setup: Setup) -> Treatment:
    """Show the cures, one switch each, and for a step how far it is smoothed; return them."""
    steepness = 0
    if setup.activation == STEP:
        steepness = st.select_slider(
            "Smooth the step",
            cures.STEEPNESSES,
            0,
            format_func=lambda stop: f"{stop:g}",
            key="depth_smooth",
            bind="query-params",
            help="0 is on or off. Then come sigmoids that are less and less steep, to 2. The "
            "network keeps what it has learnt while you smooth it.",
        )
    columns = st.columns(len(CURES))
    chosen = [
        column.toggle(
            cure.name, key=f"depth_cure_{cure.key}", bind="query-params", help=cure.summary
        )
        for column, cure in zip(columns, CURES.values(), strict=True)
    ]
    switched = (key for key, on in zip(CURES, chosen, strict=True) if on)
    return Treatment(frozenset(switched), steepness)


def read_link() -> None:
    """Read, before the controls take theirs out of it, what the link of a new session says."""
    if _WANTED not in st.session_state:
        parameters = {key: st.query_params[key] for key in st.query_params}
        LIVE.say("notice", cures.notice(parameters))


# --- The session -------------------------------------------------------------------------------


def prepare(setup: Setup, cure: Treatment) -> None:
    """Keep the pair in step with the controls.

    A step that is smoothed keeps what was learnt; everything else begins anew, both together.
    Raises ValueError where the digits cannot be read.
    """
    wanted = st.session_state.get(_WANTED)
    if wanted == (setup, cure):
        return
    here = current()
    same = wanted and (setup, replace(cure, steepness=wanted[1].steepness)) == wanted
    here = pair.smoothed(here, cure) if here and same else pair.paired(setup, cure)
    LIVE.anew()
    st.session_state[_PAIR] = here
    st.session_state[_WANTED] = setup, cure


def current() -> Pair | None:
    """Return this session's pair, if there is one."""
    here = st.session_state.get(_PAIR)
    return here if isinstance(here, Pair) else None


def _again() -> None:
    setup, cure = st.session_state[_WANTED]
    st.session_state[_PAIR] = pair.paired(setup, cure)
    LIVE.anew()


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
        "reset": lambda message: _again(),
        "seed": _new_seed,
        "pause": lambda message: LIVE.rest(),
    },
    _work,
    ready=lambda: current() is not None,
)


@st.fragment
def show() -> None:
    """Mount the component of a pair that is there."""
    if LIVE.said("redraw"):
        LIVE.say("redraw", False)
        st.rerun()  # an act has changed what the controls show
    here = current()
    if here is None:
        return
    _, cure = st.session_state[_WANTED]
    LIVE.mount(lambda picture, answer: pack(picture, prognosis.idle(cure, picture), **answer), here)
