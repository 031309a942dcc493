"""What may be typed as a formula, and a kind sentence for everything else.

    sum     = product {("+" | "-") product}
    product = signed {("*" | "/") signed}
    signed  = {"+" | "-"} power
    power   = atom ["^" signed]                  so -x^2 is -(x^2) and x^2^3 is x^(2^3)
    atom    = number | variable | "pi" | "e" | function "(" sum ")" | "(" sum ")"

`**` is `^`; −, ×, ·, ÷, π and raised digits are read as what they mean. The text is cut into these
signs and read by the rules above. It never reaches Python's own parser, hence neither its power nor
its quirks, and every refusal knows the place in the original text.

Limits keep a formula readable and quick: see the constants below. All of them are checked while
reading, before anything is calculated or differentiated.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.expression import (
    Node,
    call,
    constant,
    negative,
    number,
    power,
    product,
    quotient,
    total,
    variable,
)
from engine.extent import Extent, measure
from engine.program import constant_value

LONGEST = 200  # characters
DEEPEST = 12  # levels of brackets, functions and operations within each other
DEEPEST_CALLS = 6  # functions within each other
TALLEST_TOWER = 2  # powers with a variable exponent within each other: x^x^x is the tallest
LARGEST_EXPONENT = 100
LARGEST_COST = 5000  # operations in the second derivatives, roughly

CONSTANTS = ("pi", "e")
FUNCTIONS = (
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    *("exp", "log", "sqrt", "abs", "sign"),
)
_ALIASES = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
_SIGNS = {"**": "^", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/"}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TOKEN = re.compile(
    r"(?P<blank>[ \t\u00a0\u2009\u202f]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*|π)"
    r"|(?P<sign>\*\*|[-+*/^()−–×·⋅÷])"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
)
_HINTS = {
    "\n": "Write the formula on one line.",
    "\r": "Write the formula on one line.",
    "=": "Write only what stands right of the equals sign.",
    "<": "A formula has no comparisons.",
    ">": "A formula has no comparisons.",
    "|": "Write abs(x) for the absolute value.",
    "[": "Use round brackets ( ) only.",
    "]": "Use round brackets ( ) only.",
    "{": "Use round brackets ( ) only.",
    "}": "Use round brackets ( ) only.",
    ".": "A point belongs inside a number, as in 0.5.",
    "√": "Write sqrt(x) for the square root.",
    "_": "Write numbers without underscores.",
}


class FormulaError(ValueError):
    """A text that is no formula.

    `message` is one sentence for the page (plain text, no markup), `text` what was typed, and
    `text[start:end]` the place that is to blame (it may be empty: something is missing there).
    """

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.start = min(max(start, 0), len(text))
        self.end = min(max(end, self.start), len(text))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "number", "name", "raised", "end", or the sign itself
    text: str
    start: int
    end: int


def _short(name: str) -> str:
    return name if len(name) <= 20 else name[:20] + "…"


def _tokens(text: str) -> list[_Token]:
    """Cut a text into tokens, the last of kind "end"; refuse what is no token."""
    tokens = []
    at = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:
            raise FormulaError(_unreadable(text, at), text, at, at + 1)
        kind, piece = str(match.lastgroup), match.group()
        if kind == "sign":
            piece = kind = _SIGNS.get(piece, piece)
        if kind != "blank":
            piece = "pi" if piece == "π" else piece
            tokens.append(_Token(kind, piece, at, match.end()))
        at = match.end()
    tokens.append(_Token("end", "", at, at))
    return tokens


def _unreadable(text: str, at: int) -> str:
    """Return the sentence about a character that belongs to no token."""
    sign = text[at]
    if sign == ",":
        before, after = text[:at][-1:], text[at + 1 : at + 2]
        if before.isdigit() and after.isdigit():
            return "Write decimals with a point, as in 0.5, not with a comma."
        return "A comma has no place here: every function takes one value."
    if sign in _HINTS:
        return _HINTS[sign]
    name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    return f"A formula has no such sign as this one ({name})."


class _Reader:
    """Reads the tokens of one text from left to right (recursive descent)."""

    def __init__(self, text: str, variables: Sequence[str]) -> None:
        self._text = text
        self._variables = tuple(variables)
        self._tokens = _tokens(text)
        self._at = 0
        self._level = 0
        self._extents: dict[Node, Extent] = {}

    def read(self) -> Node:
        """Return the whole text as an expression."""
        if self._next.kind == "end":
            raise FormulaError("Type a formula, such as x^2.", self._text, 0, len(self._text))
        node = self._sum()
        token = self._next
        if token.kind == ")":
            raise self._error("This bracket closes nothing that was opened.", token)
        if token.kind != "end":
            raise self._nothing_between(token)
        return node

    # ---------------------------------------------------------------------------------- tokens

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _error(self, message: str, first: _Token, last: _Token | None = None) -> FormulaError:
        return FormulaError(message, self._text, first.start, (last or first).end)

    def _nothing_between(self, token: _Token) -> FormulaError:
        """Return the error about an operand that follows another one directly."""
        left = self._tokens[self._at - 1]
        if left.kind == "number" and token.text.startswith("_"):
            sentence = _HINTS["_"]
        elif token.kind == "name" and not self._is_known(token):
            return self._error(self._unknown(token), token)
        elif left.kind == "number" and token.kind == "number":
            sentence = "There is nothing between these two numbers; write * to multiply."
        else:
            before = "( … )" if left.kind == ")" else _short(left.text)
            after = "( … )" if token.kind == "(" else _short(token.text)
            sentence = f"Write a sign between these two; to multiply, {before}*{after}."
        return self._error(sentence, left, token)

    def _is_known(self, token: _Token) -> bool:
        return token.text in (*self._variables, *CONSTANTS, *FUNCTIONS, *_ALIASES)

    def _nested(self, token: _Token) -> None:
        """Go one level down; refuse before Python's own stack could matter."""
        self._level += 1
        if self._level > DEEPEST:
            raise self._error(f"This goes more than {DEEPEST} levels deep.", token)

    # ----------------------------------------------------------------------------------- rules

    def _sum(self) -> Node:
        first = self._next
        node = self._product()
        while self._next.kind in ("+", "-"):
            minus = self._take().kind == "-"
            right = self._product()
            node = self._checked(total(node, negative(right) if minus else right), first)
        return node

    def _product(self) -> Node:
        first = self._next
        node = self._signed()
        while self._next.kind in ("*", "/"):
            join = product if self._take().kind == "*" else quotient
            node = self._checked(join(node, self._signed()), first)
        return node

    def _signed(self) -> Node:
        first = self._next
        if first.kind not in ("+", "-"):
            return self._power()
        self._take()
        self._nested(first)
        inner = self._signed()
        self._level -= 1
        return inner if first.kind == "+" else self._checked(negative(inner), first)

    def _power(self) -> Node:
        first = self._next
        base = self._atom()
        sign = self._next
        if sign.kind == "raised":
            self._take()
            exponent = number(int(sign.text.translate(_RAISED)))
            if self._next.kind in ("^", "raised"):
                raise self._error(
                    "Put brackets around the inner one of these two powers.", sign, self._next
                )
        elif sign.kind == "^":
            self._take()
            self._nested(sign)
            exponent = self._signed()
            self._level -= 1
        else:
            return base
        return self._checked(self._raise(base, exponent, sign), first)

    def _raise(self, base: Node, exponent: Node, sign: _Token) -> Node:
        """Return base ^ exponent; constant exponents become numbers, as far as they are exact."""
        value = constant_value(exponent)
        if value is not None:
            if not abs(value) <= LARGEST_EXPONENT:
                sentence = f"Constant exponents go from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}."
                raise self._error(sentence, sign, self._tokens[self._at - 1])
            exact = _rational(exponent)
            if exact is None and value.is_integer():
                exact = number(int(value))
            exponent = exponent if exact is None else exact
        if base == constant("e"):
            return call("exp", exponent)
        node, below = power(base, exponent), constant_value(base)
        if below and math.isfinite(below) and math.isinf(constant_value(node) or 0.0):
            raise self._error("This power is too large a number.", sign, self._tokens[self._at - 1])
        return node

    def _atom(self) -> Node:
        token = self._take()
        match token.kind:
            case "number":
                return self._number(token)
            case "name":
                return self._name(token)
            case "(":
                return self._inside(token)
        self._at -= 1
        raise self._missing(token)

    def _missing(self, token: _Token) -> FormulaError:
        """Return the error about a place where an operand should stand."""
        before = self._tokens[self._at - 1] if self._at else None
        if before is None:
            return self._error(f"Something is missing before {token.text}.", token)
        if before.kind == "(" and token.kind == ")":
            return self._error("There is nothing between these brackets.", before, token)
        if token.kind == "end":
            return self._error(f"Something is missing after {before.text}.", before)
        return self._error(
            f"Something is missing between {before.text} and {token.text}.", before, token
        )

    def _inside(self, bracket: _Token) -> Node:
        """Return what stands in the brackets of which the first has been taken."""
        self._nested(bracket)
        node = self._sum()
        self._level -= 1
        if self._next.kind == ")":
            self._take()
            return node
        if self._next.kind == "end":
            raise self._error("This bracket is never closed.", bracket)
        raise self._nothing_between(self._next)

    def _number(self, token: _Token) -> Node:
        value = float(token.text)  # first: Fraction("1e999999999") would never end
        if value > 1e300:
            raise self._error("This number is too large; numbers go up to 1e300.", token)
        if value == 0.0 and re.search("[1-9]", re.split("[eE]", token.text)[0]):
            raise self._error("This number is too small to be told from 0.", token)
        exact = Fraction(token.text) if value else Fraction(0)
        return number(exact, decimal=not token.text.isdigit())

    def _name(self, token: _Token) -> Node:
        name = _ALIASES.get(token.text, token.text)
        if name in self._variables:
            return variable(name)
        if name in CONSTANTS:
            return constant(name)
        if name not in FUNCTIONS:
            raise self._error(self._unknown(token), token)
        if self._next.kind != "(":
            wanted = f"Put what {token.text} is taken of in brackets: {token.text}(x)"
            if self._next.kind in ("^", "raised"):
                wanted = f"Write the power behind the brackets: {token.text}(x)^2"
            raise self._error(wanted + ".", token)
        inside = self._inside(self._take())
        node = power(inside, number(Fraction(1, 2))) if name == "sqrt" else call(name, inside)
        return self._checked(node, token)

    def _unknown(self, token: _Token) -> str:
        """Return the sentence about a name that means nothing here."""
        name, small = token.text, token.text.lower()
        if small in (*self._variables, *CONSTANTS, *FUNCTIONS, *_ALIASES):
            return f"Names are written small here: {small}."
        if len(name) > 1 and all(letter in self._variables for letter in name):
            return f"Write a sign between these; to multiply, {'*'.join(name[:10])}."
        for function in FUNCTIONS:
            rest = name.removeprefix(function)
            if rest != name and rest in (*self._variables, *CONSTANTS):
                return f"Put what {function} is taken of in brackets: {function}({rest})."
        names = ", ".join((*self._variables, *CONSTANTS, *FUNCTIONS))
        return f"The name {_short(name)} is not known here; there are {names}."

    # ---------------------------------------------------------------------------------- limits

    def _checked(self, node: Node, first: _Token) -> Node:
        """Return the node; refuse it where it exceeds a limit."""
        extent = self._extent(node)
        last = self._tokens[self._at - 1]
        if extent.depth > DEEPEST:
            raise self._error(f"This goes more than {DEEPEST} levels deep.", first, last)
        if extent.calls > DEEPEST_CALLS:
            sentence = f"More than {DEEPEST_CALLS} functions within each other are too many."
            raise self._error(sentence, first, last)
        if extent.tower > TALLEST_TOWER:
            raise self._error("This tower of powers is too tall.", first, last)
        if max(extent.cost) > LARGEST_COST:
            sentence = "The derivatives of this would be too long; try something simpler."
            raise self._error(sentence, first, last)
        return node

    def _extent(self, node: Node) -> Extent:
        if node not in self._extents:
            self._extents[node] = measure(node, [self._extent(part) for part in node.args])
        return self._extents[node]


def _rational(node: Node) -> Node | None:
    """Return a node made of numbers, + - * and / as one exact number, else None."""
    if node.kind == "number":
        return node
    if node.kind == "power" and node.args[1] == number(-1):
        below = _rational(node.args[0])
        return number(1 / below.number, below.decimal) if below and below.number else None
    if node.kind not in ("sum", "product"):
        return None
    result = Fraction(int(node.kind == "product"))
    decimal = False
    for part in node.args:
        value = _rational(part)
        if value is None:
            return None
        decimal |= value.decimal
        result = result + value.number if node.kind == "sum" else result * value.number
    return number(result, decimal)


def read(text: str, variables: Sequence[str]) -> Node:
    """Return the expression that a text means, as it was typed.

    Raises FormulaError for everything that is not a formula in `variables` or exceeds a limit.
    """
    if len(text) > LONGEST:
        sentence = f"A formula has at most {LONGEST} characters; this one has {len(text):,}."
        raise FormulaError(sentence, text, LONGEST, len(text))
    return _Reader(text, variables).read()
