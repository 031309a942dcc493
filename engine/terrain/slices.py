"""The cost along each step of a walk: what the slope promised, and what the surface did."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from engine.descent.evidence import length
from engine.descent.walk import Run, next_move
from engine.optimizers.optimizer import FloatArray
from engine.terrain import Curved, curvature_along

SHARES: FloatArray = np.linspace(-0.5, 2.5, 49)
"""Where the cost is asked, in lengths of the step: 0 is where it begins, 1 where it lands."""

_ROUNDING = 8 * np.finfo(np.float64).eps  # of a cost: a few operations' worth


@dataclass(frozen=True, eq=False)
class Slices:
    """The cost along each step Δ of a walk of n steps, and along the one that would come next.

    `shares` (m,); `rises` (n + 1, m) is f(θ + share·Δ) − f(θ), and 0 where that is no more than
    the rounding of the two costs, as by a minimum whose cost is not 0: the sign of such a
    difference says nothing. `slope` (n + 1,) is ∇f·Δ: the tangent
    promises a change by it, −α|∇f|² for gradient descent. `bend` (n + 1,) is ΔᵀHΔ: along the step
    the cost is about slope·share + bend·share²/2, lowest at −slope/bend. `sizes` (n + 1,) are the
    lengths of the steps. nan where the formula has no value.
    """

    shares: FloatArray
    rises: FloatArray
    slope: FloatArray
    bend: FloatArray
    sizes: FloatArray


def slices(run: Run, shares: FloatArray = SHARES) -> Slices:
    """Return the slices of a single run, whose objective has a Hessian."""
    points = run.points
    moves = np.concatenate([np.diff(points, axis=0), next_move(run)[None]])
    with np.errstate(all="ignore"):
        places = points[:, None] + shares[:, None] * moves[:, None]
        rises = run.objective.value(places) - run.values[:, None]
        rises[np.abs(rises) < _ROUNDING * np.abs(run.values[:, None])] = 0.0
        slope = (run.gradients * moves).sum(axis=-1)
        sizes = length(moves)
        bend = curvature_along(cast(Curved, run.objective), points, moves) * sizes**2
    return Slices(shares, rises, slope, bend, sizes)
