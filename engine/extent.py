"""How much there is of an expression: how deep it goes, and how long its derivatives would be.

Known from the expression alone, before anything is differentiated, so that what would take too long
is refused at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.expression import MINUS_ONE, Node

Cost = tuple[int, int, int]  # operations in f, f' and f'', written out in full


@dataclass(frozen=True, slots=True)
class Extent:
    """The extent of an expression.

    `depth` counts operations within each other (a sum or product of many is one), `calls` functions
    within each other, `tower` powers with a variable exponent within each other.
    """

    depth: int = 0
    calls: int = 0
    tower: int = 0
    cost: tuple[int, int, int] = (1, 0, 0)


def measure(node: Node, parts: Sequence[Extent]) -> Extent:
    """Return the extent of a node from those of its parts; a number or variable has depth 0."""
    if not parts:
        return Extent(cost=(1, int(node.kind == "variable"), 0))
    varies = node.kind == "power" and parts[1].cost[1] > 0
    # A quotient is written as a power, and a sign as a product; neither is a level of its own.
    flat = (
        node.kind == "power" and node.args[1].kind == "number" and node.args[1].number == -1
    ) or (node.kind == "product" and len(parts) == 2 and node.args[0] == MINUS_ONE)
    return Extent(
        depth=max(p.depth for p in parts) + (not flat),
        calls=max(p.calls for p in parts) + (node.kind == "call"),
        tower=max(p.tower for p in parts) + varies,
        cost=_cost(node, [p.cost for p in parts]),
    )


def _cost(node: Node, parts: Sequence[Cost]) -> Cost:
    """Estimate the operations in f, f' and f'' written out in full."""
    size = sum(p[0] for p in parts)
    if node.kind == "sum":
        return size, sum(p[1] for p in parts), sum(p[2] for p in parts)
    if node.kind == "product" or (node.kind == "power" and parts[1][1]):
        # (f·g·…)'' has f'' times the others, and f' g' times the others for every pair.
        first = second = 0
        for i, (own, slope, bend) in enumerate(parts):
            first += slope and slope + size - own
            second += bend and bend + size - own
            for other in parts[i + 1 :]:
                second += slope and other[1] and slope + other[1] + size - own - other[0]
        if node.kind == "power":  # b^p repeats itself and log(b) in every term
            first, second = first + 2 * size, second + 2 * first + 4 * size
        return size, first, second
    _, slope, bend = parts[0]
    outer = size + 1
    return outer, slope and slope + outer, slope and 2 * (slope + outer) + bend
