"""Races and bills: fair, repeatable, true to what they measured, and far beyond any float."""

from math import inf, log10

import numpy as np
import pytest

from engine.search import BACKWARDS, DIFFERENCES, bill, search
from engine.search.contest import (
    DIMENSIONS,
    MANY_DIMENSIONS,
    METHODS,
    Contest,
    Needed,
    against,
    drawn,
    measure,
    race,
    reading,
    reckoned,
)
from engine.search.scalable import SCALABLES

BOWL, ROSENBROCK, RASTRIGIN = (SCALABLES[key] for key in ("bowl", "rosenbrock", "rastrigin"))


def result(steps):
    progress = []
    while True:
        try:
            progress.append(next(steps))
        except StopIteration as end:
            assert progress == sorted(progress)
            assert all(0 <= share <= 1 for share in progress)
            return end.value


def contest(scalable, dimension, budget=10_000, seed=0):
    return Contest(scalable, dimension, scalable.points_a_side, BACKWARDS, budget, seed)


# --- Races -------------------------------------------------------------------------------------


def test_a_race_repeats_itself():
    one, other = (result(race(contest(RASTRIGIN, 2))) for _ in range(2))
    assert list(one) == list(METHODS)
    for method in METHODS:
        assert one[method].spent == other[method].spent
        assert one[method].best == other[method].best


def test_every_method_searches_the_same_ground_within_the_budget():
    for tally in result(race(contest(BOWL, 3, 500))).values():
        assert tally.spent <= 500 + 4
        assert tally.best == pytest.approx(float(contest(BOWL, 3).cost.value(tally.point)))


def test_trying_everything_wins_on_many_valleys_in_one_dimension():
    """What the page says: over twenty draws, a grid and random search beat walks started again."""
    spent = {method: [] for method in ("grid", "random", "restarts")}
    alone = 0
    for seed in range(20):
        for method, tally in result(race(contest(RASTRIGIN, 1, 100_000, seed))).items():
            if method == "descent":
                alone += tally.arrived
            else:
                assert tally.arrived
                spent[method].append(tally.spent)
    assert alone < 10, "one walk seldom ends in the lowest valley"
    assert np.mean(spent["grid"]) < 0.5 * np.mean(spent["restarts"])
    assert np.mean(spent["random"]) < 0.5 * np.mean(spent["restarts"])


def test_walking_wins_on_one_valley_in_six_dimensions():
    tallies = result(race(contest(BOWL, 6, 10**6)))
    assert tallies["descent"].spent * 100 < min(tallies["grid"].spent, tallies["random"].spent)


def test_a_grid_beyond_counting_stays_out_of_the_race():
    assert "grid" not in result(race(contest(RASTRIGIN, 8, 200)))


# --- What is needed ----------------------------------------------------------------------------


def test_what_is_measured_is_what_the_races_spend():
    measured = result(measure(BOWL, BACKWARDS, 10_000, 100, runs=3))
    for method in ("random", "descent", "restarts"):
        runs = [Contest(BOWL, 2, 1, BACKWARDS, 10_000, seed) for seed in range(3)]
        spent = [search(one.source(method), one.tally()).spent for one in runs]
        assert measured[method][1] == Needed(2, float(np.mean(spent)))
    assert [n.dimension for n in measured["descent"]] == [*DIMENSIONS, *MANY_DIMENSIONS]
    assert max(n.evaluations for n in measured["descent"]) < 100, "whatever the dimension"
    assert measured["random"][-1].dimension < 10


def test_walks_take_as_many_steps_whatever_they_are_charged():
    cheap, dear = (
        result(measure(BOWL, charge, 10, 50, runs=2)) for charge in (BACKWARDS, DIFFERENCES)
    )
    for one, other in zip(cheap["descent"], dear["descent"], strict=True):
        assert other.evaluations == one.evaluations / 5 * (one.dimension + 1)


@pytest.mark.parametrize("scalable", [BOWL, RASTRIGIN])
def test_random_search_is_reckoned_as_it_is_measured(scalable):
    """Ten draws of a geometric number have a mean that is right within a third, mostly."""
    measured = result(measure(scalable, BACKWARDS, 60_000, 1, runs=10))["random"]
    for needed in measured:
        log = reckoned(scalable, BACKWARDS, (), "random", needed.dimension)
        assert log10(needed.evaluations) == pytest.approx(log, abs=0.4)


