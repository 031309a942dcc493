"""What the page on mini-batches is made of: its walkers, three clocks, and the shrinking cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from engine.descent import ending
from engine.houses.batches import Order
from engine.houses.clocks import first_within, noise, numbers_held, seconds_per_update
from engine.houses.price_surface import SalesSurface, sales_surface
from engine.optimizers.optimizer import Optimizer
from pages.parts import figures, houses, stage, tables
from pages.parts.message import whole
from pages.parts.stage import ACTS, Act
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More, run_of
from pages.parts.stage.scene import Scene, Walker

NEAR = 0.05
"""How far above the lowest possible cost counts as there."""

WAYS = ((0, 0.25), (1, 0.02), (32, 0.1))
"""Batch and learning rate of the three ways: a mean over more houses bears a larger step."""

COUNTS = (932, 10_000, 100_000, 1_000_000)
"""How many houses there may be; more than 932 are drawn again from these."""

_MOST_ROWS = 20_000  # of members of mini-batches that the stage is sent


def _batch(scene: Scene, message: Mapping[str, Any]) -> Scene:
    return scenes.with_batch(scene, whole(message, "walker"), whole(message, "value"))


BATCH_ACTS: dict[str, Act] = {**ACTS, "batch": _batch}
"""What this page's stage may ask for."""


@lru_cache(maxsize=4)
def surface(count: int) -> SalesSurface:
    """Return the scaled cost surface of so many houses."""
    sales = tables.sacramento().houses
    drawn = sales if count == len(sales) else sales.resampled(count, 0)
    return sales_surface(drawn, key=houses.SACRAMENTO)


def landscape(scene: Scene) -> SalesSurface:
    """Return the scene's surface, which has its houses with it."""
    if not isinstance(scene.landscape, SalesSurface):
        raise TypeError("this stage takes mini-batches of houses")
    return scene.landscape


def default(count: int) -> Scene:
    """Return the three ways from one start: all houses, one, and thirty-two at each step."""
    ground = surface(count)
    fresh = scenes.fresh_leg(ground, "gradient_descent")
    walkers = tuple(
        Walker(slot, (replace(fresh, settings={**fresh.settings, "learning_rate": rate}),), batch)
        for slot, (batch, rate) in enumerate(WAYS)
    )
    return Scene(ground, ground.start, walkers, steps=500, focus=2)


def choices(name: str) -> int:
    """Show how many houses there are and the order they come in; return their count."""
    key = f"{name}_houses"
    st.segmented_control(
        "Houses",
        COUNTS,
        format_func=lambda count: f"{count:,}",
        default=COUNTS[0],
        required=True,
        key=key,
        bind="query-params",
        help="More than 932 are drawn from the 932 again and again: nothing new to learn from, "
        "but as much work as so many houses make.",
        on_change=lambda: _recount(name),
    )
    count: int = st.session_state[key]
    return count


def _recount(name: str) -> None:
    stage.change(name, recounted(stage.current(name), st.session_state[f"{name}_houses"]))


def recounted(scene: Scene, count: int) -> Scene:
    """Return the same walkers among so many houses; a batch that is too large takes all."""
    ground = surface(count)
    walkers = tuple(
        replace(walker, batch=walker.batch if walker.batch < count else 0)
        for walker in scene.walkers
    )
    return replace(scene, landscape=ground, start=ground.start, walkers=walkers)


def shuffle(name: str) -> None:
    """Show the button that puts the houses in another order, for all walkers alike."""
    scene = stage.current(name)
    st.button(
        "Shuffle the houses",
        key=f"{name}.shuffle",
        help=f"Order {scene.seed}: every walker meets the houses in the same order.",
        on_click=lambda: stage.change(name, scenes.with_seed(scene, (scene.seed + 1) % 1000)),
    )


# --- What the stage is sent --------------------------------------------------------------------


