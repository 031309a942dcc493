"""The costs of all mini-batches as a curve of few points, at a price that does not grow with them.

A completed epoch's costs never change, so they are put together once, and what was found is kept
as long as they are.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training import Training

POINTS = 300
"""How many points a curve has, at the most."""

_COUNT, _TOTAL, _LOW, _HIGH = range(4)  # rows of pieces

Costs = NDArray[np.floating[Any]]
Pieces = NDArray[np.float64]


def curve(training: Training) -> dict[str, NDArray[np.float64]]:
    """Return the costs so far in at most POINTS pieces: `at` which update, mean, lowest, highest.

    An epoch's pieces are not cut, so two neighbours may be of somewhat different lengths.
    """
    pieces = _together(
        np.concatenate([*map(_kept, training.batch_costs), _cut(training.recent_costs)], axis=1)
    )
    ends = np.cumsum(pieces[_COUNT])
    return {
        "at": ends - (pieces[_COUNT] - 1) / 2,
        "mean": pieces[_TOTAL] / pieces[_COUNT],
        "low": pieces[_LOW],
        "high": pieces[_HIGH],
    }


def latest(training: Training, count: int) -> Costs:
    """Return the costs of the last mini-batches, so many or as many as there are."""
    found = training.recent_costs[-count:]
    for costs in reversed(training.batch_costs):
        if len(found) == count:
            break
        found = np.concatenate([costs[len(found) - count :], found])
    return found


def _cut(costs: Costs) -> Pieces:
    """Return costs as pieces (4, m)."""
    return _together(np.vstack([np.ones(len(costs)), costs, costs, costs]).astype(np.float64))


def _together(pieces: Pieces) -> Pieces:
    """Return pieces (4, n) put together to at most POINTS of about the same length."""
    if pieces.shape[1] <= POINTS:
        return pieces
    ends = np.cumsum(pieces[_COUNT])
    wanted = np.linspace(0, ends[-1], POINTS + 1)[:-1]
    starts = np.unique(np.searchsorted(ends, wanted, side="right"))
    return np.stack(
        [
            np.add.reduceat(pieces[_COUNT], starts),
            np.add.reduceat(pieces[_TOTAL], starts),
            np.minimum.reduceat(pieces[_LOW], starts),
            np.maximum.reduceat(pieces[_HIGH], starts),
        ]
    )


# --- What is kept ------------------------------------------------------------------------------

_found: dict[int, tuple[weakref.ref[Costs], Pieces]] = {}


def _kept(costs: Costs) -> Pieces:
    """Return the pieces of a completed epoch: found once, forgotten with its costs."""
    key = id(costs)
    known = _found.get(key)
    if known is not None and known[0]() is costs:
        return known[1]
    pieces = _cut(costs)
    _found[key] = weakref.ref(costs, lambda ended: _forget(key, ended)), pieces
    return pieces


def _forget(key: int, ended: weakref.ref[Costs]) -> None:
    if key in _found and _found[key][0] is ended:  # else its number belongs to another by now
        del _found[key]
