"""Sentences of the Depth page: how a network fares, and what a cure has changed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.inspection.depth import Fate, next_step, verdict
from engine.optimizers.optimizer import FloatArray
from pages.parts.depth.cures import STEP, Treatment, changed
from pages.parts.depth.pair import Member, Outcome, Pair
from pages.parts.shares import percent

_HEADLINES: dict[Fate, str] = {
    "exploded": "It has blown up",
    "flat": "There is no slope to follow",
    "vanishing": "The gradient dies on its way back",
    "exploding": "The gradient explodes on its way back",
    "leaping": "An update is larger than the weights",
    "even": "The gradient comes through",
}

_GUESS = 0.15  # of ten digits, none is more than 12 % of all
_SMALLEST = 1e-16
_SAME = 1.05  # what is within this factor is not told apart
_GROWN = 10.0  # what comes back to the first layer, by what began at the last
_TOLD = 0.01  # of a line: below, two costs are the same by rounding
_SEEN = 0.5  # of a line that is flat as drawn: below, most places lie on a terrace of their own


def fate(member: Member) -> Fate:
    """Return what has become of a network."""
    return verdict(member.training, member.now).fate


def headline(member: Member) -> str:
    """Return how a network fares, in a few words."""
    return _headline(fate(member), member.now.errors)


def _headline(fate: Fate, errors: FloatArray) -> str:
    if fate == "leaping" and _share(errors) > _GROWN:
        return "The gradient grows, and an update is larger than the weights"
    if fate == "uneven":
        return f"The gradient {'grows' if _share(errors) > 1 else 'shrinks'} on its way back"
    return _HEADLINES[fate]


def passing(member: Member) -> str:
    """Return what a layer makes of what comes back, as measured and as predicted."""
    share, expected = _share(member.now.errors), float(member.expected.errors[0])
    layers = len(member.now.errors) - 1
    if fate(member) in ("exploded", "flat"):
        return verdict(member.training, member.now).sentence
    factor, left = share ** (1 / layers), _number(share)
    way = f"from layer {layers + 1} back to layer 1"
    told = f"Each layer passes back {_number(factor)} of the gradient: {way}, {left} is left."
    if factor > 1:
        told = f"Each layer multiplies the gradient by {_number(factor)}: {way}, by {left}."
    if not 0 < expected < math.inf:
        return told
    return f"{told} Theory for the start: {_number(expected ** (1 / layers))} a layer."


def reading(member: Member) -> str:
    """Return how well a network reads by now, and how far its ends have moved."""
    updates = member.training.updates
    if not updates:
        return _first_step(member)
    read = _read(member)
    guess = ", no better than guessing" if member.mark.accuracy < _GUESS else ""
    first, last = map(float, member.now.moved_share[[0, -1]])
    told = f"After {updates:,} {'update' if updates == 1 else 'updates'} it reads {read}{guess}."
    if not np.isfinite([first, last]).all():
        return told
    return f"{told} The first layer has moved by {_way(first)}, the last by {_way(last)}."


def _read(member: Member) -> str:
    return percent(member.mark.accuracy).replace(" ", "\u00a0")  # no line breaks before the %


def _first_step(member: Member) -> str:
    """Return how far an update on the measured pictures would move the ends of a network."""
    shares = next_step(member.training, member.now)
    if not np.isfinite(shares).all():
        return "No update has been taken yet."
    first, last = map(_way, shares[[0, -1]].tolist())
    return f"The first update would move the first layer by {first}, the last by {last}."


def comparison(pair: Pair) -> str:
    """Return what the cures have changed, with numbers; "" without any."""
    if pair.cured is None:
        return ""
    what = named(pair)
    told = f"{what[0].upper()}{what[1:]}: {_passed(pair.sick, pair.cured)}"
    if not pair.updates:
        return f"{told}. Press play to see whether it learns."
    sick, cured = map(_read, pair.members)
    return (
        f"{told}, and after {pair.updates:,} updates the network reads {cured} instead of {sick}."
    )


def _passed(sick: Member, cured: Member) -> str:
    """Return how what comes back to the first layer differs between two networks."""
    before, after = _share(sick.now.errors), _share(cured.now.errors)
    if not (0 < before < math.inf and 0 < after < math.inf):
        return f"“{headline(sick)}” becomes “{headline(cured)}”"
    times = after / before
    if 1 / _SAME < times < _SAME:
        steps = [float(next_step(one.training, one.now)[0]) for one in (sick, cured)]
        told = "as much comes back to the first layer"
        if np.isfinite(steps).all() and steps[0] and not 1 / _SAME < steps[1] / steps[0] < _SAME:
            told += f", but an update moves it by {_way(steps[1])} instead of {_way(steps[0])}"
        return told
    if times > 1:
        return f"{_count(times)} times as much comes back to the first layer"
    less = f"{_count(1 / times)} times less comes back to the first layer"
    return f"{less}, where it grew before" if before > _GROWN else less


def named(pair: Pair) -> str:
    """Return what the cured network has that the other has not."""
    return "" if pair.cured is None else f"with {changed(pair.sick.setup, pair.cured.setup)}"


def line(costs: NDArray[np.float32], activation: str) -> str:
    """Return how flat the cost is at its places along a line, in a few words.

    The cost of steps is flat wherever it does not jump, also where two places lie too far apart to
    show it; what is smooth may be as flat, if none of its neurons says anything.
    """
    jumps = np.diff(costs) != 0
    flat = 1 - float(jumps.mean())
    if flat == 1:
        return "flat all along"
    if activation != STEP:
        return f"flat over {percent(flat)} of it" if flat > _TOLD else "it slopes everywhere"
    if flat < _SEEN:
        return "flat terraces, too narrow to be seen here"
    return f"{jumps.sum() + 1} terraces, each of them flat"


def idle(cure: Treatment, pair: Pair) -> str:
    """Return that the cures that are switched on change nothing, or ""."""
    if cure == Treatment() or pair.cured is not None:
        return ""
    return "This network has all that already: what is switched on changes nothing."


def survey(found: Mapping[str, Outcome | None]) -> dict[str, list[str]]:
    """Return a table, column by column, of what each cure alone has come to."""
    rows = [
        (name, "", "", "changes nothing here")
        if outcome is None
        else (
            name,
            _number(_share(outcome.errors)),
            percent(outcome.mark.accuracy),
            _headline(outcome.fate, outcome.errors),
        )
        for name, outcome in found.items()
    ]
    columns = ("Cure", "Gradient at layer 1, of 1 at the last", "Reads right", "In words")
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))


def together(found: Mapping[str, Outcome | None]) -> str:
    """Return that one cure alone has come farther than all together, or ""."""
    _, *alone, every = [(name, one.mark.accuracy if one else 0.0) for name, one in found.items()]
    best, most = max(alone, key=lambda way: way[1])
    farther = round(100 * most) > round(100 * every[1]) > 0
    return f"{best}, alone, comes farther here than all together." if farther else ""


def _share(errors: FloatArray) -> float:
    """Return what comes back to the first layer as a share of what began at the last."""
    with np.errstate(all="ignore"):
        return float(errors[0] / errors[-1])


def _number(value: float) -> str:
    """A number with two digits that count, written out: 0.0000065, not 6.5e-06."""
    if not math.isfinite(value):
        return "no number"
    if value < _SMALLEST:
        return "nothing" if value == 0 else "less than 0.0000000000000001"
    if value >= 100:
        return f"{value:,.0f}"
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{value:.{digits}f}"


def _count(times: float) -> str:
    if times < 10:
        return f"{times:.1f}"
    return f"{float(f'{times:.2g}'):,.0f}" if times < 1e15 else f"{times:.0e}"


def _way(share: float) -> str:
    """How far weights have moved, by their size at the start."""
    if not share:
        return "nothing"
    return f"{_count(share)} times its size" if share >= 1 else f"{_number(100 * share)}\u00a0%"
