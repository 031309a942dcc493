"""The learning-rate page without a browser: what it sends, what it hears, what it judges."""

import numpy as np
import pytest

from engine.descent import Ending, advance, ending, start
from engine.descent.rates import UNSETTLED
from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES, own
from engine.terrain import learning_rates
from pages.parts import stage
from pages.parts.stage import address
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import pack, run_of
from pages.parts.walker import experiments, rates
from tests.pages.opening import opened, scene_of
from tests.pages.test_stage import unpack

HARD = [
    "3", "x^2 - y^2", "1/x + y^2", "log(x) + y^2", "sqrt(x - 5)", "abs(x) + abs(y)",
    "exp(x^4 + y^4)", "tan(x) + tan(y)", "x + y", "1/(x^2 + y^2)", "x^x + y^2", "0*x",
]  # fmt: skip


def ravine(*optimizers, rate=None):
    scene = scenes.new(SURFACES["ravine"], optimizers or ("gradient_descent",))
    return scene if rate is None else scenes.with_setting(scene, 0, "learning_rate", rate)


def header_of(scene):
    return unpack(pack(scene, 0))[0]


def extra(scene, plane=False):
    return rates.more(lambda: plane)(scene)


# --- What it sends -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_stops_of_the_dial_are_rates_of_the_map(key):
    surface = SURFACES["himmelblau"]
    stops = learning_rates(surface, OPTIMIZERS[key])
    of = rates.map_rates(surface, key)
    assert len(of) == 241
    np.testing.assert_array_equal(of[:: rates.FINER], stops)


def test_the_map_does_not_depend_on_the_rate_in_force():
    first, second = (extra(ravine(rate=rate)) for rate in (0.001, 0.3))
    for name in ("map.costs", "map.regimes", "map.kinds"):
        np.testing.assert_array_equal(first.arrays[name], second.arrays[name])
    assert first.header["regimes"] == second.header["regimes"]


def test_a_point_of_the_map_is_the_walk_with_that_rate():
    sent = extra(ravine())
    names = sent.header["regimes"]
    for index in (0, 120, 200, 240):
        rate = float(sent.arrays["map.rates"][index])
        surface = SURFACES["ravine"]
        walk = advance(start(surface, surface.start, "gradient_descent", learning_rate=rate), 200)
        kind = names["kinds"][sent.arrays["map.kinds"][index]]
        assert kind == ending(walk).kind
        if kind not in UNSETTLED:
            assert sent.arrays["map.costs"][index] == np.float32(walk.values[-1])


@pytest.mark.parametrize("key", ["gradient_descent", "momentum"])
def test_limits_of_the_rate_are_told_only_where_the_rate_is_constant(key):
    scene = ravine(key)
    names = [limit["name"] for limit in header_of(scene)["dial"]["limits"]]
    assert names == (["1/L", "2/L"] if key == "gradient_descent" else ["2(1+β)/L"])
    assert header_of(scenes.with_schedule(scene, 0, "cosine"))["dial"]["limits"] == []


def test_the_plane_is_sent_when_it_is_asked_for_and_there_is_a_momentum():
    assert "plane.costs" not in extra(ravine("momentum")).arrays
    assert "plane.costs" not in extra(ravine(), plane=True).arrays
    sent = extra(ravine("momentum"), plane=True)
    assert sent.arrays["plane.costs"].shape == rates.PLANE
    assert sent.header["plane"]["momenta"][25] == 0.5


@pytest.mark.parametrize("formula", HARD)
@pytest.mark.parametrize("keys", [("gradient_descent",), ("momentum",), ("newton",)])
def test_whatever_is_typed_can_be_sent(formula, keys):
    scene = scenes.new(own(formula, ((-2.0, 2.0), (-2.0, 2.0))), keys)
    assert pack(scene, 0, "", extra(scene, plane=True))
    assert pack(scenes.from_start(scene, (-1.0, 0.0)), 0, "", extra(scene))


def test_a_walk_of_a_thousand_steps_is_sent_with_coarser_slices():
    scene = scenes.with_steps(ravine(), 1000)
    sent = extra(scene)
    rows = run_of(scene, scene.walkers[0]).steps + 1
    assert sent.arrays["slice.rises"].shape == (rows, len(sent.header["slice"]["shares"]))
    assert len(pack(scene, 0, "", sent)) < 500_000


