"""Networks: costs and gradients against arithmetic written out, and files that may be damaged."""

import contextlib
import io
import zipfile
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import descent, network
from engine.digits import from_strokes, load
from engine.network import (
    ACTIVATIONS,
    COSTS,
    INITIALISATIONS,
    PREPARATIONS,
    SHIPPED,
    THRESHOLDS,
    Network,
    NetworkCost,
    TrainedNetwork,
    save,
)
from engine.optimizers import OPTIMIZERS

from .drawings import FIRST_HAND, SECOND_HAND, drawing, placed

SMALL = Network((784, 5, 4, 10))


def pictures(count=20, seed=0):
    images, labels = load("test")
    chosen = np.random.default_rng(seed).choice(len(images), count, replace=False)
    return images[chosen], labels[chosen]


def by_hand(net, parameters, image, label):
    """The cost of one picture by loops over neurons and Python's own numbers, after the lessons."""
    functions = {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "relu": lambda z: max(z, 0.0),
    }
    said, begin = [float(pixel) / 255 for pixel in image], 0
    for number, (inputs, outputs) in enumerate(zip(net.sizes, net.sizes[1:], strict=False)):
        weights = [float(w) for w in parameters[begin : begin + inputs * outputs]]
        biases = [float(b) for b in parameters[begin + inputs * outputs :][:outputs]]
        begin += inputs * outputs + outputs
        sums = [
            biases[j] + sum(said[i] * weights[i * outputs + j] for i in range(inputs))
            for j in range(outputs)
        ]
        last = number == len(net.sizes) - 2
        said = sums if last else [functions[net.activation](z) for z in sums]
    if net.cost == "squared_error":
        return sum((functions["sigmoid"](z) - (j == label)) ** 2 for j, z in enumerate(said))
    return -np.log(np.exp(said[label]) / sum(np.exp(z) for z in said))


def kinds():
    return [(a, c) for a in ACTIVATIONS for c in COSTS]


# --- Parameters --------------------------------------------------------------------------------


def test_the_network_of_the_lessons_has_13002_parameters():
    assert Network((784, 16, 16, 10)).dimension == 13_002


def test_layers_are_views_of_the_flat_vector():
    parameters = np.zeros(SMALL.dimension, np.float32)
    layers = SMALL.layers(parameters)
    assert [(w.shape, b.shape) for w, b in layers] == [
        ((784, 5), (5,)),
        ((5, 4), (4,)),
        ((4, 10), (10,)),
    ]
    for number, (weights, biases) in enumerate(layers):
        weights += number + 1
        biases -= number + 1
    assert (parameters != 0).all()
    assert parameters.sum() == sum((n + 1) * (w.size - b.size) for n, (w, b) in enumerate(layers))


@pytest.mark.parametrize("entry", INITIALISATIONS.values(), ids=lambda i: i.key)
def test_weights_begin_with_the_deviation_that_is_said(entry):
    net = Network((784, 100, 50, 10))
    parameters = net.initial(entry.key, np.random.default_rng(0))
    assert parameters.dtype == np.float32
    for weights, biases in net.layers(parameters):
        wanted = entry.deviation(*weights.shape)
        assert weights.std() == pytest.approx(wanted, rel=0.1)
        assert abs(weights.mean()) < 0.15 * wanted
        assert not biases.any()
    again = net.initial(entry.key, np.random.default_rng(0))
    assert again.tobytes() == parameters.tobytes()


def test_the_formulas_of_he_and_xavier():
    assert INITIALISATIONS["he"].deviation(784, 16) == pytest.approx(np.sqrt(2 / 784))
    assert INITIALISATIONS["xavier"].deviation(784, 16) == pytest.approx(np.sqrt(2 / 800))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sizes": (784,)},
        {"sizes": ()},
        {"sizes": (784, 0, 10)},
        {"sizes": (784, -3, 10)},
        {"sizes": (784, 1.5, 10)},
        {"sizes": (784, 10**9, 10)},
        {"sizes": (784, *(4,) * 20, 10)},
        {"activation": "step"},
        {"cost": "absolute"},
        {"preparation": "magic"},
    ],
)
def test_a_shape_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match=r"Known are|layers"):
        Network(**wrong)


