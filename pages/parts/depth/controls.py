"""The Depth page's controls: networks worth watching, a network of one's own, its equations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.inspection.depth import INPUTS
from pages.parts import depth, glossary, work
from pages.parts.depth import cures, pair, words
from pages.parts.depth.cures import CONTROLS, CURES, HIDDEN, PRESETS, WEIGHTS, Setup

_PRESET = "depth.preset"


def presets(setup: Setup) -> None:
    """Show the networks worth watching, which of them is on, and what to look for in it."""
    on = next((p for p in PRESETS.values() if replace(p.setup, seed=setup.seed) == setup), None)
    st.session_state[_PRESET] = on and on.key
    st.segmented_control(
        "Networks worth watching",
        list(PRESETS),
        format_func=lambda key: PRESETS[key].name,
        key=_PRESET,
        label_visibility="collapsed",
        on_change=_put,
        wrap=True,
    )
    st.caption(on.summary if on else "A network of your own. Does the gradient come through?")


def _put() -> None:
    """Let the controls show what was pressed, without cures; pressed again, it begins anew."""
    if key := st.session_state[_PRESET]:
        setup = PRESETS[key].setup
        for name in CONTROLS[:-1]:  # the seed stays
            st.session_state[f"depth_{name}"] = getattr(setup, name)
    depth.afresh()


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
        "Their size, times",
        "scale",
        cures.SCALES,
        default.scale,
        "Every random weight of the choice above is multiplied by this.",
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


def every_cure(setup: Setup) -> None:
    """Offer to measure each cure alone on this network, and show what came of it."""
    name, asked = "depth.survey", st.session_state.get("depth.surveyed")
    if asked is not None and asked != setup:
        work.stop(name)
    st.button(
        "Measure each cure alone",
        key="depth.measure",
        help=f"{pair.SURVEYED} updates each, from the same seed.",
        on_click=_survey,
        args=(setup,),
        disabled=work.under_way(name),
    )
    work.show(name, "Every cure is tried on a network of its own")
    if found := work.value(name):
        st.table(words.survey(found))
        after = f"After {pair.SURVEYED} updates each, from the same seed."
        st.caption(f"{after} {words.together(found)}")


def what_they_do() -> None:
    """Show, folded away, why each cure helps."""
    with st.expander("What each cure does"):
        glossary.prose("\n".join(f"- **{cure.name}**: {cure.summary}" for cure in CURES.values()))


def _survey(setup: Setup) -> None:
    st.session_state["depth.surveyed"] = setup
    work.start("depth.survey", pair.survey(setup))


def mathematics() -> None:
    """Show, folded away, the factor of a layer, with the numbers of this session's network."""
    here = depth.current()
    if here is None:
        return
    setup, expected = here.sick.setup, here.sick.expected
    with st.expander("The mathematics"):
        st.markdown(
            "Backpropagation multiplies what comes back, $\\delta = \\partial C / \\partial z$, by "
            "the weights and by the slopes of the activation, layer after layer:"
        )
        st.latex(r"\delta_l = (\delta_{l+1} W_{l+1}^{\mathsf T}) \odot \varphi'(z_l)")
        st.markdown(
            "With random weights of the deviation $\\sigma$ in layers of $n$ neurons, its root "
            "mean square therefore changes in each layer by about the factor"
        )
        st.latex(r"\sqrt{n}\,\sigma \sqrt{\mathrm{E}[\varphi'(z)^2]}")
        st.markdown(_here(setup, expected.backwards.tolist()))
        st.markdown(
            "Forwards it is $\\sqrt{n}\\,\\sigma$ and the size of $\\varphi(z)$ instead. Xavier "
            "chooses $\\sigma$ so that neither way changes the size where $\\varphi$ is about "
            "straight, He so that neither does with ReLU, half of whose slopes are 0 (Glorot and "
            "Bengio 2010, equations 5 to 12; He et al. 2015, equations 10 and 14; for any "
            "activation Poole et al. 2016):"
        )
        st.latex(
            r"\sigma_\text{Xavier} = \sqrt{\frac{2}{n_\text{in} + n_\text{out}}}, \qquad "
            r"\sigma_\text{He} = \sqrt{\frac{2}{n_\text{in}}}"
        )
        st.markdown(
            "A gradient that is longer than a limit is shortened to it, its direction kept "
            "(Pascanu, Mikolov and Bengio 2013, algorithm 1); here the limit is "
            f"{cures.LONGEST:g}:"
        )
        st.latex(r"g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert}\right)")


def _here(setup: Setup, backwards: list[float]) -> str:
    """Return what the factor is in the middle of a network, and what becomes of it."""
    if len(backwards) < 2:
        return "With two layers there is only one factor, and little can go wrong."
    factor = backwards[len(backwards) // 2 - 1]
    deviation = WEIGHTS[setup.weights].deviation(setup.width, setup.width) * setup.scale
    spread = setup.width**0.5 * deviation
    slope = factor / spread
    return (
        f"In the middle of the network as it is: $\\sqrt{{{setup.width}}} \\cdot {deviation:.3g} = "
        f"{spread:.3g}$, times typical slopes of {slope:.2g}, is {factor:.2g} a layer."
    )
