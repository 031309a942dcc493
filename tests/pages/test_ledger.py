"""The ledger and the sensitivities: what they are about, what is sent, what is refused."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine import digits
from engine.inspection.nudges import Place, place
from engine.network import Network
from pages.parts.learnt import asked
from pages.parts.nudges import Case, book, bookkeeping, ledger, sensitivity, subjects
from pages.parts.nudges.book import Book
from pages.parts.nudges.words import parameter, phrase
from pages.parts.pad.readers import Reader
from tests.pages.opening import opened
from tests.pages.test_nudges import unpacked

COLUMNS = (Place(3, 1, -1), Place(2, 4, 5))
KEYS = [subjects.BEGUN, subjects.LITTLE, subjects.SMALL]


def subject(key=subjects.BEGUN):
    found = subjects.subjects()[key]
    assert isinstance(found, Reader)
    return found


def acted(held, message, shown=COLUMNS):
    return book.apply(held, message, shown, Network())


# --- The ledger --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_the_rows_add_up_to_what_the_step_uses(key):
    header, arrays = unpacked(ledger.pack(Book(columns=COLUMNS), subject(key)))
    assert arrays["nudges"].shape == (10, 2)
    np.testing.assert_allclose(
        arrays["average"], arrays["nudges"].mean(axis=0), rtol=1e-4, atol=1e-9
    )
    np.testing.assert_allclose(arrays["used"], arrays["average"], rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(arrays["used_many"], arrays["average_many"], rtol=1e-4, atol=1e-9)
    assert max(header["disagreements"]) <= 1e-6
    assert header["exact"] <= 1e-12


@pytest.mark.parametrize("key", KEYS)
def test_the_usual_columns_are_a_bias_and_a_weight_of_each_layer(key):
    header, _ = unpacked(ledger.pack(Book(), subject(key)))
    places = [Place(*one["place"]) for one in header["columns"]]
    assert [one.layer for one in places] == [3, 3, 2, 2, 1, 1]
    assert [one.source < 0 for one in places] == [True, False] * 3
    assert header["usual"]
    assert 0 <= header["telling"] < 6
    assert [one["names"][1] for one in header["columns"]][::2] == ["its bias"] * 3


def test_only_its_own_digits_want_an_output_up():
    net = subject()
    columns = tuple(Place(3, digit, -1) for digit in range(8))
    header, arrays = unpacked(ledger.pack(Book(columns=columns), net))
    labels = np.array(header["labels"])
    for digit in range(8):
        np.testing.assert_array_equal(arrays["nudges"][:, digit] > 0, labels == digit)
    up = int((labels == 1).sum())
    assert f"{up} of the ten want it up, {10 - up} down" in header["columns"][1]["sentence"]


def test_a_parameter_that_nobody_cares_for_is_said_to_stay():
    corner = Place(1, 0, 0)  # there is never ink in the corner
    header, _ = unpacked(ledger.pack(Book(columns=(corner,)), subject()))
    assert header["columns"][0]["sentence"].endswith("so it stays as it is.")


def test_columns_that_a_network_does_not_have_are_left_out():
    net = Network((784, 10))
    small = Reader("trained", "Yours", net, net.initial("he", np.random.default_rng(0)))
    header, _ = unpacked(ledger.pack(Book(columns=(Place(1, 3, 5), Place(3, 1, -1))), small))
    assert [one["place"] for one in header["columns"]] == [[1, 3, 5]]
    header, _ = unpacked(ledger.pack(Book(columns=(Place(3, 1, -1),)), small))
    assert [one["place"][0] for one in header["columns"]] == [1, 1]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (Place(3, 7, -1), ("output 7", "its bias")),
        (Place(3, 7, 3), ("output 7", "from neuron 4")),
        (Place(2, 0, -1), ("neuron 1 of layer 2", "its bias")),
        (Place(1, 0, 28), ("neuron 1 of layer 1", "from pixel 1 of row 2")),
    ],
)
def test_parameters_have_names(where, names):
    assert parameter(Network(), where) == names
    assert all(name.removeprefix("its ") in phrase(Network(), where) for name in names)


# --- Sensitivity -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_a_pair_near_32_is_found_and_the_wiggle_agrees(key):
    header, arrays = unpacked(sensitivity.pack(Book(), subject(key)))
    assert header["telling"] == "shown"
    assert header["ratio"] == pytest.approx(32, rel=0.05)
    sizes = arrays["ranked"]
    assert (np.diff(sizes) <= 0).all()
    assert header["silent"] == (sizes == 0).sum() > 1000
    for one in header["pair"]:
        assert abs(one["slope"]) == pytest.approx(sizes[one["rank"]], rel=1e-5)
        assert one["place"] == arrays["order"][one["rank"]]
        assert not one["small"]["kink"]
        assert abs(one["small"]["off"]) < 0.01
    changes, amounts = arrays["changes"], arrays["amounts"]
    middle = len(amounts) // 2
    assert amounts[middle] == 0
    assert (changes[:, middle] == 0).all()
    step = amounts[middle + 1]
    for one, change in zip(header["pair"], changes, strict=True):
        assert change[middle + 1] == pytest.approx(one["slope"] * step, rel=0.2)


def test_each_entry_is_of_the_layer_that_is_said():
    net = subject().network
    _, arrays = unpacked(sensitivity.pack(Book(), subject()))
    for rank in (0, 100, 5000, 13_001):
        assert arrays["layers"][rank] == place(net, int(arrays["order"][rank])).layer


def test_a_chosen_pair_is_shown_the_more_sensitive_first():
    _, arrays = unpacked(sensitivity.pack(Book(), subject()))
    weak, strong = (int(arrays["order"][rank]) for rank in (900, 20))
    header, _ = unpacked(sensitivity.pack(Book(pair=(weak, strong)), subject()))
    assert [one["place"] for one in header["pair"]] == [strong, weak]
    assert header["telling"] == "there"


def test_a_weight_without_any_effect_is_no_trouble():
    _, arrays = unpacked(sensitivity.pack(Book(), subject()))
    pair = int(arrays["order"][0]), int(arrays["order"][-1])
    header, _ = unpacked(sensitivity.pack(Book(pair=pair), subject()))
    assert header["pair"][1]["small"]["off"] is None
    assert header["ratio"] is None
    header, _ = unpacked(sensitivity.pack(Book(pair=(pair[1], pair[1])), subject()))
    assert header["pair"][0]["slope"] == 0
    assert header["ratio"] is None


def test_where_no_pair_is_found_none_is_said_to_be():
    net = Network((784, 10))
    flat = Reader("trained", "Yours", net, np.full(net.dimension, 1e4, np.float32))
    found = sensitivity.ranking(flat, 0)
    assert sensitivity._telling(found._replace(telling=None), (0, 1)) == "none"
    even = found._replace(telling=None)
    assert sensitivity._pair(Book(), even) == (int(even.order[0]), int(even.order[785]))


def test_what_is_found_of_a_visitors_network_is_not_kept_for_all(monkeypatch):
    net, state = Network(), {}
    monkeypatch.setattr(asked.st, "session_state", state)
    mine = Reader("trained", "Yours", net, net.initial("he", np.random.default_rng(5)))
    before = sensitivity._shared_ranking.cache_info().currsize
    sensitivity.pack(Book(), mine)
    assert sensitivity._shared_ranking.cache_info().currsize == before
    assert sensitivity.ranking(mine, 0) is sensitivity.ranking(mine, 0)
    assert len(state) == 3
    for array in (*sensitivity.ranking(mine, 0)[:2], *book.examples(0, net)):
        assert not array.flags.writeable


def test_of_a_large_network_the_hundred_are_checked_where_they_are_shown(monkeypatch):
    header, _ = unpacked(ledger.pack(Book(columns=COLUMNS), subject()))
    assert header["checked"] == [13_002, 13_002]
    monkeypatch.setattr(ledger, "_LARGE", 13_000)
    header, _ = unpacked(ledger.pack(Book(columns=COLUMNS), subject()))
    assert header["checked"] == [13_002, 2]
    assert header["disagreements"][1] <= 1e-6


def test_a_network_beyond_all_numbers_has_a_ledger_and_sensitivities_all_the_same():
    net = Network()
    lost = Reader("trained", "Yours", net, np.full(net.dimension, 1e38, np.float32))
    assert unpacked(ledger.pack(Book(), lost))[0]["columns"]
    assert unpacked(sensitivity.pack(Book(), lost))[0]["pair"]


# --- Messages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        *(None, [], {}, {"act": "explode"}, {"act": ["add"]}, {"act": "examples"}),
        *({"act": "examples", "seed": -1}, {"act": "examples", "seed": 1e6}),
        {"act": "add", "layer": 4, "neuron": 0, "source": 0},
        {"act": "add", "layer": 1, "neuron": 0, "source": 784},
        {"act": "add", "layer": 3, "neuron": 1, "source": -1},
        *({"act": "remove", "column": 2}, {"act": "remove", "column": -1}),
        *({"act": "pair", "first": 0, "second": 13_002}, {"act": "pair", "first": -1}),
    ],
)
def test_what_is_no_message_of_ours_is_refused(message):
    with pytest.raises(ValueError, match=r"."):
        acted(Book(), message)


def test_columns_come_and_go():
    more = acted(Book(), {"act": "add", "layer": 1, "neuron": 2, "source": 400})
    assert more.columns == (*COLUMNS, Place(1, 2, 400))
    less = acted(more, {"act": "remove", "column": 0}, more.columns)
    assert less.columns == more.columns[1:]
    assert acted(less, {"act": "usual"}).columns is None
    with pytest.raises(ValueError, match="last one"):
        acted(Book(), {"act": "remove", "column": 0}, COLUMNS[:1])
    full = tuple(Place(3, digit, -1) for digit in range(8))
    with pytest.raises(ValueError, match="8 columns"):
        acted(Book(), {"act": "add", "layer": 1, "neuron": 2, "source": 400}, full)


def test_a_message_is_heard_and_a_wrong_one_is_a_sentence(monkeypatch):
    state = {
        "nudges.case": Case(),
        "nudges.ledger": SimpleNamespace(message={"act": "examples", "seed": 3, "sequence": 9}),
    }
    for module in (bookkeeping, bookkeeping.nudges):
        monkeypatch.setattr(module.st, "session_state", state)
    bookkeeping._hear("ledger")
    assert state["nudges.book"] == Book(seed=3)
    assert state["nudges.ledger.sequence"] == 9
    assert state["nudges.other_examples"], "the sensitivities are told too"
    state["nudges.ledger"].message = {"act": "examples", "seed": -3}
    bookkeeping._hear("ledger")
    assert state["nudges.book"] == Book(seed=3)
    assert "could not be done" in state["nudges.ledger.notice"]


def test_missing_digits_are_a_sentence(monkeypatch):
    def gone(_):
        raise ValueError("mnist.npz is missing.")

    opened("nudges")  # what is loaded already stays
    monkeypatch.setattr(digits, "load", gone)
    book.examples.cache_clear()
    app = opened("nudges")
    assert any("mnist.npz is missing" in error.value for error in app.error)
