"""Two networks that learn side by side from one seed: as one is, and with its cures. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.inspection.depth import (
    Depths,
    Fate,
    Theory,
    deep,
    measured,
    pictures,
    theory,
    verdict,
    with_activation,
)
from engine.inspection.landscape import on_plane
from engine.inspection.plane import filtered
from engine.network import INITIALISATIONS
from engine.network.neuron import Initialisation, scaled
from engine.optimizers.optimizer import FloatArray
from engine.training import Examples, Mark, Training, advance, assess, back_to, begin
from pages.parts.depth.cures import CURES, Setup, Treatment
from pages.parts.training.trainer import TEST, marks, sample, thinned
from pages.parts.work import paced

PICTURES = 10_000
"""How many of MNIST's training pictures they learn from."""

_MEASURED = 100  # training pictures that sizes are measured on
_TESTED = 500  # test pictures of the live accuracy, at the most


@dataclass(frozen=True, eq=False)
class Member:
    """A network that learns, its sizes at the start and now, and what theory says of the start."""

    setup: Setup
    training: Training
    expected: Theory
    start: Depths
    now: Depths

    @property
    def mark(self) -> Mark:
        """What was measured last on the test pictures."""
        return marks(self.training, TEST)[-1]


@dataclass(frozen=True, eq=False)
class Pair:
    """The network as it is, and with its cures; None if these change nothing."""

    sick: Member
    cured: Member | None

    @property
    def members(self) -> tuple[Member, ...]:
        """Both, or the one there is."""
        return (self.sick,) if self.cured is None else (self.sick, self.cured)

    @property
    def updates(self) -> int:
        """How many updates have been taken by the one that has taken most."""
        return max(member.training.updates for member in self.members)

    @property
    def lost(self) -> bool:
        """Whether none of them can learn any more."""
        return all(member.training.lost >= 0 for member in self.members)


def paired(setup: Setup, treatment: Treatment) -> Pair:
    """Return both before their first update."""
    treated = treatment.of(setup)
    return Pair(begun(setup), None if treated == setup else begun(treated))


def begun(setup: Setup) -> Member:
    """Return a network before its first update."""
    training = begin(
        deep(setup.layers, setup.width, setup.activation),
        pictures(setup.inputs, count=PICTURES),
        seed=setup.seed,
        initialisation=_initialisation(setup),
        clip=setup.clip,
        learning_rate=setup.rate,
    )
    return _looked_at(setup, training)


def _initialisation(setup: Setup) -> Initialisation:
    return scaled(INITIALISATIONS[setup.weights], setup.scale)


def _looked_at(setup: Setup, training: Training) -> Member:
    """Return a member whose start is measured as it would be with the activation of now."""
    beginning = replace(back_to(training, 0), network=training.network)
    square = float(np.square(training.data.images[:_MEASURED]).mean())
    expected = theory(training.network, _initialisation(setup), square)
    start = measured(beginning, _MEASURED)
    return _measured(Member(setup, training, expected, start, start))


def smoothed(pair: Pair, treatment: Treatment) -> Pair:
    """Return the pair with a step smoothed otherwise from here on; nothing learnt is lost.

    A network that is first smoothed goes on from where the one with the step has come.
    """
    treated = treatment.of(pair.sick.setup)
    if treated == pair.sick.setup:
        return Pair(pair.sick, None)
    training = (pair.cured or pair.sick).training
    return Pair(pair.sick, _looked_at(treated, with_activation(training, treated.activation)))


def worked(
    pair: Pair,
    seconds: float,
    most: int = 10**9,
    clock: Callable[[], float] = time.perf_counter,
) -> Pair:
    """Return both after as many updates as the time allows, `most` at the most, measured then.

    They go in step, so that what is seen of them is after as many updates; who is lost stays.
    """
    trainings = [member.training for member in pair.members]

    def take(count: int) -> int:
        before = [training.updates for training in trainings]
        trainings[:] = [_bare(advance(training, count)) for training in trainings]
        return max(t.updates - b for t, b in zip(trainings, before, strict=True))

    paced(take, seconds, most, clock)
    members = [
        _measured(replace(member, training=training))
        for member, training in zip(pair.members, trainings, strict=True)
    ]
    return Pair(members[0], members[1] if len(members) > 1 else None)


