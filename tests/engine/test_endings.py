"""Endings and regimes: the vocabulary met case by case, and a second opinion on anything at all."""

import warnings
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.descent import (
    advance,
    ending,
    endings,
    regime,
    regimes,
    rewind,
    start,
    sweep,
)
from engine.descent.sentences import number
from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES
from engine.surfaces.curves import CURVES
from engine.surfaces.surface import own
from tests.engine.ending_checks import objection

SQUARE = ((-3.0, 3.0), (-3.0, 3.0))
LINE = ((-3.0, 3.0),)
OWN = [
    *(
        own(text, SQUARE)
        for text in (
            "x^2 + y^4",
            "log(x) + x^2 + y^2",
            "sqrt(x)*y + y^2",
            "1/(x^2 + y^2)",
            "x^2",
            "exp(x) + y^2",
            "abs(x) + abs(y)",
            "sin(10*x)*cos(7*y)",
            "x + 2*y",
            "x^4 - y^4",
            "sqrt(abs(x)) + y^2",
            "3",
            "exp(x*y)",
            "1e8 + x^2 + y^2",
            "1e-8*(x^2 + 3*y^2)",
            "tan(x) + y^2",
        )
    ),
    *(own(text, LINE) for text in ("x*log(x)", "1/x", "x^4", "exp(-x)", "abs(x)^1.5", "tanh(x)")),
]
EVERYWHERE = [*SURFACES.values(), *CURVES.values(), *OWN]


def walk(surface, optimizer, steps=200, point=None, **settings):
    run = start(surface, surface.start if point is None else point, optimizer, **settings)
    return advance(run, steps)


def ended(*args, **settings):
    run = walk(*args, **settings)
    found = ending(run)
    assert not objection(run, found)
    return found


# --- A second opinion --------------------------------------------------------------------------


@settings(max_examples=250, deadline=None, derandomize=True)
@given(
    surface=st.sampled_from(EVERYWHERE),
    key=st.sampled_from(list(OPTIMIZERS)),
    exponent=st.floats(-6, 3),
    steps=st.sampled_from([0, 1, 2, 5, 8, 20, 60, 200]),
    place=st.none() | st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)),
    decay=st.sampled_from([None, 0.0, 0.01, 0.1, 1.0]),
)
def test_every_walk_ends_in_an_ending_that_holds_up(surface, key, exponent, steps, place, decay):
    point = surface.start
    if place is not None:
        point = [
            (low + high) / 2 + share * (high - low) / 2
            for share, (low, high) in zip(place, surface.domain, strict=False)
        ]
    known = {setting.key for setting in OPTIMIZERS[key].settings}
    extra = {"weight_decay": decay} if decay is not None and "weight_decay" in known else {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = walk(surface, key, steps, point, learning_rate=10.0**exponent, **extra)
        found = ending(run)
        regime(run)
    assert not objection(run, found), found


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    surface=st.sampled_from([s for s in SURFACES.values() if s.critical_points]),
    key=st.sampled_from(["gradient_descent", "momentum", "adam", "newton"]),
    exponent=st.floats(-4, 1),
    offset=st.sampled_from([0.0, 1e-12, 1e-9, 1e-6, 1e-3]),
    data=st.data(),
)
@example(SURFACES["saddle"], "gradient_descent", -1.0, 0.0, None)
def test_walks_from_beside_a_critical_point_hold_up(surface, key, exponent, offset, data):
    critical = surface.critical_points[0]
    if data is not None:
        critical = data.draw(st.sampled_from(surface.critical_points))
    point = np.array(critical.point) + offset
    run = walk(surface, key, 60, point, learning_rate=10.0**exponent)
    assert not objection(run, ending(run)), ending(run)


def test_the_second_opinion_can_object():
    run = walk(SURFACES["bowl"], "gradient_descent", learning_rate=0.1)
    right = ending(run)
    assert right.kind == "global_minimum"
    for wrong in ("minimum", "saddle", "bouncing", "diverged", "no_bottom", "undefined", "held"):
        assert objection(run, type(right)(wrong, right.step, right.sentence)), wrong
    crawling = walk(SURFACES["bowl"], "gradient_descent", learning_rate=1e-4)
    for wrong in ("minimum", "saddle", "plateau", "bouncing", "diverged", "no_bottom", "held"):
        assert objection(crawling, type(right)(wrong, crawling.steps, right.sentence)), wrong


# --- Each ending -------------------------------------------------------------------------------


