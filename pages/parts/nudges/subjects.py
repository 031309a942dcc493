"""Networks to be looked into: one as it begins, the same a little trained, a good one, yours."""

from __future__ import annotations

from functools import lru_cache

from engine import digits, training
from engine.network import Network
from engine.optimizers.optimizer import FloatArray
from engine.training import Examples
from pages.parts.pad import readers
from pages.parts.pad.readers import TRAINED, Reader

BEGUN, LITTLE, SMALL = "begun", "little", "small"
KEYS = (BEGUN, LITTLE, SMALL, TRAINED)

NAMES = {BEGUN: "As it begins", LITTLE: "A little trained", SMALL: "Trained", TRAINED: "Yours"}
"""What they are called on a page."""

ABOUT = {
    BEGUN: "Random weights: it has seen nothing yet.",
    LITTLE: "The same network after 60 steps, each on a hundred digits.",
    SMALL: "Another network of the same shape, trained to the end.",
    TRAINED: "The network of the page Train, as it is now.",
}
"""What there is to know of each."""

LESSONS = 60
"""Steps that the one that is a little trained has taken, on a hundred digits each."""

_SEED, _PICTURES = 2, 6_000
_SHAPE = Network((784, 16, 16, 10), "relu", "cross_entropy", "deskew")


def subjects() -> dict[str, Reader | str]:
    """Return the networks by key; for those that are not there, the sentence that says why."""
    known = readers.readers()
    found: dict[str, Reader | str] = {key: _young(key) for key in (BEGUN, LITTLE)}
    for key in (SMALL, TRAINED):
        one = known[key]
        found[key] = one._replace(name=NAMES[key]) if isinstance(one, Reader) else one
    return found


def _young(key: str) -> Reader | str:
    try:
        return Reader(key, NAMES[key], _SHAPE, _parameters(LESSONS if key == LITTLE else 0))
    except ValueError as fault:
        return str(fault)


@lru_cache(maxsize=2)
def _parameters(updates: int) -> FloatArray:
    """Return what a training of that seed has after so many updates."""
    images, labels = digits.load("train")
    data = Examples(_SHAPE.prepare(images[:_PICTURES]), labels[:_PICTURES])
    begun = training.begin(_SHAPE, data, seed=_SEED, learning_rate=0.1)
    parameters = training.advance(begun, updates).parameters.copy()
    parameters.flags.writeable = False  # all sessions have the same
    return parameters