def _bare(training: Training) -> Training:
    """Return the training with only its start kept: nobody goes back to an epoch here."""
    return replace(training, kept=training.kept[:1])


def _measured(member: Member) -> Member:
    """Return the member with its sizes of now, and a mark on the test pictures."""
    training = member.training
    now = measured(training, _MEASURED)
    last = marks(training, TEST)[-1:]
    if not last or (training.lost < 0 and last[0].updates != training.updates):
        tested = pictures(member.setup.inputs, "test", _TESTED)
        count = min(sample(training.network), _TESTED)
        some = Examples(tested.images[:count], tested.labels[:count])
        training = thinned(assess(training, TEST, some))
    return replace(member, training=training, now=now)


# --- Every cure by itself ----------------------------------------------------------------------

SURVEYED = 500
"""Updates that each cure is given."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a network has come to, without the network: its errors are those of `Depths`."""

    fate: Fate
    errors: FloatArray
    mark: Mark


def survey(setup: Setup) -> Generator[float, None, dict[str, Outcome | None]]:
    """Yield how far it is, 0 to 1; return what a network comes to as it is and with its cures.

    First as it is, then by the names of the cures each alone, then all; None where a cure changes
    nothing. All have the same seed, and SURVEYED updates unless they are lost.
    """
    alone = {cure.name: frozenset({key}) for key, cure in CURES.items()}
    ways = {"No cure": frozenset[str](), **alone, "All together": frozenset(CURES)}
    found: dict[str, Outcome | None] = {}
    for number, (name, cures) in enumerate(ways.items()):
        treated = Treatment(cures).of(setup)
        found[name] = None
        if cures and treated == setup:
            continue
        member = begun(treated)
        training = member.training
        while training.updates < SURVEYED and training.lost < 0:
            training = _bare(advance(training, 1))
            yield (number + training.updates / SURVEYED) / len(ways)
        found[name] = _outcome(_measured(replace(member, training=training)))
    return found


def _outcome(member: Member) -> Outcome:
    return Outcome(verdict(member.training, member.now).fate, member.now.errors, member.mark)


# --- The cost along a line ---------------------------------------------------------------------

_PLACES = (121, 481)  # how many a line has: fewer where networks are large
_PRODUCTS = 2e7  # parameters × places of all of them
_TOGETHER = 4e6  # parameters × places at once, so that their arrays stay some megabytes
REACH = 0.1  # of the weights' own size, to both sides
_ON_LINE = 10  # pictures: with few of them each flat terrace is wide enough to be seen
_LINE = 17  # a random stream of its own: with the seed alone the line would be the weights


@lru_cache(maxsize=32)
def terraces(setup: Setup) -> NDArray[np.float32]:
    """Return the mean cost at equal distances along one line through the weights it begins with.

    The line goes in a random direction of the hidden layers' weights, from −REACH to REACH of
    their size; the last layer's stay.
    """
    member = begin(
        deep(setup.layers, setup.width, setup.activation),
        pictures(setup.inputs, count=PICTURES),
        seed=setup.seed,
        initialisation=_initialisation(setup),
    )
    images, labels = member.data
    hidden = range(1, setup.layers)
    line = filtered(
        member.network,
        member.parameters,
        np.random.default_rng([setup.seed, _LINE]),
        directions=1,
        layers=hidden,
    )
    some = Examples(images[:_ON_LINE], labels[:_ON_LINE])
    cost = on_plane(member.network, line, some, ((-REACH, REACH),))
    dimension = member.network.dimension
    count = int(np.clip(_PRODUCTS / dimension, *_PLACES))
    places = np.linspace(-REACH, REACH, count)[:, None]
    parts = np.array_split(places, -(-count * dimension // int(_TOGETHER)))
    costs = np.concatenate([cost.value(part) for part in parts]).astype(np.float32)
    costs.flags.writeable = False  # it is shared by all sessions
    return costs