def test_a_minimum_is_global_only_where_it_is_listed():
    deep = ended(SURFACES["two_wells"], "gradient_descent", learning_rate=0.05, point=(-1.5, 1.0))
    assert deep.kind == "global_minimum"
    assert "no listed one is lower" in deep.sentence
    shallow = ended(SURFACES["two_wells"], "gradient_descent", learning_rate=0.05)
    assert shallow.kind == "minimum"
    assert "deeper by 0.799" in shallow.sentence
    typed = ended(own("x^2 + y^2", SQUARE), "gradient_descent", learning_rate=0.1)
    assert typed.kind == "minimum"
    assert "both curvatures positive (2 and 2): a minimum." in typed.sentence


def test_every_listed_minimum_is_recognised():
    for surface in (*SURFACES.values(), *CURVES.values()):
        places = [c for c in surface.critical_points if c.kind in ("minimum", "cusp")]
        if not places:
            continue
        run = start(surface, [c.point for c in places], "gradient_descent", learning_rate=1e-6)
        for found, listed in zip(endings(run), places, strict=True):
            wanted = "global_minimum" if listed.is_global else "minimum"
            assert (found.kind, found.step) == (wanted, 0), (surface.key, listed)


def test_every_listed_saddle_and_maximum_is_one():
    words = {"saddle": "a saddle", "maximum": "a maximum", "degenerate": "degenerate"}
    for surface in (*SURFACES.values(), *CURVES.values()):
        places = [c for c in surface.critical_points if c.kind in words]
        if not places:
            continue
        run = start(surface, [c.point for c in places], "gradient_descent", learning_rate=1e-6)
        for found, listed in zip(endings(run), places, strict=True):
            assert found.kind == "saddle", (surface.key, listed, found)
            assert words[listed.kind] in found.sentence, (surface.key, listed, found)


def test_on_the_ridge_a_walker_ends_on_the_saddle_and_beside_it_it_falls_off():
    surface = SURFACES["saddle"]
    on = ended(surface, "gradient_descent", point=(-1.7, 0.0), learning_rate=0.1)
    assert on.kind == "saddle"
    assert "one curvature is positive (2) and one negative (−2)" in on.sentence
    beside = ended(surface, "gradient_descent", point=(-1.7, 1e-3), learning_rate=0.1)
    assert beside.kind == "no_bottom"
    assert "whatever the rate" in beside.sentence
    leaving = ended(surface, "gradient_descent", 30, (-1.7, 1e-5), learning_rate=0.1)
    assert leaving.kind == "running"
    assert "near a saddle" in leaving.sentence


def test_creeping_up_to_an_inflection_is_no_minimum():
    cubic = CURVES["cubic"]
    # x falls like 1/(3·rate·k), and curvature and slope are positive all the way.
    for steps in (10, 100, 1000, 10000):
        found = ended(cubic, "gradient_descent", steps, learning_rate=0.2)
        assert found.kind in ("running", "plateau", "saddle"), found
    assert found.kind == "saddle"
    assert "inflection" in found.sentence


def test_a_small_slope_alone_is_no_minimum():
    flat = ended(CURVES["plateau"], "gradient_descent", point=(3.9,), learning_rate=0.5)
    assert flat.kind == "plateau"
    assert ended(SURFACES["easom"], "adam", point=(-0.9, -0.9)).kind == "plateau"
    valley = walk(SURFACES["rosenbrock"], "gradient_descent", learning_rate=1e-3)
    assert ending(valley).kind == "running"


def test_a_cusp_is_reached_only_by_steps_that_shrink():
    absolute = CURVES["absolute"]
    assert ended(absolute, "gradient_descent", learning_rate=0.05).kind == "bouncing"

    def shrinking(k):
        return 0.5 * 0.93**k

    run = walk(absolute, "gradient_descent", learning_rate=shrinking)
    assert ending(run).kind == "global_minimum"
    assert "the cost is higher by" in ending(run).sentence


@pytest.mark.parametrize("surface", [SURFACES["bowl"], SURFACES["himmelblau"], CURVES["ripples"]])
def test_lion_jitters(surface):
    assert ended(surface, "lion", learning_rate=0.05).kind == "bouncing"


def test_a_cycle_and_the_row_it_begins_at():
    found = ended(CURVES["parabola"], "gradient_descent", learning_rate=1.0)
    assert (found.kind, found.step) == ("bouncing", 0)
    assert "4.8 long" in found.sentence
    cycle = walk(SURFACES["himmelblau"], "gradient_descent", learning_rate=0.03)
    found = ending(cycle)
    assert found.kind == "bouncing"
    assert 0 < found.step < 200


def test_divergence_counts_what_was_lost():
    found = ended(CURVES["parabola"], "gradient_descent", point=(1.0,), learning_rate=1e3)
    assert found.kind == "diverged"
    assert found.step == 30
    assert found.sentence.startswith("Cost 1 at the start, 1.1e+198 after 30 steps: every step")
    slowly = ended(CURVES["parabola"], "gradient_descent", learning_rate=1.001)
    assert slowly.kind == "diverged"
    assert slowly.step == 200


