"""The model of house prices against closed forms, and against what is known of its data."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import descent, terrain
from engine.houses import Cost, Houses, features, held_out, scored, solved
from engine.houses.batches import Order
from engine.houses.clocks import first_within, noise, numbers_held, seconds_per_update
from engine.houses.price_surface import moments, price_surface, sales_surface
from engine.optimizers import OPTIMIZERS
from tests.engine.houses_of import FILE, sacramento

KINDS = ("area", "zip_number", "zip")


def cost_of(kind, *, scaled=True):
    houses = sacramento()
    made = features(houses, kind, scaled=scaled)
    return Cost(made.columns(houses.area, houses.zips), houses.price)


def walked(objective, optimizer, steps, point=None, **settings):
    point = np.zeros(objective.dimension) if point is None else point
    return descent.advance(descent.start(objective, point, optimizer, **settings), steps)


# --- The data ----------------------------------------------------------------------------------


def test_the_sales_are_those_that_were_shipped():
    digest = "dea8c5a5842a83d4b5485e55791bb743c938da9d8dcf4b68f4f0eba0f91970fd"
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == digest
    houses = sacramento()
    assert len(houses) == 932
    assert len(np.unique(houses.zips)) == 68
    assert (houses.area.min(), houses.area.max()) == (484, 4878)


@pytest.mark.parametrize(
    ("kind", "known"), [("area", 0.589), ("zip_number", 0.604), ("zip", 0.763)]
)
def test_the_variance_explained_is_the_published_one(kind, known):
    score = scored(solved(sacramento(), kind), sacramento())
    assert score.r_squared == pytest.approx(known, abs=0.0005)


def test_on_houses_held_out_zips_explain_less():
    shares = [held_out(sacramento(), "zip", seed).r_squared for seed in range(3)]
    assert all(0.66 < share < 0.70 for share in shares)
    assert held_out(sacramento(), "area", 0).r_squared == pytest.approx(0.587, abs=0.005)
    assert held_out(sacramento(), "zip", 0).unknown > 0


def test_a_split_keeps_every_house_once_and_follows_from_the_seed():
    learnt, out = sacramento().split(3)
    assert len(out) == 186
    both = np.sort(np.concatenate([learnt.price, out.price]))
    assert np.array_equal(both, np.sort(sacramento().price))
    assert np.array_equal(out.price, sacramento().split(3)[1].price)
    assert not np.array_equal(out.price, sacramento().split(4)[1].price)


def test_an_unknown_zip_is_the_average_one():
    houses = sacramento()
    model = solved(houses, "zip")
    unknown = model.predict(np.array([2000.0]), np.array([1]))
    codes = model.features.codes
    each = model.predict(np.full(len(codes), 2000.0), codes)
    assert not model.features.known(np.array([1]))[0]
    assert unknown[0] == pytest.approx(each @ model.features.shares, rel=1e-12)


@pytest.mark.parametrize("area", [-3.0, 0.0, np.nan, np.inf])
def test_a_house_without_floor_has_no_price(area):
    with pytest.raises(ValueError, match="more than zero square feet"):
        solved(sacramento(), "area").predict(np.array([area]), np.array([95838]))


# --- The cost ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_that_of_central_differences(kind):
    cost = cost_of(kind)
    rng = np.random.default_rng(0)
    point = rng.normal(size=cost.dimension) * 50
    each = np.eye(cost.dimension)
    difference = (cost.value(point + 1e-3 * each) - cost.value(point - 1e-3 * each)) / 2e-3
    assert np.allclose(cost.gradient(point), difference, rtol=1e-6, atol=1e-6)
    slopes = (cost.gradient(point + each) - cost.gradient(point - each)) / 2
    assert np.allclose(cost.hessian(point), slopes, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_mean_of_all_pulls_is_the_gradient(kind):
    cost = cost_of(kind)
    point = np.random.default_rng(1).normal(size=cost.dimension) * 50
    mean = cost.gradient_of_each(point).mean(axis=0)
    assert np.linalg.norm(mean - cost.gradient(point)) <= 1e-12 * np.linalg.norm(mean)


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("batch", [1, 2, 32, 931])
def test_the_mean_of_a_batch_of_pulls_is_its_gradient(batch, scaled):
    surface = sales_surface(sacramento(), scaled=scaled)
    sampled = surface.sampled(batch, 5)
    point = np.array([40.0, 120.0])
    for k in (0, 1, 500):
        mean = surface.cost.gradient_of_each(point)[sampled.order.rows(k)].mean(axis=0)
        gap = np.linalg.norm(sampled.at(k).gradient(point) - mean)
        assert gap <= 1e-12 * np.linalg.norm(mean)


def nearly(cost, point):
    """The relative distances of a point's cost and predictions from the closed-form answer's."""
    predicted, best = cost.columns @ point, cost.columns @ cost.best
    worst = np.max(np.abs(predicted - best) / np.abs(best))
    return cost.value(point) / cost.value(cost.best) - 1, worst


@pytest.mark.parametrize(
    ("kind", "optimizer", "rate", "steps"),
    [
        ("area", "gradient_descent", 0.25, 100),
        ("zip", "gradient_descent", 0.94, 10_000),
        ("zip", "momentum", 0.94, 10_000),
        ("zip", "newton", 1.0, 1),
        ("area", "newton", 1.0, 1),
    ],
)
def test_descent_reaches_the_closed_form_answer(kind, optimizer, rate, steps):
    cost = cost_of(kind)
    run = walked(cost, optimizer, steps, learning_rate=rate)
    assert all(abs(gap) <= 1e-6 for gap in nearly(cost, run.points[-1]))


# --- The surface -------------------------------------------------------------------------------


@pytest.mark.parametrize("scaled", [True, False])
def test_the_surface_is_the_cost_of_its_houses(scaled):
    surface = sales_surface(sacramento(), scaled=scaled)
    points = np.random.default_rng(2).normal(size=(20, 2)) * [0.2, 200]
    assert np.allclose(surface.value(points), surface.cost.value(points), rtol=1e-11)
    gradient = surface.cost.gradient(points)
    assert np.allclose(surface.gradient(points), gradient, rtol=1e-10, atol=1e-8)
    assert np.allclose(surface.hessian(points), surface.cost.hessian(points), rtol=1e-12)
    assert np.allclose(surface.best, surface.cost.best, rtol=1e-9)


@pytest.mark.parametrize("scaled", [True, False])
def test_start_and_answer_lie_in_the_picture(scaled):
    surface = price_surface(sacramento(), scaled=scaled)
    assert surface.start == (0.0, 300.0)
    for point in (surface.start, surface.best):
        assert all(low < x < high for x, (low, high) in zip(point, surface.domain, strict=True))


def test_scaling_makes_the_knife_edge_a_round_bowl():
    low, high = terrain.curvature(price_surface(sacramento(), scaled=False), (0.0, 0.0))
    assert high / low == pytest.approx(2.13e7, rel=0.01)
    low, high = terrain.curvature(price_surface(sacramento()), (0.0, 0.0))
    assert high / low == pytest.approx(1.0, abs=1e-12)


def test_walks_reach_the_answer_of_the_scaled_surface_only():
    ends = []
    for scaled in (True, False):
        surface = price_surface(sacramento(), scaled=scaled)
        rate = float(terrain.largest_stable_rate(surface, surface.start)) * 0.3
        run = walked(surface, "gradient_descent", 100, np.array(surface.start), learning_rate=rate)
        ends.append(run.values[-1] / surface.value(np.array(surface.best)) - 1)
    assert abs(ends[0]) <= 1e-6
    assert ends[1] > 1


def test_a_row_of_a_sweep_is_the_single_walk_bit_for_bit():
    sampled = sales_surface(sacramento()).sampled(7, 1)
    rates = np.array([0.001, 0.02, 0.3])
    sweep = descent.sweep(sampled, np.array([0.0, 300.0]), "momentum", rates, 60)
    for index, rate in enumerate(rates):
        one = walked(sampled, "momentum", 60, np.array([0.0, 300.0]), learning_rate=rate)
        assert np.array_equal(one.points, sweep.run.points[: len(one.points), index])


def test_stochastic_walks_rewind_bit_for_bit():
    sampled = sales_surface(sacramento()).sampled(3, 1)
    run = walked(sampled, "adam", 700, np.array([0.0, 300.0]), learning_rate=1.0)
    again = descent.advance(descent.rewind(run, 333), 367)
    assert np.array_equal(run.points, again.points)


def test_what_is_recorded_is_the_whole_cost():
    surface = sales_surface(sacramento())
    run = walked(surface.sampled(1, 0), "gradient_descent", 50, np.array([0.0, 300.0]))
    assert np.array_equal(run.values, surface.value(run.points))


@pytest.mark.parametrize(
    ("area", "price"),
    [
        ([1.0], [2.0]),
        ([], []),
        ([2.0, 2.0], [1.0, 5.0]),
        ([1.0, 2.0], [5.0, 5.0]),
        ([1, np.nan], [1, 2]),
    ],
)
def test_no_line_without_two_different_houses(area, price):
    with pytest.raises(ValueError, match=r"row|finite"):
        price_surface(
            Houses(np.array(area, float), np.array(price, float), np.zeros(len(area), int))
        )


finite = st.floats(-1e9, 1e9)
# A column whose values lie close together, far from zero: longitudes, years, times.
close = st.tuples(st.floats(-1e9, 1e9), st.floats(1e-6, 1e3))


def surface_or_none(houses, scaled):
    try:
        return sales_surface(houses, scaled=scaled)
    except ValueError:
        return None


@given(st.lists(st.tuples(finite, finite), min_size=2, max_size=12), st.booleans())
def test_any_table_makes_a_surface_or_a_sentence(rows, scaled):
    area, price = np.array(rows).T
    houses = Houses(area, price, np.zeros(len(area), int))
    surface = surface_or_none(houses, scaled)
    if surface is None:
        assert min(area.std() / (abs(area.mean()) or 1), price.std()) < 1e-6 * (
            abs(price).max() or 1
        )
        return
    assert all(low < high for low, high in surface.domain)
    assert np.isfinite(surface.best).all()
    walked(surface.sampled(1, 0), "gradient_descent", 20, np.array(surface.start))


@given(close, close, st.integers(0, 9), st.booleans())
def test_a_small_spread_far_from_zero_keeps_its_picture(across, up, seed, scaled):
    noise_of = np.random.default_rng(seed).normal(size=(2, 8))
    area, price = (
        mean + size * row for (mean, size), row in zip((across, up), noise_of, strict=True)
    )
    surface = surface_or_none(Houses(area, price, np.zeros(8, int)), scaled)
    if surface is None:
        return
    for (low, high), best, start in zip(surface.domain, surface.best, surface.start, strict=True):
        assert low < high
        air = 0.05 * (high - low)
        assert low + air < best < high - air
        assert low < start < high
    assert abs(surface.start[1] - price.mean()) > 0.3 * price.std()


def test_the_same_numbers_in_other_columns_are_another_surface():
    years = Houses(np.array([2000.0, 2001, 2003]), np.array([1.0, 2, 5]), np.zeros(3, int))
    shifted = Houses(years.area + 7.0, years.price, years.zips)
    assert price_surface(years) != price_surface(shifted)
    assert price_surface(years).formula != price_surface(shifted).formula
    assert price_surface(years) == price_surface(years)


def test_a_surface_of_averages_holds_no_row():
    surface = price_surface(sacramento())
    assert not any(isinstance(part, (np.ndarray, Houses)) for part in vars(surface).values())


# --- Batches -----------------------------------------------------------------------------------


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 5))
def test_an_epoch_meets_every_example_once(count, batch, seed):
    batch = min(batch, count)
    order = Order(count, batch, seed)
    met = np.concatenate([order.rows(k) for k in range(order.steps)])
    assert np.array_equal(np.sort(met), np.arange(count))


def test_the_order_depends_on_the_seed_and_not_on_the_batch():
    first = [
        np.concatenate([Order(100, b, 9).rows(k) for k in range(100 // b)]) for b in (1, 4, 50)
    ]
    assert all(np.array_equal(one, first[0]) for one in first)
    assert not np.array_equal(first[0], Order(100, 100, 8).rows(0))
    assert not np.array_equal(Order(100, 100, 9).rows(0), Order(100, 100, 9).rows(1))


@pytest.mark.parametrize("batch", [0, -1, 101])
def test_a_batch_has_one_example_or_more_and_not_more_than_there_are(batch):
    with pytest.raises(ValueError, match="1 to 100"):
        Order(100, batch)


def test_the_noise_shrinks_with_the_root_of_the_batch():
    surface = sales_surface(sacramento())
    alone = noise(surface, np.array([0.0, 300.0]), 1, 4000, 0)
    for batch in (4, 25, 100):
        measured = noise(surface, np.array([0.0, 300.0]), batch, 4000, 0)
        unseen = np.sqrt((932 - batch) / 931)  # drawn without replacement
        assert measured / alone * np.sqrt(batch) == pytest.approx(unseen, rel=0.06)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam", "newton"])
def test_an_update_is_timed(optimizer):
    ticks = iter(np.arange(0.0, 100.0, 0.01))
    order = Order(932, 32, 0)
    cost = sales_surface(sacramento()).cost
    spent = seconds_per_update(cost, order, OPTIMIZERS[optimizer], lambda: next(ticks), least=2.0)
    assert spent == pytest.approx(0.01, rel=0.02)


def test_it_is_the_walkers_own_update_that_is_timed():
    asked = []
    adam = OPTIMIZERS["adam"]

    def update(*arguments, **settings):
        asked.append(settings)
        return adam.update(*arguments, **settings)

    cost = sales_surface(sacramento()).cost
    ticks = iter(range(1000))
    watched = replace(adam, update=update)
    seconds_per_update(cost, Order(932, 1), watched, lambda: next(ticks), least=5)
    assert len(asked) >= 3
    assert all(settings["beta2"] == adam.defaults["beta2"] for settings in asked)


@pytest.mark.parametrize(
    ("optimizer", "more"),
    [("gradient_descent", 0), ("momentum", 2), ("adadelta", 4), ("newton", 4)],
)
def test_what_an_update_holds_is_counted(optimizer, more):
    assert numbers_held(Order(932, 32), OPTIMIZERS[optimizer]) == 32 * 3 + 2 + more


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 100))
def test_examples_seen_are_those_of_the_steps(count, batch, steps):
    order = Order(count, min(batch, count))
    assert order.seen(steps) == sum(len(order.rows(k)) for k in range(steps))


def test_the_noise_of_many_houses_looks_at_a_few():
    many = sales_surface(sacramento().resampled(200_000, 0))
    point, met = np.array([0.0, 300.0]), []

    class Watched(type(many)):
        def pulls(self, point, rows):
            met.append(len(rows))
            return super().pulls(point, rows)

    watched = Watched(**vars(many))
    assert noise(watched, point, 1, 500, 0) == noise(many, point, 1, 500, 0)
    assert met == [500]


def test_first_within():
    assert first_within(np.array([9.0, 3.0, 1.04, 2.0]), 1.0, 0.05) == 2
    assert first_within(np.array([9.0, 3.0]), 1.0, 0.05) is None


def test_the_moments_of_one_house_are_exact():
    alone = moments(np.array([3.0]), np.array([7.0]))
    assert alone.value(np.array([2.0, 1.0])) == 0.0
    assert np.array_equal(alone.gradient(np.array([0.0, 0.0])), [-42.0, -14.0])
