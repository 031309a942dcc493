"""Why a walk ended (`Ending`) and how it moved (`Regime`)."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.walk import Run

EndingKind: TypeAlias = Literal[
    "running",
    "global_minimum",
    "minimum",
    "saddle",
    "plateau",
    "bouncing",
    "held",
    "diverged",
    "no_bottom",
    "undefined",
]
Regime: TypeAlias = Literal["crawl", "smooth", "zig-zag", "bounce", "diverge"]


@dataclass(frozen=True)
class Ending:
    """Why a walk ended: `kind`, the row it was reached at (else the last), and the evidence."""

    kind: EndingKind
    step: int
    sentence: str


def judge(run: Run) -> tuple[tuple[Ending, ...], tuple[Regime, ...]]:
    """Return ending and regime of every walk of a run."""
    regimes: list[Regime] = []
    found: list[Ending] = []
    lost, length = np.atleast_1d(run.lost), np.atleast_1d(run.lengths)
    for gone, rows in zip(lost.tolist(), length.tolist(), strict=True):
        kind: EndingKind = "diverged" if gone >= 0 else "running"
        found.append(Ending(kind, rows - 1, "Still on its way."))
        regimes.append("diverge" if gone >= 0 else "smooth")
    return tuple(found), tuple(regimes)


def ending(run: Run) -> Ending:
    """Return why a single walk ended."""
    return judge(run)[0][0]


def endings(run: Run) -> tuple[Ending, ...]:
    """Return why each walk of a batch ended."""
    return judge(run)[0]


def regime(run: Run) -> Regime:
    """Return how a single walk moved."""
    return judge(run)[1][0]


def regimes(run: Run) -> tuple[Regime, ...]:
    """Return how each walk of a batch moved."""
    return judge(run)[1]
