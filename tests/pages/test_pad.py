"""The Python half of the pad: what it believes of a message, what it says, what it sends."""

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine import network, training
from engine.digits import load
from engine.network.reading import STEPS
from pages.parts import pad
from pages.parts.pad import readers, sheet, verdict
from pages.parts.pad.sheet import Sheet
from tests.engine.drawings import drawing, placed
from tests.pages.opening import opened


def strokes(digit, side=120, x=60, y=60):
    return [s.ravel().tolist() for s in placed(drawing(digit), side, x, y)]


def draw(on_page, lines, number=1, brush=22):
    message = {"act": "draw", "strokes": lines, "brush": brush, "number": number}
    return pad.apply(on_page, message)


def drawn(digit, reader="small"):
    return draw(replace(Sheet(), reader=reader), strokes(digit))


def header(message):
    length = int(np.frombuffer(message[:4], np.uint32)[0])
    return json.loads(message[4 : 4 + length])


def packed(on_page, **more):
    return header(pad.pack(on_page, 0, **more))


# --- Messages ----------------------------------------------------------------------------------

BAD_STROKES = {
    "nothing": None,
    "a text": "3",
    "not a number": [[10.0, float("nan")]],
    "null, which JSON makes of it": [[10.0, None]],
    "infinite": [[float("inf"), 3.0]],
    "far away": [[1e9, 1e9, 5, 5]],
    "half a place": [[1.0, 2.0, 3.0]],
    "no place": [[]],
    "nested": [[[1.0, 2.0], [3.0, 4.0]]],
    "truth": [[True, False]],
    "a mapping": {"0": [1, 2]},
    "a hundred thousand points": [[1.0, 2.0] * 100_000],
    "too many strokes": [[1.0, 2.0]] * 2001,
}


@pytest.mark.parametrize("lines", BAD_STROKES.values(), ids=BAD_STROKES)
def test_what_is_no_drawing_is_refused_and_the_drawing_stays(lines):
    on_page = drawn(3)
    with pytest.raises(ValueError, match=r"stroke|place|points"):
        draw(on_page, lines, number=2)
    assert on_page.drawing.number == 1


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {},
        {"act": "draw"},
        {"act": ["draw"]},
        {"act": "explode"},
        {"act": "draw", "strokes": [], "brush": 0, "number": 1},
        {"act": "draw", "strokes": [], "brush": 22, "number": 1.5},
        {"act": "picture", "index": -1, "number": 1},
        {"act": "picture", "index": 10_000, "number": 1},
        {"act": "step", "setting": "reader", "on": 1},
        {"act": "step", "setting": "__class__", "on": 1},
        {"act": "reader", "reader": "../../etc/passwd"},
        {"act": "neuron", "layer": "1", "number": 0},
        {"act": "teach", "label": 10, "steps": 1, "rate": 0.001},
        {"act": "teach", "label": 3, "steps": 10**9, "rate": 0.001},
        {"act": "teach", "label": 3, "steps": 1, "rate": 1e9},
    ],
)
def test_no_other_message_is_believed(message):
    with pytest.raises(ValueError, match=r"."):
        pad.apply(Sheet(), message)


def test_two_thousand_points_are_taken():
    assert len(draw(Sheet(), [[1.0, 2.0] * 2000]).drawing.strokes[0]) == 2000


def test_a_neuron_that_does_not_exist_is_none():
    on_page = pad.apply(drawn(3), {"act": "neuron", "layer": 9, "number": 4})
    assert packed(on_page)["reading"]["neuron"] is None


# --- What is sent ------------------------------------------------------------------------------


def test_an_empty_pad_is_not_read():
    for on_page in (Sheet(), draw(Sheet(), [])):
        assert packed(on_page)["reading"] is None


@pytest.mark.parametrize("reader", ["small", "strong"])
def test_a_message_says_what_was_read_and_by_which_neurons(reader):
    told = packed(drawn(3, reader))
    sizes = {array["name"]: array["shape"] for array in told["arrays"]}
    assert told["reading"]["answer"] == 3
    assert told["reading"]["sentence"].startswith("It reads a 3")
    assert [one["key"] for one in told["steps"]] == list(STEPS)
    assert [sizes[f"shown.{at}"] for at in range(3)] == [[16], [16], [10]]
    assert all(0 < sizes[f"ties.{at}"][0] <= 40 for at in range(3))
    assert len(pad.pack(drawn(3, reader), 0)) < 16_000


