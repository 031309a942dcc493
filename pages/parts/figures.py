"""Figures that change rarely, as plain dictionaries for plotly; arrays in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Figure = dict[str, Any]

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
