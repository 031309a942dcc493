"""What is shown of the inside of a network agrees with what it does."""

import numpy as np
import pytest

from engine import network
from engine.digits import load
from engine.network import SHIPPED, Network, anatomy
from engine.network.anatomy import (
    confusion,
    contributions,
    neuron,
    sizes_by_layer,
    worst_mistakes,
)


@pytest.fixture(scope="module")
def small():
    return network.load(SHIPPED["small"])


@pytest.fixture(scope="module")
def picture(small):
    return small.prepare(load("test")[0][:1])


def test_contributions_and_bias_make_the_sum(small, picture):
    net, parameters = small.network, small.parameters
    parts = contributions(net, parameters, picture)
    assert [part.shape for part in parts] == [(784, 16), (16, 16), (16, 10)]
    layers, sums = net.layers(parameters), net.sums(parameters, picture)
    for part, (_, biases), z in zip(parts, layers, sums, strict=True):
        np.testing.assert_allclose(part.sum(axis=0) + biases, z[0], rtol=1e-4, atol=1e-4)


def test_a_neuron_tells_its_sum(small, picture):
    net, parameters = small.network, small.parameters
    for layer, number in ((1, 3), (2, 15), (3, 7)):
        one = neuron(net, parameters, picture, layer, number)
        total = one.inputs @ one.weights + one.bias
        assert one.total == pytest.approx(float(total), rel=1e-4, abs=1e-4)
        assert one.answer == net.forward(parameters, picture)[layer][0, number]
    assert neuron(net, parameters, picture, 3, 7).answer > 0.9  # the first test digit is a 7


@pytest.mark.parametrize("place", [(0, 0), (4, 0), (1, 16), (1, -1), (3, 10)])
def test_a_neuron_that_is_not_there_is_refused(small, picture, place):
    with pytest.raises(ValueError, match="no neuron"):
        neuron(small.network, small.parameters, picture, *place)


def test_layers_are_compared_by_the_mean_of_their_weights(small):
    net = small.network
    gradient = np.zeros(net.dimension, np.float32)
    for number, (weights, biases) in enumerate(net.layers(gradient)):
        weights[...] = 10.0 ** (15 * number)
        biases[...] = 5.0
    assert sizes_by_layer(net, gradient) == pytest.approx([1, 1e15, 1e30], rel=1e-6)


def test_mistakes_are_counted_and_the_worst_comes_first(small):
    images, labels = load("test")
    answers = small.predict(images)
    table = confusion(labels, answers)
    assert table.sum() == len(labels)
    np.testing.assert_array_equal(table.sum(axis=1), np.bincount(labels))
    assert table.trace() / len(labels) == pytest.approx(small.accuracy, abs=2e-4)
    worst = worst_mistakes(labels, answers, 12)
    chances = answers[worst, labels[worst]]
    assert len(worst) == 12
    assert (answers[worst].argmax(axis=1) != labels[worst]).all()
    assert (np.diff(chances) >= 0).all()
    assert len(worst_mistakes(labels, answers, 10**6)) == len(labels) - table.trace()
    assert len(worst_mistakes(labels[:1], answers[:1], 5)) == 0


def test_of_the_worst_mistakes_so_many_are_of_one_digit():
    labels = np.repeat(np.arange(10), 50)
    answers = np.tile(np.eye(10)[3], (500, 1)) * np.linspace(0.9, 0.4, 500)[:, None]
    worst = worst_mistakes(labels, answers, 12, of_one=3)
    assert len(worst) == 12
    assert np.bincount(labels[worst], minlength=10).max() == 3
    assert set(worst_mistakes(labels, answers, 500, of_one=1)) == {
        50 * digit for digit in range(10) if digit != 3
    }


@pytest.mark.parametrize("answer", [0, 7])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_pulls_are_slopes_of_an_answers_sum(activation, answer):
    net = Network((12, 7, 5, 10), activation)
    rng = np.random.default_rng(5)
    parameters = rng.normal(0, 0.5, net.dimension)
    picture = rng.random(12)
    pulls = anatomy.pulls(net, parameters, picture, answer)
    assert [len(pull) for pull in pulls] == [7, 5, 10]
    layers = net.layers(parameters)
    for layer, pull in zip(layers, pulls, strict=True):
        for place in range(len(pull)):
            sums = []
            for nudge in (1e-6, -1e-6):  # a bias moves a neuron's sum
                layer.biases[place] += nudge
                sums.append(net.sums(parameters, picture.reshape(1, -1))[-1][0, answer])
                layer.biases[place] -= nudge
            assert pull[place] == pytest.approx((sums[0] - sums[1]) / 2e-6, abs=1e-7)


def test_with_relu_what_connections_and_biases_add_is_the_answers_sum():
    net = Network((12, 7, 5, 10), "relu")
    rng = np.random.default_rng(6)
    parameters, picture = rng.normal(0, 0.5, net.dimension), rng.random(12)
    pulls = anatomy.pulls(net, parameters, picture, 3)
    adds = anatomy.contributions(net, parameters, picture)
    total = net.sums(parameters, picture.reshape(1, -1))[-1][0, 3]
    for first in range(3):
        biases = sum(
            float(layer.biases @ pull)
            for layer, pull in list(zip(net.layers(parameters), pulls, strict=True))[first:]
        )
        assert (adds[first] * pulls[first]).sum() + biases == pytest.approx(total)
