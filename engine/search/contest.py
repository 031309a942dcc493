"""Grid, random search and walks downhill against one another, and what they need per dimension."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from math import log10
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from engine import digits, search
from engine.descent.walk import Objective
from engine.network import Network, NetworkCost
from engine.optimizers.optimizer import FloatArray
from engine.search import Charge, Source, Tally
from engine.search.scalable import Scalable, ScalableCost

_PICTURES, _UNSEEN = 1000, 2000  # digits that the network's cost is taken over; that judge it
_RATE = 0.3

Method: TypeAlias = Literal["grid", "random", "descent", "restarts"]

METHODS: dict[Method, str] = {
    "grid": "Grid",
    "random": "Random search",
    "descent": "Gradient descent",
    "restarts": "Descent with restarts",
}
"""What each is called. The last begins anew from a random place whenever it has settled."""

DIMENSIONS = (1, 2, 3, 4, 6, 8, 10)
"""Where everything is run."""

MANY_DIMENSIONS = (30, 100, 300, 1000, 3000, 13_002)
"""Where walks are run as well, as long as they arrive."""


RUNS = 5
"""Draws of everything that a number of evaluations is the mean of, in up to ten dimensions."""


@dataclass(frozen=True)
class Contest:
    """What is searched, and with how much: the grid's points a side, the charge, a seed."""

    scalable: Scalable
    dimension: int
    points_a_side: int
    charge: Charge
    budget: int
    seed: int = 0

    @property
    def cost(self) -> ScalableCost:
        """The cost in these dimensions; its lowest place depends on the seed."""
        return self.scalable.in_dimensions(self.dimension, self._rng(0))

    def source(self, method: Method) -> Source:
        """Return what a method tries; ValueError for a grid that is too large to count."""
        cost, box, d = self.cost, self.scalable.box, self.dimension
        rng = self._rng(1 + list(METHODS).index(method))
        if method == "grid":
            return search.grid(cost, box, d, self.points_a_side, rng)
        if method == "random":
            return search.at_random(cost, box, d, rng)
        if method == "descent":
            start = self._rng(9).uniform(*box, d)
            return search.descent(cost, start, self.charge, learning_rate=cost.rate)
        return search.descents(cost, box, d, rng, self.charge, {"learning_rate": cost.rate})

    def tally(self, keep: int = 0) -> Tally:
        """Return a counter with this contest's budget and goal."""
        return Tally(self.budget, self.scalable.goal, keep)

    def _rng(self, use: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, self.dimension, use])


def race(contest: Contest, keep: int = 0) -> Generator[float, None, dict[Method, Tally]]:
    """Let every method spend the budget, one after the other; yields how far it is, 0 to 1.

    A grid of more places than `search.MOST_GRID` stays out of it.
    """
    tallies: dict[Method, Tally] = {}
    for method in METHODS:
        try:
            source = contest.source(method)
            tallies[method] = tally = contest.tally(keep)
            for _ in search.searching(source, tally):
                yield (len(tallies) - 1 + tally.spent / tally.budget) / len(METHODS)
        except search.TooLargeError:
            del tallies[method]
    return tallies


# --- How many evaluations, dimension by dimension ----------------------------------------------


class Needed(NamedTuple):
    """The mean number of `evaluations` that a method needed to arrive, over some draws."""

    dimension: int
    evaluations: float


def measure(
    scalable: Scalable, charge: Charge, draws: int, steps: int, runs: int = RUNS
) -> Generator[float, None, dict[Method, tuple[Needed, ...]]]:
    """Return what random search and walks needed to arrive, for more and more dimensions.

    Each is run with `runs` seeds (one, beyond ten dimensions), up to the last dimension in which
    it arrived every time: random search within so many draws, walks within so many steps, whatever
    a step is charged. Yields how far it is.
    """
    dimensions = (*DIMENSIONS, *MANY_DIMENSIONS)
    measured: dict[Method, tuple[Needed, ...]] = {}
    methods: tuple[Method, ...] = ("random", "descent", "restarts")
    for method in methods:
        found: list[Needed] = []
        for dimension in dimensions:
            budget = draws if method == "random" else steps * charge.of(dimension)
            contests = [
                Contest(scalable, dimension, 1, charge, budget, seed)
                for seed in range(runs if dimension <= DIMENSIONS[-1] else 1)
            ]
            spent: list[int] = []
            for contest in contests:
                tally = contest.tally()
                for _ in search.searching(contest.source(method), tally):
                    yield (len(measured) + len(found) / len(dimensions)) / len(methods)
                if not tally.arrived:
                    break
                spent.append(tally.spent)
            if len(spent) < len(contests):
                break
            found.append(Needed(dimension, float(np.mean(spent))))
        measured[method] = tuple(found)
    return measured


