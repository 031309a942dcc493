"""Pair → the message that the Depth page's component draws: sizes by layer, curves, sentences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.optimizers.optimizer import FloatArray
from pages.parts.depth import pair as pairs
from pages.parts.depth import words
from pages.parts.depth.cures import CURES, STEEPNESSES, STEP, Treatment
from pages.parts.depth.pair import Member, Pair
from pages.parts.message import assemble
from pages.parts.training import cost_curve
from pages.parts.training.trainer import TEST, marks

_LARGEST = float(np.finfo("<f4").max)
_LEGEND = 30  # characters of a name


def pack(pair: Pair, treatment: Treatment, **told: Any) -> bytes:  # noqa: ANN401 (what JSON can say)
    """Return the message of a pair; `told` goes into its header as it is."""
    arrays: dict[str, NDArray[Any]] = {}
    for index, member in enumerate(pair.members):
        arrays |= {f"{name}.{index}": one for name, one in _curves(member).items()}
    stepped = pair.sick.setup.activation == STEP
    lines = [pairs.terraces(member.setup) for member in pair.members] if stepped else []
    arrays |= {f"line.{index}": line for index, line in enumerate(lines)}
    header = {
        **told,
        "updates": pair.updates,
        "lost": pair.lost,
        "batchSize": pair.sick.training.batch_size,
        "comparison": words.comparison(pair),
        "cures": [
            {"key": c.key, "name": c.name, "short": c.short, "on": c.key in treatment.cures}
            for c in CURES.values()
        ],
        "steepness": treatment.steepness,
        "steepnesses": STEEPNESSES,
        "reach": pairs.REACH if stepped else None,
        "lines": [
            words.line(line, member.setup.activation)
            for line, member in zip(lines, pair.members, strict=False)
        ],
        "members": [
            _member(pair.sick, "As it is"),
            *([] if pair.cured is None else [_member(pair.cured, *_titles(pair, treatment))]),
        ],
    }
    return assemble(header, arrays)


def _titles(pair: Pair, treatment: Treatment) -> tuple[str, str]:
    """Return what the cured network is called, and in a legend, which has less room."""
    named = words.named(pair)
    title = f"{named[0].upper()}{named[1:]}"
    short = "With the cures" if treatment.cures else "Smoothed"
    return title, title if len(title) <= _LEGEND else short


def _member(member: Member, name: str, short: str = "") -> dict[str, Any]:
    now, expected, start = member.now, member.expected, member.start
    costs = cost_curve.latest(member.training, 20)
    return {
        "name": name,
        "short": short or name,
        "fate": words.fate(member),
        "headline": words.headline(member),
        "passing": words.passing(member),
        "reading": words.reading(member),
        "updates": member.training.updates,
        "lost": member.training.lost,
        "accuracy": member.mark.accuracy,
        "cost": _number(float(costs.mean())) if len(costs) else None,
        "sizes": {
            "arrives": _numbers(now.said[:-1]),
            "returns": _numbers(now.errors),
            "gradient": _numbers(now.gradients),
            "moved": _numbers(now.moved_share),
        },
        "expected": {
            "arrives": _numbers(expected.said),
            "returns": _numbers(expected.errors * start.errors[-1]),
            "gradient": _numbers(expected.gradients * start.gradients[-1]),
        },
    }


def _curves(member: Member) -> dict[str, NDArray[np.float32]]:
    curve = cost_curve.curve(member.training)
    tested = marks(member.training, TEST)
    return {
        "at": _single(curve["at"]),
        "cost": _single(curve["mean"]),
        "marks": _single([mark.updates for mark in tested]),
        "accuracy": _single([mark.accuracy for mark in tested]),
    }


def _single(numbers: Any) -> NDArray[np.float32]:  # noqa: ANN401 (what NumPy takes for an array)
    array = np.nan_to_num(np.asarray(numbers, np.float64), nan=_LARGEST)
    return np.clip(array, -_LARGEST, _LARGEST).astype("<f4")


def _numbers(values: FloatArray) -> list[float | None]:
    return [_number(float(value)) for value in values]


def _number(value: float) -> float | None:
    """The number, or None where JSON has no word for it."""
    return value if math.isfinite(value) else None
