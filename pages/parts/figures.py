"""Figures that change rarely, as plain dictionaries for plotly; arrays in float32."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.inspection.remedies import Outcome

Figure = dict[str, Any]
Place = tuple[float, float]

_MARGIN = {"l": 60, "r": 16, "t": 16, "b": 48}


def _single(array: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(array, np.float32)


def shrinking(sizes: NDArray[Any], measured: NDArray[Any]) -> Figure:
    """Return the noise of gradients against the batch size, with the rule 1/√B beside it."""
    rule = measured[0] / np.sqrt(sizes)
    return {
        "data": [
            {
                "type": "scatter",
                "x": _single(sizes),
                "y": _single(rule),
                "mode": "lines",
                "name": "1/√B",
                "line": {"dash": "dash", "color": "#8a93a6", "width": 2},
            },
            {
                "type": "scatter",
                "x": _single(sizes),
                "y": _single(measured),
                "mode": "markers",
                "name": "measured",
                "marker": {"size": 9, "color": "#d55e00"},
            },
        ],
        "layout": {
            "height": 300,
            "margin": _MARGIN,
            "xaxis": {
                "type": "log",
                "title": {"text": "houses in a batch, B"},
                "tickvals": sizes.tolist(),
            },
            "yaxis": {"type": "log", "title": {"text": "error of the gradient"}, "dtick": 1},
            "legend": {
                "orientation": "h",
                "x": 1,
                "xanchor": "right",
                "y": 1.02,
                "yanchor": "bottom",
            },
        },
    }


_METHODS = {  # as assets/trials/looks.js has them: colour, marker
    "grid": ("#cc79a7", "square"),
    "random": ("#d55e00", "x"),
    "descent": ("#56b4e9", "circle"),
    "restarts": ("#009e73", "triangle-up"),
}


def needed(
    curves: Mapping[str, tuple[str, Sequence[Place], Sequence[Place]]],
    limits: Sequence[tuple[float, str]],
    dimension: int,
) -> Figure:
    """Return the evaluations needed against the number of dimensions.

    Args:
        curves: by method its name, the measured (dimension, log₁₀ evaluations) and those that
            follow if it goes on like that. Logarithms, for no float holds 10^13,002.
        limits: lines across, each a log₁₀ and what it means.
        dimension: the number of dimensions in question; it is marked, and nothing beyond it shown.
    """
    data: list[dict[str, Any]] = []
    for key, (name, measured, further) in curves.items():
        colour, marker = _METHODS[key]
        measured = [place for place in measured if place[0] <= dimension]
        further = [place for place in further if place[0] <= dimension]
        data.append(_line(measured, name, colour, "solid", marker))
        if further:
            data.append(_line([*measured[-1:], *further], name, colour, "dash", None))
    top = max(height for line in data for height in line["y"])
    ticks = [d for d in (1, 2, 3, 4, 6, 10, 30, 100, 1000, 13_002) if d <= dimension]
    data += [_limit(height, text, dimension) for height, text in _apart(limits, top)]
    return {
        "data": data,
        "layout": {
            "height": 420,
            "margin": _MARGIN | {"l": 76, "t": 56},
            "hovermode": "closest",
            "xaxis": {
                "type": "log",
                "title": {"text": "dimensions"},
                "tickvals": ticks,
                "ticktext": [f"{tick:,}" for tick in ticks],
                "range": [-0.03, float(np.log10(max(dimension, 2))) + 0.05],
                "zeroline": False,
            },
            "yaxis": {
                "title": {"text": "evaluations needed"},
                "zeroline": False,
                **_powers(top),
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
    }


def _line(
    places: Sequence[Place], name: str, colour: str, dash: str, marker: str | None
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [place[0] for place in places],
        "y": [place[1] for place in places],
        "mode": "lines+markers" if marker else "lines",
        "name": name,
        "showlegend": marker is not None,
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "marker": {"color": colour, "symbol": marker or "circle", "size": 8},
        "hovertemplate": f"{name}: 10<sup>%{{y:,.1f}}</sup> evaluations in %{{x:,}} dimensions"
        + ("" if marker else ", if it goes on like that")
        + "<extra></extra>",
    }


def _apart(limits: Sequence[tuple[float, str]], top: float) -> list[tuple[float, str]]:
    """The limits that are in the picture and far enough apart to be read, the highest first."""
    shown: list[tuple[float, str]] = []
    for limit in sorted(limits, reverse=True):
        if limit[0] < top and (not shown or shown[-1][0] - limit[0] > 0.08 * top):
            shown.append(limit)
    return shown


def _limit(height: float, text: str, dimension: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [1, max(dimension, 2)],
        "y": [height, height],
        "mode": "lines+text",
        "text": [text, ""],
        "textposition": "top right",
        "showlegend": False,
        "hoverinfo": "skip",
        "line": {"color": "#8a93a6", "width": 1, "dash": "dot"},
    }


def _powers(top: float) -> dict[str, Any]:
    """Ticks of an axis of logarithms: at most eight, each a power of ten."""
    step = next(s for s in _STEPS if top / s <= 8)
    values = [step * k for k in range(int(top / step) + 2)]
    return {
        "range": [-0.04 * top, 1.06 * top],
        "tickvals": values,
        "ticktext": [
            f"10<sup>{value:,}</sup>" if value > 1 else str(10**value) for value in values
        ],
    }


_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]


def spent(searches: Mapping[str, tuple[str, NDArray[Any], NDArray[Any]]]) -> Figure:
    """Return the best cost so far against the evaluations spent; by method name, counts, costs."""
    data = [
        {
            "type": "scatter",
            "x": _single(counts),
            "y": _single(bests),
            "mode": "lines",
            "name": name,
            "line": {"color": _METHODS[key][0], "width": 2.5, "shape": "hv"},
        }
        for key, (name, counts, bests) in searches.items()
    ]
    return {
        "data": data,
        "layout": {
            "height": 300,
            "margin": _MARGIN | {"t": 40},
            "xaxis": {"type": "log", "title": {"text": "evaluations"}, "dtick": 1},
            "yaxis": {"type": "log", "title": {"text": "best cost so far"}, "dtick": 1},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
    }


def learning(steps: NDArray[Any], trained: NDArray[Any], tested: NDArray[Any]) -> Figure:
    """Return training and held-out error, in thousands of dollars, against the steps taken."""
    lines = (("training", trained, "#3f7fbf", "solid"), ("held out", tested, "#d55e00", "dash"))
    return {
        "data": [
            {
                "type": "scatter",
                "x": _single(steps),
                "y": _single(errors),
                "mode": "lines",
                "name": name,
                "line": {"color": colour, "width": 2.5, "dash": dash},
                "hovertemplate": "step %{x}: $%{y:.0f}k<extra>" + name + "</extra>",
            }
            for name, errors, colour, dash in lines
        ],
        "layout": {
            "height": 280,
            "margin": _MARGIN,
            "xaxis": {"type": "log", "title": {"text": "steps"}, "dtick": 1},
            "yaxis": {"title": {"text": "off by"}, "tickprefix": "$", "ticksuffix": "k"},
            "legend": {
                "orientation": "h",
                "x": 1,
                "xanchor": "right",
                "y": 1.02,
                "yanchor": "bottom",
            },
        },
    }


def premiums(
    centres: NDArray[Any], codes: NDArray[Any], extra: NDArray[Any], counts: NDArray[Any]
) -> Figure:
    """Return a map: a circle for each ZIP at (longitude, latitude), as large as its sales.

    Colour and sign say what it adds to the price, in thousands of dollars.
    """
    most = float(np.abs(extra[counts >= 10]).max())
    stretch = 1.0 / np.cos(np.deg2rad(centres[:, 1].mean()))
    return {
        "data": [
            {
                "type": "scatter",
                "x": _single(centres[:, 0]),
                "y": _single(centres[:, 1]),
                "mode": "markers",
                "customdata": [
                    [str(code), round(float(value)), int(count)]
                    for code, value, count in zip(codes, extra, counts, strict=True)
                ],
                "hovertemplate": "ZIP %{customdata[0]}: %{customdata[1]:+d} thousand dollars, "
                "%{customdata[2]} sales<extra></extra>",
                "marker": {
                    "size": _single(6 + 3.2 * np.sqrt(counts)),
                    "color": _single(extra),
                    "cmin": -most,
                    "cmax": most,
                    "colorscale": [[0, "#3f7fbf"], [0.5, "#d9d4c8"], [1, "#d55e00"]],
                    "line": {"width": 1, "color": "#8a93a6"},
                    "colorbar": {"title": {"text": "$1000"}, "thickness": 10, "len": 0.7},
                },
            }
        ],
        "layout": {
            "height": 520,
            "margin": {"l": 56, "r": 8, "t": 8, "b": 44},
            "xaxis": {"title": {"text": "longitude"}, "zeroline": False},
            "yaxis": {
                "title": {"text": "latitude"},
                "zeroline": False,
                "scaleanchor": "x",
                "scaleratio": stretch,
            },
        },
    }


_REMEDIES = {  # colour, marker
    "none": ("#8a93a6", "circle"),
    "temperature": ("#56b4e9", "diamond"),
    "augmentation": ("#009e73", "square"),
    "decay": ("#e69f00", "triangle-up"),
}


def calmed(kinds: Mapping[str, str], outcomes: Sequence[Outcome]) -> Figure:
    """Return how many pictures of each kind a network is sure of, a mark for each remedy.

    Args: kinds: what the sets of strangers are called, the first one on top; digits stand above.
    """
    rows = ["Test digits", *kinds.values()]
    data = [
        {
            "type": "scatter",
            "x": _single(np.array([o.answered, *(o.sure[key] for key in kinds)])),
            "y": rows,
            "mode": "markers",
            "name": o.name,
            "marker": _remedy_mark(o.key, 11),
            "hovertemplate": f"{o.name}: sure of %{{x:.0%}} of them<extra>%{{y}}</extra>",
        }
        for o in outcomes
    ]
    return {
        "data": data,
        "layout": {
            "height": 360,
            "margin": _MARGIN | {"l": 8, "t": 64},
            "xaxis": {
                "title": {"text": "share that it is more than 90 % sure of"},
                "range": [-0.03, 1.03],
                "tickformat": ".0%",
                "zeroline": False,
            },
            "yaxis": {"autorange": "reversed", "automargin": True},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
    }


def reliability(outcomes: Sequence[Outcome]) -> Figure:
    """Return how often it is right against how sure it is: calibrated is the diagonal."""
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": [0, 1],
            "y": [0, 1],
            "mode": "lines",
            "name": "as sure as right",
            "hoverinfo": "skip",
            "line": {"color": "#8a93a6", "width": 1, "dash": "dot"},
        }
    ]
    for o in outcomes:
        some = o.calibration.counts >= _ENOUGH
        data.append(
            {
                "type": "scatter",
                "x": _single(o.calibration.confidence[some]),
                "y": _single(o.calibration.accuracy[some]),
                "mode": "lines+markers",
                "name": o.name,
                "line": {"color": _REMEDIES[o.key][0], "width": 2},
                "marker": _remedy_mark(o.key, 8),
                "hovertemplate": f"says %{{x:.0%}}, is right in %{{y:.0%}}<extra>{o.name}</extra>",
            }
        )
    share = {"tickformat": ".0%", "zeroline": False}
    return {
        "data": data,
        "layout": {
            "height": 360,
            "margin": _MARGIN | {"t": 64},
            "xaxis": share | {"title": {"text": "how sure it is"}, "range": [0.25, 1.02]},
            "yaxis": share | {"title": {"text": "how often it is right"}, "range": [0.0, 1.04]},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
    }


_ENOUGH = 20  # pictures in a bin, so that a mean says something


def _remedy_mark(key: str, size: int) -> dict[str, Any]:
    colour, symbol = _REMEDIES[key]
    return {"color": colour, "symbol": symbol, "size": size, "line": {"width": 1, "color": "#fff"}}
