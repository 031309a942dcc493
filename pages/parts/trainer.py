"""A training's daily work: updates within a time, what is measured on the way, and a verdict. Pure.

Costs on a few pictures are measured at every picture of the page, the whole test set once an
epoch. All of them are marks of the training, so that going back takes them back too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from engine.anatomy import confusion, sizes_by_layer, worst_mistakes
from engine.digits import load
from engine.network import PREPARATIONS
from engine.optimizer import FloatArray
from engine.training import Examples, Mark, Training, advance, assess, back_to, examples
from pages.parts import plan

SAMPLE = 1000
"""How many pictures of each half the live costs are measured on."""

TEST, TRAINING, WHOLE = "1,000 test pictures", "1,000 training pictures", "all test pictures"

_PIECE = 0.006  # seconds between two looks at the clock
_MOST_MARKS = 500  # of each live curve; then every other one goes
_SLOPES = 500  # pictures that the shown gradient is the mean of
_MISTAKES = 12


# --- Updates -----------------------------------------------------------------------------------


def worked(
    training: Training,
    seconds: float,
    most: int = 10**9,
    until: int | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Training:
    """Return the training after updates for so long, `most` at the most, measured at its end.

    It takes one update at least, and stops where epoch `until` begins.
    """
    end, piece = clock() + seconds, 1
    before, updates = clock(), training.updates
    while most > 0 and training.lost < 0 and (until is None or training.epoch < until):
        epoch = training.epoch
        training = advance(training, min(piece, most, training.left))
        if training.epoch > epoch:
            training = assess(training, WHOLE, _test(training))
        now = clock()
        if now >= end:
            break
        each = max((now - before) / max(training.updates - updates, 1), 1e-7)
        most, updates, before = most - training.updates + updates, training.updates, now
        piece = max(1, min(4 * piece, int(min(_PIECE, end - now) / each)))
    return measured(training)


def measured(training: Training) -> Training:
    """Return the training with marks on both samples, if it has none where it stands."""
    if training.lost >= 0 or any(
        mark.updates == training.updates for mark in training.marks[-3:] if mark.name == TEST
    ):
        return training
    training = assess(training, TEST, _first(_test(training)))
    return _thinned(assess(training, TRAINING, _first(training.data)))


def marks(training: Training, name: str) -> list[Mark]:
    """Return what was measured on some pictures, the oldest first."""
    return [mark for mark in training.marks if mark.name == name]


def gradient(training: Training) -> FloatArray:
    """Return the gradient here, of the cost of 500 training pictures."""
    images, labels = training.data
    return training.network.cost_and_gradient(
        training.parameters, images[:_SLOPES], labels[:_SLOPES]
    )[1]


def _test(training: Training) -> Examples:
    return examples("test", training.network.preparation)


def _first(data: Examples) -> Examples:
    return Examples(data.images[:SAMPLE], data.labels[:SAMPLE])


def _thinned(training: Training) -> Training:
    """Return the training without every other mark of a sample, once there are many."""
    live = sum(mark.name == TEST for mark in training.marks)
    if live <= _MOST_MARKS:
        return training
    places = sorted({mark.updates for mark in training.marks if mark.name == TEST})
    kept = {*places[::2], places[-1]}
    left = (m for m in training.marks if m.name == WHOLE or m.updates in kept)
    return replace(training, marks=tuple(left))


# --- Back --------------------------------------------------------------------------------------


def earlier_epoch(training: Training) -> int | None:
    """Return the epoch that "back an epoch" leads to, None at the very beginning."""
    known = [
        epoch
        for epoch in training.epochs
        if epoch < training.epoch or (epoch == training.epoch and training.position)
    ]
    return max(known, default=None)


def reset(training: Training) -> Training:
    """Return the training before its first update: the same weights, the settings of now."""
    course, rate = plan.course_of(training), plan.settings_of(training)["learning_rate"]
    return plan.with_rate(plan.on(back_to(training, 0), course), rate)


# --- What it comes to --------------------------------------------------------------------------


class Verdict(NamedTuple):
    """How the training stands: one of a few kinds, and a sentence with the numbers."""

    kind: str
    sentence: str


def verdict(training: Training) -> Verdict:
    """Return how the training stands and, where it goes wrong, what to do."""
    if training.lost >= 0:
        return _lost(training)
    if not training.updates:
        return Verdict("ready", "The weights are random numbers, so it can only guess.")
    seen, tested = marks(training, TRAINING), marks(training, TEST)
    if not seen or not tested:
        return Verdict("learning", "")
    now, best = seen[-1], min(seen, key=lambda mark: mark.cost)
    if now.accuracy < 0.2 and training.updates * training.batch_size >= 20_000:
        return _guessing(training, now, best)
    if now.cost > 1.5 * best.cost and now.cost > best.cost + 0.1:
        return Verdict(
            "worse",
            f"The cost was {best.cost:.2f} after update {best.updates:,} and is {now.cost:.2f} "
            "now: the steps jump over the valley. Go back, and take a smaller rate.",
        )
    return Verdict("learning", _progress(training, tested, now))


def _lost(training: Training) -> Verdict:
    rate = plan.settings_of(training)["learning_rate"]
    return Verdict(
        "lost",
        f"Update {training.lost + 1:,} found a cost that is no number (NaN): with steps of rate "
        f"{rate:g} the weights have grown beyond what numbers can hold, and nothing more is learnt "
        "from there. Go back and take a smaller rate.",
    )


def _guessing(training: Training, now: Mark, best: Mark) -> Verdict:
    slopes = sizes_by_layer(training.network, gradient(training))
    why = "its first layer has almost no slope left to follow"
    if max(slopes) == 0 or (training.network.activation == "relu" and slopes[0] == 0):
        why = "its ReLU neurons are silent for every picture, and where there is no slope, no step"
    elif slopes[0] > 1e-5:
        why = "no step so far has led anywhere"
    was = f" (it read {best.accuracy:.0%} before)" if best.accuracy > 0.3 else ""
    return Verdict(
        "guessing",
        f"It reads {now.accuracy:.0%}, no better than guessing{was}: {why}. "
        + ("Go back and take a smaller rate." if was else "Try another beginning."),
    )


def _progress(training: Training, tested: list[Mark], seen: Mark) -> str:
    now = tested[-1]
    passed = next((mark for mark in tested if mark.accuracy >= 0.9), None)
    text = f"It reads {now.accuracy:.1%} of pictures that it has never seen"
    if passed is not None:
        pictures = passed.updates * training.batch_size
        alike = len({stretch.batch_size for stretch in training.stretches}) == 1
        looked = f", {pictures:,} pictures" if alike else ""
        text += f"; 90 % was passed within {passed.updates:,} updates{looked}"
    if seen.accuracy - now.accuracy > 0.03:
        text += f". Of those it learns from it reads {seen.accuracy:.1%}: it has begun to memorise"
    return text + "."


class Report(NamedTuple):
    """What the whole test set shows: `confusion` (10, 10), and the worst mistakes.

    `pictures` (m, 784) bytes, with the right `labels`, the `answers` and the `chances` it gave
    each of them.
    """

    updates: int
    accuracy: float
    confusion: np.ndarray
    pictures: np.ndarray
    labels: list[int]
    answers: list[int]
    chances: list[float]


def report(training: Training) -> Report:
    """Return what the training's network makes of all test pictures now."""
    given = _answered(training)
    images, labels = load("test")
    worst = worst_mistakes(labels, given, _MISTAKES)
    table = confusion(labels, given)
    answers = given[worst].argmax(axis=1)
    return Report(
        training.updates,
        float(np.trace(table) / table.sum()),
        table,
        images[worst],
        labels[worst].tolist(),
        answers.tolist(),
        [_finite(x) for x in given[worst, answers]],
    )


