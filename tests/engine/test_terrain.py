"""Curvature and rates: closed forms, and walks by the plainest loop, which shares no code."""

import dataclasses

import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES, Surface, own
from engine.surfaces.curves import CURVES
from engine.surfaces.curves import own as own_curve
from engine.terrain import (
    curvature,
    curvature_along,
    default_rate,
    largest_stable_rate,
    learning_rates,
)

RAVINE = SURFACES["ravine"]
ALL = [*SURFACES.values(), *CURVES.values()]
EVERY = pytest.mark.parametrize("landscape", ALL, ids=lambda s: s.key)
GRADIENT_DESCENT = OPTIMIZERS["gradient_descent"]


def descend(landscape, rate, steps=200, momentum=0.0):
    """The points of gradient descent, up to the last finite one."""
    points, velocity = [np.array(landscape.start)], 0.0
    with np.errstate(all="ignore"):
        for _ in range(steps):
            velocity = momentum * velocity + landscape.gradient(points[-1])
            point = points[-1] - rate * velocity
            if not (np.isfinite(point).all() and np.isfinite(landscape.value(point))):
                break
            points.append(point)
    return np.array(points)


def walk(landscape, optimizer, rate, steps=200):
    """Where an optimizer is after some steps of its own `update`."""
    point = np.array(landscape.start)
    state = optimizer.initial(point)
    settings = {**optimizer.defaults, "learning_rate": rate}
    for _ in range(steps):
        hessian = landscape.hessian(point) if optimizer.needs_hessian else None
        state, step = optimizer.update(state, point, landscape.gradient(point), hessian, **settings)
        point = point + step
    return point


def diagonal(landscape):
    return np.linalg.norm([high - low for low, high in landscape.domain])


def to_nearest_minimum(landscape, point):
    return min(np.linalg.norm(point - c.point) for c in landscape.minima) / diagonal(landscape)


# --- Curvature ---------------------------------------------------------------------------------


def test_curvature_of_quadratics():
    assert curvature(RAVINE, (3.0, 1.0)) == (1.0, 100.0)
    assert curvature(SURFACES["saddle"], (3.0, 1.0)) == (-2.0, 2.0)
    assert curvature(CURVES["parabola"], (3.0,)) == (2.0, 2.0)
    np.testing.assert_allclose(curvature(SURFACES["booth"], (0.0, 0.0)), (2.0, 18.0))


def test_curvature_of_the_monkey_saddle_is_six_times_the_radius():
    points = np.random.default_rng(1).normal(size=(4, 5, 2))
    low, high = curvature(SURFACES["monkey_saddle"], points)
    np.testing.assert_allclose(high, 6 * np.linalg.norm(points, axis=-1))
    np.testing.assert_allclose(low, -high)
    assert low.shape == (4, 5)


def test_one_unknown_hessian_leaves_its_neighbours_alone():
    points = np.array([(0.0, 0.0), (1.0, 0.5), (np.nan, 1.0)])
    low, high = curvature(SURFACES["ackley"], points)
    np.testing.assert_array_equal(np.isnan(low), [True, False, True])
    assert high[1] == curvature(SURFACES["ackley"], points[1])[1]


def test_curvature_along_a_direction():
    assert curvature_along(RAVINE, (1.0, 1.0), (-5.0, 0.0)) == 1.0
    assert curvature_along(RAVINE, (1.0, 1.0), (0.0, 1e200)) == 100.0
    assert curvature_along(RAVINE, (1.0, 1.0), (1e-300, 1e-300)) == pytest.approx(50.5)
    assert np.isnan(curvature_along(RAVINE, (1.0, 1.0), (0.0, 0.0)))
    assert np.isnan(curvature_along(RAVINE, (1.0, 1.0), (np.inf, 0.0)))
    along = curvature_along(RAVINE, np.ones((7, 2)), np.eye(2)[1])
    np.testing.assert_array_equal(along, np.full(7, 100.0))


