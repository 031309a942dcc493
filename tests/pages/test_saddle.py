"""The saddle's page: choices that are starts, what is counted, and how it is all put in words."""

import pytest

from engine.surfaces import SURFACES, own
from engine.terrain.critical import critical_points
from pages.parts.stage import address
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import run_of
from pages.parts.walker import microscope
from pages.parts.walker.microscope import Choice
from tests.pages.opening import opened, scene_of

SQUARE = ((-2.0, 2.0), (-2.0, 2.0))


def race(key="two_wells", *optimizers):
    return scenes.new(SURFACES[key], optimizers or ("gradient_descent", "newton"))


@pytest.mark.parametrize("key", ["two_wells", "himmelblau", "saddle", "monkey_saddle", "ackley"])
def test_a_choice_is_a_start_and_the_start_is_the_choice(key):
    scene = race(key)
    saddles = critical_points(scene.landscape).saddles
    for index in range(0, len(saddles), 9):
        straight = microscope._up_the_ridge(scene.landscape, saddles[index]) is not None
        for k in microscope.NUDGES:
            for side in (1, -1):
                for up in (False, True)[: 1 + straight]:
                    choice = Choice(index, k, side if k else saddles[index].side, up)
                    assert microscope.chosen(microscope.placed(scene, choice)) == choice


def test_a_start_of_ones_own_is_no_choice():
    assert microscope.chosen(scenes.from_start(race(), (1.0, 1.0))).saddle < 0


def test_a_link_brings_the_choice_back():
    scene = microscope.placed(race("himmelblau"), Choice(2, 12, -1))
    read, notice = address.read(address.write(scene), race())
    assert notice == ""
    assert microscope.chosen(read) == Choice(2, 12, -1)


def test_a_noisy_walker_is_in_the_link_and_walks_its_own_way():
    scene = scenes.with_noise(race("saddle", "gradient_descent", "gradient_descent"), 1, 0.01)
    read, _ = address.read(address.write(scene), race())
    assert read == scene
    plain, noisy = (run_of(scene, walker) for walker in scene.walkers)
    assert (plain.points[1:] != noisy.points[1:]).all()
    assert scenes.on(scene, SURFACES["bowl"]).walkers[1].noise == 0.01
    assert scenes.forked(scene, 1, 5, 0.5).walkers[2].noise == 0.01
    with pytest.raises(ValueError, match="noise"):
        scenes.with_noise(scene, 0, float("nan"))


def test_the_page_opens_on_the_ridge_and_says_what_it_found():
    app = opened("saddle")
    assert "2 minima, 1 saddle. These are all there are." in said(app)
    assert microscope.chosen(scene_of(app, "saddle")) == Choice(0, 4, 1, True)
    table = next(m.value for m in app.markdown if m.value.startswith("| Walker"))
    (plain,) = (line for line in table.splitlines() if line.startswith("| Gradient descent |"))
    _, _, predicted, measured, ending, _ = (cell.strip() for cell in plain.split("|"))
    assert abs(int(predicted) - int(measured)) <= 1
    assert ending == "minimum"
    assert "| Newton's method | – | not within 1,000 | rests on a saddle |" in table


def said(app):
    return " ".join(markdown.value for markdown in app.markdown)


@pytest.mark.parametrize("key", SURFACES)
def test_every_surface_opens_at_a_saddle_if_it_has_one(key):
    app = opened("saddle")
    app.selectbox(key="saddle.choice").select(key).run()
    assert not app.exception
    has = bool(critical_points(SURFACES[key]).saddles)
    assert (microscope.chosen(scene_of(app, "saddle")).saddle >= 0) == has


def test_choosing_moves_the_start():
    app = opened("saddle")
    app.selectbox(key="saddle.choice").select("styblinski_tang").run()
    app.selectbox(key="saddle.saddle").select(2).run()
    before = microscope.chosen(scene_of(app, "saddle"))
    app.select_slider(key="saddle.k").set_value(9).run()
    app.segmented_control(key="saddle.up").set_value(False).run()
    app.segmented_control(key="saddle.side").set_value(-before.side).run()
    assert not app.exception
    assert before.up
    assert microscope.chosen(scene_of(app, "saddle")) == Choice(2, 9, -before.side, False)


def test_a_bent_ridge_is_not_begun_on():
    app = opened("saddle")
    app.selectbox(key="saddle.choice").select("himmelblau").run()
    assert not microscope.chosen(scene_of(app, "saddle")).up
    assert app.segmented_control(key="saddle.up").disabled


def test_flat_ground_can_be_stood_on_and_is_no_minimum():
    app = opened("saddle")
    app.selectbox(key="saddle.choice").select("easom").run()
    app.selectbox(key="saddle.saddle").select(microscope._PLAIN).run()
    assert not app.exception
    scene = scene_of(app, "saddle")
    assert scene.start == critical_points(SURFACES["easom"]).plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3", "level everywhere"),
        ("x^2", "along a line"),
        ("1/x + y^2", "No level point"),
        ("log(-1 - x^2)", "no values"),
        ("x^3 + y", "No level point"),
        ("sqrt(x) - y^2", "No level point"),
        ("abs(x) - y", "No level point"),
        ("floor", None),
        ("x^3 - 3*x*y^2 + 1e-9*x", "1 saddle. That many were found"),
    ],
)
def test_typed_formulas_end_in_words(text, words):
    app = opened("saddle")
    app.selectbox(key="saddle.choice").select("own").run()
    app.text_input(key="saddle.formula").input(text).run()
    assert not app.exception
    if words is None:
        assert len(app.error) == 1
    else:
        assert words in said(app)


def test_marks_are_sent_for_typed_formulas_only():
    typed = scenes.new(own("x^2 - y^2", SQUARE), ("gradient_descent",))
    assert [mark["kind"] for mark in microscope.more(typed).header["critical"]] == ["saddle"]
    assert "critical" not in microscope.more(race()).header


def test_a_noisy_walker_can_be_added_again():
    app = opened("saddle", walk="gradient_descent")
    app.button(key="saddle.noise").click().run()
    assert [walker.noise > 0 for walker in scene_of(app, "saddle").walkers] == [False, True]


def test_no_step_is_predicted_for_a_rate_that_changes_on_the_way():
    app = opened("saddle", walk="gradient_descent,schedule=cosine")
    (row,) = (
        line for text in app.markdown for line in text.value.splitlines() if "| Gradient d" in line
    )
    assert row.startswith("| Gradient descent | – |")
    assert "each step of gradient descent multiplies" not in said(app)


def test_what_is_said_of_a_bad_link_stays_though_the_page_moves_the_start():
    app = opened("saddle", surface="himmelblau", walk="nonsense")
    assert microscope.chosen(scene_of(app, "saddle")).saddle >= 0
    assert app.session_state["saddle.notice"]
    assert opened("saddle", surface="himmelblau").session_state["saddle.notice"] == ""
