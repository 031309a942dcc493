"""The page of minima: what its stage is sent, what is worked on tick by tick, and the words."""

import numpy as np
import pytest

from engine import basins
from engine.surfaces import SURFACES, own
from pages.parts import basin_map
from pages.parts import scene as scenes
from pages.parts.payload import BYTES, pack
from tests.pages.opening import opened

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
    first = basin_map.picture("minima", task)
    assert first.progress < 0.1
    work = state["minima.basins.work"]
    while not work.done:
        work.advance(0.01)
    assert basin_map.picture("minima", task).progress == 1.0


def test_another_task_drops_the_one_under_way(state, monkeypatch):
    monkeypatch.setattr(basin_map, "_AT_ONCE", 0.0)
    basin_map.picture("minima", basin_map.task_of(wells()))
    first = state["minima.basins.work"]
    basin_map.picture("minima", basin_map.task_of(wells("adam")))
    assert state["minima.basins.work"] is not first


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
    assert basin_map.share_text(share) == text


def test_the_page_says_the_chance_and_the_ways_out():
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
    ],
)
def test_typed_formulas_end_in_words(text, words):
    app = opened("minima")
    app.selectbox(key="minima.choice").select("own").run()
    app.text_input(key="minima.formula").input(text).run()
    assert not app.exception
    assert words in said(app)


def test_marks_are_sent_for_typed_formulas(state):
    typed = scenes.new(own("x^4 - 2*x^2 + y^2", SQUARE), ("gradient_descent",))
    marks = basin_map.more("minima", typed).header["critical"]
    assert [mark["is_global"] for mark in marks] == [True, True]
