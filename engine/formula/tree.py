"""The tree of a formula, and the limits that keep it readable and quick.

The tokens of a formula, numbers replaced by their positions, go to Python's parser: it never sees
what anybody typed and finds nothing to complain of. Its tree is walked node by node, and nothing
passes that is not on the list. All limits are checked there, before anything is differentiated.
"""

from __future__ import annotations

import ast
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.formula import grammar
from engine.formula.grammar import DEEPEST, FormulaError, Token
from engine.formula.program import calculate

DEEPEST_CALLS = 6  # functions within each other
TALLEST_TOWER = 2  # powers with a variable exponent within each other: x^x^x is the tallest
LARGEST_EXPONENT = 100
LARGEST_COST = 5000  # operations in the second derivatives, roughly

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def read(text: str, variables: Sequence[str]) -> ast.expr:
    """Return the tree of a text; a number is a Constant that holds its text.

    The tree is made of Constant, Name (a variable, "pi" or "e"), UnaryOp (−, +), BinOp (+, −, *, /,
    **) and Call (of one of `grammar.FUNCTIONS`). Raises FormulaError for everything that is not a
    formula in `variables` or exceeds a limit.
    """
    return _Limits(text, grammar.tokens(text, variables), variables).checked()


def operands(node: ast.BinOp) -> list[tuple[ast.expr, bool]]:
    """Return what a sum, or a product, consists of from left to right: (operand, is inverted).

    Inverted means subtracted, or divided by.
    """
    family = (ast.Add, ast.Sub) if isinstance(node.op, (ast.Add, ast.Sub)) else (ast.Mult, ast.Div)
    found: list[tuple[ast.expr, bool]] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, family):
        found.append((left.right, isinstance(left.op, (ast.Sub, ast.Div))))
        left = left.left
    return [(left, False), *reversed(found)]


Cost = tuple[int, int, int]  # operations in f, f' and f'', written out in full


@dataclass(frozen=True, slots=True)
class _Extent:
    """How much there is of an expression, known before anything is differentiated.

    `depth` counts operations within each other (a sum or product of many is one), `calls` functions
    within each other, `tower` powers with a variable exponent within each other; `value` is that of
    an expression without variables.
    """

    depth: int = 0
    calls: int = 0
    tower: int = 0
    cost: Cost = (1, 0, 0)
    value: float | None = None


def _chained(parts: Sequence[Cost]) -> Cost:
    """Return the cost of a function, or a fixed power, of the first part."""
    outer = 1 + sum(size for size, _, _ in parts)
    _, slope, bend = parts[0]
    return outer, slope and slope + outer, slope and 2 * (slope + outer) + bend


def _multiplied(parts: Sequence[Cost]) -> Cost:
    """Return the cost of a product: (f·g·…)'' has f'' and every f'·g' times the others."""
    size = sum(own for own, _, _ in parts)
    first = second = 0
    for i, (own, slope, bend) in enumerate(parts):
        first += slope and slope + size - own
        second += bend and bend + size - own
        for other, other_slope, _ in parts[i + 1 :]:
            second += slope and other_slope and slope + other_slope + size - own - other
    return size, first, second


