"""How long walks take beside the same arithmetic in bare NumPy. Not a test: run it and read.

python tests/benchmarks/descent.py
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.descent import advance, ending, finish, rewind, start, sweep
from engine.descent.rates import largest_settling_rate, momentum_map, rate_map
from engine.surfaces import SURFACES

HIMMELBLAU = SURFACES["himmelblau"]


def bare_adam(steps: int) -> np.ndarray:
    """Walk as the engine does, with nothing around it: Himmelblau and Adam written out."""
    rate, beta1, beta2, eps = 0.05, 0.9, 0.999, 1e-8
    point, mean, squares = np.array(HIMMELBLAU.start), np.zeros(2), np.zeros(2)
    points, values, gradients = (
        np.empty((steps + 1, 2)),
        np.empty(steps + 1),
        np.empty((steps + 1, 2)),
    )
    for k in range(steps + 1):
        x, y = point[..., 0], point[..., 1]
        a, b = x * x + y - 11, x + y * y - 7
        gradient = np.empty_like(point)
        gradient[..., 0], gradient[..., 1] = 4 * x * a + 2 * b, 2 * a + 4 * y * b
        points[k], values[k], gradients[k] = point, a * a + b * b, gradient
        mean = beta1 * mean + (1 - beta1) * gradient
        squares = beta2 * squares + (1 - beta2) * gradient * gradient
        corrected = rate / (1 - beta1 ** (k + 1))
        root = (1 - beta2 ** (k + 1)) ** 0.5
        point = point - corrected * (mean / (np.sqrt(squares) / root + eps))
    return points


def best(act: Callable[[], object], rounds: int = 15) -> float:
    """Return the least of some rounds, in milliseconds: what the machine can do undisturbed."""
    times = []
    for _ in range(rounds):
        before = perf_counter()
        act()
        times.append(perf_counter() - before)
    return 1e3 * min(times)


def main() -> None:
    """Print a line for each thing measured."""
    begin = start(HIMMELBLAU, HIMMELBLAU.start, "adam", learning_rate=0.05)
    walk = advance(begin, 500)
    np.testing.assert_allclose(walk.points, bare_adam(500), rtol=1e-6)
    dial = 10.0 ** (np.arange(-60, 1) / 20)
    rates, momenta = np.geomspace(1e-4, 1e-1, 241), np.arange(50) / 50
    plain, heavy = (
        start(HIMMELBLAU, HIMMELBLAU.start, k) for k in ("gradient_descent", "momentum")
    )
    optimizers = ("gradient_descent", "momentum", "adam", "rmsprop")
    starts = np.random.default_rng(0).uniform(-5, 5, (65536, 2))
    jobs: dict[str, tuple[Callable[[], object], int]] = {
        "500 Adam steps, bare NumPy": (lambda: bare_adam(500), 15),
        "500 Adam steps, whole history": (lambda: advance(begin, 500), 15),
        "one more step": (lambda: advance(walk, 1), 200),
        "rewind by 100 of 500 steps": (lambda: rewind(walk, 400), 50),
        "its ending": (lambda: ending(walk), 50),
        "sweep of 61 rates × 200 steps × 4 optimizers, judged": (
            lambda: [sweep(HIMMELBLAU, HIMMELBLAU.start, key, dial, 200) for key in optimizers],
            10,
        ),
        "map of 241 rates × 300 steps, judged": (lambda: rate_map(plain, rates, 300), 10),
        "plane of 97 rates × 50 momenta × 200 steps, judged": (
            lambda: momentum_map(heavy, np.geomspace(1e-4, 1e-1, 97), momenta, 200),
            3,
        ),
        "largest rate that settles, to 0.003 %": (
            lambda: largest_settling_rate(plain, rates),
            5,
        ),
        "65,536 starts × 200 steps, gradient descent": (
            lambda: finish(HIMMELBLAU, starts, "gradient_descent", 200, learning_rate=0.01),
            2,
        ),
        "65,536 starts × 200 steps, Adam": (
            lambda: finish(HIMMELBLAU, starts, "adam", 200, learning_rate=0.05),
            2,
        ),
    }
    for name, (act, rounds) in jobs.items():
        print(f"{best(act, rounds):10.3f} ms  {name}")


if __name__ == "__main__":
    main()
