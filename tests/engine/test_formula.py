"""Formulas: right derivatives, equal bits however many points, a kind refusal of all the rest."""

import inspect
import sys
import threading
import time
import warnings

import numpy as np
import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import formula as formulas
from engine.formula import Formula, FormulaError, compile_formula, grammar

HIMMELBLAU = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
ROSENBROCK = "(1 - x)^2 + 100*(y - x^2)^2"
ACKLEY = "-20*exp(-0.2*sqrt(0.5*(x^2 + y^2))) - exp(0.5*(cos(2*pi*x) + cos(2*pi*y))) + e + 20"
GOLDSTEIN_PRICE = (
    "(1+(x+y+1)^2*(19-14*x+3*x^2-14*y+6*x*y+3*y^2))"
    "*(30+(2*x-3*y)^2*(18-32*x+12*x^2+48*y-36*x*y+27*y^2))"
)
SMOOTH = [  # defined and twice differentiable at all of POINTS
    *(HIMMELBLAU, ROSENBROCK, ACKLEY, GOLDSTEIN_PRICE),
    "3",
    "x",
    "-y",
    "x - y",
    "x*y/3 - 2/x",
    "x^3*y^-2",
    "2^x*e^y + pi^2",
    "sin(x)*cos(y)*tan(x*y/9)",
    "asin(x/5) + acos(y/5) - atan(x*y)",
    "sinh(x) + cosh(y)*tanh(x - y)",
    "exp(-x^2 - y^2)/(1 + x^2)",
    "ln(x^2 + y^2 + 1)",
    "sqrt(x^2 + y^2 + 0.1)^3",
    "(x^2 + 1)^y + (y^2 + 1)^(1/3)",
    "(x^2 + 1)^(x*y) - (x^2)^(0.75)",
    "abs(x)*abs(y) + sign(x)*y^2",
    "x/y/3*y - (x - y)/(x*y*2)",
    "((x^2)^2)^2 + x^17/1e4",
    "arctan(y/x)",
]
POINTS = np.array([[1.3, -0.7], [-2.1, 0.4], [0.6, 1.9], [-0.35, -1.2], [2.4, 2.2]])


def central_differences(function, points, step=6e-6):
    """The derivatives of function (…, 2) → (…, *k), as an array (…, *k, 2)."""
    columns = []
    for axis in range(points.shape[-1]):
        h = step * np.maximum(1.0, np.abs(points[..., axis]))
        shift = np.zeros_like(points)
        shift[..., axis] = h
        up, down = function(points + shift), function(points - shift)
        columns.append((up - down) / (2 * h).reshape(h.shape + (1,) * (up.ndim - h.ndim)))
    return np.stack(columns, -1)


def disagreement(exact, function, points):
    """The largest error of derivatives, relative to their size and to rounding in the function."""
    scale = (
        1
        + np.abs(exact)
        + 1e-4 * np.abs(np.asarray(function(points)).reshape(len(points), -1)).max()
    )
    return float(np.max(np.abs(central_differences(function, points) - exact) / scale))


def same_bits(one, other):
    """Equal bit for bit; any nan equals any other, as the sign of a nan means nothing."""
    one, other = np.asarray(one), np.asarray(other)
    nan = np.isnan(one)
    bits, other_bits = (np.where(nan, 0.0, a).view(np.int64) for a in (one, other))
    return (
        one.shape == other.shape and (nan == np.isnan(other)).all() and (bits == other_bits).all()
    )


# --------------------------------------------------------------------------------- derivatives


@pytest.mark.parametrize("text", SMOOTH)
def test_derivatives_agree_with_central_differences(text):
    f = compile_formula(text)
    assert disagreement(f.gradient(POINTS), f.value, POINTS) < 1e-8
    assert disagreement(f.hessian(POINTS), f.gradient, POINTS) < 1e-8


