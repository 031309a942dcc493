"""The Depth page without a browser: its cures and links, its pair, its sentences, its message."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from engine import digits
from engine.inspection.depth import pictures
from engine.training import Mark, advance
from pages.parts import depth, work
from pages.parts.depth import cures, pair, payload, words
from pages.parts.depth.cures import CURES, PRESETS, Setup, Treatment
from pages.parts.shares import percent
from tests.pages.opening import opened

STEP = PRESETS["step"].setup


class Clock:
    """A clock that goes on by a millisecond whenever somebody looks."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.001
        return self.now


def after(updates, setup, *cures, steepness=0):
    """A pair after so many updates."""
    begun = pair.paired(setup, Treatment(frozenset(cures), steepness))
    return pair.worked(begun, 1e9, updates, Clock())


# --- Each cure cures something, alone, from the same seed ----------------------------------------


@pytest.mark.parametrize(
    ("preset", "cure", "sick", "accuracy"),
    [
        ("dies", "relu", "vanishing", 0.7),
        ("silent", "weights", "vanishing", 0.7),
        ("explodes", "weights", "exploded", 0.7),
        ("explodes", "clip", "exploded", 0.3),
        ("raw", "inputs", "exploded", 0.7),
        ("raw", "clip", "exploded", 0.5),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_one_switch_cures(preset, cure, sick, accuracy, seed):
    both = after(500, replace(PRESETS[preset].setup, seed=seed), cure)
    assert words.fate(both.sick) == sick
    assert both.sick.mark.accuracy < 0.15
    assert words.fate(both.cured) in ("even", "uneven")
    assert both.cured.mark.accuracy > accuracy
    assert both.cured.setup.seed == both.sick.setup.seed


def test_no_other_cure_helps_a_sigmoid():
    for cure in CURES.keys() - {"relu"}:
        assert after(500, Setup(), cure).cured.mark.accuracy < 0.15, cure


def test_small_weights_let_a_relu_network_neither_hear_nor_learn():
    both = after(500, PRESETS["silent"].setup)
    assert both.sick.mark.accuracy < 0.15
    assert both.cured is None


# --- Setups and links ----------------------------------------------------------------------------


def test_weights_suit_the_activation_that_another_cure_brings():
    treated = Treatment(frozenset({"weights", "relu"})).of(Setup())
    assert (treated.activation, treated.weights, treated.scale) == ("relu", "he", 1.0)
    assert Treatment(frozenset({"weights"})).of(Setup()).weights == "xavier"


def test_a_cure_that_changes_nothing_begins_no_second_network():
    healthy = PRESETS["works"].setup
    both = pair.paired(healthy, Treatment(frozenset({"relu", "weights"})))
    assert both.cured is None
    assert "changes nothing" in words.idle(Treatment(frozenset({"relu"})), both)
    assert words.idle(Treatment(), both) == ""


def test_what_is_different_is_named():
    everything = Treatment(frozenset(CURES)).of(Setup())
    said = cures.changed(Setup(), everything)
    assert said == "ReLU, He weights, normalised inputs and clipping"
    assert cures.changed(STEP, Treatment(steepness=8).of(STEP)) == "a sigmoid 8 times as steep"


@pytest.mark.parametrize(
    "treatment", [Treatment(), Treatment(frozenset({"clip", "relu"}), 16), Treatment(steepness=2)]
)
def test_cures_are_read_back_from_their_link(treatment):
    link = cures.address_of(treatment)
    assert cures.treatment_of(link) == treatment
    assert cures.notice({key: text for key, text in link.items() if text}) == ""


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"depth_layers": "500"}, "2 to 20 layers, not 500, so 10 stand in"),
        ({"depth_layers": "-1"}, "not -1, so 10"),
        ({"depth_layers": "many"}, "2 to 20 layers, so 10"),
        ({"depth_layers": "1e99"}, "2 to 20 layers, so 10"),
        ({"depth_width": "7"}, "not 7, so 32"),
        ({"depth_activation": "<b>"}, "activation is not known here, so “Sigmoid”"),
        ({"depth_scale": "nan"}, "so “4” stands in"),
        ({"depth_seed": "1" * 5000}, "a seed is a whole number"),
        ({"depth_seed": "-3"}, "a seed is a whole number"),
        ({"depth_smooth": "3"}, "so “0” stands in"),
        ({"depth_cures": "relu,magic"}, "not all of its cures"),
    ],
)
def test_what_a_link_cannot_mean_is_said(parameters, said):
    told = cures.notice(parameters)
    assert said in told
    assert told.startswith("This link could not be read in full")
    assert cures.treatment_of(parameters).cures <= set(CURES)


