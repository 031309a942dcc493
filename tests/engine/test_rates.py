"""The map of rates and the largest that settles, against single runs and against 2/L."""

import numpy as np
import pytest

from engine.descent import advance, ending, regime, start, sweep
from engine.descent.endings import judge, outcomes
from engine.descent.rates import (
    UNSETTLED,
    largest_settling_rate,
    momentum_map,
    rate_map,
    settle,
)
from engine.optimizers import OPTIMIZERS
from engine.optimizers.schedules import Scheduled, plan
from engine.surfaces import SURFACES, own
from engine.surfaces.curves import CURVES
from engine.terrain import curvature, learning_rates, principal, scaled

HIMMELBLAU = SURFACES["himmelblau"]
BOWLS = [s for s in SURFACES.values() if scaled(s, s.start) is not None] + [CURVES["parabola"]]


def dial(landscape, key, count=241):
    stops = learning_rates(landscape, OPTIMIZERS[key])
    return np.geomspace(stops[0], stops[-1], count)


def test_the_bowls_of_the_catalogue_are_found():
    assert [s.key for s in BOWLS] == ["bowl", "ravine", "booth", "parabola"]


@pytest.mark.parametrize("landscape", BOWLS, ids=lambda s: s.key)
@pytest.mark.parametrize("beta", [None, 0.0, 0.5, 0.9])
def test_the_measured_threshold_is_the_one_of_theory(landscape, beta):
    key = "gradient_descent" if beta is None else "momentum"
    settings = {} if beta is None else {"momentum": beta}
    theory = 2 * (1 + (beta or 0.0)) / float(curvature(landscape, landscape.start)[1])
    run = start(landscape, landscape.start, key, **settings)
    found = largest_settling_rate(run, dial(landscape, key))
    assert found.verdict == "found"
    assert found.rate == pytest.approx(theory, rel=0.01)
    assert found.beyond in ("bouncing", "diverged")


@pytest.mark.parametrize("key", ["himmelblau", "beale", "rosenbrock", "ackley"])
def test_the_threshold_parts_what_settles_from_what_does_not(key):
    surface = SURFACES[key]
    run = start(surface, surface.start, "gradient_descent")
    found = largest_settling_rate(run, dial(surface, "gradient_descent"))
    for factor, unsettled in ((0.99, False), (1.01, True)):
        walk = advance(
            start(surface, surface.start, "gradient_descent", learning_rate=found.rate * factor),
            1000,
        )
        assert (ending(walk).kind in UNSETTLED) is unsettled


@pytest.mark.parametrize(
    ("formula", "start_at", "verdict", "beyond"),
    [
        ("x^2 - y^2", (1.0, 0.1), "none", "no_bottom"),
        ("x + y", (0.0, 0.0), "none", "no_bottom"),
        ("3", (1.0, 1.0), "all", "running"),
        ("log(x) + y^2", (-1.0, 0.0), "none", "undefined"),
        ("sqrt(x) + y^2", (1.0, 1.0), "none", "undefined"),
        ("abs(x) + abs(y)", (1.0, 0.7), "none", "bouncing"),
    ],
)
def test_where_none_or_all_settle_it_is_said(formula, start_at, verdict, beyond):
    surface = own(formula, ((-2.0, 2.0), (-2.0, 2.0)))
    found = largest_settling_rate(
        start(surface, start_at, "gradient_descent"), dial(surface, "gradient_descent", 61)
    )
    assert found.rate > 0
    assert (found.verdict, found.beyond) == (verdict, beyond)


def test_a_rate_that_never_arrives_is_told_from_one_that_does():
    arriving = {}
    for formula in ("1/x + y^2", "exp(-x) + y^2", "tan(x) + y^2", "x^2 + y^2"):
        surface = own(formula, ((-2.0, 2.0), (-2.0, 2.0)))
        run = start(surface, (0.7, 1.0), "gradient_descent")
        arriving[formula] = largest_settling_rate(
            run, dial(surface, "gradient_descent", 61)
        ).arrives
    assert list(arriving.values()) == [False, False, False, True]


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_point_of_the_map_is_the_single_run(key):
    rates = dial(HIMMELBLAU, key, 25)
    found = rate_map(start(HIMMELBLAU, HIMMELBLAU.start, key), rates, 80)
    for index, rate in enumerate(rates):
        walk = advance(start(HIMMELBLAU, HIMMELBLAU.start, key, learning_rate=float(rate)), 80)
        assert found.values[index] == walk.values[-1]
        assert found.lengths[index] == len(walk.values)
        assert found.kinds[index] == ending(walk).kind
        assert found.regimes[index] == regime(walk)


def test_the_map_keeps_a_schedule_and_a_walk_that_is_under_way():
    of = plan("cosine", length=60)
    begun = advance(
        start(HIMMELBLAU, HIMMELBLAU.start, "adam", learning_rate=Scheduled(0.05, of)), 20
    )
    found = rate_map(begun, np.array([0.01, 0.5]), 30)
    single = advance(begun, 30, learning_rate=Scheduled(0.5, of))
    assert found.values[1] == single.values[-1]


