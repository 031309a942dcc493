"""The map of basins in words: the chance of the lowest place, and what else could be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from engine.optimizers import OPTIMIZERS
from engine.terrain.basins import Chance
from pages.parts import work
from pages.parts.stage.scene import Scene

if TYPE_CHECKING:
    from pages.parts.walker.basin_map import Found


def report(name: str, scene: Scene, known: Found, others: tuple[str, ...]) -> None:
    """Show how far the work is, the chance of the lowest place, and what else could be done.

    Args:
        name: the page's.
        scene: what its stage shows.
        known: what is known of the walker in focus, and of other walkers.
        others: what these others are called.
    """
    work.show(f"{name}.basins", "Every point of the map walks")
    if scene.walkers[scene.focus].noise:
        st.caption("The walker in focus is a noisy one: this is its map without the noise.")
    if not known.is_whole:
        if not work.under_way(f"{name}.basins"):
            _stopped(name, known)
        return
    chance = known.chances[0]
    if chance is None:
        st.markdown(_without(known))
        return
    st.subheader("The chance, and ways out of the wrong valley")
    st.markdown(_meaning(scene, known, chance))
    _ways_out(known, others)


def _stopped(name: str, known: Found) -> None:
    """Say how much of the map is there, and offer the rest."""
    text, button = st.columns([5, 1], vertical_alignment="center")
    text.markdown(
        f"Stopped: {known.picture.progress:.0%} of the starts have walked, and the map shows these "
        "and stretches each over the cells that have not. The chance is not known yet."
    )
    button.button(
        "Go on",
        key=f"{name}.basins.on",
        width="stretch",
        on_click=lambda: work.start(f"{name}.basins", known.rest()),
    )


def headline(known: Found) -> list[str] | None:
    """Return a share and what it is the share of; None if there is no lowest place, or not yet."""
    chance = known.chances[0] if known.is_whole else None
    if chance is None:
        return None
    if chance.is_open:
        return [
            share_text(chance.moving / chance.starts),
            f"of random starts are still on their way after {known.task.steps:,} steps: too many "
            f"to tell the chance of {_prize(known)}",
        ]
    return [
        share_text(chance.share),
        f"chance of {_prize(known)} from a random start "
        f"(95 % interval {share_text(chance.low)} to {share_text(chance.high)})",
    ]


def _prize(known: Found) -> str:
    if known.picture.is_undercut:
        return "the lowest minimum here, though the cost goes lower elsewhere,"
    listed = any(critical.is_global for critical in known.task.surface.critical_points)
    return "the global minimum" if listed else "the lowest minimum found"


def _meaning(scene: Scene, known: Found, chance: Chance) -> str:
    best = [place for place in known.picture.places if place.is_lowest]
    which = (
        f"the minimum at ({', '.join(number_text(x) for x in best[0].point)})"
        if len(best) == 1
        else f"one of the {len(best)} minima that share the lowest cost"
    )
    if known.picture.is_undercut:
        which += " (no global minimum: elsewhere the cost goes lower)"
    elif not scene.landscape.key:
        which += ". It is the lowest that was found; there may be another"
    said = (
        f"{scene.walkers[scene.focus].optimizer.name} with these settings, {chance.starts:,} "
        f"starts thrown at random over the picture, {scene.steps:,} steps each: {chance.hits:,} "
        f"reached {which}."
    )
    if chance.moving:
        said += f" {chance.moving:,} have not come to rest yet."
    if chance.is_open:
        said += (
            " So nobody can tell the chance: give the walkers more steps or, if they bounce to and "
            "fro, a smaller rate."
        )
    return said + " The others are measured in the same way, at the rate that suits them here."


def _without(known: Found) -> str:
    if known.picture.places:
        return "No minimum lies in this picture, so there is no chance to count."
    return (
        "No minimum was found in this picture, so there is nothing to win: the legend says what "
        "becomes of the walks instead."
    )


def _ways_out(known: Found, others: tuple[str, ...]) -> None:
    """Show what a walker could do against ending in the wrong valley, each measured."""
    names = ("The walker in focus", *others)
    rows = [
        "| | Chance | Starts needed for 95 % | So many starts at once arrived |",
        "|:--|--:|--:|--:|",
    ]
    rows += [_row(who, one) for who, one in zip(names, known.chances, strict=True) if one]
    st.markdown("\n".join(rows))
    first = known.chances[0]
    if first and not first.is_open and first.restarts and first.restarts > 1:
        missed = 1 - first.share
        st.markdown(
            f"Each random start misses with {share_text(missed)}, and they miss "
            f"independently: {first.restarts} of them all miss with "
            f"{number_text(missed)}^{first.restarts} ="
            f" {share_text(missed**first.restarts)}. So the plainest way out is to "
            "start again somewhere else, and keep the best."
        )


def _row(name: str, found: Chance) -> str:
    if found.is_open:
        moving = share_text(found.moving / found.starts)
        return f"| {name} | open: {moving} still on their way | – | – |"
    starts = f"{found.restarts:,}" if found.restarts else f"{found.fewest:,} or more, if any"
    measured = "–" if found.measured is None else share_text(found.measured)
    chances = f"{share_text(found.share)} ({share_text(found.low)} to {share_text(found.high)})"
    return f"| {name} | {chances} | {starts} | {measured} |"


def called(optimizer: str, rate: float) -> str:
    """Return what a walker of the table is called."""
    return f"{OPTIMIZERS[optimizer].name}, rate {number_text(rate)}"


def number_text(value: float) -> str:
    """Return a number with four digits and a true minus sign."""
    return f"{value:.4g}".replace("-", "−")


def share_text(share: float) -> str:
    """Return a share in per cent, with more digits where it is small; 0 and 100 only if exact."""
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    digits = 0 if 0.1 <= share <= 0.995 else 1 if share >= 0.001 else 2
    text = f"{100 * share:.{digits}f}"
    return f"{'over 99.9' if float(text) == 100 else text} %"