def test_the_check_of_derivatives_can_fail():
    f = compile_formula(HIMMELBLAU)
    for factor in (1.0001, -1.0, 0.0):
        assert disagreement(factor * f.gradient(POINTS), f.value, POINTS) > 1e-6
    swapped = f.gradient(POINTS)[:, ::-1]
    assert disagreement(swapped, f.value, POINTS) > 1e-2


@pytest.mark.parametrize("text", [HIMMELBLAU, ACKLEY, GOLDSTEIN_PRICE, "x^y + sin(x*y)/y"])
def test_derivatives_agree_with_sympy(text):
    names = sympy.symbols("x y", real=True)
    expression = sympy.sympify(
        text.replace("^", "**"), locals={"x": names[0], "y": names[1], "e": sympy.E}
    )
    f = compile_formula(text)
    at = dict(zip(names, (sympy.Rational(13, 10), sympy.Rational(-7, 10)), strict=True))
    gradient = [float(expression.diff(n).subs(at)) for n in names]
    hessian = [[float(expression.diff(n, m).subs(at)) for m in names] for n in names]
    np.testing.assert_allclose(f.gradient(POINTS[0]), gradient, rtol=1e-12)
    np.testing.assert_allclose(f.hessian(POINTS[0]), hessian, rtol=1e-11)


def test_himmelblau_by_hand():
    f = compile_formula(HIMMELBLAU)
    assert f.value([0, 0]) == 170
    np.testing.assert_array_equal(f.gradient([0, 0]), [-14, -22])
    np.testing.assert_array_equal(f.hessian([0, 0]), [[-42, 0], [0, -26]])
    np.testing.assert_array_equal(f.gradient([3, 2]), [0, 0])


def test_multiplying_out_does_not_overflow():
    f = compile_formula("(2e30*x)^12", ("x",))
    assert f.gradient([1e-30])[0] == pytest.approx(12 * 2.0**11 * 2e30)
    assert f.hessian([1e-30])[0, 0] == pytest.approx(12 * 11 * 2.0**10 * 4e60)


def test_absolute_value_has_slope_0_at_0_and_no_bend():
    f = compile_formula("abs(x) + 2*abs(y)")
    np.testing.assert_array_equal(f.gradient([[0, -0.0], [3, -3]]), [[0, 0], [1, -2]])
    np.testing.assert_array_equal(f.hessian([0, 0]), np.zeros((2, 2)))


CONE = "sqrt(x^2 + y^2)"


@pytest.mark.parametrize(
    ("text", "point", "slope"),
    [
        (CONE, (0, 0), (0, 0)),
        (CONE, (-0.0, 0), (0, 0)),
        ("sqrt((x - 3)^2 + (y + 0.1)^2) + 2*x", (3, -0.1), (2, 0)),
        (ACKLEY, (0, 0), (0, 0)),
        ("sqrt(abs(x - y))", (0.3, 0.3), (0, 0)),
        ("sqrt(abs(x)) + y", (0, 2), (0, 1)),
        ("sqrt(x^2) - 4*y", (0, 1), (0, -4)),
        ("(x^2 + y^2)^(1/3)", (0, 0), (0, 0)),
        ("sqrt(x) + y", (0, 1), (np.inf, 1)),
        ("x*sqrt(y)", (0, 0), (0, np.nan)),  # it ends there, so there is nothing beside it
    ],
)
def test_the_gradient_at_a_cusp_is_the_mean_of_two_beside_it(text, point, slope):
    f = compile_formula(text)
    alone = f.gradient(np.array(point, float))
    np.testing.assert_array_equal(alone, slope)
    crowd = np.concatenate([np.array([point], float), POINTS])
    assert same_bits(f.gradient(crowd)[0], alone)
    assert same_bits(f.gradient(crowd)[1:], f.gradient(POINTS))
    with np.errstate(all="ignore"):
        assert same_bits(f.raw_value_and_gradient(crowd)[1][0], alone)


