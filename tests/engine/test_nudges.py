"""What an example asks for: against derivatives, and added up to the step that is taken."""

import numpy as np
import pytest

from engine import network
from engine.inspection.nudges import (
    Place,
    avenues,
    index,
    ledger,
    mean_sizes,
    passage,
    place,
    requests,
    weight_nudges,
)
from engine.network import ACTIVATIONS, COSTS, SHIPPED, Network
from engine.training import examples

KINDS = [(a, c) for a in ACTIVATIONS for c in COSTS]
EVERY_KIND = pytest.mark.parametrize(("activation", "cost"), KINDS)


def some(count=10, seed=0, preparation="none"):
    images, labels = examples("test", preparation)
    chosen = np.random.default_rng(seed).choice(len(images), count, replace=False)
    return images[chosen], labels[chosen]


def begun(activation, cost, dtype=np.float64):
    net = Network((784, 7, 6, 10), activation, cost)
    return net, net.initial("he", np.random.default_rng(1)).astype(dtype)


# --- One example -------------------------------------------------------------------------------


@EVERY_KIND
def test_nudges_are_minus_the_gradient_of_this_example(activation, cost):
    net, parameters = begun(activation, cost)
    images, labels = some(1)
    one = passage(net, parameters, images[0], int(labels[0]))
    value, gradient = net.cost_and_gradient(parameters, images, labels)
    assert one.cost == pytest.approx(value)
    for layer, (weights, biases) in enumerate(net.layers(gradient), start=1):
        np.testing.assert_allclose(weight_nudges(one, layer), -weights, atol=1e-15)
        np.testing.assert_allclose(one.pushes[layer - 1], -biases, atol=1e-15)


