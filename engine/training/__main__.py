"""`python -m engine.training`: train a network and save it, with a progress bar on stderr."""

import argparse
import math
import shlex
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any, TextIO

from engine.digits import load
from engine.network import (
    ACTIVATIONS,
    COSTS,
    INITIALISATIONS,
    PREPARATIONS,
    Network,
    TrainedNetwork,
    save,
)
from engine.optimizers import OPTIMIZERS
from engine.training import Training, advance, begin, change
from engine.training.distortion import Distortion

_BAR = 24  # characters
_PIECE = 20  # updates between two looks at the clock


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says; what it says wrong ends with a sentence and status 2."""
    parser = _parser()
    given = sys.argv[1:] if arguments is None else list(arguments)
    chosen = parser.parse_args(given)
    try:
        training = _begun(chosen)
        if chosen.epochs < 1:
            raise ValueError(f"a training has at least one epoch, not {chosen.epochs}")
    except ValueError as error:
        parser.error(str(error))
    trained = _trained(training, chosen.epochs, sys.stderr)
    if trained.lost >= 0:
        sys.exit(f"The cost is not finite at update {trained.lost}: take a smaller learning rate.")
    net = TrainedNetwork(trained.network, trained.parameters)
    images, labels = load("test")
    accuracy = float((net.predict(images).argmax(axis=1) == labels).mean())
    made = shlex.join(["python", "-m", "engine.training", *given])
    save(chosen.file, TrainedNetwork(trained.network, trained.parameters, accuracy, made))
    print(f"{chosen.file}: {accuracy:.2%} of MNIST's test pictures")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.training", description=__doc__)
    parser.add_argument("file", help="where to save it, *.npz")
    parser.add_argument("--hidden", type=int, nargs="*", default=[16, 16], metavar="N")
    parser.add_argument("--activation", choices=list(ACTIVATIONS), default="relu")
    parser.add_argument("--cost", choices=list(COSTS), default="cross_entropy")
    parser.add_argument("--preparation", choices=list(PREPARATIONS), default="none")
    parser.add_argument("--initialisation", choices=list(INITIALISATIONS), default="he")
    usable = [key for key, optimizer in OPTIMIZERS.items() if not optimizer.needs_hessian]
    parser.add_argument("--optimizer", choices=usable, default="adam")
    parser.add_argument("--learning-rate", type=float, help="default: the optimizer's own")
    parser.add_argument(
        "--cosine", action="store_true", help="let the rate fall to 0, along half a cosine"
    )
    parser.add_argument("--setting", nargs=2, action="append", default=[], metavar=("KEY", "X"))
    parser.add_argument("--batch", type=int, default=100, help="pictures an update")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    for name in ("turn", "scale", "shear", "move", "bend"):
        parser.add_argument(f"--{name}", type=float, default=0.0, help="distort the pictures")
    return parser


def _begun(chosen: argparse.Namespace) -> Training:
    settings: dict[str, Any] = {key: float(value) for key, value in chosen.setting}
    rate = chosen.learning_rate or OPTIMIZERS[chosen.optimizer].defaults["learning_rate"]
    amounts = (chosen.turn, chosen.scale, chosen.shear, chosen.move, chosen.bend)
    training = begin(
        Network((784, *chosen.hidden, 10), chosen.activation, chosen.cost, chosen.preparation),
        optimizer=chosen.optimizer,
        batch_size=chosen.batch,
        seed=chosen.seed,
        initialisation=chosen.initialisation,
        distortion=Distortion(*amounts) if any(amounts) else None,
    )
    total = training.left * chosen.epochs
    falling = lambda k: rate * (1 + math.cos(math.pi * k / total)) / 2  # noqa: E731
    return change(training, learning_rate=falling if chosen.cosine else rate, **settings)


def _trained(training: Training, epochs: int, stream: TextIO) -> Training:
    """Return the training after these epochs, saying on the stream how far it is."""
    total, began = training.left * epochs, perf_counter()
    while training.epoch < epochs and training.lost < 0:
        training = advance(training, min(_PIECE, training.left))
        share = training.updates / total
        if training.position and not stream.isatty():
            continue  # a file gets a line an epoch
        seconds = perf_counter() - began
        bar = ("█" * round(_BAR * share)).ljust(_BAR, "·")
        costs = training.recent_costs if training.position else training.batch_costs[-1]
        line = f"{bar} {share:4.0%}  epoch {training.epoch}/{epochs}"
        line += f"  cost {costs[-100:].mean():.4f}  {training.updates / seconds:,.0f} updates/s"
        line += f"  {seconds * (1 / share - 1):.0f} s left  "
        print(line, end="\r" if stream.isatty() else "\n", file=stream, flush=True)
    if stream.isatty():
        print(file=stream)
    return training
