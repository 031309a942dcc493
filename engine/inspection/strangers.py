"""Pictures that are no digits, or digits as nobody writes them: what does a network say to these?

Everything follows from a random generator. Pictures are bytes (n, 784), as MNIST's are.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.digits import SIDE, Bytes, Places, from_strokes, load

_NEAREST, _FARTHEST = 4, 8  # pixels that a digit is shifted: the middle of it stays in the picture
_PLACES = 24  # of the pen in one stroke of a scribble


@dataclass(frozen=True)
class Strangers:
    """A kind of picture: `make(count, rng)` returns so many, uint8 (count, 784)."""

    key: str
    name: str
    summary: str
    make: Callable[[int, np.random.Generator], Bytes]


def _digits(count: int, rng: np.random.Generator) -> Bytes:
    images, _ = load("test")
    return images[rng.choice(len(images), count, replace=count > len(images))]


def _noise(count: int, rng: np.random.Generator) -> Bytes:
    return rng.integers(0, 256, (count, SIDE**2), dtype=np.uint8)


def _shaken(count: int, rng: np.random.Generator) -> Bytes:
    return rng.permuted(_digits(count, rng), axis=1)


def _blank(count: int, rng: np.random.Generator) -> Bytes:
    return np.zeros((count, SIDE**2), np.uint8)


def _inverted(count: int, rng: np.random.Generator) -> Bytes:
    return 255 - _digits(count, rng)


def _shifted(count: int, rng: np.random.Generator) -> Bytes:
    grid = _digits(count, rng).reshape(count, SIDE, SIDE)
    angle = rng.uniform(0, 2 * np.pi, count)
    length = rng.uniform(_NEAREST, _FARTHEST, count)
    across, down = (np.rint(length * f(angle)).astype(np.intp) for f in (np.cos, np.sin))
    padded = np.pad(grid, ((0, 0), (_FARTHEST, _FARTHEST), (_FARTHEST, _FARTHEST)))
    steps = np.arange(SIDE) + _FARTHEST
    rows, columns = steps - down[:, None], steps - across[:, None]
    moved: Bytes = padded[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return moved.reshape(count, SIDE**2)


def _scribbles(count: int, rng: np.random.Generator) -> Bytes:
    pictures = [from_strokes(_scribble(rng)).reshape(-1) for _ in range(count)]
    return np.rint(255 * np.array(pictures).reshape(count, SIDE**2)).astype(np.uint8)


def _scribble(rng: np.random.Generator) -> list[Places]:
    """Return one to three strokes of a pen that turns at random, as a hand in a hurry does."""
    strokes = []
    for _ in range(rng.integers(1, 4)):
        turns = np.cumsum(rng.normal(0, 0.7, _PLACES))
        steps = np.stack([np.cos(turns), np.sin(turns)], axis=1)
        strokes.append(rng.uniform(0, 8, 2) + np.cumsum(steps, axis=0))
    return strokes


STRANGERS = {
    s.key: s
    for s in (
        Strangers("digits", "Test digits", "What it was made for, for comparison.", _digits),
        Strangers("noise", "Noise", "Every pixel by itself, anything from paper to ink.", _noise),
        Strangers("shaken", "Shaken digits", "A digit's pixels, each in another place.", _shaken),
        Strangers("blank", "Blank paper", "No ink at all.", _blank),
        Strangers("inverted", "Inverted digits", "Ink for paper, paper for ink.", _inverted),
        Strangers("shifted", "Shifted digits", "4 to 8 pixels off; the edge cuts some.", _shifted),
        Strangers("scribbles", "Scribbles", "Lines of a pen that means nothing.", _scribbles),
    )
}
