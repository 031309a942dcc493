"""Walks: the promises of start, advance, rewind, sweep, finish; closed forms and replays."""

import copy
import threading
import warnings
from dataclasses import dataclass
from math import log10

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.descent import advance, finish, rewind, start, step, sweep, sweep_from
from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES
from engine.surfaces.curves import CURVES
from engine.surfaces.surface import own

HIMMELBLAU = SURFACES["himmelblau"]
PARABOLA = CURVES["parabola"]
DIAL = 10.0 ** (np.arange(-120, 61, 12) / 20)  # 1e-6 to 1e3


@dataclass(frozen=True)
class Quadratic:
    """½ Σ λᵢ xᵢ² in any number of dimensions, with as little as an objective may offer."""

    curvatures: tuple[float, ...]

    def value(self, point):
        return 0.5 * (np.asarray(self.curvatures) * point * point).sum(axis=-1)

    def gradient(self, point):
        return np.asarray(self.curvatures) * point


@dataclass(frozen=True)
class Noisy:
    """A bowl whose step k sees it displaced to a place of its own."""

    seed: int = 3

    def value(self, point):
        return (point * point).sum(axis=-1)

    def gradient(self, point):
        return 2 * point

    def at(self, k):
        shift = np.random.default_rng((self.seed, k)).normal(size=2)
        return _Displaced(shift)


@dataclass(frozen=True)
class _Displaced:
    shift: np.ndarray

    def value(self, point):
        return ((point - self.shift) ** 2).sum(axis=-1)

    def gradient(self, point):
        return 2 * (point - self.shift)


def state_arrays(state):
    return [np.asarray(field) for field in state]


def assert_same_state(one, other):
    assert type(one) is type(other)
    for a, b in zip(state_arrays(one), state_arrays(other), strict=True):
        np.testing.assert_array_equal(a, b)


def assert_same_run(one, other):
    assert one.steps == other.steps
    np.testing.assert_array_equal(one.points, other.points)
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(one.gradients, other.gradients)
    np.testing.assert_array_equal(one.lost, other.lost)
    assert_same_state(one.state, other.state)
    assert one.segments == other.segments


# --- One step ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_run_is_the_step_repeated(key):
    run = advance(start(HIMMELBLAU, (1.0, 2.5), key, learning_rate=0.01), 7)
    point, state = np.array([1.0, 2.5]), OPTIMIZERS[key].initial(np.array([1.0, 2.5]))
    for k in range(7):
        np.testing.assert_array_equal(run.points[k], point)
        point, state = step(HIMMELBLAU, key, point, state, run.segments[0].settings, k)
    np.testing.assert_array_equal(run.points[7], point)
    assert_same_state(run.state, state)


def test_a_step_by_hand():
    # On x² the slope at 3 is 6, so a rate of 0.1 leads to 2.4.
    point, _ = step(PARABOLA, "gradient_descent", np.array([3.0]), (), {"learning_rate": 0.1})
    np.testing.assert_allclose(point, [2.4], rtol=1e-15)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_step_changes_nothing_it_is_given(key):
    run = advance(start(HIMMELBLAU, (1.0, 2.5), key), 3)
    point, state, settings = run.points[-1].copy(), run.state, dict(run.segments[0].settings)
    before = copy.deepcopy((point, state, settings))
    for array in state_arrays(state):
        array.flags.writeable = False
    point.flags.writeable = False
    step(HIMMELBLAU, key, point, state, settings)
    np.testing.assert_array_equal(point, before[0])
    assert_same_state(state, before[1])
    assert settings == before[2]


