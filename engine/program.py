"""Expressions compiled to Python functions that are as fast as NumPy written by hand.

An expression is first broken down to single operations, each kept once (value numbering): powers
become multiplications (x⁴ = x²·x²), constants are worked out, equal subexpressions are one. The
operations are then written as the body of a function, from node kinds, indices and floats only;
nothing anybody typed is ever compiled.

The same body runs on two kinds of numbers. With arrays every function is NumPy's. With the floats
of a single point, arithmetic, square roots and absolute values are Python's own, which are rounded
exactly alike and take half the time; the others are still NumPy's, because the C library's differ
in the last bit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from engine.expression import Node, is_negative, negative, power
from engine.typeset import as_float

Result = Any  # a float, a np.float64 or an array of them
Operation = tuple[Any, ...]  # (name, operand indices…), ("constant", float) or ("variable", index)

_DEEPEST_LINE = 30  # Python's own parser gives up at 200 brackets within each other
_LARGEST_CHAIN = 1024  # exponents up to here become multiplications


def _sign(x: float) -> float:
    """Return the sign of a float as np.sign does: 0 at both zeros, nan at nan."""
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x == 0 else x


def _variable_power(base: Result, exponent: Result) -> Result:
    """Return base ^ exponent, where the exponent differs from point to point.

    np.power has short cuts (2 is a square) for one exponent that serves a whole array. They differ
    from its general road in the last bit, so a single point must not be let onto them.
    """
    if np.size(exponent) != 1:
        return np.power(base, exponent)
    pair = np.power(np.repeat(base, 2), np.repeat(exponent, 2))
    return pair[:1].reshape(np.shape(exponent))[()]


ARRAY_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.absolute,
    "sign": np.sign,
    # Not **, which takes another road for scalars and differs from arrays in the last bit.
    "power": np.power,
    "variable_power": _variable_power,
}
_EXACT_FUNCTIONS: dict[str, Callable[..., Any]] = {"sqrt": math.sqrt, "abs": abs, "sign": _sign}


@dataclass(frozen=True)
class Program:
    """Compiled expressions.

    `single` takes one float a variable and returns one number an expression; it may raise
    ZeroDivisionError or ValueError, upon which `many` has the answer. `many` takes arrays (or
    np.float64) and returns arrays, but a float for what is constant. `silent` says that `single`
    calls nothing that could warn.
    """

    source: str
    single: Callable[..., tuple[Any, ...]]
    many: Callable[..., tuple[Any, ...]]
    silent: bool


class _Operations:
    """The operations that a set of expressions needs, each once."""

    def __init__(self, variables: Sequence[str]) -> None:
        self.list: list[Operation] = []
        self._index: dict[Operation, int] = {}
        self._done: dict[Node, int] = {}
        self._variables = {name: i for i, name in enumerate(variables)}

    def _add(self, *operation: str | int) -> int:
        if operation not in self._index:
            self._index[operation] = len(self.list)
            self.list.append(operation)
        return self._index[operation]

    def _constant(self, value: float) -> int:
        # Its text tells 0.0 from -0.0 and one nan equals the next.
        key = ("constant", repr(float(value)))
        return self._add(*key)

    def known(self, index: int) -> float | None:
        """Return the value of an operation that is a constant."""
        operation = self.list[index]
        return float(operation[1]) if operation[0] == "constant" else None

    def _apply(self, name: str, *operands: int) -> int:
        """Return the operation `name` on operands, worked out now where it can be."""
        values = [self.known(i) for i in operands]
        numbers = [np.float64(v) for v in values if v is not None]
        if len(numbers) == len(operands):
            return self._constant(_calculate(name, numbers))
        if name == "*":
            for one, other in (operands, operands[::-1]):
                if self.known(one) == 1.0:
                    return other
                if self.known(one) == -1.0:
                    return self._apply("neg", other)
        return self._add(name, *operands)

    def lower(self, node: Node) -> int:
        """Return the index of the operation that yields a node."""
        if node not in self._done:
            self._done[node] = self._lower(node)
        return self._done[node]

    def _lower(self, node: Node) -> int:
        match node.kind:
            case "number":
                return self._constant(as_float(node.number))
            case "constant":
                return self._constant({"pi": math.pi, "e": math.e}[node.name])
            case "variable":
                return self._add("variable", self._variables[node.name])
            case "sum":
                return self._sum(node)
            case "product":
                return self._product(node)
            case "power":
                return self._power(*node.args)
        return self._apply(node.name, self.lower(node.args[0]))

    def _sum(self, node: Node) -> int:
        terms = [
            (is_negative(t), self.lower(negative(t) if is_negative(t) else t)) for t in node.args
        ]
        if terms[0][0] and not terms[1][0]:  # −a + b is b − a, one operation less
            terms[0], terms[1] = terms[1], terms[0]
        minus, result = terms[0]
        if minus:
            result = self._apply("neg", result)
        for minus, term in terms[1:]:
            result = self._apply("-" if minus else "+", result, term)
        return result

    def _product(self, node: Node) -> int:
        result = self._constant(1.0)
        for factor in node.args:
            exponent = factor.args[1] if factor.kind == "power" else None
            if exponent is not None and exponent.kind == "number" and exponent.number < 0:
                below = self.lower(power(factor.args[0], negative(exponent)))
                result = self._apply("/", result, below)
            else:
                result = self._apply("*", result, self.lower(factor))
        return result

    def _power(self, base: Node, exponent: Node) -> int:
        operand = self.lower(base)
        if exponent.kind != "number":
            above = self.lower(exponent)
            fixed = self.known(above) is not None
            return self._apply("power" if fixed else "variable_power", operand, above)
        value = exponent.number
        if value.denominator > 2 or abs(value) > _LARGEST_CHAIN:
            return self._apply("power", operand, self._constant(as_float(value)))
        if value < 0:
            return self._apply("/", self._constant(1.0), self._chain(operand, -value))
        return self._chain(operand, value)

    def _chain(self, operand: int, exponent: Fraction) -> int:
        """Return operand ^ exponent for a positive multiple of 1/2, by multiplications."""
        if exponent == 0:
            return self._constant(1.0)
        if exponent == 1:
            return operand
        if exponent.denominator == 2:
            root = self._apply("sqrt", operand)
            whole = exponent - Fraction(1, 2)
            return root if whole == 0 else self._apply("*", self._chain(operand, whole), root)
        if exponent % 2:
            return self._apply("*", self._chain(operand, exponent - 1), operand)
        half = self._chain(operand, exponent / 2)
        return self._apply("*", half, half)


def _calculate(name: str, numbers: list[np.float64]) -> float:
    """Return one operation on constants."""
    with np.errstate(all="ignore"):
        match name:
            case "neg":
                return float(-numbers[0])
            case "+":
                return float(numbers[0] + numbers[1])
            case "-":
                return float(numbers[0] - numbers[1])
            case "*":
                return float(numbers[0] * numbers[1])
            case "/":
                return float(numbers[0] / numbers[1])
        return float(ARRAY_FUNCTIONS[name](*numbers))


def constant_value(node: Node) -> float | None:
    """Return the value of a node without variables (nan where it has none); else None."""
    operations = _Operations(())
    try:
        return operations.known(operations.lower(node))
    except KeyError:  # a variable
        return None


def _write(operations: list[Operation], results: list[int], dimension: int) -> str:
    """Return the source of a function that carries out the operations."""
    uses = Counter(results)
    needed = set(results)
    for i in range(len(operations) - 1, -1, -1):  # operands come before what uses them
        if i in needed and operations[i][0] not in ("constant", "variable"):
            needed.update(operations[i][1:])
            uses.update(operations[i][1:])
    texts: dict[int, tuple[str, int]] = {}
    lines = []
    for i in sorted(needed):
        name, *operands = operations[i]
        if name == "constant":
            text, depth = _literal(operands[0]), 0
        elif name == "variable":
            text, depth = f"v{operands[0]}", 0
        else:
            inner = [texts[k][0] for k in operands]
            depth = 1 + max(texts[k][1] for k in operands)
            if name == "neg":
                text = f"(-{inner[0]})"
            elif len(name) == 1:
                text = f"({inner[0]} {name} {inner[1]})"
            else:
                text = f"{name}({', '.join(inner)})"
            if uses[i] > 1 or depth > _DEEPEST_LINE:
                lines.append(f"    t{i} = {text}")
                text, depth = f"t{i}", 0
        texts[i] = text, depth
    # A result that is a variable is copied by the plus sign: nobody gets a view of his own point.
    returned = [
        f"+{texts[i][0]}" if operations[i][0] == "variable" else texts[i][0] for i in results
    ]
    arguments = ", ".join(f"v{k}" for k in range(dimension))
    return "\n".join([f"def run({arguments}):", *lines, f"    return ({', '.join(returned)},)"])


def _literal(text: str) -> str:
    """Return the source of a constant, given as the text of a float."""
    if text.lstrip("-") in ("inf", "nan"):
        return f"({text})"
    return f"({text})" if text.startswith("-") else text


def compile_nodes(nodes: Sequence[Node], variables: Sequence[str]) -> Program:
    """Return one program that yields all the nodes, doing shared work once."""
    operations = _Operations(variables)
    results = [operations.lower(node) for node in nodes]
    source = _write(operations.list, results, len(variables))
    code = compile(source, "<formula>", "exec")
    run = []
    for functions in (ARRAY_FUNCTIONS | _EXACT_FUNCTIONS, ARRAY_FUNCTIONS):
        names: dict[str, Any] = {"__builtins__": {}, "inf": math.inf, "nan": math.nan, **functions}
        exec(code, names)
        run.append(names["run"])
    called = {operation[0] for operation in operations.list}
    silent = not called & (set(ARRAY_FUNCTIONS) - set(_EXACT_FUNCTIONS))
    return Program(source, run[0], run[1], silent)
