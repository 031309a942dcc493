"""Gradient entries as sensitivities: ranked, paired, and tried out by wiggling."""

import numpy as np
import pytest

from engine import network
from engine.inspection.sensitivity import LEAST, pair, ranked, wiggle
from engine.network import ACTIVATIONS, COSTS, SHIPPED, Network, NetworkCost
from engine.training import examples


@pytest.fixture(scope="module")
def trained():
    net = network.load(SHIPPED["small"])
    images, labels = examples("test", "deskew")
    return NetworkCost(net.network, images[:500], labels[:500]), net.parameters


def test_the_most_sensitive_comes_first():
    np.testing.assert_array_equal(ranked(np.array([0.1, -3.2, 0.0, 3.1])), [1, 3, 0, 2])


def test_a_pair_of_the_trained_network_has_a_ratio_near_32(trained):
    cost, parameters = trained
    gradient = cost.gradient(parameters)
    found = pair(gradient)
    assert found is not None
    assert found.ratio == pytest.approx(32, rel=0.01)
    sizes = np.abs(gradient[[found.strong, found.weak]].astype(float))
    assert sizes[0] / sizes[1] == pytest.approx(found.ratio)
    assert sizes.min() >= LEAST


def test_the_pair_of_the_lessons_is_found():
    gradient = np.array([0.5, 0.1, -3.2, 1e-6])
    assert pair(gradient) == (2, 1, pytest.approx(32))


@pytest.mark.parametrize(
    "gradient",
    [np.zeros(9), np.ones(9), np.array([5.0]), np.array([1.0, 1e-3]), np.full(4, np.nan)],
    ids=["zero", "equal", "one", "too far apart", "nan"],
)
def test_where_there_is_no_such_pair_there_is_none(gradient):
    assert pair(gradient) is None


def test_no_ratio_below_one():
    with pytest.raises(ValueError, match="1 or more"):
        pair(np.ones(3), 0.5)
    assert pair(np.ones(3), 1.0) is not None


def checked(cost, parameters, places):
    """How many wiggles were compared: those of entries above the least, away from any kink."""
    compared = 0
    for number in places:
        one = wiggle(cost, parameters, int(number))
        if abs(one.slope) > LEAST and not one.kink:
            assert one.measured == pytest.approx(one.predicted, rel=0.01)
            compared += 1
    return compared


def test_the_measured_change_is_the_predicted_one(trained):
    cost, parameters = trained
    order = ranked(cost.gradient(parameters.astype(np.float64)))
    large = int((np.abs(cost.gradient(parameters)) > LEAST).sum())
    assert checked(cost, parameters, order[:: large // 20][:20]) >= 15


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("kind", COSTS)
def test_so_it_is_for_every_activation_and_cost(activation, kind):
    images, labels = examples("test")
    cost = NetworkCost(Network((784, 6, 5, 10), activation, kind), images[:50], labels[:50])
    parameters = cost.network.initial("he", np.random.default_rng(0))
    places = ranked(cost.gradient(parameters.astype(np.float64)))[:30:3]
    assert checked(cost, parameters, places) >= 8


def test_a_kink_on_the_way_is_seen():
    cost = NetworkCost(Network((1, 1, 2)), np.ones((1, 1), np.float32), np.array([0]))
    parameters = np.array([-0.5, 0.0, 3.0, 0.0, 0.0, 0.0])
    assert not wiggle(cost, parameters, 0, 0.4).kink
    over = wiggle(cost, parameters, 0, 0.6)
    assert over.kink
    assert over.slope == 0.0
    assert over.measured != 0.0


def test_a_parameter_that_is_not_there_is_refused(trained):
    with pytest.raises(ValueError, match="0 to 13001"):
        wiggle(*trained, 13_002)