# --- Closed forms ------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.01, 0.3, 0.5, 0.7, 0.99, 1.0, 1.01, 1.7])
def test_plain_descent_on_a_parabola_multiplies_by_one_minus_rate_times_curvature(rate):
    run = advance(start(PARABOLA, (1.5,), "gradient_descent", learning_rate=rate), 60)
    exact = 1.5 * (1 - 2 * rate) ** np.arange(61)
    np.testing.assert_allclose(run.points[:, 0], exact, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(run.values, run.points[:, 0] ** 2, rtol=1e-15)
    np.testing.assert_allclose(run.gradients[:, 0], 2 * run.points[:, 0], rtol=1e-15)


def test_each_axis_of_a_quadratic_walks_alone():
    curvatures = (1.0, 7.0, 30.0, 0.0)
    run = advance(
        start(Quadratic(curvatures), np.ones(4), "gradient_descent", learning_rate=0.06), 40
    )
    exact = (1 - 0.06 * np.array(curvatures)) ** np.arange(41)[:, None]
    np.testing.assert_allclose(run.points, exact, rtol=1e-12)


@pytest.mark.parametrize(("rate", "beta"), [(0.1, 0.9), (1.5, 0.9), (0.02, 0.5), (1.95, 0.95)])
def test_momentum_on_a_parabola_is_a_power_of_a_two_by_two_matrix(rate, beta):
    # (velocity, x) → [[β, λ], [−αβ, 1 − αλ]] (velocity, x), Goh 2017, "Why Momentum Really Works".
    run = advance(
        start(Quadratic((1.0,)), [1.0], "momentum", learning_rate=rate, momentum=beta), 50
    )
    turn = np.array([[beta, 1.0], [-rate * beta, 1 - rate]])
    exact = [(np.linalg.matrix_power(turn, k) @ [0.0, 1.0])[1] for k in range(51)]
    np.testing.assert_allclose(run.points[:, 0], exact, rtol=1e-9, atol=1e-12)


# --- Histories ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_steps_in_parts_equal_steps_at_once(key):
    begin = start(HIMMELBLAU, HIMMELBLAU.start, key, learning_rate=0.01)
    at_once = advance(begin, 200)
    assert_same_run(advance(advance(begin, 50), 150), at_once)
    single = begin
    for _ in range(200):
        single = advance(single, 1)
    assert_same_run(single, at_once)


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("k", [0, 1, 31, 32, 33, 63, 64, 99, 100])
def test_rewinding_and_going_on_gives_the_same_walk(key, k):
    run = advance(start(HIMMELBLAU, HIMMELBLAU.start, key, learning_rate=0.01), 100)
    back = rewind(run, k)
    assert back.steps == k
    np.testing.assert_array_equal(back.points, run.points[: k + 1])
    assert_same_state(
        back.state, advance(start(HIMMELBLAU, HIMMELBLAU.start, key, learning_rate=0.01), k).state
    )
    assert_same_run(advance(back, 100 - k), run)


def test_rewinding_across_segments():
    first = advance(start(HIMMELBLAU, (1.0, 1.0), "momentum", learning_rate=0.002), 40)
    second = advance(first, 45, learning_rate=0.004)
    third = advance(second, 50, "adam", learning_rate=0.1)
    assert [s.start for s in third.segments] == [0, 40, 85]
    assert [s.optimizer for s in third.segments] == ["momentum", "momentum", "adam"]
    assert third.segments[2].settings["beta1"] == 0.9
    for k in range(third.steps + 1):
        back = rewind(third, k)
        kept = [s for s in third.segments if s.start <= k]
        assert list(back.segments) == kept
        end = [40, 85, 135][len(kept) - 1]
        assert_same_run(
            advance(back, end - k),
            rewind(third, end) if end == 135 else [first, second][len(kept) - 1],
        )


def test_a_fork_keeps_the_state_and_leaves_its_parent_alone():
    parent = advance(start(HIMMELBLAU, (1.0, 1.0), "momentum", learning_rate=0.004), 100)
    before = parent.points.copy()
    fork = advance(rewind(parent, 30), 50, learning_rate=0.001)
    np.testing.assert_array_equal(fork.points[:31], parent.points[:31])
    assert not np.array_equal(fork.points[31], parent.points[31])
    # The velocity goes on: the first step of the fork is the parent's, a quarter as long.
    np.testing.assert_allclose(
        fork.points[31] - fork.points[30], (parent.points[31] - parent.points[30]) / 4, rtol=1e-9
    )
    np.testing.assert_array_equal(parent.points, before)
    other = advance(rewind(parent, 30), 50, "gradient_descent", learning_rate=0.001)
    np.testing.assert_allclose(
        other.points[31], parent.points[30] - 0.001 * parent.gradients[30], rtol=1e-12
    )


def test_the_same_settings_again_are_no_new_segment():
    run = advance(start(HIMMELBLAU, (1.0, 1.0), "momentum", learning_rate=0.004), 10)
    assert advance(run, 5, learning_rate=0.004, momentum=0.9).segments == run.segments
    assert advance(run, 5, "momentum").segments == run.segments
    changed = advance(advance(run, 0, learning_rate=0.1), 0, learning_rate=0.2)
    assert [s.start for s in changed.segments] == [0, 10]
    assert changed.segments[1].settings["learning_rate"] == 0.2


def test_runs_that_share_a_past_do_not_write_into_each_other():
    trunk = advance(start(HIMMELBLAU, (1.0, 1.0), "gradient_descent", learning_rate=0.01), 5)
    twins = [advance(trunk, 20, learning_rate=rate) for rate in (0.01, 0.002, 0.005)]
    alone = [
        advance(
            advance(start(HIMMELBLAU, (1.0, 1.0), "gradient_descent", learning_rate=0.01), 5),
            20,
            learning_rate=rate,
        )
        for rate in (0.01, 0.002, 0.005)
    ]
    for twin, single in zip(twins, alone, strict=True):
        assert_same_run(twin, single)


def test_threads_that_advance_one_run_do_not_write_into_each_other():
    trunk = advance(start(HIMMELBLAU, (1.0, 1.0), "gradient_descent", learning_rate=0.01), 5)
    rates = [0.001 * (i + 1) for i in range(8)]
    found = {}

    def walk(rate):
        found[rate] = advance(trunk, 100, learning_rate=rate)

    threads = [threading.Thread(target=walk, args=(rate,)) for rate in rates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for rate in rates:
        assert_same_run(found[rate], advance(trunk, 100, learning_rate=rate))


def test_views_are_read_only_and_later_steps_do_not_show_in_them():
    run = advance(start(HIMMELBLAU, (1.0, 1.0), "adam"), 10)
    points = run.points
    for array in (run.points, run.values, run.gradients):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    advance(run, 10)
    assert points.shape == run.points.shape == (11, 2)


def test_the_callers_point_may_change_afterwards():
    point = np.array([1.0, 1.0])
    run = start(HIMMELBLAU, point, "adam")
    point[:] = 7
    np.testing.assert_array_equal(run.points, [[1.0, 1.0]])


def test_a_copied_run_goes_on_alike():
    run = advance(start(HIMMELBLAU, (1.0, 1.0), "adam"), 10)
    assert_same_run(advance(copy.deepcopy(run), 5), advance(run, 5))


def test_no_steps_are_no_change():
    run = start(HIMMELBLAU, (1.0, 1.0), "adam")
    assert advance(run, 0).steps == 0
    assert run.points.shape == (1, 2)
    assert run.values.shape == (1,)
    assert run.gradients.shape == (1, 2)


def test_float32_stays_float32():
    point = np.ones(5, dtype=np.float32)
    run = advance(start(Quadratic((1.0,) * 5), point, "adam", learning_rate=0.1), 5)
    assert run.points.dtype == run.gradients.dtype == np.float32


# --- Schedules and stochastic costs ------------------------------------------------------------


def test_a_schedule_is_asked_with_the_number_of_the_step():
    asked = []

    def rate(k):
        asked.append(k)
        return 0.1 / (1 + k)

    run = start(PARABOLA, (1.0,), "gradient_descent", learning_rate=rate)
    run = advance(advance(run, 3), 4)
    assert asked == list(range(7))
    exact = np.cumprod([1.0, *(1 - 0.2 / (1 + k) for k in range(7))])
    np.testing.assert_allclose(run.points[:, 0], exact, rtol=1e-14)
    assert_same_run(advance(rewind(run, 2), 5), run)


def test_steps_of_a_stochastic_cost_follow_their_batch_and_rows_hold_the_full_cost():
    noisy = Noisy()
    run = advance(start(noisy, (1.0, -1.0), "gradient_descent", learning_rate=0.1), 40)
    for k in range(40):
        expected = run.points[k] - 0.1 * noisy.at(k).gradient(run.points[k])
        np.testing.assert_array_equal(run.points[k + 1], expected)
    np.testing.assert_array_equal(run.values, noisy.value(run.points))
    np.testing.assert_array_equal(run.gradients, noisy.gradient(run.points))
    for k in (0, 10, 35):
        assert_same_run(advance(rewind(run, k), 40 - k), run)
    many = sweep_from(rewind(run, 10), [0.1, 0.2], 30).run
    np.testing.assert_array_equal(many.points[:, 0], run.points[10:])


# --- Lost walkers ------------------------------------------------------------------------------


def test_a_lost_walker_keeps_its_last_finite_row():
    run = advance(start(HIMMELBLAU, (1.0, 1.0), "gradient_descent", learning_rate=1.0), 100)
    assert run.steps < 100
    assert run.lost == run.steps + 1 == run.lengths
    assert np.isfinite(run.points).all()
    assert np.isfinite(run.values).all()
    assert np.abs(run.points).max() <= 1e100
    again = advance(run, 10)
    assert again.steps == run.steps
    saved = advance(run, 10, learning_rate=1e-8)
    assert saved.steps > run.steps or saved.lost == saved.steps + 1
    back = rewind(run, 1)
    assert back.lost == -1
    assert_same_run(advance(back, 99), run)


def test_a_walker_beyond_the_farthest_coordinate_is_lost():
    run = advance(start(PARABOLA, (1.0,), "gradient_descent", learning_rate=1e3), 100)
    # Each step multiplies by −1999, so row 30 is the last within 1e100.
    assert run.steps == int(100 / log10(1999)) == 30
    assert run.lost == 31


def test_leaving_the_domain_of_the_formula_loses_the_walker():
    logarithm = own("x - log(x)", ((0.1, 5.0),), start=(4.0,))
    run = advance(start(logarithm, (4.0,), "gradient_descent", learning_rate=10.0), 5)
    assert run.steps == 0
    assert run.lost == 1
    np.testing.assert_allclose(run.attempt, [4.0 - 10 * 0.75])


def test_a_start_without_a_cost_takes_no_steps():
    logarithm = own("log(x)", ((0.1, 5.0),), start=(4.0,))
    run = advance(start(logarithm, (-1.0,), "adam"), 10)
    assert run.steps == 0
    assert run.lost == 0
    assert run.lengths == 1
    both = advance(start(logarithm, [(-1.0,), (2.0,)], "adam"), 10)
    np.testing.assert_array_equal(both.lost, [0, -1])
    np.testing.assert_array_equal(both.lengths, [1, 11])


def test_lost_walkers_of_a_batch_are_frozen_and_the_others_go_on():
    points = np.array([[1.0, 1.0], [40.0, 3.0], [0.5, -2.0], [-90.0, 90.0]])
    many = advance(start(HIMMELBLAU, points, "gradient_descent", learning_rate=0.01), 60)
    assert many.points.shape == (61, 4, 2)
    assert (many.lost >= 0).tolist() == [False, True, False, True]
    for i, point in enumerate(points):
        alone = advance(start(HIMMELBLAU, point, "gradient_descent", learning_rate=0.01), 60)
        rows = int(many.lengths[i])
        assert rows == alone.steps + 1
        np.testing.assert_array_equal(many.points[:rows, i], alone.points)
        frozen = many.points[rows - 1 :, i]
        np.testing.assert_array_equal(frozen, np.broadcast_to(frozen[0], frozen.shape))
        assert many.lost[i] == alone.lost
        np.testing.assert_array_equal(many.attempt[i], alone.attempt)
    for k in (0, 3, 40):
        assert_same_run(advance(rewind(many, k), 60 - k), many)


def test_when_all_are_lost_the_rows_are_still_there():
    points = np.array([[50.0, 1.0], [40.0, 3.0]])
    many = advance(start(HIMMELBLAU, points, "momentum", learning_rate=0.1), 50)
    assert many.points.shape == (51, 2, 2)
    assert np.isfinite(many.points).all()
    assert (many.lost > 0).all()


# --- Sweeps and finishes -----------------------------------------------------------------------


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_sweep_is_the_single_runs_bit_for_bit(key):
    for surface in (HIMMELBLAU, SURFACES["ackley"], SURFACES["monkey_saddle"], CURVES["ripples"]):
        swept = sweep(surface, surface.start, key, DIAL, 40)
        assert len(swept.endings) == len(swept.regimes) == len(swept.rates) == len(DIAL)
        for i, rate in enumerate(DIAL):
            single = advance(start(surface, surface.start, key, learning_rate=float(rate)), 40)
            rows = int(swept.lengths[i])
            assert rows == single.steps + 1
            np.testing.assert_array_equal(swept.run.points[:rows, i], single.points)
            np.testing.assert_array_equal(swept.run.values[:rows, i], single.values)
            np.testing.assert_array_equal(swept.run.gradients[:rows, i], single.gradients)
            for mine, all_of_them in zip(
                state_arrays(single.state), state_arrays(swept.run.state), strict=True
            ):
                if mine.ndim:
                    np.testing.assert_array_equal(all_of_them[i], mine)


@pytest.mark.parametrize("key", ["momentum", "adam", "nadam", "lion", "adadelta"])
def test_a_sweep_from_the_middle_keeps_the_state(key):
    run = advance(start(HIMMELBLAU, (1.0, 1.0), key, learning_rate=0.01), 25)
    swept = sweep_from(run, [0.001, 0.01, 0.1], 30)
    assert swept.run.first_step == 25
    for i, rate in enumerate((0.001, 0.01, 0.1)):
        fork = advance(run, 30, learning_rate=rate)
        rows = int(swept.lengths[i])
        assert rows == fork.steps - 25 + 1
        np.testing.assert_array_equal(swept.run.points[:rows, i], fork.points[25:])
    assert_same_run(advance(rewind(swept.run, 7), 23), swept.run)


def test_a_sweep_with_a_schedule_in_another_setting_counts_on():
    def fading(k):
        return 0.9 / (1 + k)

    run = advance(start(HIMMELBLAU, (1.0, 1.0), "momentum", momentum=fading), 5)
    swept = sweep_from(run, [0.001, 0.002], 10)
    np.testing.assert_array_equal(
        swept.run.points[:, 1], advance(run, 10, learning_rate=0.002).points[5:]
    )


@pytest.mark.parametrize("key", ["gradient_descent", "adam", "newton", "adadelta"])
def test_finish_is_the_last_row_of_every_walk(key):
    rng = np.random.default_rng(5)
    points = rng.uniform(-8, 8, (150, 2))
    ended = finish(HIMMELBLAU, points, key, 37, learning_rate=0.02)
    many = advance(start(HIMMELBLAU, points, key, learning_rate=0.02), 37)
    np.testing.assert_array_equal(ended.points, many.points[-1])
    np.testing.assert_array_equal(ended.values, many.values[-1])
    np.testing.assert_array_equal(ended.gradients, many.gradients[-1])
    np.testing.assert_array_equal(ended.lost, many.lost)
    moved = np.linalg.norm(many.points[-1] - many.points[-2], axis=-1)
    np.testing.assert_allclose(ended.moved, moved)
    if key == "gradient_descent":
        assert (ended.lost > 0).any()


def test_finish_in_chunks_with_a_setting_for_each_walker():
    rng = np.random.default_rng(6)
    points, rates = rng.uniform(-5, 5, (9000, 2)), rng.uniform(0.001, 0.02, (9000, 1))
    ended = finish(HIMMELBLAU, points, "gradient_descent", 20, learning_rate=rates)
    for i in (0, 4095, 4096, 8999):
        single = advance(
            start(HIMMELBLAU, points[i], "gradient_descent", learning_rate=float(rates[i, 0])), 20
        )
        np.testing.assert_array_equal(ended.points[i], single.points[-1])


def test_finish_without_steps():
    ended = finish(HIMMELBLAU, np.ones((3, 2)), "adam", 0)
    np.testing.assert_array_equal(ended.points, np.ones((3, 2)))
    np.testing.assert_array_equal(ended.moved, np.zeros(3))


# --- What is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ((np.nan, 1.0), "finite"),
        ((np.inf, 1.0), "finite"),
        ((1.0,), "shape"),
        ((1.0, 2.0, 3.0), "shape"),
        (5.0, "shape"),
        (np.zeros((2, 2, 2)), "shape"),
        (np.zeros((0, 2)), "finite"),
    ],
)
def test_points_that_are_no_start(point, said):
    with pytest.raises(ValueError, match=said):
        start(HIMMELBLAU, point, "adam")


