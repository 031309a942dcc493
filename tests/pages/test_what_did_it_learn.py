"""The Python half of What did it learn?: who is asked, what is sent, what is said."""

import json
from dataclasses import replace

import numpy as np
import pytest

from engine import digits, network, training
from engine.inspection.confidence import SURE, confidence, share_sure
from engine.inspection.memorising import fitted_after, is_over
from engine.inspection.remedies import compare
from engine.inspection.strangers import STRANGERS
from engine.network import Network
from engine.training import Examples, examples
from pages.parts import figures
from pages.parts.learnt import growth, imagined, memory, overconfidence, remedied
from pages.parts.learnt.imagined import BEGINNINGS, RATES, STEPS, Wish
from pages.parts.learnt.overconfidence import LEVELS, SHOWN, STOPS, nearest, spread, through
from pages.parts.pad import readers
from tests.pages.opening import opened


def unpacked(message):
    """A message's header, and its arrays by name."""
    length = int(np.frombuffer(message[:4], "<u4")[0])
    header = json.loads(message[4 : 4 + length])
    arrays = {}
    for entry in header.pop("arrays"):
        start = 4 + length + entry["offset"]
        count = int(np.prod(entry["shape"]))
        found = np.frombuffer(message[start:], entry["dtype"], count)
        arrays[entry["name"]] = found.reshape(entry["shape"])
    return header, arrays


@pytest.fixture(scope="module")
def small():
    return readers.readers()["small"]


# --- Overconfidence ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(small):
    return {key: overconfidence.asked_about(small, key, 1) for key in STRANGERS}


def test_every_stop_of_the_threshold_is_worked_out(small, answered):
    header, arrays = unpacked(overconfidence.pack(small, 1, answered, 40))
    assert header["level"] == header["usual"] == 40
    assert arrays["levels"][40] == pytest.approx(SURE, abs=1e-15)
    assert [kind["key"] for kind in header["kinds"]] == list(STRANGERS)
    for key in STRANGERS:
        through = arrays[f"through.{key}"]
        assert through.shape == LEVELS.shape
        assert through[0] == 1
        assert (np.diff(through) <= 0).all()
        assert through[40] == pytest.approx(share_sure(answered[key].chances), abs=1e-3)
    assert arrays["coverage"][0] == 1
    np.testing.assert_array_equal(arrays["coverage"], arrays["through.digits"])
    assert arrays["accuracy"][0] == pytest.approx(0.9721, abs=1e-3)
    assert arrays["accuracy"][40] > 0.99


def test_what_is_shown_is_what_was_answered(small, answered):
    header, arrays = unpacked(overconfidence.pack(small, 1, answered, 40))
    for kind in header["kinds"]:
        pictures = arrays[f"pictures.{kind['key']}"]
        assert len(pictures) == len(kind["answers"]) == (1 if kind["key"] == "blank" else SHOWN)
        chances = small.network.answers(small.parameters, small.network.prepare(pictures))
        np.testing.assert_allclose(confidence(chances), kind["sure"], atol=2e-3)
        assert chances.argmax(axis=1).tolist() == kind["answers"]


def test_noise_is_taken_for_digits(answered):
    assert share_sure(answered["noise"].chances) > 0.5
    assert len(answered["digits"].images) == 10_000


def test_another_draw_shows_others(small, answered):
    again = overconfidence.asked_about(small, "scribbles", 1)
    np.testing.assert_array_equal(again.images, answered["scribbles"].images)
    other = overconfidence.asked_about(small, "scribbles", 2)
    assert not np.array_equal(other.images, again.images)


@pytest.mark.parametrize(
    ("level", "stop"), [(0.9, 40), (0.99, 80), (0, 0), (1, 160), (2, 40), (float("nan"), 40)]
)
def test_a_threshold_of_a_link_is_the_nearest_stop(level, stop):
    assert nearest(level) == stop


def test_the_spread_counts_each_picture_once():
    sure = np.array([0.0, 0.1, 0.5, 0.9, 0.9998, 0.99999, 1.0])
    assert spread(sure).sum() == pytest.approx(1)
    assert len(spread(sure)) == 41
    assert spread(sure)[-2] == pytest.approx(0), "0.9998 is below 0.9999, one bar before"
    assert spread(sure)[-1] == pytest.approx(2 / 7), "what reaches the end of the scale"
    assert spread(sure)[-1] == pytest.approx(through(sure)[-1])
    assert through(np.array([0.0, LEVELS[40]]))[40] == 0.5, "to reach it is enough"
    assert len(STOPS) == len(LEVELS)


