"""Noisy slopes: seeded, the same for all walkers, and never in what is recorded."""

import numpy as np
import pytest

from engine import descent
from engine.surfaces import SURFACES, own
from engine.surfaces.noise import Noisy, usual_slope

SADDLE = SURFACES["saddle"]


def walk(objective, steps=60):
    begun = descent.start(objective, np.array([1.0, 0.0]), "gradient_descent", learning_rate=0.05)
    return descent.advance(begun, steps)


def test_the_same_seed_is_the_same_walk_and_another_is_another():
    first, again, other = (walk(Noisy(SADDLE, 0.01, seed)) for seed in (3, 3, 4))
    assert np.array_equal(first.points, again.points)
    assert not np.array_equal(first.points, other.points)


def test_what_is_recorded_is_the_surface_itself():
    run = walk(Noisy(SADDLE, 0.1))
    assert np.array_equal(run.values, SADDLE.value(run.points))
    assert np.array_equal(run.gradients, SADDLE.gradient(run.points))


def test_each_step_is_off_by_the_throw_of_that_step():
    noisy = Noisy(SADDLE, 0.1)
    point = np.array([[0.3, -0.2], [1.0, 1.0]])
    off = noisy.at(7).gradient(point) - SADDLE.gradient(point)
    assert off[0] == pytest.approx(off[1])
    throws = np.array(
        [noisy.at(k).gradient(point)[0] - SADDLE.gradient(point)[0] for k in range(4000)]
    )
    assert throws.std(axis=0) == pytest.approx([noisy.deviation] * 2, rel=0.05)
    assert np.abs(throws.mean(axis=0)).max() < 0.1 * noisy.deviation


def test_noise_leaves_the_ridge_that_plain_descent_stays_on():
    plain, noisy = walk(SADDLE, 200), walk(Noisy(SADDLE, 0.01), 200)
    assert plain.points[-1, 1] == 0.0
    assert abs(noisy.points[-1, 1]) > 1.0


def test_rewinding_repeats_the_noise():
    run = walk(Noisy(SADDLE, 0.01), 50)
    assert np.array_equal(descent.advance(descent.rewind(run, 20), 30).points, run.points)


def test_a_sweep_of_noisy_walks_equals_the_single_ones():
    noisy = Noisy(SADDLE, 0.01)
    sweep = descent.sweep(noisy, np.array([1.0, 0.0]), "adam", [0.01, 0.1], 30)
    for i, rate in enumerate((0.01, 0.1)):
        run = descent.start(noisy, np.array([1.0, 0.0]), "adam", learning_rate=rate)
        assert np.array_equal(descent.advance(run, 30).points, sweep.run.points[:, i])


def test_a_formula_without_values_has_no_usual_slope():
    assert usual_slope(own("log(-x^2 - 1)", ((-1.0, 1.0), (-1.0, 1.0)))) == 0.0