@pytest.mark.parametrize("reader", ["small", "strong"])
@pytest.mark.parametrize(("layer", "inputs"), [(1, 784), (2, None), (3, None)])
def test_a_neuron_adds_up(reader, layer, inputs):
    on_page = pad.apply(drawn(3, reader), {"act": "neuron", "layer": layer, "number": 7})
    message = pad.pack(on_page, 0)
    told = header(message)
    arrays = {array["name"]: array for array in told["arrays"]}
    size = inputs or told["sizes"][layer - 1]
    blobs = message[4 + int(np.frombuffer(message[:4], np.uint32)[0]) :]
    weights, values = (
        np.frombuffer(blobs, "<f4", size, arrays[name]["offset"]) for name in ("weights", "inputs")
    )
    neuron = told["reading"]["neuron"]
    assert neuron["sum"] == pytest.approx(weights @ values + neuron["bias"], rel=1e-3, abs=1e-3)
    assert told["reading"]["target"] == (7 if layer == 3 else 3)


def test_a_network_that_overflowed_is_sent_without_a_nan():
    held = readers.readers()["small"]
    broken = np.full_like(held.parameters, 1e30)
    lesson = sheet.Lesson(3, 1, 0.1, (0.0, 0.0), (float("inf"), float("nan")), (1, 1), 0)
    on_page = sheet.with_lesson(drawn(3), "small", held.parameters, broken, lesson)
    assert "beyond all bounds" in packed(on_page)["reading"]["sentence"]


# --- What is said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([[140, 140]], "That is a dot."),
        ([[140, 140, 142, 141]], "That is a dot."),
        ([[20, 140, 250, 143]], "That is a lying line"),
        ([*strokes(3, 80, 20, 20), [270, 270]], "A mark far from the digit is left out"),
        (strokes(3), ""),
        ([[140, 20, 142, 250]], ""),  # an upright line is a 1
    ],
)
def test_what_is_hardly_a_digit_is_said(lines, said):
    aside = packed(draw(Sheet(), lines))["reading"]["aside"]
    assert aside.startswith(said)
    assert bool(aside) == bool(said)


def test_an_upright_line_is_a_one():
    assert packed(draw(Sheet(), [[140, 20, 142, 250]]))["reading"]["answer"] == 1


def test_the_step_that_decides_is_named():
    on_page = draw(Sheet(), strokes(3, 45, 225, 5))
    assert re.match(
        r"(One|Each).* makes? the difference: without “Crop and scale” an? \d",
        packed(on_page)["reading"]["flips"],
    )
    assert packed(on_page)["steps"][0]["flips"]
    without = pad.apply(on_page, {"act": "step", "setting": "crop", "on": 0})
    assert packed(without)["reading"]["answer"] != 3
    assert "with “Crop and scale” a 3" in packed(without)["reading"]["flips"]


def test_chances_are_not_rounded_to_certainty():
    chances = [verdict.percent(chance) for chance in (0.0, 0.001, 0.5, 0.994, 0.999, 1.0, np.nan)]
    assert chances == ["under 1 %", "under 1 %", "50 %", "99 %", "over 99 %", "over 99 %", "?"]


# --- Test digits -------------------------------------------------------------------------------


def test_a_test_digit_is_read_as_it_is():
    on_page = pad.apply(Sheet(), {"act": "picture", "index": 42, "number": 9})
    told = packed(on_page)
    assert told["picture"] == {"index": 42, "label": int(load("test")[1][42])}
    assert told["reading"]["sentence"].endswith("That is right.")
    assert [one["usable"] for one in told["steps"]] == [False, False, False, True]


@pytest.mark.parametrize("deskew", [None, False])
def test_every_mistake_offered_is_one(deskew):
    on_page = replace(Sheet(), reader="small", deskew=deskew)
    seen = set()
    for _ in range(5):
        index = on_page.drawing.picture or 0
        on_page = pad.apply(on_page, {"act": "mistake", "index": index, "number": 1})
        assert "In truth it is a" in packed(on_page)["reading"]["sentence"]
        seen.add(on_page.drawing.picture)
    assert len(seen) == 5


# --- Teaching ----------------------------------------------------------------------------------


def taught(label=8, steps=10, rate=0.001, on_page=None):
    message = {"act": "teach", "label": label, "steps": steps, "rate": rate}
    return pad.apply(on_page or drawn(3), message)


def test_a_lesson_is_learnt_measured_and_undone():
    before = drawn(3)
    after = taught(on_page=before)
    assert packed(after)["reading"]["answer"] == 8
    lesson = after.taught["small"].lessons[0]
    assert lesson.chances[0] < 0.1 < 0.5 < lesson.chances[1]
    assert lesson.costs[0] > lesson.costs[1]
    net = network.load(network.SHIPPED["small"])
    examples = training.examples("test", "deskew")
    for parameters, right in zip(
        (net.parameters, after.taught["small"].parameters), lesson.right, strict=True
    ):
        assert net.network.cost_and_accuracy(parameters, *examples)[1] == right / 10_000
    assert (
        f"learning this one cost {lesson.right[0] - lesson.right[1]:,}"
        in (packed(after)["lesson"]["sentence"])
    )
    undone = pad.apply(after, {"act": "forget"})
    assert packed(undone)["lesson"] is None
    assert packed(undone)["reading"] == packed(before)["reading"]