def test_a_sound_link_needs_no_words():
    assert cures.notice({}) == ""
    sound = {"depth_layers": "20", "depth_activation": "On or off", "depth_inputs": "0 to 1"}
    assert cures.notice({**sound, "depth_scale": "1.5", "depth_seed": "7", "train_rate": "x"}) == ""
    assert cures.notice({"depth_cure_relu": "yes"}) == ""  # nothing here has that name


# --- The pair ------------------------------------------------------------------------------------


def test_both_go_in_step_and_as_each_would_alone():
    both = after(30, Setup(), "relu")
    assert [member.training.updates for member in both.members] == [30, 30]
    alone = advance(pair.begun(both.cured.setup).training, 30)
    assert np.array_equal(alone.parameters, both.cured.training.parameters)
    first = [member.training.kept[0].parameters for member in both.members]
    assert np.array_equal(*first)  # ReLU changes no weight that they begin with


def test_who_is_lost_stays_and_the_other_goes_on():
    both = after(40, PRESETS["explodes"].setup, "clip")
    assert both.sick.training.lost == both.sick.training.updates < 40
    assert both.cured.training.updates == both.updates == 40
    assert not both.lost
    assert after(40, PRESETS["explodes"].setup).lost


def test_nobody_keeps_what_nobody_goes_back_to():
    both = after(250, replace(STEP, width=8))  # two epochs and a half
    assert both.sick.training.epoch == 2
    assert both.sick.training.epochs == (0,)
    assert both.sick.mark.updates == 250


def test_a_step_is_smoothed_and_nothing_learnt_is_lost():
    flat = after(200, STEP)
    assert flat.sick.now.moved[:-1].tolist() == [0, 0]
    began = pair.smoothed(flat, Treatment(steepness=8))
    assert began.cured.training.parameters is flat.sick.training.parameters
    assert (began.cured.now.errors > 0).all()
    learnt = pair.worked(began, 1e9, 400, Clock())
    assert learnt.cured.mark.accuracy > learnt.sick.mark.accuracy + 0.15
    softer = pair.smoothed(learnt, Treatment(steepness=4))
    assert softer.cured.training.parameters is learnt.cured.training.parameters
    assert softer.cured.training.updates == 600
    assert pair.smoothed(softer, Treatment()).cured is None


def test_a_step_makes_terraces_and_smoothing_makes_slopes():
    flat = pair.terraces(STEP)
    assert 5 < np.count_nonzero(np.diff(flat)) < 0.2 * len(flat)
    smooth = pair.terraces(Treatment(steepness=4).of(STEP))
    assert np.count_nonzero(np.diff(smooth)) > 0.95 * len(smooth)
    assert np.abs(np.diff(smooth)).max() < 0.05 * np.abs(np.diff(flat)).max()
    for line in (flat, smooth):
        with pytest.raises(ValueError, match="read-only"):
            line[0] = 0


@pytest.mark.parametrize(
    ("costs", "activation", "said"),
    [
        ([3, 3, 3, 2, 2, 2, 1, 1, 1], "threshold", "3 terraces, each of them flat"),
        ([3, 3, 3], "threshold", "flat all along"),
        ([1, 2, 3, 4, 4], "threshold", "flat terraces, too narrow to be seen here"),
        ([3, 3, 3], "relu", "flat all along"),
        ([1, 2, 3, 4, 5, 5], "relu", f"flat over {percent(0.2)} of it"),
        ([1, 2, 3, 4, 5], "sigmoid_8", "it slopes everywhere"),
        ([*range(500), 499], "sigmoid_8", "it slopes everywhere"),  # that is rounding
    ],
)
def test_terraces_are_counted_not_the_steps_between(costs, activation, said):
    assert words.line(np.array(costs, np.float32), activation) == said


# --- Sentences -----------------------------------------------------------------------------------