def test_curvature_along_is_the_second_derivative_met():
    surface, point, direction = SURFACES["himmelblau"], np.array((1.0, -2.0)), np.array((0.6, 0.8))
    values = [surface.value(point + t * direction) for t in (-1e-4, 0, 1e-4)]
    second = (values[0] - 2 * values[1] + values[2]) / 1e-8
    assert curvature_along(surface, point, 3 * direction) == pytest.approx(second, rel=1e-5)


# --- The largest stable rate -------------------------------------------------------------------


def test_stable_rate_by_formula():
    assert largest_stable_rate(RAVINE, (1.0, 1.0)) == 0.02
    assert largest_stable_rate(RAVINE, (1.0, 1.0), momentum=0.9) == pytest.approx(0.038)
    assert largest_stable_rate(own_curve("-x^2", ((-1, 1),)), (1.0,)) == np.inf
    assert largest_stable_rate(CURVES["absolute"], (1.0,)) == np.inf
    assert np.isnan(largest_stable_rate(SURFACES["ackley"], (0.0, 0.0)))
    rates = largest_stable_rate(RAVINE, np.zeros((3, 2)), momentum=np.array([0.0, 0.5, 0.9]))
    np.testing.assert_allclose(rates, [0.02, 0.03, 0.038])


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_descent_obeys_the_stable_rate(momentum):
    limit = largest_stable_rate(RAVINE, RAVINE.start, momentum)
    below = descend(RAVINE, 0.99 * limit, 3000, momentum)
    above = descend(RAVINE, 1.01 * limit, 3000, momentum)
    assert np.linalg.norm(below[-1]) < 1e-6
    assert np.abs(above[-1, 1]) > 1e6


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99, 1.0, 1.01])
def test_descent_in_the_ravine_has_a_closed_form(share):
    rate = share * 0.02
    points = descend(RAVINE, rate, 100)
    k = np.arange(101)
    np.testing.assert_allclose(points[:, 0], RAVINE.start[0] * (1 - rate) ** k, rtol=1e-10)
    across = RAVINE.start[1] * (1 - 100 * rate) ** k
    np.testing.assert_allclose(points[:, 1], across, rtol=1e-10, atol=1e-14)


# --- The dial ----------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=lambda o: o.key)
@EVERY
def test_dial_is_three_decades_of_stops_with_the_default_among_them(landscape, optimizer):
    rates = learning_rates(landscape, optimizer)
    assert rates.shape == (61,)
    assert (np.diff(rates) > 0).all()
    exponents = np.round(20 * np.log10(rates)).astype(int)
    np.testing.assert_array_equal(np.diff(exponents), np.ones(60))
    np.testing.assert_array_equal(rates, [10.0 ** (int(j) / 20) for j in exponents])
    assert default_rate(landscape, optimizer) in rates
    assert type(default_rate(landscape, optimizer)) is float
    allowed = optimizer.settings[0]
    assert allowed.low <= rates[0] < rates[-1] <= allowed.high


def test_round_numbers_are_stops():
    rates = learning_rates(CURVES["parabola"], GRADIENT_DESCENT).tolist()
    assert {0.01, 0.1, 1.0} <= set(rates)
    assert len(learning_rates(CURVES["parabola"], GRADIENT_DESCENT, stops=21)) == 21


@EVERY
def test_lowest_stop_crawls(landscape):
    points = descend(landscape, learning_rates(landscape, GRADIENT_DESCENT)[0], 50)
    assert np.linalg.norm(np.diff(points, axis=0), axis=-1).max() < 0.02 * diagonal(landscape)
    assert np.linalg.norm(points[-1] - points[0]) < 0.15 * diagonal(landscape)


@EVERY
def test_highest_stop_never_settles(landscape):
    points = descend(landscape, learning_rates(landscape, GRADIENT_DESCENT)[-1])
    lost = len(points) < 201 or np.abs(points[-1]).max() > 1e3
    moves = np.linalg.norm(np.diff(points[-20:], axis=0), axis=-1)
    assert lost or moves.mean() > 0.02 * diagonal(landscape)


# --- Default rates -----------------------------------------------------------------------------


