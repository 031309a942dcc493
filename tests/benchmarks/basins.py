"""How long 65,536 walks take beside PyTorch doing the same. Not a test: run it and read.

python tests/benchmarks/basins.py

One thread each, and processor time, so that other work on the machine does not count. PyTorch runs
in this process' Python, or in another one that has it:
python tests/benchmarks/basins.py /path/to/that/python
"""

import os
import subprocess
import sys
from pathlib import Path
from time import process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from engine.surfaces import SURFACES
from engine.terrain import basins
from engine.terrain.landing import land

SURFACE, STEPS, RATE, MOMENTUM = SURFACES["himmelblau"], 200, 0.005, 0.9
ROUNDS = 5

TORCH = f"""
import time, numpy, torch
torch.set_num_threads(1)
middles = (numpy.arange(256) + 0.5) / 256 * 10 - 5
grid = torch.tensor(numpy.stack(numpy.meshgrid(middles, middles), -1).reshape(-1, 2))

def eager():
    x, y = grid[:, 0].clone(), grid[:, 1].clone()
    vx, vy = torch.zeros_like(x), torch.zeros_like(y)
    with torch.no_grad():
        for _ in range({STEPS}):
            a, b = x * x + y - 11, x + y * y - 7
            vx.mul_({MOMENTUM}).add_(4 * x * a + 2 * b)
            vy.mul_({MOMENTUM}).add_(2 * a + 4 * y * b)
            x.add_(vx, alpha=-{RATE})
            y.add_(vy, alpha=-{RATE})
    return x, y

def autograd():
    point = grid.clone().requires_grad_(True)
    optimizer = torch.optim.SGD([point], lr={RATE}, momentum={MOMENTUM})
    for _ in range({STEPS}):
        optimizer.zero_grad()
        x, y = point[:, 0], point[:, 1]
        ((x * x + y - 11) ** 2 + (x + y * y - 7) ** 2).sum().backward()
        optimizer.step()
    return point[:, 0].detach(), point[:, 1].detach()

for act in (eager, autograd):
    began = time.process_time()
    x, y = act()
    print(act.__name__, time.process_time() - began, float(x.sum()), float(y.sum()))
"""


def ours() -> tuple[float, np.ndarray]:
    """Return the seconds for every walk's end, and the ends."""
    points = basins.grid(SURFACE).reshape(-1, 2)
    began = process_time()
    ends = land(SURFACE, points, "momentum", STEPS, {"learning_rate": RATE, "momentum": MOMENTUM})
    return process_time() - began, ends.points


def painting() -> tuple[float, float]:
    """Return the seconds until the first picture, and until the whole one, judged and coloured."""
    began = process_time()
    settings = {"learning_rate": RATE, "momentum": MOMENTUM}
    pictures = basins.paint(SURFACE, "momentum", settings, STEPS)
    next(pictures)
    first = process_time() - began
    for _ in pictures:
        pass
    return first, process_time() - began


def torch_of(python: str) -> dict[str, tuple[float, float, float]]:
    """Return seconds and the sums of both coordinates by way of writing it; nothing without it."""
    run = subprocess.run([python, "-c", TORCH], capture_output=True, text=True, check=False)
    lines = [line.split() for line in run.stdout.splitlines()]
    return {name: (float(t), float(x), float(y)) for name, t, x, y in lines}


def main() -> None:
    """Take turns, so that whatever else the machine does meets both; print the least of each."""
    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        seconds, ends = ours()
        times.setdefault("ours, the ends of all walks", []).append(seconds)
        first, whole = painting()
        times.setdefault("ours, the first picture", []).append(first)
        times.setdefault("ours, the whole picture, judged", []).append(whole)
        for name, (seconds, x, y) in torch_of(python).items():
            np.testing.assert_allclose(ends.sum(axis=0), (x, y), rtol=1e-6)
            times.setdefault(f"PyTorch, {name}, float64", []).append(seconds)
    for name, each in times.items():
        print(f"{1e3 * min(each):8.1f} ms  {name}")


if __name__ == "__main__":
    main()
