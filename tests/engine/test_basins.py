"""Basins: landings are the engine's own walks, labels say what became of them; honest chances."""

import numpy as np
import pytest

from engine import descent
from engine.optimizers import OPTIMIZERS
from engine.optimizers.schedules import plan, scheduled
from engine.surfaces import SURFACES, own
from engine.terrain import basins, default_rate
from engine.terrain.basins import (
    DIVERGED,
    FLOOR,
    LEVEL,
    NO_BOTTOM,
    PLATEAU,
    RUNNING,
    UNDEFINED,
)
from engine.terrain.landing import land

SQUARE = ((-2.0, 2.0), (-2.0, 2.0))


def suited(surface, key, **changes):
    method = OPTIMIZERS[key]
    return {**method.defaults, "learning_rate": default_rate(surface, method), **changes}


def painted(surface, key="gradient_descent", steps=200, **changes):
    *_, last = basins.paint(surface, key, suited(surface, key, **changes), steps)
    return last


def starts(surface, count=300):
    low, high = np.array(surface.domain).T
    return low + (high - low) * np.random.default_rng(2).random((count, 2))


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("name", ["himmelblau", "ackley", "beale"])
def test_a_landing_is_the_last_row_of_the_walk_to_the_last_bit(key, name):
    surface = SURFACES[name]
    points, settings = starts(surface), suited(surface, key)
    landing = land(surface, points, key, 60, settings)
    end = descent.finish(surface, points, key, 60, **settings)
    assert np.array_equal(landing.lost, end.lost >= 0)
    assert np.array_equal(landing.points, end.points)
    assert np.array_equal(landing.values, end.values)


def test_a_landing_of_the_lost_is_their_last_finite_row():
    surface = SURFACES["himmelblau"]
    landing = land(surface, starts(surface), "gradient_descent", 200, {"learning_rate": 0.1})
    end = descent.finish(surface, starts(surface), "gradient_descent", 200, learning_rate=0.1)
    assert landing.lost.any()
    assert np.array_equal(landing.points, end.points)
    assert np.isfinite(landing.values).all()


def test_schedules_are_walked_on():
    surface = SURFACES["himmelblau"]
    settings = {"learning_rate": scheduled(0.01, plan("cosine"))}
    landing = land(surface, starts(surface), "gradient_descent", 50, settings)
    end = descent.finish(surface, starts(surface), "gradient_descent", 50, **settings)
    assert np.array_equal(landing.points, end.points)


def test_the_picture_is_where_the_walks_end():
    surface = SURFACES["himmelblau"]
    shown = painted(surface, "momentum")
    cells = np.random.default_rng(0).integers(0, basins.SIDE, (60, 2))
    for row, column in cells:
        point = basins.grid(surface)[row, column]
        run = descent.start(surface, point, "momentum", **suited(surface, "momentum"))
        run = descent.advance(run, 200)
        assert descent.ending(run).kind == "global_minimum"
        place = shown.places[shown.labels[row, column]]
        assert np.hypot(*(run.points[-1] - place.point)) < 0.1


def test_four_square_basins_by_hand():
    # Each variable slides into the well on its own side of 0.1567.
    surface = SURFACES["styblinski_tang"]
    shown = painted(surface)
    right = basins.grid(surface) > 0.1567312567803401
    for index, place in enumerate(shown.places):
        mine = (right == (np.array(place.point) > 0)).all(axis=-1)
        assert np.array_equal(shown.labels == index, mine)
    assert shown.places[0].is_lowest
    assert shown.share(0) == pytest.approx(0.516**2, abs=0.003)


def test_coarse_comes_before_fine():
    surface = SURFACES["himmelblau"]
    seen = [
        (p.stride, p.progress, p.labels.copy())
        for p in basins.paint(surface, "gradient_descent", suited(surface, "gradient_descent"), 50)
    ]
    strides, progress, labels = zip(*seen, strict=True)
    assert (strides[0], progress[0]) == (8, pytest.approx(1 / 64))
    assert list(progress) == sorted(progress)
    assert (strides[-1], progress[-1]) == (1, 1.0)
    assert np.array_equal(labels[-1][::8, ::8], labels[0][::8, ::8])
    assert not np.array_equal(labels[-1], labels[0])


@pytest.mark.parametrize(
    ("text", "label", "share"),
    [
        ("3", PLATEAU, 1.0),
        ("x^2", FLOOR, 1.0),
        ("-x^2 - y^2", NO_BOTTOM, 1.0),
        ("log(x) + y^2", UNDEFINED, 1.0),
        ("log(-1 - x^2)", UNDEFINED, 1.0),
        ("abs(x) + abs(y)", 0, 1.0),
        ("x^2 + y^2", 0, 1.0),
    ],
)
def test_what_becomes_of_walks_on_typed_formulas(text, label, share):
    assert painted(own(text, SQUARE)).share(label) == pytest.approx(share, abs=0.005)


def test_a_saddle_falls_for_ever_and_a_large_rate_throws_out():
    assert painted(SURFACES["saddle"]).share(NO_BOTTOM) > 0.99
    assert painted(SURFACES["bowl"], learning_rate=1.5).share(DIVERGED) == 1.0
    assert painted(SURFACES["bowl"], learning_rate=1e-5).share(RUNNING) > 0.99
    assert painted(SURFACES["easom"]).share(PLATEAU) > 0.3


