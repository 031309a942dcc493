"""The Python half of the dark mountain: its address, its messages, its score."""

import json

import numpy as np
import pytest

from engine.search.mountain import compare, mountain
from pages.parts.walker import mountain as part
from pages.parts.walker.mountain import FIRST, LOOKS, Game, apply, pack, read, sentence

START = mountain(FIRST).start.tolist()


def header(message):
    return json.loads(message[4 : 4 + int(np.frombuffer(message[:4], "<u4")[0])])


def test_an_address_is_a_mountain():
    assert read({"mountain": "77"}) == (Game(77), "")
    assert read({}) == (Game(FIRST), "")


@pytest.mark.parametrize("typed", ["", "-1", "1e3", "nan", "12345678901", "seven", "<b>", "٣"])
def test_a_bad_number_in_a_link_costs_one_notice(typed):
    game, notice = read({"mountain": typed})
    assert game == Game(FIRST)
    assert f"here is number {FIRST} instead" in notice


def test_a_game_ends_begins_again_and_changes_mountain():
    over = apply(Game(FIRST), {"act": "lift", "places": [*START, 0.5, 0.5]})
    assert over == Game(FIRST, (*START, 0.5, 0.5))
    assert apply(over, {"act": "again"}) == Game(FIRST)
    assert apply(over, {"act": "go", "seed": "5"}) == Game(5)
    assert apply(over, {"act": "another"}).places == ()


@pytest.mark.parametrize(
    "places",
    [
        None,
        [],
        START[:1],
        [0.0, 0.0],
        [*START, 3.0, 0.0],
        [*START, float("nan"), 0.0],
        [*START, "0", 0.0],
        START * (LOOKS + 1),
    ],
)
def test_places_that_nobody_walked_are_refused(places):
    with pytest.raises(ValueError, match=r"place|start"):
        apply(Game(FIRST), {"act": "lift", "places": places})


@pytest.mark.parametrize(
    "message", [None, "lift", {}, {"act": "x"}, {"act": "go", "seed": 5}, {"act": "go"}]
)
def test_other_messages_are_refused(message):
    with pytest.raises(ValueError):  # noqa: PT011 (any: each has its own sentence)
        apply(Game(FIRST), message)


def test_nothing_of_the_end_is_told_before_it():
    told = header(pack(Game(FIRST), 0))
    assert not told["over"]
    assert "results" not in told
    assert {array["name"] for array in told["arrays"]} == {"bumps"}


def test_the_end_tells_everybodys_way():
    message = pack(Game(FIRST, (*START, 0.5, 0.5)), 7, "a notice")
    told = header(message)
    assert (told["over"], told["acknowledged"], told["notice"]) == (True, 7, "a notice")
    assert [result["who"] for result in told["results"]] == list(part._NAMES)
    assert told["results"][0]["spent"] == 2 * told["charge"]
    assert {a["name"] for a in told["arrays"]} >= {f"places.{who}" for who in part._NAMES}


def test_the_score_in_words():
    ground = mountain(FIRST)
    best = compare(ground, np.stack([ground.start, ground.valleys[0]]))
    assert "the lowest place there is: 100% of the way down" in sentence(best, ground)
    assert "Nobody got lower with 6 evaluations." in sentence(best, ground)
    lazy = compare(ground, np.tile(ground.start, (30, 1)))
    assert "gradient descent, momentum and random search got lower" in sentence(lazy, ground)


def test_a_message_that_comes_when_the_page_was_left_changes_nothing(monkeypatch):
    state = {"page.game": FIRST}
    monkeypatch.setattr(part.st, "session_state", state)
    part._hear("page")
    assert state == {"page.game": FIRST}
