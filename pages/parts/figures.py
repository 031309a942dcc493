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
