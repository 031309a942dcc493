"""Schedules: factors worked out by hand, and walks that rewind, fork and sweep bit for bit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.descent import advance, ending, finish, regime, rewind, start, sweep_from
from engine.digits import load
from engine.network import Network
from engine.optimizers import OPTIMIZERS
from engine.optimizers.schedules import (
    CONSTANT,
    SCHEDULES,
    Scheduled,
    plan,
    scheduled,
    told,
)
from engine.surfaces import SURFACES
from engine.training import Examples, begin, change
from engine.training import advance as train

HIMMELBLAU = SURFACES["himmelblau"]
PLANS = [plan(key) for key in SCHEDULES if key != "constant"]


def factors(of, count):
    return [of.factor(k) for k in range(count)]


def test_the_factors_are_those_worked_out_by_hand():
    assert factors(CONSTANT, 4) == [1.0] * 4
    assert factors(plan("step", every=2, factor=0.5), 6) == [1, 1, 0.5, 0.5, 0.25, 0.25]
    assert factors(plan("exponential", factor=0.5), 4) == [1, 0.5, 0.25, 0.125]
    assert factors(plan("warm_up", length=4, first=0.0), 6) == [0, 0.25, 0.5, 0.75, 1, 1]
    half = factors(plan("cosine", length=4), 7)
    quarter = math.sqrt(0.5) / 2
    np.testing.assert_allclose(half, [1, 0.5 + quarter, 0.5, 0.5 - quarter, 0, 0, 0], atol=1e-16)
    assert plan("cosine", length=4, floor=0.25).factor(99) == 0.25


@given(st.integers(0, 10**6), st.data())
def test_a_factor_is_a_share(k, data):
    for entry in SCHEDULES.values():
        settings = {s.key: data.draw(st.floats(s.low, s.high)) for s in entry.settings}
        assert 0.0 <= plan(entry.key, **settings).factor(k) <= 1.0


@pytest.mark.parametrize("entry", SCHEDULES.values(), ids=lambda entry: entry.key)
def test_every_entry_is_complete(entry):
    assert SCHEDULES[entry.key] is entry
    assert all((entry.name, entry.equation, entry.source))
    assert entry.summary.endswith(".")
    assert all(s.low <= s.default <= s.high for s in entry.settings)
    assert told(plan(entry.key)) == {}


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("sawtooth", {}),
        ("cosine", {"every": 3.0}),
        ("cosine", {"length": 0.0}),
        ("step", {"factor": math.nan}),
        ("exponential", {"factor": 1.5}),
    ],
)
def test_what_no_schedule_can_be_is_refused(key, settings):
    with pytest.raises(ValueError, match=r"schedule|has no setting|goes from"):
        plan(key, **settings)


def test_a_rate_on_a_schedule_is_positive_and_finite():
    for rate in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="positive finite"):
            Scheduled(rate, plan("cosine"))


def test_the_constant_plan_is_the_plain_number():
    assert scheduled(0.1, CONSTANT) == 0.1
    assert scheduled(0.1, plan("constant")) == 0.1


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("of", PLANS, ids=lambda of: of.schedule)
def test_a_schedule_is_the_rate_set_anew_before_every_step(key, of):
    run = advance(start(HIMMELBLAU, (0.5, -0.5), key, learning_rate=Scheduled(0.01, of)), 25)
    single = start(HIMMELBLAU, (0.5, -0.5), key)
    for k in range(25):
        single = advance(single, 1, learning_rate=max(0.01 * of.factor(k), 1e-300))
    np.testing.assert_array_equal(run.points, single.points)


@pytest.mark.parametrize("of", PLANS, ids=lambda of: of.schedule)
def test_runs_on_a_schedule_rewind_and_go_on_bit_for_bit(of):
    settings = {"learning_rate": Scheduled(0.05, of)}
    whole = advance(start(HIMMELBLAU, (0.5, -0.5), "adam", **settings), 200)
    parts = advance(advance(start(HIMMELBLAU, (0.5, -0.5), "adam", **settings), 50), 150)
    np.testing.assert_array_equal(parts.points, whole.points)
    for k in (0, 1, 33, 150):
        again = advance(rewind(whole, k), 200 - k)
        np.testing.assert_array_equal(again.points, whole.points)


def test_a_fork_goes_on_counting():
    cosine = plan("cosine", length=100)
    run = advance(
        start(HIMMELBLAU, (0.5, -0.5), "momentum", learning_rate=Scheduled(0.01, cosine)), 60
    )
    same = advance(rewind(run, 20), 40, learning_rate=Scheduled(0.01, cosine))
    np.testing.assert_array_equal(same.points, run.points)
    assert len(same.segments) == 1  # an equal schedule is no change
    fork = advance(rewind(run, 20), 1, learning_rate=Scheduled(0.02, cosine))
    step = run.points[21] - run.points[20]
    np.testing.assert_allclose(fork.points[21] - run.points[20], 2 * step, rtol=1e-12)


@pytest.mark.parametrize("key", ["gradient_descent", "adam", "newton"])
@pytest.mark.parametrize("of", PLANS, ids=lambda of: of.schedule)
def test_every_row_of_a_sweep_equals_the_single_run_on_the_same_schedule(key, of):
    begun = advance(start(HIMMELBLAU, (0.5, -0.5), key, learning_rate=Scheduled(0.02, of)), 7)
    rates = np.geomspace(1e-3, 3.0, 12)
    swept = sweep_from(begun, rates, 40)
    for index, rate in enumerate(rates):
        single = advance(begun, 40, learning_rate=Scheduled(float(rate), of))
        rows = int(swept.lengths[index])
        np.testing.assert_array_equal(swept.run.points[:rows, index], single.points[7:])


def test_a_batch_may_be_on_a_schedule_without_its_history():
    starts = np.random.default_rng(1).uniform(-4, 4, (5000, 2))
    rates = np.geomspace(1e-3, 2e-2, 5000)[:, None]
    end = finish(HIMMELBLAU, starts, "momentum", 30, learning_rate=Scheduled(rates, plan("cosine")))
    for i in (0, 4095, 4096, 4999):
        rate = Scheduled(float(rates[i, 0]), plan("cosine"))
        single = advance(start(HIMMELBLAU, starts[i], "momentum", learning_rate=rate), 30)
        np.testing.assert_array_equal(end.points[i], single.points[-1])


def test_a_rate_that_ran_out_is_said_and_not_called_a_minimum():
    run = start(
        HIMMELBLAU,
        (0.5, -0.5),
        "gradient_descent",
        learning_rate=Scheduled(0.001, plan("cosine", length=5)),
    )
    found = ending(advance(run, 60))
    assert found.kind == "running"
    assert "schedule" in found.sentence
    assert "slope" in found.sentence


def test_a_rate_that_ran_out_after_an_explosion_does_not_hide_it():
    ravine = SURFACES["ravine"]
    rate = Scheduled(0.06, plan("cosine"))
    run = advance(start(ravine, ravine.start, "gradient_descent", learning_rate=rate), 300)
    assert run.values[-1] > 1e6
    assert (ending(run).kind, regime(run)) == ("diverged", "diverge")
    calm = Scheduled(0.018, plan("cosine"))
    run = advance(start(ravine, ravine.start, "gradient_descent", learning_rate=calm), 300)
    assert ending(run).kind != "diverged"


def test_schedules_are_values():
    one, same = Scheduled(0.1, plan("cosine")), Scheduled(0.1, plan("cosine", length=200.0))
    assert one == same
    assert hash(one) == hash(same)
    assert one != Scheduled(0.2, plan("cosine"))
    assert one != Scheduled(0.1, plan("warm_up"))
    assert one != 0.1


def test_training_takes_a_schedule_too():
    images, labels = load("train")
    few = Examples(images[:100], labels[:100])
    halving = Scheduled(0.1, plan("step", every=1, factor=0.5))
    net = Network((784, 4, 10))
    trained = train(begin(net, few, batch_size=50, learning_rate=halving), 2)
    by_hand = train(begin(net, few, batch_size=50, learning_rate=0.1), 1)
    by_hand = train(change(by_hand, learning_rate=0.05), 1)
    assert trained.parameters.dtype == np.float32
    np.testing.assert_array_equal(trained.parameters, by_hand.parameters)
