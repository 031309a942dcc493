"""Costs in any number of dimensions: slopes, lowest places and curvatures by differences."""

import numpy as np
import pytest

from engine.search.scalable import SCALABLES

ALL = pytest.mark.parametrize("scalable", SCALABLES.values(), ids=SCALABLES)
DIMENSIONS = pytest.mark.parametrize("dimension", [1, 2, 3, 7, 40])


def cost_of(scalable, dimension, seed=0):
    return scalable.in_dimensions(dimension, np.random.default_rng(seed))


@ALL
@DIMENSIONS
def test_slopes_are_those_of_the_costs(scalable, dimension):
    cost = cost_of(scalable, dimension)
    points = np.random.default_rng(1).uniform(*scalable.box, (20, dimension))
    value, gradient = cost.value_and_gradient(points)
    assert value == pytest.approx(cost.value(points), rel=1e-12)
    assert np.array_equal(gradient, cost.gradient(points))
    step = 1e-6
    for axis in range(dimension):
        move = np.zeros(dimension)
        move[axis] = step
        central = (cost.value(points + move) - cost.value(points - move)) / (2 * step)
        scale = np.abs(gradient).max()
        assert gradient[:, axis] == pytest.approx(central, abs=1e-7 * scale + 1e-6)


@ALL
@DIMENSIONS
def test_the_lowest_place_is_in_the_box_and_costs_nothing(scalable, dimension):
    cost = cost_of(scalable, dimension)
    low, high = scalable.box
    assert ((cost.lowest > low) & (cost.lowest < high)).all()
    assert cost.value(cost.lowest) == pytest.approx(0, abs=1e-12)
    assert np.abs(cost.gradient(cost.lowest)).max() < 1e-9
    points = np.random.default_rng(2).uniform(*scalable.box, (2000, dimension))
    assert (cost.value(points) >= 0).all()


@ALL
@DIMENSIONS
def test_no_curvature_in_the_box_is_larger_than_said(scalable, dimension):
    cost = cost_of(scalable, dimension)
    step = 1e-5
    for point in np.random.default_rng(3).uniform(*scalable.box, (10, dimension)):
        moves = step * np.eye(dimension)
        hessian = (cost.gradient(point + moves) - cost.gradient(point - moves)) / (2 * step)
        largest = np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]
        assert largest <= 1 / cost.rate * (1 + 1e-6)


@ALL
def test_each_draw_has_its_own_lowest_place(scalable):
    one, same, other = (cost_of(scalable, 3, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.lowest, same.lowest)
    assert not np.array_equal(one.lowest, other.lowest)


@ALL
def test_one_place_and_many_are_the_same(scalable):
    cost = cost_of(scalable, 4)
    points = np.random.default_rng(4).uniform(*scalable.box, (2, 3, 4))
    assert cost.value(points).shape == (2, 3)
    assert cost.value(points)[1, 2] == pytest.approx(cost.value(points[1, 2]))
    assert cost.gradient(points).shape == (2, 3, 4)


@ALL
def test_what_is_too_large_is_no_warning(scalable):
    cost = cost_of(scalable, 3)
    with np.errstate(all="raise"):
        value, _ = cost.value_and_gradient(np.full(3, 1e200))
    assert not np.isfinite(value)


def test_rosenbrock_is_the_one_of_the_literature():
    cost = cost_of(SCALABLES["rosenbrock"], 3)
    assert 3 * cost.value(cost.shift) == pytest.approx(2)
    assert 3 * cost.value(cost.shift + np.array([2, 1, 0])) == pytest.approx(
        100 * 9 + 1 + 100 * 1 + 0
    )


def test_no_dimension_is_refused():
    with pytest.raises(ValueError, match="dimensions"):
        cost_of(SCALABLES["bowl"], 0)
