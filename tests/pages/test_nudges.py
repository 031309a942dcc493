"""The Python half of the passage: what goes through what, its story, and what is sent."""

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine import network
from engine.inspection.nudges import passage, requests, weight_nudges
from engine.network import ACTIVATIONS, COSTS, Network
from engine.training import examples
from pages.parts import nudges
from pages.parts.nudges import Case, story, subjects, words
from pages.parts.nudges.questions import questions
from tests.pages.opening import opened


def unpacked(message):
    """The header of a message, and its arrays by name."""
    length = int(np.frombuffer(message[:4], np.uint32)[0])
    header, blobs = json.loads(message[4 : 4 + length]), message[4 + length :]
    arrays = {
        a["name"]: np.frombuffer(blobs, a["dtype"], int(np.prod(a["shape"])), a["offset"]).reshape(
            a["shape"]
        )
        for a in header.pop("arrays")
    }
    return header, arrays


def example_of(sizes=(784, 16, 16, 10), activation="relu", cost="cross_entropy", digit=1):
    net = Network(sizes, activation, cost)
    images, labels = examples("test")
    parameters = net.initial("he", np.random.default_rng(0))
    return passage(net, parameters, images[digit], int(labels[digit]))


# --- The story ---------------------------------------------------------------------------------


def test_the_story_goes_there_and_back():
    kinds = [step.kind for step in story.steps(example_of())]
    assert kinds == [
        *("picture", "forward", "forward", "answers", "cost", "wants"),
        *("bias", "weights", "inputs", "another", "sum", "slope", "neuron", "sum", "slope"),
        *("pictures", "step"),
    ]


