"""Real expressions as small immutable trees, and their exact derivatives.

Two families of constructors build the same `Node`:

* `total`, `product`, `quotient`, `power`, `negative` and `call` keep what was typed, in the order
  in which it was typed, so that a pole stays a pole (`x/x` is not 1 at 0).
* `plus`, `times` and `raised` tidy up (collect numbers, like terms and like factors). Only
  derivatives are built with them.

A derivative therefore contains the typed subexpressions unchanged, and whoever evaluates both
meets the same nodes again and can share the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Kind = Literal["number", "constant", "variable", "sum", "product", "power", "call"]

# (2·x)^n becomes 2^n·x^n as long as n and 2^n stay handy; a large one could overflow where (2·x)^n
# does not.
_LARGEST_FOLDED_POWER = 12
_LARGEST_FOLDED_NUMBER = Fraction(10**20)


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """One node of an expression; equal to every node of the same structure.

    `number` (exact) is used by numbers, `name` by constants ("pi", "e"), variables and calls.
    `decimal` says that a number was typed, or follows from one typed, with a decimal point; it
    matters to typesetting alone and not to equality.
    """

    kind: Kind
    args: tuple[Node, ...] = ()
    name: str = ""
    number: Fraction = Fraction(0)
    decimal: bool = False
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Kept, because a derivative asks for it at every turn and the tree below never changes.
        object.__setattr__(self, "_hash", hash((self.kind, self.args, self.name, self.number)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Node)
            and self._hash == other._hash
            and self.kind == other.kind
            and self.name == other.name
            and self.number == other.number
            and self.args == other.args
        )


def number(value: Fraction | int, decimal: bool = False) -> Node:
    """Return the node of an exact number."""
    return Node("number", number=Fraction(value), decimal=decimal)


ZERO, ONE, MINUS_ONE = number(0), number(1), number(-1)


def variable(name: str) -> Node:
    """Return the node of a variable."""
    return Node("variable", name=name)


def constant(name: str) -> Node:
    """Return the node of "pi" or "e"."""
    return Node("constant", name=name)


def call(name: str, argument: Node) -> Node:
    """Return the function `name` (see `DERIVATIVES`) of an argument."""
    return Node("call", (argument,), name)


# ------------------------------------------------------------------------------- as it was typed


def total(left: Node, right: Node) -> Node:
    """Return left + right; a sum on the left goes on, as sums are read from the left."""
    return Node("sum", (*(left.args if left.kind == "sum" else (left,)), right))


def product(left: Node, right: Node) -> Node:
    """Return left · right; a product on the left goes on, as products are read from the left."""
    return Node("product", (*(left.args if left.kind == "product" else (left,)), right))


def quotient(left: Node, right: Node) -> Node:
    """Return left / right, which is left · right^(-1)."""
    return product(left, power(right, MINUS_ONE))


def power(base: Node, exponent: Node) -> Node:
    """Return base ^ exponent; a square root is the exponent 1/2."""
    return Node("power", (base, exponent))


def negative(node: Node) -> Node:
    """Return −node, the sign drawn into a leading number where there is one."""
    if node.kind == "number":
        return number(-node.number, node.decimal)
    if node.kind != "product":
        return Node("product", (MINUS_ONE, node))
    first, *rest = node.args
    if first == MINUS_ONE:
        return rest[0] if len(rest) == 1 else Node("product", tuple(rest))
    if first.kind == "number":
        return Node("product", (negative(first), *rest))
    return Node("product", (MINUS_ONE, *node.args))


def is_negative(node: Node) -> bool:
    """Return whether a node begins with a minus sign: −3, −x, −2·x."""
    first = node.args[0] if node.kind == "product" else node
    return first.kind == "number" and first.number < 0


# ----------------------------------------------------------------------------------- tidied up


def raised(base: Node, exponent: Fraction) -> Node:
    """Return base ^ exponent, where the exponents 0 and 1 vanish."""
    if exponent == 0:
        return ONE
    return base if exponent == 1 else power(base, number(exponent))


def _is_handy(node: Node, exponent: Fraction) -> bool:
    """Return whether node ^ exponent may be multiplied out as far as its size goes."""
    if node.kind != "number" or abs(exponent) == 1:
        return True
    size = abs(node.number) ** abs(exponent.numerator)
    return size == 0 or 1 / _LARGEST_FOLDED_NUMBER < size < _LARGEST_FOLDED_NUMBER


def _factors(node: Node, exponent: Fraction) -> Iterator[tuple[Node, Fraction]]:
    """Yield the (base, exponent) pairs whose product is node ^ exponent."""
    whole = exponent.denominator == 1 and abs(exponent) <= _LARGEST_FOLDED_POWER
    if node.kind == "product" and whole and all(_is_handy(f, exponent) for f in node.args):
        for factor in node.args:
            yield from _factors(factor, exponent)
    elif node.kind == "power" and node.args[1].kind == "number" and exponent.denominator == 1:
        yield from _factors(node.args[0], node.args[1].number * exponent)
    elif node.kind == "number" and whole and node.number:
        yield number(node.number**exponent.numerator, node.decimal), Fraction(1)
    else:
        yield node, exponent


# Where a factor stands among others: 2·π·x·(x + 1)·exp(x)·sin(x).
_ORDER = {"number": 0, "constant": 0, "variable": 1, "power": 2, "sum": 3, "product": 3, "call": 5}


def _place(base: Node) -> tuple[int, str]:
    return 4 if base.name == "exp" else _ORDER[base.kind], base.name


def times(*nodes: Node) -> Node:
    """Return the product with numbers multiplied out and equal bases collected."""
    coefficient, decimal = Fraction(1), False
    exponents: dict[Node, Fraction] = {}
    for node in nodes:
        for base, exponent in _factors(node, Fraction(1)):
            if base.kind == "number" and exponent == 1:
                coefficient *= base.number
                decimal |= base.decimal
            else:
                exponents[base] = exponents.get(base, Fraction(0)) + exponent
    if coefficient == 0:
        return ZERO
    bases = sorted((b for b, n in exponents.items() if n), key=_place)
    factors = [raised(b, exponents[b]) for b in bases if exponents[b] > 0]
    below = [raised(b, -exponents[b]) for b in bases if exponents[b] < 0]
    if len(below) == 1:
        (base,) = (b for b in bases if exponents[b] < 0)
        factors.append(raised(base, exponents[base]))
    elif below:  # one division costs less than several
        factors.append(power(Node("product", tuple(below)), MINUS_ONE))
    if coefficient != 1 or not factors:
        factors.insert(0, number(coefficient, decimal))
    return factors[0] if len(factors) == 1 else Node("product", tuple(factors))


def _coefficient(term: Node) -> tuple[Node, Node]:
    """Return (number, rest) with term = number · rest."""
    if term.kind == "number":
        return term, ONE
    if term.kind == "product" and term.args[0].kind == "number":
        rest = term.args[1:]
        return term.args[0], rest[0] if len(rest) == 1 else Node("product", rest)
    return ONE, term


def plus(*nodes: Node) -> Node:
    """Return the sum with like terms collected and a bare number put last."""
    coefficients: dict[Node, Node] = {}
    for node in nodes:
        for term in node.args if node.kind == "sum" else (node,):
            own, rest = _coefficient(term)
            so_far = coefficients.get(rest, ZERO)
            decimal = own.decimal or so_far.decimal
            coefficients[rest] = number(so_far.number + own.number, decimal)
    bare = coefficients.pop(ONE, ZERO)
    terms = [times(c, rest) for rest, c in coefficients.items() if c.number]
    if bare.number or not terms:
        terms.append(bare)
    return terms[0] if len(terms) == 1 else Node("sum", tuple(terms))


# ----------------------------------------------------------------------------------- derivatives


def _outer(name: str, u: Node) -> Node:
    """Return f'(u) for the function called `name`.

    The derivative of |u| is sign(u), which is 0 at 0, and that of sign is 0 everywhere: no delta
    functions. tan and tanh are differentiated in terms of themselves, since their value is at hand.
    """
    square = raised(u, Fraction(2))
    match name:
        case "sin":
            return call("cos", u)
        case "cos":
            return times(MINUS_ONE, call("sin", u))
        case "tan":
            return plus(raised(call("tan", u), Fraction(2)), ONE)
        case "asin":
            return raised(plus(ONE, times(MINUS_ONE, square)), Fraction(-1, 2))
        case "acos":
            return times(MINUS_ONE, _outer("asin", u))
        case "atan":
            return raised(plus(square, ONE), Fraction(-1))
        case "sinh":
            return call("cosh", u)
        case "cosh":
            return call("sinh", u)
        case "tanh":
            return plus(ONE, times(MINUS_ONE, raised(call("tanh", u), Fraction(2))))
        case "exp":
            return call("exp", u)
        case "log":
            return raised(u, Fraction(-1))
        case "abs":
            return call("sign", u)
        case "sign":
            return ZERO
    raise ValueError(f"no derivative is known of {name!r}")


def derivative(node: Node, name: str, known: dict[Node, Node] | None = None) -> Node:
    """Return the exact partial derivative of a node with respect to the variable `name`.

    It is simplified, so where `node` is undefined the derivative may not be: whoever evaluates it
    has to look at the value as well. `known` remembers the derivatives of shared nodes.
    """
    known = {} if known is None else known
    if node not in known:
        known[node] = _derivative(node, name, known)
    return known[node]


def _derivative(node: Node, name: str, known: dict[Node, Node]) -> Node:
    """Return the derivative of a node whose derivative is not known yet."""
    if node.kind == "variable":
        return ONE if node.name == name else ZERO
    inner = [derivative(part, name, known) for part in node.args]
    match node.kind:
        case "sum":
            return plus(*inner)
        case "product":
            return plus(
                *(
                    times(slope, *node.args[:i], *node.args[i + 1 :])
                    for i, slope in enumerate(inner)
                    if slope != ZERO
                )
            )
        case "power":
            return _derivative_of_power(*node.args, *inner)
        case "call" if inner[0] != ZERO:
            return times(_outer(node.name, node.args[0]), inner[0])
    return ZERO


def _derivative_of_power(base: Node, exponent: Node, of_base: Node, of_exponent: Node) -> Node:
    """Return (b^p)' = p·b^(p−1)·b' + b^p·log(b)·p', leaving out what is zero."""
    terms = []
    if of_base != ZERO:
        if exponent.kind == "number":
            lowered = raised(base, exponent.number - 1)
        else:
            lowered = power(base, plus(exponent, MINUS_ONE))
        terms.append(times(exponent, lowered, of_base))
    if of_exponent != ZERO:
        terms.append(times(power(base, exponent), call("log", base), of_exponent))
    return plus(*terms)
