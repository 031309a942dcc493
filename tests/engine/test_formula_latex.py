"""The LaTeX of formulas and derivatives means what they do: it is read again and evaluated."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula import FormulaError, compile_formula, grammar
from engine.surfaces import SURFACES
from engine.surfaces.curves import CURVES

NAMES = {
    **{rf"\{name}": getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{rf"\{name}": getattr(np, name) for name in ("arcsin", "arccos", "arctan")},
    r"\ln": np.log,
    r"\log": np.log,
    r"\sign": np.sign,
}
TOKEN = re.compile(r"\\[a-z]+|[0-9]+\.?[0-9]*|[a-z]|[-+^{}()|\[\]]")


class Reader:
    """Evaluates the LaTeX that formulas are set in."""

    def __init__(self, text, **variables):
        text = text.replace(r"\operatorname{sign}", r"\sign").replace(r"\left|", r"\bar")
        self.tokens = [*TOKEN.findall(text.replace(r"\right|", r"\rab")), ""]
        self.symbols = {**variables, "e": np.e, r"\pi": np.pi, r"\infty": np.inf}

    def read(self):
        value = self.sum()
        assert self.tokens == [""]
        return value

    def take(self, *expected):
        token = self.tokens.pop(0)
        assert not expected or token in expected, (token, self.tokens)
        return token

    def sum(self):
        value = 0.0
        sign = self.take() if self.tokens[0] == "-" else "+"
        while True:
            term = self.product()
            value = value + term if sign == "+" else value - term
            if self.tokens[0] not in ("+", "-"):
                return value
            sign = self.take()

    def product(self):
        value = self.power()
        while self.tokens[0] not in ("", "+", "-", "}", ")", "]", r"\right", r"\rab"):
            if self.tokens[0] == r"\cdot":
                self.take()
            value = value * self.power()
        return value

    def power(self):
        value = self.atom()
        return np.power(value, self.exponent()) if self.tokens[0] == "^" else value

    def exponent(self):
        self.take("^")
        return self.group()

    def group(self, opening="{", closing="}"):
        self.take(opening)
        value = self.sum()
        self.take(closing)
        return np.float64(1.0) * value

    def atom(self):
        token = self.take()
        if token == r"\frac":
            return np.divide(self.group(), self.group())
        if token == r"\sqrt":
            root = self.group("[", "]") if self.tokens[0] == "[" else 2
            return np.sqrt(self.group()) if root == 2 else np.power(self.group(), 1 / root)
        if token in NAMES:
            exponent = self.exponent() if self.tokens[0] == "^" else 1.0
            return np.power(NAMES[token](self.group()), exponent)
        if token in ("{", r"\left", r"\bar"):
            self.tokens[:0] = ["{"] if token != r"\left" else []
            closing = {"{": "}", r"\left": r"\right", r"\bar": r"\rab"}[token]
            value = self.group("(" if token == r"\left" else "{", closing)
            if token == r"\left":
                self.take(")")
            return np.abs(value) if token == r"\bar" else value
        return self.symbols[token] if token in self.symbols else np.float64(token)


def assert_means(latex, expected, points):
    """Equal wherever both are numbers: LaTeX has neither an order of operations nor rounding."""
    if latex == r"\dots":
        return
    variables = dict(zip("xy", np.moveaxis(points, -1, 0), strict=False))
    with np.errstate(all="ignore"):
        value = Reader(latex, **variables).read() + np.zeros(len(points))
    known = np.isfinite(value) & np.isfinite(expected) & (np.abs(expected) < 1e9)
    # Where a sine of 1e9 and the like multiplies what was rounded, a few points may disagree.
    value, expected = value[known], expected[known]
    wrong = np.abs(value - expected) > 1e-5 * (1 + np.abs(expected))
    assert wrong.sum() <= 0.05 * len(points), latex


def assert_all_mean(f, points):
    value, gradient, hessian = f.value(points), f.gradient(points), f.hessian(points)
    assert_means(f.latex, value, points)
    for i, latex in enumerate(f.gradient_latex):
        assert_means(latex, gradient[:, i], points)
        for k, entry in enumerate(f.hessian_latex[i]):
            assert_means(entry, hessian[:, i, k], points)


@pytest.mark.parametrize("surface", [*SURFACES.values(), *CURVES.values()], ids=lambda s: s.key)
def test_latex_of_the_catalogue(surface):
    points = np.random.default_rng(1).uniform(-2, 2, (40, surface.dimension))
    assert_all_mean(surface.compiled, points)


def test_a_wrong_latex_is_seen():
    points = np.random.default_rng(1).uniform(-2, 2, (40, 2))
    f = compile_formula("x^2 - 2*x*y")
    assert_means("x^{2} - 2 x y", f.value(points), points)
    for wrong in ("x^{2} + 2 x y", "x 2 - 2 x y", r"x^{2} - \frac{2 x}{y}"):
        with pytest.raises(AssertionError):
            assert_means(wrong, f.value(points), points)


def expressions():
    leaves = st.sampled_from(
        ["x", "y", "2", "0.5", "pi", "e", "0", "3", "1e-3", "-1", "x-y", "7*x"]
    )
    names = st.sampled_from(grammar.FUNCTIONS)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({}){}({})".format, inner, st.sampled_from("+-*/^"), inner),
            st.builds("{}{}{}".format, inner, st.sampled_from("+-*/"), inner),
            st.builds("{}({})".format, names, inner),
            st.builds("-({})".format, inner),
            st.builds("({})^{}".format, inner, st.sampled_from(["2", "-1", "0.5", "1.3", "(1/3)"])),
        ),
        max_leaves=8,
    )


@settings(max_examples=200)
@given(expressions())
def test_latex_of_any_expression(text):
    try:
        f = compile_formula(text)
    except FormulaError:
        return
    assert_all_mean(f, np.random.default_rng(1).uniform(0.2, 2.0, (60, 2)))


def test_latex_stays_of_a_size_that_can_be_set():
    f = compile_formula("*".join(f"sin({i}*x + y)" for i in range(1, 11)))
    assert f.hessian_latex[0][0] == r"\dots"
    assert sum(map(len, (f.latex, *f.gradient_latex, *sum(f.hessian_latex, ())))) < 5000
