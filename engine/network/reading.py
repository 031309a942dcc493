"""Reading a drawing: how it is prepared for a network, and which step of that makes a difference.

A network has only ever seen pictures that were made in one way. What is drawn on a pad has to be
made into a picture of that kind first; each step of it can be left out here, to see what it is for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.digits import SIDE, Pixels, as_pixels, deskew, from_strokes
from engine.network import Network
from engine.optimizers.optimizer import FloatArray

PAD = 280.0  # the side of the square that is drawn on, in the strokes' unit
PIXELS = SIDE * SIDE


@dataclass(frozen=True)
class Steps:
    """Which steps of the preparation are taken: the keys of STEPS."""

    crop: bool = True
    centre: bool = True
    line: bool = True
    deskew: bool = True

    def toggled(self, key: str) -> "Steps":
        """Return the same steps but for one; ValueError if there is no such step."""
        if key not in STEPS:
            raise ValueError(f"there is no step {key!r}. Known are: {', '.join(STEPS)}")
        return replace(self, **{key: not getattr(self, key)})


class Step(NamedTuple):
    """A step of the preparation, and what the picture is like with it and without it."""

    key: str
    name: str
    taken: str
    left_out: str


class Reading(NamedTuple):
    """What a network makes of a drawing.

    `layers`: what each layer says, the prepared picture (784,) first and the answers' layer last;
    `sums`: what each layer after it was given, z. `chances` (10,) add up to 1. `variants`: for each
    key of STEPS that can be toggled, the picture with that step alone toggled, and its chances;
    None if no ink is left on it.
    """

    layers: tuple[FloatArray, ...]
    sums: tuple[FloatArray, ...]
    chances: FloatArray
    variants: dict[str, tuple[Pixels, FloatArray] | None]

    @property
    def answer(self) -> int:
        """The digit with the greatest chance; the lower one of two that are equal."""
        return int(self.chances.argmax())

    @property
    def flips(self) -> dict[str, int]:
        """The other answer for each step that, toggled alone, would change the answer."""
        others = {key: int(v[1].argmax()) for key, v in self.variants.items() if v is not None}
        return {key: answer for key, answer in others.items() if answer != self.answer}


def drawn(strokes: Sequence[ArrayLike], steps: Steps, brush: float) -> Pixels:
    """Return a drawing on the pad as a picture (784,), 0 to 1; without ink if nothing was drawn.

    Args: strokes (n, 2) each, in units of which the pad has 280; brush: its width, in the same.
    """
    width = None if steps.line else brush
    picture = from_strokes(strokes, crop=steps.crop, centre=steps.centre, brush=width, pad=PAD)
    return picture.reshape(PIXELS)


def read_strokes(
    network: Network,
    parameters: FloatArray,
    strokes: Sequence[ArrayLike],
    steps: Steps,
    brush: float,
) -> Reading | None:
    """Return what a network reads in a drawing, or None if there is no ink to be read."""
    kinds = {key: steps.toggled(key) for key in STEPS}
    picture = drawn(strokes, steps, brush)
    if not picture.any():
        return None
    # Deskewing comes after the drawing, so with it toggled there is nothing to draw anew.
    pictures = {k: picture if k == "deskew" else drawn(strokes, s, brush) for k, s in kinds.items()}
    return _read(network, parameters, picture, steps, {k: (pictures[k], kinds[k]) for k in kinds})


def read_picture(
    network: Network, parameters: FloatArray, image: NDArray[np.uint8] | Pixels, steps: Steps
) -> Reading | None:
    """Return what a network reads in a picture (784,) that is one already, or None without ink.

    Of all the steps only deskewing is left to be taken.
    """
    picture = as_pixels(image)
    if not picture.any():
        return None
    return _read(
        network, parameters, picture, steps, {"deskew": (picture, steps.toggled("deskew"))}
    )


def _read(
    network: Network,
    parameters: FloatArray,
    picture: Pixels,
    steps: Steps,
    variants: dict[str, tuple[Pixels, Steps]],
) -> Reading:
    ways = [(picture, steps), *variants.values()]
    received = np.stack([one for one, _ in ways])
    slanted = np.array([way.deskew for _, way in ways])
    received[slanted] = deskew(received[slanted])
    layers = network.forward(parameters, received)
    chances = network.answers(parameters, received)
    sums = network.sums(parameters, received[:1])
    others = {
        key: (received[row], chances[row]) if received[row].any() else None
        for row, key in enumerate(variants, start=1)
    }
    return Reading(
        tuple(layer[0] for layer in layers), tuple(z[0] for z in sums), chances[0], others
    )


STEPS = {
    step.key: step
    for step in (
        Step(
            "crop",
            "Crop and scale",
            "The drawing fills 20 of the 28 pixels, wherever and however large it was drawn.",
            "The whole pad is shrunk to 28 × 28 pixels.",
        ),
        Step(
            "centre",
            "Centre",
            "The ink's centre of mass is in the middle.",
            "The drawing stays where it is, or its box is in the middle.",
        ),
        Step(
            "line",
            "One line width",
            "The pen is followed anew with a line of 2.2 pixels.",
            "The line is as thick as your brush.",
        ),
        Step(
            "deskew",
            "Deskew",
            "A slanted digit is set upright.",
            "The slant stays.",
        ),
    )
}
