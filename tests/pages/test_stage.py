"""The Python half of the stage: messages heard or refused, and the payload they lead to."""

import json
import logging
from types import SimpleNamespace

import numpy as np
import pytest

from engine import descent
from engine.surfaces import SURFACES, curves
from engine.surfaces.curves import CURVES
from pages.parts import stage
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import BYTES, pack, run_of


def unpack(data):
    length = int(np.frombuffer(data, "<u4", 1)[0])
    header = json.loads(data[4 : 4 + length], parse_constant=lambda text: pytest.fail(text))
    arrays = {}
    for entry in header.pop("arrays"):
        count = int(np.prod(entry["shape"]))
        at = 4 + length + entry["offset"]
        assert at % 8 == 0
        arrays[entry["name"]] = np.frombuffer(data, entry["dtype"], count, at).reshape(
            entry["shape"]
        )
    return header, arrays


@pytest.fixture
def race():
    return scenes.new(SURFACES["himmelblau"], ("gradient_descent", "adam"))


def test_the_payload_is_the_walks_to_the_last_bit(race):
    header, arrays = unpack(pack(scenes.forked(race, 0, 12, 0.5), 7))
    assert header["acknowledged"] == 7
    for index, walker in enumerate(scenes.forked(race, 0, 12, 0.5).walkers):
        run = run_of(scenes.forked(race, 0, 12, 0.5), walker)
        assert np.array_equal(arrays[f"points.{index}"], run.points)
        assert np.array_equal(arrays[f"values.{index}"], run.values)
    assert np.array_equal(arrays["points.0"][:13], arrays["points.2"][:13])
    assert not np.array_equal(arrays["points.0"][13], arrays["points.2"][13])


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "adam", "newton"])
def test_what_the_dial_shows_is_what_is_then_run(race, key):
    scene = scenes.with_optimizer(race, 0, key)
    header, arrays = unpack(pack(scene, 0))
    for stop, rate in enumerate(header["dial"]["rates"]):
        chosen = scenes.with_setting(scene, 0, "learning_rate", rate)
        run = run_of(chosen, chosen.walkers[0])
        length = arrays["sweep.lengths"][stop]
        expected = run.points[: header["dial"]["steps"] + 1]
        assert length == len(expected)
        assert np.array_equal(arrays["sweep.points"][stop, :length], held(expected))


def held(numbers):
    """Numbers as float32 holds them; what is larger is its largest."""
    largest = float(np.finfo("<f4").max)
    return np.clip(numbers, -largest, largest).astype("<f4")


def test_the_dial_of_a_fork_leaves_where_the_fork_left(race):
    scene = scenes.forked(race, 0, 12, 0.5)
    header, arrays = unpack(pack(scene, 0))
    assert np.array_equal(
        arrays["sweep.points"][:, 0],
        np.broadcast_to(arrays["points.0"][12].astype("<f4"), (61, 2)),
    )
    chosen = scenes.with_setting(scene, 2, "learning_rate", header["dial"]["rates"][30])
    run = run_of(chosen, chosen.walkers[2])
    length = arrays["sweep.lengths"][30]
    assert np.array_equal(
        arrays["sweep.points"][30, :length], run.points[12 : 12 + length].astype("<f4")
    )


@pytest.mark.parametrize("steps", scenes.STEPS)
def test_six_walkers_fit_into_one_message(steps):
    keys = ("adam", "momentum", "rmsprop", "lion", "adagrad", "nadam")
    scene = scenes.new(SURFACES["rastrigin"], keys, steps)
    assert len(pack(scene, 0)) <= BYTES


@pytest.mark.parametrize(
    "landscape", [*CURVES.values(), *SURFACES.values()], ids=lambda entry: entry.key
)
def test_every_landscape_travels_without_a_nan_in_its_header(landscape):
    header, arrays = unpack(pack(scenes.new(landscape, ("gradient_descent", "newton")), 0))
    assert header["terrain"]["name"] == landscape.name
    assert arrays["grid"].ndim == landscape.dimension
    low, high = header["terrain"]["heights"]
    assert low <= high


def test_an_explosion_travels_as_its_finite_rows(race):
    scene = scenes.with_setting(race, 0, "learning_rate", 1000.0)
    header, arrays = unpack(pack(scene, 0))
    assert header["walkers"][0]["ending"]["kind"] == "diverged"
    assert np.isfinite(arrays["points.0"]).all()
    assert len(arrays["points.0"]) < 30


def test_the_grid_has_y_in_rows(race):
    _, arrays = unpack(pack(race, 0))
    (_, x_high), (y_low, _) = race.landscape.domain
    corner = race.landscape.value(np.array([x_high, y_low]))
    assert arrays["grid"][0, -1] == np.float32(corner)


@pytest.mark.parametrize(
    ("message", "check"),
    [
        ({"act": "start", "point": [1, -2.5]}, lambda s: s.start == (1.0, -2.5)),
        (
            {"act": "set", "walker": 0, "setting": "learning_rate", "value": 0.25},
            lambda s: s.walkers[0].legs[-1].settings["learning_rate"] == 0.25,
        ),
        ({"act": "add", "optimizer": "lion"}, lambda s: len(s.walkers) == 3),
        ({"act": "remove", "walker": 0}, lambda s: len(s.walkers) == 1),
        ({"act": "fork", "walker": 0, "step": 9, "factor": 0.5}, lambda s: s.walkers[2].fork == 9),
        (
            {"act": "fork", "walker": 0, "step": 9, "optimizer": "adam"},
            lambda s: s.walkers[2].optimizer.key == "adam",
        ),
        ({"act": "focus", "walker": 1}, lambda s: s.focus == 1),
        ({"act": "steps", "steps": 50}, lambda s: s.steps == 50),
        (
            {"act": "optimizer", "walker": 1, "optimizer": "newton"},
            lambda s: s.walkers[1].optimizer.key == "newton",
        ),
        (
            {"act": "schedule", "walker": 1, "schedule": "cosine"},
            lambda s: s.walkers[1].legs[-1].plan.schedule == "cosine",
        ),
    ],
)
def test_each_act_does_what_it_says(race, message, check):
    assert check(stage.apply(race, {"sequence": 1, **message}))