@pytest.mark.parametrize("key", ["momentum", "nesterov"])
def test_a_point_of_the_plane_is_the_single_run(key):
    rates, momenta = dial(HIMMELBLAU, key, 50), np.linspace(0.0, 0.99, 30)
    found = momentum_map(start(HIMMELBLAU, HIMMELBLAU.start, key), rates, momenta, 60)
    assert found.values.shape == (30, 50)
    for row, column in ((0, 0), (29, 49), (22, 31), (23, 2), (12, 40)):
        walk = advance(
            start(
                HIMMELBLAU,
                HIMMELBLAU.start,
                key,
                learning_rate=float(rates[column]),
                momentum=float(momenta[row]),
            ),
            60,
        )
        assert found.values[row, column] == walk.values[-1]
        assert found.kinds[row * 50 + column] == ending(walk).kind
        assert found.regimes[row * 50 + column] == regime(walk)


def test_outcomes_are_what_judges_say_without_the_words():
    run = sweep(HIMMELBLAU, HIMMELBLAU.start, "momentum", dial(HIMMELBLAU, "momentum"), 100).run
    endings, regimes = judge(run)
    assert outcomes(run) == (tuple(e.kind for e in endings), regimes)


def test_a_walk_is_followed_until_it_settles():
    ravine = SURFACES["ravine"]
    run, found = settle(start(ravine, ravine.start, "gradient_descent", learning_rate=0.01))
    assert found.kind == "global_minimum"
    reach = 3e-4 * np.hypot(8, 4)
    away = np.hypot(*run.points.T)
    assert abs(found.step - int(np.argmax(away < reach))) <= 60
    longer = advance(run, 500)
    assert ending(longer).step == pytest.approx(found.step, abs=60)


def test_following_a_walk_ends_when_it_is_lost_or_patience_does():
    ravine = SURFACES["ravine"]
    run, found = settle(start(ravine, ravine.start, "gradient_descent", learning_rate=0.05))
    assert found.kind == "diverged"
    run, found = settle(start(ravine, ravine.start, "gradient_descent", learning_rate=1e-7), 900)
    assert (run.steps, found.kind) == (900, "running")


# --- Directions --------------------------------------------------------------------------------


def test_each_axis_shrinks_by_its_own_factor():
    booth = SURFACES["booth"]
    walk = advance(start(booth, booth.start, "gradient_descent", learning_rate=0.04), 20)
    curvatures, axes = principal(booth, booth.start)
    away = (walk.points - (1.0, 3.0)) @ axes
    np.testing.assert_allclose(away[1:], away[:-1] * (1 - 0.04 * curvatures), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-12)


def test_a_hessian_that_is_not_finite_has_no_axes():
    found = principal(own("sqrt(x) + y^2", ((-1.0, 1.0), (-1.0, 1.0))), [[-1.0, 0.0], [1.0, 0.0]])
    assert np.isnan(found.curvatures[0]).all()
    assert np.isnan(found.axes[0]).all()
    assert np.isfinite(found.curvatures[1]).all()


@pytest.mark.parametrize("key", ["bowl", "ravine", "booth"])
def test_scaled_coordinates_are_round_and_keep_the_cost(key):
    surface = SURFACES[key]
    found = scaled(surface, surface.start)
    round_one = own(found.formula, found.domain, start=found.start)
    np.testing.assert_allclose(round_one.hessian(np.array([0.3, 0.1])), np.eye(2), atol=1e-12)
    curvatures, axes = np.linalg.eigh(surface.hessian(np.array(surface.start)))
    bottom = np.array(surface.critical_points[0].point)
    for place in ((0.2, -0.4), found.start):
        there = bottom + axes @ (place / np.sqrt(curvatures))
        assert round_one.value(np.array(place)) == pytest.approx(surface.value(there), rel=1e-4)
    one_step = advance(start(round_one, found.start, "gradient_descent", learning_rate=1.0), 1)
    np.testing.assert_allclose(one_step.points[1], 0.0, atol=1e-9)


@pytest.mark.parametrize(
    "formula", ["x^2 - y^2", "x^4 + y^2", "x", "3", "x^2", "1/x + y^2", "x^2 + y^2 + log(x)"]
)
def test_what_is_no_bowl_is_not_scaled(formula):
    surface = own(formula, ((-2.0, 2.0), (-2.0, 2.0)))
    assert scaled(surface, (1.0, 1.0)) is None


def test_a_bowl_with_a_floor_keeps_it():
    surface = own("(x - 1)^2 + 3*y^2 - 2", ((-2.0, 2.0), (-2.0, 2.0)))
    found = scaled(surface, (0.0, 1.0))
    assert own(found.formula, found.domain).value(np.array([0.0, 0.0])) == -2.0
