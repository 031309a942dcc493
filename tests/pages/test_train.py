"""The Train page without a browser: its plan, its work, its message, its controls."""

import gc
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import digits
from engine.network import ACTIVATIONS, COSTS, INITIALISATIONS, PREPARATIONS
from engine.training import Examples, Mark, advance, assess, examples
from engine.training import begin as engine_begin
from pages.parts import work
from pages.parts.live import MOST_UPDATES
from pages.parts.shares import percent
from pages.parts.training import cost_curve, gauges, plan, trainer, workshop
from pages.parts.training import session as training_session
from pages.parts.training.plan import Beginning, Course
from pages.parts.training.trained import TRAINING
from tests.pages.opening import PAGES, opened


def begun(rate=0.1, **beginning):
    return plan.begun(Beginning(**beginning), Course(), rate)


# --- The plan ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("16, 16", (16, 16)),
        (" 32 ", (32,)),
        ("16 8 4", (16, 8, 4)),
        ("512,512,512,512", (512,) * 4),
        ("16-16", (16, 16)),
        ("none", ()),
    ],
)
def test_hidden_layers_are_read(text, sizes):
    assert plan.hidden_layers(text) == sizes
    assert plan.hidden_layers(plan.sizes_text(sizes)) == sizes


@pytest.mark.parametrize(
    "text",
    ["-3", "1e9", "abc", "", " ", "0", "513", "1,2,3,4,5", "１６", "16.5", "9" * 60],
)
def test_other_hidden_layers_are_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"\.$"):
        plan.hidden_layers(text)


def test_a_batch_is_named_as_what_it_is():
    assert plan.batch_name(1) == "stochastic"
    assert {plan.batch_name(size) for size in (2, 100, 59_999)} == {"mini-batch"}
    assert plan.batch_name(60_000) == "batch"


def test_the_caption_says_what_is_really_taken():
    small, large = Beginning().network, Beginning((512,) * 4).network
    assert plan.pace(100, small) == "In mini-batches: 600 updates an epoch."
    assert plan.pace(60_000, small) == "All at once: 1 update an epoch."
    assert plan.pace(1, small) == "One by one (stochastic): 60,000 updates an epoch."
    told = plan.pace(60_000, large)
    assert f"{plan.largest_batch(large):,} pictures at the most" in told
    assert "In mini-batches" in told


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.5, 0, "50 %"),
        (1.0, 1, "100.0 %"),
        (0.9999, 1, "over 99.9 %"),
        (0.996, 0, "over 99 %"),
        (0.0, 0, "0 %"),
        (0.004, 0, "under 1 %"),
        (0.0004, 1, "under 0.1 %"),
        (math.nan, 0, "?"),
    ],
)
def test_only_what_is_all_is_a_hundred_percent(share, digits, text):
    assert percent(share, digits) == text


def test_large_networks_take_fewer_pictures_an_update():
    large = plan.begun(Beginning((512,) * 4), Course(batch=60_000), 0.1)
    assert 100 <= large.batch_size < 60_000
    assert plan.begun(Beginning(), Course(batch=60_000), 0.1).batch_size == 60_000


def test_a_plan_is_read_back_from_its_training():
    start = Beginning((8,), "tanh", "squared_error", "xavier", "none", 7)
    course = Course("momentum", {"momentum": 0.5}, 200)
    training = plan.begun(start, course, 0.3)
    assert plan.beginning_of(training) == start
    assert plan.course_of(training) == course


def test_another_course_keeps_what_was_learnt():
    training = advance(begun(), 5)
    changed = plan.on(training, Course("adam", {}, 50))
    assert changed.updates == 5
    assert np.array_equal(changed.parameters, training.parameters)
    assert (changed.optimizer.key, changed.batch_size) == ("adam", 50)
    assert plan.settings_of(changed)["learning_rate"] == plan.RATES["adam"]
    assert plan.on(training, plan.course_of(training)) is training