def _answered(training: Training) -> FloatArray:
    return np.nan_to_num(
        training.network.answers(training.parameters, _test(training).images), nan=0.1
    )


# --- Some digits -------------------------------------------------------------------------------

_EACH = 2


def chosen_digits() -> tuple[np.ndarray, list[int]]:
    """Return pictures (20, 784) bytes and labels: of each digit the first two of the test set."""
    images, labels = load("test")
    places = [int(i) for d in range(10) for i in np.flatnonzero(labels == d)[:_EACH]]
    order = sorted(places, key=lambda i: (places.index(i) % _EACH, labels[i]))
    return images[order], labels[order].tolist()


def answers(training: Training) -> tuple[list[int], list[float]]:
    """Return what the network takes the chosen digits for, and the chance it gives that."""
    pictures, _ = chosen_digits()
    net = training.network
    given = np.nan_to_num(net.answers(training.parameters, net.prepare(pictures)), nan=0.1)
    return given.argmax(axis=1).tolist(), [_finite(x) for x in given.max(axis=1)]


def _finite(x: float) -> float:
    return round(float(x), 4) if math.isfinite(x) else 0.0


def names(training: Training) -> dict[str, str]:
    """Return what the page calls the parts of this training."""
    return {
        "optimizer": training.optimizer.name,
        "preparation": PREPARATIONS[training.network.preparation].name,
        "batch": plan.batch_name(training.batch_size, len(training.data.labels)),
    }
