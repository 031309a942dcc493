"""Trying everything, on the page: the race, the bill for many dimensions, the network of digits."""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache
from math import log10
from typing import TypeVar

import numpy as np
import streamlit as st

from engine.search import CHARGES, Charge, Tally, bill
from engine.search.contest import (
    DIMENSIONS,
    MANY_DIMENSIONS,
    METHODS,
    RUNS,
    Contest,
    Method,
    Needed,
    Reading,
    measure,
    race,
    reading,
    reckoned,
)
from engine.search.scalable import SCALABLES, Scalable
from pages.parts import figures, work
from pages.parts.walker import trials

Result = TypeVar("Result")

BUDGETS = (1_000, 10_000, 100_000, 1_000_000)
QUICK = 10_000
"""Evaluations that are spent at once; more of them are spent in ticks, with progress."""

SOON, FURTHER = (200_000, 10_000), (5_000_000, 40_000)
"""Draws of random search and steps of a walk for the bill: at once, and when asked for more."""

NETWORK = 3_000

_ALL = (*DIMENSIONS, *MANY_DIMENSIONS)


# --- The race ----------------------------------------------------------------------------------


def choices() -> Contest:
    """Show what can be chosen, all of it in the address; return the race that is meant."""
    cost, dimensions, budget, charge, draw = st.columns([3, 4, 3, 3, 2])
    key = cost.selectbox(
        "The cost",
        list(SCALABLES),
        format_func=lambda key: SCALABLES[key].name,
        key="searched_cost",
        bind="query-params",
    )
    dimension = dimensions.segmented_control(
        "Dimensions", DIMENSIONS, default=2, required=True, key="dimensions", bind="query-params"
    )
    spend = budget.selectbox(
        "Evaluations for each",
        BUDGETS,
        index=BUDGETS.index(QUICK),
        format_func=lambda count: f"{count:,}",
        key="evaluations",
        bind="query-params",
    )
    counted = charge.selectbox(
        "A gradient counts",
        list(CHARGES),
        format_func=lambda key: CHARGES[key].name,
        key="charge",
        bind="query-params",
    )
    seed = draw.number_input(
        "Draw", 1, 9_999, key="draw", bind="query-params", help="Another number: all is drawn anew."
    )
    scalable = SCALABLES[key]
    st.markdown(f"{scalable.teaches} {CHARGES[counted].why}")
    return Contest(scalable, dimension, scalable.points_a_side, CHARGES[counted], spend, seed)


def show_race(name: str, contest: Contest) -> None:
    """Run the race, at once or with progress, and show it."""
    if contest.budget <= QUICK:
        tallies: dict[Method, Tally] | None = _quick_race(contest)
    else:
        tallies = _worked(f"{name}.race", contest, race(contest, trials.keep(contest)), "Searching")
    if tallies:
        trials.show(name, contest, tallies)


@lru_cache(maxsize=64)
def _quick_race(contest: Contest) -> dict[Method, Tally]:
    return _at_once(race(contest, trials.keep(contest)))


def _at_once(steps: Generator[float, None, Result]) -> Result:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


def _worked(
    name: str, asked: object, steps: Generator[float, None, Result], doing: str
) -> Result | None:
    """Start the work if it is not what was asked for last; return what it found, or None."""
    if st.session_state.get(f"{name}.asked") != asked:
        st.session_state[f"{name}.asked"] = asked
        work.start(name, steps)
    work.show(name, doing)
    found: Result | None = work.value(name)
    if found is None and not work.under_way(name):
        st.caption("Stopped before the end, so there is nothing to show.")
        st.button(
            "Begin again",
            key=f"{name}.again",
            on_click=lambda: st.session_state.pop(f"{name}.asked", None),
        )
    return found


# --- The bill ----------------------------------------------------------------------------------


def show_bill(name: str, scalable: Scalable, charge: Charge) -> None:
    """Show what all dimensions up to 13,002 would take: a chart, and one of them in words."""
    dimension = st.select_slider(
        "Dimensions",
        _ALL,
        value=_ALL[-1],
        format_func=lambda d: f"{d:,}",
        key="bill",
        bind="query-params",
    )
    asked = st.session_state.get(f"{name}.further") == (scalable, charge)
    measured = _quick_measure(scalable, charge)
    if asked:
        steps = measure(scalable, charge, *FURTHER)
        further = _worked(f"{name}.measure", (scalable, charge), steps, "Measuring")
        measured = further or measured
    speed = _speed(scalable, dimension)
    st.plotly_chart(
        figures.needed(_curves(scalable, charge, measured), _limits(speed), dimension),
        key=f"{name}.chart",
        config={"displayModeBar": False},
    )
    st.markdown(words(scalable, charge, measured, dimension, speed))
    if not asked:
        st.button(
            f"Measure further: up to {FURTHER[0]:,} draws and {FURTHER[1]:,} steps",
            key=f"{name}.more",
            on_click=lambda: st.session_state.update({f"{name}.further": (scalable, charge)}),
        )