def test_the_factor_that_is_said_is_the_one_measured():
    both = after(100, Setup(), "relu")
    share = both.sick.now.errors[0] / both.sick.now.errors[-1]
    said = words.passing(both.sick)
    assert f"passes back {share ** (1 / 9):.2f} of the gradient" in said
    assert "from layer 10 back to layer 1, 0.00000" in said
    assert "Theory for the start: 0.24 a layer." in said
    times = both.cured.now.errors[0] / both.cured.now.errors[-1] / share
    told = words.comparison(both)
    assert told.startswith("With ReLU: ")
    assert f"{float(f'{times:.2g}'):,.0f} times as much comes back" in told
    assert "after 100 updates the network reads" in told


@pytest.mark.parametrize("clip", [math.inf, cures.LONGEST])
@pytest.mark.parametrize("key", ["dies", "explodes", "raw", "works"])
def test_the_first_update_moves_it_about_as_far_as_was_said(key, clip):
    setup = replace(PRESETS[key].setup, clip=clip)
    before, then = (after(updates, setup).sick for updates in (0, 1))
    said, came = (
        [
            float(size) * (1 if unit else 0.01)
            for size, unit in re.findall(r" by ([\d.]+)(?:\u00a0%|( times))", words.reading(member))
        ]
        for member in (before, then)
    )
    assert said == pytest.approx(came, rel=0.35)


@pytest.mark.parametrize("key", ["raw", "explodes"])
@pytest.mark.parametrize("seed", range(3))
def test_what_will_blow_up_is_not_said_to_come_through(key, seed):
    setup = replace(PRESETS[key].setup, seed=seed)
    before = after(0, setup)
    assert words.fate(before.sick) == "leaping"
    assert "larger than the weights" in words.headline(before.sick)
    assert words.fate(after(40, setup).sick) == "exploded"
    clipped = after(0, setup, "clip").cured  # the same gradient, and a step that is no leap
    assert words.fate(clipped) in ("even", "uneven")


def test_what_grows_is_not_said_to_shrink():
    assert "grows" in words.headline(after(0, replace(PRESETS["explodes"].setup, rate=0.001)).sick)
    shrinks = after(0, replace(PRESETS["works"].setup, scale=0.5, layers=8)).sick
    assert words.fate(shrinks) == "uneven"
    assert "shrinks" in words.headline(shrinks)


def test_a_cure_that_lets_less_come_back_does_not_read_like_a_defect():
    explodes = PRESETS["explodes"].setup
    told = words.comparison(after(0, explodes, "weights"))
    assert re.search(r"With He weights times 1: \d+ times less comes back .* it grew before", told)
    told = words.comparison(after(0, explodes, "clip"))
    moves = r"moves it by [\d.]+\u00a0% instead of [\d.]+ times its size"
    assert re.search(rf"With clipping: as much comes back to the first layer, but .* {moves}", told)


@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ([0.1, 0.5, 0.9, 0.8], "Weights"),
        ([0.1, 0.5, 0.7, 0.8], ""),
        ([0.9, 0.5, 0.7, 0.8], ""),  # not a cure
        ([0.1, 0.5, 0.8012, 0.8], ""),  # as good, as it is shown
        ([0.1, None, None, None], ""),
    ],
)
def test_one_cure_may_come_farther_than_all(accuracies, said):
    marks = [a and Mark("test", 500, 500, 1.0, a) for a in accuracies]
    found = {
        name: mark and pair.Outcome("even", np.ones(3), mark)
        for name, mark in zip(("No cure", "ReLU", "Weights", "All"), marks, strict=True)
    }
    told = words.together(found)
    assert told == (said and f"{said}, alone, comes farther here than all together.")


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("cure", [None, *CURES])
def test_every_preset_has_its_words(key, cure):
    for updates in (0, 1, 5):
        both = after(updates, PRESETS[key].setup, *([cure] if cure else []))
        for member in both.members:
            told = [say(member) for say in (words.headline, words.passing, words.reading)]
            assert all(told)
            assert not re.search(r"\b(nan|inf)\b", " ".join(told).lower())
        assert bool(words.comparison(both)) == (both.cured is not None)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.2134, "0.21"),
        (2.34e-6, "0.0000023"),
        (0.0, "nothing"),
        (1e-40, "less than 0.0000000000000001"),
        (12.3, "12"),
        (3456.7, "3,457"),
        (float("nan"), "no number"),
    ],
)
def test_numbers_are_written_out(value, said):
    assert words._number(value) == said