def test_default_of_descent_on_himmelblau_goes_smoothly_to_a_minimum():
    surface = SURFACES["himmelblau"]
    points = descend(surface, default_rate(surface, GRADIENT_DESCENT))
    assert (np.diff(surface.value(points)) <= 1e-25).all()
    assert to_nearest_minimum(surface, points[-1]) < 1e-6
    moves = np.diff(points, axis=0)
    turns = (moves[1:40] * moves[:39]).sum(axis=-1)
    assert (turns > 0).all()  # never back


def test_default_on_the_parabola_halves_the_distance():
    curve = CURVES["parabola"]
    points = descend(curve, default_rate(curve, GRADIENT_DESCENT), 10)
    np.testing.assert_allclose(points[1:] / points[:-1], 0.5, atol=0.01)


@pytest.mark.parametrize(
    "landscape",
    [s for s in ALL if s.key != "absolute"],  # |x| has no rate that never climbs
    ids=lambda s: s.key,
)
def test_default_of_descent_never_climbs_on_smooth_ground(landscape):
    points = descend(landscape, default_rate(landscape, GRADIENT_DESCENT), 100)
    value = landscape.value(points)
    assert (np.diff(value) <= 1e-12 * np.abs(value[:-1]) + 1e-15).all()


SLOW = {"ravine", "rosenbrock", "beale"}  # these teach just that
# Newton's method goes to the nearest point without slope, whatever its kind.
FIRST_ORDER = [o for o in OPTIMIZERS.values() if not o.needs_hessian]


@pytest.mark.parametrize("optimizer", FIRST_ORDER, ids=lambda o: o.key)
@pytest.mark.parametrize(
    "landscape", [s for s in ALL if s.minima and s.key not in SLOW], ids=lambda s: s.key
)
def test_default_arrives_within_200_steps(landscape, optimizer):
    # Lion and Adadelta keep stepping, so "arrived" is within a twentieth of the picture.
    point = walk(landscape, optimizer, default_rate(landscape, optimizer))
    assert to_nearest_minimum(landscape, point) < 0.05


# --- Typed formulas ----------------------------------------------------------------------------

ODD = [
    *("7", "0*x", "x", "log(x)", "sqrt(x)", "1/x", "-x^2", "sin(1/x)", "exp(exp(x))", "abs(x)"),
    *("1e300*x^2", "1e-300*x^2", "x^100", "sqrt(-1 - x^2)", "abs(x) + 1e-4*x^2", "tan(x)"),
]


@pytest.mark.parametrize("half", [1e-12, 3.0, 1e9, 1e300])
@pytest.mark.parametrize("text", ODD)
def test_every_typed_formula_gets_a_dial(text, half):
    # Pictures larger and smaller than `own` lets anybody choose: a dial must stand them all.
    for landscape in (
        Surface("", "", text, ((-half, half),), (half / 3,)),
        Surface("", "", f"{text} + abs(y)", ((-half, half), (0.0, half)), (half / 3, half / 2)),
    ):
        for optimizer in OPTIMIZERS.values():
            rates = learning_rates(landscape, optimizer)
            assert np.isfinite(rates).all()
            assert (np.diff(rates) > 0).all()
            assert default_rate(landscape, optimizer) in rates
            assert optimizer.settings[0].low <= rates[0] < rates[-1] <= optimizer.settings[0].high


@pytest.mark.parametrize("text", ["x^2", "2*abs(x)", "abs(x) + 1e-4*x^2", "x^4", "cosh(x)"])
def test_default_of_a_typed_formula_ends_near_its_minimum(text):
    curve = own_curve(text, ((-3.0, 3.0),))
    points = descend(curve, default_rate(curve, GRADIENT_DESCENT))
    assert np.abs(points[-1, 0]) < 0.3


def test_rates_follow_the_formula_not_its_listed_facts():
    surface = SURFACES["himmelblau"]
    bare = dataclasses.replace(surface, key="", critical_points=())
    for optimizer in OPTIMIZERS.values():
        assert default_rate(bare, optimizer) == default_rate(surface, optimizer)
    stretched = own("(x^2 + (y/10) - 11)^2 + (x + (y/10)^2 - 7)^2", ((-5, 5), (-50, 50)))
    assert default_rate(stretched, OPTIMIZERS["adam"]) > default_rate(surface, OPTIMIZERS["adam"])
