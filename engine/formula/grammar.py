"""What may be typed as a formula, and a kind sentence for everything else.

Sums, products, quotients, powers and signs of numbers, variables, pi, e and functions, written as
in Python but for the power, which may be `^` (and −, ×, ·, ÷, π and raised digits, which are read
as what they mean). So −x^2 is −(x^2) and x^2^3 is x^(2^3).

The text is cut into tokens, and whether one may follow another says already whether there is a
formula, and if not, what is wrong and where in the original text.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 200  # characters
DEEPEST = 12  # levels of brackets, functions and operations within each other

CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS = (
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    *("exp", "log", "sqrt", "abs", "sign"),
)
_ALIASES = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "π": "pi",
    "^": "**",
    **dict.fromkeys("−–", "-"),
    **dict.fromkeys("×·⋅", "*"),
    "÷": "/",
}
_TOKEN = re.compile(
    r"(?P<blank>[ \t\u00a0\u2009\u202f]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*|π)"
    r"|(?P<sign>\*\*|[-+*/^()−–×·⋅÷])"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
)
_HINTS = {
    **dict.fromkeys("\n\r", "Write the formula on one line."),
    "=": "Write only what stands right of the equals sign.",
    **dict.fromkeys("<>", "A formula has no comparisons."),
    "|": "Write abs(x) for the absolute value.",
    **dict.fromkeys("[]{}", "Use round brackets ( ) only."),
    ".": "A point belongs inside a number, as in 0.5.",
    "√": "Write sqrt(x) for the square root.",
    "_": "Write numbers without underscores.",
}
TOO_DEEP = f"This goes more than {DEEPEST} levels deep."


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
class Token:
    """A piece of the text, `text[start:end]` there; its own `text` is what that means."""

    kind: str  # "number", "name", "raised", "end", or the sign itself
    text: str
    start: int
    end: int

    @property
    def shown(self) -> str:
        """How a sentence quotes it."""
        text = {"**": "^"}.get(self.text, self.text)
        return text if len(text) <= 20 else text[:20] + "…"


def tokens(text: str, variables: Sequence[str]) -> list[Token]:
    """Return the tokens of a formula, the last of kind "end".

    Raises FormulaError for everything that is not a formula in `variables`, or that is too long or
    opens too many levels.
    """
    if len(text) > LONGEST:
        sentence = f"A formula has at most {LONGEST} characters; this one has {len(text):,}."
        raise FormulaError(sentence, text, LONGEST, len(text))
    if not text.strip():
        raise FormulaError("Type a formula, such as x^2.", text, 0, len(text))
    found = list(_cut(text))
    _Order(text, found, variables).check()
    return found


def _cut(text: str) -> Iterator[Token]:
    """Cut a text into tokens, the last of kind "end"; refuse what is no token."""
    at = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:
            raise FormulaError(_unreadable(text, at), text, at, at + 1)
        kind, piece = str(match.lastgroup), _ALIASES.get(match.group(), match.group())
        if kind != "blank":
            yield Token(piece if kind == "sign" else kind, piece, at, match.end())
        at = match.end()
    yield Token("end", "", at, at)


def _unreadable(text: str, at: int) -> str:
    """Return the sentence about a character that belongs to no token."""
    sign = text[at]
    if sign == ",":
        if text[:at][-1:].isdigit() and text[at + 1 : at + 2].isdigit():
            return "Write decimals with a point, as in 0.5, not with a comma."
        return "A comma has no place here: every function takes one value."
    if sign in _HINTS:
        return _HINTS[sign]
    name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    return f"A formula has no such sign as this one ({name})."


@dataclass
class _Order:
    """Checks which token follows which, from left to right."""

    text: str
    tokens: list[Token]
    variables: Sequence[str]

    def check(self) -> None:
        """Refuse tokens that are no formula, or that open too many levels."""
        opened: list[Token] = []
        levels = [0]  # for each open bracket: the signs and powers that wait for their operand
        before: Token | None = None
        for token, after in zip(self.tokens, [*self.tokens[1:], self.tokens[-1]], strict=True):
            ended = before is not None and self._ends_operand(before)
            if token.kind in ("number", "name", "("):
                if before is not None and ended:
                    raise self._nothing_between(before, token)
                self._check_operand(token, after)
            elif before is not None and ended:
                self._check_behind(before, token, opened)
            elif token.kind not in ("+", "-"):
                raise self._missing(before, token)
            match token.kind:
                case "(":
                    opened.append(token)
                    levels.append(0)
                case ")":
                    opened.pop()
                    levels.pop()
                case "+" | "-" | "*" | "/" if ended:
                    levels[-1] = 0
                case "+" | "-" | "**":
                    levels[-1] += 1
            if len(opened) + sum(levels) > DEEPEST:
                raise self._error(TOO_DEEP, token)
            before = token

    def _error(self, message: str, first: Token, last: Token | None = None) -> FormulaError:
        return FormulaError(message, self.text, first.start, (last or first).end)

    def _ends_operand(self, token: Token) -> bool:
        return token.kind in ("number", "raised", ")") or (
            token.kind == "name" and token.text not in FUNCTIONS
        )

    def _check_operand(self, token: Token, after: Token) -> None:
        """Refuse unknown names, functions without brackets and numbers of impossible size."""
        if token.kind == "name":
            if token.text not in (*self.variables, *CONSTANTS, *FUNCTIONS):
                raise self._error(self._unknown(token.text), token)
            if token.text in FUNCTIONS and after.kind != "(":
                typed = self.text[token.start : token.end]
                wanted = f"Put what {typed} is taken of in brackets: {typed}(x)."
                if after.kind in ("**", "raised"):
                    wanted = f"Write the power behind the brackets: {typed}(x)^2."
                raise self._error(wanted, token)
        if token.kind == "number":
            value = float(token.text)
            if value > 1e300:
                raise self._error("This number is too large; numbers go up to 1e300.", token)
            if value == 0.0 and re.search("[1-9]", re.split("[eE]", token.text)[0]):
                raise self._error("This number is too small to be told from 0.", token)

    def _check_behind(self, before: Token, token: Token, opened: list[Token]) -> None:
        """Refuse what may not stand behind a complete operand."""
        if token.kind == ")" and not opened:
            raise self._error("This bracket closes nothing that was opened.", token)
        if token.kind == "end" and opened:
            raise self._error("This bracket is never closed.", opened[-1])
        if before.kind == "raised" and token.kind in ("**", "raised"):
            sentence = "Put brackets around the inner one of these two powers."
            raise self._error(sentence, before, token)

    def _nothing_between(self, left: Token, token: Token) -> FormulaError:
        """Return the error about an operand that follows another one directly."""
        if left.kind == "number" and token.text.startswith("_"):
            return self._error(_HINTS["_"], left, token)
        if token.kind == "name" and token.text not in (*self.variables, *CONSTANTS, *FUNCTIONS):
            return self._error(self._unknown(token.text), token)
        if left.kind == token.kind == "number":
            sentence = "There is nothing between these two numbers; write * to multiply."
        else:
            pair = "( … )" if left.kind == ")" else left.shown
            pair += "*" + ("( … )" if token.kind == "(" else token.shown)
            sentence = f"Write a sign between these two; to multiply, {pair}."
        return self._error(sentence, left, token)

    def _missing(self, before: Token | None, token: Token) -> FormulaError:
        """Return the error about a place where an operand should stand."""
        if before is None:
            return self._error(f"Something is missing before {token.shown}.", token)
        if before.kind == "(" and token.kind == ")":
            return self._error("There is nothing between these brackets.", before, token)
        if token.kind == "end":
            return self._error(f"Something is missing after {before.shown}.", before)
        sentence = f"Something is missing between {before.shown} and {token.shown}."
        return self._error(sentence, before, token)

    def _unknown(self, name: str) -> str:
        """Return the sentence about a name that means nothing here."""
        known = (*self.variables, *CONSTANTS, *FUNCTIONS)
        if name.lower() in (*known, *_ALIASES):
            return f"Names are written small here: {name.lower()}."
        if len(name) > 1 and all(letter in self.variables for letter in name):
            return f"Write a sign between these; to multiply, {'*'.join(name[:10])}."
        for function in FUNCTIONS:
            rest = name.removeprefix(function)
            if rest != name and rest in (*self.variables, *CONSTANTS):
                return f"Put what {function} is taken of in brackets: {function}({rest})."
        short = name if len(name) <= 20 else name[:20] + "…"
        return f"The name {short} is not known here; there are {', '.join(known)}."
