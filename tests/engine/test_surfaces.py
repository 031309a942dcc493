"""The facts that the catalogue states, each checked by another road than the one it came by."""

import dataclasses
from math import e, exp, pi

import numpy as np
import pytest

from engine.formula import FormulaError
from engine.surfaces import SURFACES, lookup, own

ALL = list(SURFACES.values())
KEYS = {
    *("bowl", "ravine", "saddle", "monkey_saddle", "two_wells", "rosenbrock", "himmelblau"),
    *("beale", "booth", "three_hump_camel", "six_hump_camel", "styblinski_tang", "rastrigin"),
    *("ackley", "easom", "goldstein_price"),
}


def by_key(surface):
    return getattr(surface, "key", None)


def inside(surface, points):
    low, high = np.array(surface.domain).T
    return ((low <= points) & (points <= high)).all(axis=-1)


def newton(surface, points, steps=80):
    """Damped Newton from every point: those that arrived at a zero of the gradient."""
    reach = 0.05 * min(high - low for low, high in surface.domain)
    for _ in range(steps):
        gradient, hessian = surface.gradient(points), surface.hessian(points)
        known = np.isfinite(gradient).all(-1) & np.isfinite(hessian).all((-1, -2))
        regular = known & (np.abs(np.linalg.det(np.where(known[:, None, None], hessian, 0))) > 0)
        points, gradient, hessian = points[regular], gradient[regular], hessian[regular]
        move = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        length = np.linalg.norm(move, axis=-1, keepdims=True)
        points = points - move * np.minimum(1.0, reach / np.maximum(length, 1e-300))
    return points[(length < 1e-9 * reach)[:, 0]]


# --- The entries themselves --------------------------------------------------------------------


def test_the_keys_are_those_that_links_and_other_scripts_use():
    assert set(SURFACES) == KEYS
    assert all(key == surface.key for key, surface in SURFACES.items())
    assert next(iter(SURFACES)) == "himmelblau"
    assert len({surface.name for surface in ALL}) == len(ALL)


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_entry_is_complete(surface):
    assert surface.dimension == len(surface.start) == 2
    assert len(surface.formula) <= 200
    assert all(low < high for low, high in surface.domain)
    assert inside(surface, np.array(surface.start))
    assert np.linalg.norm(surface.gradient(np.array(surface.start))) > 0
    assert surface.teaches.endswith(".")
    assert surface.source
    assert surface.latex
    assert len(surface.gradient_latex) == 2
    assert [len(row) for row in surface.hessian_latex] == [2, 2]
    assert hash(surface) == hash(dataclasses.replace(surface))


# --- Critical points ---------------------------------------------------------------------------


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_critical_points_lie_in_the_domain_and_differ(surface):
    points = np.array([c.point for c in surface.critical_points])
    assert inside(surface, points).all()
    assert len({c.point for c in surface.critical_points}) == len(points)
    assert {c.kind for c in surface.minima} <= {"minimum", "cusp"}


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_gradient_is_zero_as_far_as_the_coordinates_say(surface):
    points = np.array([c.point for c in surface.critical_points if c.kind != "cusp"])
    curvature = np.abs(np.linalg.eigvalsh(surface.hessian(points))).max(axis=-1)
    # A coordinate rounded by one unit in the last place moves the gradient by curvature × that.
    slack = 4e-16 * (1 + np.abs(points).max(axis=-1)) * (1 + 4 * curvature)
    assert (np.linalg.norm(surface.gradient(points), axis=-1) <= slack).all()


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_curvatures_agree_with_the_kind(surface):
    for c in surface.critical_points:
        if c.kind == "cusp":
            continue
        low, high = np.linalg.eigvalsh(surface.hessian(np.array(c.point)))
        flat = 1e-9 * max(abs(low), abs(high), 1e-6)
        assert {
            "minimum": low > flat,
            "maximum": high < -flat,
            "saddle": low < -flat < flat < high,
            "degenerate": min(abs(low), abs(high)) <= flat,
        }[c.kind], c


RING = np.stack([np.cos(np.arange(96) * pi / 48), np.sin(np.arange(96) * pi / 48)], axis=-1)


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_neighbours_agree_with_the_kind(surface):
    for c in surface.critical_points:
        radii = (1e-8, 1e-5, 1e-3, 1e-2) if c.kind == "cusp" else (3e-3,)
        for radius in radii:
            around = surface.value(np.array(c.point) + radius * RING)
            here = surface.value(np.array(c.point))
            assert {
                "minimum": (around > here).all(),
                "cusp": (around > here).all(),
                "maximum": (around < here).all(),
                "saddle": around.min() < here < around.max(),
                "degenerate": around.min() < here < around.max(),
            }[c.kind], (c, radius)