def test_an_unknown_beginning_is_refused():
    with pytest.raises(ValueError, match="xavier"):
        SMALL.initial("zeros", np.random.default_rng(0))


@pytest.mark.parametrize(
    "registry", [ACTIVATIONS, THRESHOLDS, COSTS, INITIALISATIONS, PREPARATIONS]
)
def test_an_entry_says_everything_a_page_shows(registry):
    for key, entry in registry.items():
        assert entry.key == key
        assert entry.name
        assert entry.summary.endswith(".")


# --- Costs and gradients -----------------------------------------------------------------------


@pytest.mark.parametrize(("activation", "cost"), kinds())
def test_the_cost_is_what_loops_over_neurons_give(activation, cost):
    net = Network((784, 5, 4, 10), activation, cost)
    images, labels = pictures(5)
    parameters = net.initial("he", np.random.default_rng(1)).astype(np.float64)
    for image, label in zip(images, labels, strict=True):
        found, _ = net.cost_and_gradient(parameters, image[None], np.array([label]))
        assert found == pytest.approx(by_hand(net, parameters, image, label), rel=1e-6)


def differences(net, parameters, images, labels, places):
    """Central differences of the mean cost at some parameters."""
    slopes = []
    for place in places:
        step = 6e-6 * max(1.0, abs(parameters[place]))
        ends = []
        for sign in (1, -1):
            moved = parameters.copy()
            moved[place] += sign * step
            ends.append(net.cost_and_gradient(moved, images, labels)[0])
        slopes.append((ends[0] - ends[1]) / (2 * step))
    return np.array(slopes)


