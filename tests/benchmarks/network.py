"""How long an update of a network takes: beside its bare matrix products, and beside PyTorch.

Not a test: run it and read. PyTorch is compared where it is installed (2.13 is what the figures
in our notes are from), eager, one thread each, on the same batches, turn by turn.

OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python tests/benchmarks/network.py
"""

import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.digits import as_pixels, from_strokes, load
from engine.network import Network, TrainedNetwork
from engine.training import (
    Training,
    _split,
    _update_in_blocks,
    advance,
    begin,
    examples,
)

BATCH = 100
RATES = {"gradient_descent": 0.1, "adam": 0.001}

try:
    import torch
except ImportError:
    torch = None


def turns(jobs: dict[str, Callable[[], object]], rounds: int = 12) -> dict[str, float]:
    """Return each job's least time on the processor in seconds, measured turn by turn."""
    least = dict.fromkeys(jobs, np.inf)
    for _ in range(rounds):
        for name, act in jobs.items():
            before = process_time()
            act()
            least[name] = min(least[name], process_time() - before)
    return least


def bare_products(net: Network, parameters: np.ndarray, pixels: np.ndarray) -> None:
    """Do the matrix products of one update and nothing else."""
    layers = net.layers(parameters)
    said = [pixels]
    for weights, _ in layers:
        said.append(said[-1] @ weights)
    delta = said[-1]
    for number in range(len(layers) - 1, -1, -1):
        said[number].T @ delta
        if number:
            delta = delta @ layers[number].weights.T


def gathered_updates(training: Training, updates: int) -> None:
    """Take updates on one batch that is there already, as floats."""
    net, method, settings = training.network, training.optimizer, training.settings
    pixels, labels = as_pixels(training.data.images[:BATCH]), training.data.labels[:BATCH]
    parameters, states = training.parameters.copy(), _split(training.state, net.dimension)
    gradient = np.empty_like(parameters)
    for _ in range(updates):
        net.cost_and_gradient(parameters, pixels, labels, gradient)
        _update_in_blocks(method, parameters, gradient, states, settings)


def torch_updates(
    sizes: tuple[int, ...], optimizer: str, order: np.ndarray
) -> Callable[[int], None]:
    """Return a function that takes so many updates with PyTorch."""
    torch.set_num_threads(1)
    images, labels = examples("train")
    pixels = torch.from_numpy(as_pixels(images))  # 188 MB, so that gathering needs no conversion
    wanted = torch.from_numpy(labels.astype(np.int64))
    batches = torch.from_numpy(order)
    torch.manual_seed(0)
    layers = [m for pair in pairwise(sizes) for m in (torch.nn.Linear(*pair), torch.nn.ReLU())]
    model, loss = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    kind = torch.optim.Adam if optimizer == "adam" else torch.optim.SGD
    stepper = kind(model.parameters(), lr=RATES[optimizer])

    def take(updates: int) -> None:
        for k in range(updates):
            chosen = batches[k * BATCH : (k + 1) * BATCH]
            stepper.zero_grad()
            loss(model(pixels[chosen]), wanted[chosen]).backward()
            stepper.step()

    return take


def updates_of(sizes: tuple[int, ...], optimizer: str, updates: int) -> None:
    """Print how one network and optimizer does."""
    net = Network(sizes)
    training = begin(net, optimizer=optimizer, learning_rate=RATES[optimizer])
    pixels = as_pixels(training.data.images[:BATCH])
    order = np.random.default_rng(0).permutation(60_000)
    jobs: dict[str, Callable[[], object]] = {
        "shuffled batches": lambda: advance(training, updates),
        "batch gathered": lambda: gathered_updates(training, updates),
        "bare products": lambda: [
            bare_products(net, training.parameters, pixels) for _ in range(updates)
        ],
    }
    if torch is not None:
        theirs = torch_updates(sizes, optimizer, order)
        jobs["PyTorch"] = lambda: theirs(updates)
    times = {name: 1e6 * seconds / updates for name, seconds in turns(jobs).items()}
    said = ",  ".join(f"{name} {time:,.0f} µs" for name, time in times.items())
    print(f"{'-'.join(map(str, sizes))} {optimizer}:  {said}")
    share = times["bare products"] / times["batch gathered"]
    print(f"    {1e6 / times['shuffled batches']:,.0f} updates a second; ", end="")
    print(f"gathered: {share:.0%} of the rate of the bare products", end="")
    print(f"; {times['PyTorch'] / times['shuffled batches']:.2f} × PyTorch" if torch else "")


def reading() -> None:
    """Print how long a drawing takes to be read."""
    rng = np.random.default_rng(0)
    strokes = [np.cumsum(rng.normal(size=(500, 2)), axis=0) for _ in range(4)]
    net = Network((784, 512, 256, 10), preparation="deskew")
    strong = TrainedNetwork(net, net.initial("he", rng))
    picture = from_strokes(strokes).reshape(1, -1)
    images, labels = examples("test")
    small = Network()
    parameters = small.initial("he", rng)
    jobs: dict[str, Callable[[], object]] = {
        "2,000 points to a picture": lambda: from_strokes(strokes),
        "prepare and predict one, 784-512-256-10 deskewed": lambda: strong.predict(picture),
        "1,000 test pictures, 784-16-16-10": lambda: small.cost_and_accuracy(
            parameters, images[:1000], labels[:1000]
        ),
        "10,000 test pictures, 784-16-16-10": lambda: small.cost_and_accuracy(
            parameters, images, labels
        ),
    }
    for name, seconds in turns(jobs).items():
        print(f"{1e3 * seconds:10.2f} ms  {name}")


def main() -> None:
    """Print a line or two for each thing measured."""
    load("train")
    reading()
    for sizes, updates in (((784, 16, 16, 10), 200), ((784, 512, 256, 10), 60)):
        for optimizer in RATES:
            updates_of(sizes, optimizer, updates)


if __name__ == "__main__":
    main()
