"""True labels beside shuffled ones, learnt while one looks: choices, session, and the message."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine.inspection.memorising import (
    FITTED,
    SEEN,
    UNSEEN,
    Pair,
    advance_pair,
    begin_pair,
    fitted_after,
    is_over,
    onward,
)
from engine.network import Network
from engine.training import Examples, Training, examples
from pages.parts import live, work
from pages.parts.live import Live
from pages.parts.message import assemble
from pages.parts.shares import percent

NETWORKS = {
    "784-8-10": (784, 8, 10),
    "784-16-16-10": (784, 16, 16, 10),
    "784-128-10": (784, 128, 10),
}
COUNTS = (100, 300, 1_000, 3_000)
MOST_EPOCHS = 200
_ASKED = 2_000  # test digits
_SHOWN = 8
_CHANCE = 0.15  # read right of ten kinds: at most this is guessing

_HELD = "learnt.memory.held"


@dataclass(frozen=True)
class Plan:
    """What is learnt: which network, how many pictures, and the seed of all chance."""

    network: str = "784-128-10"
    count: int = 1_000
    seed: int = 1


class Memory(NamedTuple):
    """How far a plan is: both trainings."""

    plan: Plan
    pair: Pair


# --- Controls ----------------------------------------------------------------------------------


def choose() -> Plan:
    """Show what can be chosen, all of it in the address."""
    network, count, seed = st.columns([5, 4, 2])
    return Plan(
        network.segmented_control(
            "Network",
            list(NETWORKS),
            default=Plan.network,
            required=True,
            key="memory",
            bind="query-params",
        ),
        count.segmented_control(
            "Pictures to learn",
            COUNTS,
            default=Plan.count,
            required=True,
            format_func=lambda count: f"{count:,}",
            key="memorised",
            bind="query-params",
        ),
        seed.number_input("Seed", 1, 9_999, key="memory_seed", bind="query-params"),
    )


# --- Work --------------------------------------------------------------------------------------


def begun(plan: Plan) -> Memory:
    """Return a plan without updates; ValueError where the digits cannot be read."""
    network = Network(NETWORKS[plan.network])
    pair = begin_pair(examples("train"), plan.count, network, plan.seed)
    return Memory(plan, advance_pair(pair, 0, _unseen()))


def _unseen() -> Examples:
    images, labels = examples("test")
    return Examples(images[:_ASKED], labels[:_ASKED])


def worked(
    memory: Memory,
    seconds: float,
    most: int = 10**9,
    clock: Callable[[], float] = time.perf_counter,
) -> Memory:
    """Return how far it is after learning for so long, or until it is over."""
    pair, unseen = memory.pair, _unseen()

    def take(updates: int) -> int:
        nonlocal pair
        if is_over(pair, MOST_EPOCHS):
            return 0
        before = pair.true.updates
        pair = onward(pair, updates, unseen)
        return pair.true.updates - before

    work.paced(take, seconds, most, clock)
    return Memory(memory.plan, pair)


def _tick(message: Mapping[str, Any], seconds: float, most: int) -> Memory | None:
    before: Memory = st.session_state[_HELD]
    after = worked(before, seconds, most)
    st.session_state[_HELD] = after
    return after if after.pair.true.updates > before.pair.true.updates else None


def _reset(message: Mapping[str, Any]) -> None:
    st.session_state[_HELD] = begun(st.session_state[_HELD].plan)
    LIVE.anew()


LIVE = Live(
    "learnt.memory",
    "memorising",
    {"pause": lambda message: LIVE.rest(), "reset": _reset},
    _tick,
    ready=lambda: _HELD in st.session_state,
)


def show(plan: Plan) -> None:
    """Show both trainings of a plan, to be played."""
    held: Memory | None = st.session_state.get(_HELD)
    if held is None or held.plan != plan:
        st.session_state[_HELD] = begun(plan)
        LIVE.anew()
    _mounted(live.controls())


@st.fragment
def _mounted(seen: Mapping[str, Any]) -> None:
    live.follow(seen)
    LIVE.mount(pack, st.session_state[_HELD])


# --- The message -------------------------------------------------------------------------------


def pack(memory: Memory, answer: Mapping[str, Any]) -> bytes:
    """Return what is known of both trainings, and some pictures with what each says to them."""
    pair = memory.pair
    shown = np.flatnonzero(pair.true.data.labels != pair.shuffled.data.labels)[:_SHOWN]
    arrays: dict[str, NDArray[Any]] = {"pictures": pair.true.data.images[shown]}
    sides = []
    for key, one in zip(Pair._fields, pair, strict=True):
        for name in (SEEN, UNSEEN):
            arrays[f"{name}.{key}"] = np.array([m.accuracy for m in marks(one, name)])
        given = np.nan_to_num(one.network.answers(one.parameters, one.data.images[shown]))
        sides.append(
            {
                "key": key,
                "labels": one.data.labels[shown].tolist(),
                "answers": given.argmax(axis=1).tolist(),
                "fitted": when_fitted(one),
            }
        )
    header = {
        **answer,
        "sides": sides,
        "epoch": pair.true.epoch,
        "updates": pair.true.updates,
        "batchSize": pair.true.batch_size,
        "count": memory.plan.count,
        "asked": _ASKED,
        "over": is_over(pair, MOST_EPOCHS),
        "verdict": verdict(memory),
    }
    return assemble(header, arrays)


def marks(training: Training, name: str) -> list[Any]:
    """Return what was measured on some pictures at the beginning and after every epoch."""
    return [mark for mark in training.marks if mark.name == name]


def when_fitted(training: Training) -> str:
    """Return when a training first knew its labels, in words."""
    updates, known = fitted_after(training), f"At least {percent(FITTED)} known"
    if updates < 0:
        return f"{known}: not yet."
    epochs = updates // -(-len(training.data.labels) // training.batch_size)
    return f"{known} after {epochs} epoch{'s' * (epochs != 1)}, {updates:,} updates."


def verdict(memory: Memory) -> str:
    """Return how it stands, in words with the numbers."""
    pair, count = memory.pair, f"{memory.plan.count:,}"
    seen, unseen = ([marks(one, name)[-1].accuracy for one in pair] for name in (SEEN, UNSEEN))
    size = f"{memory.plan.network}, with {pair.true.network.dimension:,} weights and biases,"
    if not pair.true.updates:
        return (
            "Same random weights, same pictures in the same order. Only the labels differ. Before "
            "the first update, what they read right they read by luck."
        )
    if min(fitted_after(one) for one in pair) >= 0:
        chance = ", no better than guessing" if unseen[1] <= _CHANCE else ""
        return (
            f"Both came to know at least {percent(FITTED)} of their {count} labels. Of {_ASKED:,} "
            f"digits they have never seen, one reads {percent(unseen[0])}, the other "
            f"{percent(unseen[1])}{chance}. {size} can keep {count} meaningless labels in mind."
        )
    if max(one.lost for one in pair) >= 0:
        return "A cost is no number any more: nothing more is learnt."
    if is_over(pair, MOST_EPOCHS):
        return (
            f"After {pair.true.epoch} epochs it knows {percent(seen[1])} of the shuffled labels: "
            f"{size} could not keep {count} of them in mind by then."
        )
    return (
        f"Of its own labels, the one with the true ones knows {percent(seen[0])} by now, the one "
        f"with the shuffled ones {percent(seen[1])}."
    )