@dataclass
class _Limits:
    """Walks the tree of tokens that are in order, from the leaves up."""

    text: str
    tokens: list[Token]
    variables: Sequence[str]
    starts: list[int] = field(default_factory=list)  # of the tokens in what the parser reads

    def checked(self) -> ast.expr:
        """Return the tree, every node of which is allowed and within the limits."""
        source = ""
        for i, token in enumerate(self.tokens):
            self.starts.append(len(source))
            source += {"number": f"{i}", "raised": f"**{i}"}.get(token.kind, token.text)
        tree = ast.parse(source, mode="eval").body
        self._extent(tree)
        return tree

    def _token(self, column: int) -> Token:
        """Return the token at a column of what the parser read."""
        return self.tokens[bisect_right(self.starts, column) - 1]

    def _error(self, message: str, node: ast.expr, first: int | None = None) -> FormulaError:
        start = self._token(node.col_offset if first is None else first).start
        return FormulaError(message, self.text, start, self._token(_end(node) - 1).end)

    def _extent(self, node: ast.expr) -> _Extent:
        match node:
            case ast.Constant(value=int(index)):
                node.value = self.tokens[index].text.translate(_RAISED)
                return _Extent(value=float(node.value))
            case ast.Name(id=name) if name in self.variables:
                return _Extent(cost=(1, 1, 0))
            case ast.Name(id=name) if name in grammar.CONSTANTS:
                return _Extent(value=grammar.CONSTANTS[name])
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._extent(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                part = self._extent(operand)
                cost = _multiplied(((1, 0, 0), part.cost))
                return self._allowed(node, [part], cost, "neg", depth=0)
            case ast.BinOp(op=ast.Pow()):
                return self._power(node)
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
                return self._chain(node)
            case ast.Call(func=ast.Name(id=name), args=[argument]) if name in grammar.FUNCTIONS:
                part = self._extent(argument)
                return self._allowed(node, [part], _chained([part.cost]), name, calls=1)
        raise self._error("This is not a formula.", node)

    def _chain(self, node: ast.BinOp) -> _Extent:
        """Return the extent of a sum or product of however many."""
        is_sum = isinstance(node.op, (ast.Add, ast.Sub))
        found = [(self._extent(operand), inverted) for operand, inverted in operands(node)]
        parts = [part for part, _ in found]
        if is_sum:
            f, f1, f2 = zip(*(part.cost for part in parts), strict=True)
            cost = sum(f), sum(f1), sum(f2)
        else:
            cost = _multiplied([_chained([p.cost, (1, 0, 0)]) if i else p.cost for p, i in found])
        value = parts[0].value
        for part, inverted in found[1:]:
            value = _constant("+-*/"[2 * (not is_sum) + inverted], value, part.value)
        extent = self._allowed(node, parts, cost, "")
        return replace(extent, value=value)

    def _power(self, node: ast.BinOp) -> _Extent:
        base, exponent = self._extent(node.left), self._extent(node.right)
        parts = (base, exponent)
        if exponent.cost[1]:
            # b^p repeats itself and log(b) in every term.
            size, first, second = _multiplied([base.cost, exponent.cost])
            first += 2 * size
            cost = size, first, second + 2 * first + 4 * size
            return self._allowed(node, parts, cost, "power", tower=1)
        sign = next(
            start
            for start, token in zip(self.starts, self.tokens, strict=True)
            if start >= _end(node.left) and token.kind in ("**", "raised")
        )
        if exponent.value is not None and not abs(exponent.value) <= LARGEST_EXPONENT:
            sentence = f"Constant exponents go from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}."
            raise self._error(sentence, node, sign)
        extent = self._allowed(node, parts, _chained([p.cost for p in parts]), "power")
        finite = base.value is not None and math.isfinite(base.value)
        if base.value and finite and extent.value is not None and math.isinf(extent.value):
            raise self._error("This power is too large a number.", node, sign)
        return extent

    def _allowed(
        self,
        node: ast.expr,
        parts: Sequence[_Extent],
        cost: Cost,
        operation: str,
        depth: int = 1,
        calls: int = 0,
        tower: int = 0,
    ) -> _Extent:
        """Return the extent of an operation on parts; refuse it where it exceeds a limit."""
        depth += max(part.depth for part in parts)
        calls += max(part.calls for part in parts)
        tower += max(part.tower for part in parts)
        if depth > DEEPEST:
            raise self._error(grammar.TOO_DEEP, node)
        if calls > DEEPEST_CALLS:
            sentence = f"More than {DEEPEST_CALLS} functions within each other are too many."
            raise self._error(sentence, node)
        if tower > TALLEST_TOWER:
            raise self._error("This tower of powers is too tall.", node)
        if max(cost) > LARGEST_COST:
            sentence = "The derivatives of this would be too long; try something simpler."
            raise self._error(sentence, node)
        value = _constant(operation, *(part.value for part in parts)) if operation else None
        return _Extent(depth, calls, tower, cost, value)


def _constant(operation: str, *values: float | None) -> float | None:
    """Return an operation on constants; None where there is a variable."""
    known = [value for value in values if value is not None]
    return calculate(operation, *known) if len(known) == len(values) else None


def _end(node: ast.expr) -> int:
    return node.end_col_offset or 0
