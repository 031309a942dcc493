"""Which examples each step takes: mini-batches in an order that follows from the seed."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Order:
    """Mini-batches of `batch` out of `count` examples, without replacement in each epoch.

    Every epoch shuffles anew. The order depends on the seed and the epoch, not on the batch's size:
    batches of one and of a hundred meet the same examples in the same order. The last batch of an
    epoch is smaller where the size does not divide the count. Raises ValueError for a batch that
    is not between 1 and the count.
    """

    count: int
    batch: int
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.batch <= self.count:
            raise ValueError(f"a batch has 1 to {self.count:,} examples, not {self.batch:,}")

    @property
    def steps(self) -> int:
        """How many updates an epoch has."""
        return -(-self.count // self.batch)

    def seen(self, k: int) -> int:
        """Return how many examples the first k steps have looked at, those met again included."""
        epoch, place = divmod(k, self.steps)
        return epoch * self.count + min(place * self.batch, self.count)

    def rows(self, k: int) -> IntArray:
        """Return the examples of step k, (batch,), or fewer at the end of an epoch."""
        epoch, place = divmod(k, self.steps)
        first = place * self.batch
        return shuffled(self.count, self.seed, epoch)[first : first + self.batch]


@lru_cache(maxsize=16)
def shuffled(count: int, seed: int, epoch: int) -> IntArray:
    """Return the order of the examples in an epoch, read-only."""
    order = np.random.default_rng((seed, epoch)).permutation(np.arange(count, dtype=np.int32))
    order.flags.writeable = False
    return order
