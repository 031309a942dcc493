"""How long a picture of a network's own landscape takes, and what the linear first layer saves.

Not a test: run it and read. Times are on the processor, one thread. Beside it stands the same cost
by the whole network at every place, measured on a few places and multiplied up.

OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python tests/benchmarks/landscape.py
"""

import sys
from collections.abc import Generator
from pathlib import Path
from time import process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.inspection.landscape import PlaneCost, around, between, relief, trace
from engine.inspection.plane import filtered, principal
from engine.network import Network
from engine.training import Examples, advance, begin, examples

SIDE = 41
PLACES = 40


def finished(steps: Generator[float, None, object]) -> tuple[object, float, float]:
    """Return a generator's value, the seconds it took, and the longest time between two yields."""
    began = last = process_time()
    longest = 0.0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, process_time() - began, longest
        now = process_time()
        longest, last = max(longest, now - last), now


def whole_network(cost: PlaneCost) -> float:
    """Return the seconds that the grid would take if the whole network ran at every place."""
    places = np.random.default_rng(0).uniform(-1, 1, (PLACES, 2))
    before = process_time()
    for place in places:
        cost.network.cost_and_accuracy(cost.plane.point(place), cost.images, cost.labels)
    return (process_time() - before) * SIDE**2 / PLACES


def pictures_of(sizes: tuple[int, ...], count: int) -> None:
    """Print what one network and number of pictures takes."""
    net, data = Network(sizes), examples("train")
    few = Examples(data.images[:count], data.labels[:count])
    start = begin(net, data, "momentum", learning_rate=0.05)
    walk, seconds, _ = finished(trace(start, 600, 10))
    print(f"{'-'.join(map(str, sizes))}, {count:,} pictures")
    print(f"    {seconds:6.2f} s  600 updates, 61 places kept")
    before = process_time()
    plane = principal(walk.points)
    print(f"    {process_time() - before:6.2f} s  their plane, {sum(plane.shares):.0%} of movement")
    for name, here in (
        ("plane of the walk", plane),
        ("random plane", filtered(net, walk.points[-1], np.random.default_rng(0))),
    ):
        cost, path = around(net, here, walk.points, few)
        _, seconds, longest = finished(relief(cost, SIDE))
        print(
            f"    {seconds:6.2f} s  {SIDE} × {SIDE}, {name} (at most {1e3 * longest:.0f} ms ",
            end="",
        )
        print(f"at a time); {whole_network(cost):.1f} s by the whole network")
    before = process_time()
    cost.value_and_gradient(path)
    print(f"    {1e3 * (process_time() - before) / len(path):6.2f} ms  cost and slope at a place")
    other = advance(begin(net, data, "momentum", learning_rate=0.05, seed=1), 600)
    line, seconds, _ = finished(between(net, walk.points[-1], other.parameters, few))
    print(f"    {seconds:6.2f} s  41 places of a line, hill {line.hill:.2f}")


def main() -> None:
    """Print the lines of a few networks."""
    pictures_of((784, 16, 16, 10), 2000)
    pictures_of((784, 16, 16, 10), 500)
    pictures_of((784, 64, 10), 2000)


if __name__ == "__main__":
    main()