@pytest.mark.parametrize(("activation", "cost"), kinds())
@pytest.mark.parametrize("sizes", [(784, 10), (784, 7, 10), (784, 6, 5, 4, 10)])
def test_the_gradient_agrees_with_central_differences(activation, cost, sizes):
    net = Network(sizes, activation, cost)
    rng = np.random.default_rng(2)
    images, labels = rng.random((12, 784)), rng.integers(0, 10, 12)  # float64, all pixels used
    parameters = net.initial("xavier", rng).astype(np.float64)
    parameters += rng.normal(0, 0.05, parameters.shape)  # biases too
    _, gradient = net.cost_and_gradient(parameters, images.astype(np.float32), labels)
    assert gradient.dtype == np.float64
    last = rng.choice(net.dimension, 60)
    places = np.concatenate([last, np.arange(net.dimension - 40, net.dimension)])
    found = differences(net, parameters, images.astype(np.float32), labels, places)
    np.testing.assert_allclose(gradient[places], found, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("activation", [a for a in THRESHOLDS if a != "threshold"])
def test_so_it_does_for_steep_sigmoids(activation):
    net = Network((784, 6, 5, 10), activation)
    rng = np.random.default_rng(2)
    images, labels = rng.random((12, 784)).astype(np.float32), rng.integers(0, 10, 12)
    parameters = net.initial("xavier", rng).astype(np.float64)
    _, gradient = net.cost_and_gradient(parameters, images, labels)
    places = np.concatenate([rng.choice(net.dimension, 60), np.arange(4710, net.dimension)])
    found = differences(net, parameters, images, labels, places)
    np.testing.assert_allclose(gradient[places], found, rtol=1e-4, atol=1e-7)


def test_a_step_has_no_slope_to_follow():
    net = Network((784, 6, 5, 10), "threshold")
    images, labels = pictures()
    parameters = net.initial("he", np.random.default_rng(0))
    said = net.forward(parameters, images)
    assert set(np.unique(np.concatenate(said[1:3], axis=1))) == {0.0, 1.0}
    _, gradient = net.cost_and_gradient(parameters, images, labels)
    first, second, last = net.layers(gradient)
    assert not any(array.any() for array in (*first, *second))
    assert last.weights.any()
    steep = THRESHOLDS["sigmoid_256"].value(np.array([-1.0, 0.1, 3.0]))
    np.testing.assert_allclose(
        steep, THRESHOLDS["threshold"].value(np.array([-1, 0.1, 3])), atol=1e-9
    )


@pytest.mark.parametrize(("activation", "cost"), kinds())
def test_errors_are_the_derivatives_by_the_sums(activation, cost):
    # The biases stand beside the sums: the mean over pictures of the errors is their gradient.
    net = Network((784, 5, 4, 10), activation, cost)
    images, labels = pictures()
    parameters = net.initial("he", np.random.default_rng(0)).astype(np.float64)
    errors = net.errors(parameters, images, labels)
    assert [e.shape for e in errors] == [(20, 5), (20, 4), (20, 10)]
    _, gradient = net.cost_and_gradient(parameters, images, labels)
    for error, (_, biases) in zip(errors, net.layers(gradient), strict=True):
        np.testing.assert_allclose(error.mean(axis=0), biases, atol=1e-14)


def test_the_check_of_gradients_can_fail(monkeypatch):
    net = Network((784, 6, 10), "tanh")
    images, labels = pictures(12)
    parameters = net.initial("xavier", np.random.default_rng(3)).astype(np.float64)
    _, gradient = net.cost_and_gradient(parameters, images, labels)
    places = np.arange(net.dimension - 100, net.dimension)
    found = differences(net, parameters, images, labels, places)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(1.01 * gradient[places], found, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("activation", "cost"), kinds())
def test_many_pictures_are_the_mean_of_few(activation, cost):
    net = Network((784, 5, 10), activation, cost)
    images, labels = load("test")
    images, labels = images[:2500], labels[:2500]  # in chunks within
    parameters = net.initial("he", np.random.default_rng(0)).astype(np.float64)
    mean, gradient = net.cost_and_gradient(parameters, images, labels)
    parts = [
        net.cost_and_gradient(parameters, images[i : i + 500], labels[i : i + 500])
        for i in range(0, 2500, 500)
    ]
    assert mean == pytest.approx(np.mean([c for c, _ in parts]))
    np.testing.assert_allclose(gradient, np.mean([g for _, g in parts], axis=0), atol=1e-9)
    assert net.cost_and_accuracy(parameters, images, labels)[0] == pytest.approx(mean)


def test_float32_stays_float32_and_nothing_given_is_changed():
    images, labels = pictures()
    parameters = SMALL.initial("he", np.random.default_rng(0))
    before = parameters.copy()
    cost, gradient = SMALL.cost_and_gradient(parameters, images, labels)
    assert isinstance(cost, float)
    assert gradient.dtype == np.float32
    assert parameters.tobytes() == before.tobytes()
    assert all(layer.dtype == np.float32 for layer in SMALL.forward(parameters, images))


@pytest.mark.parametrize(("activation", "cost"), kinds())
@pytest.mark.parametrize("size", [1e3, 1e20, 1e38, np.inf, np.nan])
def test_overflow_gives_inf_or_nan_and_never_a_warning(activation, cost, size):
    net = Network((784, 5, 4, 10), activation, cost)
    images, labels = pictures()
    with np.errstate(all="ignore"):
        parameters = net.initial("too_large", np.random.default_rng(0)) * np.float32(size)
    found, gradient = net.cost_and_gradient(parameters, images, labels)
    assert isinstance(found, float)
    assert gradient.shape == parameters.shape
    answers = net.answers(parameters, images)
    assert answers.shape == (20, 10)
    net.forward(parameters, images)
    net.sums(parameters, images)
    net.cost_and_accuracy(parameters, images, labels)


def test_certainty_in_the_wrong_answer_has_a_finite_cost():
    net = Network((784, 10))
    parameters = np.zeros(net.dimension, np.float32)
    parameters[-10] = 500.0  # "it is a 0", whatever it is
    cost, _ = net.cost_and_gradient(parameters, np.zeros((1, 784), np.uint8), np.array([3]))
    assert cost == pytest.approx(500.0)


# --- What it says ------------------------------------------------------------------------------


@pytest.mark.parametrize(("activation", "cost"), kinds())
def test_forward_returns_every_layer(activation, cost):
    net = Network((784, 5, 4, 10), activation, cost)
    images, _ = pictures()
    parameters = net.initial("he", np.random.default_rng(0))
    layers = net.forward(parameters, images)
    assert [layer.shape for layer in layers] == [(20, 784), (20, 5), (20, 4), (20, 10)]
    np.testing.assert_allclose(layers[0], images / 255.0, rtol=1e-6)
    sums = net.sums(parameters, images)
    for said, z, (weights, biases) in zip(layers, sums, net.layers(parameters), strict=False):
        np.testing.assert_allclose(z, said @ weights + biases, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layers[1], ACTIVATIONS[activation].value(sums[0]))
    answers = net.answers(parameters, images)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(answers.argmax(axis=1), layers[-1].argmax(axis=1))


def test_outputs_that_all_say_no_are_ten_equal_chances():
    net = Network((784, 10), cost="squared_error")
    parameters = np.zeros(net.dimension, np.float32)
    parameters[-10:] = -1e4
    np.testing.assert_allclose(net.answers(parameters, np.zeros((1, 784))), 0.1)


# --- As a cost to walk on ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "optimizer", [o for o in OPTIMIZERS.values() if not o.needs_hessian], ids=lambda o: o.key
)
def test_every_optimizer_walks_down_a_network(optimizer):
    images, labels = pictures(60)
    cost = NetworkCost(Network((784, 8, 10)), images, labels)
    start = cost.network.initial("he", np.random.default_rng(0))
    run = descent.start(cost, start, optimizer)
    run = descent.advance(run, 30)
    assert run.points.dtype == np.float32
    assert run.values[-1] < run.values[0]


