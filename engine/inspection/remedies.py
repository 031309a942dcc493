"""What makes a network less sure of what it does not know: tried, from one seed, and measured.

A temperature is one more remedy, which needs no training of its own.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from engine.inspection.confidence import (
    Calibration,
    calibration,
    chances_at,
    fit_temperature,
    last_sums,
    share_as_sure,
    share_sure,
)
from engine.inspection.progress import part
from engine.network import Network
from engine.network.neuron import Images
from engine.optimizers.optimizer import FloatArray
from engine.training import Examples, Training, advance, begin, change
from engine.training.distortion import Distortion

_PIECE = 4  # updates between two looks at the clock; distorting pictures takes time
_DISTORTING = 5  # times the work of an update on pictures as they are, about


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


# --- What it comes to --------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What a remedy led to, measured on pictures that nothing was learnt from or fitted to.

    `accuracy` on digits; `answered`: the share of these that it is more than 90 % sure of, and
    `sure` that of each set of strangers; `passing`: the share of all strangers that are as sure as
    the surest 95 % of digits. `temperature` divides the last sums; it is 1 but for that remedy.
    """

    key: str
    name: str
    summary: str
    temperature: float
    accuracy: float
    answered: float
    sure: Mapping[str, float]
    passing: float
    calibration: Calibration


TEMPERATURE = "temperature"


def compare(
    network: Network,
    strangers: Mapping[str, Images],
    data: Examples,
    unseen: Examples,
    updates: int = 2000,
    seed: int = 0,
) -> Generator[float, None, tuple[Outcome, ...]]:
    """Yield how far it is, 0 to 1; return what each remedy led to, nothing at all first.

    Args: strangers: sets of pictures (n, 784) as anybody sees them; data: prepared, to learn from;
    unseen: prepared. The temperature is fitted to the first half of these, without any remedy; all
    is measured on the second half.
    """
    half = len(unseen.labels) // 2
    measured = Examples(unseen.images[half:], unseen.labels[half:])
    sets = {key: network.prepare(images) for key, images in strangers.items()}
    efforts = [_DISTORTING if r.distortion else 1 for r in REMEDIES.values()]
    found, done = [], 0
    for remedy, effort in zip(REMEDIES.values(), efforts, strict=True):
        course = treated(remedy, network, data, updates, seed)
        low, high = done / sum(efforts), (done + effort) / sum(efforts)
        training = yield from part(course, low, high)
        done += effort
        found.append(_outcome(remedy, training, sets, measured))
        if remedy is REMEDIES["none"]:
            sums = last_sums(network, training.parameters, unseen.images[:half])
            if np.isfinite(sums).all():
                warm = fit_temperature(sums, unseen.labels[:half]).temperature
                found.append(_outcome(_WARMER, training, sets, measured, warm))
    return tuple(found)


def _outcome(
    remedy: Remedy,
    training: Training,
    sets: Mapping[str, Images],
    measured: Examples,
    temperature: float = 1.0,
) -> Outcome:
    def chances(images: Images) -> FloatArray:
        sums = last_sums(training.network, training.parameters, images)
        return chances_at(sums, temperature)

    known, strange = chances(measured.images), {key: chances(x) for key, x in sets.items()}
    return Outcome(
        remedy.key,
        remedy.name,
        remedy.summary,
        temperature,
        float((known.argmax(axis=1) == measured.labels).mean()),
        share_sure(known),
        {key: share_sure(one) for key, one in strange.items()},
        share_as_sure(np.concatenate(list(strange.values())), known),
        calibration(known, measured.labels),
    )


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

_WARMER = Remedy(
    TEMPERATURE, "Temperature", "The first network, its last sums divided by a fitted number."
)
