"""The Python half of Try everything: its choices, its race, its bill in words."""

import json

import numpy as np
import pytest

from engine.search import BACKWARDS, CHARGES, DIFFERENCES
from engine.search.contest import METHODS, Contest, race
from engine.search.scalable import SCALABLES
from pages.parts.walker import everything, trials
from pages.parts.walker.everything import _at_once, _quick_measure, words
from tests.pages.opening import opened

BOWL, RASTRIGIN = SCALABLES["bowl"], SCALABLES["rastrigin"]


def header(message):
    return json.loads(message[4 : 4 + int(np.frombuffer(message[:4], "<u4")[0])])


def raced(dimension, scalable=BOWL, budget=1000):
    contest = Contest(scalable, dimension, scalable.points_a_side, BACKWARDS, budget)
    return contest, _at_once(race(contest, trials.keep(contest)))


@pytest.mark.parametrize("dimension", [1, 2])
def test_the_picture_is_of_what_was_tried(dimension):
    contest, tallies = raced(dimension)
    told = header(trials.pack(contest, tallies))
    shapes = {array["name"]: array["shape"] for array in told["arrays"]}
    assert shapes["ground"] == {1: [401], 2: [101, 101]}[dimension]
    for method, tally in tallies.items():
        assert shapes[f"points.{method}"] == [min(tally.tried, trials.KEPT), dimension]
        assert shapes[f"counts.{method}"] == shapes[f"bests.{method}"]


def test_beyond_two_dimensions_there_is_no_picture():
    contest, tallies = raced(3)
    told = header(trials.pack(contest, tallies))
    assert "ground" not in {array["name"] for array in told["arrays"]}
    assert all(len(array["shape"]) == 1 or 0 in array["shape"] for array in told["arrays"])


def test_the_sentence_says_who_arrived_first():
    contest, tallies = raced(6)
    text = trials.sentence(contest, tallies)
    assert "escent arrived first at a cost of 0.02, after " in text.replace(" with restarts", "")
    assert "Not arrived: " in text
    assert "grid" in text
    contest, tallies = raced(10, RASTRIGIN, 100)
    assert trials.sentence(contest, tallies).startswith("Nobody has arrived")


def test_every_choice_once():
    app = opened("try_everything")
    for key in SCALABLES:
        app.selectbox(key="searched_cost").select(key).run()
        assert not app.exception
    for key in CHARGES:
        app.selectbox(key="charge").select(key).run()
        assert not app.exception
    for dimension in (1, 3, 10):
        app.segmented_control(key="dimensions").select(dimension).run()
        assert not app.exception
    app.select_slider(key="bill").set_value(2).run()
    assert not app.exception
    app.number_input(key="draw").set_value(7).run()
    assert not app.exception
    app.selectbox(key="evaluations").select(100_000).run()
    assert not app.exception


def test_the_bill_of_a_network_in_words():
    text = words(BOWL, BACKWARDS, _quick_measure(BOWL, BACKWARDS), 13_002, 20_000.0)
    assert "10¹³⁰⁰² | 10¹²⁹⁹⁰ years | all of its places; more than the atoms" in text
    descent = next(line for line in text.splitlines() if line.startswith("| Gradient descent"))
    assert "measured" in descent
    assert "ms" in descent


def test_the_bill_in_one_dimension_can_be_paid():
    measured = _quick_measure(RASTRIGIN, DIFFERENCES)
    text = words(RASTRIGIN, DIFFERENCES, measured, 1, 1e6)
    assert "In **1 dimension**" in text
    assert "| Gradient descent | | | did not arrive every time |" in text
    assert "A cost with its gradient counts 2 evaluations here." in text
    assert "universe" not in text


@pytest.mark.parametrize("scalable", SCALABLES.values(), ids=SCALABLES)
@pytest.mark.parametrize("dimension", [1, 10, 13_002])
def test_the_chart_holds_measured_and_further(scalable, dimension):
    curves = everything._curves(scalable, BACKWARDS, _quick_measure(scalable, BACKWARDS))
    assert set(curves) <= set(METHODS)
    figure = everything.figures.needed(curves, everything._limits(1e5), dimension)
    for line in figure["data"]:
        assert np.isfinite(line["y"]).all()
        assert max(line["x"]) <= max(dimension, 2)
        if line["line"]["dash"] == "dash":
            solid = next(one for one in figure["data"] if one["name"] == line["name"])
            assert (line["x"][0], line["y"][0]) == (solid["x"][-1], solid["y"][-1])
    heights = figure["layout"]["yaxis"]["tickvals"]
    assert 3 <= len(heights) <= 10