def test_a_cost_takes_points_with_leading_axes():
    images, labels = pictures()
    cost = NetworkCost(SMALL, images, labels)
    points = np.stack([SMALL.initial("he", np.random.default_rng(i)) for i in range(6)])
    points = points.reshape(2, 3, -1)
    values, gradients = cost.value_and_gradient(points)
    assert values.shape == (2, 3)
    assert gradients.shape == points.shape
    value, gradient = cost.value_and_gradient(points[1, 2])
    assert value.shape == ()
    assert values[1, 2] == value == cost.value(points[1, 2])
    np.testing.assert_array_equal(gradients[1, 2], gradient)


# --- Files -------------------------------------------------------------------------------------


def trained(**changes):
    net = Network(**{"sizes": (784, 6, 10), "preparation": "deskew", **changes})
    parameters = net.initial("he", np.random.default_rng(0))
    return TrainedNetwork(net, parameters, 0.5, "a test")


def test_what_is_saved_comes_back(tmp_path):
    one = trained(activation="tanh", cost="squared_error")
    save(tmp_path / "net.npz", one)
    other = network.load(tmp_path / "net.npz")
    assert other.network == one.network
    assert other.parameters.tobytes() == one.parameters.tobytes()
    assert (other.accuracy, other.made) == (0.5, "a test")
    save(tmp_path / "again.npz", other)
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "net.npz").read_bytes()


def test_predict_prepares_by_itself(tmp_path):
    save(tmp_path / "net.npz", trained())
    net = network.load(tmp_path / "net.npz")
    images, _ = pictures()
    answers = net.predict(images)
    assert answers.shape == (20, 10)
    prepared = net.prepare(images)
    assert prepared.dtype == np.float32
    assert np.abs(prepared - images / 255).max() > 0.1  # deskewed
    np.testing.assert_array_equal(net.network.answers(net.parameters, prepared), answers)
    np.testing.assert_allclose(net.predict(images.reshape(-1, 28, 28)), answers)


def changed(path, **arrays):
    """The file of a sound network with some of its arrays changed, or left out where None."""
    save(path, trained())
    with np.load(path) as file:
        kept = {**file, **arrays}
    np.savez_compressed(path, **{k: v for k, v in kept.items() if v is not None})


HOSTILE = {
    "no parameters": {"parameters": None},
    "too few parameters": {"parameters": np.zeros(5, np.float32)},
    "parameters of another kind": {"parameters": np.zeros(4780, np.int64)},
    "nan": {"parameters": np.full(4780, np.nan, np.float32)},
    "beyond float32": {"parameters": np.full(4780, 1e300)},
    "a pickle": {"made": np.array([{"a": 1}], dtype=object)},
    "huge sizes": {"sizes": np.array([784, 10**12, 10])},
    "negative sizes": {"sizes": np.array([784, -6, 10])},
    "other inputs": {"sizes": np.array([28, 6, 10])},
    "sizes in a table": {"sizes": np.array([[784, 6, 10]])},
    "an unknown function": {"keys": np.array(["relu", "cross_entropy", "magic"])},
    "too few functions": {"keys": np.array(["relu"])},
    "another format": {"format": np.array(99)},
    "accuracy that is a word": {"accuracy": np.array("good")},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name, tmp_path):
    changed(tmp_path / "net.npz", **HOSTILE[name])
    with pytest.raises(ValueError, match=r"The network net\.npz cannot be read \(.+\)\."):
        network.load(tmp_path / "net.npz")


