"""A training's daily work: updates within a time, what is measured on the way, and a verdict. Pure.

Costs on a few pictures are measured at every picture of the page, the whole test set once an
epoch, in parts where the network is large. All of them are marks of the training, so that going
back takes them back too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engine.digits import load
from engine.network import PREPARATIONS, Network
from engine.network.anatomy import confusion, sizes_by_layer, worst_mistakes
from engine.optimizers.optimizer import FloatArray
from engine.training import Examples, Mark, Training, advance, assess, back_to, examples
from pages.parts.shares import percent
from pages.parts.training import plan
from pages.parts.work import paced

TEST, TRAINING, WHOLE = "some test pictures", "some training pictures", "all test pictures"

_PART = "a part of the test pictures"  # what of a WHOLE is measured so far
_PRODUCTS = 5e7  # parameters × pictures of one measurement: some milliseconds
_MOST_MARKS = 500  # of each live curve
PASSED = 0.9  # the accuracy whose first time is told
_MISTAKES, _OF_ONE = 12, 3  # shown, and of one digit
_GUESS = 0.15  # of ten kinds, a tenth is right by chance; no digit is more than 12 % of them


# --- Updates -----------------------------------------------------------------------------------


def worked(
    training: Training,
    seconds: float,
    most: int = 10**9,
    until: int | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Training:
    """Return the training after updates for so long, `most` at the most, measured at its end.

    It takes one update at least, and stops where epoch `until` begins. As long as `measuring`,
    each call measures another part of the test set.
    """

    def take(most: int) -> int:
        nonlocal training
        if training.lost >= 0 or (until is not None and training.epoch >= until):
            return 0
        before = training.updates
        training = _whole(advance(training, min(most, training.left)))
        return training.updates - before

    training = _whole(training)
    paced(take, seconds, most, clock)
    return measured(training)


def measured(training: Training) -> Training:
    """Return the training with marks on both samples, if it has none where it stands."""
    if training.lost >= 0 or any(
        mark.updates == training.updates for mark in training.marks[-3:] if mark.name == TEST
    ):
        return training
    count = sample(training.network)
    training = assess(training, TEST, _first(_test(training), count))
    return thinned(assess(training, TRAINING, _first(training.data, count)))


def marks(training: Training, name: str) -> list[Mark]:
    """Return what was measured on some pictures, the oldest first."""
    return [mark for mark in training.marks if mark.name == name]


def gradient(training: Training) -> FloatArray:
    """Return the gradient here, of the cost of the first few training pictures."""
    net, some = training.network, _first(training.data, slope_pictures(training.network))
    return net.cost_and_gradient(training.parameters, *some)[1]


def sample(network: Network) -> int:
    """Return how many pictures of each half the live costs are measured on."""
    return min(max(int(_PRODUCTS / network.dimension), 100), 1000)


def slope_pictures(network: Network) -> int:
    """Return how many training pictures the shown gradient is the mean of."""
    return sample(network) // 2


def measuring(training: Training) -> bool:
    """Return whether the end of the last epoch is not yet measured on all test pictures."""
    return training.lost < 0 < training.epoch and not any(
        mark.updates == training.kept[-1].updates for mark in marks(training, WHOLE)[-1:]
    )


def _whole(training: Training) -> Training:
    """Return the training with more of the test set measured, if that is not done.

    What is measured is the network at the end of the last epoch, which is kept.
    """
    if training.lost >= 0 or not measuring(training):
        return training
    there, (images, labels) = training.kept[-1], _test(training)
    so_far = next((m for m in marks(training, _PART) if m.updates == there.updates), None)
    done = so_far.pictures if so_far else 0
    some = slice(done, done + max(int(4 * _PRODUCTS / training.network.dimension), 100))
    cost, accuracy = there.network.cost_and_accuracy(there.parameters, images[some], labels[some])
    count = done + len(labels[some])
    before = (so_far.cost, so_far.accuracy) if so_far else (0.0, 0.0)
    means = [
        b + (now - b) * (count - done) / count
        for b, now in zip(before, (cost, accuracy), strict=True)
    ]
    mark = Mark(WHOLE if count == len(labels) else _PART, there.updates, count, *means)
    others = (m for m in training.marks if m.name != _PART)
    return replace(training, marks=(*others, mark))


def _test(training: Training) -> Examples:
    return examples("test", training.network.preparation)


def _first(data: Examples, count: int) -> Examples:
    return Examples(data.images[:count], data.labels[:count])


def thinned(training: Training) -> Training:
    """Return the training without one mark of the samples, if there is one too many.

    The one goes that leaves the smallest gap for its age: so the first rise stays as it was seen,
    however long it goes on. Where it first read 90 % is never forgotten.
    """
    tested = marks(training, TEST)
    if len(tested) <= _MOST_MARKS:
        return training
    places = [mark.updates for mark in tested]
    passed = next((mark.updates for mark in tested if mark.accuracy >= PASSED), None)
    inner = (at for at in range(1, len(places) - 1) if places[at] != passed)
    gone = places[min(inner, key=lambda at: (places[at + 1] - places[at - 1]) / places[at + 1])]
    left = (m for m in training.marks if m.name in (WHOLE, _PART) or m.updates != gone)
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


def verdict(training: Training, slopes: FloatArray | None = None) -> Verdict:
    """Return how the training stands and, where it goes wrong, what to do.

    `slopes`: the `gradient` here, if it is known already.
    """
    if training.lost >= 0:
        return _lost(training)
    if not training.updates:
        return Verdict("ready", "The weights are random numbers, so it can only guess.")
    seen, tested = marks(training, TRAINING), marks(training, TEST)
    if not seen or not tested:
        return Verdict("learning", "")
    now, best = seen[-1], min(seen, key=lambda mark: mark.cost)
    pictures = training.epoch * len(training.data.labels) + training.position
    if now.accuracy < _GUESS and (training.updates >= 500 or pictures >= 20_000):
        return _guessing(training, gradient(training) if slopes is None else slopes)
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


def _guessing(training: Training, slopes: FloatArray) -> Verdict:
    """Return why a network reads no better than by chance, and what is at fault."""
    net, seen, tested = training.network, marks(training, TRAINING), marks(training, TEST)
    now, best = seen[-1], max(mark.accuracy for mark in tested)
    was = f" (it read {percent(best)} before)" if best > 2 * _GUESS else ""
    sizes = sizes_by_layer(net, slopes)
    first = sizes[0]
    silent = net.activation == "relu" and len(net.sizes) > 2 and first == 0
    rate, own = plan.settings_of(training)["learning_rate"], plan.RATES[training.optimizer.key]
    too_far = bool(was) or silent or rate > 3 * own or now.cost > 1.1 * seen[0].cost
    if silent:
        why = (
            "a whole layer of its ReLU neurons has fallen silent, on each of the "
            f"{slope_pictures(net)} pictures that the slope is measured on, "
            + (
                "and nothing before it has a slope to follow"
                if any(sizes)
                else "and no weight has a slope any more; the last biases alone can only learn "
                "which digits are common"
            )
        )
    elif first < 1e-5:
        why = "its first layer has almost no slope left to follow"
    elif too_far:
        why = "the steps jump about and lead nowhere"
    else:
        why = "no step so far has led anywhere"
    if too_far:
        advice = f"{'Go back' if was else 'Reset'} and take a smaller rate."
    elif rate < own / 3:
        advice = "Take a larger rate."
    else:
        advice = "Try another beginning: other random weights, or another activation."
    return Verdict(
        "guessing",
        f"It reads {percent(tested[-1].accuracy)} of pictures that it has never seen, no better "
        f"than guessing{was}: {why}. {advice}",
    )


def _progress(training: Training, tested: list[Mark], seen: Mark) -> str:
    now = tested[-1]
    passed = next((mark for mark in tested if mark.accuracy >= PASSED), None)
    text = f"It reads {percent(now.accuracy, 1)} of pictures that it has never seen"
    if passed is not None:
        pictures = passed.updates * training.batch_size
        alike = len({stretch.batch_size for stretch in training.stretches}) == 1
        looked = f", {pictures:,} pictures" if alike else ""
        text += f"; 90 % was passed within {passed.updates:,} updates{looked}"
    if training.epoch and seen.accuracy - now.accuracy > 0.03:  # before, all it saw was new
        known = percent(seen.accuracy, 1)
        text += f". Of those it learns from it reads {known}: it has begun to memorise"
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
    worst = worst_mistakes(labels, given, _MISTAKES, _OF_ONE)
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
    return images[_chosen()], labels[_chosen()].tolist()


@lru_cache(maxsize=1)
def _chosen() -> list[int]:
    """Return the numbers of the chosen digits in the test set."""
    _, labels = load("test")
    each = [np.flatnonzero(labels == digit)[:_EACH].tolist() for digit in range(10)]
    return [places[turn] for turn in range(_EACH) for places in each]


def answers(training: Training) -> tuple[list[int], list[float]]:
    """Return what the network takes the chosen digits for, and the chance it gives that."""
    prepared = _test(training).images[_chosen()]
    given = np.nan_to_num(training.network.answers(training.parameters, prepared), nan=0.1)
    return given.argmax(axis=1).tolist(), [_finite(x) for x in given.max(axis=1)]


def _finite(x: float) -> float:
    return min(round(float(x), 4), 0.9999) if math.isfinite(x) else 0.0  # nothing is certain


def names(training: Training) -> dict[str, str]:
    """Return what the page calls the parts of this training."""
    return {
        "optimizer": training.optimizer.name,
        "moves": training.optimizer.summary,
        "preparation": PREPARATIONS[training.network.preparation].name,
        "batch": plan.batch_name(training.batch_size, len(training.data.labels)),
    }