@EVERY_KIND
def test_a_wish_is_minus_the_derivative_by_what_a_neuron_says(activation, cost):
    # What a hidden neuron says is moved by hand, and the rest of the network is asked for its cost.
    net, parameters = begun(activation, cost)
    images, labels = some(1)
    one = passage(net, parameters, images[0], int(labels[0]))
    rest = Network(net.sizes[1:], activation, cost)
    later = parameters[net.dimension - rest.dimension :]
    (weights, biases), last = rest.layers(later)
    rule = COSTS[cost]
    for number in range(7):
        ends = []
        for sign in (1, -1):
            said = one.said[1].copy()
            said[number] += sign * 1e-5
            hidden = ACTIVATIONS[activation].value(said @ weights + biases)
            ends.append(rule.errors((hidden @ last.weights + last.biases)[None], labels)[0][0])
        slope = (ends[0] - ends[1]) / 2e-5
        assert one.wishes[1][number] == pytest.approx(-slope, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("cost", COSTS)
def test_outputs_want_up_or_down_as_far_as_they_are_wrong(cost):
    net, parameters = begun("relu", cost)
    images, labels = some(1)
    one = passage(net, parameters, images[0], int(labels[0]))
    should = np.eye(10)[labels[0]]
    factor = {"squared_error": 2, "cross_entropy": 1}[cost]
    np.testing.assert_allclose(one.wishes[-1], factor * (should - one.said[-1]))
    assert (np.sign(one.wishes[-1]) == np.where(should, 1, -1)).all()
    slope = one.said[-1] * (1 - one.said[-1]) if cost == "squared_error" else 1
    np.testing.assert_allclose(one.pushes[-1], one.wishes[-1] * slope, atol=1e-12)


@EVERY_KIND
def test_three_avenues_of_each_neuron(activation, cost):
    net, parameters = begun(activation, cost)
    images, labels = some(1)
    one = passage(net, parameters, images[0], int(labels[0]))
    for layer in (1, 2, 3):
        for number in range(net.sizes[layer]):
            ways = avenues(one, layer, number)
            assert ways.bias == ways.push == one.pushes[layer - 1][number]
            assert ways.wish == one.wishes[layer][number]
            np.testing.assert_allclose(ways.weights, ways.push * one.said[layer - 1], rtol=1e-6)
            np.testing.assert_array_equal(ways.inputs, ways.push * ways.neuron.weights)
            if layer < 3:
                slope = ACTIVATIONS[activation].slope(one.said[layer])[number]
                assert ways.push == pytest.approx(ways.wish * slope, rel=1e-12, abs=1e-15)


@EVERY_KIND
def test_wishes_of_a_layer_are_added_up_for_the_one_before(activation, cost):
    net, parameters = begun(activation, cost)
    images, labels = some(1)
    one = passage(net, parameters, images[0], int(labels[0]))
    assert [w.shape for w in one.wishes] == [(784,), (7,), (6,), (10,)]
    for layer in (1, 2, 3):
        asked = requests(one, layer)
        for number in range(net.sizes[layer]):
            np.testing.assert_array_equal(asked[:, number], avenues(one, layer, number).inputs)
        np.testing.assert_allclose(asked.sum(axis=1), one.wishes[layer - 1], atol=1e-14)


def test_nudge_pictures_are_the_picture_times_a_push():
    net = network.load(SHIPPED["small"])
    images, labels = some(1, preparation="deskew")
    one = passage(net.network, net.parameters, images[0], int(labels[0]))
    pictures = weight_nudges(one, 1).T.reshape(16, 28, 28)
    picture = images[0].reshape(28, 28) / np.float32(255)
    np.testing.assert_allclose(pictures[3], one.pushes[0][3] * picture, rtol=1e-5)


def test_what_is_not_there_is_refused_and_overflow_is_not():
    net, parameters = begun("relu", "cross_entropy")
    images, _ = some(1)
    with pytest.raises(ValueError, match="0 to 9"):
        passage(net, parameters, images[0], 10)
    one = passage(net, parameters, images[0], 3)
    with pytest.raises(ValueError, match="no neuron"):
        avenues(one, 4, 0)
    far = passage(net, np.full_like(parameters, 1e300), images[0], 3)
    avenues(far, 1, 0)
    requests(far, 2)
    weight_nudges(far, 1)


# --- Places ------------------------------------------------------------------------------------


def test_a_place_and_its_number_lead_to_each_other():
    net = Network((784, 5, 4, 10))
    marked = np.zeros(net.dimension)
    for number in (0, 4, 5, 3919, 3920, 3924, 3925, net.dimension - 1):
        where = place(net, number)
        assert index(net, where) == number
        marked[...] = 0
        marked[number] = 1
        weights, biases = net.layers(marked)[where.layer - 1]
        held = biases[where.neuron] if where.source < 0 else weights[where.source, where.neuron]
        assert held == 1
    assert place(net, 3920) == Place(1, 0, -1)
    for wrong in (-1, net.dimension):
        with pytest.raises(ValueError, match="parameters 0 to"):
            place(net, wrong)
    for wrong in (
        Place(0, 0, 0),
        Place(4, 0, 0),
        Place(1, 5, 0),
        Place(1, 0, 784),
        Place(1, 0, -2),
    ):
        with pytest.raises(ValueError, match="no parameter"):
            index(net, wrong)


# --- Many examples -----------------------------------------------------------------------------


@EVERY_KIND
@pytest.mark.parametrize(("dtype", "most"), [(np.float32, 1e-6), (np.float64, 1e-12)])
@pytest.mark.parametrize("count", [10, 100])
def test_the_average_of_the_nudges_is_the_gradient_used(activation, cost, dtype, most, count):
    net, parameters = begun(activation, cost, dtype)
    images, labels = some(count)
    chosen = np.random.default_rng(0).choice(net.dimension, 6, replace=False)
    book = ledger(net, parameters, images, labels, chosen)
    assert book.nudges.shape == (count, 6)
    assert book.disagreement <= most
    _, gradient = net.cost_and_gradient(parameters, images, labels)
    np.testing.assert_array_equal(book.used, -gradient[chosen])
    np.testing.assert_allclose(book.average, book.nudges.mean(axis=0), rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize(("dtype", "most"), [(np.float32, 1e-6), (np.float64, 1e-12)])
def test_so_it_is_for_a_trained_network(dtype, most):
    net = network.load(SHIPPED["small"])
    parameters = net.parameters.astype(dtype)
    for seed in range(10):
        images, labels = some(10, seed, "deskew")
        book = ledger(net.network, parameters, images, labels, np.arange(3))
        assert book.disagreement <= most


def test_each_row_is_what_that_example_would_do_alone():
    net, parameters = begun("tanh", "cross_entropy")
    images, labels = some(10)
    chosen = np.arange(net.dimension)
    book = ledger(net, parameters, images, labels, chosen)
    for i in range(10):
        one = slice(i, i + 1)
        cost, gradient = net.cost_and_gradient(parameters, images[one], labels[one])
        assert book.costs[i] == pytest.approx(cost, rel=1e-12)
        np.testing.assert_allclose(book.nudges[i], -gradient, atol=1e-14)


def test_what_is_asked_on_average_is_the_mean_size_of_the_rows():
    net, parameters = begun("tanh", "cross_entropy")
    images, labels = some(10)
    rows = ledger(net, parameters, images, labels, np.arange(net.dimension)).nudges
    asked = mean_sizes(net, parameters, images, labels)
    np.testing.assert_allclose(asked, np.abs(rows).mean(axis=0), rtol=1e-12, atol=1e-16)


def test_the_chosen_alone_can_be_checked():
    net, parameters = begun("tanh", "cross_entropy")
    images, labels = some(10)
    chosen = np.array([5, 4000, net.dimension - 1])
    book, part = (ledger(net, parameters, images, labels, chosen, whole) for whole in (True, False))
    np.testing.assert_allclose(part.average, book.average, rtol=1e-12)
    assert (book.checked, part.checked) == (net.dimension, 3)
    assert part.disagreement <= 1e-12


def test_the_check_can_fail(monkeypatch):
    net, parameters = begun("tanh", "cross_entropy")
    images, labels = some(10)
    original = Network.errors

    def wrong(self, *arguments):
        first, *others = original(self, *arguments)
        return (first * 1.0001, *others)

    monkeypatch.setattr(Network, "errors", wrong)
    assert ledger(net, parameters, images, labels, np.arange(3)).disagreement > 1e-5


def test_no_gradient_at_all_is_agreement():
    net = Network((784, 10), cost="squared_error")
    parameters = np.full(net.dimension, -1e4)
    images, labels = some(4)
    book = ledger(net, parameters, images, labels, np.arange(3))
    assert book.disagreement == 0.0
    assert not book.nudges.any()
