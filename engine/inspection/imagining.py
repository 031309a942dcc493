"""Descent over the picture instead of the weights: what does a network call a 5?

Nothing changes but what is moved. The weights stay, the 784 pixels are the point, and the cost is
that of the network's answer if the picture were labelled as wished.
"""

from dataclasses import dataclass, field

import numpy as np

from engine.digits import SIDE
from engine.network import COSTS, Network
from engine.optimizers.optimizer import FloatArray

FENCE = 1.0
"""How strongly pixels that leave 0 to 1 are pulled back."""


@dataclass(frozen=True, eq=False)
class PictureCost:
    """How far a network is from reading pictures as `label`: an `Objective` over their pixels.

    Points are prepared pictures (..., 784). C = the network's own cost + ½ fence Σ (what a pixel
    is beyond 0 to 1)². For a network that deskews, the picture is one that is upright already.
    """

    network: Network
    parameters: FloatArray = field(repr=False)
    label: int
    fence: float = FENCE

    def __post_init__(self) -> None:
        if not 0 <= self.label < self.network.sizes[-1]:
            raise ValueError(f"there is no answer {self.label} in this network")

    @property
    def dimension(self) -> int:
        """How many pixels a point has."""
        return self.network.sizes[0]

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., 784): shape (...), in the point's dtype."""
        pictures = point.reshape(-1, self.dimension)
        labels = np.full(len(pictures), self.label)
        with np.errstate(all="ignore"):
            sums = self.network.sums(self.parameters, pictures)[-1]
            costs = COSTS[self.network.cost].errors(sums, labels)[0]
            costs = costs + self.fence / 2 * (_beyond(pictures) ** 2).sum(axis=1)
        found: FloatArray = costs.astype(point.dtype).reshape(point.shape[:-1])
        return found

    def gradient(self, point: FloatArray) -> FloatArray:
        """Gradient at (..., 784): the same shape.

        ∂C/∂x = W₁ δ₁, the step of backpropagation that a training leaves out.
        """
        pictures = point.reshape(-1, self.dimension)
        labels = np.full(len(pictures), self.label)
        first = self.network.layers(self.parameters)[0].weights
        with np.errstate(all="ignore"):
            slopes = self.network.errors(self.parameters, pictures, labels)[0] @ first.T
            slopes = slopes + self.fence * _beyond(pictures)
        found: FloatArray = slopes.astype(point.dtype).reshape(point.shape)
        return found


def _beyond(pictures: FloatArray) -> FloatArray:
    return pictures - np.clip(pictures, 0, 1)


def noise(rng: np.random.Generator, ink: float = 1.0) -> FloatArray:
    """Return a picture (784,) to begin with: each pixel anything from 0 to `ink`, float32."""
    return (ink * rng.random(SIDE**2)).astype(np.float32)


def shown(picture: FloatArray) -> FloatArray:
    """Return a picture (..., 784) as it can be shown and read: cut to 0 to 1."""
    return np.clip(np.nan_to_num(picture), 0, 1)