def more(scene: Scene) -> More:
    """Return what the views of this page need beside the walks."""
    here = landscape(scene)
    base = houses.more_of(here, tables.sacramento(), here.houses)
    header = {
        **base.header,
        "views": ["batch", "cloud", "clocks", "houses"],
        "shown": ["batch", "cloud", "cost", "clocks"],
        "batches": True,
        "lowest": lowest(here),
        "near": NEAR,
        "clocks": [
            {"batch": _examples(here, walker), "milliseconds": 1e3 * _seconds(here, walker)}
            for walker in scene.walkers
        ],
    }
    arrays = dict(base.arrays)
    arrays["x"] = here.x[houses.shown(here)].astype("<f4")
    for index, walker in enumerate(scene.walkers):
        if 0 < walker.batch < here.count:
            sampled = here.sampled(walker.batch, scene.seed)
            arrays[f"moments.{index}"] = np.array([sampled.at(k) for k in range(scene.steps)])
            if here.count <= houses.MOST_SHOWN and scene.steps * walker.batch <= _MOST_ROWS:
                arrays[f"rows.{index}"] = _rows(sampled.order, scene.steps)
    return More(header, arrays)


def _rows(order: Order, steps: int) -> np.ndarray:
    """Return the houses of each step, (steps, batch); −1 where an epoch ends."""
    rows = np.full((steps, order.batch), -1, "<i4")
    for k in range(steps):
        members = order.rows(k)
        rows[k, : len(members)] = members
    return rows


def lowest(here: SalesSurface) -> float:
    """Return the cost of the closed-form answer, a trace above zero."""
    return max(float(here.value(np.array(here.best))), 1e-12)


def _examples(here: SalesSurface, walker: Walker) -> int:
    return walker.batch or here.count


def _seconds(here: SalesSurface, walker: Walker) -> float:
    return _measured(here, _examples(here, walker), walker.optimizer)


@lru_cache(maxsize=128)
def _measured(here: SalesSurface, batch: int, optimizer: Optimizer) -> float:
    return seconds_per_update(here.cost, Order(here.count, batch), optimizer)


# --- Three clocks ------------------------------------------------------------------------------


class Race(NamedTuple):
    """How a walker fared: its name, and when it was near, by three clocks; None if never.

    `each`: milliseconds of an update; `held`: numbers that one holds; `jitter`: how far the cost is
    above the lowest in the last quarter of the walk, as a share; `diverged`: there is no such end.
    """

    name: str
    updates: int | None
    examples: int | None
    milliseconds: float | None
    each: float
    held: int
    jitter: float
    diverged: bool