def test_a_cone_has_no_hessian_at_its_tip():
    assert np.isnan(compile_formula(CONE).hessian([0, 0])).all()


@pytest.mark.parametrize(
    ("text", "point", "slope"),
    [
        ("x^y", (0, 2), (0, np.nan)),
        ("x^pi", (0, 0), (0, 0)),
        ("sqrt(x)*x*y", (0, 0), (0, 0)),
        ("exp(log(x^2 + y^2))", (3, 1), (6, 2)),
        ("abs(log(x))", (0.5, 0), (-2, 0)),
        ("exp(exp(exp(exp(9 + x - x)))) + y", (0, 0), (0, 1)),
        ("x + 1/0", (0, 0), (1, 0)),
    ],
)
def test_what_sympy_would_make_of_it_by_itself_does_no_harm(text, point, slope):
    np.testing.assert_allclose(compile_formula(text).gradient(point), slope, rtol=1e-15)


# ------------------------------------------------------------------------------ values and shapes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("2^3^2", 512),
        ("2**3", 8),
        ("x^2+1", 10),
        ("-x^2", -9),
        ("(-x)^2", 9),
        ("x--y", 5),
        ("x-+-y", 5),
        ("2*-y", -4),
        ("12/2/3", 2),
        ("12/(2*3)", 2),
        ("x-y-1", 0),
        ("x-(y-1)", 2),
        ("1e-3", 0.001),
        (".5 + 2.", 2.5),
        ("007", 7),
        ("-(2*x)", -6),
        ("-(-x)", 3),
        ("-(x*y)", -6),
        ("2^-x^2", 2.0**-9),
        ("x²−y³", 1),
        ("x·y×2÷3", 4),
        ("2*π", 2 * np.pi),
        ("x¹⁰", 3**10),
        ("ln(e)", 1),
        ("log(e^2)", 2),
        ("sign(-x)", -1),
        ("x^0", 1),
        ("\tx\u00a0+ y \n", 5),
    ],
)
def test_the_rules_of_reading(text, expected):
    assert compile_formula(text).value([3.0, 2.0]) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("x/x", 0),
        ("log(x) - log(x)", -1),
        ("sqrt(x)^2", -1),
        ("exp(log(x))", -1),
        ("0*log(x)", -1),
        ("0/x", 0),
        ("x*(1/x)", 0),
        ("x^(1/3)", -8),
        ("x^0.5", -1),
        ("asin(x)", 2),
        ("acos(x)^0*acos(x)", -1.5),
        ("sin(x)", np.inf),
        ("x - x", np.inf),
        ("x^x", -0.5),
        ("log(-1) + x", 1),
    ],
)
def test_outside_the_domain_everything_is_nan(text, point):
    f = compile_formula(text, ("x",))
    for points in ([float(point)], [[float(point)], [1.0]]):
        value, gradient = f.value_and_gradient(points)
        for result in (f.value(points), value, gradient, f.gradient(points), f.hessian(points)):
            assert np.isnan(np.ravel(result)[0])


def test_poles_are_infinite():
    f = compile_formula("1/x^2 + log(y)")
    assert f.value([0.0, 1.0]) == np.inf
    assert f.value([1.0, 0.0]) == -np.inf
    assert compile_formula("1/x").value([[-0.0, 1.0]])[0] == -np.inf


@pytest.mark.parametrize("text", ["3", "x", "pi*e", HIMMELBLAU, "sqrt(x)", "x + 1/0"])
@pytest.mark.parametrize("shape", [(2,), (1, 2), (5, 2), (3, 4, 2), (0, 2), (2, 1, 3, 2)])
def test_shapes(text, shape):
    f = compile_formula(text)
    points = np.ones(shape)
    value, gradient = f.value_and_gradient(points)
    assert f.value(points).shape == value.shape == shape[:-1]
    assert f.gradient(points).shape == gradient.shape == shape
    assert f.hessian(points).shape == (*shape, 2)
    for result in (value, gradient, f.value(points), f.hessian(points)):
        assert result.dtype == np.float64
    if len(shape) == 1:
        assert type(value) is type(f.value(points)) is np.float64


