"""The saddle microscope: choose a saddle, how near to its ridge the walk begins, and what follows.

The scene is the truth. What the controls show is read off its start, so a link, a click on the map
and a reload agree with them; to choose something is to set the start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from engine import descent
from engine.optimizers.schedules import CONSTANT
from engine.surfaces.surface import Surface
from engine.terrain import escape
from engine.terrain.critical import Findings, Found, critical_points
from pages.parts import stage
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More, run_of
from pages.parts.stage.scene import Scene, Walker

EXACTLY = 0
NUDGES = (EXACTLY, *range(12, 1, -1))
"""How far off the ridge: not at all, or 10 to minus so much."""

NOISE = 0.01
"""How far off the slopes of a noisy walker are, as a share of the usual slope."""

_LONGEST = 1000  # steps in which leaving is looked for
_MOST_ROWS = 60
_MOST_MARKS = 400
_ELSEWHERE = -1
_PLAIN = -2
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Choice:
    """What the controls say: which saddle, 10⁻ᵏ off its ridge on a side, and whether up on it."""

    saddle: int
    k: int = EXACTLY
    side: int = 1
    up: bool = False


# --- Where the walk begins ---------------------------------------------------------------------


def placed(scene: Scene, choice: Choice) -> Scene:
    """Return the scene begun where a choice says; as it is where there is no such place."""
    findings = critical_points(scene.landscape)
    if choice.saddle == _PLAIN and findings.plain is not None:
        return scenes.from_start(scene, findings.plain)
    if not 0 <= choice.saddle < len(findings.saddles):
        return scene
    saddle = findings.saddles[choice.saddle]
    nudge = choice.side * 10.0**-choice.k if choice.k else 0.0
    along = (_up_the_ridge(scene.landscape, saddle) or 0.0) if choice.up else 0.0
    return scenes.from_start(scene, escape.point(saddle, escape.Start(nudge, along)))


def chosen(scene: Scene) -> Choice:
    """Return the choice that a scene's start is, or one of none."""
    findings = critical_points(scene.landscape)
    if scene.start == findings.plain:
        return Choice(_PLAIN)
    for index, saddle in enumerate(findings.saddles):
        seen = escape.seen_from(saddle, scene.start)
        up = not math.isclose(seen.along, 0.0, abs_tol=1e-9)
        ridge = _up_the_ridge(scene.landscape, saddle)
        if up and not (ridge and math.isclose(seen.along, ridge, rel_tol=1e-9)):
            continue
        size = abs(seen.nudge)
        if size < 1e-14:
            return Choice(index, EXACTLY, saddle.side, up)
        k = round(-math.log10(size))
        if k in NUDGES and math.isclose(size, 10.0**-k, rel_tol=1e-2):
            return Choice(index, k, 1 if seen.nudge > 0 else -1, up)
    return Choice(_ELSEWHERE)


@lru_cache(maxsize=2048)
def _up_the_ridge(surface: Surface, saddle: Found) -> float | None:
    """Return how far from a saddle a walk begins that comes down along its ridge.

    None where the ridge is bent, so that nobody would stay on the straight way down.
    """
    low, high = np.array(surface.domain).T
    size = float(np.hypot.reduce(high - low))
    for along in (share * side * size for share in (0.25, 0.15, 0.08) for side in (1.0, -1.0)):
        places = [escape.point(saddle, escape.Start(0.0, part * along)) for part in (0.3, 0.7, 1.0)]
        if not ((low < places[-1]) & (places[-1] < high)).all():
            continue
        slopes = surface.gradient(np.array(places))
        aside, whole = np.abs(slopes @ np.array(saddle.axes[0])), np.hypot.reduce(slopes, axis=-1)
        if (aside <= 1e-9 * whole).all() and whole.all():
            return along
    return None


# --- Controls ----------------------------------------------------------------------------------


def controls(name: str, scene: Scene) -> None:
    """Show where the walk begins, as seen from a saddle."""
    findings = critical_points(scene.landscape)
    st.markdown(_count(findings))
    if not findings.saddles and findings.plain is None:
        return
    choice = chosen(scene)
    places = [*([_ELSEWHERE] if choice.saddle == _ELSEWHERE else []), *range(len(findings.saddles))]
    places += [_PLAIN] if findings.plain is not None else []
    for part, value in vars(choice).items():
        st.session_state[f"{name}.{part}"] = value
    act = lambda: _choose(name)  # noqa: E731
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    row.selectbox(
        "Saddle",
        places,
        format_func=lambda index: _place_name(findings, index),
        key=f"{name}.saddle",
        width=260,
        on_change=act,
    )
    at_saddle = choice.saddle >= 0
    row.select_slider(
        "Off the ridge by",
        NUDGES,
        format_func=nudge_name,
        key=f"{name}.k",
        disabled=not at_saddle,
        width=300,
        on_change=act,
    )
    axis = findings.saddles[choice.saddle].axes[0] if at_saddle else (1.0, 0.0)
    ridge = at_saddle and _up_the_ridge(scene.landscape, findings.saddles[choice.saddle])
    row.segmented_control(
        "to the",
        (-1, 1),
        format_func=lambda value: _side_name(axis, value),
        key=f"{name}.side",
        disabled=not at_saddle or choice.k == EXACTLY,
        required=True,
        on_change=act,
    )
    row.segmented_control(
        "Begin",
        (False, True),
        format_func=lambda up: "up its ridge" if up else "at the saddle",
        key=f"{name}.up",
        disabled=not ridge,
        help=None if ridge else "The ridge is bent here: nobody would stay on a straight way down.",
        required=True,
        on_change=act,
    )


