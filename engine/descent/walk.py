"""The step, and the history it makes: what `engine.descent` starts, goes on with and rewinds.

A walker is lost when the next point or its cost is not finite, or a coordinate passes 1e100.
Losing it is an outcome, never an exception or a warning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, cast

import numpy as np

from engine.descent.history import IntArray, Rows, view
from engine.optimizers import lookup
from engine.optimizers.optimizer import FloatArray, Optimizer

Schedule: TypeAlias = Callable[[int], float | FloatArray]
SettingValue: TypeAlias = float | FloatArray | Schedule
State: TypeAlias = Any  # a NamedTuple, the optimizer's own

FARTHEST = 1e100  # a walker with a coordinate beyond this is lost
CHECKPOINT = 32  # rows between two kept states; a rewind repeats fewer steps than this


class Objective(Protocol):
    """A cost over points (..., d). Surfaces, house prices and networks are all one of these.

    Used where offered: `value_and_gradient(point)`, `hessian(point)`, `dimension`, `domain`,
    `critical_points`, and `at(k)`, the objective whose gradient step k takes (a mini-batch). What
    is recorded and judged is always the full cost.
    """

    def value(self, point: FloatArray, /) -> FloatArray:
        """Cost at (..., d): shape (...)."""

    def gradient(self, point: FloatArray, /) -> FloatArray:
        """Slope at (..., d): shape (..., d)."""


# --- One step ----------------------------------------------------------------------------------


def step(
    objective: Objective,
    optimizer: str | Optimizer,
    point: FloatArray,
    state: State,
    settings: Mapping[str, SettingValue],
    k: int = 0,
) -> tuple[FloatArray, State]:
    """Return the next point and state: θₖ₊₁ = θₖ + update(stateₖ, θₖ, ∇f(θₖ)). Changes nothing.

    Args: point (..., d); state from `optimizer.initial` or the last step; settings may be numbers,
    arrays that broadcast against the point, or schedules, functions of the step's number `k`.
    """
    method = method_of(optimizer)
    with np.errstate(all="ignore"):
        source = _source(objective, k)
        state, move = _update(method, source, point, state, settings, k, source.gradient(point))
        return point + move, state


def _source(objective: Objective, k: int) -> Objective:
    """Return what step k takes its gradient of: the objective, or its mini-batch."""
    at = getattr(objective, "at", None)
    return objective if at is None else cast(Objective, at(k))


def _update(
    method: Optimizer,
    source: Objective,
    point: FloatArray,
    state: State,
    settings: Mapping[str, SettingValue],
    k: int,
    gradient: FloatArray,
) -> tuple[State, FloatArray]:
    numbers = settings_at(settings, k)
    hessian = cast(Any, source).hessian(point) if method.needs_hessian else None
    return method.update(state, point, gradient, hessian, **numbers)


def settings_at(settings: Mapping[str, SettingValue], k: int) -> dict[str, float | FloatArray]:
    """Return the settings of step k, schedules evaluated."""
    return {key: _at(setting, k) for key, setting in settings.items()}


def _at(setting: SettingValue, k: int) -> float | FloatArray:
    """Return a setting's value at step k; what a schedule says is a float, or one per walker."""
    if not callable(setting):
        return setting
    value = setting(k)
    return value if isinstance(value, np.ndarray) and value.ndim else float(value)


def evaluation(objective: Objective) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
    """Return the function point -> (value, gradient), in one pass where the objective has one."""
    together = getattr(objective, "value_and_gradient", None)
    if together is not None:
        return cast(Callable[[FloatArray], tuple[FloatArray, FloatArray]], together)
    return lambda point: (objective.value(point), objective.gradient(point))


def method_of(optimizer: str | Optimizer) -> Optimizer:
    """Return the optimizer itself; ValueError naming the known keys if there is none."""
    return lookup(optimizer) if isinstance(optimizer, str) else optimizer


# --- A walk and its history --------------------------------------------------------------------