@pytest.mark.parametrize("points", [[1, 2, 3], [1], 1.0, [[1], [2]], np.zeros((2, 3)), []])
@pytest.mark.parametrize("method", ["value", "gradient", "value_and_gradient", "hessian"])
def test_a_wrong_last_axis_is_refused(points, method):
    with pytest.raises(ValueError, match="2 coordinates"):
        getattr(compile_formula("x*y"), method)(points)


def test_points_of_other_types():
    f = compile_formula("x/y")
    for kind in (np.int8, np.int64, np.float32, ">f8", np.float16, np.uint8):
        assert f.value(np.array([1, 4], kind)) == 0.25
    for wrong in (np.array([1j, 1]), ["a", "b"], [None, 1], [10**400, 1]):
        with pytest.raises(ValueError, match="real numbers"):
            f.value(wrong)


def test_results_share_no_memory_with_points_or_each_other():
    f = compile_formula("x")
    points = np.ones((3, 2))
    f.value(points)[:] = 7
    value, gradient = f.value_and_gradient(points)
    value[:] = gradient[:] = 8
    assert (points == 1).all()
    assert (f.value(points) == 1).all()


def test_any_number_of_variables():
    f = compile_formula("a^2 + b*c", ("a", "b", "c"))
    np.testing.assert_array_equal(f.gradient([1, 2, 3]), [2, 3, 2])
    np.testing.assert_array_equal(f.hessian([1, 2, 3]), [[2, 0, 0], [0, 0, 1], [0, 1, 0]])
    for names in ((), ("x", "x"), ("e",), ("sin",), ("a b",), ("ａ",)):
        with pytest.raises(ValueError, match="variable"):
            compile_formula("1", names)