@pytest.mark.parametrize("sizes", [(784, 10), (784, 3, 10), (784, 40, 8, 5, 10)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
def test_every_network_has_a_story_whose_neurons_are_shown(sizes, activation, cost):
    example = example_of(sizes, activation, cost)
    seen = story.shown(example)
    for step in story.steps(example):
        assert step.sentence.endswith(".")
        assert "no number" not in step.sentence
        if step.layer:
            assert step.neuron in seen[step.layer - 1]


@pytest.mark.parametrize("digit", [1, 4, 18])
def test_the_numbers_of_a_sentence_are_those_of_the_digit(digit):
    example = example_of(digit=digit)
    steps = {step.kind: step for step in story.steps(example)}
    label, said = example.label, example.said[-1]
    wants = steps["wants"].sentence
    assert wants.startswith(f"Output {label} says {story.told(said[label])} and should say 1")
    assert f"it wants up, by {story.told(1 - said[label])}." in wants
    assert story.told(example.cost) in steps["cost"].sentence
    rival = steps["wants"].rival
    assert rival != label
    assert said[rival] == max(np.delete(said, label))
    push, heard, nudge = re.search(
        r"nudged by (\S+) × (\S+) = (\S+)\.(?: |$)", steps["weights"].sentence
    ).groups()
    assert float(push) * float(heard) == pytest.approx(float(nudge), rel=0.02)
    first, second, total = re.search(
        r"asks (\S+) and output \d (\S+): together (\S+)\.$", steps["another"].sentence
    ).groups()
    numbers = [float(text.replace("−", "-")) for text in (first, second, total)]
    assert numbers[0] + numbers[1] == pytest.approx(numbers[2], abs=0.01)


@pytest.mark.parametrize("sizes", [(784, 10), (784, 16, 16, 10), (784, 2, 10)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_right_answers_to_the_questions_are_those_of_the_engine(sizes, activation):
    example = example_of(sizes, activation)
    asked = questions(example)
    last, label = len(sizes) - 1, example.label
    nudges = weight_nudges(example, last)[:, label]
    for question in asked:
        right = question.choices[question.right]
        number = re.search(r"[nN]euron (\d+)", question.text)
        if "bias" in question.text:
            rival = int(re.search(r"output (\d)", question.text)[1])
            assert right == "down"
            assert example.pushes[-1][rival] < 0
        elif "change most" in question.text:
            assert np.abs(nudges).argmax() == int(right) - 1
            said = example.said[last - 1][int(right) - 1]
            assert ("more than any other" in question.why) == (said > 0)
            assert len(set(question.choices)) == 3
        elif "silent" in question.text:
            assert nudges[int(number[1]) - 1] == 0
            assert right == "not at all"
        else:
            wish = requests(example, last)[int(number[1]) - 1, label]
            assert right == ("up" if wish > 0 else "down")
    assert len(asked) == {2: 1, 4: 4 if activation == "relu" else 3}.get(len(sizes), len(asked))


def test_a_network_whose_numbers_overflow_has_a_story_all_the_same():
    net = Network()
    images, _ = examples("test")
    far = np.full(net.dimension, 1e38, np.float32)
    for step in story.steps(passage(net, far, images[0], 3)):
        assert step.sentence
    assert questions(passage(net, far, images[0], 3)) == []


def test_near_the_right_answer_the_equations_hold_too():
    reader, almost = subjects.subjects()[subjects.SMALL], 0
    images, labels = examples("test", "deskew")
    for image, label in zip(images[:300], labels[:300], strict=True):
        exactly = reader.parameters.astype(np.float64)
        example = passage(reader.network, exactly, image, int(label))
        steps = {step.kind: step.sentence for step in story.steps(example)}
        if example.said[-1][label] > 1 - 1e-6:
            assert re.search(r"−ln\(1 − (\S+)\) = \1\.$", steps["cost"])
            continue
        says, cost = re.search(r"−ln (\S+) = (\S+)\.$", steps["cost"]).groups()
        assert -np.log(float(says)) == pytest.approx(number(cost), rel=0.01)
        says, more = re.search(
            r"says (\S+) and should say 1.* by (\S+)\. O", steps["wants"]
        ).groups()
        assert 1 - float(says) == pytest.approx(number(more), rel=0.01)
        almost += float(says) > 0.9995
    assert almost > 50


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(
            (0.07, "0.07"),
            (0.945, "0.945"),
            (0.98501, "0.985"),
            (0.9995006, "0.999501"),
            (1, "1"),
            (0, "0"),
        ),
        *((1 - 2.5e-6, "0.9999975"), (1 - 3e-9, "1 − 3e−9")),
    ],
)
def test_what_an_output_says_tells_what_is_missing(value, text):
    assert words.chance(value) == text


def silent_from(layer, activation="relu"):
    """A network one of whose layers says nothing, whatever comes in."""
    net = Network((784, 16, 16, 10), activation)
    parameters = net.initial("he", np.random.default_rng(0)).astype(np.float64)
    for number, (_, biases) in enumerate(net.layers(parameters)[:2], start=1):
        biases[...] = -1e3 if number == layer else 1
    images, labels = examples("test")
    return passage(net, parameters, images[1], int(labels[1]))


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("layer", [1, 2])
def test_behind_a_layer_that_is_silent_the_story_ends(layer, activation):
    example = silent_from(layer, activation)
    steps = story.steps(example)
    assert [step.layer for step in steps if step.kind == "sum"] == [2, 1][: 3 - layer]
    assert [step.layer for step in steps if step.kind == "neuron"] == [2][: 2 - layer]
    last = [step for step in steps if step.kind == "slope"][-1]
    assert last.layer == layer
    assert "the way back ends here" in last.sentence
    assert "as far as here" in next(step for step in steps if step.kind == "pictures").sentence
    there = next(step for step in steps if step.kind == "forward" and step.layer == layer)
    if activation == "relu":
        assert "None of them lights up" in there.sentence
        whole = " ".join(step.sentence for step in steps)
        assert not re.search(r"by \+?0[.:](?!\d)|0 of 16 are silent", whole)
    first = questions(example)[0]
    assert first.choices[first.right] == "down"


def test_what_an_output_asks_for_follows_the_push():
    net = Network((784, 10), cost="squared_error")
    flat = np.full(net.dimension, 1e3)  # every output says 1, where the sigmoid is flat
    images, labels = examples("test")
    asked = questions(passage(net, flat, images[1], int(labels[1])))
    assert asked[0].choices[asked[0].right] == "not at all"
    assert "none" in asked[0].why


def test_only_who_was_pushed_has_wishes():
    example = example_of()
    pushed = int(np.count_nonzero(example.pushes[1]))
    assert 0 < pushed < 16
    sums = [step for step in story.steps(example) if step.kind == "sum"]
    assert f"Of layer 2, {pushed} were pushed" in sums[1].sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(
            (0, "0"),
            (0.93, "0.93"),
            (-0.0488, "−0.0488"),
            (2.4e-4, "0.00024"),
            (2.4e-5, "2.4e−5"),
            (13.04, "13"),
        ),
        *((3e-9, "3e−9"), (123456.0, "1.23e5"), (np.inf, "∞"), (np.nan, "no number")),
    ],
)
def test_numbers_are_told_as_people_read_them(value, text):
    assert story.told(value) == text