def test_unknown_names_are_told_with_the_known_ones():
    with pytest.raises(ValueError, match="gradient_descent"):
        start(HIMMELBLAU, (1.0, 1.0), "sgd")
    with pytest.raises(ValueError, match="beta1"):
        start(HIMMELBLAU, (1.0, 1.0), "adam", momentum=0.9)
    run = start(HIMMELBLAU, (1.0, 1.0), "adam")
    with pytest.raises(ValueError, match="beta1"):
        advance(run, 1, momentum=0.9)
    with pytest.raises(ValueError, match="momentum"):
        advance(run, 1, "momentum", beta1=0.9)


@pytest.mark.parametrize("rate", [np.nan, np.inf, -1.0, 0.0])
def test_rates_that_are_none(rate):
    with pytest.raises(ValueError, match="learning_rate"):
        start(HIMMELBLAU, (1.0, 1.0), "adam", learning_rate=rate)


@pytest.mark.parametrize("beta", [-0.1, 1.0, np.nan])
def test_settings_outside_their_range(beta):
    with pytest.raises(ValueError, match="beta1"):
        start(HIMMELBLAU, (1.0, 1.0), "adam", beta1=beta)


@pytest.mark.parametrize("rates", [[], [[0.1]], [0.1, np.nan], [0.1, -0.1], [0.0]])
def test_rates_that_are_no_dial(rates):
    with pytest.raises(ValueError, match="learning rates"):
        sweep(HIMMELBLAU, (1.0, 1.0), "adam", rates, 5)