def test_so_are_a_missing_file_a_folder_and_no_archive(tmp_path):
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "empty.npz").touch()
    np.save(tmp_path / "array.npy", np.zeros(3))
    for name in ("missing.npz", "text.npz", "folder.npz", "empty.npz", "array.npy"):
        with pytest.raises(ValueError, match=name):
            network.load(tmp_path / name)


def test_a_bomb_is_not_unpacked(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (10**9,)}
    )
    with zipfile.ZipFile(tmp_path / "net.npz", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("parameters.npy", header.getvalue() + bytes(200_000_000))
    with pytest.raises(ValueError, match="unpacks to"):
        network.load(tmp_path / "net.npz")


@given(where=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_damage_anywhere_is_a_value_error_or_harmless(where, byte, cut, tmp_path_factory):
    path = tmp_path_factory.mktemp("damage") / "net.npz"
    save(path, trained(sizes=(784, 1, 10), preparation="none"))
    content = bytearray(path.read_bytes())
    place = int(where * (len(content) - 1))
    content[place] = byte
    path.write_bytes(content[:place] if cut else content)
    with contextlib.suppress(ValueError):
        network.load(path)


# --- The networks that come with the project ---------------------------------------------------

EVERY_SHIPPED = pytest.mark.parametrize("key", SHIPPED)


@pytest.mark.parametrize(("key", "least"), [("small", 0.96), ("strong", 0.992)])
def test_a_shipped_network_reads_as_well_as_its_file_says(key, least):
    net = network.load(SHIPPED[key])
    images, labels = load("test")
    right = float((net.predict(images).argmax(axis=1) == labels).mean())
    assert net.accuracy == pytest.approx(right, abs=2e-4)  # linear algebra rounds as it is built
    assert right >= least


@EVERY_SHIPPED
def test_the_notice_tells_how_a_shipped_network_was_made(key):
    net = network.load(SHIPPED[key])
    notice = (SHIPPED[key].parent / "NOTICE.txt").read_text()
    assert f"    {net.made}\n" in notice
    assert f"{100 * net.accuracy:.2f} %" in notice
    assert "-".join(map(str, net.network.sizes)) in notice
    assert f"{net.network.dimension:,} parameters" in notice


def test_nothing_else_is_shipped():
    folder = SHIPPED["small"].parent
    assert sorted(folder.iterdir()) == sorted([*SHIPPED.values(), folder / "NOTICE.txt"])
    assert network.load(SHIPPED["small"]).network.sizes == (784, 16, 16, 10)
    assert SHIPPED["strong"].stat().st_size <= 3_000_000


@EVERY_SHIPPED
def test_it_reads_what_two_hands_draw_anywhere_large_or_small(key):
    net = network.load(SHIPPED[key])
    wrong = {}
    for hand in (FIRST_HAND, SECOND_HAND):
        for digit in hand:
            for side, x, y in (
                (180, 50, 50),
                (266, 7, 7),
                (42, 5, 230),
                (42, 235, 3),
                (112, 0, 90),
            ):
                strokes = placed(drawing(digit, hand), side, x, y)
                answers = net.predict(from_strokes(strokes, pad=280).reshape(1, -1))[0]
                if answers.argmax() != digit:
                    wrong[digit, side] = answers.argmax()
    assert wrong == {}


def test_reading_a_drawing_takes_a_few_milliseconds():
    net, picture = network.load(SHIPPED["strong"]), from_strokes(drawing(8)).reshape(1, -1)
    times = []
    for _ in range(20):
        before = perf_counter()
        net.predict(picture)
        times.append(perf_counter() - before)
    assert min(times) < 5e-3
