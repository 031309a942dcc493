"""Walks downhill: the one step, and the keepers of its history.

A step depends on objective, point, optimizer state and settings alone, and it is the same from one
dimension to thirteen thousand. `Run` keeps every row of a walk, or of a batch of walks in lockstep;
`finish` keeps the last row only. How a walk ended and how it moved: `ending`, `regime`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.descent.endings import Ending as Ending
from engine.descent.endings import Regime as Regime
from engine.descent.endings import ending as ending
from engine.descent.endings import endings as endings
from engine.descent.endings import judge
from engine.descent.endings import regime as regime
from engine.descent.endings import regimes as regimes
from engine.descent.history import IntArray, Rows
from engine.descent.walk import Objective as Objective
from engine.descent.walk import Run as Run
from engine.descent.walk import Segment as Segment
from engine.descent.walk import SettingValue, State, begin, extended, method_of
from engine.descent.walk import step as step
from engine.optimizers.optimizer import FloatArray, Optimizer
from engine.optimizers.schedules import Scheduled

_BLOCK = 16  # rows of history that `finish` keeps for a moment
_CHUNK = 4096  # walkers that `finish` takes together: their arrays fit the cache


# --- One walk ----------------------------------------------------------------------------------


def start(
    objective: Objective,
    point: FloatArray | Sequence[float],
    optimizer: str | Optimizer,
    **settings: SettingValue,
) -> Run:
    """Return a run without steps: row 0 at `point`, (d,) or a batch (b, d).

    Settings left out take the optimizer's defaults; one may be a number, an array (b, 1) with a
    value for each walker, or a schedule. Raises ValueError for an unknown optimizer or setting, for
    a setting outside its range (a learning rate only has to be positive and finite), for a point
    that is not finite or has another shape, and for an optimizer that needs a Hessian where the
    objective has none.
    """
    method = method_of(optimizer)
    place = _checked_point(objective, point)
    segment = Segment(method.key, checked_settings(method, method.defaults, settings), 0, method)
    _require_hessian(objective, method)
    return begin(objective, place, segment, method.initial(place))


def advance(
    run: Run, n: int, optimizer: str | Optimizer | None = None, **settings: SettingValue
) -> Run:
    """Return the run with n more steps, or fewer if a single walker is lost on the way.

    With an optimizer or settings a new segment begins here: settings not named stay as they were,
    or take the defaults of a new optimizer, whose state begins afresh; the same optimizer keeps
    its state. The run given is not changed. Raises ValueError as `start` does.
    """
    if n < 0:
        raise ValueError(f"a run cannot take {n} steps; rewind goes back")
    segments, state = _segments_from_here(run, optimizer, settings)
    checkpoints = run.checkpoints
    if segments is not run.segments:
        checkpoints = (*(c for c in checkpoints if c[0] < run.steps), (run.steps, state))
    run = replace(run, segments=segments, state=state, checkpoints=checkpoints)
    if n == 0 or bool(np.all(run.lost == 0)):
        return run
    rows = run.rows.claim(run.steps + 1, n)
    return extended(run, n, rows)


def rewind(run: Run, k: int) -> Run:
    """Return the run as it was after k steps, optimizer state included, bit for bit.

    Segments that begin after row k are dropped. The state comes from the nearest kept one, by
    repeating the steps between. Raises ValueError unless 0 <= k <= run.steps.
    """
    if not 0 <= k <= run.steps:
        raise ValueError(f"row {k} is not among the rows 0 to {run.steps} of this run")
    if k == run.steps:
        return run
    kept = tuple(c for c in run.checkpoints if c[0] <= k)
    row, state = kept[-1]
    still = np.where((run.lost > row) & (run.lost >= 0), -1, run.lost)
    earlier = replace(
        run,
        segments=tuple(s for s in run.segments if s.start - run.first_step <= k),
        steps=row,
        state=state,
        lost=still,
        attempt=np.where((still >= 0)[..., None], run.attempt, np.nan),
        checkpoints=kept,
    )
    if k == row:
        return earlier
    # The steps repeated are written to a copy; the rows they would fill are there already.
    scratch = Rows.empty(k + 1, run.points[0], run.values.dtype)
    for mine, theirs in zip(scratch.arrays, run.rows.arrays, strict=True):
        mine[row] = theirs[row]
    again = extended(earlier, k - row, scratch)
    return replace(again, checkpoints=kept, rows=run.rows)


# --- Many walks at once ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Sweep:
    """One walk for each learning rate, in lockstep.

    `rates` (r,); `run` a batch run of r walkers; `lengths` (r,) the rows of each that count;
    `endings` and `regimes`: one for each rate.
    """

    rates: FloatArray
    run: Run
    lengths: IntArray
    endings: tuple[Ending, ...]
    regimes: tuple[Regime, ...]


@dataclass(frozen=True, eq=False)
class Finish:
    """The last rows of many walks: `points` and `gradients` (b, d), `values` (b,).

    `lost` (b,): the row a walker could not reach, or −1; its last finite row is what is kept here.
    `moved` (b,): the length of the last step taken.
    """

    points: FloatArray
    values: FloatArray
    gradients: FloatArray
    moved: FloatArray
    lost: IntArray


def sweep(
    objective: Objective,
    point: FloatArray | Sequence[float],
    optimizer: str | Optimizer,
    learning_rates: FloatArray | Sequence[float],
    steps: int,
    **settings: SettingValue,
) -> Sweep:
    """Return one walk of `steps` steps from `point` (d,) for each learning rate.

    Every walk equals the single run with that rate bit for bit. Raises ValueError as `start` does.
    """
    return sweep_from(start(objective, point, optimizer, **settings), learning_rates, steps)


def sweep_from(run: Run, learning_rates: FloatArray | Sequence[float], steps: int) -> Sweep:
    """Return one walk for each learning rate from the last row of a single run, state kept.

    Row 0 of the sweep is the run's last row. A rate on a schedule (`engine.optimizers.schedules`)
    keeps it: every rate swept is multiplied by the same factors, which go on counting from there.
    """
    rates = np.array(learning_rates, dtype=np.float64)
    if rates.ndim != 1 or not rates.size or not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError("learning rates are a row of one or more positive finite numbers")
    many = lockstep(run, steps, learning_rate=rates)
    endings, regimes = judge(many)
    return Sweep(rates, many, many.lengths, endings, regimes)


def lockstep(run: Run, steps: int, **settings: FloatArray) -> Run:
    """Return a batch of walks from the last row of a single run, one for each row of settings.

    `settings`: arrays (b,), all of one length; the others stay as they are, and so does the state.
    A rate on a schedule keeps it, as in `sweep_from`. Raises ValueError as `start` does.
    """
    if run.lost.ndim:
        raise ValueError("a sweep begins at the last row of a single walk, not of a batch")
    last = run.segments[-1]
    columns: dict[str, SettingValue] = {key: v[:, None] for key, v in settings.items()}
    complete = dict(checked_settings(last.method, last.settings, columns))
    rate = last.settings["learning_rate"]
    if "learning_rate" in settings and isinstance(rate, Scheduled):
        complete["learning_rate"] = rate.with_rate(settings["learning_rate"][:, None])
    segment = replace(last, settings=complete, start=_step_number(run))
    walkers = len(next(iter(settings.values())))
    place = np.tile(run.rows.points[run.steps], (walkers, 1))
    many = begin(run.objective, place, segment, _state_for_each(run.state, place))
    return advance(many, steps)


def finish(
    objective: Objective,
    points: FloatArray,
    optimizer: str | Optimizer,
    steps: int,
    **settings: SettingValue,
) -> Finish:
    """Return where walks from `points` (b, d) are after `steps` steps, without their history.

    Memory grows with b alone. Every walk equals the single run from that point bit for bit.
    Settings may be arrays (b, 1). Raises ValueError as `start` does.
    """
    method = method_of(optimizer)
    place = _checked_point(objective, points)
    if place.ndim != 2 or not len(place):
        raise ValueError("finish takes a batch of points (b, d)")
    complete = checked_settings(method, method.defaults, settings)
    _require_hessian(objective, method)
    parts = []
    for low in range(0, len(place), _CHUNK):
        chunk = slice(low, low + _CHUNK)
        mine = {key: _of_rows(value, chunk) for key, value in complete.items()}
        segment = Segment(method.key, mine, 0, method)
        parts.append(_finish_chunk(objective, place[chunk], segment, steps))
    return Finish(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _of_rows(value: SettingValue, rows: slice) -> SettingValue:
    """Return the part of a setting that belongs to some walkers of a batch."""
    if isinstance(value, Scheduled) and isinstance(value.rate, np.ndarray) and len(value.rate) > 1:
        return value.with_rate(value.rate[rows])
    return value[rows] if isinstance(value, np.ndarray) and len(value) > 1 else value


def _finish_chunk(
    objective: Objective, point: FloatArray, segment: Segment, steps: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, IntArray]:
    """Walk in blocks of a few rows, each of which begins with the last row of the one before."""
    run = begin(objective, point, segment, segment.method.initial(point))
    rows = Rows.empty(_BLOCK + 1, point, run.rows.values.dtype)
    for mine, theirs in zip(rows.arrays, run.rows.arrays, strict=True):
        mine[0] = theirs[0]
    lost, moved = run.lost, np.zeros(len(point), point.dtype)
    for k in range(0, steps, _BLOCK):
        here = replace(segment, start=segment.start + k)
        run = replace(run, segments=(here,), steps=0, rows=rows, lost=np.minimum(lost, 0))
        run = extended(run, min(_BLOCK, steps - k), rows)
        newly = (run.lost > 0) & (lost < 0)
        lost = np.where(newly, k + run.lost, lost)
        moved = np.linalg.norm(run.points[-1] - run.points[-2], axis=-1)
        for array in rows.arrays:
            array[0] = array[run.steps]
    return rows.points[0].copy(), rows.values[0].copy(), rows.gradients[0].copy(), moved, lost


# --- Checks and choices ------------------------------------------------------------------------


def _checked_point(objective: Objective, point: FloatArray | Sequence[float]) -> FloatArray:
    place = np.array(point)  # a copy: what the caller does with theirs later is theirs
    if place.dtype not in (np.float32, np.float64):
        place = place.astype(np.float64)
    dimension = getattr(objective, "dimension", None)
    if place.ndim not in (1, 2) or (dimension is not None and place.shape[-1] != dimension):
        wanted = "(d,) or (b, d)" if dimension is None else f"({dimension},) or (b, {dimension})"
        raise ValueError(f"a start here has the shape {wanted}, not {place.shape}")
    if not place.size or not np.isfinite(place).all():
        raise ValueError("a start needs finite coordinates")
    return place


def checked_settings(
    method: Optimizer, base: Mapping[str, SettingValue], changes: Mapping[str, SettingValue]
) -> Mapping[str, SettingValue]:
    """Return `base` with the changes, each checked against the optimizer's settings.

    Raises ValueError for a setting that the optimizer has not, or that is outside its range.
    """
    known = {setting.key: setting for setting in method.settings}
    complete = dict(base)
    for key, value in changes.items():
        if key not in known:
            raise ValueError(f"{method.name} has no setting {key!r}. Known are: {', '.join(known)}")
        if callable(value):
            complete[key] = value
            continue
        numbers = np.array(value, dtype=np.float64)
        low, high = known[key].low, known[key].high
        if key == "learning_rate":  # what is large or small is for the surface to say
            low, high = np.nextafter(0.0, 1.0), np.finfo(np.float64).max
        if not ((numbers >= low) & (numbers <= high)).all():
            raise ValueError(f"{key} of {method.name} lies from {low:.3g} to {high:.3g}: {value}")
        complete[key] = numbers if numbers.ndim else float(numbers)
    return complete


def _require_hessian(objective: Objective, method: Optimizer) -> None:
    if method.needs_hessian and not hasattr(objective, "hessian"):
        raise ValueError(f"{method.name} needs second derivatives, which this cost does not give")


def _step_number(run: Run) -> int:
    return run.first_step + run.steps


def _segments_from_here(
    run: Run, optimizer: str | Optimizer | None, settings: Mapping[str, SettingValue]
) -> tuple[tuple[Segment, ...], State]:
    """Return the segments with a new one if anything changes, and the state it begins with."""
    last = run.segments[-1]
    method = last.method if optimizer is None else method_of(optimizer)
    same = method is last.method
    complete = checked_settings(method, last.settings if same else method.defaults, settings)
    if same and all(_alike(complete[key], last.settings[key]) for key in settings):
        return run.segments, run.state
    _require_hessian(run.objective, method)
    here = Segment(method.key, complete, _step_number(run), method)
    before = tuple(s for s in run.segments if s.start < here.start)
    state = run.state if same else method.initial(run.rows.points[run.steps])
    return (*before, here), state


def _alike(one: SettingValue, other: SettingValue) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(np.asarray(one), np.asarray(other))
    return one is other or one == other


def _state_for_each(state: State, place: FloatArray) -> State:
    """Return a single walk's state for each walker of a batch (b, d); counters stay as they are."""
    fields = (np.tile(f, (len(place), 1)) if np.ndim(f) else f for f in state)
    return type(state)(*fields)