def test_ackleys_tip_has_no_slope_and_a_slope_beside_it():
    ackley = SURFACES["ackley"]
    beside = np.linalg.norm(ackley.gradient(1e-7 * RING), axis=-1)
    # 20 · 0.2 / √2, from the first exponential alone.
    np.testing.assert_allclose(beside, 4 / 2**0.5, rtol=1e-4)


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_global_minima_are_the_lowest_of_the_domain(surface):
    best = [surface.value(np.array(c.point)) for c in surface.critical_points if c.is_global]
    assert {c.kind for c in surface.critical_points if c.is_global} <= {"minimum", "cusp"}
    if not surface.minima:
        assert not best
        return
    sides = [np.linspace(low, high, 301) for low, high in surface.domain]
    grid = surface.value(np.stack(np.meshgrid(*sides), axis=-1))
    assert np.ptp(best) < 1e-9
    assert max(best) <= grid.min() + 1e-9
    others = [surface.value(np.array(c.point)) for c in surface.minima if not c.is_global]
    assert all(value > max(best) + 1e-6 for value in others)


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_newton_from_a_grid_finds_nothing_that_is_not_listed(surface):
    sides = [np.linspace(low, high, 58) for low, high in surface.domain]
    found = newton(surface, np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2))
    found = found[inside(surface, found)]
    listed = np.array([c.point for c in surface.critical_points])
    distance = np.linalg.norm(found[:, None] - listed, axis=-1)
    assert len(found) > 100
    assert distance.min(axis=1).max() < 1e-6
    smooth = [i for i, c in enumerate(surface.critical_points) if c.kind != "cusp"]
    assert distance.min(axis=0)[smooth].max() < 1e-6


@pytest.mark.parametrize(
    ("key", "counts"),
    [
        ("himmelblau", {"minimum": 4, "saddle": 4, "maximum": 1}),
        ("six_hump_camel", {"minimum": 6, "saddle": 7, "maximum": 2}),
        ("styblinski_tang", {"minimum": 4, "saddle": 4, "maximum": 1}),
        ("rastrigin", {"minimum": 121, "saddle": 220, "maximum": 100}),
        ("goldstein_price", {"minimum": 4, "saddle": 4, "maximum": 1}),
        ("saddle", {"saddle": 1}),
        ("monkey_saddle", {"degenerate": 1}),
    ],
)
def test_numbers_of_critical_points(key, counts):
    kinds = [c.kind for c in SURFACES[key].critical_points]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == counts


# --- Values stated elsewhere -------------------------------------------------------------------

PRINTED = [
    # To the digits printed by Surjanovic and Bingham, and by Jamil and Yang 2013.
    ("himmelblau", (-2.805118, 3.131312), 0.0),
    ("himmelblau", (-3.779310, -3.283186), 0.0),
    ("himmelblau", (3.584428, -1.848126), 0.0),
    ("himmelblau", (-0.270845, -0.923039), 181.617),
    ("six_hump_camel", (0.0898, -0.7126), -1.0316),
    ("styblinski_tang", (-2.903534, -2.903534), -78.3323),
]

EXACT = [
    # Minima, from the same.
    ("himmelblau", (3, 2), 0.0),
    ("beale", (3, 0.5), 0.0),
    ("booth", (1, 3), 0.0),
    ("three_hump_camel", (0, 0), 0.0),
    ("six_hump_camel", (-0.08984201310031806, 0.7126564030207396), -1.0316284534898774),
    ("styblinski_tang", (-2.903534027771177, -2.903534027771177), -78.33233140754282),
    ("rastrigin", (0, 0), 0.0),
    ("ackley", (0, 0), 0.0),
    ("easom", (pi, pi), -1.0),
    ("goldstein_price", (0, -1), 3.0),
    ("rosenbrock", (1, 1), 0.0),
    # Goldstein and Price 1971: the local minima.
    ("goldstein_price", (-0.6, -0.4), 30.0),
    ("goldstein_price", (1.8, 0.2), 84.0),
    ("goldstein_price", (1.2, 0.8), 840.0),
    # Rosenbrock 1960: the cost of his start.
    ("rosenbrock", (-1.2, 1), 24.2),
    # By hand.
    ("himmelblau", (0, 0), 170.0),
    ("beale", (0, 0), 1.5**2 + 2.25**2 + 2.625**2),
    ("booth", (0, 0), 74.0),
    ("goldstein_price", (0, 0), 600.0),
    ("three_hump_camel", (1, 1), 2 - 1.05 + 1 / 6 + 2),
    ("six_hump_camel", (1, 1), 4 - 2.1 + 1 / 3 + 1),
    ("styblinski_tang", (1, 2), (1 - 16 + 5 + 16 - 64 + 10) / 2),
    ("rastrigin", (1, -2), 5.0),
    ("rastrigin", (0.5, 0), 20.25),
    ("ackley", (1, 1), 20 - 20 * exp(-0.2)),
    ("ackley", (0.5, 0.5), 20 + e - 20 * exp(-0.1) - exp(-1)),
    ("easom", (0, pi), exp(-(pi**2))),
    ("bowl", (3, -4), 25.0),
    ("ravine", (2, 1), 52.0),
    ("saddle", (3, 2), 5.0),
    ("monkey_saddle", (2, 1), 2.0),
    ("two_wells", (1, 2), 7.4),
]