# --- Descending the input ----------------------------------------------------------------------


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_the_chance_of_what_is_wished_for_rises(small, beginning):
    header, arrays = unpacked(imagined.pack(small, Wish(5, beginning, 0.03, 2)))
    assert header["steps"] == STEPS
    assert arrays["frames"].shape == (STEPS + 1, 784)
    chances = arrays["chances"][:, 5]
    assert chances[-1] > 0.5 > chances[0]
    assert chances[-1] == arrays["chances"][-1].max()
    assert arrays["costs"][-1] < arrays["costs"][0]
    assert arrays["moved"][0] == 0
    assert 0 < arrays["moved"][-1] < 0.15
    assert arrays["others"].shape == arrays["chances"].shape
    assert header["other"] == "Strong"


def test_noise_that_is_called_a_five_is_far_from_every_five(small):
    header, arrays = unpacked(imagined.pack(small, Wish()))
    assert arrays["chances"][-1, 5] > 0.9
    assert arrays["distances"][-1] > 1.3 * header["apart"]
    assert header["reals"] == 892
    kind, apart = imagined.reals(5, "deskew")
    assert len(kind) == 892
    direct = np.sqrt(((kind[:50, None] - kind[None, :50]) ** 2).sum(axis=-1))
    assert np.median(direct[np.triu_indices(50, 1)]) == pytest.approx(apart, rel=0.1)


def test_a_digit_is_walked_on_as_the_network_gets_it(small):
    walked = imagined.walk(small, Wish(3, "A test digit", 0.01, 1), steps=0)
    images, labels = examples("test", "deskew")
    np.testing.assert_allclose(walked.pictures[0], images[0] / 255, atol=0.003)
    assert walked.began == f"A test digit, a {labels[0]}"


@pytest.mark.parametrize("rate", RATES)
def test_every_rate_can_be_sent(small, rate):
    _, arrays = unpacked(imagined.pack(small, Wish(8, "Noise", rate, 3)))
    assert all(np.isfinite(array).all() for array in arrays.values())


# --- Remedies ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes():
    train, test = examples("train"), examples("test")
    steps = compare(
        Network((784, 12, 10)),
        {key: images[:50] for key, images in overconfidence.pictures(1).items()},
        Examples(train.images[:300], train.labels[:300]),
        Examples(test.images[:1000], test.labels[:1000]),
        updates=200,
    )
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_the_outcomes_in_words_and_numbers(outcomes):
    table, words = remedied.table(outcomes), remedied.words(outcomes)
    assert table.splitlines()[0] == "| | Nothing | Temperature | Augmentation | Weight decay |"
    assert len(table.splitlines()) == 7
    assert f"T = {outcomes[1].temperature:.2f}" in words
    assert words.count("its confidence is off by") == 3
    assert "nan" not in table + words


def test_those_that_do_best_are_named_and_only_if_they_do(outcomes):
    alike = [one._replace(passing=0.5) for one in outcomes]
    assert "and no remedy lets fewer pass" in remedied.words(tuple(alike))
    alike[1:3] = [one._replace(passing=0.402) for one in outcomes[1:3]]
    said = remedied.words(tuple(alike))
    assert "40 % with temperature or augmentation, which does best" in said


def test_the_figures_show_every_outcome(outcomes):
    kinds = {"noise": "Noise", "blank": "Blank paper"}
    dots = figures.calmed(kinds, outcomes)
    assert [trace["name"] for trace in dots["data"]] == [o.name for o in outcomes]
    assert dots["data"][0]["y"] == ["Test digits", "Noise", "Blank paper"]
    assert dots["data"][0]["x"][1] == np.float32(outcomes[0].sure["noise"])
    lines = figures.reliability(outcomes)
    assert len(lines["data"]) == len(outcomes) + 1
    assert all(np.isfinite(line["x"]).all() for line in lines["data"])


# --- Memorising --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def remembered():
    """A plan that is learnt to its end, and what was known in the middle of it."""
    begun = memory.begun(memory.Plan("784-128-10", 100, 1))
    middle = memory.worked(begun, 60, most=5)
    return begun, middle, memory.worked(middle, 60)


def test_both_are_learnt_and_only_one_understands(remembered):
    _, middle, end = remembered
    assert middle.pair.true.updates == 5
    header, arrays = unpacked(memory.pack(end, {"heard": 7}))
    assert header["heard"] == 7
    assert header["over"]
    for key in ("true", "shuffled"):
        assert arrays[f"seen.{key}"][-1] >= 0.99
        assert len(arrays[f"seen.{key}"]) == len(arrays[f"unseen.{key}"]) == header["epoch"] + 1
    assert arrays["unseen.true"][-1] > 2 * arrays["unseen.shuffled"][-1]
    assert "Both came to know at least 99 % of their 100 labels" in header["verdict"]
    assert "784-128-10, with 101,770 weights and biases" in header["verdict"]
    true, mixed = header["sides"]
    first = fitted_after(end.pair.true)
    assert true["fitted"] == f"At least 99 % known after {first // 2} epochs, {first} updates."
    assert all(one != other for one, other in zip(true["labels"], mixed["labels"], strict=True))
    assert mixed["answers"] == mixed["labels"]
    assert memory.worked(end, 60).pair.true.updates == end.pair.true.updates