# --- What it hears -----------------------------------------------------------------------------


def test_rate_and_momentum_are_set_together():
    kept = []
    acts = {**stage.ACTS, **rates.acts(kept.append)}
    message = {"act": "rate and momentum", "walker": 0, "learning_rate": 0.02, "momentum": 0.5}
    changed = stage.apply(ravine("momentum"), message, acts)
    assert changed.walkers[0].legs[0].settings == {"learning_rate": 0.02, "momentum": 0.5}
    for bad in ({"momentum": 2}, {"learning_rate": -1}, {"walker": 7}, {"momentum": None}):
        with pytest.raises(ValueError, match=r"goes from|no walker|finite"):
            stage.apply(ravine("momentum"), {**message, **bad}, acts)
    with pytest.raises(ValueError, match="no setting"):
        stage.apply(ravine("adam"), message, acts)
    scene = ravine("momentum")
    assert stage.apply(scene, {"act": "plane", "shown": 1}, acts) is scene
    assert kept == [True]


# --- What it judges ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.0195, ["Right.", "Theory says 2/L = 0.02"]),
        (0.0204, ["Right.", "a hair over"]),
        (0.01, ["Too small.", "50 % below"]),
        (0.03, ["Too large.", "it diverges", "50 % above"]),
        (1.0, ["Too large.", "50 times"]),
    ],
)
def test_a_claimed_limit_is_compared_with_the_measured_one(rate, words):
    said = experiments.judge_limit(ravine(rate=rate))
    assert all(word in said for word in words), said


def test_the_limit_of_momentum_is_larger():
    said = experiments.judge_limit(ravine("momentum", rate=0.0375))
    assert "Right." in said
    assert "2(1 + β)/L = 0.038" in said


def test_a_lucky_rate_beyond_the_limit_is_called_that():
    scene = scenes.new(SURFACES["goldstein_price"], ("gradient_descent",))
    lucky = scenes.with_setting(scene, 0, "learning_rate", 0.000546386549881854)
    assert ending(run_of(lucky, lucky.walkers[0])).kind == "global_minimum"
    assert rates.threshold(lucky).rate < 0.0005
    assert "gets away with it" in experiments.judge_limit(lucky)


@pytest.mark.parametrize("formula", HARD)
@pytest.mark.parametrize("key", ["gradient_descent", "adam"])
def test_every_formula_has_its_words(formula, key):
    scene = scenes.new(own(formula, ((-2.0, 2.0), (-2.0, 2.0))), (key,))
    assert experiments.judge_limit(scene).startswith("**")
    taken, found = rates.arrival(scene, 0.01)
    assert taken >= 0
    assert experiments.judge_steps("12", taken, found)
    assert experiments.judge_steps("never", taken, found)


def forked(rate, step):
    scene = scenes.new(SURFACES["bowl"], ("gradient_descent",))
    scene = scenes.with_setting(scenes.with_steps(scene, 100), 0, "learning_rate", rate)
    return scenes.with_focus(scenes.forked(scene, 0, step, 1.0), 1)


def test_a_fork_that_has_arrived_already_needs_no_step():
    scene = forked(0.1, 60)
    assert rates.arrival(scene, 0.05)[0] == 0
    assert experiments._now(scene) == "is there after 0 steps"


def test_a_saddle_is_no_arrival_in_the_question_either():
    scene = scenes.from_start(scenes.new(SURFACES["two_wells"], ("newton",)), (0.05, 0.8))
    assert ending(run_of(scene, scene.walkers[0])).kind == "saddle"
    assert "rest after" in experiments._now(scene)
    assert "on a saddle, which is no minimum" in experiments._now(scene)