EXTREME = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -8.0, 1e-200, 5e-324, 1e308, -1e308]
EXTREME += [np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("text", [*SMOOTH, "x/x", "sqrt(x)*log(y)", "x^y", "x^2.5", "tan(x)^9/y"])
def test_a_point_has_the_same_bits_alone_and_in_a_crowd(text):
    f = compile_formula(text)
    rng = np.random.default_rng(3)
    scale = rng.choice([1e-3, 1.0, 30.0, 1e5], (400, 1))
    crowd = np.concatenate([rng.normal(size=(400, 2)) * scale, rng.choice(EXTREME, (117, 2))])
    for method in (f.value, f.gradient, f.hessian):
        together = method(crowd)
        assert same_bits(together, np.array([method(p) for p in crowd]))
        assert same_bits(together, np.concatenate([method(p[None]) for p in crowd]))
        assert same_bits(
            together.reshape(11, 47, *together.shape[1:]), method(crowd.reshape(11, 47, 2))
        )
        assert same_bits(together, method(np.asfortranarray(crowd)))
        assert same_bits(together[::-3], method(crowd[::-3]))
    value, gradient = f.value_and_gradient(crowd)
    assert same_bits(value, f.value(crowd))
    assert same_bits(gradient, f.gradient(crowd))
    with np.errstate(all="ignore"):
        raw_value, raw_gradient = f.raw_value_and_gradient(crowd)
        single = [f.raw_value_and_gradient(p)[1] for p in crowd]
    assert same_bits(value, raw_value)
    assert same_bits(gradient, raw_gradient)
    assert same_bits(gradient, np.array(single))


@pytest.mark.parametrize("text", [ACKLEY, "log(x) - log(x)", "3"])
def test_many_points_are_done_in_blocks_that_nobody_notices(text):
    f = compile_formula(text)
    points = np.random.default_rng(5).normal(size=(3, 3001, 2))
    for method in (f.value, f.gradient, f.hessian):
        assert same_bits(method(points), np.stack([method(row) for row in points]))
    assert same_bits(f.value_and_gradient(points)[0], f.value(points))


# ----------------------------------------------------------------------------------------- LaTeX


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("(x^2+y-11)^2", r"\left(x^{2} + y - 11\right)^{2}"),
        ("0.1*x - 0.10*y", r"0.1 x - 0.1 y"),
        ("1e-3*x", "0.001 x"),
        ("1e-30*x", r"10^{-30} x"),
        ("2.5e200*x", r"2.5 \cdot 10^{200} x"),
        ("x*2*pi", r"x \cdot 2 \pi"),
        ("2*3", r"2 \cdot 3"),
        ("x/3 + 1/x", r"\frac{x}{3} + \frac{1}{x}"),
        ("-x*y", "-x y"),
        ("x-(y-1)", r"x - \left(y - 1\right)"),
        ("x*-y", r"x \left(-y\right)"),
        ("-(x+y)", r"-\left(x + y\right)"),
        ("sqrt(abs(x))", r"\sqrt{\left|{x}\right|}"),
        ("exp(-x^2)", "e^{-x^{2}}"),
        ("sin(x)^2", r"\sin^{2}{\left(x \right)}"),
        ("log(x) + asin(y)", r"\ln{\left(x \right)} + \arcsin{\left(y \right)}"),
        ("(x+1)*(y+2)", r"\left(x + 1\right) \left(y + 2\right)"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("x^(1/3)", r"\sqrt[3]{x}"),
        ("x^(2/3)", r"x^{\frac{2}{3}}"),
        ("x^1.3", "x^{1.3}"),
        ("x/x - 0*log(y)", r"\frac{x}{x} - 0 \ln{\left(y \right)}"),
        ("x/1 + (-1)^-2", r"\frac{x}{1} + \frac{1}{\left(-1\right)^{2}}"),
        ("1e30^x", r"{\left(10^{30}\right)}^{x}"),
        ("x^-2", r"\frac{1}{x^{2}}"),
        ("2^x", "2^{x}"),
        ("123456789012.125*x", "123456789012.125 x"),
        ("x^y^2", "x^{y^{2}}"),
        ("(x^y)^2", r"\left(x^{y}\right)^{2}"),
    ],
)
def test_latex_of_a_formula(text, latex):
    assert compile_formula(text).latex == latex


def test_latex_of_derivatives():
    f = compile_formula(HIMMELBLAU)
    assert f.gradient_latex[0] == (
        r"2 \left(x + y^{2} - 7\right) + 4 x \left(x^{2} + y - 11\right)"
    )
    assert f.hessian_latex[0][1] == f.hessian_latex[1][0] == "4 x + 4 y"
    assert compile_formula("0.5*x^2 + x^4/4").gradient_latex == ("x + x^{3}", "0")
    assert compile_formula("0.26*x^2 - 0.48*x*y").gradient_latex == ("0.52 x - 0.48 y", "-0.48 x")


@pytest.mark.parametrize("text", SMOOTH)
def test_latex_is_balanced(text):
    f = compile_formula(text)
    for latex in (f.latex, *f.gradient_latex, *sum(f.hessian_latex, ())):
        assert latex.count("{") == latex.count("}")
        assert latex.count(r"\left") == latex.count(r"\right")
        assert "1.0" not in latex
        assert "+ -" not in latex


# -------------------------------------------------------------------------------------- refusals