def test_no_bottom_is_no_fault_of_the_rate():
    rates = {"gradient_descent": 0.03, "momentum": 0.03, "adam": 0.1, "adagrad": 1.0, "lion": 0.1}
    for key, rate in rates.items():
        for surface in (SURFACES["saddle"], SURFACES["monkey_saddle"], CURVES["cubic"]):
            point = (-1.0,) if surface.dimension == 1 else (-0.3, 0.8)
            found = ended(surface, key, point=point, learning_rate=rate)
            assert found.kind == "no_bottom", (surface.key, key, found)


def test_leaving_where_the_formula_has_values():
    found = ended(own("x - log(x)", ((0.1, 5.0),)), "gradient_descent", 5, (4.0,), learning_rate=10)
    assert found.kind == "undefined"
    assert found.sentence == "Step 1 would lead to x = −3.5, where the formula has no value."
    nowhere = ended(own("log(x)", ((0.1, 5.0),)), "adam", 5, (-1.0,))
    assert (nowhere.kind, nowhere.step) == ("undefined", 0)
    steep = ended(own("sqrt(x)", ((0.0, 5.0),)), "gradient_descent", 5, (0.0,))
    assert steep.kind == "undefined"
    assert "no slope" in steep.sentence


def test_an_overflow_is_no_missing_value():
    # Costs far out are inf − inf, which is no number, but every smaller x has one.
    found = ended(SURFACES["himmelblau"], "gradient_descent", learning_rate=0.4)
    assert found.kind == "diverged"
    assert ended(CURVES["steep_walls"], "gradient_descent", learning_rate=2.0).kind == "diverged"


def test_weight_decay_holds_a_walker_off_the_minimum():
    bowl = own("(x - 2)^2 + (y - 1)^2", SQUARE)
    settings = {"point": (0.5, -2.0), "learning_rate": 0.05}
    assert ended(bowl, "adamw", 400, weight_decay=0.0, **settings).kind == "minimum"
    found = ended(bowl, "adamw", 400, weight_decay=0.2, **settings)
    assert found.kind == "held"
    assert "held off by its weight decay" in found.sentence
    line = own("2*x + y", SQUARE)
    assert ended(line, "lion", 400, weight_decay=1.0, learning_rate=0.1).kind == "held"


def test_the_row_of_a_minimum_is_the_first_from_which_it_stays():
    run = walk(SURFACES["himmelblau"], "gradient_descent", learning_rate=0.01)
    found = ending(run)
    away = np.linalg.norm(run.points - run.points[-1], axis=-1)
    reach = 3e-4 * np.hypot(10, 10)
    assert 0 < found.step < 200
    assert (away[found.step :] <= reach).all()
    assert away[found.step - 1] > reach


def test_a_level_floor_is_a_minimum_without_a_lowest_point():
    found = ended(own("x^2", SQUARE), "gradient_descent", learning_rate=0.1)
    assert found.kind == "minimum"
    assert "level" in found.sentence
    assert ended(own("3", SQUARE), "adam").kind == "plateau"


def test_a_walk_without_steps_is_judged_where_it_stands():
    assert ended(SURFACES["bowl"], "adam", 0).sentence == "Not a step yet: cost 7.4, slope 5.44."
    assert ended(SURFACES["bowl"], "adam", 0, (0.0, 0.0)).kind == "global_minimum"


def test_judging_a_rewound_run_judges_its_own_rows():
    run = walk(SURFACES["bowl"], "gradient_descent", learning_rate=0.1)
    assert ending(run).kind == "global_minimum"
    assert ending(rewind(run, 5)).kind == "running"


def test_a_batch_is_judged_like_its_walks():
    surface = SURFACES["himmelblau"]
    swept = sweep(
        surface, surface.start, "gradient_descent", 10.0 ** (np.arange(-80, 20) / 20), 200
    )
    assert swept.endings == endings(swept.run)
    assert swept.regimes == regimes(swept.run)
    for rate, found, moved in zip(swept.rates, swept.endings, swept.regimes, strict=True):
        run = walk(surface, "gradient_descent", learning_rate=float(rate))
        assert ending(run) == found
        assert regime(run) == moved


# --- Objectives that offer less ----------------------------------------------------------------


@dataclass(frozen=True)
class Bare:
    """A quadratic, or a saddle, in any number of dimensions: value and gradient, nothing else."""

    curvatures: tuple[float, ...]

    def value(self, point):
        return 0.5 * (np.asarray(self.curvatures) * point * point).sum(axis=-1)

    def gradient(self, point):
        return np.asarray(self.curvatures) * point


