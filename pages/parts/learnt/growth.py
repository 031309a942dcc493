"""What more labelled examples are worth, measured while one looks: choices, work, message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine.inspection.memorising import Growth, grow
from engine.network import Network
from engine.optimizers.optimizer import FloatArray
from engine.training import examples
from pages.parts import live, work
from pages.parts.live import Live
from pages.parts.message import assemble
from pages.parts.shares import percent

NETWORKS = {
    "784-16-16-10": (784, 16, 16, 10),
    "784-64-10": (784, 64, 10),
    "784-128-10": (784, 128, 10),
}
COUNTS = (100, 300, 1_000, 3_000, 10_000, 30_000, 60_000)
SEEDS = (1, 3, 5)
UPDATES = (500, 1_500, 5_000)
_STEPS = ((100, 1_000), (1_000, 10_000), (10_000, 60_000))  # what the words compare

_HELD, _BEFORE = "learnt.growth.held", "learnt.growth.before"


@dataclass(frozen=True)
class Plan:
    """Which network is trained, how often for each number of examples, and for how long."""

    network: str = "784-64-10"
    seeds: int = 3
    updates: int = 1_500

    @property
    def name(self) -> str:
        """What it is called where two are compared."""
        return f"{self.network}, {self.updates:,} updates"


# --- Controls ----------------------------------------------------------------------------------


def choose() -> Plan:
    """Show what can be chosen, all of it in the address."""
    network, seeds, updates = st.columns([4, 3, 4])
    return Plan(
        network.segmented_control(
            "Network",
            list(NETWORKS),
            default=Plan.network,
            required=True,
            key="grown",
            bind="query-params",
        ),
        seeds.segmented_control(
            "Seeds",
            SEEDS,
            default=Plan.seeds,
            required=True,
            key="grown_seeds",
            bind="query-params",
            help="Each has other initial weights and, up to 30,000, other examples.",
        ),
        updates.segmented_control(
            "Updates of each training",
            UPDATES,
            default=Plan.updates,
            required=True,
            format_func=lambda count: f"{count:,}",
            key="grown_for",
            bind="query-params",
        ),
    )


# --- Work --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Grown:
    """What is known of a plan: `accuracies` (c, s), nan where nothing is, and how far it is."""

    plan: Plan
    accuracies: FloatArray
    progress: float = 0.0
    done: bool = False

    @property
    def means(self) -> FloatArray:
        """The accuracy of all seeds, (c,); nan as long as one is missing."""
        means: FloatArray = self.accuracies.mean(axis=1)
        return means

    @property
    def doing(self) -> str:
        """What is trained now, in words; "" at the end."""
        missing = np.argwhere(np.isnan(self.accuracies))
        if not len(missing):
            return ""
        row, column = missing[0]
        return f"{COUNTS[row]:,} examples, seed {column + 1} of {self.plan.seeds}"


class Growing(NamedTuple):
    """A plan under way: the work, and what it has told so far, the newest last."""

    plan: Plan
    steps: work.Work
    told: list[Growth]

    def known(self) -> Grown:
        """Return how far it is."""
        steps = self.steps
        return Grown(self.plan, self.told[-1].accuracies, steps.progress, steps.done)


def growing(plan: Plan) -> Growing:
    """Return a plan to be worked on; ValueError where the digits cannot be read."""
    halves = examples("train"), examples("test")
    network, seeds = Network(NETWORKS[plan.network]), range(1, plan.seeds + 1)
    counts = np.array(COUNTS, dtype=np.float64)
    told = [Growth(counts, np.full((len(COUNTS), plan.seeds), np.nan))]
    steps = grow(network, *halves, COUNTS, seeds, updates=plan.updates, tell=told.append)
    return Growing(plan, work.Work(steps), told)


def _tick(message: Mapping[str, Any], seconds: float, most: int) -> Grown | None:
    held: Growing = st.session_state[_HELD]
    if held.steps.done:
        return None
    held.steps.advance(seconds)
    return held.known()


def _begin(plan: Plan) -> None:
    """Begin a plan, or go on with the one before; the one that was held stays beside it."""
    held: Growing | None = st.session_state.get(_HELD)
    before: Growing | None = st.session_state.get(_BEFORE)
    back = before if before is not None and before.plan == plan else None
    if back:
        del st.session_state[_BEFORE]
    if held is not None and held.plan != plan and held.steps.progress:
        st.session_state[_BEFORE] = held
    st.session_state[_HELD] = back or growing(plan)
    LIVE.anew()


def _reset() -> None:
    st.session_state[_HELD] = growing(st.session_state[_HELD].plan)
    LIVE.anew()


LIVE = Live(
    "learnt.growth",
    "growth",
    {
        "pause": lambda message: LIVE.rest(),
        "reset": lambda message: _reset(),
    },
    _tick,
    ready=lambda: _HELD in st.session_state,
)


def show(plan: Plan) -> None:
    """Show what a plan has found, to be played. ValueError where the digits cannot be read."""
    held: Growing | None = st.session_state.get(_HELD)
    if held is None or held.plan != plan:
        _begin(plan)
    _mounted(live.controls())


@st.fragment
def _mounted(seen: Mapping[str, Any]) -> None:
    live.follow(seen)
    LIVE.mount(pack, st.session_state[_HELD].known())


# --- The message -------------------------------------------------------------------------------


def pack(grown: Grown, answer: Mapping[str, Any]) -> bytes:
    """Return what is known so far, and the curve before it."""
    earlier: Growing | None = st.session_state.get(_BEFORE)
    before = None if earlier is None else earlier.known()
    arrays: dict[str, NDArray[Any]] = {
        "counts": np.array(COUNTS, dtype=np.float64),
        "accuracies": grown.accuracies,
        "means": grown.means,
    }
    if before is not None:
        arrays["before"] = before.means
    header = {
        **answer,
        "name": grown.plan.name,
        "before": None if before is None else before.plan.name,
        "beforeProgress": 1.0 if before is None else before.progress,
        "progress": grown.progress,
        "over": grown.done,
        "found": int(np.isfinite(grown.accuracies).sum()),
        "trainings": grown.accuracies.size,
        "doing": grown.doing,
        "words": words(grown),
    }
    return assemble(header, arrays)


def words(grown: Grown) -> list[str]:
    """Return what each tenfold brought, as far as it is known, and what that comes to."""
    known = dict(zip(COUNTS, grown.means.tolist(), strict=True))
    lines, gains = [], []
    for few, many in _STEPS:
        low, high = known[few], known[many]
        if np.isnan([low, high]).any():
            continue
        gains.append(high - low)
        gone = (high - low) / (1 - low) if low < 1 else 0.0
        change = f"{100 * (high - low):+.1f} points".replace("-", "−")
        lines.append(
            f"{many // few} times as many, from {few:,} to {many:,}: {percent(low, 1)} → "
            f"{percent(high, 1)}, {change}; {percent(max(gone, 0.0))} of the mistakes are gone."
        )
    if len(gains) == len(_STEPS) and gains == sorted(gains, reverse=True) and gains[-1] > 0:
        lines.append("More examples helped every time, and every time by less.")
    return lines