REFUSED = {  # what is typed: the part to blame, a piece of the sentence
    "": ("", "Type a formula"),
    "  \t ": ("  \t ", "Type a formula"),
    "2x": ("2x", "2*x"),
    "x y": ("x y", "x*y"),
    "xy": ("xy", "x*y"),
    "1 + x(y+1)": ("x(", "multiply"),
    "(x)(y)": (")(", "multiply"),
    "(x)y": (")y", "multiply"),
    "2 3": ("2 3", "two numbers"),
    "1.2.3": ("1.2.3", "two numbers"),
    "2sin(x)": ("2sin", "2*sin"),
    "2e": ("2e", "2*e"),
    "sin x": ("sin", "sin(x)"),
    "sinx + 1": ("sinx", "sin(x)"),
    "sin^2(x)": ("sin", "sin(x)^2"),
    "sin()": ("()", "nothing between"),
    "sin": ("sin", "brackets"),
    "x + z": ("z", "there are x, y, pi, e, sin"),
    "X^2": ("X", "small here: x"),
    "PI": ("PI", "small here: pi"),
    "0,5*x": (",", "0.5"),
    "sin(x, y)": (",", "one value"),
    "x +": ("+", "missing after +"),
    "* x": ("*", "missing before"),
    "x */ y": ("*/", "missing between"),
    "x // y": ("//", "missing between"),
    "x *** y": ("***", "missing between"),
    "((x)": ("(", "never closed"),
    "x)": (")", "closes nothing"),
    ")": (")", "missing before"),
    "()": ("()", "nothing between"),
    "x²³^2": ("²³^", "brackets"),
    "x = 1": ("=", "equals"),
    "x == 1": ("=", "equals"),
    "x < 1": ("<", "comparisons"),
    "<script>": ("<", "comparisons"),
    "x if y else 1": ("if", "not known"),
    "1is 1": ("is", "not known"),
    "not x": ("not", "not known"),
    "x and y": ("and", "not known"),
    "lambda: x": (":", "colon"),
    "(x:=1)": (":", "colon"),
    "[x for x in y]": ("[", "round brackets"),
    "{x}": ("{", "round brackets"),
    "'x'": ("'", "apostrophe"),
    'f"{x}"': ('"', "quotation mark"),
    "x.real": (".", "inside a number"),
    "().__class__": (".", "inside a number"),
    "__import__": ("__import__", "not known"),
    "eval(x)": ("eval", "not known"),
    "sin(x=1)": ("=", "equals"),
    "sin(*x)": ("(*", "missing"),
    "x\ny": ("\n", "one line"),
    "x#y": ("#", "number sign"),
    "x;y": (";", "semicolon"),
    "x\0": ("\0", "u+0000"),
    "3j": ("j", "not known"),
    "1_000": ("1_000", "underscores"),
    "0x1F": ("x1F", "not known"),
    "0b11": ("b11", "not known"),
    "True": ("True", "not known"),
    "None": ("None", "not known"),
    "...": (".", "inside a number"),
    "x!": ("!", "exclamation"),
    "x%2": ("%", "percent"),
    "~x": ("~", "tilde"),
    "x@y": ("@", "commercial at"),
    "|x|": ("|", "abs(x)"),
    "√x": ("√", "sqrt"),
    "ｘ": ("ｘ", "fullwidth"),
    "x٣": ("٣", "arabic"),
    "x\u200by": ("\u200b", "zero width"),
    "\ud800": ("\ud800", "u+d800"),
    "1e999": ("1e999", "too large"),
    "1e-999": ("1e-999", "too small"),
    "9**9**9": ("**9**9", "exponents"),
    "9^9^9^9": ("^9^9", "exponents"),
    "x^1000": ("^1000", "exponents"),
    "x^(1/0)": ("^(1/0)", "exponents"),
    "x^log(-1)": ("^log(-1)", "exponents"),
    "1 + (10^99)^99": ("^99", "too large"),
    "x^x^x^x": ("x^x^x^x", "tower"),
    "-" * 30 + "x": ("-", "levels"),
    "(" * 99 + "x" + ")" * 99: ("(", "levels"),
    "sin(" * 8 + "x" + ")" * 8: ("sin(" * 7 + "x" + ")" * 7, "functions within"),
    "1/(1+" * 20 + "x" + ")" * 20: ("(", "levels"),
    "*".join(f"(x+{i})" for i in range(30)): (None, "derivatives"),
    "*".join(["x"] * 100): (None, "derivatives"),
    "/".join(["x"] * 100): (None, "derivatives"),
    "^".join(["x"] * 100): (None, "levels"),
    "x" * 201: ("x", "200 characters"),
    "(" * 1_000_000: (None, "200 characters"),
    "9**" * 400_000: (None, "200 characters"),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda t: ascii(t)[:30])
