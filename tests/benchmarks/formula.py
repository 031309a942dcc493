"""How fast compiled formulas are, beside NumPy written by hand (run it: it prints a table).

    python tests/benchmarks/formula.py

The hand-written functions share by hand what can be shared and use no other tricks. Each number is
the best of several rounds, the two taking turns, so that a busy machine hurts both alike.
"""

import sys
import timeit
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.formula import compile_formula
from engine.surfaces import SURFACES


def himmelblau_value(p):
    x, y = p[..., 0], p[..., 1]
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def himmelblau(p):
    x, y = p[..., 0], p[..., 1]
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b, np.stack((4 * x * a + 2 * b, 2 * a + 4 * y * b), -1)


def rosenbrock_value(p):
    x, y = p[..., 0], p[..., 1]
    a, b = 1 - x, y - x * x
    return a * a + 100 * (b * b)


def rosenbrock(p):
    x, y = p[..., 0], p[..., 1]
    a, b = 1 - x, y - x * x
    return a * a + 100 * (b * b), np.stack((-2 * a - 400 * x * b, 200 * b), -1)


def ackley_value(p):
    x, y = p[..., 0], p[..., 1]
    r = np.sqrt(0.5 * (x * x + y * y))
    c = np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)
    return -20 * np.exp(-0.2 * r) - np.exp(0.5 * c) + np.e + 20


def ackley(p):
    x, y = p[..., 0], p[..., 1]
    u, v = 2 * np.pi * x, 2 * np.pi * y
    r = np.sqrt(0.5 * (x * x + y * y))
    s, t = np.exp(-0.2 * r), np.exp(0.5 * (np.cos(u) + np.cos(v)))
    q, w = 2 * s / r, np.pi * t
    gradient = np.stack((q * x + w * np.sin(u), q * y + w * np.sin(v)), -1)
    return -20 * s - t + np.e + 20, gradient


FORMULAS = {
    "himmelblau": ("(x^2+y-11)^2 + (x+y^2-7)^2", himmelblau_value, himmelblau),
    "rosenbrock": ("(1-x)^2 + 100*(y-x^2)^2", rosenbrock_value, rosenbrock),
    "ackley": (
        "-20*exp(-0.2*sqrt(0.5*(x^2+y^2))) - exp(0.5*(cos(2*pi*x)+cos(2*pi*y))) + e + 20",
        ackley_value,
        ackley,
    ),
}
SHAPES = {(2,): 5000, (61, 2): 2000, (101, 101, 2): 50}
ROUNDS = 15


def best(functions, point, calls):
    """Return the fewest microseconds a call of each function took."""
    found = [float("inf")] * len(functions)
    for _ in range(ROUNDS):
        for i, function in enumerate(functions):
            taken = timeit.timeit(lambda f=function: f(point), number=calls)
            found[i] = min(found[i], taken / calls * 1e6)
    return found


def main():
    rng = np.random.default_rng(1)
    print(f"{'µs a call':32}{'ours':>10}{'by hand':>10}{'ratio':>8}")
    for name, (text, value, both) in FORMULAS.items():
        f = compile_formula(text)
        for shape, calls in SHAPES.items():
            point = rng.normal(size=shape)
            np.testing.assert_allclose(f.value_and_gradient(point)[1], both(point)[1], rtol=1e-9)
            pairs = (("value", f.value, value), ("value and gradient", f.value_and_gradient, both))
            for what, ours, hand in pairs:
                mine, theirs = best((ours, hand), point, calls)
                label = f"{name} {what}"
                print(f"{label:32}{mine:10.2f}{theirs:10.2f}{mine / theirs:8.2f}  {shape}")
    first = timeit.timeit(warm_catalogue, number=1)
    print(f"\nthe {len(SURFACES)} surfaces, compiled with all derivatives and LaTeX: {first:.3f} s")


def warm_catalogue():
    for surface in SURFACES.values():
        f = compile_formula(surface.formula)
        f.value_and_gradient([0.5, 0.5])
        f.hessian([0.5, 0.5])
        _ = f.latex, f.gradient_latex, f.hessian_latex


if __name__ == "__main__":
    main()
