"""Pictures of digits as other hands might have drawn them: turned, scaled, slanted, moved, bent.

A network that sees every digit a little differently each time learns what does not matter.
"""

from dataclasses import dataclass

import numpy as np

from engine.digits import SIDE, Pixels, as_pixels
from engine.network.neuron import Images

_MARGIN = 2  # pixels of paper around a picture: what is taken from farther off is paper too
_PADDED = SIDE + 2 * _MARGIN
_SMOOTH = 4.0  # pixels: how far a bend reaches


@dataclass(frozen=True)
class Distortion:
    """The most that may happen to a picture; each time it is between none and that, either way.

    `turn`: degrees; `scale`, `shear`: shares of the size; `move`: pixels; `bend`: pixels, the root
    mean square of a smooth random field that moves each place by itself.
    """

    turn: float = 12.0
    scale: float = 0.12
    shear: float = 0.12
    move: float = 1.5
    bend: float = 0.0

    def apply(self, images: Images, rng: np.random.Generator) -> Pixels:
        """Return distorted copies of pictures (n, 784), float32 from 0 to 1.

        Source: Simard, Steinkraus and Platt 2003, ICDAR: affine and elastic distortions. The pixels
        between four others are mixed from them in proportion (bilinear interpolation).
        """
        x, y = self._places(len(images), rng)
        padded = np.zeros((len(images), _PADDED, _PADDED), np.float32)
        inside = slice(_MARGIN, _MARGIN + SIDE)
        padded[:, inside, inside] = as_pixels(images).reshape(-1, SIDE, SIDE)
        left, top = np.floor(x), np.floor(y)
        right_share, low_share = x - left, y - top
        corner = (top * _PADDED + left).astype(np.intp)
        corner += np.arange(0, padded.size, _PADDED**2)[:, None]
        flat = padded.reshape(-1)
        upper = _mix(flat.take(corner), flat.take(corner + 1), right_share)
        corner += _PADDED
        lower = _mix(flat.take(corner), flat.take(corner + 1), right_share)
        return _mix(upper, lower, low_share)

    def _places(self, count: int, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        """Return where on the padded picture each pixel takes its ink from, (n, 784) each."""

        def either_way(most: float) -> Pixels:
            return (most * rng.uniform(-1, 1, (count, 1))).astype(np.float32)

        angle = either_way(np.deg2rad(self.turn))
        wide, high = 1 + either_way(self.scale), 1 + either_way(self.scale)
        slant = either_way(self.shear)
        offsets = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
        across, down = np.tile(offsets, SIDE), np.repeat(offsets, SIDE)
        middle = (_PADDED - 1) / 2
        cosine, sine = np.cos(angle), np.sin(angle)
        x = wide * cosine * across + (slant - sine) * down + (middle + either_way(self.move))
        y = sine * across + high * cosine * down + (middle + either_way(self.move))
        if self.bend:
            x += self._bends(count, rng)
            y += self._bends(count, rng)
        return np.clip(x, 0, _PADDED - 1.01), np.clip(y, 0, _PADDED - 1.01)

    def _bends(self, count: int, rng: np.random.Generator) -> Pixels:
        noise = rng.standard_normal((count, SIDE, SIDE), np.float32)
        places = np.arange(SIDE, dtype=np.float32)
        weights = np.exp(-0.5 * ((places[:, None] - places) / _SMOOTH) ** 2)
        weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))  # the noise keeps its size
        field: Pixels = (weights @ noise @ weights.T).reshape(count, -1)
        return np.float32(self.bend) * field


def _mix(one: Pixels, other: Pixels, share: Pixels) -> Pixels:
    mixed: Pixels = other - one
    mixed *= share
    mixed += one
    return mixed
