"""A network's own landscape: planes, what costs there, walks on them, and the hill between two."""

from dataclasses import replace

import numpy as np
import pytest

from engine import descent
from engine.inspection import landscape
from engine.inspection.landscape import around, between, on_plane, relief, trace
from engine.inspection.plane import Plane, filtered, frame, principal, share, straight
from engine.network import ACTIVATIONS, COSTS, Network
from engine.training import Examples, advance, begin, examples

SMALL = Network((784, 8, 6, 10))
BOX = ((-1.0, 1.0), (-1.0, 1.0))


def finished(steps):
    """What a generator returns, and what it yielded on the way."""
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


def every_share(seen):
    return seen == sorted(seen) and seen[0] > 0 and seen[-1] == 1


@pytest.fixture(scope="module")
def data():
    images, labels = examples("train")
    return Examples(images[:400], labels[:400])


@pytest.fixture(scope="module")
def walk(data):
    return finished(
        trace(begin(SMALL, data, "momentum", batch_size=50, learning_rate=0.05), 60, 4)
    )[0]


# --- Planes ------------------------------------------------------------------------------------


def test_the_plane_of_a_walk_shows_what_principal_components_show(walk):
    plane = principal(walk.points)
    places = walk.points.astype(float)
    _, sizes, axes = np.linalg.svd(places - places.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(plane.shares, (sizes**2 / (sizes**2).sum())[:2], rtol=1e-6)
    along = np.abs((plane.directions * axes[:2]).sum(axis=1))
    np.testing.assert_allclose(along, 1, rtol=1e-5)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-6)
    assert 0.5 < sum(plane.shares) < 1
    coordinates = plane.coordinates(walk.points)
    assert coordinates.shape == (16, 2)
    np.testing.assert_allclose(coordinates[-1], 0, atol=1e-12)
    assert (coordinates[0] >= 0).all()
    # No other plane through the mean comes nearer; this one goes through the end instead.
    random = filtered(SMALL, walk.points[-1], np.random.default_rng(0))
    assert plane.distance(walk.points).mean() < 0.7 * random.distance(walk.points).mean()


def test_a_walk_in_a_plane_is_shown_whole():
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(2, 50))
    points = rng.normal(size=50) + rng.normal(size=(9, 2)) @ directions
    plane = principal(points)
    assert sum(plane.shares) == pytest.approx(1)
    np.testing.assert_allclose(plane.distance(points), 0, atol=1e-12)
    np.testing.assert_allclose(plane.point(plane.coordinates(points)), points, atol=1e-12)


def test_the_share_of_a_walk_is_told_for_every_plane(walk):
    plane = principal(walk.points)
    assert share(plane, walk.points) == pytest.approx(sum(plane.shares))
    assert share(plane, walk.points + 3) == pytest.approx(sum(plane.shares), rel=1e-5)
    random = filtered(SMALL, walk.points[-1], np.random.default_rng(0))
    assert 0 < share(random, walk.points) < 0.05
    crooked = Plane(plane.origin, plane.directions[[0, 0]] * [[1], [2]], plane.shares)
    crooked.directions[1] += plane.directions[1]
    assert share(crooked, walk.points) == pytest.approx(sum(plane.shares), rel=1e-5)
    assert np.isnan(share(plane, walk.points[[3, 3, 3]]))


def test_on_one_plane_each_walk_counts_alike_however_far_it_went():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 9, 40)) @ np.diag(np.linspace(0, 1, 40))
    plane = principal(one, other)
    assert sum(plane.shares) == pytest.approx((share(plane, one) + share(plane, other)) / 2)
    far = principal(one, 1e6 * other)
    np.testing.assert_allclose(far.shares, plane.shares)
    np.testing.assert_allclose(np.abs(far.directions), np.abs(plane.directions), atol=1e-9)
    np.testing.assert_array_equal(far.origin, one[-1])
    assert (plane.coordinates(one)[0] >= 0).all()
    with pytest.raises(ValueError, match="two directions"):
        principal(one, np.ones((4, 40)))


@pytest.mark.parametrize("points", [np.ones((5, 7)), np.arange(14.0).reshape(2, 7)])
def test_a_walk_that_does_not_turn_has_no_plane(points):
    with pytest.raises(ValueError, match="two directions"):
        principal(points)
    with pytest.raises(ValueError, match="two directions"):
        principal(np.outer(np.arange(5), np.ones(7)))


def test_random_directions_are_as_large_as_each_neuron(walk):
    end = walk.points[-1]
    plane = filtered(SMALL, end, np.random.default_rng(3))
    again = filtered(SMALL, end, np.random.default_rng(3))
    assert plane.directions.tobytes() == again.directions.tobytes()
    for direction in plane.directions:
        layers = zip(SMALL.layers(direction), SMALL.layers(end), strict=True)
        for (random, biases), (weights, _) in layers:
            sizes = [np.linalg.norm(w, axis=0) for w in (random, weights)]
            np.testing.assert_allclose(*sizes, rtol=1e-5)
            assert not biases.any()


