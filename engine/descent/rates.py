"""What a learning rate does, over all of them: the map of rates, and the largest that settles."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.descent import advance, ending, lockstep
from engine.descent.endings import Ending, EndingKind, Regime, outcomes
from engine.descent.history import IntArray
from engine.descent.walk import Run
from engine.optimizers.optimizer import FloatArray

UNSETTLED: frozenset[EndingKind] = frozenset({"diverged", "bouncing", "undefined", "no_bottom"})
"""Endings of walks that would never come to rest, however long one waits."""

_PATIENCE = 1000  # steps after which the search for a threshold judges a walk
_FINER = 31  # rates between two neighbours in each round of that search
_ROUNDS = 2
_CHUNK = 1152  # walks of a plane taken together: their histories fit the cache

Verdict: TypeAlias = Literal["found", "none", "all"]


@dataclass(frozen=True, eq=False)
class RateMap:
    """How walks from one point end, over the learning rate, or over momentum × learning rate.

    `rates` (r,) and `momenta` (m,), which is empty where only the rate varies. `values`, the last
    finite costs, and `lengths`, the rows that count, are (r,) or (m, r); `kinds` and `regimes` are
    tuples in the same order, row by row.
    """

    rates: FloatArray
    momenta: FloatArray
    steps: int
    values: FloatArray
    lengths: IntArray
    kinds: tuple[EndingKind, ...]
    regimes: tuple[Regime, ...]


def rate_map(run: Run, rates: FloatArray, steps: int) -> RateMap:
    """Return the map over rates (r,) from the last row of a single run, state and schedule kept."""
    many = lockstep(run, steps, learning_rate=rates)
    kinds, regimes = outcomes(many)
    return RateMap(rates, np.empty(0), steps, many.values[-1].copy(), many.lengths, kinds, regimes)


def momentum_map(run: Run, rates: FloatArray, momenta: FloatArray, steps: int) -> RateMap:
    """Return the map over rates (r,) × momenta (m,) of a run whose optimizer has a momentum.

    Every walk equals the single run with its rate and momentum bit for bit.
    """
    across, along = (grid.ravel() for grid in np.meshgrid(rates, momenta))
    values, lengths = np.empty(across.size), np.empty(across.size, dtype=np.intp)
    kinds: list[EndingKind] = []
    regimes: list[Regime] = []
    for low in range(0, across.size, _CHUNK):
        part = slice(low, low + _CHUNK)
        many = lockstep(run, steps, learning_rate=across[part], momentum=along[part])
        values[part], lengths[part] = many.values[-1], many.lengths
        found, moved = outcomes(many)
        kinds += found
        regimes += moved
    shape = (len(momenta), len(rates))
    return RateMap(
        rates,
        momenta,
        steps,
        values.reshape(shape),
        lengths.reshape(shape),
        tuple(kinds),
        tuple(regimes),
    )


@dataclass(frozen=True)
class Threshold:
    """The largest learning rate up to which every rate tried settles, or is on its way to.

    `verdict`: "found"; "none", when the smallest rate asked does not settle or all fall for ever;
    "all", when every one settles. `rate`: the threshold, or the end of the range asked, the lowest
    for "none" and the highest for "all". `beyond`: how the walk just above ends ("running" for
    "all"). `arrives`: whether any of the walks below had come to rest when they were judged; where
    there is no bottom to rest at, a rate can only be kept from breaking out.
    """

    verdict: Verdict
    rate: float
    beyond: EndingKind
    arrives: bool


def largest_settling_rate(run: Run, rates: FloatArray, steps: int = _PATIENCE) -> Threshold:
    """Return the threshold from the last row of a single run, by walking.

    All rates (ascending) walk `steps` steps in lockstep. Between the first that is unsettled and
    its neighbour below, 31 more walk, and so twice. Beyond the threshold single rates may settle
    again, by luck, in another valley; what is returned is where being sure ends.
    """
    first, kinds = _first_unsettled(run, rates, steps)
    arrives = not {"running", *UNSETTLED}.issuperset(kinds[:first])
    if first is None:
        return Threshold("all", float(rates[-1]), "running", arrives)
    if first == 0:
        return Threshold("none", float(rates[0]), kinds[0], arrives)
    for _ in range(_ROUNDS):
        # Both ends walk again and end as before, so the first is settled and the last is not.
        rates = np.geomspace(rates[first - 1], rates[first], _FINER + 2)
        first, kinds = _first_unsettled(run, rates, steps)
        if first is None or first == 0:
            raise AssertionError("the same walk ended in two ways")
    if kinds[first] == "no_bottom" and kinds[first - 1] == "running":
        return Threshold(
            "none", float(rates[first - 1]), "no_bottom", arrives
        )  # only slower at falling
    return Threshold("found", float(rates[first - 1]), kinds[first], arrives)


def _first_unsettled(
    run: Run, rates: FloatArray, steps: int
) -> tuple[int | None, tuple[EndingKind, ...]]:
    kinds = rate_map(run, rates, steps).kinds
    return next((i for i, kind in enumerate(kinds) if kind in UNSETTLED), None), kinds


def settle(run: Run, most: int = 20_000) -> tuple[Run, Ending]:
    """Return the run, longer until it has ended or has `most` steps, and its ending."""
    judged = ending(run)
    while judged.kind == "running" and run.steps < most:
        run = advance(run, min(max(200, run.steps), most - run.steps))
        judged = ending(run)
        if run.lost >= 0:
            break
    return run, judged
