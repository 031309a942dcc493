"""What more labelled examples are worth, measured while one looks: choices, work, message."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine.inspection.memorising import Growth, grow
from engine.network import Network
from engine.training import examples
from pages.parts import live
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


class Growing:
    """A plan under way: what is known so far, nan where nothing is, and how far it is.

    `counts` (c,), `accuracies` (c, s).
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.progress, self.done = 0.0, False
        self.counts = np.array(COUNTS, dtype=np.float64)
        self.accuracies = np.full((len(COUNTS), plan.seeds), np.nan)
        halves = examples("train"), examples("test")
        network, seeds = Network(NETWORKS[plan.network]), range(1, plan.seeds + 1)
        self._steps = grow(network, *halves, COUNTS, seeds, updates=plan.updates, tell=self._found)

    def _found(self, growth: Growth) -> None:
        self.accuracies = growth.accuracies

    def advance(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> bool:
        """Work for about so long; return whether anything was done."""
        end, worked = clock() + seconds, False
        for progress in self._steps:
            self.progress, worked = progress, True
            if clock() >= end:
                return True
        self.done = True
        return worked

    @property
    def means(self) -> NDArray[np.float64]:
        """The accuracy of all seeds, (c,); nan as long as one is missing."""
        means: NDArray[np.float64] = self.accuracies.mean(axis=1)
        return means

    @property
    def doing(self) -> str:
        """What is trained now, in words; "" at the end."""
        missing = np.argwhere(np.isnan(self.accuracies))
        if not len(missing):
            return ""
        row, column = missing[0]
        return f"{COUNTS[row]:,} examples, seed {column + 1} of {self.plan.seeds}"


def _tick(message: Mapping[str, Any], seconds: float, most: int) -> Growing | None:
    held: Growing = st.session_state[_HELD]
    return held if held.advance(seconds) else None


def _begin(plan: Plan) -> None:
    """Begin a plan; what was found for another one stays beside it."""
    before: Growing | None = st.session_state.get(_HELD)
    if before is not None and before.plan != plan and np.isfinite(before.means).sum() > 1:
        st.session_state[_BEFORE] = before
    st.session_state[_HELD] = Growing(plan)
    LIVE.anew()


LIVE = Live(
    "learnt.growth",
    "growth",
    {
        "pause": lambda message: LIVE.rest(),
        "reset": lambda message: _begin(st.session_state[_HELD].plan),
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
    LIVE.mount(pack, st.session_state[_HELD])


# --- The message -------------------------------------------------------------------------------


def pack(growing: Growing, answer: Mapping[str, Any]) -> bytes:
    """Return what is known so far, and the curve before it."""
    before: Growing | None = st.session_state.get(_BEFORE)
    arrays: dict[str, NDArray[Any]] = {
        "counts": growing.counts,
        "accuracies": growing.accuracies,
        "means": growing.means,
    }
    if before is not None:
        arrays["before"] = before.means
    header = {
        **answer,
        "name": growing.plan.name,
        "before": None if before is None else before.plan.name,
        "progress": growing.progress,
        "over": growing.done,
        "found": int(np.isfinite(growing.accuracies).sum()),
        "doing": growing.doing,
        "words": words(growing),
    }
    return assemble(header, arrays)


def words(growing: Growing) -> list[str]:
    """Return what each tenfold brought, as far as it is known, and what that comes to."""
    known = dict(zip(COUNTS, growing.means.tolist(), strict=True))
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