def _choose(name: str) -> None:
    state, scene = st.session_state, stage.current(name)
    before = chosen(scene)
    choice = Choice(*(state[f"{name}.{part}"] for part in vars(before)))
    if choice.saddle != before.saddle and before.saddle < 0 <= choice.saddle:
        choice = Choice(choice.saddle, 6, up=False)
    stage.change(name, placed(scene, choice))


def settle(name: str, scene: Scene) -> Scene:
    """Return the scene, put to its first saddle where it still begins at the landscape's own start.

    So another surface opens at one of its saddles, and a start of somebody's own is left alone.
    """
    if scene.start != scene.landscape.start:
        return scene
    first = next(iter(critical_points(scene.landscape).saddles), None)
    if first is None:
        return scene
    # Where the curvature is zero nothing grows by a factor: from 10⁻⁴ it would take for ever.
    k = 2 if first.kind == "degenerate" else 4
    moved = placed(scene, Choice(0, k, first.side, True))
    stage.adjust(name, moved)
    return moved


def nudge_name(k: int) -> str:
    """Return a distance from the ridge in words: "10⁻⁶", or "exactly on it"."""
    return f"10{str(-k).translate(_SUPERSCRIPT)}" if k else "nothing"


def _place_name(findings: Findings, index: int) -> str:
    if index == _ELSEWHERE:
        return "Choose one: the start is elsewhere"
    if index == _PLAIN:
        return "None: flat ground"
    saddle = findings.saddles[index]
    place = ", ".join(_text(x, 4) for x in saddle.point)
    return f"({place})" + (", curvature 0" if saddle.kind == "degenerate" else "")


def _side_name(axis: tuple[float, ...], side: int) -> str:
    x, y = (side * part for part in axis)
    if abs(x) >= abs(y):
        return "right" if x > 0 else "left"
    return "top" if y > 0 else "bottom"


def _count(findings: Findings) -> str:
    if not findings.points:
        return findings.note or "No level point was found in this picture."
    counted = ", ".join(
        f"{number} {one if number == 1 else many}"
        for kinds, one, many in _NOUNS
        if (number := len(findings.of(*kinds)))
    )
    ending = (
        "These are all there are."
        if findings.is_complete
        else "That many were found; there may be more."
    )
    return f"In this picture: {counted}. {ending} {findings.note}".strip()


_NOUNS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("minimum", "cusp"), "minimum", "minima"),
    (("saddle",), "saddle", "saddles"),
    (("degenerate",), "level point without curvature", "level points without curvature"),
    (("maximum",), "maximum", "maxima"),
)


# --- What the stage is sent --------------------------------------------------------------------


def more(scene: Scene) -> More:
    """Return the marks and the axes that the map of this page draws."""
    findings = critical_points(scene.landscape)
    header: dict[str, object] = {}
    if not scene.landscape.key:  # the catalogue's own are on the map already
        header["critical"] = [
            {"kind": found.kind, "point": list(found.point), "is_global": False}
            for found in findings.points[:_MOST_MARKS]
        ]
    choice = chosen(scene)
    if choice.saddle >= 0:
        saddle = findings.saddles[choice.saddle]
        down, up = (list(axis) for axis in saddle.axes)
        header["axes"] = {"point": list(saddle.point), "down": down, "side": -choice.side} | (
            {"up": up} if saddle.kind == "saddle" else {}
        )
    return More(header)


# --- What came of it ---------------------------------------------------------------------------


def report(name: str, scene: Scene) -> None:
    """Show when each walker has left the saddle, and for gradient descent when it should have."""
    findings, choice = critical_points(scene.landscape), chosen(scene)
    if choice.saddle >= 0:
        _escape(scene, findings.saddles[choice.saddle], choice)
    if len(scene.walkers) < scenes.MOST_WALKERS and not any(w.noise for w in scene.walkers):
        st.button(
            "Add a walker with noisy slopes",
            key=f"{name}.noise",
            on_click=lambda: stage.change(name, _with_noise(stage.current(name))),
            help="Gradient descent whose every slope is off by about a hundredth of what is usual.",
        )
    _list(findings)


