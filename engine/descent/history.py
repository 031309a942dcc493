"""The rows of walks: arrays with room to grow, shared by runs that have a stretch in common."""

import threading
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.optimizers.optimizer import FloatArray

IntArray: TypeAlias = NDArray[np.intp]

_SMALLEST = 32  # rows of the first buffer
_claiming = threading.Lock()  # held for a comparison and an assignment only


@dataclass(eq=False)
class Rows:
    """Points (capacity, [b,] d), values (capacity, [b]) and gradients like points.

    `used` rows belong to somebody. Runs that differ only in their end share one buffer; the first
    that ends at `used` may add rows in place, every other one gets a copy of its own.
    """

    points: FloatArray
    values: FloatArray
    gradients: FloatArray
    used: int = 0

    @classmethod
    def empty(cls, capacity: int, point: FloatArray, value_type: np.dtype[Any]) -> "Rows":
        """Return a buffer for points of this shape and dtype, without rows."""
        return cls(
            np.empty((capacity, *point.shape), point.dtype),
            np.empty((capacity, *point.shape[:-1]), value_type),
            np.empty((capacity, *point.shape), point.dtype),
        )

    @property
    def arrays(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Points, values and gradients."""
        return self.points, self.values, self.gradients

    def claim(self, end: int, more: int) -> "Rows":
        """Return the buffer in which rows end … end + more − 1 may be written: this one or a copy.

        A copy is at least twice as long as what it holds, so that single steps cost little.
        """
        with _claiming:
            if self.used == end and end + more <= len(self.points):
                self.used = end + more
                return self
        grown = self.empty(max(_SMALLEST, 2 * end, end + more), self.points[0], self.values.dtype)
        grown.points[:end] = self.points[:end]
        grown.values[:end] = self.values[:end]
        grown.gradients[:end] = self.gradients[:end]
        grown.used = end + more
        return grown

    def release(self, claimed: int, end: int) -> None:
        """Give back the rows from `end` on, if nobody has added to the claim since."""
        with _claiming:
            if self.used == claimed:
                self.used = end


def view(array: FloatArray, rows: int) -> FloatArray:
    """Return the first rows, read-only."""
    part = array[:rows]
    part.flags.writeable = False
    return part
