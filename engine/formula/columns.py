"""Programs that write what they calculate where it is wanted, without making a single new array.

For tens of thousands of points most of the time of an expression like a·b + c goes into fetching
fresh memory for what is needed for a moment. Here every intermediate result has a place that is
used again as soon as its content has been read for the last time; what the operations are, and so
every bit of the results, is the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formula.program import Operation, Program

Array = NDArray[np.float64]

# Operations that have a value wherever their operands have one: with others a slope may have a
# value where the cost has none, and somebody has to compare.
_UFUNCS: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "neg": np.negative,
    "abs": np.absolute,
    "sign": np.sign,
    "exp": np.exp,
    "sin": np.sin,
    "cos": np.cos,
    "atan": np.arctan,
}


def columns(program: Program) -> Callable[[Array, Array], Callable[[], None]] | None:
    """Return a function of two arrays, points (d, n) and out (m, n), that binds a program to them.

    What it returns in turn writes the m results after the first to `out`, for the points as they
    are whenever it is called. None for a program with operations that may be without a value
    (roots, logarithms, quotients). The caller holds np.errstate(all="ignore").
    """
    names = {operation[0] for operation in program.operations}
    if not names <= set(_UFUNCS) | {"constant", "variable"}:
        return None
    steps, places = _plan(program.operations, program.results[1:])

    def bind(points: Array, out: Array) -> Callable[[], None]:
        where = {"v": points, "o": out, "t": np.empty((places, points.shape[-1]))}
        calls = [
            (function, (*(where[k][i] if k != "c" else i for k, i in given), where[kind][row]))
            for function, given, (kind, row) in steps
        ]

        def run() -> None:
            for function, arguments in calls:
                function(*arguments)

        return run

    return bind


_Spot = tuple[str, Any]  # ("v" variable, "o" result or "t" temporary, its row), ("c", a number)


def _plan(
    operations: tuple[Operation, ...], results: tuple[int, ...]
) -> tuple[list[tuple[Any, list[_Spot], _Spot]], int]:
    """Return the steps (function, operands, target) and how many temporaries they need."""
    needed = _needed(operations, results)
    last = {k: i for i in sorted(needed) for k in operations[i][1:] if _is_step(operations[i])}
    spots: dict[int, _Spot] = {}
    free: list[int] = []
    steps: list[tuple[Any, list[_Spot], _Spot]] = []
    places = 0
    for i in sorted(needed):
        name, *operands = operations[i]
        if not _is_step(operations[i]):
            spots[i] = ("v", operands[0]) if name == "variable" else ("c", _number(operands[0]))
            continue
        given = [spots[k] for k in operands]
        free += {s[1] for k, s in zip(operands, given, strict=True) if s[0] == "t" and last[k] == i}
        if i in results:
            target: _Spot = ("o", results.index(i))
        else:
            places += not free
            target = ("t", free.pop() if free else places - 1)
        spots[i] = target
        steps.append((_UFUNCS[name], given, target))
    for row, i in enumerate(results):
        if spots[i] != ("o", row):  # a constant, a variable, or a result that is there twice
            steps.append((np.positive, [spots[i]], ("o", row)))
    return steps, places


def _needed(operations: tuple[Operation, ...], results: tuple[int, ...]) -> set[int]:
    needed = set(results)
    for i in range(len(operations) - 1, -1, -1):  # operands come before what uses them
        if i in needed and _is_step(operations[i]):
            needed.update(operations[i][1:])
    return needed


def _is_step(operation: Operation) -> bool:
    return operation[0] not in ("constant", "variable")


def _number(text: str) -> float:
    return math.nan if text == "nan" else float(text)
