"""The address: what a scene writes, it reads back; what it cannot mean costs one notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.optimizers import OPTIMIZERS
from engine.optimizers.schedules import SCHEDULES
from engine.surfaces import SURFACES, own
from engine.surfaces.curves import CURVES
from pages.parts.stage import address
from pages.parts.stage import scene as scenes
from tests.pages.opening import opened, scene_of


def race():
    return scenes.new(SURFACES["himmelblau"], ("gradient_descent", "adam"))


def busy():
    scene = scenes.new(SURFACES["rosenbrock"], ("momentum", "adam", "newton"), steps=500)
    scene = scenes.with_setting(scene, 1, "beta1", 0.25)
    scene = scenes.from_start(scene, (0.1 + 0.2, -1e-12))
    scene = scenes.forked(scenes.removed(scene, 0), 0, 12, 0.5)
    return scenes.forked(scene, 2, 30, 1.0, "rmsprop")


def scheduled():
    scene = scenes.with_schedule(scenes.with_schedule(race(), 0, "warm_up"), 1, "cosine")
    scene = scenes.with_setting(scenes.with_setting(scene, 1, "length", 123), 1, "floor", 0.1)
    return scenes.with_schedule(scenes.forked(scene, 1, 30, 2.0), 2, "step")


@pytest.mark.parametrize(
    "scene",
    [
        race(),
        busy(),
        scheduled(),
        scenes.new(CURVES["parabola"], ("gradient_descent",), 50),
        scenes.new(own("x^2+3*y^2", ((-2.0, 2.0), (-1.5, 1.0))), ("lion",)),
    ],
    ids=["race", "busy", "scheduled", "curve", "own"],
)
def test_what_is_written_is_read_back_to_the_last_bit(scene):
    default = race() if scene.landscape.dimension == 2 else scenes.new(CURVES["cubic"], ("adam",))
    assert address.read(address.write(scene), default) == (scene, "")


def test_nothing_said_is_the_default():
    assert address.read({}, race()) == (race(), "")
    assert address.read({"utm_source": ["mail"]}, race()) == (race(), "")


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        ({"surface": ["atlantis"]}, "surface"),
        ({"formula": ["__import__('os')"]}, "formula"),
        ({"formula": ["x^2"], "domain": ["1,2,3"]}, "formula"),
        ({"formula": ["x^2"], "domain": ["nan,2,3,4"]}, "formula"),
        ({"formula": ["x^2"], "domain": ["3,2,3,4"]}, "formula"),
        ({"formula": ["x^2"], "domain": ["0,1e-320,0,1"]}, "formula"),
        ({"formula": ["x^2"], "domain": ["-1e308,1e308,-1,1"]}, "formula"),
        ({"formula": ["x^2"], "domain": ["1e8,2e8,0,1"]}, "formula"),
        ({"walk": ["adam" + "".join(f"~{k},adam" for k in range(1, 30))]}, "walk"),
        ({"start": ["nan,0"]}, "start"),
        ({"start": ["1"]}, "start"),
        ({"start": ["1e999,0"]}, "start"),
        ({"walk": ["adam,learning_rate=-5"]}, "walk"),
        ({"walk": ["adam,schedule=sawtooth"]}, "walk"),
        ({"walk": ["adam,schedule=cosine,length=0"]}, "walk"),
        ({"walk": ["adam,length=20"]}, "walk"),
        ({"walk": ["adam,learning_rate=nan"]}, "walk"),
        ({"walk": ["adam,learning_rate"]}, "walk"),
        ({"walk": ["adam,magic=1"]}, "walk"),
        ({"walk": ["magic"]}, "walk"),
        ({"walk": [""]}, "walk"),
        ({"walk": ["adam,colour=99"]}, "walk"),
        ({"walk": ["adam~0,adam"]}, "walk"),
        ({"walk": ["adam~12,adam~5,adam"]}, "walk"),
        ({"walk": ["adam~"]}, "walk"),
        ({"walk": ["adam~900,adam"]}, "walk"),
        ({"walk": ["adam"] * 1000}, "walk"),
        ({"walk": ["adam," + "x" * 100_000]}, "walk"),
        ({"focus": ["7"]}, "focus"),
        ({"focus": ["-1"]}, "focus"),
        ({"step": ["-1"]}, "step"),
        ({"step": ["10000000"]}, "step"),
        ({"step": ["\ud800"]}, "step"),
        ({"steps": ["7"]}, "steps"),
        ({"start": ["<script>alert(1)</script>"]}, "start"),
    ],
)
def test_nonsense_falls_back_with_one_notice_that_does_not_repeat_it(parameters, what):
    scene, notice = address.read(parameters, race())
    assert scene == race()
    assert what in notice
    typed = [value for values in parameters.values() for value in values if len(value) > 6]
    assert not any(value in notice for value in typed)


@pytest.mark.parametrize("page", ["house_prices", "three_ways"])
@pytest.mark.parametrize(
    ("name", "value"), [("surface", "himmelblau"), ("formula", "x^2+y^2"), ("curve", "parabola")]
)
def test_a_page_about_data_walks_on_its_data_whatever_the_link_says(page, name, value):
    app = opened(page, **{name: value})
    scene = scene_of(app, page)
    assert scenes.examples(scene.landscape) == 932
    assert f"({name})" in app.session_state[f"{page}.notice"]


def test_one_bad_part_leaves_the_rest():
    scene, notice = address.read({"surface": ["bowl"], "start": ["nan,1"], "step": ["3"]}, race())
    assert (scene.landscape.key, scene.start, scene.step) == ("bowl", SURFACES["bowl"].start, 3)
    assert "(start)" in notice


@given(
    some.dictionaries(
        some.sampled_from(
            ["surface", "formula", "domain", "start", "walk", "steps", "focus", "step"]
        ),
        some.lists(some.text(max_size=60), max_size=3),
    )
)
def test_no_address_breaks_it(parameters):
    scene, notice = address.read(parameters, race())
    assert scene.walkers
    assert isinstance(notice, str)


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "0x1", "", "1e9999", "١", "--1", "1" * 400])
def test_only_plain_finite_numbers_are_numbers(text):
    with pytest.raises(ValueError, match="number"):
        address.parse_number(text)


def test_a_schedule_stands_in_the_address_as_briefly_as_it_can():
    first, _, fork = address.write(scheduled())["walk"]
    assert first.endswith(",schedule=warm_up")
    assert ",schedule=cosine,length=123,floor=0.1,colour=1~30,adam," in fork
    assert fork.endswith(",schedule=step")


def test_no_setting_of_a_schedule_is_one_of_an_optimizer():
    of_optimizers = {s.key for entry in OPTIMIZERS.values() for s in entry.settings}
    of_schedules = {s.key for entry in SCHEDULES.values() for s in entry.settings}
    assert not of_optimizers & (of_schedules | {"schedule", "colour"})