def test_steps_are_judged():
    there = Ending("minimum", 100, "")
    gone = Ending("diverged", 7, "")
    assert "Right, within 20 %" in experiments.judge_steps("115", 100, there)
    assert "2 times too many" in experiments.judge_steps("200", 100, there)
    assert "4 times too few" in experiments.judge_steps(" 25 ", 100, there)
    assert "It does arrive" in experiments.judge_steps("Never", 100, there)
    assert "No number is right" in experiments.judge_steps("10", 7, gone)
    assert experiments.judge_steps("never", 7, gone).startswith("**Right.**")
    assert "no way to compare" in experiments.judge_steps("0", 100, there)
    for kind, place in (("saddle", "saddle"), ("plateau", "flat"), ("held", "weight decay")):
        stuck = Ending(kind, 100, "")
        assert experiments.judge_steps("never", 100, stuck).startswith("**Right.** It never")
        said = experiments.judge_steps("100", 100, stuck)
        assert "Right" not in said
        assert place in said
    for nonsense in ("", "soon", "-3", "1e3", "½", "9" * 12):
        with pytest.raises(ValueError, match="whole number"):
            experiments.judge_steps(nonsense, 100, there)


def test_the_steps_of_arrival_are_those_of_a_long_walk():
    taken, found = rates.arrival(ravine(), 0.001)
    surface = SURFACES["ravine"]
    walk = advance(start(surface, surface.start, "gradient_descent", learning_rate=0.001), 20_000)
    reach = 3e-4 * np.hypot(8, 4)
    assert found.kind == "global_minimum"
    assert abs(taken - int(np.argmax(np.hypot(*walk.points.T) < reach))) < 0.1 * taken


# --- On the page -------------------------------------------------------------------------------


def test_the_experiments_answer_on_the_page():
    app = opened("learning_rate", surface="bowl", walk="gradient_descent,learning_rate=0.98")
    app.button(key="learning_rate.limit.check").click().run()
    assert any("Right." in one.value for one in app.markdown)
    app.text_input(key="learning_rate.steps.claim").set_value("never").run()
    app.button(key="learning_rate.steps.run").click().run()
    assert any("It does arrive" in one.value for one in app.markdown)
    assert scene_of(app, "learning_rate").walkers[0].legs[0].settings["learning_rate"] == 0.49
    assert not app.exception


def test_a_bowl_too_steep_to_be_scaled_says_so():
    app = opened("learning_rate", formula="1e12*(x^2+y^2)", domain="-2,2,-2,2")
    assert any("This bowl is too steep" in one.value for one in app.caption)


def test_a_typed_bowl_is_not_called_by_a_name():
    app = opened("learning_rate", formula="4*x^2+y^2", domain="-2,2,-1,1", start="1,0.5")
    app.button(key="learning_rate.scale").click().run()
    assert any("This is your bowl in scaled" in one.value for one in app.markdown)


def test_a_prediction_after_a_fork_walks_as_far_as_it_takes():
    app = opened("learning_rate", **address.write(forked(0.04, 40)))
    app.segmented_control(key="learning_rate.steps.factor").set_value("half the rate").run()
    app.text_input(key="learning_rate.steps.claim").set_value("9").run()
    app.button(key="learning_rate.steps.run").click().run()
    after = scene_of(app, "learning_rate")
    walker = after.walkers[after.focus]
    assert ending(run_of(after, walker)).kind != "running"


def test_scaling_there_and_back():
    app = opened("learning_rate", surface="booth")
    before = scene_of(app, "learning_rate")
    app.button(key="learning_rate.scale").click().run()
    assert not app.exception
    scaled = scene_of(app, "learning_rate")
    assert scaled.landscape.formula == "(x^2 + y^2)/2"
    assert app.text_input(key="learning_rate.formula").value == "(x^2 + y^2)/2"
    side = scaled.landscape.domain[0][1]
    boxes = [app.text_input(key=f"learning_rate.{axis}.to") for axis in "xy"]
    assert [float(box.value) for box in boxes] == [side, side]
    boxes[0].set_value("5").run()  # and another picture begins with what is shown
    assert scene_of(app, "learning_rate").landscape.domain == ((-side, 5.0), (-side, side))
    boxes[0].set_value(str(side)).run()
    app.button(key="learning_rate.scale").click().run()
    assert not app.exception
    assert scene_of(app, "learning_rate") == before
    assert app.selectbox(key="learning_rate.choice").value == "booth"
