"""Learning or memorising: true labels beside shuffled ones, and what more examples are worth.

A network that is large enough learns labels that mean nothing, for it can keep each picture in
mind. Its cost on the pictures it has seen does not tell; pictures it has not seen do. (Zhang et al.
2017, ICLR, arXiv:1611.03530.)
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from engine.network import Network
from engine.network.neuron import Labels
from engine.optimizers.optimizer import FloatArray
from engine.training import Examples, Training, advance, assess, begin

MEMORISER = Network((784, 128, 10))
"""Large enough to keep 1,000 shuffled labels in mind: 101,770 weights and biases."""

FITTED = 0.99
"""Share of its own labels from which on a network has fitted them."""

SEEN, UNSEEN = "seen", "unseen"

_PIECE = 8  # updates between two looks at the clock
_SHUFFLE, _CHOICE = 10, 11  # what a random stream is for, besides those of a training


class Pair(NamedTuple):
    """Two trainings that differ in nothing but their labels: same start, pictures, batches."""

    true: Training
    shuffled: Training


def shuffled(labels: Labels, rng: np.random.Generator) -> Labels:
    """Return the labels in another order: as many of each digit, on any picture."""
    return rng.permutation(labels)


def begin_pair(
    data: Examples,
    count: int = 1000,
    network: Network = MEMORISER,
    seed: int = 0,
    *,
    optimizer: str = "adam",
    batch_size: int = 50,
    **settings: Any,  # noqa: ANN401 (an optimizer's own)
) -> Pair:
    """Return the two trainings on the first `count` of some prepared pictures, without updates.

    Raises ValueError as `engine.training.begin` does.
    """
    few = Examples(data.images[:count], data.labels[:count])
    other = few._replace(labels=shuffled(few.labels, np.random.default_rng([seed, _SHUFFLE])))
    true, mixed = (
        begin(network, one, optimizer, batch_size=batch_size, seed=seed, **settings)
        for one in (few, other)
    )
    return Pair(true, mixed)


def advance_pair(pair: Pair, updates: int, unseen: Examples) -> Pair:
    """Return both trainings after so many more updates, with a mark each on what they know.

    The marks named SEEN are on a training's own pictures and labels, UNSEEN on `unseen`. Earlier
    states are let go of, but for the start.
    """
    return Pair(*(_marked(advance(one, updates), unseen) for one in pair))


def _marked(training: Training, unseen: Examples) -> Training:
    training = replace(training, kept=training.kept[:1])
    return assess(assess(training, SEEN, training.data), UNSEEN, unseen)


def fitted_after(training: Training, share: float = FITTED) -> int:
    """Return the number of updates after which it first knew its own labels, or −1."""
    marks = (m for m in training.marks if m.name == SEEN and m.accuracy >= share)
    return next((m.updates for m in marks), -1)


def onward(pair: Pair, updates: int, unseen: Examples) -> Pair:
    """Return both trainings after so many more updates, at most to the end of the epoch.

    There they are marked, as by `advance_pair`; before, they are not.
    """
    if updates >= pair.true.left:
        return advance_pair(pair, pair.true.left, unseen)
    return Pair(*(advance(one, updates) for one in pair))


def is_over(pair: Pair, most_epochs: int = 200) -> bool:
    """Return whether both have fitted their labels, or one is lost, or it takes too long."""
    fitted = min(fitted_after(one) for one in pair) >= 0
    return fitted or max(one.lost for one in pair) >= 0 or pair.true.epoch >= most_epochs


def memorise(pair: Pair, unseen: Examples, most_epochs: int = 200) -> Generator[float, None, Pair]:
    """Yield how far it is, 0 to 1; return the pair once both have fitted their labels.

    It is marked at the beginning and at the end of every epoch, and ends after `most_epochs` at the
    latest, or where a cost is not finite. What it yields is the greater of two shares: of the
    epochs, and of what the shuffled labels' network has to know in the end.
    """
    pair, done = advance_pair(pair, 0, unseen), 0.0
    while not is_over(pair, most_epochs):
        pair = onward(pair, _PIECE, unseen)
        known = next(m.accuracy for m in reversed(pair.shuffled.marks) if m.name == SEEN)
        done = max(done, pair.true.epoch / most_epochs, min(known / FITTED, 0.99))
        yield min(done, 0.99)
    return pair


# --- More examples -----------------------------------------------------------------------------


class Growth(NamedTuple):
    """What more labelled examples are worth: accuracy on unseen pictures, over their number.

    `counts` (c,); `accuracies` (c, s), one column a seed: other examples, other start.
    """

    counts: FloatArray
    accuracies: FloatArray

    @property
    def means(self) -> FloatArray:
        """(c,)."""
        means: FloatArray = self.accuracies.mean(axis=1)
        return means


def grow(
    network: Network,
    data: Examples,
    unseen: Examples,
    counts: Sequence[int],
    seeds: Sequence[int] = (0, 1, 2),
    *,
    updates: int = 1500,
    optimizer: str = "adam",
    tell: Callable[[Growth], None] = lambda growth: None,
    **settings: Any,  # noqa: ANN401 (an optimizer's own)
) -> Generator[float, None, Growth]:
    """Yield how far it is, 0 to 1; return the accuracy for each number of examples and seed.

    Every training takes as many updates, on mini-batches of 100 at most, so that only what they
    are made of differs. After each of them `tell` gets what is known so far, nan where nothing is.
    Raises ValueError for a count that the data has not.
    """
    if not counts or min(counts) < 1 or max(counts) > len(data.labels):
        raise ValueError(f"one can learn from 1 to {len(data.labels):,} of these examples")
    found = np.full((len(counts), len(seeds)), np.nan)
    total, done = found.size * updates, 0
    for row, count in enumerate(counts):
        for column, seed in enumerate(seeds):
            training = begin(network, _some(data, count, seed), optimizer, seed=seed, **settings)
            while training.updates < updates and training.lost < 0:
                piece = min(_PIECE, updates - training.updates)
                training = replace(advance(training, piece), kept=training.kept[:1])
                yield (done + training.updates) / total
            done += updates
            found[row, column] = network.cost_and_accuracy(training.parameters, *unseen)[1]
            tell(Growth(np.array(counts, dtype=np.float64), found.copy()))
    return Growth(np.array(counts, dtype=np.float64), found)


def _some(data: Examples, count: int, seed: int) -> Examples:
    """Return so many of the examples, chosen at random; those of a smaller count are among them."""
    if count == len(data.labels):
        return data
    order = np.random.default_rng([seed, _CHOICE]).permutation(len(data.labels))[:count]
    return Examples(data.images[order], data.labels[order])