# --- Messages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        *(None, [], {}, {"act": "explode"}, {"act": ["digit"]}),
        *({"act": "digit", "index": -1}, {"act": "digit", "index": 10_000}),
        *({"act": "digit", "index": 1.5}, {"act": "digit"}),
        *({"act": "network", "network": "../../etc"}, {"act": "network", "network": 3}),
        *({"act": "label", "label": 3}, {"act": "mistake", "index": "0"}),
    ],
)
def test_what_is_no_message_of_ours_is_refused(message):
    with pytest.raises(ValueError, match=r"."):
        nudges.apply(Case(), message)


@pytest.mark.parametrize("label", [-1, 10])
def test_a_drawing_is_one_of_ten_digits(label):
    drawn = Case(picture=None)
    assert nudges.apply(drawn, {"act": "label", "label": 4}).label == 4
    with pytest.raises(ValueError, match="0 to 9"):
        nudges.apply(drawn, {"act": "label", "label": label})


def test_an_address_says_which_digit_and_network_and_nonsense_says_so():
    case = Case("small", 321)
    assert nudges.read(nudges.write(case)) == (case, "")
    assert nudges.read({}) == (Case(), "")
    assert all(value is None for value in nudges.write(Case()).values())
    for wrong in ({"digit": "10000"}, {"digit": "-1"}, {"digit": "²"}, {"network": "huge"}):
        read, notice = nudges.read(wrong)
        assert read == Case()
        assert next(iter(wrong)) in notice


# --- What is sent ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [subjects.BEGUN, subjects.LITTLE, subjects.SMALL])
def test_a_message_holds_all_that_stepping_needs(key):
    header, arrays = unpacked(nudges.pack(Case(key)))
    assert header["digit"] == {"index": 1, "label": 2, "drawn": False}
    assert len(header["story"]) == 17
    for layer in (3, 2):
        pushes, said = arrays[f"pushes.{layer}"], arrays[f"said.{layer - 1}"]
        np.testing.assert_allclose(
            arrays[f"nudges.{layer}"], said[:, None] * pushes, rtol=1e-5, atol=1e-9
        )
        asked = arrays[f"requests.{layer}"]
        np.testing.assert_allclose(asked, arrays[f"weights.{layer}"] * pushes, rtol=1e-5)
        np.testing.assert_allclose(
            asked.sum(axis=1), arrays[f"wishes.{layer - 1}"], rtol=1e-3, atol=1e-6
        )
        np.testing.assert_allclose(
            arrays[f"wishes.{layer}"] * arrays[f"slopes.{layer}"], pushes, rtol=1e-4, atol=1e-9
        )


