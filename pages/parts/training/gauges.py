"""Training → the message that its component draws: decimated curves, weights as pictures, numbers.

About 20 kB, so that 25 of them a second are half a megabyte. What does not change (the digits,
a report) is left out where the browser says that it has it: `holds` is the version it has.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.network import INITIALISATIONS
from engine.network.anatomy import sizes_by_layer
from engine.training import Stretch, Training
from pages.parts.message import assemble
from pages.parts.training import cost_curve, plan, trainer
from pages.parts.training.trainer import Report

PICTURES = 16
"""How many neurons of the first layer are shown."""

_RECENT = 100  # mini-batches whose mean is called the cost now
_MOST_CHANGES = 40
_GIANT = 3.0  # times the middle neuron: colours show no larger weights
_LARGEST = float(np.finfo("<f4").max)


def pack(
    training: Training,
    report: Report | None = None,
    holds: str = "",
    generation: int = 0,
    **told: Any,  # noqa: ANN401 (what JSON can say)
) -> bytes:
    """Return the message of a training; `told` goes into its header as it is."""
    version = f"{generation}.{'' if report is None else report.updates}"
    costs = cost_curve.latest(training, _RECENT)
    arrays: dict[str, NDArray[Any]] = {k: _single(v) for k, v in cost_curve.curve(training).items()}
    arrays |= _marks(training)
    pictures = _pictures(training)
    arrays["weights"] = pictures.weights
    if holds != version:
        digits, _ = trainer.chosen_digits()
        arrays["digits"] = digits
        if report is not None:
            arrays |= {"confusion": report.confusion.astype("<i4"), "mistakes": report.pictures}
    header = {
        **told,
        **_settings(training),
        **_standing(training),
        "generation": generation,
        "version": version,
        "cost": _number(costs.mean()) if len(costs) else None,
        "lastCost": _number(costs[-1]) if len(costs) else None,
        "largestWeight": _number(pictures.largest),
        "beyond": pictures.beyond,
        "farthest": _number(pictures.farthest),
        "shown": len(pictures.weights),
        "report": None if report is None else _report(report),
    }
    return assemble(header, arrays)


def _settings(training: Training) -> dict[str, Any]:
    """Return what is trained, and how."""
    return {
        **trainer.names(training),
        "sizes": training.network.sizes,
        "dimension": training.network.dimension,
        "beginning": INITIALISATIONS[training.initialisation].name,
        "seed": training.seed,
        "rate": plan.settings_of(training)["learning_rate"],
        "ownRate": plan.RATES[training.optimizer.key],
        "batchSize": training.batch_size,
        "sample": trainer.sample(training.network),
        "slopePictures": trainer.slope_pictures(training.network),
        "changes": _changes(training.stretches),
        "address": {"train_rate": plan.rate_text(training)},
    }


def _standing(training: Training) -> dict[str, Any]:
    """Return how far it is, how steep it is there, and how it reads."""
    slopes = trainer.gradient(training)
    return {
        "epoch": training.epoch,
        "progress": training.progress,
        "updates": training.updates,
        "left": training.left,
        "lost": training.lost,
        "back": trainer.earlier_epoch(training),
        "slopes": [_number(size) for size in sizes_by_layer(training.network, slopes)],
        "slope": _number(np.sqrt(np.square(slopes, dtype=np.float64).mean())),
        "measuring": trainer.measuring(training),
        "verdict": trainer.verdict(training, slopes)._asdict(),
        "answers": _answers(training),
        "whole": _whole(training),
    }


def _whole(training: Training) -> dict[str, Any] | None:
    """Return how the whole test set was read at the end of the last epoch."""
    wholes = trainer.marks(training, trainer.WHOLE)
    if not wholes:
        return None
    last = wholes[-1]
    ends = itertools.accumulate(map(len, training.batch_costs))
    return {
        "epoch": sum(end <= last.updates for end in ends),
        "cost": _number(last.cost),
        "accuracy": last.accuracy,
    }


def _marks(training: Training) -> dict[str, NDArray[Any]]:
    """Return both samples' costs and accuracies over updates, a curve's points at most."""
    tested, seen = (trainer.marks(training, name) for name in (trainer.TEST, trainer.TRAINING))
    every = -(-len(tested) // cost_curve.POINTS) or 1
    thin = lambda marks: [*marks[:-1:every], *marks[-1:]]  # noqa: E731
    tested, seen = thin(tested), thin(seen)
    return {
        "marks": _single([mark.updates for mark in tested]),
        "testCost": _single([mark.cost for mark in tested]),
        "trainingCost": _single([mark.cost for mark in seen]),
        "testAccuracy": _single([mark.accuracy for mark in tested]),
        "trainingAccuracy": _single([mark.accuracy for mark in seen]),
    }


class Pictures(NamedTuple):
    """The first neurons' weights (n, 784) from −127 to 127, and `largest`, what 127 stands for.

    `beyond` are the numbers of those with weights far larger than that, up to `farthest`.
    """

    weights: NDArray[np.int8]
    largest: float
    beyond: list[int]
    farthest: float


def _pictures(training: Training) -> Pictures:
    """Return the weights as pictures. One neuron that is a giant does not blank the others."""
    weights = training.network.layers(training.parameters)[0].weights[:, :PICTURES].T
    with np.errstate(all="ignore"):
        limited = np.nan_to_num(weights, nan=0.0, posinf=_LARGEST, neginf=-_LARGEST)
        each = np.percentile(np.abs(limited), 99.0, axis=1)
        largest = min(float(each.max()), _GIANT * float(np.median(each))) or float(each.max())
        largest = largest or 1.0
        scaled = np.clip(limited / largest, -1, 1)
    beyond = np.flatnonzero(each > 1.5 * largest).tolist()
    return Pictures(
        np.rint(127 * scaled).astype(np.int8), largest, beyond, float(np.abs(limited).max())
    )


def _changes(stretches: tuple[Stretch, ...]) -> list[dict[str, Any]]:
    """Return what was changed on the way: after which update, and what."""
    changes = []
    for before, after in itertools.pairwise(stretches):
        rates = [s.settings["learning_rate"] for s in (before, after)]
        parts = []
        if before.optimizer.key != after.optimizer.key:
            parts.append(after.optimizer.name)
        if rates[0] != rates[1]:
            parts.append(f"rate {rates[0]:.3g} → {rates[1]:.3g}".replace("e-0", "e−"))
        if before.batch_size != after.batch_size:
            parts.append(f"{after.batch_size:,} an update")
        changes.append({"at": after.start, "what": ", ".join(parts) or "settings"})
    return changes[-_MOST_CHANGES:]


def _answers(training: Training) -> list[dict[str, Any]]:
    _, labels = trainer.chosen_digits()
    pairs = zip(labels, *trainer.answers(training), strict=True)
    return [{"label": label, "answer": said, "chance": chance} for label, said, chance in pairs]


def _report(report: Report) -> dict[str, Any]:
    mistakes = zip(report.labels, report.answers, report.chances, strict=True)
    return {
        "updates": report.updates,
        "accuracy": report.accuracy,
        "mistakes": [{"label": a, "answer": b, "chance": c} for a, b, c in mistakes],
    }


def _single(numbers: Any) -> NDArray[np.float32]:  # noqa: ANN401 (what NumPy takes for an array)
    array = np.nan_to_num(np.asarray(numbers, np.float64), nan=_LARGEST)
    return np.clip(array, -_LARGEST, _LARGEST).astype("<f4")


def _number(value: float) -> float | None:
    """The number, or None where JSON has no word for it."""
    return float(value) if math.isfinite(value) else None