def test_every_optimizer_has_a_usual_rate_and_learns_with_it():
    assert set(plan.RATES) == set(plan.OPTIMIZER_KEYS)
    for key, rate in plan.RATES.items():
        training = trainer.measured(plan.begun(Beginning(), Course(key), rate))
        after = trainer.measured(advance(training, 100))
        assert after.marks[-1].accuracy > 0.6, key


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({}, []),
        ({"train_hidden": "32", "train_activation": "Tanh", "surface": "atlantis"}, []),
        ({"train_hidden": "abc", "train_activation": "sinus"}, ["hidden", "activation"]),
        ({"train_batch": "60001", "train_seed": "-1"}, ["seed", "batch"]),
        ({"train_rate": "nan"}, ["rate"]),
        ({"train_rate": "1e99"}, ["rate"]),
        ({"train_optimizer": "Newton's method"}, ["optimizer"]),
        ({"train_momentum_momentum": "7"}, ["momentum_momentum"]),
    ],
)
def test_what_a_link_cannot_mean_is_named(parameters, wrong):
    assert plan.faults(parameters) == wrong


# --- The work ------------------------------------------------------------------------------------


class Clock:
    """A clock that goes on by a millisecond whenever somebody looks."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.001
        return self.now


def test_work_keeps_to_its_time_its_number_and_its_epoch():
    training = begun()
    assert trainer.worked(training, 0.0, clock=Clock()).updates == 1
    assert trainer.worked(training, 9.0, most=7, clock=Clock()).updates == 7
    one = trainer.worked(training, 9.0, until=1, clock=Clock())
    assert (one.updates, one.epoch, one.position) == (600, 1, 0)
    assert trainer.worked(one, 9.0, until=1, clock=Clock()).updates == 600
    assert 1 <= trainer.worked(training, 0.02).updates < 600


def test_work_in_ticks_is_the_same_work():
    ticks = begun()
    for _ in range(6):
        ticks = trainer.worked(ticks, 9.0, most=50, clock=Clock())
    assert np.array_equal(ticks.parameters, advance(begun(), 300).parameters)


def test_every_tick_leaves_marks_and_every_epoch_a_whole_one():
    training = trainer.worked(trainer.worked(trainer.measured(begun()), 9.0, most=650), 9.0, most=5)
    assert [mark.updates for mark in trainer.marks(training, trainer.TEST)] == [0, 650, 655]
    assert [mark.updates for mark in trainer.marks(training, trainer.WHOLE)] == [600]
    assert trainer.marks(training, trainer.WHOLE)[0].pictures == 10_000
    assert trainer.marks(training, trainer.TEST)[0].pictures == 1_000


def test_marks_stay_few():
    training = begun()
    for _ in range(trainer._MOST_MARKS + 5):
        training = trainer.measured(advance(training, 1))
    tested = trainer.marks(training, trainer.TEST)
    assert len(tested) <= trainer._MOST_MARKS
    assert tested[-1].updates == training.updates
    assert [m.updates for m in tested] == [
        m.updates for m in trainer.marks(training, trainer.TRAINING)
    ]


def test_the_first_rise_stays_however_long_it_goes_on():
    training = begun()
    for updates in range(1, 4 * trainer._MOST_MARKS):
        accuracy = 0.95 if updates >= 37 else 0.5
        mark = Mark(trainer.TEST, 20 * updates, 1000, 1.0, accuracy)
        training = trainer.thinned(replace(training, marks=(*training.marks, mark)))
    tested = trainer.marks(training, trainer.TEST)
    places = [mark.updates for mark in tested]
    assert len(places) <= trainer._MOST_MARKS
    assert next(mark.updates for mark in tested if mark.accuracy >= 0.9) == 20 * 37
    assert sum(place <= 20 * 100 for place in places) >= 60
    assert np.diff(places).max() <= 20 * 40


def test_reset_is_the_same_start_with_the_settings_of_now():
    training = plan.with_rate(advance(begun(), 20), 0.02)
    again = trainer.reset(training)
    assert again.updates == 0
    assert np.array_equal(again.parameters, begun().parameters)
    assert plan.settings_of(again)["learning_rate"] == 0.02


def test_back_leads_to_the_beginning_of_the_epoch_first():
    training = begun()
    assert trainer.earlier_epoch(training) is None
    training = advance(training, 700)
    assert trainer.earlier_epoch(training) == 1
    assert trainer.earlier_epoch(advance(training, 500)) == 1
    assert trainer.earlier_epoch(advance(begun(), 5)) == 0


# --- What it comes to ----------------------------------------------------------------------------


def test_a_large_network_is_measured_in_parts():
    large = Beginning((512, 512, 512, 512))
    network = large.network
    assert trainer.sample(network) == 100
    assert trainer.sample(Beginning().network) == 1000
    assert trainer.slope_pictures(Beginning().network) == 500
    few = Examples(*(half[:120] for half in examples("train", "deskew")))
    training = engine_begin(network, few, batch_size=100, learning_rate=0.01)
    training = trainer.worked(training, 9.0, until=1, clock=Clock())
    assert trainer.measuring(training)
    assert not trainer.marks(training, trainer.WHOLE)
    assert gauges.pack(training)
    turns = 0
    while trainer.measuring(training):
        training = trainer.worked(training, 0.0, until=1, clock=Clock())
        turns += 1
        assert turns < 200
    assert turns > 10
    (mark,) = trainer.marks(training, trainer.WHOLE)
    assert (mark.updates, mark.pictures, training.updates) == (2, 10_000, 2)
    at_once = assess(training, "all", examples("test", "deskew")).marks[-1]
    assert mark.cost == pytest.approx(at_once.cost)
    assert mark.accuracy == pytest.approx(at_once.accuracy)
    assert header_of(gauges.pack(training))["whole"]["epoch"] == 1


def verdict(training):
    return trainer.verdict(trainer.measured(training))


def test_verdicts():
    training = trainer.measured(begun())
    assert trainer.verdict(training).kind == "ready"
    training = trainer.measured(advance(training, 600))
    good = trainer.verdict(training)
    assert good.kind == "learning"
    assert "never seen" in good.sentence
    worse = verdict(advance(plan.with_rate(training, 3.0), 30))
    assert worse.kind in {"worse", "guessing"}
    assert "smaller rate" in worse.sentence


def test_silent_neurons_are_told_from_slow_ones():
    silenced = verdict(advance(plan.begun(Beginning(), Course(batch=1), 0.1), 20_000))
    assert silenced.kind == "guessing"
    assert "silent" in silenced.sentence
    assert "smaller rate" in silenced.sentence
    slow = verdict(advance(begun(rate=1e-6), 500))
    assert slow.kind == "guessing"
    assert "larger rate" in slow.sentence
    assert "silent" not in slow.sentence


@pytest.mark.parametrize("hidden", [(), (16,)])
def test_relu_is_blamed_only_where_there_is_some(hidden):
    for activation in ACTIVATIONS:
        training = trainer.measured(begun(hidden=hidden, activation=activation))
        no_slope = np.zeros_like(training.parameters)
        said = trainer._guessing(training, no_slope)
        assert ("ReLU" in said.sentence) == (activation == "relu" and bool(hidden))


def test_a_fifth_read_right_is_better_than_guessing():
    training = trainer.measured(advance(begun(), 600))
    marks = [mark._replace(accuracy=0.199) for mark in training.marks]
    assert trainer.verdict(replace(training, marks=tuple(marks))).kind == "learning"
    marks = [mark._replace(accuracy=0.149) for mark in training.marks]
    assert trainer.verdict(replace(training, marks=tuple(marks))).kind == "guessing"


def test_an_exploded_training_says_so_and_what_to_do():
    training = plan.begun(Beginning(), Course(), 1e4)
    training = trainer.worked(training, 9.0, most=200)
    told = trainer.verdict(training)
    assert told.kind in {"lost", "guessing"}
    assert "smaller rate" in told.sentence or "beginning" in told.sentence
    gauges.pack(training)


@pytest.mark.parametrize("initialisation", INITIALISATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
def test_whatever_happens_can_be_told(initialisation, activation, cost):
    start = Beginning((16,), activation, cost, initialisation)
    for rate in (0.1, 1e4):
        training = trainer.worked(plan.begun(start, Course(), rate), 9.0, most=30)
        message = gauges.pack(training, trainer.report(training))
        assert header_of(message)["verdict"]["sentence"]


# --- The message ---------------------------------------------------------------------------------


def header_of(message):
    size = int(np.frombuffer(message[:4], np.uint32)[0])
    return json.loads(message[4 : 4 + size])


def test_a_tick_weighs_about_twenty_kilobytes():
    training = begun()
    for _ in range(60):
        training = trainer.worked(training, 9.0, most=50)
    message = gauges.pack(training, holds="0.")
    assert len(message) < 24_000
    header = header_of(message)
    assert header["updates"] == 3000
    assert "digits" not in {array["name"] for array in header["arrays"]}
    assert "digits" in {array["name"] for array in header_of(gauges.pack(training))["arrays"]}


def with_costs(*epochs, recent=()):
    """A training that has found these costs."""
    epochs = tuple(np.asarray(costs, np.float32) for costs in epochs)
    recent = np.asarray(recent, np.float32)
    return replace(begun(), batch_costs=epochs, recent_costs=recent)


def test_a_curve_keeps_the_mean_and_the_extremes():
    curve = cost_curve.curve(with_costs(recent=np.arange(1000)))
    assert len(curve["at"]) == cost_curve.POINTS
    assert curve["low"][0] == 0
    assert curve["high"][-1] == 999
    assert np.all(np.diff(curve["mean"]) > 0)
    few = cost_curve.curve(with_costs([0, 1], recent=[2]))
    assert few["at"].tolist() == [1, 2, 3]
    assert few["mean"].tolist() == few["low"].tolist() == few["high"].tolist() == [0, 1, 2]
    assert cost_curve.curve(begun())["at"].size == 0


@pytest.mark.parametrize("lengths", [(600, 600, 50), (60_000, 60_000, 7), (1,) * 400, (700, 0)])
def test_a_curve_of_many_epochs_leaves_nothing_out(lengths):
    every = np.random.default_rng(0).uniform(0.1, 2, sum(lengths)).astype(np.float32)
    *epochs, recent = np.split(every, np.cumsum(lengths)[:-1])
    curve = cost_curve.curve(with_costs(*epochs, recent=recent))
    assert len(curve["at"]) <= cost_curve.POINTS
    edges = [0]
    for at in curve["at"]:  # the middle of a piece tells where it ends
        edges.append(round(2 * at - 1 - edges[-1]))
    assert edges[-1] == len(every)
    for start, end, mean, low, high in zip(
        edges[:-1], edges[1:], curve["mean"], curve["low"], curve["high"], strict=True
    ):
        part = every[start:end].astype(np.float64)
        assert (low, high) == (part.min(), part.max())
        assert mean == pytest.approx(part.mean())


def test_a_giant_does_not_blank_the_other_pictures():
    training = begun()
    calm = gauges._pictures(training)
    assert calm.beyond == []
    assert calm.farthest >= calm.largest > 0
    parameters = training.parameters.copy()
    training.network.layers(parameters)[0].weights[:, 5] *= 1e6
    wild = gauges._pictures(replace(training, parameters=parameters))
    assert wild.beyond == [5]
    assert wild.farthest > 1e5 * calm.largest
    others = [number for number in range(16) if number != 5]
    assert np.all(np.abs(wild.weights[others]).max(axis=1) > 20)
    parameters[:] = 0
    assert not gauges._pictures(replace(training, parameters=parameters)).weights.any()


def test_what_a_curve_keeps_of_an_epoch_goes_with_it():
    training = with_costs(np.ones(1000))
    before = len(cost_curve._found)
    curve = cost_curve.curve(training)
    assert len(cost_curve._found) == before + 1
    assert np.array_equal(cost_curve.curve(training)["mean"], curve["mean"])
    del training
    gc.collect()
    assert len(cost_curve._found) <= before


def test_the_latest_costs_reach_over_the_ends_of_epochs():
    training = with_costs([1, 2, 3], [4], recent=[5, 6])
    assert cost_curve.latest(training, 4).tolist() == [3, 4, 5, 6]
    assert cost_curve.latest(training, 2).tolist() == [5, 6]
    assert cost_curve.latest(training, 100).tolist() == [1, 2, 3, 4, 5, 6]
    assert cost_curve.latest(begun(), 100).size == 0


def test_changes_are_named_where_they_were_made():
    training = advance(begun(), 5)
    training = advance(plan.with_rate(training, 3.0), 5)
    training = plan.on(training, Course("adam", {}, 200))
    changes = gauges._changes(training.stretches)
    assert [change["at"] for change in changes] == [5, 10]
    assert changes[0]["what"] == "rate 0.1 → 3"
    assert changes[1]["what"] == "Adam, rate 3 → 0.002, 200 an update"


@pytest.mark.parametrize("hidden", [(), (3,), (512, 2)])
def test_networks_of_other_shapes_are_drawn_too(hidden):
    header = header_of(gauges.pack(trainer.worked(begun(hidden=hidden), 9.0, most=3)))
    assert header["shown"] == min((*hidden, 10)[0], 16)
    assert len(header["slopes"]) == len(hidden) + 1


def test_a_report_counts_every_test_picture():
    report = trainer.report(advance(begun(), 100))
    assert report.confusion.sum() == 10_000
    assert len(report.labels) == len(report.pictures) == 12
    assert all(a != b for a, b in zip(report.labels, report.answers, strict=True))


def test_the_chosen_digits_are_two_of_each():
    pictures, labels = trainer.chosen_digits()
    assert labels == [*range(10), *range(10)]
    assert pictures.shape == (20, 784)


# --- The page ------------------------------------------------------------------------------------


def training_of(app):
    return app.session_state[TRAINING]


def learnt(app, updates=3):
    app.session_state[TRAINING] = trainer.measured(advance(training_of(app), updates))
    return app


def test_it_opens_with_the_recommended_training():
    training = training_of(opened("train"))
    assert plan.beginning_of(training) == Beginning()
    assert plan.course_of(training) == Course()
    assert plan.settings_of(training) == {"learning_rate": 0.1}


@pytest.mark.parametrize(
    ("name", "registry"),
    [
        ("activation", ACTIVATIONS),
        ("cost", COSTS),
        ("initialisation", INITIALISATIONS),
        ("preparation", PREPARATIONS),
    ],
)
def test_what_it_starts_from_is_taken_at_once_while_nothing_is_learnt(name, registry):
    app = opened("train")
    for key in registry:
        app.selectbox(key=f"train_{name}").select(key).run()
        assert not app.exception
        assert getattr(plan.beginning_of(training_of(app)), name) == key


def test_the_mathematics_is_that_of_the_training():
    app = opened("train")
    app.selectbox(key="train_optimizer").select("adam").run()
    formulas = " ".join(latex.value for latex in app.latex)
    assert r"\max(0, z)" in formulas
    assert r"\hat m_t" in formulas


def test_sizes_and_seed_too():
    app = opened("train")
    app.text_input(key="train_hidden").input("8").run()
    app.number_input(key="train_seed").set_value(5).run()
    assert not app.exception
    assert training_of(app).network.sizes == (784, 8, 10)
    assert training_of(app).seed == 5


@pytest.mark.parametrize("text", ["-3", "1e9", "abc", "", "1,2,3,4,5"])
def test_bad_sizes_cost_a_sentence_and_nothing_else(text):
    app = learnt(opened("train"))
    before = training_of(app)
    app.text_input(key="train_hidden").input(text).run()
    assert not app.exception
    assert len(app.error) == 1
    assert training_of(app) is before


def test_a_trained_network_is_not_lost_by_a_change():
    app = learnt(opened("train"))
    before = training_of(app)
    app.text_input(key="train_hidden").input("8").run()
    assert training_of(app) is before
    assert "3 updates stays" in app.warning[0].value
    app.button(key="train.keep").click().run()
    assert not app.warning
    assert app.text_input(key="train_hidden").value == "16, 16"
    app.selectbox(key="train_activation").select("tanh").run()
    app.button(key="train.anew").click().run()
    assert not app.warning
    assert training_of(app).network.activation == "tanh"
    assert training_of(app).updates == 0
    assert not app.exception


@pytest.mark.parametrize("key", plan.OPTIMIZER_KEYS)
def test_every_optimizer_goes_on_with_what_was_learnt(key):
    app = learnt(opened("train"))
    app.selectbox(key="train_optimizer").select(key).run()
    assert not app.exception
    for setting in plan.other_settings(key):
        app.number_input(key=f"train_{key}_{setting.key}").set_value(setting.low).run()
        assert not app.exception
        assert plan.settings_of(training_of(app))[setting.key] == setting.low
    assert training_of(app).updates == 3
    assert training_of(app).optimizer.key == key


def test_the_batch_goes_on_with_what_was_learnt():
    app = learnt(opened("train"))
    app.select_slider(key="train_batch").set_value(1).run()
    assert not app.exception
    assert (training_of(app).batch_size, training_of(app).updates) == (1, 3)


def linked(**parameters):
    app = AppTest.from_file(str(PAGES / "index.py"), default_timeout=60)
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(str(PAGES / "train.py"))
    for key, value in parameters.items():
        app.query_params[key] = value
    return app.run()


def test_a_link_brings_the_settings_back():
    app = linked(train_hidden="32", train_optimizer="Adam", train_batch="50", train_rate="0.004")
    assert not app.exception
    training = training_of(app)
    assert training.network.sizes == (784, 32, 10)
    assert plan.course_of(training).optimizer == "adam"
    assert training.batch_size == 50
    assert plan.settings_of(training)["learning_rate"] == 0.004
    assert "train.notice" not in app.session_state


def test_a_bad_link_falls_back_with_one_notice():
    app = linked(
        train_hidden="-3",
        train_activation="sinus",
        train_batch="7",
        train_rate="fast",
        train_seed="x",
    )
    assert not app.exception
    training = training_of(app)
    assert plan.beginning_of(training) == Beginning()
    assert plan.settings_of(training) == {"learning_rate": 0.1}
    notice = app.session_state["train.notice"]
    for name in ("hidden", "activation", "batch", "rate", "seed"):
        assert name in notice


@pytest.mark.parametrize("content", [None, b"no archive", b"PK\x03\x04broken"])
def test_a_damaged_data_file_is_named(monkeypatch, tmp_path, content):
    from engine import training as engine_training

    file = tmp_path / "mnist.npz"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(digits, "_FILE", file)
    engine_training._examples.cache_clear()
    app = opened("train")
    assert not app.exception
    assert "assets/mnist.npz" in app.error[0].value
    assert "make_mnist.py" in app.error[0].value


# --- What the component says ---------------------------------------------------------------------


@pytest.fixture
def session(monkeypatch):
    """A session of the workshop without Streamlit: its state is a dict."""
    state = {}
    monkeypatch.setattr(workshop.st, "session_state", state)
    monkeypatch.setattr(work, "budget", lambda workers: 60.0)  # however busy the machine
    training_session.put(begun(), anew=True)
    return state


class Said:
    def __init__(self, **triggers):
        self.__dict__.update(triggers)


def say(state, **message):
    state["train.component"] = Said(message=message)
    workshop.LIVE.hear()
    return state[TRAINING]


def ask(state, act, **fields):
    number = state.get("train.acknowledged", 0) + 1
    return say(state, sequence=number, acts=[{"act": act, "number": number, **fields}])


TICK = {"generation": 1, "holds": "", "pictures": 1, "most": 5}


def test_a_tick_is_worked(session):
    assert say(session, sequence=1, acts=[], tick=TICK).updates == 5
    assert session["train.heard"] == 1


def test_a_tick_of_several_pictures_keeps_what_was_before_the_last(session):
    assert say(session, sequence=1, tick={**TICK, "pictures": 3}).updates == 15
    assert [training.updates for training in session["train.earlier"]] == [5, 10]
    assert say(session, sequence=2, tick={**TICK, "pictures": 10**9}).updates == 35
    assert say(session, sequence=3).updates == 35
    assert session["train.earlier"] == ()


def test_a_tick_that_reaches_its_epoch_shows_no_picture_twice(session):
    say(session, sequence=1, tick={**TICK, "pictures": 4, "most": 500, "until": 1})
    assert [training.updates for training in session["train.earlier"]] == [500]
    assert session[TRAINING].updates == 600


def test_a_tick_from_before_a_reset_is_heard_but_not_worked(session):
    say(session, sequence=1, tick=TICK)
    assert ask(session, "reset").updates == 0
    assert say(session, sequence=3, tick=TICK).updates == 0
    assert session["train.heard"] == 3
    assert say(session, sequence=4, tick={**TICK, "generation": 2}).updates == 5


def test_acts_that_are_repeated_are_obeyed_once(session):
    acts = [{"act": "batch", "number": 7}]
    assert say(session, sequence=1, acts=acts).updates == 1
    acts.append({"act": "batch", "number": 8})
    assert say(session, sequence=2, acts=acts, tick=TICK).updates == 7
    assert say(session, sequence=3, acts=acts).updates == 7
    assert session["train.acknowledged"] == 8


def test_acts(session):
    assert ask(session, "batch").updates == 1
    assert ask(session, "rate", rate=0.5).settings == {"learning_rate": 0.5}
    assert ask(session, "batch").updates == 2
    assert ask(session, "undo").updates == 1
    assert session[TRAINING].settings == {"learning_rate": 0.1}
    assert ask(session, "back").updates == 0
    assert ask(session, "seed").seed == 1
    ask(session, "report")
    assert session["train.report"].updates == 0
    ask(session, "pause")
    assert session["train.acknowledged"] == 8


def test_a_hand_that_moves_on_makes_one_change(session):
    ask(session, "batch")
    for rate in (0.2, 0.3, 0.4):
        ask(session, "rate", rate=rate)
        ask(session, "batch")
    assert ask(session, "undo").settings == {"learning_rate": 0.1}
    assert session[TRAINING].updates == 1


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"sequence": "1"},
        {"sequence": 1, "acts": "reset"},
        {"sequence": 1, "acts": [None]},
        *(
            {"sequence": 1, "acts": [{"number": 1, **act}]}
            for act in (
                {"act": "explode"},
                {"act": "rate", "rate": -1},
                {"act": "rate", "rate": "fast"},
                {"act": "rate", "rate": float("nan")},
                {"act": ["reset"]},
            )
        ),
        *({"sequence": 1, "acts": acts} for acts in (5, {"act": 1}, "reset")),
        {"sequence": 1, "acts": [{"act": "batch", "number": n + 1} for n in range(21)]},
    ],
)
def test_what_is_not_ours_is_ignored(session, message):
    before = session[TRAINING]
    assert say(session, **message) is before


@pytest.mark.parametrize(
    "wrong", [{"most": "all"}, {"generation": None}, {"until": 0.5}, {"pictures": None}]
)
def test_a_tick_that_is_not_ours_is_ignored(session, wrong):
    assert say(session, sequence=1, tick={**TICK, **wrong}).updates == 0


@pytest.mark.parametrize(("asked", "most"), [(10**15, MOST_UPDATES), (7, 7), (0, 1), (-3, 1)])
def test_one_tick_is_bounded(session, monkeypatch, asked, most):
    taken = []
    monkeypatch.setattr(work, "budget", lambda workers: 0.25 / workers)

    def worked(training, seconds, most, until):
        taken.append((seconds, most, until))
        return training

    monkeypatch.setattr(workshop.trainer, "worked", worked)
    say(session, sequence=1, tick={**TICK, "most": asked})
    seconds, allowed, until = taken[0]
    assert (allowed, until) == (most, None)
    assert seconds <= 0.25


def test_what_a_tick_took_is_told_at_the_next(session, monkeypatch):
    told = []
    monkeypatch.setattr(work, "join", lambda name, cost: told.append(cost) or 1)
    say(session, sequence=1, tick=TICK)
    say(session, sequence=2, tick=TICK)
    assert told[0] == 0.0
    assert told[1] > 0.0