@lru_cache(maxsize=16)
def _quick_measure(scalable: Scalable, charge: Charge) -> dict[Method, tuple[Needed, ...]]:
    return _at_once(measure(scalable, charge, *SOON))


@lru_cache(maxsize=64)
def _speed(scalable: Scalable, dimension: int) -> float:
    rng = np.random.default_rng(0)
    return bill.speed(scalable.in_dimensions(dimension, rng), dimension, rng)


def _log_evaluations(
    scalable: Scalable,
    charge: Charge,
    measured: dict[Method, tuple[Needed, ...]],
    method: Method,
    dimension: int,
) -> tuple[float, bool] | None:
    """Return log₁₀ of what a method needs, and whether that was measured; None if unknown."""
    if method == "grid":
        whole = bill.grid_evaluations(scalable.points_a_side, dimension)
        return whole, whole <= log10(BUDGETS[-1])
    here = [n.evaluations for n in measured[method] if n.dimension == dimension]
    if here:
        return log10(here[0]), True
    further = reckoned(scalable, charge, measured[method], method, dimension)
    return None if further is None else (further, False)


def _curves(
    scalable: Scalable, charge: Charge, measured: dict[Method, tuple[Needed, ...]]
) -> dict[str, tuple[str, list[figures.Place], list[figures.Place]]]:
    curves: dict[str, tuple[str, list[figures.Place], list[figures.Place]]] = {}
    for method, called in METHODS.items():
        lines: tuple[list[figures.Place], list[figures.Place]] = ([], [])
        for dimension in _ALL:
            found = _log_evaluations(scalable, charge, measured, method, dimension)
            if found:
                lines[0 if found[1] else 1].append((float(dimension), found[0]))
        if lines[0]:
            curves[method] = (called, *lines)
    return curves


def _limits(speed: float) -> list[tuple[float, str]]:
    second = log10(speed)
    year = second + log10(bill.YEAR)
    return [
        (second, f"a second, at {bill.number(second)} evaluations a second"),
        (year, "a year"),
        (year + bill.AGE, "the age of the universe"),
        (bill.ATOMS, "atoms in the universe"),
    ]


_RECKONED: dict[Method, str] = {
    "random": "from the share of the box that is low enough",
    "restarts": "from the share of starts that end low enough",
}


def _how(method: Method, dimension: int) -> str:
    if method == "grid":
        return "all of its places"
    return f"measured, mean of {RUNS} draws" if dimension <= DIMENSIONS[-1] else "measured once"


def words(
    scalable: Scalable,
    charge: Charge,
    measured: dict[Method, tuple[Needed, ...]],
    dimension: int,
    speed: float,
) -> str:
    """Return the bill of one number of dimensions as a table in Markdown, and what it is like."""
    lines = [
        f"In **{dimension:,} dimension{'' if dimension == 1 else 's'}**, at the "
        f"{bill.number(log10(speed))} evaluations a second that this machine has measured:",
        "",
        "| | evaluations | time | |",
        "|---|---:|---:|---|",
    ]
    for method, called in METHODS.items():
        label = called
        if method == "grid":
            label = f"{called}, {scalable.points_a_side} a side"
        found = _log_evaluations(scalable, charge, measured, method, dimension)
        if not found:
            lines.append(f"| {label} | | | did not arrive every time |")
            continue
        evaluations, was_measured = found
        time = evaluations - log10(speed)
        how = _how(method, dimension) if was_measured or method == "grid" else _RECKONED[method]
        like = bill.comparison(evaluations, time)
        notes = f"{how}; {like}" if like else how
        lines.append(f"| {label} | {bill.number(evaluations)} | {bill.duration(time)} | {notes} |")
    gradient = charge.of(dimension)
    counted = f"A cost with its gradient counts {gradient:,} evaluations here."
    return "\n".join([*lines, "", counted])


# --- The network -------------------------------------------------------------------------------


def show_network(name: str) -> None:
    """Let random search and gradient descent try on real digits, and show how far they get."""
    key = f"{name}.network"
    if not (work.under_way(key) or work.value(key)):
        st.button(
            f"Let both spend {NETWORK:,} evaluations",
            key=f"{key}.start",
            on_click=lambda: work.start(key, reading(NETWORK, 1)),
        )
    work.show(key, "Both try")
    found: Reading | None = work.value(key)
    if found:
        curves = {
            method: (METHODS[method], *tally.improvements)
            for method, tally in found.tallies.items()
        }
        st.plotly_chart(figures.spent(curves), key=f"{key}.chart", config={"displayModeBar": False})
        st.markdown(told(found))


def told(found: Reading) -> str:
    """Return what came out on the digits, in words."""
    drawn, walked = found.tallies["random"], found.tallies["descent"]
    return (
        f"Random search drew {drawn.tried:,} whole networks: the best has a cost of "
        f"{drawn.best:.2f} and reads {found.accuracy['random']:.0%} of the digits that it has not "
        f"seen. Gradient descent spent its {walked.spent:,} evaluations on {walked.tried - 1:,} "
        f"steps: its cost is {walked.best:.2f}, and it reads {found.accuracy['descent']:.0%}."
    )
