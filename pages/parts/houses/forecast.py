"""The model with ZIPs: a price for a house of one's own, and what its 69 weights have learnt."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine import descent
from engine.houses import Cost, Kind, Model, Score, features, held_out, scored, solved
from pages.parts import figures, tables

STEPS = 2_000
"""How long the model with ZIPs walks."""

RATE = 0.9
"""Its learning rate: a tenth below 2/L, which is 0.99 on every split."""

_KINDS: dict[Kind, str] = {
    "area": "square feet",
    "zip_number": "square feet, ZIP as a number",
    "zip": "square feet, one column for each ZIP",
}


@lru_cache(maxsize=4)
def model(kind: Kind = "zip") -> Model:
    """Return the closed-form model of all sales."""
    return solved(tables.sacramento().houses, kind)


@lru_cache(maxsize=4)
def unseen(kind: Kind = "zip") -> Score:
    """Return its score on houses that it has not seen, ten folds."""
    return held_out(tables.sacramento().houses, kind, seed=0)


# --- A house of one's own ----------------------------------------------------------------------


def own_house() -> None:
    """Show the two boxes for a house, and its price or what is wrong with it."""
    st.subheader("A house of your own")
    left, middle, right = st.columns([1, 1, 3], vertical_alignment="bottom")
    code = left.text_input("ZIP", "95838", key="house_prices_zip", bind="query-params")
    area = middle.number_input(
        "Square feet", value=1680, step=10, key="house_prices_area", bind="query-params"
    )
    right.markdown(in_words(code, float(area)))


def in_words(code: str, area: float) -> str:
    """Return what a house would sell for, or the sentence that says why nobody knows."""
    text = code.strip()
    if not (text.isascii() and text.isdigit() and len(text) == 5):
        return "A ZIP has five digits, such as 95838. Type one, and the price follows."
    if not area > 0:
        return "A house has more than zero square feet. Type its size, and the price follows."
    zips = np.array([int(text)])
    price = float(model().predict(np.array([area]), zips)[0])
    error = unseen().error
    known = bool(model().features.known(zips)[0])
    sizes = tables.sacramento().houses.area
    notes = []
    if not known:
        notes.append(f"No sale here was in ZIP {text}, so the average of the known ZIPs stands in.")
    if not sizes.min() <= area <= sizes.max():
        notes.append(
            f"The sales go from {sizes.min():,.0f} to {sizes.max():,.0f} square feet; further out "
            "the line has seen nothing."
        )
    return " ".join(
        [
            f"**{dollars(price)}** is what the model says. On houses that it has not seen it is "
            f"off by {dollars(error)} (root mean square).",
            *notes,
        ]
    )


def dollars(thousands: float) -> str:
    """Return an amount in words that Markdown does not take for a formula."""
    sign = "−" if thousands < 0 else ""
    return f"{sign}\\${abs(thousands):,.0f},000" if round(abs(thousands)) else "\\$0"


# --- What ZIPs add -----------------------------------------------------------------------------


def zips() -> None:
    """Show three models, the premium of each ZIP on a map, and one walk in 69 dimensions."""
    st.subheader("What a ZIP is worth")
    left, right = st.columns(2, gap="large")
    with left:
        _comparison()
        _learning()
    with right:
        _map()


def _comparison() -> None:
    rows = [
        "| columns | weights | R² on all | R² held out | off by, held out |",
        "|:-|-:|-:|-:|-:|",
    ]
    for kind, name in _KINDS.items():
        fitted = scored(model(kind), tables.sacramento().houses)
        out = unseen(kind)
        rows.append(
            f"| {name} | {len(model(kind).parameters)} | {fitted.r_squared:.3f} | "
            f"{out.r_squared:.2f} | {dollars(out.error)} |"
        )
    st.markdown("\n".join(rows))
    st.markdown(
        "R² is the share of the differences in price that the model explains. As a number a ZIP is "
        "wrong in kind: 95838 is not more of anything than 95608, and a weight for it gains almost "
        "nothing. With one column for each ZIP, each gets a weight of its own. There is no "
        "separate bias then: it would be the sum of these columns."
    )


class Learning(NamedTuple):
    """Errors (root mean square, thousands of dollars) along a walk over all weights.

    `trained` and `tested`: in training and held out, after each of `steps`. `dimension`: how many
    weights there are, one for each ZIP met in training and one for the area. `gap`: how far the
    cost is above that of the closed-form answer at the end, as a share. `unknown`: how many houses
    held out are in a ZIP that was not met.
    """

    steps: NDArray[np.int_]
    trained: NDArray[np.float64]
    tested: NDArray[np.float64]
    dimension: int
    gap: float
    unknown: int


@lru_cache(maxsize=16)
def learning(seed: int) -> Learning:
    """Return how training and held-out error fall along a walk of gradient descent."""
    learnt, out = tables.sacramento().houses.split(seed)
    made = features(learnt, "zip")
    cost = Cost(made.columns(learnt.area, learnt.zips), learnt.price)
    test = Cost(made.columns(out.area, out.zips), out.price)
    begun = descent.start(cost, np.zeros(cost.dimension), "gradient_descent", learning_rate=RATE)
    run = descent.advance(begun, STEPS)
    rows = np.unique(np.rint(np.geomspace(1, STEPS, 80)).astype(int))
    points = run.points[rows]
    unknown = int((~made.known(out.zips)).sum())
    gap = float(run.values[-1] / cost.value(cost.best) - 1.0)
    trained, tested = np.sqrt(cost.value(points)), np.sqrt(test.value(points))
    return Learning(rows, trained, tested, cost.dimension, gap, unknown)


def _learning() -> None:
    seed = st.session_state.setdefault("house_prices.split", 1)
    told = learning(seed)
    st.markdown("**Training against held-out error**")
    st.plotly_chart(
        figures.learning(told.steps, told.trained, told.tested),
        key="house_prices.learning",
        config={"displayModeBar": False},
    )
    alone = "is one house" if told.unknown == 1 else f"are {told.unknown} houses"
    unknown = f"Among them {alone} in a ZIP that was not met in training." if told.unknown else ""
    st.markdown(
        f"The same gradient descent, now over {told.dimension} weights: after {STEPS:,} steps the "
        f"cost is {_share(told.gap)} above that of the closed-form answer. A fifth of the houses "
        f"was held out: {dollars(told.trained[-1])} off in training, {dollars(told.tested[-1])} on "
        f"those. {unknown} One split may be lucky; ten folds say {dollars(unseen().error)}."
    )
    st.button("Another split", key="house_prices.again", on_click=_split_again)


def _split_again() -> None:
    st.session_state["house_prices.split"] = (st.session_state["house_prices.split"] + 1) % 100


def _share(gap: float) -> str:
    return "less than a millionth" if gap < 1e-6 else f"{100 * gap:.4f} %"


@lru_cache(maxsize=1)
def premiums() -> tuple[NDArray[np.int_], NDArray[np.float64], NDArray[np.int_]]:
    """Return the ZIPs, what each adds to a house of equal size (thousands), and its sales."""
    made = model().features
    weights = model().parameters[1:]
    counts = np.rint(made.shares * len(tables.sacramento().houses)).astype(int)
    return made.codes, weights - made.shares @ weights, counts


def _map() -> None:
    codes, extra, counts = premiums()
    latitude, longitude = tables.places()
    sold = tables.sacramento().houses.zips
    centres = np.array([(longitude[sold == c].mean(), latitude[sold == c].mean()) for c in codes])
    st.markdown("**The premium of each ZIP**, for houses of one size")
    st.plotly_chart(
        figures.premiums(centres, codes, extra, counts),
        key="house_prices.map",
        config={"displayModeBar": False},
    )
    many = np.flatnonzero(counts >= 10)
    order = many[np.argsort(extra[many])]
    dear, cheap = order[-1], order[0]
    st.markdown(
        f"Among ZIPs with ten sales or more, {codes[dear]} adds {dollars(extra[dear])} to the "
        f"average and {codes[cheap]} takes {dollars(-extra[cheap])} off. Small circles have few "
        f"sales: {int((counts < 10).sum())} of the {len(codes)} ZIPs have fewer than ten, and "
        "their weights are more luck than knowledge."
    )