def test_refusals_are_quick_kind_and_point_at_the_place(text):
    blamed, piece = REFUSED[text]
    before = time.perf_counter()
    with pytest.raises(FormulaError) as caught:
        compile_formula(text)
    assert time.perf_counter() - before < 1.0
    error = caught.value
    assert error.text == text
    assert 0 <= error.start <= error.end <= len(text)
    if blamed is not None:
        assert text[error.start : error.end] == blamed
    assert piece in error.message
    assert str(error) == error.message
    assert_kind(error.message)


def assert_kind(message):
    """One sentence of plain text."""
    assert message[0].isupper()
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 160
    assert not set("<>&\"'`$\n") & set(message)


def test_a_place_behind_signs_of_two_columns_is_the_original_one():
    text = "π×x² + qq"
    with pytest.raises(FormulaError) as caught:
        compile_formula(text)
    assert text[caught.value.start : caught.value.end] == "qq"


def test_only_the_given_variables_are_known():
    with pytest.raises(FormulaError, match="there are x, pi"):
        compile_formula("x + y", ("x",))


@pytest.mark.parametrize(
    "text",
    [
        "sin(" * 6 + "x*y" + ")" * 6,
        "tan(" * 6 + "x^y" + ")" * 6,
        "sqrt(1+" * 6 + "x" + ")" * 6,
        "((((((x^2+y)^2+x)^2+y)^2+x)^2+y)^2+x)",
        "*".join(f"sin({i}*x)" for i in range(1, 12)),
        "*".join(f"(x+{i}*y)" for i in range(1, 13)),
        "+".join(["x", "y"] * 50),
        "(x*y)^(x*y)^(x*y)",
        "(1+((1e300*x)^100))^100",
        "((((x^100)^100)^100)^100)^100",
        "0e999999999*x",
        "9" * 190 + "*x",
        "exp(" * 6 + "9" + ")" * 6,
        "atan(x/y)*asin(x*y)*acos(x*y)*tanh(x*y)*exp(x*y)*log(x*y)",
    ],
)
def test_whatever_is_accepted_is_quick(text):
    formulas._compiled.cache_clear()
    before = time.thread_time()  # not the clock: the machine may be busy with something else
    f = compile_formula(text)
    f.value_and_gradient([0.3, 0.4])
    f.hessian([0.3, 0.4])
    assert all((f.latex, f.gradient_latex, f.hessian_latex))
    assert time.thread_time() - before < 1.0


def test_hostile_text_needs_little_of_the_stack():
    limit = sys.getrecursionlimit()
    depth = len(inspect.stack())
    try:
        sys.setrecursionlimit(depth + 150)
        for text in ("(" * 200, "-" * 200, "sin(" * 50, "x^" * 100, "+x" * 100):
            with pytest.raises(FormulaError):
                compile_formula(text + "?")
    finally:
        sys.setrecursionlimit(limit)


ALPHABET = st.sampled_from(
    [
        *"xye0123456789.+-*/^() ,=<|_²π·\n\tX",
        "**",
        "sin(",
        "sqrt(",
        "log",
        "abs(",
        "pi",
        "exp(",
        "1e",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=220), st.lists(ALPHABET, max_size=60).map("".join)))
@example("1 (x)")
@example("\\")
def test_any_text_is_a_formula_or_a_kind_refusal(text):
    error = None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            f = compile_formula(text)
        except FormulaError as caught:
            error = caught
        else:
            assert f.value_and_gradient([0.5, 2.0])[1].shape == (2,)
    if error is not None:
        assert 0 <= error.start <= error.end <= len(text)
        assert_kind(error.message)


