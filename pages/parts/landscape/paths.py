"""What walks on its own landscape: the digit network, trained in one to three ways from one start.

Every path begins at the same random weights and meets the pictures in an order that the same seed
decides. Its places are kept a hundred times on the way, and measured there.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.inspection.landscape import Trace, trace
from engine.inspection.progress import part
from engine.network import Network
from engine.optimizers import OPTIMIZERS
from engine.training import Examples, Training, begin, examples

NETWORK = Network(preparation="deskew")
"""784-16-16-10: 13,002 weights and biases."""

ROWS = 100
"""How many places of a path are kept, beside its start."""

PICTURES = 2000
"""How many training pictures the cost shown is the mean of."""

MOST_PATHS = 3
LARGEST_SEED = 999_999
BATCHES = (1, 10, 100, 1000, 10_000)
UPDATES = (200, 600, 2000)


@dataclass(frozen=True)
class Course:
    """How a network learns: the optimizer's key, the learning rate, pictures an update."""

    optimizer: str
    rate: float
    batch: int

    @property
    def name(self) -> str:
        """What it is called."""
        return OPTIMIZERS[self.optimizer].name

    @property
    def settings(self) -> str:
        """Its numbers, for people."""
        pictures = "1 picture" if self.batch == 1 else f"{self.batch:,} pictures"
        return f"rate {self.rate:g} · {pictures} an update"


@dataclass(frozen=True)
class Journey:
    """A course from a seed's random weights, so many updates long.

    `made`: a training that has gone it already; its places are those that it has kept.
    """

    course: Course
    seed: int
    updates: int
    made: Training | None = None


@dataclass(frozen=True, eq=False)
class Path:
    """A journey made: `points` (m, 13002), `updates`, `costs` and `accuracies` there, (m,) each.

    Costs and accuracies are those of `looked_at()`. `lost`: it ended early, at a cost that is no
    number.
    """

    journey: Journey
    points: NDArray[np.float32] = field(repr=False)
    updates: NDArray[np.float64]
    costs: NDArray[np.float64]
    accuracies: NDArray[np.float64]
    lost: bool

    @property
    def has_learnt(self) -> bool:
        """Whether it ended lower than it began."""
        return not self.lost and bool(self.costs[-1] < self.costs[0])

    @property
    def course(self) -> Course:
        """How it learnt."""
        return self.journey.course


@lru_cache(maxsize=4)
def looked_at(count: int = PICTURES) -> Examples:
    """Return the first training pictures, prepared: those that costs are measured on."""
    images, labels = examples("train", NETWORK.preparation)
    return Examples(images[:count], labels[:count])


def walked(journey: Journey, rows: int = ROWS) -> Generator[float, None, Path]:
    """Yield how far it is, 0 to 1; return the path of a journey, `rows` places beside its start.

    Raises ValueError for a course that no training can take.
    """
    found = (
        _kept(journey.made) if journey.made else (yield from part(_traced(journey, rows), 0, 0.6))
    )
    sound = np.isfinite(found.points).all(axis=1)
    points, updates = found.points[sound], found.updates[sound]
    both = np.empty((2, len(points)))
    for row, place in enumerate(points):
        both[:, row] = NETWORK.cost_and_accuracy(place, *looked_at())
        yield 0.6 + 0.4 * (row + 1) / len(points)
    lost = found.training.lost >= 0 or not sound.all()
    return Path(journey, points, updates, both[0], both[1], lost)


def _traced(journey: Journey, rows: int) -> Generator[float, None, Trace]:
    course = journey.course
    training = begin(
        NETWORK,
        optimizer=course.optimizer,
        batch_size=course.batch,
        seed=journey.seed,
        learning_rate=course.rate,
    )
    return trace(training, journey.updates, max(1, journey.updates // rows))


def _kept(training: Training) -> Trace:
    """Return the places that a training has kept, one an epoch, and where it is."""
    kept = [*training.kept, training][: len(training.kept) + bool(training.position)]
    updates = np.array([one.updates for one in kept], np.float64)
    return Trace(training, np.stack([one.parameters for one in kept]), updates)


def journey_of(training: Training) -> Journey | None:
    """Return the journey that a training has gone; None if it is another network, or too short."""
    rate = training.settings["learning_rate"]
    if training.network != NETWORK or training.epoch < 2 or not isinstance(rate, float):
        return None
    course = Course(training.optimizer.key, rate, training.batch_size)
    return Journey(course, training.seed, training.updates, training)
