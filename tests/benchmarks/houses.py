"""How long walks over house prices take: with their history, and beside bare NumPy.

Not a test: run it and read. The bare loop takes the same updates and keeps nothing.

OPENBLAS_NUM_THREADS=1 python tests/benchmarks/houses.py
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import descent
from engine.houses import Houses
from engine.houses.batches import Order
from engine.houses.clocks import seconds_per_update
from engine.houses.price_surface import SalesSurface, SampledSurface, sales_surface
from engine.optimizers import OPTIMIZERS
from tests.engine.houses_of import sacramento

UPDATES = 1_000


def walked(surface: SalesSurface, batch: int, seed: int) -> float:
    """Return the processor’s milliseconds of a thousand recorded updates, batches included."""
    sampled = SampledSurface(surface, Order(len(surface.houses), batch, seed))
    began = process_time()
    run = descent.start(sampled, surface.start, "gradient_descent")
    descent.advance(run, UPDATES)
    return 1e3 * (process_time() - began)


def bare(houses: Houses, batch: int, seed: int) -> float:
    """Return the milliseconds of the same updates in a loop of plain NumPy, without history."""
    x, price = (houses.area - houses.area.mean()) / houses.area.std(), houses.price
    rows_of = Order(len(x), batch, seed).rows
    began, weight, bias = process_time(), 0.0, 300.0
    for k in range(UPDATES):
        rows = rows_of(k)
        here = x[rows]
        error = weight * here + bias - price[rows]
        weight, bias = weight - 0.002 * (error @ here) / batch, bias - 0.002 * error.mean()
    return 1e3 * (process_time() - began)


def main() -> None:
    """Print the least of ten rounds for several batches, then the cost of one update by size."""
    houses = sacramento()
    surface = sales_surface(houses)
    for batch in (1, 32, 256):
        ours = min(walked(surface, batch, seed) for seed in range(10))
        plain = min(bare(houses, batch, seed) for seed in range(10))
        print(f"{UPDATES} updates of {batch}: {ours:.1f} ms recorded, {plain:.1f} ms bare")
    descent_by = OPTIMIZERS["gradient_descent"]
    for count in (932, 100_000, 1_000_000):
        many = houses if count == len(houses) else houses.resampled(count, 0)
        cost = sales_surface(many).cost
        each = [
            1e6 * seconds_per_update(cost, Order(count, b), descent_by, process_time)
            for b in (1, 32, count)
        ]
        print(
            f"{count} houses, one update of 1, 32, all: " + ", ".join(f"{t:.0f} µs" for t in each)
        )
    print(f"largest gap of a mean pull: {gap(surface):.1e}")


def gap(surface: SalesSurface) -> float:
    """Return how far the mean of all pulls is from the gradient, as a share."""
    point = np.array(surface.start)
    mean = surface.cost.gradient_of_each(point).mean(axis=0)
    away = mean - surface.gradient(point)
    return float(np.linalg.norm(away) / np.linalg.norm(mean))


if __name__ == "__main__":
    main()
