"""What is shown of the inside of a network agrees with what it does."""

import numpy as np
import pytest

from engine import network
from engine.anatomy import confusion, contributions, neuron, sizes_by_layer, worst_mistakes
from engine.digits import load
from engine.network import SHIPPED


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
