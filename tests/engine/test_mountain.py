"""Mountains drawn from numbers: exact slopes, the same for everybody, fair scores."""

import numpy as np
import pytest

from engine.search import DIFFERENCES
from engine.search.mountain import MOST_SEED, SIDE, compare, mountain

SEEDS = pytest.mark.parametrize("seed", [0, 1, 14, 2024, 86_420, MOST_SEED])


@SEEDS
def test_slopes_are_those_of_the_heights(seed):
    ground = mountain(seed)
    points = np.random.default_rng(1).uniform(-SIDE, SIDE, (200, 2))
    value, gradient = ground.value_and_gradient(points)
    assert np.array_equal(value, ground.value(points))
    assert np.array_equal(gradient, ground.gradient(points))
    step = 1e-5
    for axis in range(2):
        ahead, behind = points.copy(), points.copy()
        ahead[:, axis] += step
        behind[:, axis] -= step
        central = (ground.value(ahead) - ground.value(behind)) / (2 * step)
        assert gradient[:, axis] == pytest.approx(central, abs=1e-4)


@SEEDS
def test_the_same_number_is_the_same_mountain(seed):
    one = mountain(seed)
    mountain.cache_clear()
    other = mountain(seed)
    assert one is not other
    assert np.array_equal(one.bumps, other.bumps)
    assert np.array_equal(one.start, other.start)
    assert one.base == other.base


def test_different_numbers_are_different_mountains():
    starts = {tuple(mountain(seed).start) for seed in range(20)}
    assert len(starts) == 20


@SEEDS
def test_it_is_worth_a_walk(seed):
    ground = mountain(seed)
    heights = ground.value(ground.valleys)
    assert len(heights) >= 3
    assert (np.diff(heights) >= 0).all()
    assert heights[1] - heights[0] >= 25
    assert ground.value(ground.start) > heights[0] + 100
    assert np.hypot(*(ground.start - ground.valleys[0])) > 0.8 * SIDE
    assert 0.1 < np.hypot(*ground.gradient(ground.start)) / 1000 < 0.7


@SEEDS
def test_the_valleys_are_level_and_nothing_inside_is_lower(seed):
    ground = mountain(seed)
    assert np.abs(ground.gradient(ground.valleys)).max() < 0.01
    assert (np.abs(ground.valleys) <= SIDE).all()
    points = np.random.default_rng(2).uniform(-SIDE, SIDE, (20_000, 2))
    assert ground.value(points).min() >= ground.lowest - 1e-6


@pytest.mark.parametrize("seed", [-1, MOST_SEED + 1])
def test_a_number_that_none_has(seed):
    with pytest.raises(ValueError, match="number from 0"):
        mountain(seed)


@pytest.mark.parametrize("count", [1, 2, 30])
def test_everybody_gets_the_same_number_of_evaluations(count):
    ground = mountain(14)
    places = np.tile(ground.start, (count, 1))
    mine, *others = compare(ground, places)
    assert mine.who == "you"
    assert mine.spent == DIFFERENCES.of(2) * count
    assert mine.share == 0
    for other in others:
        assert other.spent <= mine.spent
        assert len(other.places) * (1 if other.who == "random" else 3) == other.spent
        assert other.height == ground.value(other.places).min()
    assert next(o for o in others if o.who == "random").spent == mine.spent


def test_the_walkers_are_gradient_descent_and_momentum_from_the_start():
    ground = mountain(14)
    _, descent, momentum, _ = compare(ground, np.tile(ground.start, (5, 1)))
    point, other, velocity = ground.start, ground.start, 0.0
    for row in range(5):
        assert descent.places[row] == pytest.approx(point)
        assert momentum.places[row] == pytest.approx(other)
        velocity = 0.9 * velocity + ground.gradient(other)
        point, other = point - ground.rate * ground.gradient(point), other - ground.rate * velocity


def test_standing_on_the_lowest_place_is_all_of_the_way():
    ground = mountain(14)
    mine = compare(ground, np.stack([ground.start, ground.valleys[0]]))[0]
    assert mine.share == pytest.approx(1)
    assert mine.height == ground.lowest


def test_a_class_gets_the_same_random_search():
    ground = mountain(3)
    places = np.tile(ground.start, (10, 1))
    assert np.array_equal(compare(ground, places)[3].places, compare(ground, places)[3].places)
