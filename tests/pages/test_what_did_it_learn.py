"""The Python half of What did it learn?: who is asked, what is sent, what is said."""

import json

import numpy as np
import pytest

from engine import digits, network
from engine.inspection.confidence import SURE, confidence, share_sure
from engine.inspection.remedies import compare
from engine.inspection.strangers import STRANGERS
from engine.network import Network
from engine.training import Examples, examples
from pages.parts import figures
from pages.parts.inspection import imagined, overconfidence, remedied
from pages.parts.inspection.imagined import BEGINNINGS, RATES, STEPS, Wish
from pages.parts.inspection.overconfidence import LEVELS, SHOWN, STOPS, nearest, spread
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
        assert through[40] == share_sure(answered[key].chances, LEVELS[40])
    kept = arrays["coverage"]
    assert kept[0] == 1
    assert kept[40] == pytest.approx(arrays["through.digits"][40], abs=1e-3)
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
    sure = np.array([0.0, 0.1, 0.5, 0.9, 0.99999, 1.0])
    assert spread(sure).sum() == pytest.approx(1)
    assert spread(sure)[-1] == pytest.approx(2 / 6)
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


def test_the_figures_show_every_outcome(outcomes):
    kinds = {"noise": "Noise", "blank": "Blank paper"}
    dots = figures.calmed(kinds, outcomes)
    assert [trace["name"] for trace in dots["data"]] == [o.name for o in outcomes]
    assert dots["data"][0]["y"] == ["Test digits", "Noise", "Blank paper"]
    assert dots["data"][0]["x"][1] == np.float32(outcomes[0].sure["noise"])
    lines = figures.reliability(outcomes)
    assert len(lines["data"]) == len(outcomes) + 1
    assert all(np.isfinite(line["x"]).all() for line in lines["data"])


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
    assert "small answers" in app.info[0].value


@pytest.mark.parametrize("level", ["99", "nonsense", "", "-1", "1e999", "<b>"])
def test_any_threshold_in_a_link(level):
    assert not opened("what_did_it_learn", sure=level).error


def test_a_damaged_network_is_named_and_another_one_answers(monkeypatch, tmp_path):
    damaged = tmp_path / "small.npz"
    damaged.write_bytes(b"no archive")
    monkeypatch.setitem(network.SHIPPED, "small", damaged)
    app = opened("what_did_it_learn")
    assert "small.npz" in app.info[0].value
    assert "strong answers" in app.info[0].value
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


def test_every_choice_once():
    app = opened("what_did_it_learn")
    for digit in (0, 9):
        app.segmented_control(key="wish").select(digit).run()
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
