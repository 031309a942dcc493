"""The experiments of the learning-rate page: what the learner claims, and what walking says."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine import descent, terrain
from engine.descent.rates import UNSETTLED, Threshold
from engine.descent.sentences import number
from pages.parts import stage
from pages.parts.stage import scene as scenes
from pages.parts.stage.address import number_text
from pages.parts.stage.payload import run_of
from pages.parts.stage.scene import Scene
from pages.parts.walker import rates

CLOSE = 0.05
"""How far off a claimed limit may be."""

NEAR = 0.2
"""How far off a predicted number of steps may be."""

FACTORS = {"half the rate": 0.5, "a third": 1 / 3, "twice": 2.0}
_SHOWN = 3  # the latest answers that stay on the page
_ENDS = {
    "diverged": "it diverges",
    "bouncing": "it bounces and never settles",
    "undefined": "it leaves the ground where the formula has values",
    "no_bottom": "it falls for ever, since there is no bottom",
}
_ELSEWHERE = {
    "saddle": "on a saddle, which is no minimum",
    "plateau": "on flat ground, which is no minimum",
    "held": "beside the minimum, held off by its weight decay",
}
"""Where a walk has come to rest that has not arrived."""


# --- Judging -----------------------------------------------------------------------------------


def judge_limit(scene: Scene) -> str:
    """Return what walking says of the claim that the rate in focus is the largest that settles."""
    rate = scene.walkers[scene.focus].legs[-1].settings["learning_rate"]
    found = rates.threshold(scene)
    if found.verdict != "found":
        return _no_limit(found)
    off = rate / found.rate - 1.0
    if abs(off) <= CLOSE:
        edge = "" if off <= 0 else " (a hair over it)"
        right = f"**Right.** {number(rate)} is within 5 % of the limit{edge}"
        return f"{right}, measured at {number(found.rate)}. {_theory(scene)}{_rest(found)}"
    if off < 0:
        return f"**Too small.** At {number(rate)} it is safe, but {_percent(off)} below the limit."
    kind = descent.ending(run_of(scene, scene.walkers[scene.focus])).kind
    if kind in UNSETTLED:
        return f"**Too large.** At {number(rate)} {_ENDS[kind]}: {_percent(off)} above the limit."
    return (
        f"**Too large.** {number(rate)} gets away with it in this walk, but not every smaller rate "
        f"does: it is {_percent(off)} above the rate up to which all settle."
    )


def _percent(off: float) -> str:
    return f"{100 * abs(off):.0f} %" if abs(off) < 10 else f"{abs(off) + 1:.0f} times"


def _no_limit(found: Threshold) -> str:
    if found.verdict == "none":
        why = _ENDS.get(found.beyond, "it does not come to rest")
        return f"**There is none to find here.** However small the rate on this dial, {why}."
    if found.arrives:
        return (
            f"**There is none to find here.** Every rate of this dial settles, up to the largest, "
            f"{number(found.rate)}."
        )
    return (
        "**There is none to find here.** No rate of this dial makes it diverge or bounce, and none "
        "brought it to rest in 1,000 steps either."
    )


def _theory(scene: Scene) -> str:
    leg = scene.walkers[scene.focus].legs[-1]
    landscape = scene.landscape
    if leg.optimizer not in ("gradient_descent", "momentum") or leg.plan.schedule != "constant":
        return "For this method no formula says it; only walking does."
    if terrain.scaled(landscape, scene.start) is None:
        return "The curvature changes on the way, so no formula says it; only walking does."
    beta = leg.settings.get("momentum", 0.0)
    limit = float(terrain.largest_stable_rate(landscape, landscape.start, beta))
    return f"Theory says {'2(1 + β)/L' if beta else '2/L'} = {number(limit)}."


def _rest(found: Threshold) -> str:
    return "" if found.arrives else " Below it nothing breaks out, but nothing came to rest either."


def judge_steps(claim: str, steps: int, ending: descent.Ending) -> str:
    """Return what walking says of a claimed number of steps, or of “never”.

    Raises ValueError where the claim is neither.
    """
    claimed = _claimed(claim)
    if ending.kind in UNSETTLED:
        way = _ENDS[ending.kind]
        return (
            f"**Right.** It never arrives: {way}."
            if claimed is None
            else f"**No number is right.** It never arrives: {way}."
        )
    if ending.kind == "running":
        return f"Nobody knows yet: after {steps:,} steps it is still on its way. {ending.sentence}"
    after = f"after {steps:,} step{'' if steps == 1 else 's'}"
    if ending.kind in _ELSEWHERE:
        right = "**Right.** It never arrives" if claimed is None else "**It never arrives**"
        return f"{right}: {after} it rests {_ELSEWHERE[ending.kind]}."
    arrives = f"It is there {after}"
    if claimed is None:
        return f"**It does arrive.** {arrives}."
    off = abs(claimed - steps) / max(steps, 1)
    if off <= NEAR:
        return f"**Right, within 20 %.** {arrives}; you said {claimed:,}."
    return f"**Not quite.** {arrives}; you said {claimed:,}, {_times(claimed, steps)}."


def _claimed(claim: str) -> int | None:
    text = claim.strip().lower().replace(",", "").replace(" ", "")
    if text == "never":
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ValueError("Say a whole number of steps, or “never”.")
    return int(text)


def _times(claimed: int, steps: int) -> str:
    if claimed == 0 or steps == 0:
        return "which is no way to compare"
    ratio = max(claimed, steps) / min(claimed, steps)
    return f"{ratio:.2g} times too {'many' if claimed > steps else 'few'}"


# --- On the page -------------------------------------------------------------------------------


def limit(name: str, scene: Scene) -> None:
    """Show the first experiment: find the largest rate that still settles."""
    st.markdown(
        "**Find the largest rate that still settles.** Drag the dial or the map to it, or type it "
        "beside *Learning rate*. It counts when you are within 5 %."
    )
    st.button("Check this rate", key=f"{name}.limit.check", on_click=_check_limit, args=[name])
    for said in _answers(name, "limit", scene):
        st.markdown(said)


def _check_limit(name: str) -> None:
    scene = stage.current(name)
    _answer(name, "limit", scene, judge_limit(scene))


def steps(name: str, scene: Scene) -> None:
    """Show the second experiment: predict how many steps another rate takes."""
    st.markdown(
        f"**Predict before you run.** At {number(_rate(scene))} the walker {_now(scene)}. "
        "How many steps will it take with another rate?"
    )
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    left.segmented_control(
        "Another rate", list(FACTORS), default="half the rate", key=f"{name}.steps.factor"
    )
    middle.text_input("My prediction: a number, or never", key=f"{name}.steps.claim")
    right.button("Run it", key=f"{name}.steps.run", on_click=_run, args=[name], width="stretch")
    for said in _answers(name, "steps", scene):
        st.markdown(said)


def _now(scene: Scene) -> str:
    walker = scene.walkers[scene.focus]
    ending = descent.ending(run_of(scene, walker))
    if ending.kind in UNSETTLED:
        return f"never arrives: {_ENDS[ending.kind]}"
    if ending.kind == "running":
        return f"is still on its way after {scene.steps:,} steps"
    after = f"after {max(ending.step - (walker.fork or 0), 0):,} steps"
    if ending.kind in _ELSEWHERE:
        return f"has come to rest {after}, but {_ELSEWHERE[ending.kind]}"
    return f"is there {after}"


def _rate(scene: Scene) -> float:
    return scene.walkers[scene.focus].legs[-1].settings["learning_rate"]


def _run(name: str) -> None:
    scene = stage.current(name)
    factor = FACTORS[st.session_state[f"{name}.steps.factor"] or "half the rate"]
    rate = _rate(scene) * factor
    try:
        _claimed(claim := st.session_state[f"{name}.steps.claim"])
        changed = scenes.with_setting(scene, scene.focus, "learning_rate", rate)
    except ValueError as fault:
        _answer(name, "steps", scene, str(fault))
        return
    taken, ending = rates.arrival(scene, rate)
    _answer(name, "steps", scene, f"{judge_steps(claim, taken, ending)} (rate {number(rate)})")
    until = taken + (scene.walkers[scene.focus].fork or 0)
    enough = [choice for choice in scenes.STEPS if choice >= until]
    longer = max(scene.steps, enough[0] if enough else scenes.STEPS[-1])
    stage.change(name, replace(changed, steps=longer, step=0))


def _question(scene: Scene) -> tuple[object, ...]:
    """What an answer belongs to: landscape, start and method, whatever the rate."""
    leg = scene.walkers[scene.focus].legs[-1]
    rest = {key: value for key, value in leg.settings.items() if key != "learning_rate"}
    return scene.landscape, scene.start, leg.optimizer, tuple(rest.items()), leg.plan


def _answers(name: str, experiment: str, scene: Scene) -> list[str]:
    asked, answers = st.session_state.get(f"{name}.{experiment}.answers", (None, []))
    return answers if asked == _question(scene) else []


def _answer(name: str, experiment: str, scene: Scene, said: str) -> None:
    earlier = [one for one in _answers(name, experiment, scene) if one != said]
    key = f"{name}.{experiment}.answers"
    st.session_state[key] = (_question(scene), [said, *earlier][:_SHOWN])


# --- Scaling -----------------------------------------------------------------------------------


def scaling(name: str, scene: Scene) -> None:
    """Show the switch between a bowl as it is and the coordinates in which it is round."""
    if st.session_state.pop(f"{name}.moved", False):
        st.rerun(scope="app")  # the choice of landscape, outside the stage, has to follow
    st.markdown(
        "**One rate, several directions.** Switch on *Directions* above: each step multiplies the "
        "distance along an axis by its own 1 − αλ. The steepest axis sets the limit, and the "
        "flattest one then needs about as many steps as their ratio, the condition number."
    )
    kept = st.session_state.get(f"{name}.unscaled")
    if kept is not None and rates.scaled(kept) is not None and _same(rates.scaled(kept), scene):
        bowl = kept.landscape.name if kept.landscape.key else "your bowl"
        st.markdown(
            f"This is {bowl} in scaled coordinates: every axis is "
            "stretched by √λ, so the costs are the same and the condition number is 1. That is "
            "what scaling the inputs of a model is for."
        )
        label, act = "Back to its own coordinates", _unscale
    elif rates.scaled(scene) is not None:
        label, act = "Walk it in scaled coordinates", _scale
    else:
        if terrain.scaled(scene.landscape, scene.start) is not None:
            st.caption("This bowl is too steep: its round picture would be too large to be shown.")
        else:
            st.caption("Scaling is shown on bowls: choose the bowl, the ravine or Booth.")
        return
    st.button(label, key=f"{name}.scale", on_click=act, args=[name])


def _same(one: Scene | None, other: Scene) -> bool:
    return one is not None and one.landscape.formula == other.landscape.formula


def _scale(name: str) -> None:
    scene = stage.current(name)
    round_one = rates.scaled(scene)
    if round_one is not None:
        st.session_state[f"{name}.unscaled"] = scene
        _show(name, round_one)


def _unscale(name: str) -> None:
    _show(name, st.session_state.pop(f"{name}.unscaled"))


def _show(name: str, scene: Scene) -> None:
    stage.change(name, scene)
    st.session_state[f"{name}.typing"] = not scene.landscape.key
    st.session_state[f"{name}.formula"] = scene.landscape.formula
    for axis, side in zip("xy", scene.landscape.domain, strict=True):
        for end, value in zip(("from", "to"), side, strict=True):
            st.session_state[f"{name}.{axis}.{end}"] = number_text(value)
    st.session_state[f"{name}.fault"] = ""
    st.session_state[f"{name}.moved"] = True
