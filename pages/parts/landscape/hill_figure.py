"""The figure of straight lines to a network: cost above, accuracy below; plain data for plotly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.inspection.landscape import Line


def figure(lines: Sequence[tuple[str, str, Line]]) -> dict[str, Any]:
    """Return cost and accuracy along straight lines to one network; name, colour and line each."""
    data: list[dict[str, Any]] = []
    for name, colour, line in lines:
        shared = {
            "type": "scatter",
            "x": (100 * line.shares).astype(np.float32),
            "mode": "lines",
            "name": f"from {name}",
            "legendgroup": name,
            "line": {"color": colour, "width": 2.5},
        }
        cost = "cost %{y:.3g}<extra>from " + name + "</extra>"
        read = "reads %{y:.1f} %<extra>from " + name + "</extra>"
        data.append(shared | {"y": line.costs.astype(np.float32), "hovertemplate": cost})
        accuracies = (100 * line.accuracies).astype(np.float32)
        data.append(
            shared | {"y": accuracies, "yaxis": "y2", "showlegend": False, "hovertemplate": read}
        )
    return {
        "data": data,
        "layout": {
            "height": 460,
            "margin": {"l": 60, "r": 16, "t": 40, "b": 48},
            "hovermode": "x",
            "xaxis": {
                "title": {"text": "% of the straight way to the end of path 1"},
                "anchor": "y2",
                "zeroline": False,
            },
            "yaxis": {"title": {"text": "cost"}, "domain": [0.46, 1], "rangemode": "tozero"},
            "yaxis2": {
                "title": {"text": "reads right, %"},
                "domain": [0, 0.38],
                "range": [0, 104],
                "dtick": 25,
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
    }
