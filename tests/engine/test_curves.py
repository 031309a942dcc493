"""The curves: the facts that the catalogue states, each checked by another road."""

from math import e

import numpy as np
import pytest

from engine import surfaces
from engine.formula import FormulaError
from engine.surfaces.curves import CURVES, Curve, lookup, own

ALL = list(CURVES.values())


def by_key(curve):
    return getattr(curve, "key", None)


def column(*numbers):
    return np.array(numbers, dtype=float)[:, None]


def test_the_keys_are_those_that_links_and_other_scripts_use():
    keys = ("parabola", "two_valleys", "ripples", "steep_walls", "plateau", "absolute", "cubic")
    assert tuple(CURVES) == keys
    assert all(key == curve.key for key, curve in CURVES.items())
    assert not set(keys) & set(surfaces.SURFACES)
    assert Curve is surfaces.Surface


@pytest.mark.parametrize("curve", ALL, ids=by_key)
def test_entry_is_complete(curve):
    ((low, high),) = curve.domain
    assert curve.dimension == 1
    assert low < curve.start[0] < high
    assert curve.gradient(np.array(curve.start))[0] != 0
    assert curve.teaches.endswith(".")
    assert curve.source
    assert curve.latex
    assert len(curve.gradient_latex) == len(curve.hessian_latex) == len(curve.hessian_latex[0]) == 1


@pytest.mark.parametrize("curve", ALL, ids=by_key)
def test_critical_points_agree_with_their_kind(curve):
    ((low, high),) = curve.domain
    for c in curve.critical_points:
        point = np.array(c.point)
        assert low < c.point[0] < high
        left, here, right = curve.value(column(c.point[0] - 1e-3, c.point[0], c.point[0] + 1e-3))
        bend = curve.hessian(point)[0, 0]
        if c.kind != "cusp":
            assert abs(curve.gradient(point)[0]) <= 4e-15 * (1 + abs(bend))
        assert {
            "minimum": left > here < right and bend > 1e-6,
            "maximum": left < here > right and bend < -1e-6,
            "degenerate": (left - here) * (right - here) < 0 and bend == 0,
            "cusp": left > here < right,
            "saddle": False,
        }[c.kind], c


@pytest.mark.parametrize("curve", ALL, ids=by_key)
def test_every_turn_of_the_curve_is_listed_and_the_global_minimum_is_lowest(curve):
    x = np.linspace(*curve.domain[0], 200_001)
    value = curve.value(x[:, None])
    turns = x[1:-1][(value[1:-1] < value[:-2]) & (value[1:-1] <= value[2:])]
    listed = sorted(c.point[0] for c in curve.minima)
    np.testing.assert_allclose(turns, listed, atol=1e-4)
    turns = x[1:-1][(value[1:-1] > value[:-2]) & (value[1:-1] >= value[2:])]
    listed = sorted(c.point[0] for c in curve.critical_points if c.kind == "maximum")
    np.testing.assert_allclose(turns, listed, atol=1e-4)
    best = [curve.value(np.array(c.point)) for c in curve.critical_points if c.is_global]
    assert len(best) == bool(curve.minima)
    assert all(lowest <= value.min() for lowest in best)


@pytest.mark.parametrize(
    ("key", "x", "value"),
    [
        ("parabola", 3, 9),
        ("two_valleys", 2, 2),
        ("two_valleys", -1, -4),
        ("ripples", 0, 0),
        ("steep_walls", 1, e + 1 / e),
        ("plateau", 1, 1 - 1 / e),
        ("absolute", -2.5, 2.5),
        ("cubic", -2, -8),
    ],
)
def test_value_by_hand(key, x, value):
    assert CURVES[key].value(np.array([x], dtype=float)) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("curve", ALL, ids=by_key)
def test_derivatives_agree_with_central_differences(curve):
    x = np.random.default_rng(2).uniform(*curve.domain[0], 100)[:, None]
    x = x[np.abs(x[:, 0]) > 1e-3]  # beside the kink of |x|
    by_value = (curve.value(x + 1e-6) - curve.value(x - 1e-6)) / 2e-6
    by_gradient = (curve.gradient(x + 1e-6) - curve.gradient(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(curve.gradient(x)[:, 0], by_value, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(curve.hessian(x)[:, 0], by_gradient, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("curve", ALL, ids=by_key)
def test_extreme_points_make_no_noise(curve):
    far = column(-np.inf, -1e300, -1e8, 0.0, 5e-324, 1e300, np.inf, np.nan)
    assert curve.value(far).shape == (8,)
    assert curve.gradient(far).shape == (8, 1)
    assert curve.hessian(far).shape == (8, 1, 1)


def test_absolute_value_has_the_slopes_minus_one_zero_one():
    slope = CURVES["absolute"].gradient(column(-1e-300, 0, 1e-300))
    np.testing.assert_array_equal(slope, column(-1, 0, 1))


def test_lookup_names_the_known_keys():
    assert lookup("cubic") is CURVES["cubic"]
    with pytest.raises(ValueError, match=r"'himmelblau'.*parabola.*cubic"):
        lookup("himmelblau")


def test_own_curve_has_one_variable():
    curve = own("log(x)", ((-2.0, 2.0),))
    assert curve.dimension == 1
    assert curve.start[0] > 0
    assert own("x^2", ((-1, 3),), start=(2,)).start == (2.0,)
    with pytest.raises(FormulaError):
        own("x + y", ((-2.0, 2.0),))
