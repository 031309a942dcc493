"""What the pages on data share: houses on the stage, their scale, and what the stage is told."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import streamlit as st

from engine import terrain
from engine.houses import Houses
from engine.houses.price_surface import PriceSurface, price_surface
from pages.parts import stage, tables
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More
from pages.parts.stage.scene import Scene
from pages.parts.tables import Source

MOST_SHOWN = 1_000
"""How many houses are drawn as points; of more, an even sample."""

SACRAMENTO = "sacramento"
"""The key of the surface that a link means; a visitor's own has none."""

SCALES = ("scaled", "raw")
"""The two ways to write the first column down."""


def source(name: str) -> Source:
    """Return the data of a page: a visitor's own, else the sales that come with the app."""
    own = st.session_state.get(f"{name}.own")
    return own if isinstance(own, Source) else tables.sacramento()


def surface(data: Source, scaled: bool) -> PriceSurface:
    """Return the cost surface of these data, which holds none of their rows."""
    return price_surface(data.houses, scaled=scaled, key="" if data.own else SACRAMENTO)


def landscape(scene: Scene) -> PriceSurface:
    """Return the scene's surface, which is made of houses."""
    if not isinstance(scene.landscape, PriceSurface):
        raise TypeError("this stage walks on houses")
    return scene.landscape


def scaling(name: str) -> bool:
    """Show the switch between scaled and raw; return whether it is scaled."""
    key = f"{name}_scale"
    st.segmented_control(
        "Square feet are" if not source(name).own else "The first column is",
        SCALES,
        default="scaled",
        required=True,
        key=key,
        bind="query-params",
        on_change=lambda: _rescale(name),
    )
    return st.session_state[key] != "raw"


def introduce(name: str) -> None:
    """Say what the houses are, and where the walk begins."""
    data = source(name)
    if not data.own:
        st.markdown(
            "932 sales around Sacramento in May 2008. At the start the model says \\$300,000 for "
            "every house. Each point on the map is one line through the houses: **price = weight · "
            "square feet + bias**. Prices count in thousands of dollars, so the cost is in "
            "thousands of dollars, squared."
        )
        return
    st.markdown(f"Your file, {len(data.houses):,} rows. Each point on the map is one line:")
    st.code(f"{data.up} = weight · {data.across} + bias", language=None, wrap_lines=True)
    if len(data.houses) > MOST_SHOWN:
        st.caption(f"All rows count; {MOST_SHOWN:,} of them are drawn.")
    for note in data.notes:
        st.text(note)


def _rescale(name: str) -> None:
    scene = stage.current(name)
    new = surface(source(name), st.session_state[f"{name}_scale"] != "raw")
    moved = scenes.on(scene, new)
    with suppress(ValueError):  # numbers too large for a start: the surface's own will do
        moved = scenes.from_start(moved, same_line(landscape(scene), new, scene.start))
    stage.change(name, moved)


def same_line(old: PriceSurface, new: PriceSurface, point: tuple[float, ...]) -> tuple[float, ...]:
    """Return the weight and bias that draw on `new` the line which `point` draws on `old`."""
    slope = point[0] / old.spread
    height = point[1] - slope * old.centre
    weight, bias = slope * new.spread, height + slope * new.centre
    return float(f"{weight:.10g}"), float(f"{bias:.10g}")


def more(name: str, scene: Scene) -> More:
    """Return what the view of the houses needs."""
    data = source(name)
    return more_of(landscape(scene), data, data.houses)


def more_of(here: PriceSurface, data: Source, houses: Houses) -> More:
    """Return what the view of these houses needs; `data` says what they are."""
    rows = shown(here)
    header = {
        "views": ["houses"],
        "shown": ["houses", "map", "cost"],
        "examples": "rows" if data.own else "houses",
        "moments": here.whole._asdict(),
        "houses": {
            "centre": here.centre,
            "spread": here.spread,
            "across": data.across,
            "up": data.up,
            "unit": data.unit,
            "verb": data.verb,
            "money": data.money,
            "own": data.own,
            "look": _alike(houses, rows),
        },
    }
    arrays = {
        # Not in single precision: a column may differ in its eighth digit only.
        "area": houses.area[rows].astype("<f8"),
        "price": houses.price[rows].astype("<f8"),
    }
    if not data.own:
        arrays["codes"] = houses.zips[rows].astype("<i4")
    return More(header, arrays)


def _alike(houses: Houses, rows: np.ndarray) -> int:
    """Return which of the houses drawn is looked at first: large, and sold above the mean."""
    area, price = houses.area[rows], houses.price[rows]
    wanted = area.mean() + 1.8 * area.std(), price.mean() + 1.55 * price.std()
    away = [(area - wanted[0]) / area.std(), (price - wanted[1]) / price.std()]
    return int(np.argmin(np.hypot(*away)))


def shown(here: PriceSurface) -> np.ndarray:
    """Return which houses are drawn: all, or an even sample."""
    if here.count <= MOST_SHOWN:
        return np.arange(here.count)
    return np.linspace(0, here.count - 1, MOST_SHOWN, dtype=int)


def valley(name: str, scene: Scene) -> None:
    """Say how narrow the valley is, the largest stable rate, and how near the walker came."""
    here = landscape(scene)
    low, high = (float(x) for x in terrain.curvature(here, here.start))
    rate = float(terrain.largest_stable_rate(here, here.start))
    columns = st.columns(3)
    columns[0].metric("Condition number", _short(high / low) if low > 0 else "∞")
    columns[1].metric("Largest stable rate, 2/L", _short(rate))
    columns[2].metric("Lowest possible cost", f"{float(here.value(np.array(here.best))):,.4g}")
    st.markdown(_valley_in_words(here, high / low if low > 0 else float("inf")))


def _valley_in_words(here: PriceSurface, condition: float) -> str:
    weight, bias = here.best
    answer = f"The closed-form answer is weight {weight:,.4g}, bias {bias:,.4g}."
    answer = answer.replace("-", "−").replace("closed−form", "closed-form")
    if here.scaled:
        return (
            "Scaled: from each value the mean is subtracted, and the rest is divided by the "
            "standard deviation. The surface is a round bowl, as steep one way as the other, so "
            f"one rate suits both. {answer}"
        )
    narrow = (
        f"{np.sqrt(condition):,.0f} times narrower than it is long"
        if np.isfinite(condition)
        else "too narrow to be measured"
    )
    return (
        f"Raw: the valley is {narrow}. A rate small enough for the steep way creeps along the flat "
        f"one{_settling(here)}. {answer}"
    )


def _settling(here: PriceSurface) -> str:
    """Return which of the two settles first: the one along which the cost bends far more."""
    by_weight, by_bias = np.diagonal(here.hessian(np.array(here.best)))
    if by_weight > 10 * by_bias:
        return ": the weight settles at once, and the bias hardly moves"
    if by_bias > 10 * by_weight:
        return ": the bias settles at once, and the weight hardly moves"
    return ", and both weight and bias change on the way"


def _short(number: float) -> str:
    if 1e-3 <= abs(number) < 1e5:
        return f"{number:,.3g}"
    mantissa, exponent = f"{number:.2e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa} · 10{raised}"
