"""Expressions as LaTeX, in the order in which they stand."""

from __future__ import annotations

import re
from fractions import Fraction

from engine.expression import ONE, Node, is_negative, negative, number, power

_NAMES = {
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "log": r"\ln",
    "sign": r"\operatorname{sign}",
}
_LONGEST_DECIMAL = 15  # digits a number may have before it is written with a power of ten


def latex(node: Node) -> str:
    """Return a node as LaTeX (without dollar signs).

    Numbers keep the style in which they were typed: 0.1 stays a decimal, 1/3 a fraction. The
    natural logarithm is written ln and exp(u) as a power of e.
    """
    match node.kind:
        case "number":
            return _number(node)
        case "constant" | "variable":
            return r"\pi" if node.name == "pi" else node.name
        case "sum":
            return _sum(node)
        case "product":
            return _product(node)
        case "power":
            return _power(*node.args)
        case _:
            return _call(node.name, node.args[0])


def _brackets(text: str) -> str:
    return rf"\left({text}\right)"


def _scientific(value: float) -> str:
    """Return a float as 1.5 · 10^20 in LaTeX."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    if not exponent:
        return mantissa
    ten = rf"10^{{{int(exponent)}}}"
    return {"1": ten, "-1": f"-{ten}"}.get(mantissa, rf"{mantissa} \cdot {ten}")


def _decimal(value: Fraction) -> str | None:
    """Return a number with all its decimal places, or None where they do not end (soon)."""
    places = 0
    while places <= _LONGEST_DECIMAL and (value * 10**places).denominator != 1:
        places += 1
    if places > _LONGEST_DECIMAL or abs(value) >= 10**_LONGEST_DECIMAL:
        return None
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    point = len(digits) - places
    sign = "-" if value < 0 else ""
    return sign + digits[:point] + ("." + digits[point:] if places else "")


def _number(node: Node) -> str:
    value = node.number
    if node.decimal or value.denominator == 1:
        written = _decimal(value)
        if written is not None:
            return written
    small = max(abs(value.numerator), value.denominator) < 10**_LONGEST_DECIMAL
    if value.denominator != 1 and small:
        sign = "-" if value < 0 else ""
        return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    return _scientific(as_float(value))


def as_float(value: Fraction) -> float:
    """Return the nearest float; infinity where the number is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _sum(node: Node) -> str:
    parts: list[str] = []
    for term in node.args:
        minus = is_negative(term)
        shown = negative(term) if minus else term
        text = latex(shown)
        if shown.kind == "sum":
            text = _brackets(text)
        sign = "- " if minus else "+ "
        parts.append(text if not parts and not minus else (sign if parts else "-") + text)
    return " ".join(parts)


def _joined(factors: list[Node]) -> str:
    """Return factors side by side, with a dot where digits would run together."""
    if len(factors) == 1:
        return latex(factors[0])
    text = ""
    for factor in factors:
        part = latex(factor)
        if factor.kind == "sum" or is_negative(factor):
            part = _brackets(part)
        if not text:
            text = part
        else:
            text += (r" \cdot " if re.match(r"[0-9]", part) else " ") + part
    return text


def _product(node: Node) -> str:
    if is_negative(node):
        rest = negative(node)
        text = latex(rest)
        return "-" + (_brackets(text) if rest.kind == "sum" else text)
    above: list[Node] = []
    below: list[Node] = []
    for factor in node.args:
        exponent = factor.args[1] if factor.kind == "power" else ONE
        if factor.kind == "number" and not factor.decimal and factor.number.denominator != 1:
            above += [number(factor.number.numerator)] if factor.number.numerator != 1 else []
            below.append(number(factor.number.denominator))
        elif exponent.kind == "number" and exponent.number < 0:
            below.extend(_inverted(factor))
        else:
            above.append(factor)
    if below and len(above) > 1 and above[0] == ONE:
        above = above[1:]
    if not below:
        return _joined(above)
    return rf"\frac{{{_joined(above or [ONE])}}}{{{_joined(below)}}}"


def _inverted(factor: Node) -> tuple[Node, ...]:
    """Return the factors of 1/factor, where factor is a power with a negative exponent."""
    base, exponent = factor.args
    if exponent.number != -1:
        return (power(base, negative(exponent)),)
    return base.args if base.kind == "product" and not is_negative(base) else (base,)


def _power(base: Node, exponent: Node) -> str:
    if exponent.kind == "number" and exponent.number < 0:
        return rf"\frac{{1}}{{{_joined(list(_inverted(power(base, exponent))))}}}"
    if exponent.kind == "number" and exponent.number == Fraction(1, 2):
        return rf"\sqrt{{{latex(base)}}}"
    raised = latex(exponent)
    if base.kind == "call" and base.name not in ("exp", "abs"):
        return _call(base.name, base.args[0], f"^{{{raised}}}")
    text = latex(base)
    plain = base.kind in ("variable", "constant") or (base.kind == "call" and base.name == "abs")
    if not plain and not re.fullmatch(r"[0-9.]+", text):
        text = _brackets(text)
    return f"{text}^{{{raised}}}"


def _call(name: str, argument: Node, raised: str = "") -> str:
    text = latex(argument)
    if name == "exp":
        return f"e^{{{text}}}"
    if name == "abs":
        return rf"\left|{text}\right|{raised}"
    return _NAMES.get(name, rf"\{name}") + raised + _brackets(text)