def test_every_act_is_tried_above():
    marks = test_each_act_does_what_it_says.pytestmark
    tried = {case[0]["act"] for mark in marks for case in mark.args[1]}
    assert tried == set(stage.ACTS)


@pytest.mark.parametrize(
    "message",
    [
        None, 3, "start", [], {}, {"act": None}, {"act": ["start"]}, {"act": "__class__"},
        {"act": "start"}, {"act": "start", "point": "1,2"}, {"act": "start", "point": [1]},
        {"act": "start", "point": [1, 2, 3]}, {"act": "start", "point": [1, float("nan")]},
        {"act": "start", "point": [1, True]}, {"act": "start", "point": [1, None]},
        {"act": "start", "point": [1e308, 0]},
        {"act": "set", "walker": 0, "setting": "learning_rate", "value": float("inf")},
        {"act": "set", "walker": 0, "setting": "learning_rate", "value": 10**400},
        {"act": "set", "walker": 0.5, "setting": "learning_rate", "value": 1},
        {"act": "set", "walker": 0, "setting": "x" * 10_000, "value": 1},
        {"act": "fork", "walker": 0, "step": 9},
        {"act": "fork", "walker": 99, "step": 9, "factor": 1},
        {"act": "fork", "walker": 0, "step": 9, "factor": -1},
        {"act": "steps", "steps": 10**9}, {"act": "add", "optimizer": {}},
    ],
    ids=repr,
)  # fmt: skip
def test_what_the_stage_does_not_send_is_refused(race, message):
    with pytest.raises(ValueError, match=r"."):
        stage.apply(race, message)


def test_refusals_are_logged_without_being_obeyed(race, caplog, monkeypatch):
    sent = SimpleNamespace(message={"act": "steps", "steps": -1, "sequence": 5})
    state = {"page.scene": race, "page.stage": sent}
    monkeypatch.setattr(stage.st, "session_state", state)
    with caplog.at_level(logging.WARNING):
        stage._hear("page", stage.ACTS)
    assert state["page.scene"] == race
    assert state["page.sequence"] == 5
    assert "ignored" in caplog.text


def test_a_message_that_comes_when_the_page_was_left_changes_nothing(race, monkeypatch):
    state = {"page.scene": race}
    monkeypatch.setattr(stage.st, "session_state", state)
    stage._hear("page", stage.ACTS)
    assert state == {"page.scene": race}


def test_endings_in_the_payload_are_the_engines(race):
    header, _ = unpack(pack(race, 0))
    for walker, told in zip(race.walkers, header["walkers"], strict=True):
        ending = descent.ending(run_of(race, walker))
        assert (told["ending"]["kind"], told["ending"]["sentence"]) == (
            ending.kind,
            ending.sentence,
        )


def test_a_fork_whose_way_is_lost_before_it_leaves_begins_where_it_was_lost(race):
    scene = scenes.with_setting(race, 0, "learning_rate", 0.01)
    scene = scenes.forked(scene, 0, 30, 0.5)
    lost = scenes.from_start(scene, (200.0, 200.0))
    header, arrays = unpack(pack(lost, 0))
    fork = header["walkers"][2]["fork"]
    assert fork < 30
    assert fork < len(arrays["points.2"])
    assert np.array_equal(arrays["sweep.points"][0, 0], held(arrays["points.2"][fork]))


def test_a_start_without_a_cost_still_has_its_row(race):
    nowhere = curves.own("log(x)", ((-3.0, 3.0),))
    scene = scenes.from_start(scenes.new(nowhere, ("gradient_descent",)), (-1.0,))
    header, arrays = unpack(pack(scene, 0))
    assert (arrays["sweep.lengths"] == 1).all()
    assert header["walkers"][0]["ending"]["kind"] == "undefined"


def test_a_schedule_travels_as_what_it_leaves_of_the_rate(race):
    scene = scenes.with_schedule(race, 1, "cosine")
    scene = scenes.with_setting(scene, 1, "length", 50)
    header, arrays = unpack(pack(scene, 0))
    assert header["walkers"][1]["schedule"] == "cosine"
    assert header["walkers"][1]["settings"]["length"] == 50
    assert arrays["factors.0"].size == 0
    factors = [scene.walkers[1].legs[0].plan.factor(k) for k in range(201)]
    np.testing.assert_array_equal(arrays["factors.1"], np.float32(factors))
    points = arrays["points.1"]
    np.testing.assert_array_equal(points[50:], np.broadcast_to(points[50], points[50:].shape))


def test_the_dial_of_a_scheduled_walker_walks_the_schedule(race):
    scene = scenes.with_focus(scenes.with_schedule(race, 0, "exponential"), 0)
    header, arrays = unpack(pack(scene, 0))
    stop = 30
    there = scenes.with_setting(scene, 0, "learning_rate", header["dial"]["rates"][stop])
    _, other = unpack(pack(there, 0))
    rows = int(arrays["sweep.lengths"][stop])
    np.testing.assert_array_equal(
        arrays["sweep.points"][stop, :rows], np.float32(other["points.0"][:rows])
    )