def test_restarts_are_reckoned_from_the_last_that_were_measured():
    found = (Needed(1, 800.0), Needed(2, 9_000.0))
    log = reckoned(RASTRIGIN, DIFFERENCES, found, "restarts", 3)
    rarer = 10 ** (RASTRIGIN.share_of_starts(2) - RASTRIGIN.share_of_starts(3))
    assert 10**log == pytest.approx(9_000 * rarer * 4 / 3)
    assert reckoned(RASTRIGIN, DIFFERENCES, (), "restarts", 3) is None
    assert reckoned(BOWL, DIFFERENCES, found, "restarts", 3) is None
    assert reckoned(RASTRIGIN, DIFFERENCES, found, "descent", 3) is None


def test_what_is_reckoned_depends_on_no_draw():
    """A line through a few measured draws gave anything from 10^16,000 to 10^33,000 here."""
    log = reckoned(BOWL, BACKWARDS, (), "random", 13_002)
    assert log == pytest.approx(8906, abs=0.5)


@pytest.mark.parametrize(
    ("scalable", "dimension"), [(BOWL, 2), (BOWL, 3), (ROSENBROCK, 2), (RASTRIGIN, 1)]
)
def test_a_grid_is_fine_enough(scalable, dimension):
    tallies = [
        search(one.source("grid"), one.tally())
        for one in (contest(scalable, dimension, 100_000, seed) for seed in range(10))
    ]
    assert sum(tally.arrived for tally in tallies) >= 9


def test_a_walk_that_only_goes_slowly_has_not_settled():
    """In Rosenbrock's valley of ten dimensions eight steps hardly move the cost, for thousands."""
    walk = contest(ROSENBROCK, 10, 20_000, seed=2)
    tally = search(walk.source("descent"), walk.tally())
    assert tally.spent == 20_000


# --- A bill ------------------------------------------------------------------------------------


def test_a_grid_beyond_any_float_is_reckoned_with():
    log = bill.grid_evaluations(10, 13_002)
    assert log == pytest.approx(13_002)
    assert bill.number(log) == "10¹³⁰⁰²"
    assert bill.duration(log - log10(20_000)) == "10¹²⁹⁹⁰ years"
    assert "atoms" in bill.comparison(log, log - 4)


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (0, "1"),
        (log10(4), "4"),
        (log10(4312), "4,300"),
        (6.5, "3,200,000"),
        (80, "10⁸⁰"),
        (-inf, "0"),
    ],
)
def test_counts_in_words(log, said):
    assert bill.number(log) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1e-5, "less than a millisecond"),
        (0.0042, "4 ms"),
        (0.9999, "1,000 ms"),
        (1, "1 second"),
        (45, "45 seconds"),
        (60, "1 minute"),
        (10_800, "3 hours"),
        (86_400 * 2.2, "2 days"),
        (bill.YEAR, "1 year"),
        (bill.YEAR * 3_249, "3,200 years"),
    ],
)
def test_times_in_words(seconds, said):
    assert bill.duration(log10(seconds)) == said


def test_what_a_bill_is_like():
    year = log10(bill.YEAR)
    assert bill.comparison(3, 0) == ""
    assert bill.comparison(12, 6) == ""
    assert "life" in bill.comparison(15, year + 3)
    assert "universe is old" in bill.comparison(25, year + 11)


def test_the_speed_is_counts_over_time():
    ticks = iter(np.arange(0, 100, 0.01))
    calls = []

    class Cost:
        def value(self, point):
            calls.append(len(point))
            return point[..., 0]

    speed = bill.speed(Cost(), 2, np.random.default_rng(0), clock=lambda: next(ticks), seconds=0.1)
    assert speed == pytest.approx(sum(calls[1:]) / (0.01 * len(calls)), rel=1e-6)


# --- The network -------------------------------------------------------------------------------


def test_searches_side_by_side_spend_alike():
    cost = BOWL.in_dimensions(2, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    sources = {
        "one": drawn(cost, lambda: rng.uniform(-1, 1, 2)),
        "other": contest(BOWL, 2).source("random"),
    }
    for tallies in against(sources, 9_000):
        spent = [tally.spent for tally in tallies.values()]
        assert abs(spent[0] - spent[1]) <= 4096
    assert spent == [9_000, 9_000]


def test_on_real_digits_descent_goes_far_below_what_draws_find():
    found = result(reading(200, seed=1))
    assert found.dimension == 13_002
    drawn_at_random, walked = found.tallies["random"], found.tallies["descent"]
    assert drawn_at_random.spent == walked.spent == 200
    assert walked.tried == 40
    assert walked.best < drawn_at_random.best - 0.5
    assert found.accuracy["descent"] > found.accuracy["random"] + 0.2
    again = result(reading(200, seed=1))
    assert again.tallies["random"].best == drawn_at_random.best
