"""The Python half of What did it learn?: who is asked, what is sent, what is said."""

import json

import numpy as np
import pytest

from engine import digits, network
from engine.inspection.confidence import SURE, confidence, share_sure
from engine.inspection.strangers import STRANGERS
from pages.parts.inspection import overconfidence
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
    return {key: overconfidence.asked(small, key, 1) for key in STRANGERS}


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
    again = overconfidence.asked(small, "scribbles", 1)
    np.testing.assert_array_equal(again.images, answered["scribbles"].images)
    other = overconfidence.asked(small, "scribbles", 2)
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
