"""How walkers moved, read off their histories: growing, falling, bouncing, turning back, creeping.

Every function takes `engine.descent.evidence.Evidence` of b walks and returns an array (b,).
"""

import numpy as np

from engine.descent.evidence import BoolArray, Evidence, flags, length
from engine.descent.history import IntArray
from engine.optimizers.optimizer import FloatArray

_ROUNDING = 1e-12  # relative changes of a step's length below this are no change
_FEWEST = 4  # steps that a judgement about growth needs
_FEWEST_DOUBLINGS = 5
_FEWEST_BOUNCES = 6
_QUARTERS = 4


def _quarters(rows: int) -> IntArray:
    """Return where each quarter of a stretch of rows begins."""
    return np.arange(_QUARTERS) * rows // _QUARTERS


def _peaks(lengths: FloatArray) -> FloatArray:
    """Return the longest step in each quarter (4, b) of a stretch."""
    return np.maximum.reduceat(lengths, _quarters(len(lengths)), axis=0)


def _means(values: FloatArray) -> FloatArray:
    """Return the mean cost in each quarter (4, b) of a stretch."""
    begins = _quarters(len(values))
    sums: FloatArray = np.add.reduceat(values, begins, axis=0)
    return sums / np.diff(begins, append=len(values))[:, None]


def _shrinking(lengths: FloatArray) -> BoolArray:
    """Return whether nearly every step is shorter than the last but one, and goes on to shrink.

    Steps that shrink ever less are on their way to a cycle, not to rest.
    """
    shorter = (lengths[2:] < lengths[:-2] * (1 - _ROUNDING)).mean(axis=0) >= 0.95
    middle = len(lengths) // 2
    first, half, last = lengths[:2].sum(axis=0), lengths[middle - 1 : middle + 1], lengths[-2:]
    before, lately = np.log(first / half.sum(axis=0)), np.log(half.sum(axis=0) / last.sum(axis=0))
    return flags(shorter & (lately >= before / 2))


