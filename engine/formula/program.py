"""Expressions compiled to Python functions that are as fast as NumPy written by hand.

SymPy's expressions (this module reads, but does not need SymPy) are first broken down to single
operations, each kept once (value numbering): powers become multiplications (x⁴ = x²·x²), constants
are worked out, equal subexpressions are one. sympy.cse would rebuild, and so simplify, what has to
be evaluated as it was typed. The operations are then written as the body of a function, from our
own names, indices and floats only; nothing anybody typed is ever compiled.

The same body runs on two kinds of numbers. With arrays every function is NumPy's. With the floats
of a single point, arithmetic, square roots and absolute values are Python's own, which are rounded
exactly alike and take half the time; the others are still NumPy's, because the C library's differ
in the last bit.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

Expression = Any  # of SymPy
Numbers = Any  # a float, a np.float64 or an array of them
Operation = tuple[Any, ...]  # (name, operand indices…), ("constant", float) or ("variable", index)

_DEEPEST_LINE = 30  # Python's own parser gives up at 200 brackets within each other
_LARGEST_CHAIN = 1024  # exponents up to here become multiplications


def _sign(x: float) -> float:
    """Return the sign of a float as np.sign does: 0 at both zeros, nan at nan."""
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x == 0 else x


def _variable_power(base: Numbers, exponent: Numbers) -> Numbers:
    """Return base ^ exponent, where the exponent differs from point to point.

    np.power has short cuts (2 is a square) for one exponent that serves a whole array. They differ
    from its general road in the last bit, so a single point must not be let onto them.
    """
    if np.size(exponent) != 1:
        return np.power(base, exponent)
    pair = np.power(np.repeat(base, 2), np.repeat(exponent, 2))
    return pair[:1].reshape(np.shape(exponent))[()]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
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
_SIGNS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "neg": operator.neg,
}
_POLES = {"/", "log", "power", "variable_power"}  # may be infinite for finite operands


@np.errstate(all="ignore")
def calculate(name: str, *numbers: float) -> float:
    """Return one operation (a sign, "neg", "power" or the name of a function) on constants."""
    function = _SIGNS.get(name) or _FUNCTIONS[name]
    return float(function(*map(np.float64, numbers)))


@dataclass(frozen=True)
class Program:
    """Compiled expressions.

    `single` takes one float a variable and returns one number an expression; it may raise
    ZeroDivisionError or ValueError, upon which `many` has the answer. `many` takes arrays (or
    np.float64) and returns arrays, but a float for what is constant. `is_silent`: `single` calls
    nothing that could warn. `has_poles`: something may be infinite at a finite point. `operations`
    and `results`: the steps of the calculation, and which of them are the expressions' values.
    """

    source: str
    single: Callable[..., tuple[Any, ...]]
    many: Callable[..., tuple[Any, ...]]
    is_silent: bool
    has_poles: bool
    operations: tuple[Operation, ...] = field(repr=False)
    results: tuple[int, ...] = field(repr=False)


class _Operations:
    """The operations that a set of expressions needs, each once."""

    def __init__(self, names: Mapping[str, int | float]) -> None:
        self.list: list[Operation] = []
        self._index: dict[Operation, int] = {}
        self._done: dict[Expression, int] = {}
        self._names = names

    def _add(self, *operation: str | int) -> int:
        if operation not in self._index:
            self._index[operation] = len(self.list)
            self.list.append(operation)
        return self._index[operation]

    def _constant(self, value: float) -> int:
        # Its text tells 0.0 from -0.0 and one nan equals the next.
        return self._add("constant", repr(float(value)))

    def _known(self, index: int) -> float | None:
        """Return the value of an operation that is a constant."""
        operation = self.list[index]
        return float(operation[1]) if operation[0] == "constant" else None

    def _apply(self, name: str, *operands: int) -> int:
        """Return the operation `name` on operands, worked out now where it can be."""
        numbers = [v for v in map(self._known, operands) if v is not None]
        if len(numbers) == len(operands):
            return self._constant(calculate(name, *numbers))
        if name == "*":
            for one, other in (operands, operands[::-1]):
                if self._known(one) == 1.0:
                    return other
                if self._known(one) == -1.0:
                    return self._apply("neg", other)
        return self._add(name, *operands)

    def has_poles(self) -> bool:
        """Return whether an operation may be infinite though its operands are finite."""
        return any(
            name in _POLES and not (name == "/" and self._known(operands[1]))
            for name, *operands in self.list
        )

    def same(self, expression: Expression, other: Expression) -> None:
        """Take the result of one expression for another one too."""
        self._done.setdefault(expression, self.lower(other))

    def lower(self, expression: Expression) -> int:
        """Return the index of the operation that yields an expression."""
        if expression not in self._done:
            self._done[expression] = self._lower(expression)
        return self._done[expression]

    def _lower(self, expression: Expression) -> int:
        arguments = expression.args
        if expression.is_Symbol:
            meaning = self._names[expression.name]
            if isinstance(meaning, int):
                return self._add("variable", meaning)
            return self._constant(meaning)
        if expression.is_Rational or expression.is_Float or expression.is_NumberSymbol:
            return self._constant(as_float(expression))
        if expression.is_Add:
            return self._sum(arguments)
        if expression.is_Mul:
            return self._product(arguments)
        if expression.is_Pow:
            return self._power(*arguments)
        if expression.is_Function:
            return self._function(expression.func.__name__.lower(), arguments)
        return self._constant(math.nan)  # i, or infinite: not a real number

    def _function(self, name: str, arguments: Sequence[Expression]) -> int:
        if name == "raised":
            return self._power(*arguments)
        operand = self.lower(arguments[0])
        return operand if name == "whole" else self._apply(name, operand)

    def _sum(self, terms: Sequence[Expression]) -> int:
        if _is_negated(terms[0]) and not _is_negated(terms[1]):  # b − a has one operation less
            terms = (terms[1], terms[0], *terms[2:])  # than −a + b
        result = self.lower(terms[0])
        for term in terms[1:]:
            if _is_negated(term):
                result = self._apply("-", result, self._product(term.args[1:]))
            else:
                result = self._apply("+", result, self.lower(term))
        return result

    def _product(self, factors: Sequence[Expression]) -> int:
        result = self._constant(1.0)
        for factor in factors:
            exponent = factor.args[1] if factor.is_Pow else None
            if exponent is not None and exponent.is_Rational and exponent.is_negative:
                below = self._fixed_power(self.lower(factor.args[0]), -_exact(exponent))
                result = self._apply("/", result, below)
            else:
                result = self._apply("*", result, self.lower(factor))
        return result

    def _power(self, base: Expression, exponent: Expression) -> int:
        operand = self.lower(base)
        if exponent.is_Rational or exponent.is_Float:
            return self._fixed_power(operand, _exact(exponent))
        above = self.lower(exponent)
        name = "variable_power" if self._known(above) is None else "power"
        return self._apply(name, operand, above)

    def _fixed_power(self, operand: int, exponent: Fraction) -> int:
        if exponent.denominator > 2 or abs(exponent) > _LARGEST_CHAIN:
            return self._apply("power", operand, self._constant(as_float(exponent)))
        if exponent < 0:
            return self._apply("/", self._constant(1.0), self._fixed_power(operand, -exponent))
        if exponent == 0:
            return self._constant(1.0)
        if exponent == 1:
            return operand
        if exponent.denominator == 2:
            root = self._apply("sqrt", operand)
            whole = exponent - Fraction(1, 2)
            return root if whole == 0 else self._apply("*", self._fixed_power(operand, whole), root)
        if exponent % 2:
            return self._apply("*", self._fixed_power(operand, exponent - 1), operand)
        half = self._fixed_power(operand, exponent / 2)
        return self._apply("*", half, half)


def _is_negated(expression: Expression) -> bool:
    return bool(expression.is_Mul and expression.args[0] == -1)


def _exact(number: Expression) -> Fraction:
    return Fraction(float(number)) if number.is_Float else Fraction(int(number.p), int(number.q))


def as_float(number: Expression | Fraction) -> float:
    """Return the nearest float; infinity where the number is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


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
            text, depth = f"({operands[0]})", 0
        elif name == "variable":
            text, depth = f"v{operands[0]}", 0
        else:
            inner = [texts[k][0] for k in operands]
            depth = 1 + max(texts[k][1] for k in operands)
            if name == "neg":
                text = f"(-{inner[0]})"
            elif name in _SIGNS:
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