# --- The message ---------------------------------------------------------------------------------


def header_of(message):
    size = int(np.frombuffer(message[:4], np.uint32)[0])
    return json.loads(message[4 : 4 + size])


@pytest.mark.parametrize("key", PRESETS)
def test_the_message_has_a_column_for_each_layer(key):
    treatment = Treatment(frozenset({"clip"}), 16)
    both = pair.worked(pair.paired(PRESETS[key].setup, treatment), 1e9, 20, Clock())
    message = payload.pack(both, treatment, heard=3)
    header = header_of(message)
    assert len(message) < 40_000
    assert header["heard"] == 3
    assert [cure["key"] for cure in header["cures"] if cure["on"]] == ["clip"]
    for member in header["members"]:
        lengths = {name: len(values) for name, values in member["sizes"].items()}
        assert set(lengths.values()) == {PRESETS[key].setup.layers}
        assert {len(values) for values in member["expected"].values()} == set(lengths.values())
    names = {array["name"] for array in header["arrays"]}
    assert ("line.0" in names) == (header["reach"] is not None) == (key == "step")
    assert len(header["lines"]) == (2 if key == "step" else 0)


@pytest.mark.parametrize(
    ("setup", "treatment", "short"),
    [
        (STEP, Treatment(steepness=16), "Smoothed"),
        (STEP, Treatment(frozenset({"inputs"})), "With normalised inputs"),
        (Setup(), Treatment(frozenset(CURES)), "With the cures"),
    ],
)
def test_a_legend_has_room_for_its_names(setup, treatment, short):
    header = header_of(payload.pack(pair.paired(setup, treatment), treatment))
    assert [member["short"] for member in header["members"]] == ["As it is", short]


def test_what_is_no_number_is_left_out():
    members = header_of(payload.pack(after(40, PRESETS["explodes"].setup), Treatment()))["members"]
    assert None in members[0]["sizes"]["returns"]
    assert members[0]["fate"] == "exploded"


# --- What the component says ---------------------------------------------------------------------


@pytest.fixture
def session(monkeypatch):
    """A session of the page without Streamlit: its state is a dict."""
    state = {"depth.treatment": Treatment()}
    monkeypatch.setattr(depth.st, "session_state", state)
    monkeypatch.setattr(work, "budget", lambda workers: 60.0)
    depth.prepare(Setup())
    return state


class Said:
    def __init__(self, message):
        self.message = message


def say(state, **message):
    state["depth.component"] = Said(message)
    depth.LIVE.hear()
    return state["depth.pair"]


def ask(state, act, **fields):
    number = state.get("depth.acknowledged", 0) + 1
    return say(state, sequence=number, acts=[{"act": act, "number": number, **fields}])


def test_ticks_and_acts(session):
    tick = {"generation": 1, "pictures": 2, "most": 5}
    assert say(session, sequence=1, tick=tick).updates == 10
    assert len(session["depth.earlier"]) == 1
    assert ask(session, "step").updates == 11
    cured = ask(session, "cure", cure="relu", on=1)
    assert cured.updates == 0
    assert cured.cured.setup.activation == "relu"
    assert say(session, sequence=9, tick=tick).updates == 0  # it was sent before the cure
    assert ask(session, "step").updates == 1
    assert ask(session, "reset").updates == 0
    assert ask(session, "cure", cure="relu", on=0).cured is None
    ask(session, "seed")
    assert session["depth_seed"] == 1
    assert session["depth.redraw"]


def test_smoothing_is_no_new_beginning(session):
    depth.prepare(STEP)
    ask(session, "step")
    before = session["depth.beginning"]
    both = ask(session, "smooth", steepness=16)
    assert (both.updates, both.cured.setup.activation) == (1, "sigmoid_16")
    assert session["depth.beginning"] == before
    assert session["depth.treatment"] == Treatment(steepness=16)
    depth.prepare(STEP)  # the page runs once more, and nothing begins anew
    assert session["depth.pair"] is both


@pytest.mark.parametrize(
    "act",
    [
        {"act": "cure", "cure": "magic", "on": 1},
        {"act": "cure", "cure": ["relu"], "on": 1},
        {"act": "cure", "cure": "relu"},
        {"act": "smooth", "steepness": 3},
        {"act": "smooth", "steepness": "8"},
        {"act": "explode"},
    ],
)
def test_what_is_not_ours_is_ignored(session, act):
    before = session["depth.pair"]
    assert say(session, sequence=1, acts=[{"number": 1, **act}]) is before
    assert session["depth.treatment"] == Treatment()


