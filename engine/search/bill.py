"""What trying everything would take: numbers far beyond a float, by their logarithms, in words."""

import time
from collections.abc import Callable
from math import ceil, floor, log10

import numpy as np

from engine.descent.walk import Objective

YEAR = 365.25 * 86_400.0  # seconds
AGE = log10(13.8e9)
"""log₁₀ of the universe's age in years (Planck Collaboration 2020, A&A 641, A6)."""
ATOMS = 80.0
"""log₁₀ of the atoms in the universe that can be observed, about."""

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = 7.0  # numbers below ten to this are written out
_UNITS = ((YEAR, "year"), (86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second"))


def grid_evaluations(points_a_side: int, dimension: int) -> float:
    """Return log₁₀ of the places of a grid: d · log₁₀ m."""
    return dimension * log10(points_a_side)


def speed(
    objective: Objective,
    dimension: int,
    rng: np.random.Generator,
    clock: Callable[[], float] = time.perf_counter,
    seconds: float = 0.03,
) -> float:
    """Return how many costs a second are computed here, measured over at least `seconds`.

    Places are taken a block at a time, as a search does.
    """
    points = rng.uniform(-1.0, 1.0, (max(1, min(4096, 40_000 // dimension)), dimension))
    objective.value(points)
    began, count = clock(), 0
    while (passed := clock() - began) < seconds:
        objective.value(points)
        count += len(points)
    return count / passed


def number(log_10: float) -> str:
    """Return a count in words: 4,310 or 10¹³⁰⁰²; the power is rounded to a whole one."""
    if log_10 < _PLAIN:
        return f"{_rounded(10.0**log_10):,}"
    return f"10{str(round(log_10)).translate(_SUPERSCRIPT)}"


def duration(log_seconds: float) -> str:
    """Return a time in words: less than a millisecond, 3 hours, 10¹²⁹⁹⁰ years."""
    if log_seconds < -3.0:
        return "less than a millisecond"
    if log_seconds < 0.0:
        return f"{_rounded(10.0 ** (log_seconds + 3.0)):,} ms"
    if log_seconds - log10(YEAR) >= _PLAIN:
        return f"{number(log_seconds - log10(YEAR))} years"
    seconds = 10.0**log_seconds
    size, unit = next((s, u) for s, u in _UNITS if seconds >= s * 0.9995)
    count = _rounded(seconds / size)
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _rounded(value: float) -> int:
    """Two significant digits, for what is measured is not known better."""
    if value < 10:
        return ceil(value - 0.5)
    step = 10 ** (floor(log10(value)) - 1)
    return int(round(value / step) * step)


def comparison(log_evaluations: float, log_seconds: float) -> str:
    """Return what such a bill is like, in a few words; "" where it can be paid."""
    if log_evaluations > ATOMS:
        return f"more than the atoms in the universe, about {number(ATOMS)}"
    if log_seconds - log10(YEAR) > AGE:
        return "longer than the universe is old"
    if log_seconds > log10(YEAR * 80):
        return "longer than a life"
    return ""