def test_coordinates_need_no_right_angles():
    plane = Plane(np.ones(5), np.array([[1.0, 0, 0, 0, 0], [1, 1, 0, 0, 0]]), (np.nan, np.nan))
    wanted = np.random.default_rng(0).normal(size=(3, 4, 2))
    np.testing.assert_allclose(plane.coordinates(plane.point(wanted)), wanted, atol=1e-12)
    assert plane.distance(np.array([1.0, 1, 4, 1, 1])) == pytest.approx(3)


def test_a_frame_holds_the_walk_with_room(walk):
    for coordinates in (principal(walk.points).coordinates(walk.points), np.zeros((3, 2))):
        sides = np.array(frame(coordinates))
        assert (sides[:, 0] < coordinates.min(axis=0)).all()
        assert (sides[:, 1] > coordinates.max(axis=0)).all()
        lengths = sides[:, 1] - sides[:, 0]
        assert lengths.max() <= 1.177 * lengths.min()


# --- The cost there ----------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("sizes", [(784, 10), (784, 8, 10), (784, 8, 6, 5, 10)])
def test_it_is_the_network_s_own_cost(activation, cost, sizes, data):
    net = Network(sizes, activation, cost)
    start = net.initial("xavier", np.random.default_rng(0)).astype(float)
    start += np.random.default_rng(1).normal(0, 0.02, start.shape)
    plane = filtered(net, start, np.random.default_rng(2))
    surface = on_plane(net, plane, data, BOX)
    places = np.random.default_rng(3).uniform(-1, 1, (2, 3, 2))
    costs, accuracies = surface.cost_and_accuracy(places)
    values, slopes = surface.value_and_gradient(places)
    assert costs.shape == accuracies.shape == (2, 3)
    np.testing.assert_array_equal(values, costs)
    for where in np.ndindex(2, 3):
        point = plane.point(places[where])
        wanted = net.cost_and_accuracy(point, *data)
        assert (costs[where], accuracies[where]) == pytest.approx(wanted, rel=1e-6)
        _, gradient = net.cost_and_gradient(point, *data)
        np.testing.assert_allclose(slopes[where], plane.directions @ gradient, rtol=1e-5, atol=1e-8)


def test_curvature_comes_from_the_slopes(data):
    net = Network((784, 6, 10), "tanh")
    start = net.initial("xavier", np.random.default_rng(0)).astype(float)
    surface = on_plane(net, filtered(net, start, np.random.default_rng(2)), data, BOX)
    place, nudge = np.array([0.2, -0.1]), 1e-4
    bent = surface.hessian(place)
    np.testing.assert_array_equal(bent, bent.T)
    for axis in (0, 1):
        step = nudge * np.eye(2)[axis]
        ends = surface.value(np.stack([place + step, place, place - step]))
        assert bent[axis, axis] == pytest.approx((ends @ [1, -2, 1]) / nudge**2, rel=1e-3)


def test_a_walker_walks_on_it_as_on_any_surface(walk, data):
    surface, _ = around(SMALL, principal(walk.points), walk.points, data)
    run = descent.start(surface, surface.start, "gradient_descent", learning_rate=0.1)
    run = descent.advance(run, 20)
    assert run.values[-1] < run.values[0]
    assert run.points.shape == (21, 2)
    assert surface.dimension == 2
    assert surface.minima == ()
    assert descent.regime(run)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_walker_among_others_walks_as_it_would_alone(activation, data):
    net = Network((784, 7, 5, 10), activation)
    start = net.initial("he", np.random.default_rng(0))
    surface = on_plane(net, filtered(net, start, np.random.default_rng(1)), data, BOX, (0.6, -0.4))
    rates = np.geomspace(0.01, 1, 20)
    sweep = descent.sweep(surface, surface.start, "momentum", rates, 12)
    for row in (0, 7, 19):
        alone = descent.start(surface, surface.start, "momentum", learning_rate=rates[row])
        alone = descent.advance(alone, 12)
        rows = slice(0, sweep.lengths[row])  # a lost walker's history ends
        assert alone.points.tobytes() == sweep.run.points[rows, row].tobytes()
        assert alone.values.tobytes() == sweep.run.values[rows, row].tobytes()


def test_two_planes_are_told_apart_by_their_formula(walk, data):
    planes = [filtered(SMALL, walk.points[-1], np.random.default_rng(s)) for s in (0, 0, 1)]
    one, same, other = (on_plane(SMALL, plane, data, BOX) for plane in planes)
    assert one == same
    assert hash(one) == hash(same)
    half = Examples(data.images[:200], data.labels[:200])
    for changed in (
        other,
        on_plane(SMALL, planes[0], half, BOX),
        on_plane(replace(SMALL, activation="tanh"), planes[0], data, BOX),
        on_plane(SMALL, planes[0], data, ((-1, 1), (-2, 2))),
    ):
        assert one != changed


