"""What makes a network less sure of what it does not know: tried, from one seed, and measured.

A temperature is one more remedy, which needs no training:
`engine.inspection.confidence.fit_temperature`.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.network import Network
from engine.training import Examples, Training, advance, begin, change
from engine.training.distortion import Distortion

_PIECE = 4  # updates between two looks at the clock; distorting pictures takes time


@dataclass(frozen=True)
class Remedy:
    """A way to train: an optimizer with settings, and what is done to the pictures."""

    key: str
    name: str
    summary: str
    optimizer: str = "adam"
    settings: Mapping[str, Any] = field(default_factory=dict)
    distortion: Distortion | None = None


def treated(
    remedy: Remedy,
    network: Network,
    data: Examples | None = None,
    updates: int = 2000,
    seed: int = 0,
) -> Generator[float, None, Training]:
    """Yield how far it is, 0 to 1; return a training under a remedy after so many updates.

    The start and the batches are the same under every remedy. MNIST's training half is learnt from
    if no data is given. It ends early where a cost is not finite.
    """
    training = begin(network, data, remedy.optimizer, seed=seed, distortion=remedy.distortion)
    training = change(training, **remedy.settings)
    while training.updates < updates and training.lost < 0:
        training = advance(training, min(_PIECE, updates - training.updates))
        training = replace(training, kept=training.kept[:1])
        yield training.updates / updates
    return training


REMEDIES = {
    r.key: r
    for r in (
        Remedy("none", "Nothing", "The pictures as they are, the weights as they like."),
        Remedy(
            "augmentation",
            "Augmentation",
            "Each picture is turned, scaled, slanted and moved a little, anew each time.",
            distortion=Distortion(),
        ),
        Remedy(
            "decay",
            "Weight decay",
            "Every step also pulls each weight towards 0.",
            optimizer="adamw",
            settings={"weight_decay": 0.5},
        ),
    )
}