def reckoned(
    scalable: Scalable, charge: Charge, found: tuple[Needed, ...], method: Method, dimension: int
) -> float | None:
    """Return log₁₀ of the evaluations that a method needs on average, without running it.

    Random search needs 1 over the share of the box that is low enough. Restarts need 1 over the
    share of starts that lead to a low valley, times a walk, which takes as many steps as in the
    last dimension that was measured, `found`. None where neither says it.
    """
    if method == "random":
        return -scalable.share(dimension)
    if method == "restarts" and scalable.share_of_starts and found:
        last, starts = found[-1], scalable.share_of_starts
        dearer = charge.of(dimension) / charge.of(last.dimension)
        rarer = starts(last.dimension) - starts(dimension)
        return log10(last.evaluations) + rarer + log10(dearer)
    return None


# --- A network instead of a formula ------------------------------------------------------------


def drawn(objective: Objective, draw: Callable[[], FloatArray]) -> Source:
    """Yield one place after the other, each as `draw` gives it, for ever."""
    while True:
        point = draw()
        yield search.Tried(point[None], np.reshape(objective.value(point), 1), 1)


def against(
    sources: Mapping[str, Source], budget: int, goal: float = -np.inf
) -> Iterator[dict[str, Tally]]:
    """Let some searches spend side by side, block by block; yields all tallies after each block.

    The one that has spent least goes next, so that at every moment all have spent about as much.
    """
    tallies = {name: Tally(budget, goal) for name in sources}
    going = {name: search.searching(source, tallies[name]) for name, source in sources.items()}
    while going:
        name = min(going, key=lambda one: tallies[one].spent)
        if next(going[name], None) is None:
            del going[name]
        yield tallies


@dataclass(frozen=True, eq=False)
class Reading:
    """Random search and gradient descent on the cost of the network that reads digits.

    `tallies` and `accuracy` (0 to 1, on digits that neither has seen) by "random" and "descent";
    `pictures`: how many the cost is the mean of. `rate`: the learning rate.
    """

    dimension: int
    pictures: int
    rate: float
    tallies: dict[str, Tally]
    accuracy: dict[str, float]


def reading(budget: int, seed: int) -> Generator[float, None, Reading]:
    """Return how far `budget` evaluations lead on the 13,002-dimensional cost of real digits.

    The cost is that of 1,000 training pictures. Random search draws whole networks as they are
    drawn to begin a training; gradient descent begins at one more such draw.
    """
    rng = np.random.default_rng(seed)
    network = Network()
    images, labels = digits.load("train")
    chosen = rng.choice(len(labels), _PICTURES, replace=False)
    cost = NetworkCost(network, network.prepare(images[chosen]), labels[chosen])
    begin = network.initial("he", rng)
    sources = {
        "random": drawn(cost, lambda: network.initial("he", rng)),
        "descent": search.descent(cost, begin, search.BACKWARDS, learning_rate=_RATE),
    }
    tallies: dict[str, Tally] = {}
    for tallies in against(sources, budget):
        yield sum(tally.spent for tally in tallies.values()) / (2 * budget)
    images, labels = digits.load("test")
    shown = network.prepare(images[:_UNSEEN])
    accuracy = {
        name: network.cost_and_accuracy(_found(tally), shown, labels[:_UNSEEN])[1]
        for name, tally in tallies.items()
    }
    return Reading(network.dimension, _PICTURES, _RATE, tallies, accuracy)


def _found(tally: Tally) -> FloatArray:
    """The best parameters found, in the network's own precision."""
    return np.asarray(tally.point, dtype=np.float32)
