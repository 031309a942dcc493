"""Critical points found: against the catalogue's lists, a finer grid, and formulas by hand."""

import time

import numpy as np
import pytest

from engine.surfaces import SURFACES, own
from engine.terrain.critical import critical_points, is_polynomial

SQUARE = ((-2.0, 2.0), (-2.0, 2.0))
EVERY = pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda s: s.key)


def typed(text, domain=SQUARE):
    return own(text, domain)


def found_kinds(text, domain=SQUARE):
    return sorted(found.kind for found in critical_points(typed(text, domain)).points)


def near(point, others):
    return min(np.hypot(*np.subtract(point, other)) for other in others)


@EVERY
def test_what_is_listed_is_found_and_nothing_else(surface):
    found = critical_points(surface).points
    assert len(found) == len(surface.critical_points)
    for listed in surface.critical_points:
        same = [one.point for one in found if one.kind == listed.kind]
        assert near(listed.point, same) < 1e-12


@EVERY
def test_a_finer_grid_finds_no_more(surface):
    if is_polynomial(surface):
        coarse, fine = critical_points(surface), critical_points(surface, 333)
        assert coarse.is_complete
        assert len(fine.points) == len(coarse.points)
        for one in fine.points:
            assert near(one.point, [o.point for o in coarse.points if o.kind == one.kind]) < 1e-12
    else:
        assert not critical_points(surface).is_complete


def test_polynomials_are_told_from_others():
    assert is_polynomial(SURFACES["himmelblau"])
    assert is_polynomial(typed("x^3/3 - pi*(x - 2*y)^2"))
    for text in ("sin(x)", "1/x", "x^0.5", "x^y", "2^x", "x^(-2)", "abs(x)"):
        assert not is_polynomial(typed(text)), text


def test_a_typed_polynomial_is_not_said_to_be_complete():
    assert not critical_points(typed("x^2 + y^2")).is_complete


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x*y", ["saddle"]),
        ("x^3 + y^2", ["degenerate"]),
        ("x^2 - y^4", ["degenerate"]),
        ("x^3 - 3*x*y^2", ["degenerate"]),
        ("x^4 + y^4", ["minimum"]),
        ("-x^4 - y^2", ["maximum"]),
        ("abs(x) + abs(y)", ["cusp"]),
        ("sqrt(x^2 + y^2)", ["cusp"]),
        ("-abs(x) - abs(y)", ["maximum"]),
        ("exp(-50*(x^2 + y^2))", ["maximum"]),
        ("x + y", []),
        ("log(x) + y^2", []),
        ("sqrt(x) + y^2", []),
        ("1/x + y^2", []),
        ("1/(x^2 + y^2)", []),
        ("tan(x) + y^2", []),
    ],
)
def test_kinds_worked_out_by_hand(text, kinds):
    assert found_kinds(text) == kinds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3", "level everywhere"),
        ("0*x", "level everywhere"),
        ("log(-x^2 - 1)", "no values"),
        ("x^2", "along a line"),
        ("(x + y)^2", "along a line"),
        ("(x^2 + y^2 - 1)^2", "along a line"),
    ],
)
def test_level_places_that_are_not_points_are_said_in_words(text, words):
    findings = critical_points(typed(text))
    assert words in findings.note
    assert not findings.minima


def test_the_ring_of_a_mexican_hat_is_not_counted_and_its_top_is():
    (top,) = critical_points(typed("(x^2 + y^2 - 1)^2")).points
    assert (top.kind, top.point) == ("maximum", (0.0, 0.0))


def test_the_axes_of_a_saddle_lead_down_and_up():
    (saddle,) = critical_points(typed("x*y")).saddles
    down, up = np.array(saddle.axes)
    assert saddle.eigenvalues == pytest.approx((-1.0, 1.0))
    assert abs(down @ [1, -1]) == pytest.approx(np.sqrt(2))
    assert abs(up @ [1, 1]) == pytest.approx(np.sqrt(2))


def test_the_axis_of_a_monkey_saddle_is_one_of_its_three_ways_down():
    surface = SURFACES["monkey_saddle"]
    (point,) = critical_points(surface).saddles
    away = surface.value(np.array(point.point) + 0.1 * np.array(point.axes[0]))
    assert away == pytest.approx(-(0.1**3))


def test_easoms_plain_is_found_and_is_flat():
    surface = SURFACES["easom"]
    plain = np.array(critical_points(surface).plain)
    assert np.hypot(*surface.gradient(plain)) < 1e-6
    assert critical_points(SURFACES["himmelblau"]).plain is None


@EVERY
def test_it_takes_less_than_half_a_second(surface):
    surface.hessian(np.array(surface.start))
    begun = time.process_time()
    critical_points.__wrapped__(surface)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    "text",
    ["sin(1/x) + y^2", "abs(x*y)", "x^2*y^2", "cos(20*x)*cos(20*y)", "exp(exp(x*y))", "x^y",
     "asin(x)*y", "1e300*x^2 + y", "1e-300*x^2", "abs(x - y) + abs(x + y)*0.3", "x/y", "y^9 - x"],
)  # fmt: skip
def test_no_formula_makes_an_exception_or_a_warning(text):
    for found in critical_points(typed(text)).points:
        assert np.isfinite(found.value)