# --- The page ------------------------------------------------------------------------------------


def test_a_link_of_500_layers_costs_a_sentence():
    app = opened("depth", depth_layers="500", depth_cures="clip")
    assert app.slider(key="depth_layers").value == 10
    assert "not 500" in app.session_state["depth.notice"]
    assert app.session_state["depth.treatment"].cures == {"clip"}


def test_a_missing_data_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(digits, "_FILE", tmp_path / "mnist.npz")
    pictures.cache_clear()
    app = opened("depth")
    assert "assets/mnist.npz" in app.error[0].value


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_sets_all_controls(key):
    app = opened("depth", depth_layers="7", depth_cures="clip", depth_seed="5")
    app.segmented_control(key="depth.preset").set_value(key).run()
    assert not app.exception
    here = app.session_state["depth.pair"]
    assert here.sick.setup == replace(PRESETS[key].setup, seed=5)
    assert here.cured is None
    assert any(PRESETS[key].summary == caption.value for caption in app.caption)
    assert app.segmented_control(key="depth.preset").value == key


def test_a_network_of_ones_own_is_no_preset_and_a_preset_pressed_again_is_without_cures():
    app = opened("depth", depth_cures="clip")
    presets = app.segmented_control(key="depth.preset")
    assert presets.value == "dies"
    before = app.session_state["depth.pair"]
    presets.set_value(None).run()
    assert app.session_state["depth.treatment"] == Treatment()
    assert app.session_state["depth.pair"] is not before
    assert app.segmented_control(key="depth.preset").value == "dies"
    app.slider(key="depth_layers").set_value(7).run()
    assert app.segmented_control(key="depth.preset").value is None
    assert any("your own" in caption.value for caption in app.caption)


def test_every_control_changes_the_network():
    app = opened("depth")
    app.slider(key="depth_layers").set_value(4)
    app.select_slider(key="depth_width").set_value(8)
    app.selectbox(key="depth_activation").select("tanh")
    app.selectbox(key="depth_weights").select("he")
    app.select_slider(key="depth_scale").set_value(0.5)
    app.selectbox(key="depth_inputs").select("raw")
    app.select_slider(key="depth_rate").set_value(0.01)
    app.number_input(key="depth_seed").set_value(3).run()
    assert not app.exception
    wanted = Setup(4, 8, "tanh", "he", 0.5, "raw", 0.01, 3)
    assert app.session_state["depth.pair"].sick.setup == wanted


def test_each_cure_is_measured_alone():
    app = opened("depth", depth_layers="4")
    app.button(key="depth.measure").click().run()
    assert not app.exception
    running = app.session_state["depth.survey.work"]
    while not running.done:
        running.advance(1e9)
    app.run()
    table = app.table[0].value
    assert list(table.iloc[:, 0]) == [
        "No cure",
        *(cure.name for cure in CURES.values()),
        "All together",
    ]
    app.slider(key="depth_layers").set_value(5).run()  # another network: it was not measured
    assert not app.table


def test_a_survey_gives_what_the_pair_gives():
    setup = PRESETS["raw"].setup
    steps = pair.survey(setup)
    found = {}
    try:
        while True:
            assert 0 <= next(steps) <= 1
    except StopIteration as end:
        found = end.value
    both = after(pair.SURVEYED, setup, "inputs")
    assert found["Normalised inputs"].mark == both.cured.mark
    assert found["No cure"].mark == both.sick.mark
    assert found["ReLU"] is None
    assert found["No cure"].mark.updates < 5  # it is lost, and 500 updates are not waited for
    table = words.survey(found)
    assert {len(column) for column in table.values()} == {len(found)}
    assert table["In words"][1] == "changes nothing here"


@pytest.mark.parametrize("layers", [2, 20])
def test_the_mathematics_has_the_numbers_of_the_network(layers):
    app = opened("depth", depth_layers=str(layers))
    told = " ".join(text.value for text in app.markdown)
    assert ("a layer." in told) == (layers == 20)
    assert ("only one factor" in told) == (layers == 2)
