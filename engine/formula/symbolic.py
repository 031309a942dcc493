"""Formulas as SymPy's expressions: read from a tree, differentiated, typeset.

This is the one module that knows SymPy. SymPy is a wonderful algebraist and simplifies whatever it
is given, over the complex numbers and as long as it takes. What is here lets it do no more than is
wanted: exact derivatives of real functions, and LaTeX of what was typed.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice
from types import new_class
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from engine.formula import grammar
from engine.formula.program import as_float
from engine.formula.tree import operands

Expression = Any  # of SymPy, which has no types
Forms = tuple[Expression, Expression]  # typed and tidy, see `Meaning`

_LARGEST_FOLDED = 20  # (2·x)^n may become 2^n·x^n up to 10^20; beyond, it could overflow alone
_LONGEST_SET = 200  # nodes of an expression: some 800 characters of LaTeX


class _Known(sympy.Function):  # type: ignore[misc]
    """A function by its name and its derivative alone, which is SymPy's for a real number.

    SymPy's own functions also simplify, which may change where they are defined, and look for what
    is known of their argument, which may take seconds.
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expression:
        """Return the derivative."""
        real, slope = _slope(type(self).__name__)
        return slope.xreplace({real: self.args[0]})


@cache
def _slope(name: str) -> tuple[Expression, Expression]:
    """Return a real number, and the derivative there of a function, in functions of ours."""
    real = sympy.Dummy(real=True)
    if name == "sign":
        return real, sympy.Integer(0)  # no delta functions
    slope = getattr(sympy, name)(real).diff(real)
    return real, slope.replace(lambda part: part.is_Function, _ours)


def _ours(function: Expression) -> Expression:
    return _FUNCTIONS[type(function).__name__.lower()](*function.args)


