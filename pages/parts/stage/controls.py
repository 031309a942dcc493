"""Widgets that more than one page shows: choosing or typing a landscape, and its mathematics."""

from __future__ import annotations

import streamlit as st

from engine import surfaces
from engine.formula import FormulaError
from engine.optimizers import OPTIMIZERS
from engine.surfaces import curves
from pages.parts import stage
from pages.parts.stage import scene as scenes
from pages.parts.stage.address import number_text, parse_number
from pages.parts.stage.scene import CATALOGUES, Scene

_LONGEST = 6_000  # characters of LaTeX that a browser sets without a pause
OWN = "own"
"""The choice that is no catalogue entry: a typed formula."""


def landscape(name: str, scene: Scene) -> None:
    """Show the choice of a landscape for a page's stage and, for an own one, its formula.

    The scene is the truth: the widgets are set from it before each run, so a link, a click and
    a reload agree with what they show.
    """
    catalogue = CATALOGUES[scene.landscape.dimension]
    noun = "curve" if scene.landscape.dimension == 1 else "surface"
    st.session_state[f"{name}.choice"] = _chosen(name, scene)
    st.selectbox(
        f"The {noun}",
        [*catalogue, OWN],
        format_func=lambda key: catalogue[key].name if key in catalogue else "Your own formula…",
        key=f"{name}.choice",
        on_change=lambda: _choose(name),
    )
    if _chosen(name, scene) == OWN:
        _formula(name, scene)
    else:
        st.markdown(scene.landscape.teaches)


def _chosen(name: str, scene: Scene) -> str:
    typing = st.session_state.get(f"{name}.typing") or not scene.landscape.key
    return OWN if typing else scene.landscape.key


def _choose(name: str) -> None:
    scene = stage.current(name)
    choice = st.session_state[f"{name}.choice"]
    st.session_state[f"{name}.typing"] = choice == OWN
    st.session_state[f"{name}.fault"] = ""
    if choice in (catalogue := CATALOGUES[scene.landscape.dimension]):
        stage.change(name, scenes.on(scene, catalogue[choice]))


def _formula(name: str, scene: Scene) -> None:
    dimension = scene.landscape.dimension
    variables = "xy"[:dimension]
    text, picture = st.columns([3, 1], vertical_alignment="bottom")
    st.session_state.setdefault(f"{name}.formula", scene.landscape.formula)
    text.text_input(
        f"f({', '.join(variables)}) =",
        key=f"{name}.formula",
        help="Numbers, + − * / ^, parentheses, sin cos tan exp log sqrt abs tanh …, pi, e. "
        "Write 2*x, not 2x.",
        on_change=lambda: _type(name),
    )
    with picture.popover("Picture", width="stretch"):
        st.markdown("The part that is shown")
        for axis, side in zip(variables, scene.landscape.domain, strict=True):
            for column, end, value in zip(st.columns(2), ("from", "to"), side, strict=True):
                key = f"{name}.{axis}.{end}"
                text = number_text(value)
                column.text_input(f"{axis} {end}", text, key=key, on_change=lambda: _type(name))
    if fault := st.session_state.get(f"{name}.fault"):
        st.error("That formula stays as you typed it; the picture keeps the last one that works.")
        st.code(fault, language=None, wrap_lines=True)  # plain text: nothing typed becomes markup


def _type(name: str) -> None:
    scene = stage.current(name)
    text = st.session_state[f"{name}.formula"]
    own = curves.own if scene.landscape.dimension == 1 else surfaces.own
    try:
        changed = scenes.on(scene, own(text, _domain(name, scene)))
        if not scene.landscape.key and _shown(scene.start, changed):
            changed = scenes.from_start(changed, scene.start)  # it stays put while one types
    except FormulaError as fault:
        st.session_state[f"{name}.fault"] = _pointed(fault)
    except ValueError as fault:
        st.session_state[f"{name}.fault"] = str(fault)
    else:
        st.session_state[f"{name}.fault"] = ""
        stage.change(name, changed)


def _shown(start: tuple[float, ...], scene: Scene) -> bool:
    return all(
        low <= x <= high for x, (low, high) in zip(start, scene.landscape.domain, strict=True)
    )


def _domain(name: str, scene: Scene) -> tuple[tuple[float, float], ...]:
    axes = "xy"[: scene.landscape.dimension]
    return tuple((_number(name, axis, "from"), _number(name, axis, "to")) for axis in axes)


def _number(name: str, axis: str, end: str) -> float:
    try:
        return parse_number(st.session_state[f"{name}.{axis}.{end}"])
    except ValueError:
        raise ValueError(f"“{axis} {end}” is not a number.") from None


def _pointed(fault: FormulaError) -> str:
    """The formula, a row of carets under the place, and the sentence."""
    start = max(0, fault.start - 60)
    shown = fault.text[start : start + 120]
    carets = "^" * max(1, min(fault.end, start + 120) - fault.start)
    return f"{shown}\n{' ' * (fault.start - start)}{carets}\n{fault.message}"


def mathematics(scene: Scene) -> None:
    """Show, folded away, value, gradient and Hessian of the landscape and each optimizer's rule."""
    landscape = scene.landscape
    variables = ", ".join(landscape.symbols)
    with st.expander("The mathematics"):
        gradient = r" \\ ".join(landscape.gradient_latex)
        hessian = r" \\ ".join(" & ".join(row) for row in landscape.hessian_latex)
        _set(rf"f({variables}) = ", landscape.latex)
        if landscape.dimension == 1:
            _set("f'(x) = ", gradient)
            _set("f''(x) = ", hessian)
        else:
            _set(r"\nabla f = ", rf"\begin{{pmatrix}} {gradient} \end{{pmatrix}}")
            _set("H = ", rf"\begin{{pmatrix}} {hessian} \end{{pmatrix}}")
        for key in dict.fromkeys(walker.optimizer.key for walker in scene.walkers):
            entry = OPTIMIZERS[key]
            st.markdown(f"**{entry.name}.** {entry.summary}")
            st.latex(entry.equation)
            st.caption(entry.source)
        if landscape.source:
            st.caption(f"{landscape.name}: {landscape.source}")


def _set(left: str, right: str) -> None:
    """Set an equation, or say that it is too long for a page."""
    st.latex(left + (right if len(right) <= _LONGEST else r"\text{(too long to be set here)}"))