def compile_expressions(
    expressions: Sequence[Expression],
    names: Mapping[str, int | float],
    same: Mapping[Expression, Expression],
) -> Program:
    """Return one program that yields all the expressions, doing shared work once.

    `names` says what a symbol is: the index of a variable, or a constant. `same` lists expressions
    whose value is that of another one, whose result they share.
    """
    operations = _Operations(names)
    results = [operations.lower(expressions[0])]
    for expression, other in same.items():
        operations.same(expression, other)
    results += [operations.lower(expression) for expression in expressions[1:]]
    dimension = sum(isinstance(meaning, int) for meaning in names.values())
    source = _write(operations.list, results, dimension)
    code = compile(source, "<formula>", "exec")
    run = []
    for functions in (_FUNCTIONS | _EXACT_FUNCTIONS, _FUNCTIONS):
        own: dict[str, Any] = {"__builtins__": {}, "inf": math.inf, "nan": math.nan, **functions}
        exec(code, own)
        run.append(own["run"])
    called = {operation[0] for operation in operations.list}
    is_silent = not called & (set(_FUNCTIONS) - set(_EXACT_FUNCTIONS))
    return Program(
        source,
        run[0],
        run[1],
        is_silent,
        operations.has_poles(),
        tuple(operations.list),
        tuple(results),
    )
