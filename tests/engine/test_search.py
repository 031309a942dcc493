"""The counter counts what was computed; grids are whole; walks are those of the optimizers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import descent as walks
from engine.search import (
    BACKWARDS,
    CHARGES,
    DIFFERENCES,
    MOST_GRID,
    Tally,
    TooLargeError,
    Tried,
    at_random,
    descent,
    descents,
    grid,
    search,
    searching,
)
from engine.search.scalable import SCALABLES
from engine.surfaces import SURFACES

BOWL = SCALABLES["bowl"]


class Counting:
    """A cost that counts how many values it was asked for."""

    def __init__(self, inner):
        self.inner, self.values, self.gradients = inner, 0, 0

    def value(self, point):
        self.values += int(np.prod(point.shape[:-1]))
        return self.inner.value(point)

    def value_and_gradient(self, point):
        self.gradients += int(np.prod(point.shape[:-1]))
        return self.inner.value_and_gradient(point)


def bowl(dimension, seed=0):
    return BOWL.in_dimensions(dimension, np.random.default_rng(seed))


def tried(values, each=1):
    values = np.array(values, dtype=float)
    return Tried(np.arange(len(values), dtype=float)[:, None], values, each)


# --- The counter -------------------------------------------------------------------------------


def test_the_tally_keeps_the_best_and_when_it_was_found():
    tally = Tally(100)
    tally.add(tried([5, 7, 3, 3, 9]))
    tally.add(tried([4, 2], each=5))
    assert (tally.spent, tally.best, tally.tried) == (15, 2, 7)
    counts, bests = tally.improvements
    assert counts.tolist() == [1, 3, 15]
    assert bests.tolist() == [5, 3, 2]
    assert tally.point.tolist() == [1]


def test_it_stops_at_the_goal_and_counts_nothing_after_it():
    tally = Tally(100, goal=3)
    tally.add(tried([5, 2, 1, 0]))
    assert tally.arrived
    assert (tally.spent, tally.best) == (2, 2)
    tally.add(tried([0]))
    assert tally.spent == 2


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 7)), max_size=12),
    st.integers(1, 60),
)
def test_it_never_spends_more_than_the_budget_and_one(blocks, budget):
    tally = Tally(budget, keep=3)
    for count, each in blocks:
        tally.add(tried(np.linspace(1, 2, count), each))
        assert tally.spent < budget + 7
    whole = sum(count * each for count, each in blocks)
    assert tally.spent == whole or tally.spent >= budget
    _, values, when = tally.kept
    assert len(values) == len(when) == min(3, tally.tried)
    assert (np.diff(when) > 0).all()


def test_what_is_no_number_is_no_best():
    tally = Tally(100)
    tally.add(tried([np.nan, np.inf]))
    assert tally.best == np.inf
    assert tally.spent == 2
    tally.add(tried([np.nan, 1]))
    assert tally.best == 1


def test_blocks_do_not_change_what_is_found():
    values = np.random.default_rng(0).uniform(size=100)
    one, many = Tally(80, keep=50), Tally(80, keep=50)
    one.add(tried(values))
    for part in np.split(values, 10):
        many.add(tried(part))
    assert one.best == many.best
    assert [a.tolist() for a in one.improvements] == [a.tolist() for a in many.improvements]
    assert one.kept[2].tolist() == many.kept[2].tolist()


# --- What is charged ---------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [1, 50, 5000])
def test_a_value_counts_one(budget):
    cost = Counting(bowl(3))
    tally = search(at_random(cost, BOWL.box, 3, np.random.default_rng(0)), Tally(budget))
    assert tally.spent == budget == tally.tried
    assert cost.values >= budget, "no value is had for nothing"
    assert cost.gradients == 0


@pytest.mark.parametrize("charge", CHARGES.values(), ids=CHARGES)
def test_a_gradient_counts_what_the_charge_says(charge):
    cost = Counting(bowl(6))
    start = np.full(6, 0.9)
    tally = search(descent(cost, start, charge, learning_rate=0.01), Tally(70 * charge.of(6)))
    assert tally.spent == 70 * charge.of(6)
    assert tally.tried == 70 <= cost.gradients
    assert cost.values == 0


def test_differences_need_a_step_along_each_axis():
    assert [DIFFERENCES.of(d) for d in (1, 2, 13_002)] == [2, 3, 13_003]
    assert {BACKWARDS.of(d) for d in (1, 2, 13_002)} == {5}


# --- Grid and random search --------------------------------------------------------------------


@pytest.mark.parametrize(("dimension", "side"), [(1, 1), (1, 7), (2, 10), (3, 8), (4, 11)])
def test_a_grid_has_every_place_once(dimension, side):
    cost = bowl(dimension)
    blocks = list(grid(cost, (-1.0, 1.0), dimension, side, np.random.default_rng(0)))
    points = np.concatenate([block.points for block in blocks])
    assert points.shape == (side**dimension, dimension)
    numbers = np.rint((points + 1) * side / 2 - 0.5).astype(int)
    assert len({tuple(row) for row in numbers}) == side**dimension
    assert numbers.min() == 0
    assert numbers.max() == side - 1
    assert points == pytest.approx((numbers + 0.5) * 2 / side - 1)


def test_a_grid_that_is_cut_short_has_looked_everywhere():
    points = next(grid(bowl(2), (-1.0, 1.0), 2, 100, np.random.default_rng(0))).points[:100]
    quarters = {(x > 0, y > 0) for x, y in points.tolist()}
    assert len(quarters) == 4
    counts = np.histogram(points[:, 0], bins=10, range=(-1, 1))[0]
    assert counts.min() >= 3


def test_the_order_of_a_grid_is_the_seeds():
    orders = [
        np.concatenate(
            [b.points for b in grid(bowl(2), (-1.0, 1.0), 2, 30, np.random.default_rng(s))]
        )
        for s in (1, 1, 2)
    ]
    assert np.array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[0], orders[2])
    steps = np.linalg.norm(np.diff(orders[0], axis=0), axis=1)
    assert steps.mean() == pytest.approx(1.04, abs=0.1), "neighbours in time are none in space"


def test_a_grid_beyond_counting_is_refused():
    assert MOST_GRID < 10**16
    with pytest.raises(TooLargeError):
        next(grid(bowl(16), (-1.0, 1.0), 16, 10, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="points a side"):
        next(grid(bowl(1), (-1.0, 1.0), 1, 0, np.random.default_rng(0)))


def test_the_largest_grid_is_counted_without_overflow():
    points = next(grid(bowl(15), (-1.0, 1.0), 15, 10, np.random.default_rng(0))).points
    assert np.abs(points).max() < 1
    assert len(np.unique(points, axis=0)) == len(points)


def test_random_search_repeats_itself_and_stays_in_the_box():
    found = [
        search(at_random(bowl(2), BOWL.box, 2, np.random.default_rng(5)), Tally(500, keep=500))
        for _ in range(2)
    ]
    assert found[0].best == found[1].best
    assert np.abs(found[0].kept[0]).max() <= 1


# --- Walks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_a_walk_is_the_optimizers_own(optimizer):
    surface = SURFACES["himmelblau"]
    start = np.array(surface.start)
    tally = search(
        descent(surface, start, BACKWARDS, optimizer, learning_rate=0.005),
        Tally(40 * 5, keep=40),
    )
    run = walks.advance(walks.start(surface, start, optimizer, learning_rate=0.005), 39)
    assert np.array_equal(tally.kept[0], run.points)
    assert np.array_equal(tally.kept[1], run.values)


def test_a_walk_that_has_settled_ends():
    cost = SCALABLES["rastrigin"].in_dimensions(2, np.random.default_rng(0))
    start = cost.lowest + np.array([3.1, -2.1])
    tally = search(descent(cost, start, BACKWARDS, learning_rate=cost.rate), Tally(10_000))
    assert tally.spent < 200
    assert np.abs(tally.point - cost.lowest) == pytest.approx([3, 2], abs=0.05)


def test_a_walk_that_is_lost_ends_in_silence():
    tally = search(
        descent(bowl(2), np.array([0.5, 0.5]), BACKWARDS, learning_rate=1e3), Tally(10**6)
    )
    assert tally.spent < 5 * 200
    assert np.isfinite(tally.best)


def test_a_momentum_that_swings_back_has_not_settled():
    surface = SURFACES["booth"]
    source = descent(surface, np.array(surface.start), BACKWARDS, "momentum", learning_rate=0.02)
    assert search(source, Tally(10**5)).best < 1e-3


def test_walks_are_started_again_until_one_arrives():
    scalable = SCALABLES["rastrigin"]
    cost = scalable.in_dimensions(2, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    source = descents(cost, scalable.box, 2, rng, BACKWARDS, {"learning_rate": cost.rate})
    tally = search(source, Tally(100_000, scalable.goal, keep=10_000))
    assert tally.arrived
    jumps = np.abs(np.diff(tally.kept[0][:, 0])) > 1
    assert jumps.any()


def test_progress_is_seen_block_by_block():
    source = at_random(bowl(2), BOWL.box, 2, np.random.default_rng(0))
    spent = [tally.spent for tally in searching(source, Tally(20_000))]
    assert len(spent) > 2
    assert spent == sorted(set(spent))
    assert spent[-1] == 20_000