def test_before_and_on_the_way_it_says_how_it_stands(remembered):
    begun, middle, _ = remembered
    assert "Only the labels differ" in memory.verdict(begun)
    assert "by now" in memory.verdict(middle)
    header, _ = unpacked(memory.pack(begun, {}))
    assert not header["over"]
    assert {side["fitted"] for side in header["sides"]} == {"At least 99 % known: not yet."}


def test_what_was_known_once_counts_when_the_other_arrives(remembered):
    _, _, end = remembered
    last = end.pair.true.marks[-2:]
    weaker = [m._replace(updates=m.updates + 1, accuracy=0.98) for m in last]
    true = replace(end.pair.true, marks=(*end.pair.true.marks, *weaker))
    pair = end.pair._replace(true=true)
    assert is_over(pair)
    assert "Both came to know" in memory.verdict(end._replace(pair=pair))


def test_a_network_that_is_too_small_is_named(monkeypatch):
    monkeypatch.setattr(memory, "MOST_EPOCHS", 3)
    end = memory.worked(memory.begun(memory.Plan("784-8-10", 300, 1)), 60)
    assert end.pair.true.epoch == 3
    assert "784-8-10, with 6,370 weights and biases, could not keep 300" in memory.verdict(end)


# --- More data ---------------------------------------------------------------------------------


@pytest.fixture
def growing(monkeypatch):
    monkeypatch.setattr(growth, "COUNTS", (100, 1_000, 10_000, 60_000))
    monkeypatch.setattr(growth.st, "session_state", {})
    return growth.growing(growth.Plan("784-16-16-10", 2, 40))


def grown(*accuracies):
    return growth.Grown(growth.Plan("784-16-16-10", 2, 40), np.array(accuracies))


def test_points_come_one_by_one(growing):
    begun = growing.known()
    header, arrays = unpacked(growth.pack(begun, {}))
    assert (header["found"], header["doing"]) == (0, "100 examples, seed 1 of 2")
    assert header["trainings"] == 8
    assert header["words"] == []
    assert np.isnan(arrays["accuracies"]).all()
    while np.isnan(growing.known().accuracies[0, 0]):
        growing.steps.advance(0)
    middle = growing.known()
    assert middle.doing == "100 examples, seed 2 of 2"
    assert np.isnan(middle.means[0])
    growing.steps.advance(60)
    end = growing.known()
    assert end.done
    assert (begun.progress, begun.done, middle.done) == (0, False, False)
    assert np.isnan(begun.accuracies).all(), "what was known stays what it was"
    header, arrays = unpacked(growth.pack(end, {}))
    assert (header["found"], header["doing"], header["over"]) == (8, "", True)
    np.testing.assert_allclose(arrays["means"], arrays["accuracies"].mean(axis=1))
    assert len(header["words"]) >= 3
    assert "10 times as many, from 100 to 1,000: " in header["words"][0]
    assert "6 times as many, from 10,000 to 60,000: " in header["words"][2]


@pytest.mark.usefixtures("growing")
def test_what_a_tenfold_brought_in_words():
    few = [[0.6, 0.7], [0.85, 0.85], [0.94, 0.94]]
    words = growth.words(grown(*few, [0.93, 0.94]))
    assert words[0].endswith("65.0 % → 85.0 %, +20.0 points; 57 % of the mistakes are gone.")
    assert words[2].endswith("94.0 % → 93.5 %, −0.5 points; 0 % of the mistakes are gone.")
    assert len(words) == 3, "the last step did not help, so nothing of the kind is said"
    words = growth.words(grown(*few, [0.95, 0.95]))
    assert words[3] == "More examples helped every time, and every time by less."


def test_the_curve_before_stays_and_goes_on_where_it_was(growing):
    state = growth.st.session_state
    state[growth._HELD] = growing
    while np.isnan(growing.known().means[0]):
        growing.steps.advance(0)
    growth._begin(growth.Plan("784-64-10", 1, 40))
    header, arrays = unpacked(growth.pack(state[growth._HELD].known(), {}))
    assert header["name"] == "784-64-10, 40 updates"
    assert header["before"] == "784-16-16-10, 40 updates"
    assert header["beforeProgress"] == growing.steps.progress < 1
    np.testing.assert_array_equal(arrays["before"], growing.known().means)
    growth._begin(growing.plan)
    assert state[growth._HELD] is growing
    header, _ = unpacked(growth.pack(state[growth._HELD].known(), {}))
    assert header["progress"] == growing.steps.progress
    assert header["before"] is None, "the other one had nothing"
    growth._reset()
    assert state[growth._HELD].steps.progress == 0


