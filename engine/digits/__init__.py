"""Handwritten digits: the MNIST pictures, and drawings turned into pictures like them.

A picture is 28 × 28 pixels, row by row from the top left, 0 for paper and 255 (or 1) for ink.
A drawing is a list of strokes. Its pen is followed anew with a line of a width of our own, so that
neither the brush nor the size and place of the drawing change what a network receives.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from engine.digits.archive import read

Half: TypeAlias = Literal["train", "test"]
Bytes: TypeAlias = NDArray[np.uint8]
Pixels: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.float64]  # (n, 2): x to the right, y down

SIDE = 28  # pixels
BOX = 20.0  # the longer side of a digit's ink: all of MNIST is made so
MIDDLE = 14.0  # where MNIST has the centre of mass: this row and column, give or take half a pixel
LINE_WIDTH = 2.2  # pixels: a middling pen among MNIST's

_FILE = Path(__file__).parents[2] / "assets" / "mnist.npz"
_COUNTS: dict[Half, int] = {"train": 60_000, "test": 10_000}
_ARRAYS = ("images", "labels")
_MOST_BYTES = 60_000_000
_FARTHEST = 1e12  # a coordinate beyond this is no place on any pad
_SMALLEST = 1e-100  # a drawing within this is one place
_MOST_STAMPS = 6000  # of one drawing: enough for a line of 120 times the box's side
_MOST_INK = 200_000  # pixels that all stamps together may look at
_SPECK = 0.15  # a stroke is a speck if it is smaller than this share of the largest stroke
_STRAY = 0.25  # a speck farther off than this share of the digit is no part of it
_SLACK = 1e-9  # of a pixel: rounding
_loading = threading.Lock()


# --- MNIST -------------------------------------------------------------------------------------


def load(half: Half) -> tuple[Bytes, Bytes]:
    """Return MNIST's pictures (n, 784) and what they show (n,), 0 to 9: uint8, read-only.

    Args: half: "train" (60,000) or "test" (10,000). One copy is kept for the whole process.
    Raises ValueError if the file that holds them is missing or damaged, and for another half.
    Source: LeCun, Cortes and Burges; see assets/MNIST-LICENSE.txt.
    """
    if half not in _COUNTS:
        raise ValueError(f'MNIST has the halves "train" and "test", not {half!r}')
    with _loading:  # two visitors who come at once share one copy too
        return _load(half, _FILE)


@lru_cache(maxsize=len(_COUNTS))
def _load(half: Half, file: Path) -> tuple[Bytes, Bytes]:
    try:
        arrays = read(file, _MOST_BYTES)
        images, labels = (arrays.get(f"{half}_{name}", np.empty(0)) for name in _ARRAYS)
        sound = images.shape == (_COUNTS[half], SIDE**2) and labels.shape == (_COUNTS[half],)
        if not sound or images.dtype != np.uint8 or labels.dtype != np.uint8 or labels.max() > 9:
            raise ValueError("its arrays are not those of MNIST")
    except ValueError as error:
        raise ValueError(
            f"The digits in assets/{file.name} cannot be read ({error}). Take the file from the "
            "project's repository again, or make it anew with assets/make_mnist.py."
        ) from error
    for array in (images, labels):
        array.flags.writeable = False
    return images, labels


def as_pixels(images: NDArray[Any]) -> Pixels:
    """Return pictures as float32 from 0 to 1: bytes are divided by 255, floats stay as they are."""
    if images.dtype != np.uint8:
        return images.astype(np.float32, copy=False)
    pixels = images.astype(np.float32)
    pixels *= np.float32(1 / 255)
    return pixels


# --- Slant -------------------------------------------------------------------------------------


def deskew(images: NDArray[Any]) -> Pixels:
    """Return the pictures (n, 784), uint8 or 0 to 1, set upright: float32, 0 to 1.

    Each row of pixels moves sideways by slant × (its height above the centre of mass), where
    slant = (covariance of x and y) / (variance of y), at most 45°; what falls between two pixels
    is shared between them. A picture without ink, or with ink in one row, stays as it is.

    Source: LeCun et al. 1998, Proc. IEEE 86(11), section III.B (deslanting by moments).
    """
    pixels = as_pixels(images)
    upright = np.empty(pixels.shape, np.float32)
    for first in range(0, len(pixels), 500):  # so many fit the cache
        part = slice(first, first + 500)
        upright[part] = _upright(pixels[part])
    return upright


def _upright(pixels: Pixels) -> Pixels:
    grid = pixels.reshape(-1, SIDE, SIDE)
    steps = np.arange(SIDE, dtype=np.float32)
    mass = np.maximum(grid.sum((1, 2)), np.float32(1e-6))
    row_mass, row_moment = grid.sum(2), grid @ steps  # (n, 28)
    y_middle = (row_mass @ steps) / mass
    height = steps - y_middle[:, None]  # (n, 28)
    covariance = (row_moment * height).sum(1)
    variance = (row_mass * height * height).sum(1)
    slant = np.clip(covariance / np.maximum(variance, mass * np.float32(1e-3)), -1, 1)
    shift = slant[:, None] * height  # (n, 28): from here each row takes its ink
    whole = np.floor(shift)
    share = (shift - whole)[..., None].astype(np.float32)
    padded = np.zeros((len(grid), SIDE, 3 * SIDE + 1), np.float32)
    padded[..., SIDE : 2 * SIDE] = grid
    begin = (np.arange(len(grid) * SIDE) * padded.shape[-1]).reshape(-1, SIDE) + SIDE
    begin += np.clip(whole, -SIDE, SIDE).astype(np.intp)
    rows = sliding_window_view(padded.reshape(-1), SIDE + 1)[begin]  # (n, 28, 29)
    left, right = rows[..., :-1], rows[..., 1:]
    upright: Pixels = left + share * (right - left)
    return upright.reshape(-1, SIDE**2)


# --- Drawings ----------------------------------------------------------------------------------


def from_strokes(
    strokes: Sequence[ArrayLike],
    *,
    crop: bool = True,
    centre: bool = True,
    line_width: float = LINE_WIDTH,
    brush: float | None = None,
    pad: float | None = None,
) -> Pixels:
    """Return a drawing as a picture (28, 28), 0 to 1, made as MNIST's pictures were.

    Args:
        strokes: arrays (n, 2) of the pen's places, x to the right and y down, in any unit. A stroke
            of one place is a dot. Places that are not finite, or beyond 1e12, are left out.
        crop: scale the drawing so that its longer side, ink included, is 20 pixels; a speck far
            from the rest (a stray tap) is left out. Otherwise the pad is shrunk to 28 × 28 pixels.
        centre: move the centre of mass to the middle, as far as the ink stays in the picture.
            Otherwise a cropped drawing has its middle there, and another one stays in its place.
        line_width: of the line that is drawn, in pixels, 0.5 to 28.
        brush: the width it was drawn with, in the strokes' unit: then the line is scaled with the
            drawing, and line_width does not count.
        pad: the side of the square pad, in the strokes' unit, from (0, 0). With it, a drawing
            smaller than a fiftieth of the pad is a dot, which a hand's tremble is, and is not
            enlarged. Without, and without cropping, the pad is the smallest that holds the drawing.

    Returns a picture without ink if there is no place among the strokes. Raises ValueError if the
    strokes are not arrays (n, 2) of numbers.
    """
    drawing = _sound(strokes)
    if not len(drawing.places):
        return np.zeros((SIDE, SIDE), np.float32)
    drawing = _without_strays(drawing) if crop else drawing
    low, high = drawing.places.min(axis=0), drawing.places.max(axis=0)
    scale = _scale(low, high, crop, line_width, brush, pad)
    width = float(np.clip(line_width if brush is None else brush * scale, 0.5, SIDE))
    origin = (low + high) / 2 if crop else np.minimum(low, 0.0) if pad is None else np.zeros(2)
    target = (SIDE - 1) / 2 if crop else -0.5  # pixel 0 reaches from −0.5 to 0.5
    stamps = _stamps(_Drawing((drawing.places - origin) * scale + target, drawing.starts), width)
    picture = _inked(stamps, width)
    if not centre:
        return picture
    return _inked(stamps + _to_the_middle(picture, stamps, width), width)


def strays(strokes: Sequence[ArrayLike]) -> tuple[int, ...]:
    """Return the numbers of the strokes that cropping leaves out: specks far from all the rest."""
    lines = [_line(stroke) for stroke in strokes]
    numbers = [number for number, line in enumerate(lines) if len(line)]
    if not numbers:
        return ()
    kept = _body(_sound(lines))
    return tuple(number for number, stays in zip(numbers, kept, strict=True) if not stays)


class _Drawing(NamedTuple):
    """All places of a drawing (n, 2), and where among them each stroke begins (s,)."""

    places: Places
    starts: NDArray[np.intp]

    @property
    def ends(self) -> NDArray[np.intp]:
        return np.append(self.starts[1:], len(self.places)) - 1


def _sound(strokes: Sequence[ArrayLike]) -> _Drawing:
    """Return the strokes' finite places; strokes without any are left out."""
    lines = [_line(stroke) for stroke in strokes]
    counts = np.array([len(line) for line in lines if len(line)], dtype=np.intp)
    if not len(counts):
        return _Drawing(np.empty((0, 2)), counts)
    return _Drawing(np.concatenate(lines), counts.cumsum() - counts)


