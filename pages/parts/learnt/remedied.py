"""What makes a network less sure of strangers: tried on the page, drawn, and put in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.inspection.remedies import TEMPERATURE, Outcome, compare
from engine.inspection.strangers import STRANGERS
from engine.network import Network
from engine.training import Examples, examples
from pages.parts import figures, work
from pages.parts.learnt.overconfidence import DIGITS, pictures
from pages.parts.shares import percent

NETWORKS = {"784-16-16-10": (784, 16, 16, 10), "784-128-10": (784, 128, 10)}
COUNTS = (1_000, 10_000, 60_000)
UPDATES = 2_000
_STRANGERS = 1  # the draw of the pictures that are asked about


@dataclass(frozen=True)
class Trial:
    """What is trained, on how many examples, from which seed."""

    network: str = "784-16-16-10"
    count: int = 1_000
    seed: int = 1


def choose() -> Trial:
    """Show what can be chosen, all of it in the address."""
    network, count, seed = st.columns([4, 4, 2])
    return Trial(
        network.segmented_control(
            "Network to train",
            list(NETWORKS),
            default="784-16-16-10",
            required=True,
            key="cured",
            bind="query-params",
        ),
        count.segmented_control(
            "Examples to learn from",
            COUNTS,
            default=COUNTS[0],
            required=True,
            format_func=lambda count: f"{count:,}",
            key="cured_on",
            bind="query-params",
        ),
        seed.number_input("Seed", 1, 9_999, key="cured_seed", bind="query-params"),
    )


def show(name: str, trial: Trial) -> None:
    """Show the button that begins, how far it is, and what came out of it.

    Raises ValueError where the file with the digits cannot be read.
    """
    key, asked = f"{name}.remedied", f"{name}.remedied.asked"
    if st.session_state.get(asked, trial) != trial:
        work.stop(key)
        del st.session_state[asked]
    if not (work.under_way(key) or work.value(key)):
        st.button(
            f"Train with each of them: {UPDATES:,} updates",
            key=f"{key}.start",
            on_click=lambda: _begin(key, asked, trial),
        )
        if st.session_state.get(asked) == trial:
            st.caption("Stopped. Of what was half done nothing is kept.")
    work.show(key, "It is trained with each remedy")
    found: tuple[Outcome, ...] | None = work.value(key)
    if found:
        _draw(key, found)
        st.markdown(table(found))
        st.markdown(words(found))


def _begin(key: str, asked: str, trial: Trial) -> None:
    st.session_state[asked] = trial
    network = Network(NETWORKS[trial.network])
    images, labels = examples("train", network.preparation)
    data = Examples(images[: trial.count], labels[: trial.count])
    unseen = examples("test", network.preparation)
    steps = compare(network, pictures(_STRANGERS), data, unseen, UPDATES, trial.seed)
    work.start(key, steps)


def _draw(key: str, found: tuple[Outcome, ...]) -> None:
    kinds = {key: STRANGERS[key].name for key in STRANGERS if key != DIGITS}
    left, right = st.columns(2)
    plain = {"displayModeBar": False}
    left.plotly_chart(figures.calmed(kinds, found), key=f"{key}.calmed", config=plain)
    right.plotly_chart(figures.reliability(found), key=f"{key}.reliability", config=plain)


# --- In words ----------------------------------------------------------------------------------


def table(found: tuple[Outcome, ...]) -> str:
    """Return the outcomes as a table in Markdown, a column each."""
    rows = {
        "digits read right": [percent(o.accuracy, 1) for o in found],
        "digits it is over 90 % sure of": [percent(o.answered) for o in found],
        "strangers it is over 90 % sure of": [percent(sure(o)) for o in found],
        "strangers that pass where 95 % of the digits do": [percent(o.passing) for o in found],
        "gap between how sure it is and how often right": [
            percent(o.calibration.error, 1) for o in found
        ],
    }
    lines = [
        f"| | {' | '.join(o.name for o in found)} |",
        f"|---|{'---:|' * len(found)}",
        *(f"| {what} | {' | '.join(values)} |" for what, values in rows.items()),
    ]
    return "\n".join(lines)


def sure(outcome: Outcome) -> float:
    """Return the share of all strangers that it is sure of."""
    return float(np.mean(list(outcome.sure.values())))


def words(found: tuple[Outcome, ...]) -> str:
    """Return what the measured numbers say, and what they do not."""
    before, *others = found
    lines = [f"- **{o.name}**: {_effect(before, o)}" for o in others]
    calmer = [o for o in others if sure(o) < sure(before)]
    if calmer and all(o.answered < before.answered for o in calmer):
        lines.append("\nWhatever made it less sure of strangers made it less sure of digits, too.")
    best = percent(min(o.passing for o in found))
    names = [o.name.lower() for o in others if percent(o.passing) == best]
    came = (
        "no remedy lets fewer pass"
        if best == percent(before.passing)
        else f"{best} with {' or '.join(names)}, which does best"
    )
    lines.append(
        "\nWhat counts is whether strangers can be told from digits. Set the threshold so that "
        f"95 % of the digits pass: then {percent(before.passing)} of the strangers do without any "
        f"remedy, and {came}."
    )
    return "\n".join(lines)


def _effect(before: Outcome, after: Outcome) -> str:
    told = (
        f"sure of {percent(sure(before))} → {percent(sure(after))} of the strangers, and of "
        f"{percent(before.answered)} → {percent(after.answered)} of the digits; its confidence is "
        f"off by {percent(before.calibration.error, 1)} → {percent(after.calibration.error, 1)}."
    )
    if after.key == TEMPERATURE:
        return f"T = {after.temperature:.2f}, no other answer, {told}"
    change = 100 * (after.accuracy - before.accuracy)
    return f"{change:+.1f} points of digits read right, {told}".replace("-", "−", 1)
