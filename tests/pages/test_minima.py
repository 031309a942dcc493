"""The page of minima: what its stage is sent, what is worked on tick by tick, and the words."""

import numpy as np
import pytest

from engine.surfaces import SURFACES, own
from engine.terrain import basins
from pages.parts import work
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import BYTES, pack
from pages.parts.walker import basin_map, basin_words
from tests.pages.opening import opened, scene_of

SQUARE = ((-2.0, 2.0), (-2.0, 2.0))


def wells(*optimizers):
    return scenes.new(SURFACES["styblinski_tang"], optimizers or ("gradient_descent", "momentum"))


@pytest.fixture
def state(monkeypatch):
    """A session's state, and no picture kept from another test."""
    session = {}
    monkeypatch.setattr(basin_map.st, "session_state", session)
    monkeypatch.setattr(basin_map, "_kept", type(basin_map._kept)())
    return session


@pytest.fixture
def at_once(monkeypatch):
    """However long it takes: this kind of page has no browser that asks for ticks."""
    monkeypatch.setattr(basin_map, "_AT_ONCE", 1e9)


def said(app):
    return " ".join(markdown.value for markdown in app.markdown)


def test_the_stage_is_sent_every_label_and_a_line_for_each(state):
    sent = basin_map.more("minima", wells())
    labels, ends = sent.arrays["labels"], sent.header["basins"]["ends"]
    assert labels.shape == (basins.SIDE, basins.SIDE)
    told = {label for line in ends for label in line["labels"]}
    assert set(np.unique(labels)) <= told
    assert len(sent.header["basins"]["looks"]) == 256
    assert ends[0]["name"] == "(−2.904, −2.904), the lowest, cost −78.33"
    assert len(pack(wells(), 0, "", sent)) <= BYTES + 70_000


def test_the_basins_are_those_of_the_walker_in_focus(state):
    plain, momentum = wells(), scenes.with_focus(wells(), 1)
    first, second = (basin_map.more("minima", scene) for scene in (plain, momentum))
    assert first.header["basins"]["version"] != second.header["basins"]["version"]
    moved = scenes.from_start(plain, (1.0, 1.0))
    assert basin_map.task_of(moved) == basin_map.task_of(plain)


def test_what_takes_long_goes_on_tick_by_tick(state, monkeypatch):
    monkeypatch.setattr(basin_map, "_AT_ONCE", 0.0)
    task = basin_map.task_of(wells())
    first = basin_map.found("minima", task)
    assert first.picture.progress < 0.1
    work = state["minima.basins.work"]
    while not work.done:
        work.advance(0.01)
    whole = basin_map.found("minima", task)
    assert whole.picture.progress == 1.0
    assert len(whole.chances) == 4
    assert whole.chances[0].share == pytest.approx(0.266, abs=0.02)


def test_the_first_picture_waits_for_no_chance(state, monkeypatch):
    monkeypatch.setattr(basin_map, "_AT_ONCE", 0.0)
    monkeypatch.setattr(basin_map, "chance", lambda task: pytest.fail("computed at once"))
    sent = basin_map.more("minima", wells()).header["basins"]
    assert sent["chance"] is None
    assert float(sent["progress"]) < 1


def test_another_task_drops_the_one_under_way(state, monkeypatch):
    monkeypatch.setattr(basin_map, "_AT_ONCE", 0.0)
    basin_map.found("minima", basin_map.task_of(wells()))
    first = state["minima.basins.work"]
    basin_map.found("minima", basin_map.task_of(wells("adam")))
    assert state["minima.basins.work"] is not first


def test_a_kept_picture_drops_the_work_under_way_too(state, monkeypatch):
    kept = basin_map.task_of(wells())
    with monkeypatch.context() as patched:
        patched.setattr(basin_map, "_AT_ONCE", 1e9)
        assert basin_map.found("minima", kept).is_whole
    monkeypatch.setattr(basin_map, "_AT_ONCE", 0.0)
    basin_map.found("minima", basin_map.task_of(wells("adam")))
    assert basin_map.found("minima", kept).is_whole
    assert "minima.basins.work" not in state


def test_what_is_used_stays_kept(state, monkeypatch):
    monkeypatch.setattr(basin_map, "_AT_ONCE", 1e9)
    monkeypatch.setattr(basin_map, "_MOST_KEPT", 2)
    old, other, new = (
        basin_map.task_of(scenes.with_steps(wells(), steps)) for steps in (20, 50, 100)
    )
    for task in (old, other, old, new):
        basin_map.found("minima", task)
    assert list(basin_map._kept) == [old, new]


def test_what_is_stopped_stays_stopped_and_can_go_on(state, monkeypatch):
    monkeypatch.setattr(basin_map, "_AT_ONCE", 0.0)
    task = basin_map.task_of(wells())
    before = basin_map.found("minima", task)
    state["minima.basins.work"].advance(0.0)
    work.stop("minima.basins")
    after = basin_map.found("minima", task)
    assert after is before
    assert not work.under_way("minima.basins")
    progress = after.picture.progress
    work.start("minima.basins", after.rest())
    while not state["minima.basins.work"].done:
        state["minima.basins.work"].advance(1.0)
    assert progress < after.picture.progress == 1.0
    assert after.is_whole