def _line(stroke: ArrayLike) -> Places:
    try:
        line = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError):
        line = np.empty(())
    if line.shape == (0,):
        return np.empty((0, 2))
    if line.ndim != 2 or line.shape[1] != 2:
        raise ValueError("a stroke is an array (n, 2) of numbers, x and y of each place")
    sound = np.abs(line) <= _FARTHEST  # nan is not ≤ anything
    return line if sound.all() else line[sound.all(axis=1)]


def _without_strays(drawing: _Drawing) -> _Drawing:
    """Return the drawing without the specks that are far from all the rest."""
    kept = _body(drawing)
    if kept.all():
        return drawing
    counts = drawing.ends + 1 - drawing.starts
    left = counts[kept]
    return _Drawing(drawing.places[np.repeat(kept, counts)], left.cumsum() - left)


def _body(drawing: _Drawing) -> NDArray[np.bool_]:
    """Return which strokes (s,) are no specks, or are near to those that are none."""
    places, starts = drawing
    low, high = np.minimum.reduceat(places, starts), np.maximum.reduceat(places, starts)
    sizes = np.hypot(*(high - low).T)
    body = sizes >= _SPECK * sizes.max()
    near, far = low[body].min(axis=0), high[body].max(axis=0)
    gaps = np.maximum(near - high, low - far).max(axis=1)
    return np.asarray(body | (gaps <= _STRAY * (far - near).max()))


