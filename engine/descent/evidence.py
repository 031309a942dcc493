"""What can be known about walks at their last rows: the ground there, and how they got there.

Everything is worked out for a batch at once, from the history and a few dozen more evaluations of
the objective around each last point. What it means is said in `engine.descent.endings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.descent.history import IntArray
from engine.descent.walk import Objective, Run, SettingValue, next_move
from engine.optimizers.optimizer import FloatArray

BoolArray: TypeAlias = NDArray[np.bool_]

REACH = 3e-4  # of the picture's diagonal: a third of a pixel or so is "there"
RADII = np.array([1.0, 0.1, 0.01])  # of the reach: the rings on which neighbours are asked
OVERFLOW = 1e200  # costs beyond this are on their way to infinity
MANY = 12  # dimensions beyond which nothing around is asked: too many directions to look in
_GRID = 15  # stops along each axis when the objective's range of costs is sampled


@dataclass(frozen=True, eq=False)
class Ground:
    """What the objective is like around points (b, d).

    `curvatures` (b, d) ascending and their `axes` (b, d, d), columns; `distance` (b,) how far off
    the quadratic with this slope and curvature has its critical point, |H⁻¹∇f|, inf where some
    curvature is missing. On rings of radius `RADII` times the reach (3, b): `lowest` and `highest`
    cost there less the cost here, nan where the formula has no value. `noise` (b,): differences of
    cost below this are rounding.
    """

    curvatures: FloatArray
    axes: FloatArray
    distance: FloatArray
    lowest: FloatArray
    highest: FloatArray
    noise: FloatArray


@dataclass(frozen=True, eq=False)
class Evidence:
    """The facts about b walks of up to n steps, all with the walkers along the last axis but one.

    `step_number` is that of the step after the last row.

    `points` (n + 1, b, d) and `values` (n + 1, b) as in the run; `lengths` (n, b) of the steps
    taken; `last` (b,) the row that counts as the last, with `point`, `value`, `gradient` and
    `slope` = |gradient| there; `following` (b, d) the step that would come next. `size` (b,) is
    the scale of distances (the picture's diagonal, or what the walk has covered), `spread` (b,)
    that of costs, `reach` (b,) the distance within which a place counts as reached.
    """

    objective: Objective
    settings: Mapping[str, SettingValue]
    step_number: int
    points: FloatArray
    values: FloatArray
    gradients: FloatArray
    moves: FloatArray
    lengths: FloatArray
    last: IntArray
    lost: IntArray
    attempt: FloatArray
    point: FloatArray
    value: FloatArray
    gradient: FloatArray
    slope: FloatArray
    following: FloatArray
    size: FloatArray
    spread: FloatArray
    reach: FloatArray
    ground: Ground


def gather(run: Run) -> Evidence:
    """Return the evidence of a run, single walks as batches of one. Warns of nothing."""
    points, values, gradients = run.points, run.values, run.gradients
    lost, attempt, following = run.lost, run.attempt, next_move(run)
    if run.lost.ndim == 0:
        points, gradients, values = points[:, None], gradients[:, None], values[:, None]
        lost, attempt, following = lost[None], attempt[None], following[None]
    # A lost walker of a batch is still on its last finite row, so the last row is everybody's.
    point, value, gradient = points[-1], values[-1], gradients[-1]
    moves = np.diff(points, axis=0)
    size, spread = _scales(run.objective, points, values)
    return Evidence(
        objective=run.objective,
        settings=run.segments[-1].settings,
        step_number=run.first_step + run.steps,
        points=points,
        values=values,
        gradients=gradients,
        moves=moves,
        lengths=length(moves),
        last=np.atleast_1d(run.lengths) - 1,
        lost=lost,
        attempt=attempt,
        point=point,
        value=value,
        gradient=gradient,
        slope=length(gradient),
        following=following,
        size=size,
        spread=spread,
        reach=REACH * size,
        ground=_ground(run.objective, point, value, gradient, size, spread),
    )


def flags(answers: object) -> BoolArray:
    """Return an array of answers as what it is: NumPy's types call it Any or a single bool."""
    return np.asarray(answers, dtype=np.bool_)


def length(vectors: FloatArray) -> FloatArray:
    """Return the Euclidean length along the last axis, for large and small vectors alike."""
    if vectors.shape[-1] == 1:
        return np.abs(vectors[..., 0])
    if vectors.shape[-1] == 2:
        return np.asarray(np.hypot(vectors[..., 0], vectors[..., 1]))
    largest = np.abs(vectors).max(axis=-1, keepdims=True)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    scaled = vectors / scale
    total: FloatArray = np.sqrt((scaled * scaled).sum(axis=-1)) * scale[..., 0]
    return total


# --- Scales ------------------------------------------------------------------------------------


def _scales(
    objective: Objective, points: FloatArray, values: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the scale of distances and that of costs for each walker, both positive."""
    walkers = points.shape[1]
    domain = getattr(objective, "domain", None)
    if domain is None:
        covered = length(points.max(axis=0) - points.min(axis=0))
        size = np.maximum(covered, 1e-3 * np.abs(points[0]).max(axis=-1))
        spread = values.max(axis=0) - values.min(axis=0)
    else:
        sides = np.asarray(domain, dtype=np.float64)
        size = np.full(walkers, float(np.hypot.reduce(sides[:, 1] - sides[:, 0])))
        spread = np.full(walkers, _spread(objective, sides))
    spread = np.where(np.isfinite(spread) & (spread > 0), spread, np.abs(values[0]))
    return np.where(size > 0, size, 1.0), np.where(spread > 0, spread, 1.0)


def _spread(objective: Objective, sides: FloatArray) -> float:
    """Return how far the median cost in the picture lies above the low ones; 0 if it does not.

    The low ones are the listed global minima, or the lowest fiftieth: a pole must not set a scale.
    """
    axes = np.linspace(sides[:, 0], sides[:, 1], _GRID, axis=-1)
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(sides))
    listed = global_minima(objective)
    costs = np.asarray(objective.value(np.concatenate([grid, listed]) if len(listed) else grid))
    best = costs[len(grid) :]
    costs = np.sort(costs[np.isfinite(costs)])
    if not costs.size:
        return 0.0
    low = float(best.min()) if best.size else float(costs[len(costs) // 50])
    return float(costs[len(costs) // 2]) - low


def global_minima(objective: Objective) -> FloatArray:
    """Return the points listed as global minima, (m, d); m is 0 where nothing is listed."""
    listed = getattr(objective, "critical_points", ())
    return np.array([c.point for c in listed if c.is_global], dtype=np.float64)


# --- The ground around a point -----------------------------------------------------------------


def _ground(
    objective: Objective,
    point: FloatArray,
    value: FloatArray,
    gradient: FloatArray,
    size: FloatArray,
    spread: FloatArray,
) -> Ground:
    walkers, dimension = point.shape
    epsilon = 64 * np.finfo(np.result_type(value, np.float32)).eps
    if dimension > MANY:
        unknown = np.full((len(RADII), walkers), np.nan)
        nowhere = np.full((walkers, dimension), np.nan)
        noise = epsilon * np.abs(value)
        far = np.full(walkers, np.inf)
        return Ground(nowhere, np.zeros((walkers, 0, 0)), far, unknown, unknown, noise)
    curvatures, axes = np.linalg.eigh(_hessian(objective, point, size))
    distance = _newton_distance(gradient, curvatures, axes)
    directions = _directions(dimension, gradient, axes)  # (m, b, d)
    steps = RADII[:, None, None, None] * (REACH * size)[:, None] * directions
    around = _values(objective, point + steps) - value
    lowest, highest = around.min(axis=1), around.max(axis=1)
    ring = np.where(np.isfinite(highest[0]), np.abs(highest[0]), 0.0)
    noise = epsilon * (np.abs(value) + ring) + 1e-14 * spread
    return Ground(curvatures, axes, distance, lowest, highest, noise)


def _hessian(objective: Objective, point: FloatArray, size: FloatArray) -> FloatArray:
    """Return second derivatives (b, d, d), by differences of gradients if need be; 0 for nan."""
    offered = getattr(objective, "hessian", None)
    if offered is not None:
        hessian = np.asarray(offered(point), dtype=np.float64)
    else:
        dimension = point.shape[-1]
        width = 1e-5 * size[:, None]  # (b, 1)
        offsets = np.eye(dimension)[:, None] * width  # (d, b, d)
        both = np.stack([point + offsets, point - offsets])
        slopes = objective.gradient(both.reshape(-1, dimension)).reshape(both.shape)
        hessian = np.moveaxis((slopes[0] - slopes[1]) / (2 * width), 0, -2)
        hessian = (hessian + np.swapaxes(hessian, -1, -2)) / 2
    finite = flags(np.isfinite(hessian).all(axis=(-2, -1)))
    return np.where(finite[:, None, None], hessian, 0.0)


def _newton_distance(gradient: FloatArray, curvatures: FloatArray, axes: FloatArray) -> FloatArray:
    slopes = np.einsum("bij,bi->bj", axes, gradient)
    sizes = np.abs(curvatures)
    whole = sizes > 1e-10 * sizes.max(axis=-1, keepdims=True)
    ways = slopes / np.where(whole, curvatures, 1.0)
    distance = length(ways)
    return np.where(whole.all(axis=-1) & np.isfinite(distance), distance, np.inf)


@lru_cache(maxsize=MANY)
def _fixed_directions(dimension: int) -> FloatArray:
    if dimension == 1:
        return np.array([[1.0], [-1.0]])
    if dimension == 2:
        angles = np.arange(16) * (np.pi / 8)
        return np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    ways = np.random.default_rng(0).normal(size=(16, dimension))
    return np.concatenate([ways, -ways]) / np.tile(length(ways), 2)[:, None]


def _directions(dimension: int, gradient: FloatArray, axes: FloatArray) -> FloatArray:
    """Return unit directions (m, b, d): all around, along both axes of curvature and the slope."""
    walkers = len(gradient)
    fixed = _fixed_directions(dimension)
    around = np.broadcast_to(fixed[:, None], (len(fixed), walkers, dimension))
    if dimension == 1:
        return around
    slope = length(gradient)[:, None]
    straight = np.where((slope > 0) & np.isfinite(slope), gradient / slope, axes[..., 0])
    own = np.concatenate([np.moveaxis(axes, -1, 0), straight[None]])
    return np.concatenate([around, own, -own])


def _values(objective: Objective, points: FloatArray) -> FloatArray:
    """Return the costs at points with any leading axes, asked as one batch (n, d)."""
    flat = points.reshape(-1, points.shape[-1])
    return np.asarray(objective.value(flat), dtype=np.float64).reshape(points.shape[:-1])


def decay_pull(evidence: Evidence) -> FloatArray | None:
    """Return how far (b,) the next step's weight decay alone would move; None without decay."""
    k = evidence.step_number
    rate, decay = (
        setting(k) if callable(setting) else setting
        for setting in (
            evidence.settings.get(key, 0.0) for key in ("learning_rate", "weight_decay")
        )
    )
    if not np.any(decay):
        return None
    return length(rate * decay * evidence.point)


# --- Looking further ---------------------------------------------------------------------------


def falls_for_ever(
    objective: Objective, point: FloatArray, direction: FloatArray, scale: FloatArray
) -> BoolArray:
    """Return, for points (b, d), whether the cost goes on falling along a direction.

    It is asked at nine distances, each four times the last; every one must be lower, and the last
    stretch must lose at least half of what the first did, so that approaching a floor is no fall.
    What is said beyond a cost of −1e200 does not count: there, inf − inf is near.
    """
    away = scale * np.append(0.0, 4.0 ** np.arange(9))[:, None]  # (10, b)
    far = length(direction)[:, None]
    unit = np.where(far > 0, direction / far, 0.0)
    costs = _values(objective, point + away[..., None] * unit)
    deep = np.logical_or.accumulate(costs < -OVERFLOW, axis=0)
    # From here to the first of the distances the way may lead through a hollow or over a hill.
    lower = (costs[2:] < costs[1:-1]) | deep[1:-1]
    first, final = costs[1] - costs[2], costs[-2] - costs[-1]
    return flags(lower.all(axis=0) & ((final >= first / 2) | deep[-1]))


def edge_value(objective: Objective, inside: FloatArray, outside: FloatArray) -> FloatArray:
    """Return the last finite cost on the straight way (b, d) from a point with one to one without.

    The first round looks at tenths, hundredths and so on of the way, for it may be very long, every
    other one at 15 places between the last that is known to be good and the first bad one. Near a
    rim of the formula's domain the cost stays modest; where it overflows it does not.
    """
    way, each = outside - inside, np.arange(len(inside))
    low, high = np.zeros(len(inside)), np.ones(len(inside))
    value = np.asarray(objective.value(inside), dtype=np.float64)
    powers = 10.0 ** np.arange(-110, 1)[:, None]
    for places in (powers, *([np.arange(1, 17)[:, None] / 16] * 11)):
        shares = low + (high - low) * places
        costs = _values(objective, inside + shares[..., None] * way)
        good = np.logical_and.accumulate(np.isfinite(costs), axis=0).sum(axis=0)
        value = np.where(good > 0, costs[np.maximum(good - 1, 0), each], value)
        high = shares[np.minimum(good, len(shares) - 1), each]
        low = np.where(good > 0, shares[np.maximum(good - 1, 0), each], low)
    return value
