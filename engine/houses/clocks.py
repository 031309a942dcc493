"""What descent on houses costs, by several clocks: updates, time, memory, and noise."""

from collections.abc import Callable
from time import thread_time
from typing import Any

import numpy as np

from engine.houses import Cost
from engine.houses.batches import Order, shuffled
from engine.houses.price_surface import SalesSurface
from engine.optimizers.optimizer import Optimizer
from engine.surfaces.surface import FloatArray


def first_within(values: FloatArray, best: float, share: float) -> int | None:
    """Return the first row of costs (n,) that is at most (1 + share) times the best, or None."""
    near = np.flatnonzero(values <= best * (1.0 + share))
    return int(near[0]) if len(near) else None


def seconds_per_update(
    cost: Cost,
    order: Order,
    optimizer: Optimizer,
    clock: Callable[[], float] = thread_time,
    least: float = 0.02,
) -> float:
    """Return the processor's seconds for an update by this optimizer, from its mini-batch's rows.

    Each update gathers its mini-batch, works out the gradient (and the Hessian, if it is asked for)
    from these rows, and takes the step; a batch of all needs no gathering. The fastest of three
    rounds, each at least `least` seconds long.
    """
    point = np.zeros(cost.dimension)
    state = optimizer.initial(point)
    settings = {**optimizer.defaults, "learning_rate": 1e-6}  # so that nothing explodes meanwhile
    whole = order.batch == order.count
    shuffled(order.count, order.seed, 0)  # shuffling is done once an epoch, before

    def round_() -> float:
        nonlocal point, state
        began, updates = clock(), 0
        while (spent := clock() - began) < least or not updates:
            here = cost if whole else cost.taken(order.rows(updates % order.steps))
            hessian = here.hessian(point) if optimizer.needs_hessian else None
            state, step = optimizer.update(state, point, here.gradient(point), hessian, **settings)
            point = point + step
            updates += 1
        return spent / updates

    return min(round_() for _ in range(3))


def noise(surface: SalesSurface, point: FloatArray, batch: int, draws: int, seed: int) -> float:
    """Return how far gradients of mini-batches are from that of all houses, root mean square.

    At one point (2,), over `draws` mini-batches as a walk would meet them; those at the end of an
    epoch that are not full are left out.
    """
    full, met, squares, epoch = surface.count // batch, 0, 0.0, 0
    gradient = surface.gradient(point)
    while met < draws:
        taken = min(full, draws - met)
        rows = shuffled(surface.count, seed, epoch)[: taken * batch]
        means = surface.pulls(point, rows).reshape(taken, batch, 2).mean(axis=1)
        squares += float(np.square(means - gradient).sum())
        met, epoch = met + taken, epoch + 1
    return float(np.sqrt(squares / met))


def numbers_held(order: Order, optimizer: Optimizer, dimension: int = 2) -> int:
    """Return how many numbers an update holds.

    They are the batch's rows and prices, the gradient (the Hessian too, if asked for), and what the
    optimizer remembers from step to step.
    """
    state: Any = optimizer.initial(np.zeros(dimension))
    remembered = sum(int(np.size(part)) for part in state)
    bends = dimension * dimension if optimizer.needs_hessian else 0
    return order.batch * (dimension + 1) + dimension + bends + remembered
