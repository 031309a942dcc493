"""What a visitor chooses on the page of a network's own landscape, and what a link says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from engine.optimizers import OPTIMIZERS, Setting
from pages.parts.landscape import PLANES, Plan
from pages.parts.landscape.paths import (
    BATCHES,
    LARGEST_SEED,
    MOST_PATHS,
    UPDATES,
    Course,
    Journey,
    journey_of,
)
from pages.parts.stage.address import parse_number
from pages.parts.training.plan import OPTIMIZER_KEYS, RATES
from pages.parts.training.trained import current

FIRST = (("gradient_descent", 100), ("adam", 100), ("gradient_descent", 1))
"""What the paths are at first: optimizer and pictures an update."""

_PREFIX = "land_"


def plan() -> Plan:
    """Show the controls; return what they ask for."""
    count = st.segmented_control(
        "Paths",
        range(1, MOST_PATHS + 1),
        default=1,
        required=True,
        key=f"{_PREFIX}paths",
        bind="query-params",
        help="All begin at the same random weights and are seen on the same plane.",
    )
    trained = _trained()
    courses = [_course(number) for number in range(1 + bool(trained), count + 1)]
    row = st.container(horizontal=True, vertical_alignment="bottom")
    updates = row.selectbox(
        "Updates",
        UPDATES,
        1,
        width=110,
        key=f"{_PREFIX}updates",
        bind="query-params",
        format_func="{:,}".format,
    )
    seed = row.number_input(
        "Seed",
        0,
        LARGEST_SEED,
        width=110,
        key=f"{_PREFIX}seed",
        bind="query-params",
        disabled=trained is not None,  # all paths begin where that one began
        help="The random weights and the order of the pictures follow from it.",
    )
    plane = row.selectbox(
        "Plane",
        list(PLANES),
        key=f"{_PREFIX}plane",
        bind="query-params",
        format_func=PLANES.__getitem__,
        help="Where the paths go: the two directions in which they move most. Random directions: "
        "any two of the 13,002, each neuron changed in proportion to its own weights.",
    )
    start = trained.seed if trained else int(seed)
    journeys = [Journey(course, start, updates) for course in courses]
    return Plan((trained, *journeys) if trained else tuple(journeys), plane)


def _trained() -> Journey | None:
    """Show the choice of the Train page's network for path 1, if there is one that can be shown."""
    training = current()
    journey = journey_of(training) if training else None
    if journey is None or not st.toggle(
        "Path 1 is the network of the Train page",
        key=f"{_PREFIX}trained",
        help="Its places are those at the ends of its epochs. No link carries it.",
    ):
        return None
    st.caption(
        f"{journey.course.name}, {journey.course.settings}, {journey.updates:,} updates so far"
    )
    return journey


def _course(number: int) -> Course:
    optimizer_first, batch_first = FIRST[number - 1]
    row = st.container(horizontal=True, vertical_alignment="bottom")
    optimizer = row.selectbox(
        f"Path {number}",
        OPTIMIZER_KEYS,
        OPTIMIZER_KEYS.index(optimizer_first),
        key=f"{_PREFIX}optimizer_{number}",
        bind="query-params",
        format_func=lambda key: OPTIMIZERS[key].name,
    )
    setting = _rate_of(optimizer)
    numbers = row.container(horizontal=True, width=290)  # side by side on a phone, too
    rate = numbers.number_input(
        f"Rate of path {number}",
        setting.low,
        setting.high,
        _first_rate(optimizer, batch_first),
        format="%g",
        width=137,
        key=f"{_PREFIX}rate_{number}_{optimizer}",
        bind="query-params",
        help="The learning rate.",
    )
    batch = numbers.selectbox(
        f"Batch of path {number}",
        BATCHES,
        BATCHES.index(batch_first),
        width=137,
        key=f"{_PREFIX}batch_{number}",
        bind="query-params",
        format_func="{:,}".format,
        help="How many pictures each update takes.",
    )
    return Course(optimizer, float(rate), batch)


def _first_rate(optimizer: str, batch: int) -> float:
    """Return the rate to begin with: a single picture is a bad guide for a large step."""
    return float(f"{RATES[optimizer] * (0.1 if batch == 1 else 1.0):g}")


def _rate_of(optimizer: str) -> Setting:
    return OPTIMIZERS[optimizer].settings[0]


# --- Links -------------------------------------------------------------------------------------


def faults(parameters: Mapping[str, str]) -> list[str]:
    """Return which parts of a link mean nothing here; names that are not ours are ignored."""
    readers: dict[str, Callable[[str], bool]] = {
        "paths": _among(range(1, MOST_PATHS + 1)),
        "updates": _among(UPDATES, "{:,}".format),
        "seed": lambda text: re.fullmatch("[0-9]{1,6}", text) is not None,
        "plane": lambda text: text in PLANES.values(),
    }
    for number in range(1, MOST_PATHS + 1):
        readers[f"optimizer_{number}"] = lambda text: text in _NAMES
        readers[f"batch_{number}"] = _among(BATCHES, "{:,}".format)
        for key in OPTIMIZER_KEYS:
            readers[f"rate_{number}_{key}"] = partial(_within, of=_rate_of(key))
    return [
        name
        for name, reads in readers.items()
        if (text := parameters.get(_PREFIX + name)) is not None and not reads(text)
    ]


_NAMES = {OPTIMIZERS[key].name for key in OPTIMIZER_KEYS}


def _among(
    values: range | tuple[int, ...], shown: Callable[[int], str] = str
) -> Callable[[str], bool]:
    return lambda text: text in map(shown, values)


def _within(text: str, of: Setting) -> bool:
    try:
        return of.low <= parse_number(text) <= of.high
    except ValueError:
        return False


def read_link(name: str) -> None:
    """Keep what of this session's link cannot be read, before the controls take it away."""
    key = f"{name}.faults"
    if key not in st.session_state:
        st.session_state[key] = faults({one: st.query_params[one] for one in st.query_params})


def notice(name: str, chosen: Plan) -> None:
    """Say what of the link could not be read, until something else is chosen."""
    wrong = st.session_state[f"{name}.faults"]
    if not wrong:
        return
    if st.session_state.setdefault(f"{name}.linked", chosen) != chosen:
        st.session_state[f"{name}.faults"] = []
        return
    st.warning(
        f"What this link says of the paths could not be read in full ({', '.join(wrong)}): the "
        "defaults stand in for that part."
    )
