"""Writes the walks of torch.optim that test_optimizer_walks.py compares ours with. Needs PyTorch.

    python tests/engine/reference/make_reference.py

Four files, beside this script:

- `cases.json`: torch's version, its defaults, the cases and objectives walked, as torch names them.
- `gradients.csv`: 1,000 gradients of six coordinates, each awkward in its own way.
- `fed.csv`: where torch stands after being fed them, at chosen steps.
- `free.csv`: where torch walks by itself on three quadratic surfaces.

Everything is float64, torch's default dtype included: NAdam keeps one number in that.
"""

import csv
import inspect
import json
import random
from pathlib import Path

import torch

HERE = Path(__file__).parent
START = [1.5, 0.0, 0.0, -0.5, 0.0, 2.0]
FREE_STEPS = 50

# Our key: torch's class, and what it needs to be that optimizer.
CLASSES = {
    "gradient_descent": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "adadelta": (torch.optim.Adadelta, {}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {}),
    "nadam": (torch.optim.NAdam, {}),
    "amsgrad": (torch.optim.Adam, {"amsgrad": True}),
}
EXPOSED = ("lr", "momentum", "betas", "rho", "alpha", "eps", "weight_decay", "momentum_decay")

# Far from the defaults: ε large enough to see where it stands, betas below one half too.
OTHER = {
    "gradient_descent": {"lr": 0.7},
    "momentum": {"lr": 0.02, "momentum": 0.35},
    "nesterov": {"lr": 0.02, "momentum": 0.35},
    "adagrad": {"lr": 0.3, "eps": 0.02},
    "adadelta": {"lr": 3.0, "rho": 0.6, "eps": 0.01},
    "rmsprop": {"lr": 0.2, "alpha": 0.4, "eps": 0.03},
    "adam": {"lr": 0.05, "betas": [0.3, 0.6], "eps": 0.03},
    "adamw": {"lr": 0.05, "betas": [0.95, 0.9], "eps": 0.03, "weight_decay": 0.4},
    "nadam": {"lr": 0.05, "betas": [0.3, 0.6], "eps": 0.03, "momentum_decay": 0.3},
    "amsgrad": {"lr": 0.05, "betas": [0.3, 0.6], "eps": 0.03},
}
RATES = {
    "gradient_descent": 0.015,
    "momentum": 0.01,
    "nesterov": 0.01,
    "adagrad": 0.5,
    "adadelta": 1.0,
    "rmsprop": 0.05,
    "adam": 0.1,
    "adamw": 0.1,
    "nadam": 0.1,
    "amsgrad": 0.1,
}


def bowl(x, y):
    """Return the gradient of x² + y²."""
    return [2 * x, 2 * y]


def ravine(x, y):
    """Return the gradient of (x² + 100 y²) / 2."""
    return [x, 100 * y]


def booth(x, y):
    """Return the gradient of (x + 2y − 7)² + (2x + y − 5)²."""
    first, second = x + 2 * y - 7, 2 * x + y - 5
    return [2 * first + 4 * second, 4 * first + 2 * second]


OBJECTIVES = {"bowl": (bowl, [-2.2, 1.6]), "ravine": (ravine, [-3.4, 1.1]),
              "booth": (booth, [-7.5, -4.0])}  # fmt: skip


def awkward_gradients(count=1000):
    """Return `count` gradients, rounded to six digits so that the file stays small."""
    rng = random.Random(20240229)
    rows = []
    for k in range(count):
        row = [
            rng.gauss(0.3, 1.0),  # plain noise about a slope
            rng.gauss(0.0, 1.0) * 1e-9,  # tiny
            rng.gauss(0.0, 1.0) * 1e9,  # huge
            (-1.0) ** k * (1.0 + 0.01 * rng.random()),  # the sign changes at every step
            rng.gauss(0.0, 1.0) if rng.random() < 0.05 else 0.0,  # mostly nothing
            rng.choice([-1, 1]) * 10.0 ** rng.uniform(-9, 9),  # eighteen decades
        ]
        rows.append([float(f"{value:.5e}") for value in row])
    return rows


def make(key, parameter, settings):
    """Return torch's optimizer of our key on that parameter."""
    kind, fixed = CLASSES[key]
    return kind([parameter], **{**fixed, **settings})


def fed(key, gradients, settings, switch_to=None, switch_at=None):
    """Yield (step, point) while torch is fed the gradients; from `switch_at` on other settings."""
    parameter = torch.tensor(START, requires_grad=True)
    optimizer = make(key, parameter, settings)
    for k, gradient in enumerate(gradients):
        if k == switch_at:
            optimizer.param_groups[0].update(switch_to)
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        yield k + 1, parameter.tolist()


def free(key, gradient, start):
    """Yield (step, point) while torch walks by itself."""
    parameter = torch.tensor(start, requires_grad=True)
    optimizer = make(key, parameter, {"lr": RATES[key]})
    for k in range(FREE_STEPS):
        parameter.grad = torch.tensor(gradient(*parameter.tolist()))
        optimizer.step()
        yield k + 1, parameter.tolist()


def write(name, header, rows):
    """Write a table; floats by repr, so every bit is kept."""
    with (HERE / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def fed_rows(gradients):
    """Yield the rows of fed.csv: the first steps, then every tenth or twentieth."""
    for key in CLASSES:
        walks = {
            "default": fed(key, gradients, {}),
            "other": fed(key, gradients[:200], OTHER[key]),
            "switched": fed(key, gradients[:100], {}, OTHER[key], 50),
        }
        for case, walk in walks.items():
            every = 20 if case == "default" else 10
            for step, point in walk:
                if step <= 5 or step % every == 0:
                    yield [key, case, step, *map(repr, point)]


def defaults(key):
    """Return what torch's class takes when told nothing, and the fixed part of ours."""
    kind, fixed = CLASSES[key]
    signature = inspect.signature(kind.__init__).parameters
    taken = {name: signature[name].default for name in EXPOSED if name in signature}
    return {"class": kind.__name__, "fixed": fixed, "defaults": taken}


def main():
    """Write all four files."""
    torch.set_default_dtype(torch.float64)
    gradients = awkward_gradients()
    cases = {
        "torch": torch.__version__,
        "start": START,
        "switch_at": 50,
        "optimizers": {
            key: {**defaults(key), "other": OTHER[key], "free_rate": RATES[key]} for key in CLASSES
        },
        "objectives": {name: start for name, (_, start) in OBJECTIVES.items()},
    }
    (HERE / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
    write("gradients.csv", [f"g{i}" for i in range(6)], gradients)
    write("fed.csv", ["optimizer", "case", "step", *(f"x{i}" for i in range(6))],
          fed_rows(gradients))  # fmt: skip
    rows = (
        [key, name, step, *map(repr, point)]
        for key in CLASSES
        for name, (gradient, start) in OBJECTIVES.items()
        for step, point in free(key, gradient, start)
    )
    write("free.csv", ["optimizer", "objective", "step", "x", "y"], rows)


if __name__ == "__main__":
    main()