@dataclass(frozen=True)
class Segment:
    """A stretch of a walk under one optimizer and one complete set of settings.

    `start` is the number of the first step it takes.
    """

    optimizer: str
    settings: Mapping[str, SettingValue]
    start: int
    method: Optimizer = field(repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class Run:
    """A walk, or a batch of walks in lockstep, with its whole history. Row k is after k steps.

    `points` (steps + 1, [b,] d), `values` (steps + 1, [b]), `gradients` like points: read-only.
    `state` is the optimizer's at the last row. `lost` () or (b,): the row that a walker could not
    reach, or −1; 0 if the start itself has no finite cost. `attempt` ([b,] d): where the step that
    lost it would have led (nan if not lost). The history of a single walker ends with its last
    finite row; a lost walker of a batch stays on its last finite row while the others go on.
    """

    objective: Objective
    segments: tuple[Segment, ...]
    steps: int
    state: State = field(repr=False)
    lost: IntArray
    attempt: FloatArray = field(repr=False)
    checkpoints: tuple[tuple[int, State], ...] = field(repr=False)
    rows: Rows = field(repr=False)

    @property
    def points(self) -> FloatArray:
        """(steps + 1, [b,] d)."""
        return view(self.rows.points, self.steps + 1)

    @property
    def values(self) -> FloatArray:
        """Full costs, (steps + 1, [b])."""
        return view(self.rows.values, self.steps + 1)

    @property
    def gradients(self) -> FloatArray:
        """Gradients of the full cost, (steps + 1, [b,] d)."""
        return view(self.rows.gradients, self.steps + 1)

    @property
    def lengths(self) -> IntArray:
        """Rows that count, () or (b,): fewer than steps + 1 where a walker of a batch was lost."""
        return np.where(self.lost >= 0, np.maximum(self.lost, 1), self.steps + 1)

    @property
    def first_step(self) -> int:
        """The number of the step after row 0: not 0 only in a sweep from the middle of a walk."""
        return self.segments[0].start


def begin(objective: Objective, point: FloatArray, segment: Segment, state: State) -> Run:
    """Return a run without steps at a point that has been checked."""
    with np.errstate(all="ignore"):
        value, gradient = evaluation(objective)(point)
    value = np.asarray(value)
    rows = Rows.empty(1, point, value.dtype)
    rows.points[0], rows.values[0], rows.gradients[0] = point, value, gradient
    rows.used = 1
    lost = np.where(np.isfinite(value), -1, 0)
    nowhere = np.full_like(point, np.nan)
    return Run(objective, (segment,), 0, state, lost, nowhere, ((0, state),), rows)


# --- Taking the steps --------------------------------------------------------------------------

Take: TypeAlias = Callable[[int, FloatArray, FloatArray, State], tuple[State, FloatArray]]


def _taking(objective: Objective, segment: Segment) -> Take:
    """Return the function (k, point, gradient, state) -> (state, move) of a segment."""
    method, settings = segment.method, segment.settings
    if hasattr(objective, "at"):

        def take(k: int, p: FloatArray, _: FloatArray, s: State) -> tuple[State, FloatArray]:
            source = _source(objective, k)
            return _update(method, source, p, s, settings, k, source.gradient(p))

        return take
    if method.needs_hessian or any(callable(value) for value in settings.values()):
        return lambda k, p, g, s: _update(method, objective, p, s, settings, k, g)
    update = method.update
    return lambda k, p, g, s: update(s, p, g, None, **settings)


def _sound(point: FloatArray, value: FloatArray) -> bool:
    """Whether nobody is lost. Squares are quick to add up; a no of theirs is looked into."""
    if np.vdot(point, point) < FARTHEST**2 and np.vdot(value, value) < np.inf:
        return True
    return bool(_found(point, value).all())


def _found(point: FloatArray, value: FloatArray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.isfinite(value) & (np.abs(point) <= FARTHEST).all(axis=-1)


def next_move(run: Run) -> FloatArray:
    """Return the step that would come next from the last row, ([b,] d), lost walkers included."""
    take, k = _taking(run.objective, run.segments[-1]), run.first_step + run.steps
    with np.errstate(all="ignore"):
        return take(k, run.points[-1], run.gradients[-1], run.state)[1]


def extended(run: Run, n: int, rows: Rows) -> Run:
    """Return the run with up to n more steps, written to `rows` from row `run.steps` + 1 on."""
    claimed = rows.used
    with np.errstate(all="ignore"):
        longer = (_walk_one if run.lost.ndim == 0 else _walk_many)(run, n, rows)
    rows.release(claimed, longer.steps + 1)
    return longer


def _walk_one(run: Run, n: int, rows: Rows) -> Run:
    take, evaluate = _taking(run.objective, run.segments[-1]), evaluation(run.objective)
    points, values, gradients = rows.arrays
    offset, state, checkpoints = run.first_step, run.state, list(run.checkpoints)
    row = run.steps
    point, gradient = points[row], gradients[row]
    for row in range(run.steps + 1, run.steps + n + 1):
        after, move = take(offset + row - 1, point, gradient, state)
        ahead = point + move
        value, gradient = evaluate(ahead)
        if not _sound(ahead, value):
            return _with_end(run, row - 1, state, checkpoints, rows, np.array(row), ahead)
        point, state = ahead, after
        points[row], values[row], gradients[row] = point, value, gradient
        gradient = gradients[row]  # in the rows' own dtype, so that a rewound run reads the same
        if row % CHECKPOINT == 0:
            checkpoints.append((row, state))
    nowhere = np.full_like(point, np.nan)
    return _with_end(run, row, state, checkpoints, rows, np.array(-1), nowhere)


def _walk_many(run: Run, n: int, rows: Rows) -> Run:
    take, evaluate = _taking(run.objective, run.segments[-1]), evaluation(run.objective)
    points, values, gradients = rows.arrays
    offset, checkpoints, end = run.first_step, list(run.checkpoints), run.steps + n + 1
    lost, attempt, state, kept = run.lost.copy(), run.attempt.copy(), run.state, run.state
    gone = lost >= 0  # their state in `kept` is the one they were lost with
    anyone = bool(gone.any())
    point, value, gradient = points[run.steps], values[run.steps], gradients[run.steps]
    for row in range(run.steps + 1, end):
        after, move = take(offset + row - 1, point, gradient, state)
        ahead = point + move
        if anyone:
            ahead = np.where(gone[:, None], point, ahead)
        cost, slope = evaluate(ahead)
        if not _sound(ahead, cost):
            newly = ~_found(ahead, cost) & ~gone
            kept = _state_where(newly, state, kept)
            lost[newly], attempt[newly] = row, ahead[newly]
            gone, anyone = gone | newly, True
            ahead = np.where(gone[:, None], point, ahead)
            cost, slope = np.where(gone, value, cost), np.where(gone[:, None], gradient, slope)
        point, value, state = ahead, cost, after
        points[row], values[row], gradients[row] = point, value, slope
        gradient = gradients[row]
        if row % CHECKPOINT == 0:
            checkpoints.append((row, _state_where(gone, kept, state) if anyone else state))
        if anyone and gone.all():
            for array in rows.arrays:
                array[row + 1 : end] = array[row]
            break
    state = _state_where(gone, kept, state) if anyone else state
    return _with_end(run, end - 1, state, checkpoints, rows, lost, attempt)


def _with_end(
    run: Run,
    steps: int,
    state: State,
    checkpoints: list[tuple[int, State]],
    rows: Rows,
    lost: IntArray,
    attempt: FloatArray,
) -> Run:
    kept = tuple(checkpoints)
    return Run(run.objective, run.segments, steps, state, lost, attempt, kept, rows)


def _state_where(mask: np.ndarray[Any, Any], chosen: State, other: State) -> State:
    """Return the state with rows of `chosen` where the mask (b,) is true; counters of `other`."""
    fields = []
    for mine, theirs in zip(chosen, other, strict=True):
        each = np.ndim(theirs) > 0 and np.shape(theirs)[0] == len(mask)
        if each:
            spread = mask.reshape(-1, *(1,) * (np.ndim(theirs) - 1))
            theirs = np.where(spread, mine, theirs)
        fields.append(theirs)
    return type(other)(*fields)
