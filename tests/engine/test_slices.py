"""The cost along each step: exact, and with the promise and the bend of theory."""

import numpy as np
import pytest

from engine.descent import advance, start
from engine.surfaces import SURFACES, own
from engine.terrain.slices import SHARES, slices


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "adam", "newton"])
def test_a_slice_is_the_cost_along_the_step(key):
    surface = SURFACES["himmelblau"]
    run = advance(start(surface, surface.start, key), 30)
    found = slices(run)
    assert found.rises.shape == (31, len(SHARES))
    at = dict(zip(SHARES.tolist(), found.rises.T, strict=True))
    np.testing.assert_array_equal(at[0.0], 0.0)
    np.testing.assert_allclose(at[1.0][:-1], np.diff(run.values), rtol=1e-9, atol=1e-12)
    beyond = advance(run, 1)
    assert at[1.0][-1] == pytest.approx(beyond.values[-1] - run.values[-1], rel=1e-9, abs=1e-12)


def test_the_slope_promises_and_the_bend_decides():
    booth = SURFACES["booth"]
    run = advance(start(booth, booth.start, "gradient_descent", learning_rate=0.08), 12)
    found = slices(run)
    np.testing.assert_allclose(found.slope, -0.08 * (run.gradients**2).sum(axis=-1), rtol=1e-12)
    parabola = found.slope[:, None] * SHARES + found.bend[:, None] * SHARES**2 / 2
    np.testing.assert_allclose(found.rises, parabola, rtol=1e-9, atol=1e-9 * run.values[0])
    np.testing.assert_allclose(found.sizes, np.hypot(*(0.08 * run.gradients).T), rtol=1e-12)


def test_beyond_the_formula_there_is_nothing():
    surface = own("sqrt(x) + y^2", ((0.0, 2.0), (-1.0, 1.0)), start=(1.0, 0.5))
    found = slices(advance(start(surface, (1.0, 0.5), "gradient_descent", learning_rate=1.0), 0))
    assert np.isnan(found.rises[0, SHARES > 2.1]).all()
    assert np.isfinite(found.rises[0, SHARES <= 1.9]).all()


def test_no_step_has_no_bend():
    flat = own("3", ((-1.0, 1.0), (-1.0, 1.0)))
    found = slices(advance(start(flat, (0.0, 0.0), "gradient_descent"), 3))
    assert (found.rises == 0).all()
    assert (found.slope == 0).all()
    assert np.isnan(found.bend).all()


@pytest.mark.parametrize("key", ["rastrigin", "ackley"])
def test_what_rounding_makes_of_a_cost_is_no_rise(key):
    surface = SURFACES[key]
    run = advance(start(surface, surface.start, "gradient_descent"), 400)
    assert (np.diff(run.values) > 0).any(), "each of them rounding"
    landed = slices(run).rises[:-1, SHARES == 1.0]
    assert (landed[:5] < 0).all()
    assert not (landed > 0).any()