def test_lessons_follow_one_another_and_the_first_is_remembered():
    once = taught(steps=1)
    twice = taught(steps=10, on_page=once)
    first, second = twice.taught["small"].lessons
    assert first.right[1] == second.right[0]
    assert second.chances[0] == pytest.approx(first.chances[1])
    assert f"Before all lessons it was {first.right[0]:,}" in packed(twice)["lesson"]["sentence"]


def test_one_networks_lesson_is_not_anothers():
    after = pad.apply(taught(), {"act": "reader", "reader": "strong"})
    assert packed(after)["lesson"] is None
    assert packed(after)["reading"]["answer"] == 3


def test_with_too_large_a_rate_it_forgets_and_says_so():
    lesson = taught(rate=0.1, steps=100).taught["small"].lessons[0]
    assert lesson.right[1] < 0.5 * lesson.right[0]
    assert "cost" in verdict.lesson(lesson, lesson)


def test_whose_lessons_are_shown_forgets_them():
    on_page = taught(on_page=replace(drawn(3), reader=readers.TRAINED))  # the strong one stands in
    assert packed(on_page)["lesson"]["steps"] == 10
    undone = pad.apply(on_page, {"act": "forget"})
    assert packed(undone)["lesson"] is None
    assert undone.reader == readers.TRAINED


def test_mistakes_of_a_taught_network_are_its_own_and_stay_in_the_session(session):
    on_page = taught(steps=100, rate=0.1)
    before = readers._shipped_mistakes.cache_info()
    for index in (0, 5):
        on_page = pad.apply(on_page, {"act": "mistake", "index": index, "number": 2})
        assert "In truth it is a" in packed(on_page)["reading"]["sentence"]
    assert session["draw.mistakes"].parameters is on_page.taught["small"].parameters
    assert readers._shipped_mistakes.cache_info() == before
    other = pad.apply(on_page, {"act": "step", "setting": "deskew", "on": 0})
    other = pad.apply(other, {"act": "mistake", "index": 0, "number": 3})
    assert "In truth it is a" in packed(other)["reading"]["sentence"]


def test_nothing_can_be_taught_on_an_empty_pad():
    with pytest.raises(ValueError, match="empty"):
        taught(on_page=Sheet())


# --- Who reads ---------------------------------------------------------------------------------


def test_a_damaged_network_is_named_and_another_one_reads(monkeypatch, tmp_path):
    damaged = tmp_path / "strong.npz"
    damaged.write_bytes(b"no archive")
    monkeypatch.setitem(network.SHIPPED, "strong", damaged)
    told = packed(drawn(3, "strong"))
    assert "strong.npz" in told["notice"]
    assert "engine.training" in told["notice"]
    assert "small reads" in told["notice"]
    assert told["reading"]["answer"] == 3
    assert [one["able"] for one in told["readers"]] == [False, True, False]


def test_without_any_network_the_drawing_stays(monkeypatch, tmp_path):
    for key in network.SHIPPED:
        monkeypatch.setitem(network.SHIPPED, key, tmp_path / f"{key}.npz")
    on_page = drawn(3, "strong")
    assert packed(on_page)["reading"] is None
    assert "strong.npz" in packed(on_page)["notice"]
    with pytest.raises(ValueError, match=r"strong\.npz"):
        taught(on_page=on_page)


def test_missing_digits_are_named_where_they_are_needed(monkeypatch, tmp_path):
    on_page = pad.apply(Sheet(), {"act": "picture", "index": 3, "number": 1})
    monkeypatch.setattr("engine.digits._FILE", tmp_path / "mnist.npz")
    told = packed(on_page)
    assert "assets/mnist.npz" in told["notice"]
    assert told["reading"] is None
    assert packed(drawn(3))["reading"]["answer"] == 3


def test_a_network_with_separate_outputs_says_so(session):
    net = network.Network(cost="squared_error")
    session["train.training"] = training.advance(training.begin(net), 30)
    assert packed(drawn(3, readers.TRAINED))["reading"]["cost"] == "squared_error"
    assert packed(drawn(3))["reading"]["cost"] == "cross_entropy"


def test_the_network_of_the_train_page_reads_once_there_is_one():
    app = opened("draw")
    app.session_state["train.training"] = training.advance(training.begin(network.Network()), 30)
    app.session_state["draw.sheet"] = drawn(3, readers.TRAINED)
    app.run()
    assert not app.exception
    assert app.session_state["draw.sheet"].reader == readers.TRAINED


# --- The page ----------------------------------------------------------------------------------