def test_of_a_wide_layer_the_rest_is_sent_as_a_sum(monkeypatch):
    net = Network((784, 40, 30, 10))
    wide = subjects.Reader("trained", "Yours", net, net.initial("he", np.random.default_rng(0)))
    monkeypatch.setattr(subjects, "subjects", lambda: dict.fromkeys(subjects.KEYS, wide))
    _, arrays = unpacked(nudges.pack(Case("trained")))
    assert arrays["shown.1"].shape == (16,)
    total = arrays["requests.2"].sum(axis=1) + arrays["others.2"]
    np.testing.assert_allclose(total, arrays["wishes.1"], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("key", [subjects.BEGUN, subjects.LITTLE])
def test_the_step_is_measured_and_its_promise_holds_where_it_is_small(key):
    header, arrays = unpacked(nudges.pack(Case(key)))
    smallest = header["after"][0]
    fallen = header["cost"] - smallest["cost"]
    assert fallen == pytest.approx(smallest["promised"], rel=0.25)
    assert arrays["after"].shape == (len(nudges.RATES), 10)
    gentle, rough = (header["after"][at]["others"] for at in (0, -1))
    assert gentle[0] == rough[0]
    assert gentle[1] == pytest.approx(gentle[0], rel=0.1)
    assert rough[1] > rough[0]
    assert arrays["after"][0][2] > arrays["said.3"][2]


def test_the_one_that_is_a_little_trained_stands_between():
    images, labels = examples("test", "deskew")
    known = subjects.subjects()
    shares = [
        one.network.cost_and_accuracy(one.parameters, images[:2000], labels[:2000])[1]
        for one in (known[key] for key in (subjects.BEGUN, subjects.LITTLE, subjects.SMALL))
    ]
    assert shares[0] < 0.2 < 0.7 < shares[1] < 0.93 < shares[2]


def test_one_that_it_misreads_is_misread():
    for key in (subjects.BEGUN, subjects.LITTLE, subjects.SMALL):
        case = nudges.apply(Case(key), {"act": "mistake", "index": 100})
        header, arrays = unpacked(nudges.pack(case))
        assert case.picture > 100
        assert arrays["said.3"].argmax() != header["digit"]["label"]


def test_other_parameters_are_another_version(monkeypatch):
    def version(parameters):
        one = subjects.Reader("trained", "Yours", net, parameters)
        monkeypatch.setattr(subjects, "subjects", lambda: dict.fromkeys(subjects.KEYS, one))
        return unpacked(nudges.pack(Case("trained")))[0]["version"]

    net = Network()
    first, second = (net.initial("he", np.random.default_rng(seed)) for seed in (0, 1))
    assert version(first) == version(first.copy()) != version(second)


def test_without_a_drawing_a_test_digit_goes_in():
    with pytest.raises(ValueError, match="pad"):
        nudges.apply(Case(), {"act": "drawing"})
    header, _ = unpacked(nudges.pack(Case(picture=None)))
    assert not header["digit"]["drawn"]
    assert "pad" in header["notice"]


def test_a_missing_file_is_a_sentence(monkeypatch):
    monkeypatch.setitem(network.SHIPPED, "small", Path("nowhere.npz"))
    header, _ = unpacked(nudges.pack(Case("small")))
    assert "nowhere.npz" in header["notice"]
    assert header["notice"].endswith("As it begins stands in.")
    assert header["story"]
    chosen = [one["key"] for one in header["networks"] if one["chosen"]]
    assert chosen == [subjects.BEGUN]


def test_nothing_at_all_is_a_sentence_too(monkeypatch):
    monkeypatch.setattr(
        subjects, "subjects", lambda: dict.fromkeys(subjects.KEYS, "It is not there.")
    )
    header, _ = unpacked(nudges.pack(Case()))
    assert header["story"] is None
    assert header["notice"] == "It is not there."


# --- The page ----------------------------------------------------------------------------------


def test_the_page_opens_as_its_link_says():
    app = opened("nudges", digit="77", network="little")
    assert app.session_state["nudges.case"] == Case("little", 77)


def test_a_link_of_nonsense_opens_the_default_with_a_sentence():
    app = opened("nudges", digit="<script>", network="500 layers")
    assert app.session_state["nudges.case"] == Case()
    assert app.session_state["nudges.notice"] == (
        "The link asks for a network and a digit that are not here: “As it begins” and digit 1 "
        "stand in."
    )


def test_a_message_that_is_refused_leaves_the_case(monkeypatch):
    state = {"nudges.case": Case("small", 5), "nudges.passage": SimpleNamespace(message={"act": 3})}
    monkeypatch.setattr(nudges.st, "session_state", state)
    nudges._hear()
    assert state["nudges.case"] == Case("small", 5)
    assert "could not be done" in state["nudges.notice"]
    state["nudges.passage"].message = {"act": "digit", "index": 8, "sequence": 7}
    nudges._hear()
    assert state["nudges.case"] == replace(Case("small"), picture=8)
    assert state["nudges.sequence"] == 7