def test_rows_that_are_not_there():
    run = advance(start(HIMMELBLAU, (1.0, 1.0), "adam"), 5)
    for k in (-1, 6):
        with pytest.raises(ValueError, match="0 to 5"):
            rewind(run, k)
    with pytest.raises(ValueError, match="rewind"):
        advance(run, -1)


def test_what_needs_more_than_the_objective_gives():
    with pytest.raises(ValueError, match="second derivatives"):
        start(Quadratic((1.0,)), [1.0], "newton")
    run = start(Quadratic((1.0,)), [1.0], "adam")
    with pytest.raises(ValueError, match="second derivatives"):
        advance(run, 1, "newton")
    with pytest.raises(ValueError, match="batch"):
        sweep_from(start(HIMMELBLAU, np.ones((2, 2)), "adam"), [0.1], 5)
    with pytest.raises(ValueError, match="batch"):
        finish(HIMMELBLAU, np.ones(2), "adam", 5)


# --- Anything at all ---------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    surface=st.sampled_from([*SURFACES.values(), *CURVES.values()]),
    key=st.sampled_from(list(OPTIMIZERS)),
    exponent=st.floats(-6, 3),
    parts=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    data=st.data(),
)
def test_no_surface_optimizer_rate_or_start_raises_or_warns(surface, key, exponent, parts, data):
    point = [data.draw(st.floats(2 * low, 2 * high)) for low, high in surface.domain]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = begin = start(surface, point, key, learning_rate=10.0**exponent)
        for n in parts:
            run = advance(run, n)
        assert_same_run(run, advance(begin, sum(parts)))
        k = data.draw(st.integers(0, run.steps))
        assert_same_run(advance(rewind(run, k), sum(parts) - k), run)