def growing(evidence: Evidence) -> BoolArray:
    """Return whether steps or costs only grow, the cost being above its start and at its highest.

    Over the last half of the walk each step must be longer than the one before, or the longest of
    each quarter twice that of the quarter before (momentum swells in waves, well above the start);
    or each of the last steps has doubled a cost that is ten thousand times what the picture shows.
    """
    values, lengths = evidence.values, evidence.lengths
    if len(lengths) < _FEWEST:
        return np.zeros(values.shape[1], dtype=np.bool_)
    recent = lengths[-max(_FEWEST, len(lengths) // 2) :]
    last = len(recent) // _QUARTERS + 1
    peak, begin = values[-last:].max(axis=0), values[0]
    farthest = recent[-last:].max(axis=0) >= lengths.max(axis=0)
    at_height = (peak >= values.max(axis=0)) & (peak - begin > 1e-6 * evidence.spread)
    steadily = (recent[1:] > recent[:-1] * (1 + _ROUNDING)).all(axis=0)
    if len(recent) >= 2 * _QUARTERS:
        peaks = _peaks(recent)
        in_waves = (peaks[1:] >= 2 * peaks[:-1]).all(axis=0) & (peaks[0] > 0)
        steadily |= in_waves & (peak - begin > 10 * (begin - values.min(axis=0)))
    late = values[-_FEWEST_DOUBLINGS - 1 :]
    doubling = (late[1:] > 2 * np.abs(late[:-1])).all(axis=0) & (len(late) > _FEWEST_DOUBLINGS)
    beyond = late[-1] > 1e4 * (np.abs(begin) + evidence.spread)
    return flags(at_height & ((steadily & farthest) | (doubling & beyond)))


def falling(evidence: Evidence, steps: int = 5) -> BoolArray:
    """Return whether each of the last few steps, or of all if there are fewer, lowered the cost."""
    walkers = np.arange(evidence.values.shape[1])
    rows = evidence.last - np.arange(steps + 1)[:, None]
    values = evidence.values[np.maximum(rows, 0), walkers]  # the latest first
    return flags(((values[:-1] < values[1:]) | (rows[1:] < 0)).all(axis=0))


def bouncing_window(taken: int) -> int:
    """Return how many of the last steps are asked: a third of all, but eight if there are."""
    return max(taken // 3, min(taken, 2 * _QUARTERS))


def _leads_nowhere(evidence: Evidence, rows: int, share: float) -> BoolArray:
    """Return whether the last steps led no further than a share of the way walked in them."""
    way = evidence.lengths[-rows:].sum(axis=0)
    return flags(length(evidence.moves[-rows:].sum(axis=0)) <= share * way)


def bouncing(evidence: Evidence) -> BoolArray:
    """Return whether the walker stays in one place without settling: steps that lead nowhere.

    Over the last third: steps longer than the reach that do not shrink, little way made for the
    way walked, and no lasting fall of the cost.
    """
    window = bouncing_window(len(evidence.lengths))
    if window < _FEWEST_BOUNCES:
        return np.zeros(evidence.values.shape[1], dtype=np.bool_)
    lengths, values = evidence.lengths[-window:], evidence.values[-window:]
    peaks, costs = _peaks(lengths), _means(values)
    confined = _leads_nowhere(evidence, window, 0.3) & _leads_nowhere(evidence, window // 2, 0.5)
    fading = (peaks[1:] < peaks[:-1]).all(axis=0) & (peaks[-1] <= 0.8 * peaks[0])
    fading |= peaks[2:].max(axis=0) <= 0.5 * peaks[:2].max(axis=0)
    fading |= peaks[3] <= 0.5 * peaks[2]
    swing = values.max(axis=0) - values.min(axis=0)
    progress = (costs[1:] < costs[:-1]).all(axis=0) & (costs[0] - costs[-1] > swing / 4)
    half = window // 2
    progress |= values[-half:].max(axis=0) < values[:-half].min(axis=0)
    alive = peaks[-1] > evidence.reach
    return flags(alive & confined & ~_shrinking(lengths) & ~fading & ~progress)


def turning_back(evidence: Evidence, rows: int | None = None) -> FloatArray:
    """Return the share of the way in steps against the one before them: of all, or of some rows.

    The first step, which has none before it, is left out.
    """
    walkers = evidence.values.shape[1]
    recent = slice(None if rows is None else -rows - 1, None)
    moves, lengths = evidence.moves[recent], evidence.lengths[recent]
    if len(lengths) < 2:
        return np.zeros(walkers)
    unit = moves / np.where(lengths > 0, lengths, 1.0)[..., None]
    against = (unit[1:] * unit[:-1]).sum(axis=-1) < 0
    way = lengths[1:].sum(axis=0)
    share = (lengths[1:] * against).sum(axis=0) / np.where(way > 0, way, 1.0)
    # What is left after a step that lands exactly is rounding, whichever way it goes.
    return np.where(way > 1e-9 * evidence.lengths[0], share, 0.0)


def remaining(evidence: Evidence) -> FloatArray:
    """Return the steps still needed at the present pace; inf for one that does not move.

    The way left is that to the minimum of the quadratic underfoot, along each axis of curvature at
    the pace along that axis: in a valley the walk across may be over long before the walk along.
    Where there is no such minimum in the picture it is a quarter of the picture.
    """
    ground, rows = evidence.ground, min(10, len(evidence.lengths))
    if not rows:
        return np.zeros(evidence.values.shape[1])
    recent = evidence.moves[len(evidence.lengths) - rows :]
    walked = evidence.lengths[len(evidence.lengths) - rows :].sum(axis=0) / rows
    anywhere: FloatArray = evidence.size / 4 / walked
    if not ground.axes.shape[-1]:
        return anywhere
    along = np.abs(np.einsum("kbi,bij->kbj", recent, ground.axes)).sum(axis=0) / rows
    slopes = np.abs(np.einsum("bi,bij->bj", evidence.gradient, ground.axes))
    left = slopes / ground.curvatures
    needed: FloatArray = np.where(left > evidence.reach[:, None], left / along, 0.0).max(axis=-1)
    bowl = (ground.curvatures[:, 0] > 0) & (ground.distance <= evidence.size)
    steps: FloatArray = np.where(bowl, needed, anywhere)
    return steps


def settled_at(evidence: Evidence) -> IntArray:
    """Return the first row from which the walker stays within reach of its last point."""
    away = length(evidence.points - evidence.point) > evidence.reach
    return _after_the_last(away)


def bouncing_since(evidence: Evidence) -> IntArray:
    """Return the first row from which the walker stays in the box of its last third."""
    window = evidence.points[-bouncing_window(len(evidence.lengths)) - 1 :]
    margin = evidence.reach[:, None]
    low, high = window.min(axis=0) - margin, window.max(axis=0) + margin
    outside = ((evidence.points < low) | (evidence.points > high)).any(axis=-1)
    return _after_the_last(outside)


def _after_the_last(out: BoolArray) -> IntArray:
    """Return the row after the last true one in each column (n, b); 0 if there is none."""
    rows = len(out) - np.argmax(out[::-1], axis=0)
    return np.where(out.any(axis=0), np.minimum(rows, len(out) - 1), 0)
