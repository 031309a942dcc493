"""Leaving a saddle: how many steps it should take, and how many it takes.

Where the cost curves downwards by λ < 0, gradient descent with the rate α multiplies the distance
from the ridge by 1 + α|λ| at every step. From the distance ε it so needs ln(r/ε)/ln(1 + α|λ|) steps
to be r away: ten times nearer to the ridge costs only ln 10/ln(1 + α|λ|) steps more.
(J. D. Lee, M. Simchowitz, M. I. Jordan, B. Recht, 2016, Gradient descent only converges to
minimizers, COLT, for why the ridge itself is never hit by chance.)

The prediction takes the curvature for constant. It is within a step of the truth where that holds
as far as r, and where the rate is stable across the ridge: α times the largest curvature below 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, log, log1p

import numpy as np

from engine.optimizers.optimizer import FloatArray
from engine.surfaces.surface import Surface
from engine.terrain.critical import Found

RADIUS = 0.1
"""How far from the saddle counts as having left, unless the start is nearly as far."""

_LONGEST = 1000  # steps along a ridge that are looked at


@dataclass(frozen=True)
class Start:
    """Where a walk begins, as seen from a saddle.

    `nudge`: how far off the ridge, along the axis that goes down most, signed; `along`: how far
    along the other one.
    """

    nudge: float
    along: float


def point(saddle: Found, start: Start) -> tuple[float, ...]:
    """Return the coordinates of a start."""
    down, *up = (np.array(axis) for axis in saddle.axes)
    place = np.array(saddle.point) + start.nudge * down
    for axis in up:
        place = place + start.along * axis
    return tuple(place.tolist())


def seen_from(saddle: Found, place: tuple[float, ...]) -> Start:
    """Return how a place lies, as seen from a saddle."""
    away = np.array(place) - np.array(saddle.point)
    parts = [float(np.dot(away, axis)) for axis in saddle.axes]
    return Start(parts[0], parts[-1] if len(parts) > 1 else 0.0)


def radius(nudge: float) -> float:
    """Return how far off the ridge counts as having left: 0.1, or ten nudges if that is more."""
    return max(RADIUS, 10 * abs(nudge))


def predicted_steps(rate: float, curvature: float, nudge: float, away: float) -> float:
    """Return the steps of gradient descent from `nudge` to `away`: inf from the ridge itself.

    `curvature` is that along the ridge's downhill side; inf too where it is not negative.
    """
    if nudge == 0.0 or curvature >= 0.0:
        return inf
    return log(away / abs(nudge)) / log1p(rate * -curvature)


def measured_steps(points: FloatArray, saddle: Found, away: float) -> int | None:
    """Return the first row of a walk (n, d) as far from the saddle along its downhill axis.

    None where it never is. Coming down the ridge from afar does not count as leaving.
    """
    aside = np.abs((points - np.array(saddle.point)) @ np.array(saddle.axes[0]))
    gone = np.flatnonzero(aside >= away)
    return int(gone[0]) if gone.size else None


def caution(
    surface: Surface, saddle: Found, rate: float, away: float, start: Start | None = None
) -> str:
    """Return why the prediction may be off for gradient descent with a rate, in words, or "".

    Either the rate is too large for the curvature across the ridge, or the curvature changes by so
    much that it costs or saves more than a step: on the way out, or on the way down along the
    ridge from a `start`.
    """
    low, high = saddle.eigenvalues[0], saddle.eigenvalues[-1]
    if not low < 0:
        return (
            "The curvature is zero here, so the distance does not grow by a factor: the slope "
            "fades with the square of the distance or faster, and leaving takes far longer."
        )
    if rate * high > 2:
        return (
            f"The rate is above 2/L = {2 / high:.3g}, L = {high:.3g} being the curvature along "
            "the ridge, so the steps along it grow: that throws the walker out, not the way down."
        )
    if start is not None and (changed := _along_the_ridge(surface, saddle, rate, away, start)):
        return changed
    ends = np.array(saddle.point) + away * np.outer([1.0, -1.0], saddle.axes[0])
    bends = surface.hessian(ends)
    axis = np.array(saddle.axes[0])
    there = np.einsum("i,nij,j->n", axis, bends, axis)
    change = float(np.max(np.abs(there / low - 1))) if np.isfinite(there).all() else inf
    # The curvature changes about linearly: the steps lost are α|λ|⁻¹ times half the change.
    if change / (2 * log1p(rate * -low)) <= 1:
        return ""
    return (
        f"On the way to {away:g} the downhill curvature changes by up to {change:.0%}, so the walk "
        "may be a few steps faster on one side and slower on the other."
    )


def _along_the_ridge(
    surface: Surface, saddle: Found, rate: float, away: float, start: Start
) -> str:
    """Return what the curvature met on the way down along the ridge changes, in words, or "".

    A walk exactly on the ridge tells the downhill curvature at each of its steps, and so by what
    factor the distance of one who walks beside it grows there.
    """
    if start.nudge == 0.0 or start.along == 0.0:
        return ""
    wanted = ceil(predicted_steps(rate, saddle.eigenvalues[0], start.nudge, away))
    places = np.empty((min(2 * wanted, _LONGEST) + 1, len(saddle.point)))
    places[0] = point(saddle, Start(0.0, start.along))
    axis = np.array(saddle.axes[0])
    with np.errstate(all="ignore"):
        for k in range(len(places) - 1):
            places[k + 1] = places[k] - rate * surface.gradient(places[k])
        bends = np.einsum("i,nij,j->n", axis, surface.hessian(places), axis)
        grown = np.cumsum(np.log(np.abs(1.0 - rate * bends)))
    gone = np.flatnonzero(grown >= log(away / abs(start.nudge)))
    if gone.size:
        takes, differs = f"about {int(gone[0]) + 1:,}", abs(int(gone[0]) + 1 - wanted) > 1
    else:  # unless nobody looked that far
        takes, differs = f"more than {2 * wanted:,}", len(places) > 2 * wanted
    if not differs or not np.isfinite(grown[: gone[0] if gone.size else None]).all():
        return ""
    first = f"{bends[0]:.3g}".replace("-", "−")
    return (
        "On its way down the ridge the walker meets another downhill curvature than the saddle's: "
        f"{first} where it begins. Counted with the curvatures met it takes {takes} steps, "
        f"not {wanted:,}."
    )
