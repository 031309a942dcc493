"""Leaving a saddle: the prediction against walks, and what is said where it cannot hold."""

from math import ceil, inf, isfinite

import numpy as np
import pytest

from engine import descent
from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES, own
from engine.terrain import default_rate, escape
from engine.terrain.critical import critical_points

KEYS = ("saddle", "himmelblau", "two_wells", "three_hump_camel", "styblinski_tang")


def walked(surface, saddle, nudge, rate, steps):
    start = escape.point(saddle, escape.Start(nudge, 0.0))
    run = descent.start(surface, np.array(start), "gradient_descent", learning_rate=rate)
    return descent.advance(run, steps)


def rate_of(surface):
    return default_rate(surface, OPTIMIZERS["gradient_descent"])


@pytest.mark.parametrize("k", range(2, 13))
@pytest.mark.parametrize("key", KEYS)
def test_the_prediction_is_within_a_step(key, k):
    surface, nudge = SURFACES[key], 10.0**-k
    rate, away = rate_of(surface), escape.radius(nudge)
    assert away == pytest.approx(max(0.1, 10 * nudge))
    for saddle in critical_points(surface).saddles:
        wanted = escape.predicted_steps(rate, saddle.eigenvalues[0], nudge, away)
        for side in (1, -1):
            run = walked(surface, saddle, side * nudge, rate, ceil(wanted) + 20)
            steps = escape.measured_steps(run.points, saddle, away)
            assert steps is not None
            assert abs(steps - ceil(wanted)) <= 1, (saddle.point, side)
        assert escape.caution(surface, saddle, rate, away) == ""


def test_where_the_curvature_changes_on_the_way_the_prediction_is_off_and_says_so():
    surface = SURFACES["goldstein_price"]
    saddle = min(critical_points(surface).saddles, key=lambda found: found.point[0])
    rate = rate_of(surface)
    wanted = escape.predicted_steps(rate, saddle.eigenvalues[0], 1e-6, 0.1)
    steps = [
        escape.measured_steps(walked(surface, saddle, n, rate, 900).points, saddle, 0.1)
        for n in (1e-6, -1e-6)
    ]
    assert max(abs(n - ceil(wanted)) for n in steps) > 1
    assert "changes" in escape.caution(surface, saddle, rate, 0.1)


def test_a_rate_that_jumps_over_the_ridge_is_said_to():
    surface = SURFACES["beale"]
    saddle = min(critical_points(surface).saddles, key=lambda found: found.point[1])
    assert rate_of(surface) * saddle.eigenvalues[-1] > 2
    assert "above 2/L" in escape.caution(surface, saddle, rate_of(surface), 0.1)


def test_a_monkey_saddle_has_no_factor():
    surface = SURFACES["monkey_saddle"]
    (saddle,) = critical_points(surface).saddles
    assert "zero" in escape.caution(surface, saddle, 0.01, 0.1)
    assert escape.predicted_steps(0.01, 0.0, 1e-6, 0.1) == inf


def test_from_the_ridge_itself_nobody_leaves_by_prediction():
    assert escape.predicted_steps(0.1, -2.0, 0.0, 0.1) == inf
    surface = own("x^2 - y^2", ((-2.0, 2.0), (-2.0, 2.0)))
    (saddle,) = critical_points(surface).saddles
    run = walked(surface, saddle, 0.0, 0.1, 500)
    assert escape.measured_steps(run.points, saddle, 0.1) is None


def test_a_prediction_by_hand():
    # From 0.01 to 0.1 at 1.1 a step: ln 10 / ln 1.1 = 24.16.
    assert escape.predicted_steps(0.05, -2.0, 0.01, 0.1) == pytest.approx(24.158858)


@pytest.mark.parametrize("key", ["himmelblau", "saddle", "monkey_saddle"])
def test_a_place_is_seen_from_where_it_was_put(key):
    for saddle in critical_points(SURFACES[key]).saddles:
        for start in (escape.Start(1e-12, 0.0), escape.Start(-1e-4, 0.7), escape.Start(0.0, -0.3)):
            seen = escape.seen_from(saddle, escape.point(saddle, start))
            assert seen.nudge == pytest.approx(start.nudge, rel=1e-2, abs=1e-14)
            assert seen.along == pytest.approx(start.along, abs=1e-12)


def test_coming_down_the_ridge_is_not_leaving():
    surface = SURFACES["saddle"]
    (saddle,) = critical_points(surface).saddles
    start = escape.point(saddle, escape.Start(1e-6, 1.0))
    run = descent.start(surface, np.array(start), "gradient_descent", learning_rate=0.1)
    steps = escape.measured_steps(descent.advance(run, 200).points, saddle, 0.1)
    wanted = escape.predicted_steps(0.1, saddle.eigenvalues[0], 1e-6, 0.1)
    assert isfinite(wanted)
    assert abs(steps - ceil(wanted)) <= 1


@pytest.mark.parametrize("k", [4, 6, 8])
def test_a_ridge_whose_curvature_changes_on_the_way_down_is_counted(k):
    """Beside this ridge the distance grows by 1 + α(1 + y²), and y is still large at first."""
    surface = own("x^4/4 - x^2*(1 + y^2)/2 + y^2", ((-2.0, 2.0), (-2.0, 2.0)))
    saddle = next(s for s in critical_points(surface).saddles if s.point == (0.0, 0.0))
    begun = escape.Start(10.0**-k, 1.4)
    run = descent.start(
        surface, np.array(escape.point(saddle, begun)), "gradient_descent", learning_rate=0.1
    )
    steps = escape.measured_steps(descent.advance(run, 300).points, saddle, 0.1)
    wanted = ceil(escape.predicted_steps(0.1, saddle.eigenvalues[0], begun.nudge, 0.1))
    assert wanted - steps > 1
    assert escape.caution(surface, saddle, 0.1, 0.1) == ""
    said = escape.caution(surface, saddle, 0.1, 0.1, begun)
    assert "−2.96 where it begins" in said
    counted = int(said.split("takes about ")[1].split()[0])
    assert abs(counted - steps) <= 1


def test_a_ridge_of_the_same_curvature_all_along_needs_no_caution():
    surface = SURFACES["two_wells"]
    (saddle,) = critical_points(surface).saddles
    begun = escape.Start(1e-4, 0.5)
    assert escape.caution(surface, saddle, rate_of(surface), 0.1, begun) == ""