# --- The page ----------------------------------------------------------------------------------


def test_each_network_can_be_asked():
    app = opened("what_did_it_learn")
    for key in ("strong", "small"):
        app.selectbox(key="asked").select(key).run()
        assert not app.exception
        assert not app.info
    app.selectbox(key="asked").select("trained").run()
    assert not app.exception
    assert "not trained a network yet" in app.info[0].value
    assert "the network Small answers" in app.info[0].value


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("cost", ["cross_entropy", "squared_error"])
def test_the_network_just_trained_can_be_asked(activation, cost):
    net = network.Network((784, 12, 10), activation, cost)
    app = opened("what_did_it_learn")
    app.session_state["train.training"] = training.advance(training.begin(net), 30)
    app.selectbox(key="asked").select("trained").run()
    assert not app.exception
    assert not app.info
    assert not app.error


def test_a_network_that_is_lost_answers_nothing():
    lost = training.advance(training.begin(Network(), learning_rate=1e30), 5)
    app = opened("what_did_it_learn")
    app.session_state["train.training"] = lost
    app.selectbox(key="asked").select("trained").run()
    assert not app.exception
    assert np.isfinite(lost.parameters).all() or "no numbers any more" in app.info[0].value


@pytest.mark.parametrize("level", ["99", "nonsense", "", "-1", "1e999", "<b>"])
def test_any_threshold_in_a_link(level):
    assert not opened("what_did_it_learn", sure=level).error


def test_a_damaged_network_is_named_and_another_one_answers(monkeypatch, tmp_path):
    damaged = tmp_path / "small.npz"
    damaged.write_bytes(b"no archive")
    monkeypatch.setitem(network.SHIPPED, "small", damaged)
    app = opened("what_did_it_learn")
    assert "small.npz" in app.info[0].value
    assert "the network Strong answers" in app.info[0].value
    monkeypatch.setitem(network.SHIPPED, "strong", tmp_path / "strong.npz")
    app = opened("what_did_it_learn")
    assert not app.exception
    assert len(app.error) == 1


def test_missing_digits_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(digits, "_FILE", tmp_path / "mnist.npz")
    overconfidence.pictures.cache_clear()
    app = opened("what_did_it_learn")
    assert not app.exception
    assert "assets/mnist.npz" in app.error[0].value
    overconfidence.pictures.cache_clear()


def test_each_part_opens_by_its_link():
    for part in ("Overconfidence", "Memorising", "More data", "nonsense"):
        app = opened("what_did_it_learn", question=part)
        assert not app.error
        assert app.segmented_control(key="question").value == (
            part if part != "nonsense" else "Overconfidence"
        )
        assert app.expander[0].label == "The mathematics"


def test_every_choice_of_what_is_learnt_once():
    app = opened("what_did_it_learn", question="Memorising")
    for key in memory.NETWORKS:
        app.segmented_control(key="memory").select(key).run()
        assert not app.exception
    for count in memory.COUNTS:
        app.segmented_control(key="memorised").select(count).run()
        assert not app.exception
        assert app.session_state["learnt.memory.held"].plan.count == count
    app = opened("what_did_it_learn", question="More data")
    for key, values in {"grown": growth.NETWORKS, "grown_seeds": growth.SEEDS}.items():
        for value in values:
            app.segmented_control(key=key).select(value).run()
            assert not app.exception
    app.segmented_control(key="grown_for").select(500).run()
    assert app.session_state["learnt.growth.held"].plan == growth.Plan("784-128-10", 5, 500)


def test_every_choice_once():
    app = opened("what_did_it_learn")
    for digit in (0, 9):
        app.pills(key="wish").select(digit).run()
        assert not app.exception
    app.segmented_control(key="beginning").select("A test digit").run()
    assert not app.exception
    app.select_slider(key="pixel_rate").set_value(1.0).run()
    assert not app.exception
    app.number_input(key="strangers").set_value(7).run()
    assert not app.exception


def test_remedies_are_tried_and_dropped_when_others_are_asked_for(monkeypatch):
    from pages.parts import work

    monkeypatch.setattr(remedied, "UPDATES", 20)
    monkeypatch.setattr(work, "budget", lambda workers, shortest=0.1: 60.0)
    app = opened("what_did_it_learn")
    app.button(key="learnt.remedied.start").click().run()
    assert not app.exception
    app.run()
    assert any("| digits read right |" in one.value for one in app.markdown)
    app.segmented_control(key="cured_on").select(10_000).run()
    assert not app.exception
    assert app.button(key="learnt.remedied.start")
