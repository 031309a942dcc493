"""Straight lines between networks: from a path's own beginning, another path, another seed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine.inspection.landscape import Line, between
from engine.inspection.progress import part
from pages.parts.landscape import COLOURS, Portrait, hill_figure
from pages.parts.landscape.paths import LARGEST_SEED, NETWORK, looked_at, walked
from pages.parts.newest import newest
from pages.parts.shares import percent

_LEVEL = 0.02  # a rise of the cost over the higher end by less is no hill
_OTHER = "#56b4e9"  # a colour that no path has


@dataclass(frozen=True)
class Way:
    """A straight line to the end of path 1: whose place it comes from, its colour, what lies on it.

    `is_own`: it comes from the path's own beginning.
    """

    origin: str
    colour: str
    line: Line
    is_own: bool = False


def show(name: str, painting: Portrait) -> None:
    """Show the lines to the end of path 1, and say what lies on them."""
    if not painting.paths[0].has_learnt:
        st.markdown("Path 1 has learnt nothing, so there is no network to go to.")
        return
    seed = _rival(painting.paths[0].journey.seed)
    ways = newest(
        f"{name}.ways",
        (painting, seed),
        lambda: measured(painting, seed),
        "Another network is trained, and the way to it measured",
    )
    if ways is None:
        return
    st.plotly_chart(
        hill_figure.figure([(way.origin, way.colour, way.line) for way in ways]),
        width="stretch",
        key=f"{name}.lines",
        config={"displayModeBar": False},
    )
    st.markdown("\n".join(f"- {told(way)}" for way in ways))


def _rival(seed: int) -> int:
    """Show the choice of the other network's seed; return it, never that of the paths."""
    chosen = st.number_input(
        "Seed of the other network",
        0,
        LARGEST_SEED,
        1,
        key="land_rival",
        bind="query-params",
        width=220,
        help="It learns exactly as path 1 does, from other random weights.",
    )
    if chosen != seed:
        return int(chosen)
    other = seed - 1 if seed == LARGEST_SEED else seed + 1
    st.caption(f"{seed} is the seed of path 1, so {other} stands in.")
    return other


def measured(painting: Portrait, seed: int) -> Generator[float, None, tuple[Way, ...]]:
    """Yield how far it is, 0 to 1; return the lines from three kinds of places."""
    first, *others = painting.paths
    rival = yield from part(walked(replace(first.journey, seed=seed, made=None), rows=1), 0.0, 0.8)
    begins: list[tuple[str, str, NDArray[np.float32]]] = [
        ("its own beginning", COLOURS[0], first.points[0]),
        *(
            (f"the end of path {number}", COLOURS[number - 1], path.points[-1])
            for number, path in enumerate(others, start=2)
            if path.has_learnt
        ),
    ]
    if rival.has_learnt:
        begins.append((f"the network of seed {seed}", _OTHER, rival.points[-1]))
    ways: list[Way] = []
    for index, (origin, colour, place) in enumerate(begins):
        if not (place != first.points[-1]).any():
            continue  # it is the same network, and there is no way between
        low, high = (0.8 + 0.2 * (index + k) / len(begins) for k in (0, 1))
        steps = between(NETWORK, place, first.points[-1], looked_at())
        line = yield from part(steps, low, high)
        ways.append(Way(origin, colour, line, is_own=index == 0))
    return tuple(ways)


def told(way: Way) -> str:
    """Return what one meets on a line, in a sentence."""
    line = way.line
    begin, end = (f"{line.costs[i]:.3g}" for i in (0, -1))
    if not np.isfinite(line.costs).all():
        return f"**From {way.origin}**: on the way the cost is no number."
    if way.is_own and line.rise < _LEVEL:
        almost, hill = (
            ("almost ", "no hill worth the name") if line.rise else ("", "no hill at all")
        )
        return (
            f"**From its own beginning** the cost falls {almost}all the way, {begin} → {end}: on "
            f"the straight line there is {hill}. Descent could not know that, for it feels only "
            "the slope where it stands."
        )
    if line.hill < _LEVEL:
        return f"**From {way.origin}** ({begin} → {end}) no hill lies between."
    top = int(np.argmax(line.costs))
    share = percent(float(line.shares[top]))
    reads = [percent(float(line.accuracies[i]), 1) for i in (0, -1, top)]
    return (
        f"**From {way.origin}** ({begin}, reads {reads[0]}) to path 1 ({end}, reads {reads[1]}) "
        f"the straight line leads over a hill: after {share} of it a mixture of "
        f"the two costs {line.costs[top]:.3g} and reads {reads[2]}."
    )
