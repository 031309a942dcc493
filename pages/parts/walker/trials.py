"""The Python half of the race: what every method tried and found, sent to be played back.

The browser plays the evaluations on a counter that all methods share; nothing is asked of Python
while it plays.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.search import Tally
from engine.search.contest import METHODS, Contest, Method
from pages.parts import component
from pages.parts.message import assemble

_component = component.declare("trials")

KEPT = 4_000
"""Places of each method that the picture shows, the first ones; only up to two dimensions."""

_GROUND = {1: (401,), 2: (101, 101)}


def keep(contest: Contest) -> int:
    """Return how many places of each method are worth keeping for the picture."""
    return KEPT if contest.dimension in _GROUND else 0


def show(name: str, contest: Contest, tallies: dict[Method, Tally]) -> None:
    """Show the race on a page."""
    _component(key=f"{name}.trials", data=pack(contest, tallies))


def pack(contest: Contest, tallies: dict[Method, Tally]) -> bytes:
    """Return the message of a race that has been run."""
    arrays: dict[str, NDArray[Any]] = {}
    if contest.dimension in _GROUND:
        arrays["ground"] = _ground(contest)
    for method, tally in tallies.items():
        counts, bests = tally.improvements
        points, values, when = tally.kept
        arrays |= {
            f"counts.{method}": counts.astype(np.float64),
            f"bests.{method}": _finite(bests),
            f"points.{method}": points.astype(np.float32),
            f"values.{method}": np.minimum(values, 1e30).astype(np.float32),
            f"when.{method}": when.astype(np.float64),
        }
    header = {
        "identity": repr((contest.scalable.key, contest.dimension, contest.points_a_side))
        + repr((contest.charge.key, contest.budget, contest.seed)),
        "dimension": contest.dimension,
        "box": contest.scalable.box,
        "goal": contest.scalable.goal,
        "budget": contest.budget,
        "each": contest.charge.of(contest.dimension),
        "methods": [_told(method, tally, contest) for method, tally in tallies.items()],
        "sentence": sentence(contest, tallies),
    }
    return assemble(header, arrays)


def _finite(bests: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(bests, 1e300)  # the first of a walk that is lost may be inf


def _told(method: Method, tally: Tally, contest: Contest) -> dict[str, Any]:
    whole = method == "grid" and tally.tried == contest.points_a_side**contest.dimension
    return {
        "key": method,
        "name": METHODS[method],
        "spent": tally.spent,
        "arrived": tally.arrived,
        "whole": whole and not tally.arrived,
    }


@lru_cache(maxsize=16)
def _ground(contest: Contest) -> NDArray[np.float32]:
    """The cost over the box, for the picture; rows are the second coordinate."""
    sides = [np.linspace(*contest.scalable.box, count) for count in _GROUND[contest.dimension]]
    points = np.stack(np.meshgrid(*sides), axis=-1).reshape(
        *_GROUND[contest.dimension], contest.dimension
    )
    return contest.cost.value(points).astype(np.float32)


def sentence(contest: Contest, tallies: dict[Method, Tally]) -> str:
    """Return who arrived first, and who has not, in words."""
    arrived = [(t.spent, METHODS[m]) for m, t in tallies.items() if t.arrived]
    arrived.sort(key=lambda one: one[0])
    missing = [METHODS[m] for m, t in tallies.items() if not t.arrived]
    goal = f"a cost of {contest.scalable.goal:g}"
    if not arrived:
        return f"Nobody has arrived at {goal} within {contest.budget:,} evaluations."
    (spent, first), *later = arrived
    told = f"{first} arrived first at {goal}, after {spent:,} evaluations"
    if later:
        told += ", then " + ", ".join(f"{who} after {count:,}" for count, who in later)
    told += "."
    if missing:
        told += f" Not arrived: {', '.join(missing)}."
    return _capitalised_once(told)


def _capitalised_once(text: str) -> str:
    """The names in the middle of a sentence begin with small letters."""
    head, rest = text[0], text[1:]
    for name in METHODS.values():
        rest = rest.replace(name, name[0].lower() + name[1:])
    return head + rest