@pytest.fixture
def session(monkeypatch):
    """A session of the page without Streamlit: its state is a dict."""
    state = {"draw.sheet": replace(Sheet(), reader="small"), "draw.notice": ""}
    monkeypatch.setattr(pad.st, "session_state", state)
    return state


def say(session, message):
    """Let the page hear a message; return what it answers."""
    session["draw.pad"] = SimpleNamespace(message=message)
    pad._hear()
    return packed(session["draw.sheet"], **heard(session))


def heard(session):
    return {"notice": session["draw.notice"], "refused": session.get("draw.refused")}


def test_the_page_hears_the_pad(session):
    three = {"act": "draw", "strokes": strokes(3), "brush": 22, "number": 5, "sequence": 8}
    told = say(session, three)
    assert (told["number"], told["reading"]["answer"]) == (5, 3)
    assert (told["notice"], told["refused"], session["draw.sequence"]) == ("", None, 8)
    assert say(session, {"act": "neuron", "layer": 3, "number": 1})["reading"]["target"] == 1
    assert session["draw.sequence"] == 8


def test_a_message_from_a_page_that_was_left_is_none(session):
    pad._hear()
    assert session["draw.notice"] == ""
    assert say(session, None)["notice"] == ""


def test_what_is_refused_is_named_by_its_number_and_the_drawing_stays(session, monkeypatch):
    three = {"act": "draw", "strokes": strokes(3), "brush": 22, "number": 5, "sequence": 8}
    say(session, three)
    told = say(session, {**three, "strokes": [[None, 3]], "number": 6, "sequence": 9})
    assert (told["number"], told["refused"], told["reading"]["answer"]) == (5, 6, 3)
    assert told["notice"].endswith("The answer is still that of the one before.")
    assert session["draw.sequence"] == 9
    monkeypatch.setattr("engine.digits._FILE", Path("nowhere") / "mnist.npz")
    told = say(session, {"act": "picture", "index": 3, "number": 7, "sequence": 10})
    assert (told["number"], told["refused"], told["reading"]["answer"]) == (5, 7, 3)
    assert told["notice"].endswith("assets/make_mnist.py. Your drawing is as it was.")
    assert say(session, {**three, "number": 8})["refused"] is None


@pytest.mark.parametrize("message", ["3", [], {"sequence": "8", "number": {}}])
def test_what_is_no_message_is_refused_without_a_number(session, message):
    assert say(session, message)["refused"] is None
    assert session["draw.notice"]
    assert "draw.sequence" not in session


def test_an_address_is_read_and_written():
    app = opened("draw", network="small", crop="off", deskew="off")
    held = app.session_state["draw.sheet"]
    assert (held.reader, held.crop, held.centre, held.deskew) == ("small", False, True, False)
    assert app.session_state["draw.notice"] == ""
    assert sheet.write(held) == {"network": "small", "crop": "off", "deskew": "off"}
    assert sheet.read(sheet.write(held), readers.KEYS)[0].steps_for(network.Network()) == (
        held.steps_for(network.Network())
    )


@pytest.mark.parametrize("parameters", [{"network": "gpt"}, {"crop": "maybe"}, {"line": "<b>"}])
def test_what_an_address_cannot_mean_costs_a_sentence(parameters):
    app = opened("draw", **parameters)
    held = app.session_state["draw.sheet"]
    assert (held.reader, held.crop, held.line) == ("strong", True, True)
    assert next(iter(parameters)) in app.session_state["draw.notice"]


def test_a_lesson_is_not_told_of_another_drawing():
    after = taught()
    assert packed(after)["lesson"]["here"]
    message = {"act": "draw", "strokes": [[9, 9, 60, 200]], "brush": 22, "number": 10**9}
    lesson = packed(pad.apply(after, message))["lesson"]
    assert not lesson["here"]
    assert "this drawing" not in lesson["sentence"]


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ((0.0001, 0.0004), "1 in 10,000 to 1 in 2,500"),
        ((0.9961, 0.9992), "99.61 % to 99.92 %"),
        ((0.0, 0.0), "under 1 % to under 1 %"),
        ((0.1, 0.9), "10 % to 90 %"),
        ((0.0, 1e-4), "next to nothing to 1 in 10,000"),
    ],
)
def test_two_chances_can_be_told_apart(chances, said):
    lesson = sheet.Lesson(3, 1, 0.1, chances, (1.0, 0.5), (1, 1), 0)
    assert said in verdict.lesson(lesson, lesson)


def test_a_networks_own_habit_stands_in_no_link():
    off = pad.apply(sheet.Sheet(), {"act": "step", "setting": "deskew", "on": 0})
    assert sheet.write(off) == {"deskew": "off"}
    on = pad.apply(off, {"act": "step", "setting": "deskew", "on": 1})
    assert sheet.write(on) == {}