class Single:
    """A cost in so many dimensions that only one point fits in at a time, like a network's."""

    def value(self, point):
        assert point.shape == (1000,)
        return float(point @ point)

    def gradient(self, point):
        assert point.shape == (1000,)
        return 2 * point


def test_curvature_is_measured_where_it_is_not_offered():
    run = advance(
        start(Bare((1.0, 4.0, 9.0)), np.ones(3), "gradient_descent", learning_rate=0.1), 200
    )
    assert ending(run).kind == "minimum"
    assert "all 3 curvatures positive" in ending(run).sentence
    saddle = Bare((1.0, 4.0, -2.0))
    run = advance(start(saddle, [1.0, 1.0, 0.0], "gradient_descent", learning_rate=0.1), 200)
    assert ending(run).kind == "saddle"
    run = advance(start(saddle, [1.0, 1.0, 1e-3], "gradient_descent", learning_rate=0.1), 200)
    assert ending(run).kind in ("running", "no_bottom")


def test_in_too_many_dimensions_no_minimum_is_claimed():
    begin = start(Single(), np.ones(1000), "gradient_descent", learning_rate=0.1)
    assert ending(begin).kind == "running"
    assert ending(advance(begin, 10)).kind == "running"
    assert ending(advance(begin, 400)).kind in ("running", "plateau")
    assert ending(advance(begin, 50, learning_rate=1.0)).kind == "bouncing"
    lost = advance(begin, 2000, learning_rate=2.0)
    assert ending(lost).kind == "diverged"
    assert regime(lost) == "diverge"


# --- Regimes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("curvature", [0.01, 1.0, 2.0, 3.0, 700.0])
@pytest.mark.parametrize(
    ("share", "wanted"),
    [
        (1e-6, "crawl"),
        (1e-3, "crawl"),
        (4e-3, "crawl"),
        (7e-3, "smooth"),
        (0.1, "smooth"),
        (0.5, "smooth"),
        (0.999, "smooth"),
        (1.0, "smooth"),
        (1.001, "zig-zag"),
        (1.5, "zig-zag"),
        (1.9, "zig-zag"),
        (1.99, "zig-zag"),
        (1.9999, "zig-zag"),
        (1.999999, "zig-zag"),
        (2.0, "bounce"),
        (2.000001, "diverge"),
        (2.0001, "diverge"),
        (2.1, "diverge"),
        (5.0, "diverge"),
        (300.0, "diverge"),
    ],
)
def test_the_regimes_of_a_parabola_change_where_theory_says(curvature, share, wanted):
    parabola = own(f"{curvature / 2}*x^2", LINE)
    run = walk(parabola, "gradient_descent", point=(2.3,), learning_rate=share / curvature)
    assert regime(run) == wanted


ORDER = ["crawl", "smooth", "zig-zag", "bounce", "diverge"]


@pytest.mark.parametrize("key", ["bowl", "booth", "ravine"])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum"])
def test_along_the_dial_regimes_come_in_order_on_a_quadratic(key, optimizer):
    surface = SURFACES[key]
    swept = sweep(surface, surface.start, optimizer, 10.0 ** (np.arange(-80, 21) / 20), 200)
    ranks = [ORDER.index(found) for found in swept.regimes]
    falls = sum(b < a for a, b in pairwise(ranks))
    # With momentum, crossing the valley before following it may look smooth once in between.
    assert falls <= (0 if optimizer == "gradient_descent" else 2), swept.regimes
    assert ranks[0] == 0
    assert ranks[-1] == 4


def test_along_the_dial_himmelblau_crawls_glides_zigzags_bounces_and_diverges():
    surface = SURFACES["himmelblau"]
    swept = sweep(surface, surface.start, "gradient_descent", 10.0 ** (np.arange(-80, 1) / 20), 200)
    ranks = [ORDER.index(found) for found in swept.regimes]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2, 3, 4}


def test_how_a_walk_moves_where_nothing_is_wrong():
    assert regime(start(SURFACES["bowl"], (1.0, 1.0), "adam")) == "smooth"
    falling = walk(SURFACES["saddle"], "gradient_descent", point=(0.0, 0.5), learning_rate=0.1)
    assert regime(falling) == "smooth"
    assert regime(walk(CURVES["plateau"], "gradient_descent", point=(3.9,))) == "crawl"


# --- Numbers in sentences ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (25.8123, "25.8"),
        (-2.0, "−2"),
        (0.0123456, "0.0123"),
        (3.14e-9, "3.1e−9"),
        (181.4, "181"),
        (12345.6, "12,346"),
        (4.2e33, "4.2e+33"),
        (-4.2e33, "−4.2e+33"),
        (np.inf, "infinity"),
    ],
)
def test_numbers_are_readable(value, text):
    assert number(value) == text