class Whole(sympy.Function):  # type: ignore[misc]
    """Its argument, kept from being multiplied out: 2·(x + y) is not 2·x + 2·y."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """Return its derivative."""
        return sympy.Integer(1)


class Raised(sympy.Function):  # type: ignore[misc]
    """A power whose exponent is no rational number: Raised(x, y) is x^y.

    SymPy's derivative, x^y·y/x, would be 0/0 at 0.
    """

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Expression:
        """Return its derivative by the base or, for `argindex=2`, the exponent."""
        base, exponent = self.args
        if argindex == 1:
            return _factor(exponent) * Raised(base, exponent - 1)
        return self * _FUNCTIONS["log"](base)


_FUNCTIONS: dict[str, Expression] = {
    name: new_class("Abs" if name == "abs" else name, (_Known,))  # SymPy typesets by the name
    for name in grammar.FUNCTIONS
    if name != "sqrt"
}


class _Typesetter(LatexPrinter):  # type: ignore[misc]
    """SymPy's typesetter, which takes sums, products and numbers as they stand.

    SymPy evaluates sums and products on the way, so that x/x would be set as 1. Numbers are set as
    decimals if decimals were typed: 0.1 x and not x/10.
    """

    decimals = False

    def _print_Add(self, total: Expression, order: str | None = None) -> str:  # noqa: N802
        text = ""
        for term in total.args:
            minus = bool(text) and _is_negated(term)
            sign = (" - " if minus else " + ") if text else ""
            text += sign + self._part(_negative(term) if minus else term, bool(text))
        return text

    def _print_Mul(self, product: Expression) -> str:  # noqa: N802
        if _is_negated(product):
            return "-" + self._part(_negative(product))
        above: list[Expression] = []
        below: list[Expression] = []
        for factor in sympy.Mul.make_args(product):
            if factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative:
                inverse = sympy.Pow(factor.base, -factor.exp, evaluate=False)
                below.append(factor.base if factor.exp == -1 else inverse)
            elif factor.is_Rational and factor.q != 1 and not self._is_decimal(factor):
                above += [sympy.Integer(factor.p)] if factor.p != 1 else []
                below.append(sympy.Integer(factor.q))
            else:
                above.append(factor)
        if not below:
            return self._side_by_side(above)
        return rf"\frac{{{self._side_by_side(above) or 1}}}{{{self._side_by_side(below)}}}"

    def _side_by_side(self, factors: list[Expression]) -> str:
        text = ""
        for factor in factors:
            one = self._part(factor) if len(factors) > 1 else self._print(factor)
            # A dot where digits would run together.
            text += (r" \cdot " if one[0].isdigit() else " ") + one if text else one
        return text

    def _print_Raised(self, power: Expression, exp: str | None = None) -> str:  # noqa: N802
        plain = self._print(sympy.Pow(*power.args, evaluate=False))
        return str(plain) if exp is None else rf"\left({plain}\right)^{{{exp}}}"

    def _part(self, expression: Expression, follows_sign: bool = True) -> str:
        """Return a term or factor, in brackets if it is a sum or, behind a sign, has one itself."""
        is_free = not expression.is_Add and not (follows_sign and _is_negated(expression))
        return str(self._print(expression)) if is_free else self._brackets(expression)

    def _brackets(self, expression: Expression) -> str:
        return rf"\left({self._print(expression)}\right)"

    def _print_exp(self, power: Expression, exp: str | None = None) -> str:
        return str(self._print_ExpBase(power, exp))

    def parenthesize(self, item: Expression, level: int, *rest: bool, **named: bool) -> str:
        """Return an operand, in brackets where it needs them: 10^3 does below a power."""
        is_power = item.is_Number and level >= PRECEDENCE["Pow"] and "^" in self._print(item)
        plain = str(super().parenthesize(item, level, *rest, **named))
        return self._brackets(item) if is_power else plain

    def _print_Float(self, number: Expression) -> str:  # noqa: N802
        mantissa, _, exponent = repr(as_float(number)).removesuffix(".0").partition("e")
        if not exponent:
            return mantissa.replace("inf", r"\infty")
        ten = f"10^{{{int(exponent)}}}"
        return {"1": ten, "-1": f"-{ten}"}.get(mantissa, rf"{mantissa} \cdot {ten}")

    def _print_Integer(self, number: Expression) -> str:  # noqa: N802
        return str(number) if abs(number) < 10**15 else self._print_Float(number)

    def _print_Rational(self, number: Expression) -> str:  # noqa: N802
        if self._is_decimal(number) or max(abs(number.p), number.q) >= 10**15:
            return self._print_Float(number)
        return str(super()._print_Rational(number))

    def _is_decimal(self, number: Expression) -> bool:
        """Return whether a fraction should be, and can be, set as a decimal that ends."""
        value = as_float(number)
        ends = math.isfinite(value) and Fraction(repr(value)) == Fraction(number.p, number.q)
        return self.decimals and ends


# -------------------------------------------------------------------------------- SymPy's reading


class Meaning:
    """What a tree means to SymPy, in two ways at once.

    `typed` is the formula as it was typed, with nothing evaluated, for its value and its LaTeX.
    `tidy` is the same after SymPy's automatic simplification, for its derivatives. `same` leads
    from the tidy form of every part to its typed form, so that a derivative, which is made of tidy
    parts, shares the work of the value; `names` says what the symbols are.

    Nothing about the symbols is assumed (not even that they are real), because SymPy then rewrites
    least: sqrt(x^2) does not become |x|, nor the derivative of |log(x)| one of complex numbers. For
    the same reason pi, e and whatever constant is no rational number are symbols here.
    """

    def __init__(self, tree: ast.expr, variables: Sequence[str]) -> None:
        self._variables = {name: sympy.Symbol(name) for name in variables}
        self.names: dict[str, int | float] = dict(grammar.CONSTANTS)
        self.names |= {name: i for i, name in enumerate(variables)}
        self.same: dict[Expression, Expression] = {}
        self._symbols: dict[Expression, str] = {}
        self._decimals = False
        self.typed, self.tidy = self._read(tree)

    def derivatives(self, expression: Expression, names: Iterable[str]) -> list[Expression]:
        """Return the partial derivatives of a tidy expression."""
        return [expression.diff(self._variables[name]) for name in names]

    def typed_latex(self) -> str:
        """Return the formula in LaTeX, as it was typed."""
        return self._latex(self.typed)

    def latex(self, derivative: Expression) -> str:
        """Return a derivative in LaTeX, or three dots if it would be longer than anyone reads."""
        nodes = sympy.preorder_traversal(derivative)
        is_long = next(islice(nodes, _LONGEST_SET, None), None) is not None
        return r"\dots" if is_long else self._latex(self._shown(derivative))

    def _latex(self, expression: Expression) -> str:
        settings = {"ln_notation": True, "inv_trig_style": "full", "symbol_names": self._symbols}
        typesetter = _Typesetter(settings)
        typesetter.decimals = self._decimals
        return str(typesetter.doprint(expression))

    def _shown(self, expression: Expression) -> Expression:
        """Return an expression for typesetting: what was typed as it was typed, without `Whole`."""
        if expression.is_Atom:
            return expression
        if expression in self.same:
            return self.same[expression]
        if isinstance(expression, Whole):
            return self._shown(expression.args[0])
        parts = list(map(self._shown, expression.args))
        if expression.is_Add:  # y + 1 - x
            parts.sort(key=lambda term: (_is_negated(term), term.is_Number))
        if expression.is_Mul:  # 2 pi x
            parts.sort(key=lambda factor: not self._is_constant(factor))
        return expression.func(*parts, evaluate=False)

    def _read(self, node: ast.expr) -> Forms:
        """Return the typed and the tidy form of a node."""
        typed, tidy = self._read_node(node)
        if not tidy.is_Atom:
            self.same.setdefault(tidy, typed)
        return typed, tidy

    def _read_node(self, node: ast.expr) -> Forms:
        match node:
            case ast.Constant(value=str(text)):
                return self._number(text)
            case ast.Name(id=name):
                symbol = self._variables.get(name) or sympy.Symbol(name, positive=True)
                return symbol, symbol
            case ast.UnaryOp(op=op, operand=operand):
                typed, tidy = self._read(operand)
                return (_negative(typed), -tidy) if isinstance(op, ast.USub) else (typed, tidy)
            case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
                return self._power(*self._read(base), *self._read(exponent))
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self._product(node)
            case ast.Call(func=ast.Name(id=name), args=[argument]):
                return self._call(name, *self._read(argument))
        raise TypeError(f"the grammar lets no {type(node).__name__} through")

    def _number(self, text: str) -> Forms:
        if text.isdigit():
            return (sympy.Integer(int(text)),) * 2
        self._decimals = True
        value = float(text)
        # The zero has no exponent: that of 0e999999999 would never end.
        exact = Fraction(text) if value else Fraction(0)
        return sympy.Float(value), sympy.Rational(exact.numerator, exact.denominator)

    def _sum(self, node: ast.BinOp) -> Forms:
        typed, tidy = [], []
        for operand, is_subtracted in operands(node):
            as_typed, as_tidy = self._read(operand)
            typed.append(_negative(as_typed) if is_subtracted else as_typed)
            tidy.append(-as_tidy if is_subtracted else as_tidy)
        return sympy.Add(*typed, evaluate=False), sympy.Add(*tidy)

    def _product(self, node: ast.BinOp) -> Forms:
        typed: list[Expression] = []
        tidy: list[Expression] = []
        for operand, is_below in operands(node):
            as_typed, as_tidy = self._read(operand)
            if is_below:
                below = sympy.Integer(-1)
                as_typed, as_tidy = self._power(as_typed, as_tidy, below, below)
            # -x*y is one product, of -1, x and y.
            typed += [as_typed] if typed else sympy.Mul.make_args(as_typed)
            tidy.append(_factor(as_tidy))
        if len(typed) == 2 and typed[0] == 1 and typed[1].is_Pow:
            return typed[1], tidy[1]  # 1/x
        return sympy.Mul(*typed, evaluate=False), sympy.Mul(*tidy)

    def _power(
        self, base: Expression, tidy_base: Expression, exponent: Expression, tidy: Expression
    ) -> Forms:
        if base == sympy.Symbol("e", positive=True):
            return self._call("exp", exponent, tidy)
        if tidy.is_Rational and self._is_constant(exponent):
            exponent = tidy
        typed = sympy.Pow(base, exponent, evaluate=False)
        number = tidy_base.as_coeff_Mul()[0]
        is_handy = tidy.is_Integer and _is_handy(number, tidy)
        if self._is_constant(tidy_base) and self._is_constant(tidy) and not is_handy:
            return typed, self._opaque(typed)
        if not tidy.is_Rational and not tidy_base.is_positive:
            return typed, Raised(tidy_base, tidy)
        if tidy_base.is_Add or (not is_handy and (tidy_base.is_Mul or tidy_base.is_Pow)):
            tidy_base = Whole(tidy_base)  # else SymPy looks for what can be taken out of the power
        return typed, sympy.Pow(tidy_base, tidy)

    def _call(self, name: str, typed: Expression, tidy: Expression) -> Forms:
        if name == "sqrt":
            half = sympy.Rational(1, 2)
            return self._power(typed, tidy, half, half)
        as_typed = _FUNCTIONS[name](typed, evaluate=False)
        if self._is_constant(tidy):
            return as_typed, self._opaque(as_typed)
        return as_typed, _FUNCTIONS[name](tidy)

    def _is_constant(self, expression: Expression) -> bool:
        return not expression.free_symbols & set(self._variables.values())

    def _opaque(self, typed: Expression) -> Expression:
        """Return a symbol for a constant: SymPy cannot set out to work out exp(exp(exp(9)))."""
        symbol = sympy.Symbol(f"c{len(self._symbols)}_")
        text = self._latex(typed)
        is_atomic = (typed.is_Function or typed.is_Pow) and not text.startswith(r"\frac")
        self._symbols[symbol] = text if is_atomic else rf"\left({text}\right)"
        self.same[symbol] = typed
        return symbol


def _factor(tidy: Expression) -> Expression:
    """Return an expression that is to be multiplied as it stands."""
    return Whole(tidy) if tidy.is_Add else tidy


def _is_negated(expression: Expression) -> bool:
    """Return whether an expression begins with a negative number."""
    first = expression.args[0] if expression.is_Mul else expression
    return bool(first.is_Number and first.is_negative)


def _negative(typed: Expression) -> Expression:
    """Return −typed, the sign drawn into a number where there is one, without evaluating more."""
    if typed.is_Number and typed != 0:
        return -typed
    factors: tuple[Expression, ...] = typed.args if typed.is_Mul else (typed,)
    if factors[0] == -1 and len(factors) > 1:
        rest = factors[1:]
        return rest[0] if len(rest) == 1 else sympy.Mul(*rest, evaluate=False)
    if factors[0].is_Number and factors[0] != 0 and len(factors) > 1:
        return sympy.Mul(-factors[0], *factors[1:], evaluate=False)
    return sympy.Mul(-1, *factors, evaluate=False)


def _is_handy(number: Expression, exponent: Expression) -> bool:
    """Return whether number ^ exponent is an exact number of moderate size."""
    if not number.is_Rational:
        return True
    if number == 0:
        return bool(exponent >= 0)
    magnitude = math.log10(abs(number.p)) - math.log10(number.q)
    return bool(abs(magnitude * int(exponent)) < _LARGEST_FOLDED)