def test_overflow_is_no_warning(data):
    start = SMALL.initial("too_large", np.random.default_rng(0)) * np.float32(1e15)
    surface = on_plane(SMALL, filtered(SMALL, start, np.random.default_rng(0)), data, BOX)
    assert not np.isfinite(surface.value(np.ones(2)))
    surface.gradient(np.ones(2))
    surface.hessian(np.ones(2))
    line, _ = finished(between(SMALL, start, 2 * start, data, 5))
    assert not np.isfinite(line.costs).any()


@pytest.mark.parametrize("size", [0.0, np.inf, np.nan])
def test_no_plane_without_weights(size):
    weights = np.full(SMALL.dimension, size, np.float32)
    with pytest.raises(ValueError, match="numbers"):
        filtered(SMALL, weights, np.random.default_rng(0))
    if size:
        with pytest.raises(ValueError, match="left the numbers"):
            principal(np.stack([weights] * 4))


# --- Pictures ----------------------------------------------------------------------------------


def test_a_relief_is_the_cost_at_every_place(walk, data):
    plane = principal(walk.points)
    surface, path = around(SMALL, plane, walk.points, data)
    found, seen = finished(relief(surface, 9))
    assert every_share(seen)
    assert found.costs.shape == found.accuracies.shape == (9, 9)
    assert (found.x[0], found.x[-1]) == surface.domain[0]
    assert found.costs[2, 7] == surface.value(np.array([found.x[7], found.y[2]]))
    end, share = SMALL.cost_and_accuracy(walk.points[-1], *data)
    assert surface.cost_and_accuracy(path[-1]) == pytest.approx((end, share), rel=1e-5)
    assert found.accuracies.max() > 0.8
    with pytest.raises(ValueError, match="2 × 2"):
        next(relief(surface, 1))


def test_a_step_makes_terraces(data):
    net = Network((784, 8, 10), "threshold")
    start = net.initial("xavier", np.random.default_rng(0))
    way = filtered(net, start, np.random.default_rng(1), directions=1, layers=(1,))
    assert [bool(w.any()) for w, _ in net.layers(way.directions[0])] == [True, False]
    surface = on_plane(net, way, data, ((0, 0.01),))
    heights = surface.value(np.linspace(0, 0.01, 400)[:, None])
    flat = np.diff(heights) == 0
    assert 0.2 < flat.mean() < 0.999
    assert not surface.gradient(np.array([0.005])).any()


@pytest.mark.parametrize("wrong", [{"layers": (4,)}, {"layers": ()}, {"directions": 0}])
def test_a_plane_leads_somewhere(wrong, walk):
    with pytest.raises(ValueError, match="nothing moves"):
        filtered(SMALL, walk.points[-1], np.random.default_rng(0), **wrong)


def test_a_hill_lies_between_two_networks(walk, data):
    other = advance(begin(SMALL, data, "momentum", batch_size=50, seed=7, learning_rate=0.05), 60)
    line, seen = finished(between(SMALL, walk.points[-1], other.parameters, data, 21))
    assert every_share(seen)
    for end, point in ((0, walk.points[-1]), (-1, other.parameters)):
        wanted = SMALL.cost_and_accuracy(point, *data)
        assert (line.costs[end], line.accuracies[end]) == pytest.approx(wanted, rel=1e-5)
    assert line.hill > 0.2
    assert line.hill == line.costs.max() - max(line.costs[0], line.costs[-1])
    assert line.rise >= line.hill + line.costs[-1] - line.costs[0]


def test_along_a_bowl_there_is_no_hill(data):
    net = Network((784, 10))  # one layer of cross-entropy is convex
    ends = [net.initial("he", np.random.default_rng(s)) for s in (0, 1)]
    line, _ = finished(between(net, *ends, data, 11))
    assert line.hill == 0
    with pytest.raises(ValueError, match="two different"):
        next(between(net, ends[0], ends[0], data))
    with pytest.raises(ValueError, match="2 places"):
        next(between(net, *ends, data, 1))
    with pytest.raises(ValueError, match="two different"):
        straight(ends[0], ends[0].copy())


# --- A walk to show ----------------------------------------------------------------------------


def test_a_trace_is_the_training_itself(data):
    start = begin(SMALL, data, batch_size=50)
    found, seen = finished(trace(start, 25, 10))
    assert every_share(seen)
    np.testing.assert_array_equal(found.updates, [0, 10, 20, 25])
    assert found.points[2].tobytes() == advance(start, 20).parameters.tobytes()
    assert found.training.updates == 25
    with pytest.raises(ValueError, match="1 or more"):
        next(trace(start, 5, 0))


def test_large_batches_are_taken_a_few_at_a_time(data, monkeypatch):
    monkeypatch.setattr(landscape, "_PICTURES", 100)
    start = begin(SMALL, data, batch_size=50)
    found, seen = finished(trace(start, 12, 6))
    assert len(seen) == 6
    assert every_share(seen)
    np.testing.assert_array_equal(found.updates, [0, 6, 12])


def test_a_walk_that_is_lost_ends_where_it_was(data):
    wild = begin(SMALL, data, batch_size=50, initialisation="too_large", learning_rate=1e30)
    found, _ = finished(trace(wild, 30, 3))
    assert found.training.lost >= 0
    assert np.isfinite(found.points).all()