def test_newton_goes_to_saddles_and_tops_and_nobody_calls_them_minima():
    surface = SURFACES["himmelblau"]
    shown = painted(surface, "newton", 50)
    assert 0.2 < shown.share(LEVEL) < 0.6
    assert sum(shown.share(index) for index in range(4)) == pytest.approx(
        1 - shown.share(LEVEL), abs=0.01
    )


def test_a_minimum_outside_the_picture_is_found_by_those_who_get_there():
    shown = painted(own("x^2 + (y - 4)^2", SQUARE), learning_rate=0.1)
    assert [place.point for place in shown.places] == [pytest.approx((0.0, 4.0), abs=1e-6)]
    assert shown.share(0) == 1.0


def test_a_chance_by_hand():
    surface = SURFACES["styblinski_tang"]
    rng = np.random.default_rng(0)
    found = basins.chance(
        surface, "gradient_descent", suited(surface, "gradient_descent"), 200, rng
    )
    assert found.low < 0.51567**2 < found.high
    assert found.restarts == basins.restarts_for(found.share)
    assert found.measured == pytest.approx(0.95, abs=0.05)


def test_wilsons_interval_as_printed():
    # Agresti and Coull 1998, The American Statistician 52: 9 of 10 gives 0.596 to 0.982.
    assert basins.wilson(9, 10) == pytest.approx((0.596, 0.982), abs=1e-3)
    low, high = basins.wilson(0, 20)
    assert (low, high) == pytest.approx((0.0, 0.1611), abs=1e-3)
    assert basins.wilson(20, 20)[1] == pytest.approx(1.0)


def test_wilsons_interval_holds_the_truth_as_often_as_it_says():
    rng, truth = np.random.default_rng(1), 0.2
    hits = rng.binomial(100, truth, 2000)
    held = [low <= truth <= high for low, high in (basins.wilson(int(n), 100) for n in hits)]
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("share", "restarts"), [(0.5, 5), (0.95, 1), (1.0, 1), (0.01, 299)])
def test_restarts_by_hand(share, restarts):
    assert basins.restarts_for(share) == restarts


def test_no_chance_is_no_number():
    assert basins.restarts_for(0.0) is None
    surface = SURFACES["saddle"]
    settings = suited(surface, "gradient_descent")
    assert (
        basins.chance(surface, "gradient_descent", settings, 50, np.random.default_rng(0)) is None
    )


@pytest.mark.parametrize(
    "text", ["1/x + y^2", "sqrt(x) - y", "sin(1/x) + y^2", "exp(exp(x*y))", "x^y", "tan(x)*y",
             "1e300*x^2 + y", "abs(x*y)", "(x^2+y^2-1)^2", "x^3 - 3*x*y^2", "asin(x)*y"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["momentum", "adam", "newton"])
def test_no_formula_makes_an_exception_or_a_warning(text, key):
    surface = own(text, SQUARE)
    first = next(basins.paint(surface, key, suited(surface, key), 60))
    assert first.labels.shape == (basins.SIDE, basins.SIDE)


def test_newton_on_a_ring_of_lowest_places_is_at_rest_on_a_floor():
    """The Hessian is singular on the ring, to the last bit in some places."""
    surface = own("(x^2 + y^2 - 1)^2", ((-5.0, 5.0), (-5.0, 5.0)))
    *_, shown = basins.paint(surface, "newton", {"learning_rate": 1.0}, 200)
    assert shown.share(FLOOR) > 0.9
    assert not shown.places


@pytest.mark.parametrize("rate", [0.0002, 0.001, 0.01])
def test_beside_a_ring_of_lowest_places_there_is_no_minimum(rate):
    """Just outside the ring the Hessian is positive definite, and hardly anybody moves."""
    surface = own("(x^2 + y^2 - 1)^2", ((-5.0, 5.0), (-5.0, 5.0)))
    assert not painted(surface, learning_rate=rate).places


@pytest.mark.parametrize(
    ("text", "undercut"),
    [
        ("x^3 - 3*x + y^2", True),  # a minimum, and no bottom
        ("x^4 - 2*x^2 + y^2", False),
        ("abs(x) + abs(y)", False),
        ("x^2 * (x - 3)^2 - x + y^2", True),  # a lower minimum outside, where some walks end
    ],
)
def test_no_minimum_is_global_where_the_cost_goes_lower(text, undercut):
    surface = own(text, SQUARE)
    assert painted(surface, learning_rate=0.02).is_undercut is undercut


def test_a_catalogued_minimum_is_not_doubted():
    assert not painted(SURFACES["styblinski_tang"]).is_undercut


def test_who_is_on_the_way_is_no_miss():
    surface = SURFACES["ravine"]
    settings = suited(surface, "gradient_descent", learning_rate=0.01)

    def after(steps):
        rng = np.random.default_rng(0)
        return basins.chance(surface, "gradient_descent", settings, steps, rng, 512)

    early, late = after(20), after(4000)
    assert early.is_open
    assert early.moving > 400
    assert not late.is_open
    assert late.share == 1.0


def test_no_hits_bound_the_starts_from_below():
    none = basins.Chance(4096, 0, 0, 0.0, 0.00094, None, None)
    assert none.fewest == basins.restarts_for(basins.wilson(0, 4096)[1])
    assert 3_100 < none.fewest < 3_300
    assert basins.Chance(4096, 0, 40, 0.0, 0.00094, None, None).fewest < 400


def test_a_setting_out_of_range_is_refused():
    with pytest.raises(ValueError, match="momentum"):
        next(basins.paint(SURFACES["bowl"], "momentum", {"momentum": 2.0}, 10))
