"""A gradient entry is a sensitivity: how much the cost changes with one weight, tried out.

Where the entry is 3.2 for one weight and 0.1 for another, the same small wiggle of both changes the
cost 32 times as much through the first.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.network import NetworkCost
from engine.optimizers.optimizer import FloatArray

WIGGLE = 1e-6
"""So small that the cost is straight there, so large that float64 still tells the difference."""

LEAST = 1e-4
"""An entry below this is too small for its wiggle to be told from rounding and curvature."""

_NEAR = 0.05  # a ratio so far off, relatively, still counts as the one wanted
_CLOSE = 0.002  # below this the larger pair is better than the closer one


def ranked(gradient: FloatArray) -> NDArray[np.intp]:
    """Return the places of a gradient (d,) from the most to the least sensitive."""
    return np.argsort(-np.abs(gradient), kind="stable")


class Pair(NamedTuple):
    """Two places in the flat vector, and how many times as large the first's entry is."""

    strong: int
    weak: int
    ratio: float


def pair(gradient: FloatArray, ratio: float = 32.0, least: float = LEAST) -> Pair | None:
    """Return two entries of a gradient (d,) with about this ratio of sizes, or None.

    The largest pair within 0.2 % of the ratio; if there is none the closest within 5 %. Both
    entries are at least `least`. Raises ValueError for a ratio below 1.
    """
    if not ratio >= 1:
        raise ValueError(f"a ratio is 1 or more: the larger over the smaller, not {ratio}")
    places = ranked(gradient)
    sizes = np.abs(gradient[places].astype(np.float64))
    known = np.isfinite(sizes) & (sizes >= least)
    places, sizes = places[known], sizes[known]
    if len(sizes) < 2:
        return None
    rising = sizes[::-1]
    after = np.searchsorted(rising, sizes / ratio)
    best: tuple[float, int, int] | None = None
    for strong, beyond in enumerate(after):
        for near in {max(int(beyond) - 1, 0), min(int(beyond), len(sizes) - 1)}:
            weak = len(sizes) - 1 - near
            off = abs(sizes[strong] / sizes[weak] / ratio - 1)
            if weak != strong and (best is None or off < best[0]):
                best = (float(off), strong, weak)
        if best is not None and best[0] <= _CLOSE:
            break
    if best is None or best[0] > _NEAR:
        return None
    _, strong, weak = best
    return Pair(int(places[strong]), int(places[weak]), float(sizes[strong] / sizes[weak]))


class Wiggle(NamedTuple):
    """What the cost does when one parameter moves by `amount`.

    `slope` is its gradient entry; `predicted` = slope × amount; `measured` is the cost after minus
    the cost before. `kink`: whether a ReLU switched on or off on the way for one of the pictures:
    then the prediction holds on one side only.
    """

    place: int
    amount: float
    slope: float
    predicted: float
    measured: float
    kink: bool


def wiggle(cost: NetworkCost, parameters: FloatArray, place: int, amount: float = WIGGLE) -> Wiggle:
    """Return what moving parameter `place` does to a cost, in float64 throughout.

    First order: C(θ + h e) − C(θ) = h ∂C/∂θ + O(h²). Raises ValueError if there is no such
    parameter.
    """
    if not 0 <= place < cost.dimension:
        raise ValueError(f"there are the parameters 0 to {cost.dimension - 1}, not {place}")
    before = parameters.astype(np.float64)
    after = before.copy()
    after[place] += amount
    value, gradient = cost.value_and_gradient(before)
    slope = float(gradient[place])
    return Wiggle(
        place,
        amount,
        slope,
        slope * amount,
        float(cost.value(after) - value),
        cost.network.activation == "relu" and _switches(cost, before, after),
    )


def _switches(cost: NetworkCost, before: FloatArray, after: FloatArray) -> bool:
    """Whether any hidden neuron has another sign for any picture at the two points."""
    ends = [cost.network.sums(point, cost.images)[:-1] for point in (before, after)]
    return any(bool(((a > 0) != (b > 0)).any()) for a, b in zip(*ends, strict=True))
