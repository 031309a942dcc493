"""The ledger: what each of ten examples asks of a few parameters, and what these get."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.inspection.nudges import Ledger, Place, index, ledger, mean_sizes, place
from engine.network import Network
from engine.optimizers.optimizer import FloatArray
from pages.parts.message import assemble
from pages.parts.nudges.book import FEW, MOST_COLUMNS, MOST_SEEDS, Book, columns_of, examples
from pages.parts.nudges.words import parameter, phrase, signed
from pages.parts.pad.insight import finite, single
from pages.parts.pad.readers import Reader

_LARGE = 100_000  # parameters, from which on a hundred examples' nudges take too long to add up


def telling(network: Network, asked: FloatArray) -> tuple[Place, ...]:
    """Return a bias and a weight of each of the last three layers, the last one's first.

    Those of which most is asked on average, (dimension,).
    """
    asked = np.nan_to_num(asked)
    found: list[Place] = []
    places = network.layers(np.arange(network.dimension))
    for weights, biases in places[::-1][:3]:
        for candidates in (biases, weights.ravel()):
            found.append(place(network, int(candidates[asked[candidates].argmax()])))
    return tuple(found)


def columns(book: Book, subject: Reader) -> tuple[Place, ...]:
    """Return the parameters that have a column."""
    chosen = columns_of(book, subject.network)
    if chosen is not None:
        return chosen
    net, batch = subject.network, examples(book.seed, subject.network)
    few = batch.prepared[:FEW], batch.labels[:FEW]
    return telling(net, mean_sizes(net, subject.parameters, *few))


def pack(book: Book, subject: Reader, acknowledged: int = 0, notice: str = "") -> bytes:
    """Return all that the ledger shows."""
    net, parameters = subject.network, subject.parameters
    shown = columns(book, subject)
    chosen = np.array([index(net, one) for one in shown])
    batch = examples(book.seed, net)
    few = ledger(net, parameters, batch.prepared[:FEW], batch.labels[:FEW], chosen)
    many = ledger(net, parameters, batch.prepared, batch.labels, chosen, net.dimension < _LARGE)
    twice = parameters.astype(np.float64)
    exact = ledger(net, twice, batch.prepared[:FEW], batch.labels[:FEW], chosen).disagreement
    header = {
        "acknowledged": acknowledged,
        "notice": notice,
        "seed": book.seed,
        "sizes": net.sizes,
        "usual": columns_of(book, net) is None,
        "full": len(shown) >= MOST_COLUMNS,
        "next_seed": (book.seed + 1) % MOST_SEEDS,
        "columns": [
            {"place": one, "names": parameter(net, one), "sentence": _compromise(net, one, few, at)}
            for at, one in enumerate(shown)
        ],
        "telling": _most_disputed(few),
        "labels": batch.labels[:FEW].tolist(),
        "costs": [finite(cost) for cost in few.costs],
        "mean_costs": [finite(float(one.costs.mean())) for one in (few, many)],
        "counts": [len(few.costs), len(many.costs)],
        "disagreements": [finite(one.disagreement) for one in (few, many)],
        "checked": [one.checked for one in (few, many)],
        "exact": finite(exact),
    }
    return assemble(header, _arrays(batch.prepared, few, many))


def _arrays(pictures: FloatArray, few: Ledger, many: Ledger) -> dict[str, NDArray[Any]]:
    return {
        "pictures": single(pictures[:FEW]),
        "nudges": single(few.nudges),
        "average": single(few.average),
        "used": single(few.used),
        "average_many": single(many.average),
        "used_many": single(many.used),
    }


def _compromise(network: Network, one: Place, book: Ledger, column: int) -> str:
    """Return what the examples want of one parameter, and what they get, in words."""
    asked = book.nudges[:, column]
    name = phrase(network, one)
    name = name[0].upper() + name[1:]
    up, down = int((asked > 0).sum()), int((asked < 0).sum())
    loudest = int(np.abs(asked).argmax())
    silent = len(asked) - up - down
    rest = f", {silent} {'does' if silent == 1 else 'do'} not care" if silent else ""
    if silent == len(asked):
        return f"{name}: none of the ten asks for anything, so it stays as it is."
    return (
        f"{name}: {up} of the ten want it up, {down} down{rest}. The loudest asks "
        f"for {signed(asked[loudest])}; the average is {signed(book.average[column])}: that, times "
        "the learning rate, is its step."
    )


def _most_disputed(book: Ledger) -> int:
    """Return the column in which most is asked for in vain."""
    lost = np.abs(np.nan_to_num(book.nudges)).mean(axis=0) - np.abs(np.nan_to_num(book.average))
    return int(lost.argmax())
