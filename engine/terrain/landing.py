"""Where tens of thousands of walks are after some steps, without their history.

The walks are those of `engine.descent`, bit for bit, on a faster road: coordinates come first, so
that each is one stretch of memory; slopes are written in place; nobody judges on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine import descent
from engine.descent import checked_settings
from engine.descent.walk import FARTHEST, Objective, SettingValue, method_of, settings_at
from engine.optimizers.optimizer import Optimizer
from engine.surfaces.surface import FloatArray, Surface

BoolArray = NDArray[np.bool_]

_BLOCK = 32_768  # walkers taken together: fewer calls of NumPy, and still near the cache
_LOOK = 16  # steps between two looks at who is still there


@dataclass(frozen=True, eq=False)
class Landing:
    """The last rows of n walks: `points` (n, 2), `values` (n,), `moved` (n,) by the last step.

    `lost` (n,): the next point or its cost was no number; the rest is the last that was.
    """

    points: FloatArray
    values: FloatArray
    moved: FloatArray
    lost: BoolArray


@np.errstate(all="ignore")
def land(
    surface: Surface,
    points: FloatArray,
    optimizer: str | Optimizer,
    steps: int,
    settings: Mapping[str, SettingValue],
) -> Landing:
    """Return where walks from points (n, 2) are after `steps` steps.

    Every row is that of the single run from that point bit for bit, as long as it is not lost.
    Raises ValueError as `descent.start` does.
    """
    method = method_of(optimizer)
    complete = checked_settings(method, method.defaults, settings)
    if method.needs_hessian:
        return _land_by_curvature(surface, points, method, steps, complete)
    parts = [
        _land_block(surface, points[low : low + _BLOCK], method, steps, complete)
        for low in range(0, len(points), _BLOCK)
    ]
    ends, moved, lost_at = (np.concatenate(column) for column in zip(*parts, strict=True))
    values = np.asarray(surface.value(ends))
    lost = np.asarray((lost_at >= 0) | ~np.isfinite(values), np.bool_)
    for early in (True, False):  # most who are lost are lost soon; the last finite row says how
        these = lost & ((lost_at >= 0) & (lost_at <= 2 * _LOOK) if early else lost_at > 2 * _LOOK)
        these |= lost & (lost_at < 0) & (not early)
        if these.any():
            short = min(steps, 2 * _LOOK) if early else steps
            end = descent.finish(cast(Objective, surface), points[these], method, short, **complete)
            ends[these], values[these], moved[these] = end.points, end.values, end.moved
    return Landing(ends, values, moved, lost)


def _land_block(
    surface: Surface,
    points: FloatArray,
    method: Optimizer,
    steps: int,
    settings: Mapping[str, SettingValue],
) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """Return points, the lengths of the last moves, and by which step somebody was gone, or −1.

    Methods without a Hessian treat every number by itself, so the order of axes makes no
    difference to them.
    """
    point = np.ascontiguousarray(points.T)
    state, gradient, move = method.initial(point), np.empty_like(point), np.zeros_like(point)
    slopes = surface.compiled.slopes(point, gradient)
    fixed = not any(callable(setting) for setting in settings.values())
    lost_at = np.full(len(points), -1)
    for k in range(1, steps + 1):
        slopes()
        numbers = settings if fixed else settings_at(settings, k - 1)
        state, step = method.update(state, point, gradient, None, **numbers)
        move = np.asarray(step, np.float64)
        point += move
        if k % _LOOK == 0 or k == steps:
            there = (np.abs(point) <= FARTHEST).all(axis=0)  # a nan stays one, so none is missed
            lost_at[~there & (lost_at < 0)] = k
    return point.T.copy(), np.hypot.reduce(move, axis=0), lost_at


def _land_by_curvature(
    surface: Surface,
    points: FloatArray,
    method: Optimizer,
    steps: int,
    settings: Mapping[str, SettingValue],
) -> Landing:
    """Walk with a method that has no memory: whoever has not moved at all will not move again."""
    ends, values = points.copy(), np.asarray(surface.value(points))
    moved, lost = np.zeros(len(points)), ~np.isfinite(values)
    going = np.flatnonzero(~lost)
    before = np.full_like(points, np.nan)
    stays = not any(callable(setting) for setting in settings.values())
    for k in range(steps):
        if not going.size:
            break
        here, cost_here = ends[going], values[going]
        slope, bend = surface.gradient(here), surface.hessian(here)
        numbers = settings_at(settings, k)
        _, step = method.update(method.initial(here), here, slope, bend, **numbers)
        ahead = here + np.asarray(step, np.float64)
        cost = np.asarray(surface.value(ahead))
        found = np.isfinite(cost) & (np.abs(ahead) <= FARTHEST).all(axis=-1)
        moved[going] = np.where(found, np.hypot.reduce(ahead - here, axis=-1), np.inf)
        lost[going[~found]] = True
        ends[going[found]], values[going[found]] = ahead[found], cost[found]
        # Rounding may keep a walker hopping between two neighbouring numbers: where it will be at
        # the end is then known from the number of hops left.
        hops = (ahead == before[going]).all(axis=-1) & found & stays
        if (steps - 1 - k) % 2:
            ends[going[hops]], values[going[hops]] = here[hops], cost_here[hops]
        before[going] = here
        rests = hops | ((ahead == here).all(axis=-1) & stays)
        going = going[found & ~rests]
    return Landing(ends, values, moved, np.asarray(lost, np.bool_))