def test_the_page_offers_to_go_on_after_a_stop(monkeypatch):
    monkeypatch.setattr(basin_map, "_AT_ONCE", 0.0)
    monkeypatch.setattr(basin_map, "_kept", type(basin_map._kept)())
    app = opened("minima")
    app.session_state["minima.scene"] = scenes.with_steps(scene_of(app, "minima"), 1000)
    app.run()
    app.button(key="minima.basins.stop").click().run()
    assert "Stopped: " in said(app)
    app.button(key="minima.basins.on").click().run()
    assert "Stopped: " not in said(app)
    assert not app.exception


def test_neighbours_differ_where_there_are_more_minima_than_colours(state):
    scene = scenes.new(SURFACES["rastrigin"], ("gradient_descent",))
    places = basins.places_of(scene.landscape, basin_map.basins.critical_points(scene.landscape))
    looks = basin_map._looks(places)
    assert looks[0] not in [looks[index] for index in range(1, 121)]
    for one in range(121):
        for other in range(one):
            if np.hypot(*np.subtract(places[one].point, places[other].point)) < 1.05:
                assert looks[one] != looks[other]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.367, "37 %"), (0.012, "1.2 %"), (0.0004, "0.04 %"),
     (0.9999, "over 99.9 %"), (0.996, "99.6 %")],
)  # fmt: skip
def test_shares_in_words(share, text):
    assert basin_words.share_text(share) == text


def test_the_page_says_the_chance_and_the_ways_out(at_once):
    app = opened("minima")
    assert "reached the minimum at (−2.904, −2.904)" in said(app)
    table = next(m.value for m in app.markdown if "Starts needed" in m.value)
    assert [row.split("|")[1].strip().split(",")[0] for row in table.splitlines()[2:]] == [
        "The walker in focus",
        "Gradient descent",
        "Momentum",
        "Adam",
    ]


@pytest.mark.parametrize("key", SURFACES)
def test_every_surface_can_be_chosen(key):
    app = opened("minima")
    app.selectbox(key="minima.choice").select(key).run()
    assert not app.exception


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3", "No minimum was found"),
        ("x^2 - y^2", "No minimum was found"),
        ("1/x + y^2", "No minimum was found"),
        ("log(-1 - x^2)", "No minimum was found"),
        ("x^2 + (y - 7)^2", "No minimum"),
        ("abs(x) + abs(y)", "It is the lowest that was found"),
        ("x^4 - 2*x^2 + y^2", "one of the 2 minima that share the lowest cost"),
        ("x^3 - 3*x + y^2", "no global minimum: elsewhere the cost goes lower"),
        ("(x^2 + y^2 - 1)^2", "No minimum was found"),
    ],
)
def test_typed_formulas_end_in_words(at_once, text, words):
    app = opened("minima")
    app.selectbox(key="minima.choice").select("own").run()
    app.text_input(key="minima.formula").input(text).run()
    assert not app.exception
    assert words in said(app)


def test_no_mark_is_global_where_the_cost_goes_lower(state, at_once):
    typed = scenes.new(own("x^3 - 3*x + y^2", SQUARE), ("gradient_descent",))
    header = basin_map.more("minima", typed).header
    assert [mark["is_global"] for mark in header["critical"]] == [False]
    assert "though the cost goes lower elsewhere" in header["basins"]["chance"][1]


def test_a_chance_is_withheld_while_many_are_on_their_way(state, at_once):
    scene = scenes.with_steps(scenes.new(SURFACES["ravine"], ("gradient_descent",)), 20)
    share, of = basin_map.more("minima", scene).header["basins"]["chance"]
    assert "still on their way after 20 steps" in of
    assert float(share.removesuffix(" %")) > 50


def test_the_table_promises_nothing_that_was_not_measured():
    chance = basins.Chance(4096, 0, 0, 0.0, 0.00094, None, None)
    assert f"{chance.fewest:,} or more, if any" in basin_words._row("Adam", chance)
    chance = basins.Chance(1000, 10, 900, 0.0, 0.02, 298, None)
    assert "298" not in basin_words._row("Adam", chance)


def test_a_noisy_walker_is_told_whose_map_it_is():
    app = opened("minima")
    app.session_state["minima.scene"] = scenes.with_noise(scene_of(app, "minima"), 0, 0.5)
    app.run()
    assert any("without the noise" in caption.value for caption in app.caption)


def test_marks_are_sent_for_typed_formulas(state):
    typed = scenes.new(own("x^4 - 2*x^2 + y^2", SQUARE), ("gradient_descent",))
    marks = basin_map.more("minima", typed).header["critical"]
    assert [mark["is_global"] for mark in marks] == [True, True]