def _scale(
    low: Places,
    high: Places,
    crop: bool,
    line_width: float,
    brush: float | None,
    pad: float | None,
) -> float:
    """Return pixels per unit of the strokes, which lie between the corners `low` and `high`."""
    longer = float((high - low).max())
    if not crop:
        side = pad if pad is not None else float((high - np.minimum(low, 0.0)).max())
        return SIDE / side if side > _SMALLEST else 1.0
    if pad is not None and longer <= pad / 50:
        return SIDE / pad
    if longer <= _SMALLEST:
        return 1.0
    if brush is not None:
        return BOX / (longer + brush)
    return max(BOX - line_width, 1.0) / longer


def _stamps(drawing: _Drawing, width: float) -> Places:
    """Return places along the strokes, so close that discs around them make an even line."""
    places, starts = drawing
    steps = np.zeros(len(places))
    steps[1:] = np.hypot(*np.diff(places, axis=0).T)
    steps[starts] = 0.0  # the pen is lifted
    along = steps.cumsum()
    most = min(_MOST_STAMPS, _MOST_INK / (2 * _reach(width)) ** 2)
    spacing = max(0.4, width / 10, float(along[-1]) / most)
    wanted = np.linspace(0.0, along[-1], 1 + int(np.ceil(along[-1] / spacing)))
    between = np.stack([np.interp(wanted, along, places[:, axis]) for axis in (0, 1)], axis=1)
    return np.concatenate([between, places[starts], places[drawing.ends]])


def _reach(width: float) -> int:
    """Return how many pixels off its centre a disc can leave ink."""
    return int(np.ceil(width / 2 + 0.5))


def _inked(stamps: Places, width: float) -> Pixels:
    """Return the picture of discs of this width: a pixel is as dark as its nearest disc makes it.

    Its ink is 0.5 + (radius − distance from the disc's centre), from 0 to 1, which is close to the
    share of the pixel that the disc covers.
    """
    reach = _reach(width)
    inside = (np.abs(stamps - (SIDE - 1) / 2) < SIDE / 2 + reach).all(axis=1)
    near = stamps[inside]
    first = np.floor(near).astype(np.intp) - reach + 1
    steps = np.arange(2 * reach)
    columns, rows = first[:, :1] + steps, first[:, 1:] + steps  # (m, window)
    across, down = (columns - near[:, :1]) ** 2, (rows - near[:, 1:]) ** 2
    ink = np.clip(0.5 + width / 2 - np.sqrt(down[:, :, None] + across[:, None, :]), 0.0, 1.0)
    margin = 2 * reach + 1
    side = SIDE + 2 * margin
    places = (rows + margin)[:, :, None] * side + (columns + margin)[:, None, :]
    sheet = np.zeros(side * side, np.float32)
    np.maximum.at(sheet, places.ravel(), ink.ravel().astype(np.float32))
    return sheet.reshape(side, side)[margin : margin + SIDE, margin : margin + SIDE].copy()


def _to_the_middle(picture: Pixels, stamps: Places, width: float) -> Places:
    """Return the move (2,) of the centre of mass to the middle that leaves all ink inside."""
    mass = float(picture.sum())
    steps = np.arange(SIDE)
    low, high = stamps.min(axis=0), stamps.max(axis=0)
    if mass > 0:
        moments = np.array([picture.sum(axis=0) @ steps, picture.sum(axis=1) @ steps])
        move = MIDDLE - moments / mass
    else:
        move = MIDDLE - (low + high) / 2
    room = np.stack([width / 2 - 0.5 - low, SIDE - 0.5 - width / 2 - high])
    fits = room[0] <= room[1] + _SLACK
    return np.where(fits, np.clip(move, room[0], np.maximum(*room)), move)