def expressions():
    """Texts that are formulas, unless they exceed a limit."""
    leaves = st.sampled_from(["x", "y", "2", "0.5", "pi", "e", "0", "3", "1e-3", "-1"])
    names = st.sampled_from(grammar.FUNCTIONS)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({}){}({})".format, inner, st.sampled_from("+-*/^"), inner),
            st.builds("{}({})".format, names, inner),
            st.builds("({})^{}".format, inner, st.sampled_from(["2", "-1", "0.5", "1.3", "7"])),
        ),
        max_leaves=8,
    )


@settings(max_examples=200)
@given(expressions(), st.lists(st.sampled_from([*EXTREME, 0.7, -3.3]), min_size=8, max_size=8))
def test_nothing_warns_and_bits_agree_wherever_one_stands(text, coordinates):
    points = np.array(coordinates).reshape(4, 2)
    try:
        f = compile_formula(text)
    except FormulaError:
        return
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for method in (f.value, f.gradient, f.hessian):
            assert same_bits(method(points), np.array([method(p) for p in points]))
        undefined = np.isnan(f.value(points))
        assert np.isnan(f.gradient(points)[undefined]).all()
        assert np.isnan(f.hessian(points)[undefined]).all()
    assert f.latex


@settings(max_examples=60)
@given(expressions())
def test_derivatives_of_any_expression(text):
    try:
        f = compile_formula(text)
    except FormulaError:
        return
    points = np.random.default_rng(1).uniform(0.2, 2.0, (200, 2))
    gradient, hessian = f.gradient(points), f.hessian(points)
    # Differences say something only where all is tame: no pole, kink or huge number nearby.
    tame = np.abs(f.value(points)) < 1e2
    tame &= (np.abs(gradient) < 1e2).all(-1) & (np.abs(hessian) < 1e3).all((-1, -2))
    if not tame.any():
        return
    with np.errstate(all="ignore"):
        near = np.abs(central_differences(f.value, points) - gradient)
        bend = np.abs(central_differences(f.gradient, points) - hessian)
    assert np.mean(near[tame] > 1e-4) < 0.05
    assert np.mean(bend[tame] > 1e-3) < 0.05


# ------------------------------------------------------------------------------- cache, threads


def test_formulas_are_remembered_with_a_bound_and_refusals_are_not():
    cache = formulas._compiled
    cache.cache_clear()
    assert compile_formula("x + 1") is compile_formula("x + 1")
    assert compile_formula("x + 1", ("x",)) is not compile_formula("x + 1")
    size = cache.cache_info().currsize
    for text in ("x +", "q", "x" * 300):
        with pytest.raises(FormulaError):
            compile_formula(text)
    assert cache.cache_info().currsize == size
    for i in range(300):
        compile_formula(f"x + {i}")
    assert cache.cache_info().currsize <= 128


def test_nothing_is_compiled_before_it_is_asked_for():
    f = compile_formula("x^2 * 12345.5")
    assert set(vars(f)) == {"text", "variables", "expression"}
    f.value([1, 2])
    assert "_slopes" not in vars(f)


def test_a_formula_is_frozen_and_equal_by_what_was_typed():
    f = compile_formula("x")
    with pytest.raises(AttributeError):
        f.text = "y"
    assert f == Formula("x", ("x", "y"), f.expression)
    assert "expression" not in repr(f)
    error = FormulaError("A sentence.", "abc", -4, 99)
    assert (error.start, error.end) == (0, 3)


def test_threads_may_ask_for_the_first_time_at_once():
    formulas._compiled.cache_clear()
    expected = compile_formula(ACKLEY).hessian(POINTS)
    for _ in range(5):
        formulas._compiled.cache_clear()
        barrier, found = threading.Barrier(8), []

        def ask(barrier=barrier, found=found):
            barrier.wait()
            found.append(compile_formula(ACKLEY).hessian(POINTS))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert all(same_bits(expected, one) for one in found)
