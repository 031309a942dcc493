"""Shares of a box that are low enough: against closed forms and against draws."""

from math import lgamma, log, log10, pi

import numpy as np
import pytest

from engine.search import shares
from engine.search.scalable import SCALABLES

BOWL, ROSENBROCK, RASTRIGIN = (SCALABLES[key] for key in ("bowl", "rosenbrock", "rastrigin"))


def drawn(scalable, dimension, count=400_000):
    """The share among random places of some draws of the cost, and its standard error."""
    rng, hits = np.random.default_rng(5), 0
    for seed in range(8):
        cost = scalable.in_dimensions(dimension, np.random.default_rng(seed))
        points = rng.uniform(*scalable.box, (count // 8, dimension))
        hits += int((cost.value(points) <= scalable.goal).sum())
    return hits / count, max(hits, 1) ** 0.5 / count


def test_a_disc_in_a_square_by_hand():
    assert 10 ** shares.of_ellipsoid(np.ones(2), 2.0, 1.0) == pytest.approx(pi / 4)
    assert 10 ** shares.of_ellipsoid(np.array([1.0, 4.0]), 2.0, 1.0) == pytest.approx(pi / 8)


@pytest.mark.parametrize("dimension", [2, 10, 100, 13_002])
def test_the_tail_is_that_of_a_ball(dimension):
    """In closed form the volume of a ball; the tail has Stirling's error, 1/(6 d)."""
    most = 0.02 * dimension
    exact = shares.of_ellipsoid(np.ones(dimension), 2.0, most)
    found = shares.of_terms(lambda z: z * z, dimension, (-1.0, 1.0), most)
    assert found - exact == pytest.approx(1 / (6 * dimension * log(10)), rel=0.05)


def test_a_chain_whose_links_know_only_one_end_is_a_sum_of_terms():
    found = shares.of_chain(lambda z, after: z * z + 0 * after, 31, (-1.0, 1.0), 0.6)
    assert found == pytest.approx(shares.of_terms(lambda z: z * z, 30, (-1.0, 1.0), 0.6), abs=1e-3)


@pytest.mark.parametrize(
    ("scalable", "dimension"),
    [(BOWL, 1), (BOWL, 2), (BOWL, 3), (ROSENBROCK, 1), (ROSENBROCK, 2), (RASTRIGIN, 1)],
)
def test_as_many_draws_arrive_as_reckoned(scalable, dimension):
    """Within the error of the tail in so few dimensions (a fifth), and that of the draws."""
    share, error = drawn(scalable, dimension)
    assert 10 ** scalable.share(dimension) == pytest.approx(share, rel=0.2, abs=3 * error)


def test_starts_that_lead_to_the_lowest_valley_by_hand():
    assert 10 ** RASTRIGIN.share_of_starts(1) == pytest.approx(1 / 10.24)
    assert 10 ** RASTRIGIN.share_of_starts(2) == pytest.approx(1 / 10.24**2)
    one_off = 1 / 10.24**3 + 3 * (2 / 10.24) / 10.24**2
    assert 10 ** RASTRIGIN.share_of_starts(3) == pytest.approx(one_off)


def test_valleys_counted_and_their_tail_agree():
    """Sums go in whole numbers, so that the tail is taken half a step further."""
    valleys = np.array([0.5, 0.5])
    exact = sum(
        np.exp(lgamma(61) - lgamma(k + 1) - lgamma(61 - k) + 60 * log(0.5)) for k in range(13)
    )
    assert shares.of_valleys(valleys, 12.5, 60) == pytest.approx(log10(exact), abs=0.15)
    assert shares._counted(valleys, 12, 60) == pytest.approx(log10(exact), abs=1e-9)


@pytest.mark.parametrize("scalable", SCALABLES.values(), ids=SCALABLES)
def test_it_goes_on_into_thousands_of_dimensions(scalable):
    found = [scalable.share(dimension) for dimension in (100, 1000, 3000, 13_002)]
    assert np.isfinite(found).all()
    assert found == sorted(found, reverse=True)
    each = (found[3] - found[2]) / 10_002
    assert found[2] - found[1] == pytest.approx(2000 * each, rel=1e-3)
