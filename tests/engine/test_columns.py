"""Slopes written in place: the same bits as the gradient, whatever the formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.formula import compile_formula
from engine.surfaces import SURFACES

FORMULAS = [
    *(surface.formula for surface in SURFACES.values()),
    *("3", "x", "y + x*0", "x + y", "abs(x) + abs(y)", "x*y", "sin(x)*sin(x)", "exp(-x^2) - y"),
    *("sqrt(x)*y", "log(x) + y", "x/y", "x^y", "x^2.5", "sqrt(x)^2 + y", "tanh(x)*atan(y)"),
]


def slopes(formula, points):
    out = np.full((2, len(points)), 7.0)
    with np.errstate(all="ignore"):
        write = formula.slopes(np.ascontiguousarray(points.T), out)
        write()
        first = out.copy()
        write()
    assert np.array_equal(first, out, equal_nan=True)
    return out.T


@pytest.mark.parametrize("text", FORMULAS)
def test_the_bits_are_those_of_the_gradient(text):
    formula = compile_formula(text)
    points = np.random.default_rng(5).uniform(-3, 3, (500, 2))
    points[:3] = [[0.0, 0.0], [1e200, -1e200], [np.nan, 1.0]]
    known = ~np.isnan(formula.value(points))
    written = slopes(formula, points)[known]
    assert np.array_equal(written, formula.gradient(points)[known], equal_nan=True)


@given(some.recursive(
    some.sampled_from(["x", "y", "2", "0.5", "pi"]),
    lambda one: some.tuples(one, some.sampled_from(["+", "-", "*"]), one).map(
        lambda parts: f"({''.join(parts)})"
    ) | one.map(lambda inner: f"sin({inner})"),
    max_leaves=8,
))  # fmt: skip
def test_no_formula_gets_its_places_mixed_up(text):
    formula = compile_formula(text)
    points = np.array([[0.3, -1.7], [2.0, 0.25], [-1.0, 4.0]])
    assert np.array_equal(slopes(formula, points), formula.gradient(points))


def test_what_may_be_without_a_value_is_not_total():
    assert compile_formula("sin(x)*y^3 - exp(y)").is_total
    for text in ("1/x", "sqrt(x)^2", "log(y)", "x^0.5", "x^y", "tan(x)", "asin(x)"):
        assert not compile_formula(text).is_total, text


def test_it_follows_the_points_as_they_move():
    formula = compile_formula("x^2 + 3*y")
    points, out = np.array([[1.0, 2.0], [0.0, 0.0]]), np.empty((2, 2))
    write = formula.slopes(points, out)
    points += 1.0
    write()
    assert out.tolist() == [[4.0, 6.0], [3.0, 3.0]]
