"""The Python half of the dark mountain: which one is played, and the score at its end.

What the walker feels is worked out in the browser, from the same numbers of the same formula, so
that a step is felt at once. The places are sent when the fog lifts; the heights that count are the
engine's. A game is over when `Game.places` is there.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from engine.search import DIFFERENCES
from engine.search.mountain import (
    BOWL,
    MOST_SEED,
    SIDE,
    Mountain,
    Result,
    compare,
    mountain,
)
from pages.parts import component
from pages.parts.message import assemble, text

_log = logging.getLogger(__name__)
_component = component.declare("mountain")

LOOKS = 30
"""Places that one may feel, the start included: the lantern burns no longer."""

FIRST = 14
"""The mountain that one meets without a link."""

_NAMES = {
    "you": "You",
    "gradient_descent": "Gradient descent",
    "momentum": "Momentum",
    "random": "Random search",
}


@dataclass(frozen=True)
class Game:
    """A mountain by its number, and the places felt on it, x and y in turn, once it is over."""

    seed: int
    places: tuple[float, ...] = ()


def read(parameters: Mapping[str, str]) -> tuple[Game, str]:
    """Return the game that an address means, and a notice ("" where it was understood)."""
    typed = parameters.get("mountain")
    if typed is None:
        return Game(FIRST), ""
    try:
        return Game(_seed(typed)), ""
    except ValueError:
        return Game(FIRST), (
            f"This link could not be read (mountain): here is number {FIRST} instead. "
            f"Mountains are numbered from 0 to {MOST_SEED:,}."
        )


def _seed(typed: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", typed):
        raise ValueError("a mountain has a whole number")
    return int(typed)


def apply(game: Game, message: object) -> Game:
    """Return the game after a message of the browser's half; ValueError if it is none of its."""
    if not isinstance(message, Mapping):
        raise ValueError("a message is a mapping")
    act = message.get("act")
    if act == "lift":
        return Game(game.seed, _places(message, mountain(game.seed)))
    if act == "again":
        return Game(game.seed)
    if act == "another":
        return Game(secrets.randbelow(100_000))
    if act == "go":
        return Game(_seed(text(message, "seed")))
    raise ValueError("unknown act")


def _places(message: Mapping[str, Any], ground: Mountain) -> tuple[float, ...]:
    """The places of a message: on the mountain, from its start, no more than the lantern lasts."""
    sent = message.get("places")
    if not isinstance(sent, list) or not 2 <= len(sent) <= 2 * LOOKS or len(sent) % 2:
        raise ValueError("places are pairs of numbers")
    if not all(isinstance(x, int | float) and abs(x) <= SIDE for x in sent):  # NaN fails too
        raise ValueError("places are on the mountain")
    places = tuple(map(float, sent))
    if places[:2] != tuple(ground.start):
        raise ValueError("a walk begins at the start")
    return places


def pack(game: Game, acknowledged: int, notice: str = "") -> bytes:
    """Return the message of a game for the browser's half."""
    ground = mountain(game.seed)
    header: dict[str, Any] = {
        "acknowledged": acknowledged,
        "notice": notice,
        "seed": game.seed,
        "over": bool(game.places),
        "looks": LOOKS,
        "charge": DIFFERENCES.of(2),
        "ground": {"side": SIDE, "base": ground.base, "bowl": BOWL},
        "start": ground.start.tolist(),
    }
    arrays = {"bumps": ground.bumps}
    if game.places:
        results = compare(ground, np.reshape(game.places, (-1, 2)))
        header["results"] = [_told(result, ground) for result in results]
        header["sentence"] = sentence(results, ground)
        arrays |= {f"places.{result.who}": result.places for result in results}
        arrays["valleys"] = ground.valleys
    return assemble(header, arrays)


def _told(result: Result, ground: Mountain) -> dict[str, Any]:
    return {
        "who": result.who,
        "name": _NAMES[result.who],
        "height": result.height,
        "above": result.height - ground.lowest,
        "share": result.share,
        "spent": result.spent,
    }


def sentence(results: tuple[Result, ...], ground: Mountain) -> str:
    """Return what came out, in words: how low the walker got, and who got lower."""
    mine, *others = results
    above = mine.height - ground.lowest
    far = "the lowest place there is" if above < 1 else f"{above:,.0f} m above the lowest place"
    told = f"You got down to {mine.height:,.0f} m, {far}: {mine.share:.0%} of the way down."
    lower = [_NAMES[other.who].lower() for other in others if other.height < mine.height - 0.5]
    if not lower:
        return f"{told} Nobody got lower with {mine.spent} evaluations."
    names = lower[0] if len(lower) == 1 else f"{', '.join(lower[:-1])} and {lower[-1]}"
    allowed = f"{mine.spent} evaluations at the most, three for each of your places"
    return f"{told} With {allowed}, {names} got lower."


# --- On the page -------------------------------------------------------------------------------


def show(name: str) -> None:
    """Play on a page: the game of this session, else the address's, else the first mountain."""
    key = f"{name}.game"
    if key not in st.session_state:
        game, notice = read({one: st.query_params[one] for one in st.query_params})
        st.session_state[key] = game
        st.session_state[f"{name}.notice"] = notice
    _mounted(name)


@st.fragment
def _mounted(name: str) -> None:
    _component(
        key=f"{name}.mountain",
        data=pack(
            st.session_state[f"{name}.game"],
            st.session_state.get(f"{name}.sequence", 0),
            st.session_state.get(f"{name}.notice", ""),
        ),
        on_message_change=lambda: _hear(name),
    )


def _hear(name: str) -> None:
    # What was under way when the page was left arrives when the component is gone.
    message = getattr(st.session_state.get(f"{name}.mountain"), "message", None)
    if message is None:
        return
    try:
        st.session_state[f"{name}.game"] = apply(st.session_state[f"{name}.game"], message)
        st.session_state[f"{name}.notice"] = ""
    except ValueError as fault:
        _log.warning("ignored a message of the mountain %r: %s", name, fault)
    if isinstance(message, Mapping) and isinstance(message.get("sequence"), int):
        st.session_state[f"{name}.sequence"] = message["sequence"]