def _with_noise(scene: Scene) -> Scene:
    scene = scenes.added(scene, "gradient_descent")
    return scenes.with_noise(scene, len(scene.walkers) - 1, NOISE)


def _escape(scene: Scene, saddle: Found, choice: Choice) -> None:
    nudge = 10.0**-choice.k if choice.k else 0.0
    away = escape.radius(nudge)
    st.subheader(f"Steps until it is {away:g} off the ridge")
    rows = ["| Walker | Predicted | Measured | In the end |", "|:--|--:|--:|:--|"]
    for walker in scene.walkers:
        rows.append("| " + " | ".join(_row(scene, saddle, walker, nudge, away)) + " |")
    st.markdown("\n".join(rows))
    for sentence in _remarks(scene, saddle, choice, nudge, away):
        st.markdown(sentence)


def _row(
    scene: Scene, saddle: Found, walker: Walker, nudge: float, away: float
) -> tuple[str, str, str, str]:
    run = run_of(scenes.lengthened(scene, _LONGEST), walker)
    steps = escape.measured_steps(run.points, saddle, away)
    measured = f"not within {run.steps:,}" if steps is None else f"{steps:,}"
    predicted = "–"
    if _is_predictable(walker):
        rate = walker.legs[-1].settings["learning_rate"]
        wanted = escape.predicted_steps(rate, saddle.eigenvalues[0], nudge, away)
        predicted = f"{math.ceil(wanted):,}" if math.isfinite(wanted) else "never"
        if saddle.eigenvalues[0] >= 0:
            predicted = "–"
    name = walker.optimizer.name + (", noisy" if walker.noise else "")
    kind = descent.ending(run_of(scene, walker)).kind
    ending = "jitters on, by its noise" if walker.noise and kind == "bouncing" else _ENDINGS[kind]
    return name, predicted, measured, ending


_ENDINGS = {
    "running": "still walking",
    "global_minimum": "global minimum",
    "minimum": "minimum",
    "saddle": "rests on a saddle",
    "plateau": "rests on flat ground",
    "bouncing": "bouncing",
    "held": "held off by its weight decay",
    "diverged": "diverged",
    "no_bottom": "falls for ever",
    "undefined": "left where the formula has values",
}


def _is_predictable(walker: Walker) -> bool:
    first, *later = walker.legs
    plain = first.optimizer == "gradient_descent" and first.plan == CONSTANT
    return plain and not later and not walker.noise


def _remarks(scene: Scene, saddle: Found, choice: Choice, nudge: float, away: float) -> list[str]:
    walker = next(filter(_is_predictable, scene.walkers), None)
    if walker is None:
        return []
    rate, curvature = walker.legs[-1].settings["learning_rate"], saddle.eigenvalues[0]
    remarks = []
    if nudge and curvature < 0:
        remarks.append(
            f"The curvature down the side is −{-curvature:.4g}, so each step of gradient descent "
            f"multiplies the distance from the ridge by 1 + {rate:.4g} · {-curvature:.4g} = "
            f"{1 - rate * curvature:.4g}. From {nudge_name(choice.k)} to {away:g} that takes "
            f"ln({away / nudge:g}) / ln {1 - rate * curvature:.4g} = "
            f"{escape.predicted_steps(rate, curvature, nudge, away):.1f} steps. A start ten times "
            f"nearer stays only {math.log(10) / math.log1p(-rate * curvature):.1f} steps longer."
        )
    elif not nudge and escape.measured_steps(
        run_of(scenes.lengthened(scene, _LONGEST), walker).points, saddle, away
    ):
        remarks.append(
            "Nothing pushes it, and yet it leaves: numbers here have sixteen digits, and what is "
            "rounded away is nudge enough."
        )
    if nudge:
        begun = escape.seen_from(saddle, scene.start)
        remarks.append(escape.caution(scene.landscape, saddle, rate, away, begun))
    return [remark for remark in remarks if remark]


def _list(findings: Findings) -> None:
    if not findings.points:
        return
    with st.expander(f"The critical points found: {len(findings.points)}"):
        rows = ["| Kind | Place | Cost | Curvatures |", "|:--|:--|--:|--:|"]
        for found in findings.points[:_MOST_ROWS]:
            place = ", ".join(_text(x, 6) for x in found.point)
            bends = ", ".join(_text(bend, 4) for bend in found.eigenvalues)
            bends = "none: a tip" if math.isnan(found.eigenvalues[0]) else bends
            kind = _KINDS.get(found.kind, found.kind)
            rows.append(f"| {kind} | ({place}) | {_text(found.value, 6)} | {bends} |")
        st.markdown("\n".join(rows))
        if len(findings.points) > _MOST_ROWS:
            st.caption(f"and {len(findings.points) - _MOST_ROWS} more, all of them on the map.")


def _text(value: float, digits: int) -> str:
    return f"{value:.{digits}g}".replace("-", "−")


_KINDS = {"cusp": "minimum with a tip", "degenerate": "level, no curvature"}