def races(scene: Scene) -> list[Race]:
    """Return how each walker of the scene fared."""
    here = landscape(scene)
    told = []
    for name, walker in zip(names(scene), scene.walkers, strict=True):
        run = run_of(scene, walker)
        order = Order(here.count, _examples(here, walker), scene.seed)
        each = 1e3 * _seconds(here, walker)
        row = first_within(run.values, lowest(here), NEAR)
        with np.errstate(over="ignore"):  # a diverged walk ends near the largest number there is
            late = run.values[-max(len(run.values) // 4, 1) :] / lowest(here) - 1.0
            jitter = float(late.mean())
        times = (None, None, None) if row is None else (row, order.seen(row), row * each)
        held = numbers_held(order, walker.optimizer)
        diverged = ending(run).kind == "diverged"
        told.append(Race(name, *times, each, held, jitter, diverged))
    return told


def names(scene: Scene) -> list[str]:
    """Return what the walkers are called, as on their cards; the rate too where two are alike."""
    count = landscape(scene).count
    called = [_called(walker, count) for walker in scene.walkers]
    return [
        f"{name}, rate {walker.legs[-1].settings['learning_rate']:.3g}"
        if called.count(name) > 1
        else name
        for name, walker in zip(called, scene.walkers, strict=True)
    ]


def _called(walker: Walker, count: int) -> str:
    if walker.batch == 1:
        way = "Stochastic"
    else:
        way = f"Mini-batch of {walker.batch:,}" if walker.batch else f"Batch: all {count:,}"
    plain = walker.optimizer.key == "gradient_descent"
    by = "" if plain else f", {walker.optimizer.name}"
    return way + by + ("" if walker.fork is None else f", from step {walker.fork}")


_GOOD_FOR = """
What speaks for each, whoever wins here:

- **Batch**: its gradient is the exact one, so it can come to rest. Each update needs every house.
- **Stochastic**: an update needs one house and almost no memory. Its gradient is that of a single
  house, so while its rate stays the same it does not come to rest.
- **Mini-batch**: a mean over B houses is about √B times less noisy than one house, and a computer
  works on a few at once in hardly more time than on one.
"""

CLOCKS = (("updates", "updates"), ("examples seen", "examples"), ("milliseconds", "milliseconds"))


def verdict(scene: Scene) -> str:
    """Return who is there first by each clock, in sentences, from the walks and the measurement."""
    told = races(scene)
    winners = {name: _winners(told, field) for name, field in CLOCKS}
    if not winners["updates"]:
        return f"Nobody came within {NEAR:.0%} of the lowest possible cost in {scene.steps} steps."
    parts = [
        f"by **{name}** {' and '.join(told[place].name for place in first)}"
        for name, first in winners.items()
    ]
    shared = set.intersection(*(set(first) for first in winners.values()))
    close = "No clock disagrees here." if shared else "**The winner depends on the clock.**"
    return f"First within {NEAR:.0%} of the lowest possible cost: {'; '.join(parts)}. {close}"


def _winners(told: list[Race], field: str) -> list[int]:
    """Return the places of who is first; milliseconds within a tenth of each other are equal."""
    times = [getattr(race, field) for race in told]
    best = min((time for time in times if time is not None), default=None)
    slack = 1.1 if field == "milliseconds" else 1.0
    return [
        place
        for place, time in enumerate(times)
        if best is not None and time is not None and time <= slack * best
    ]


def clocks(scene: Scene) -> None:
    """Show the verdict and the table that it rests on."""
    told = races(scene)
    st.subheader("Who is first?")
    st.markdown(verdict(scene))
    st.markdown("\n".join(_table(told)))
    st.caption(
        f"The first three rows: until the cost is within {NEAR:.0%} of the lowest possible; bold "
        "is first, and milliseconds within a tenth of each other count as equal. "
        "Milliseconds are the processor's, measured on this server: a gradient from the batch's "
        "rows and the optimizer's step, in NumPy, without drawing. Numbers held: the rows of the "
        "batch, their prices, the gradient, and what the optimizer remembers. The last row: the "
        "mean over the last quarter of the walk."
    )
    st.markdown(_GOOD_FOR)


def _table(told: list[Race]) -> list[str]:
    lines = [f"| | {' | '.join(race.name for race in told)} |", "|:--|" + "--:|" * len(told)]
    rows = []
    for name, field in CLOCKS:
        first = _winners(told, field)
        rows.append((name, [_cell(race, field, place in first) for place, race in enumerate(told)]))
    rows += [
        ("one update", [f"{race.each:.3g} ms" for race in told]),
        ("numbers held", [f"{race.held:,}" for race in told]),
        ("above the lowest at the end", [_above(race) for race in told]),
    ]
    return lines + [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]


def _cell(race: Race, field: str, first: bool) -> str:
    value = getattr(race, field)
    if value is None:
        return "never" if race.diverged else "not yet"
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.3g}"
    return f"**{text}**" if first else text


def _above(race: Race) -> str:
    return "diverged" if race.diverged else f"{100 * race.jitter:,.3g} %"


# --- The cloud ---------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _shrinking(
    here: SalesSurface, start: tuple[float, ...], seed: int
) -> tuple[list[int], list[float]]:
    most = min(here.count // 2, 512)
    sizes = [2**power for power in range(10) if 2**power <= most]
    return sizes, [noise(here, np.array(start), size, 500, seed) for size in sizes]


def shrinking(scene: Scene) -> None:
    """Show how the spread of a mini-batch's gradient falls with its size."""
    here = landscape(scene)
    sizes, measured = _shrinking(here, scene.start, scene.seed)
    st.subheader("Four times the houses, half the noise")
    unmet = (
        "; a little more is gained, because no house is met twice in an epoch"
        if sizes[-1] > here.count / 20
        else ""
    )
    st.markdown(
        f"At the start, one house’s gradient is off by {measured[0]:,.0f} (root mean square), and "
        f"the mean of {sizes[-1]} by {measured[-1]:,.0f}: {measured[0] / measured[-1]:.0f} times "
        f"less. The rule 1/√B says {np.sqrt(sizes[-1]):.0f} times{unmet}."
    )
    st.plotly_chart(
        figures.shrinking(np.array(sizes), np.array(measured)),
        key="three_ways.shrinking",
        config={"displayModeBar": False},
    )