@pytest.mark.parametrize(("key", "point", "value"), PRINTED)
def test_value_as_printed(key, point, value):
    assert SURFACES[key].value(np.array(point)) == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize(("key", "point", "value"), EXACT)
def test_exact_value(key, point, value):
    got = SURFACES[key].value(np.array(point, dtype=float))
    assert got == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_goldstein_price_equals_its_usual_text():
    # As printed by Surjanovic and Bingham; the entry has it factored.
    x, y = np.random.default_rng(3).uniform(-2, 2, (2, 50))
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    inner = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    second = 30 + (2 * x - 3 * y) ** 2 * inner
    got = SURFACES["goldstein_price"].value(np.stack([x, y], axis=-1))
    np.testing.assert_allclose(got, first * second, rtol=1e-10)


# --- Derivatives -------------------------------------------------------------------------------


def central(function, points, step):
    """Central differences of `function` along every axis, the last axis of the result."""
    columns = []
    for axis in np.eye(points.shape[-1]) * step:
        columns.append((function(points + axis) - function(points - axis)) / (2 * step))
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_derivatives_agree_with_central_differences(surface):
    low, high = np.array(surface.domain).T
    points = np.random.default_rng(11).uniform(low, high, (200, surface.dimension))
    gradient, hessian = surface.gradient(points), surface.hessian(points)
    # The error of a central difference goes with step² and with (rounding of the cost) / step.
    by_value = central(surface.value, points, 1e-5)
    by_gradient = central(surface.gradient, points, 1e-5)
    slack = 1e-10 * np.abs(surface.value(points)).max() + 1e-8 * (1 + np.abs(hessian).max())
    assert np.abs(gradient - by_value).max() < slack
    assert np.abs(hessian - by_gradient).max() < 1e-6 * (1 + np.abs(hessian).max())
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, -1, -2))


@pytest.mark.parametrize("surface", ALL, ids=by_key)
def test_extreme_points_make_no_noise(surface):
    far = np.array([-np.inf, -1e300, -1e100, -1e8, 0.0, 5e-324, 1e8, 1e300, np.inf, np.nan])
    points = np.stack(np.meshgrid(far, far), axis=-1)
    assert surface.value(points).shape == (10, 10)
    assert surface.gradient(points).shape == (10, 10, 2)
    assert surface.hessian(points).shape == (10, 10, 2, 2)


def test_value_and_gradient_in_one_pass_are_the_same():
    points = np.random.default_rng(5).normal(size=(7, 2))
    for surface in ALL:
        value, gradient = surface.value_and_gradient(points)
        np.testing.assert_array_equal(value, surface.value(points))
        np.testing.assert_array_equal(gradient, surface.gradient(points))


# --- By key, and typed -------------------------------------------------------------------------


def test_lookup_names_the_known_keys():
    assert lookup("beale") is SURFACES["beale"]
    with pytest.raises(ValueError, match=r"'biele'.*himmelblau.*goldstein_price"):
        lookup("biele")


def test_own_formula_is_a_surface_like_any_other():
    surface = own("x^2 + 3*y^2", ((-2, 2), (-1.5, 1)))
    assert (surface.key, surface.critical_points, surface.minima) == ("", (), ())
    assert surface.domain == ((-2.0, 2.0), (-1.5, 1.0))
    assert surface.dimension == 2
    assert inside(surface, np.array(surface.start))
    np.testing.assert_array_equal(surface.gradient(np.array([1.0, 1.0])), [2.0, 6.0])
    assert surface == own("x^2 + 3*y^2", ((-2, 2), (-1.5, 1)))
    assert own("x*y", ((-1, 1), (-1, 1)), start=(0.5, 0)).start == (0.5, 0.0)


@pytest.mark.parametrize("text", ["log(x)", "log(-x)", "sqrt(y - x)", "x*y", "log(x*y)", "1/x"])
def test_own_start_has_a_finite_cost_and_a_slope(text):
    surface = own(text, ((-2.0, 2.0), (-2.0, 2.0)))
    start = np.array(surface.start)
    assert inside(surface, start)
    assert np.isfinite(surface.value(start))
    assert np.isfinite(surface.gradient(start)).all()
    assert surface.gradient(start).any()


@pytest.mark.parametrize("text", ["7", "sqrt(-1 - x^2)", "0*x"])
def test_own_start_where_no_point_is_any_good(text):
    surface = own(text, ((-2.0, 2.0), (-2.0, 2.0)))
    assert inside(surface, np.array(surface.start))


def test_own_refuses_what_is_no_formula_domain_or_start():
    with pytest.raises(FormulaError):
        own("x +* y", ((-1, 1), (-1, 1)))
    with pytest.raises(FormulaError):
        own("x + y", ((-1, 1),))
    for domain in [(), ((1, -1), (0, 1)), ((0, np.inf), (0, 1)), ((0, 1),) * 3, ((0, 0), (0, 1))]:
        with pytest.raises(ValueError, match=r"domain|picture"):
            own("x", domain)
    for start in [(0.0,), (np.nan, 0.0)]:
        with pytest.raises(ValueError, match="start"):
            own("x", ((-1, 1), (-1, 1)), start=start)
