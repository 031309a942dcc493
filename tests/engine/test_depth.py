"""Depth: sizes through many layers, as measured and as predicted; what cures, what is hopeless."""

from dataclasses import replace

import numpy as np
import pytest

from engine.digits import load
from engine.inspection.depth import (
    INPUTS,
    deep,
    measure,
    measured,
    pictures,
    theory,
    verdict,
    with_activation,
)
from engine.network.neuron import INITIALISATIONS, scaled
from engine.optimizers.clipping import clip
from engine.training import advance, back_to, begin, change

UNIT = "unit"


@pytest.fixture(scope="module")
def data():
    return pictures(UNIT, count=2000)


def begun(data, activation, initialisation="xavier", layers=10, **more):
    return begin(
        deep(layers, 32, activation),
        data,
        batch_size=100,
        initialisation=initialisation,
        **{"learning_rate": 0.5, **more},
    )


# --- Shapes and inputs -------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [2, 3, 20])
def test_as_many_layers_of_weights_as_asked(layers):
    net = deep(layers, 8, "tanh")
    assert len(net.layers(np.zeros(net.dimension))) == layers
    assert net.sizes[0] == 784
    assert set(net.sizes[1:-1]) == {8}


@pytest.mark.parametrize("layers", [-1, 0, 1, 21, 500])
def test_500_layers_are_refused(layers):
    with pytest.raises(ValueError, match="2 to 20 layers"):
        deep(layers, 8)


@pytest.mark.parametrize("width", [-3, 0, 257, 10**9])
def test_so_are_layers_too_wide_to_be_shown_live(width):
    with pytest.raises(ValueError, match="1 to 256 neurons"):
        deep(10, width)


def test_inputs_come_on_three_scales(data):
    assert data.images.min() == 0
    assert data.images.max() == 1
    raw = pictures("raw", count=2000).images
    np.testing.assert_array_equal(np.rint(raw), load("train")[0][:2000])
    assert not raw.flags.writeable
    for entry in INPUTS.values():
        assert entry.apply(raw[:2]).dtype == np.float32
    with pytest.raises(ValueError, match="Known are: raw"):
        pictures("upside down")


def test_normalised_pixels_have_the_mean_0_and_the_deviation_1():
    images, _ = load("train")
    parts = (images[i : i + 6000].ravel() for i in range(0, 60_000, 6000))
    shares = sum(np.bincount(part, minlength=256) for part in parts) / images.size
    scaled_bytes = INPUTS["standard"].apply(np.arange(256, dtype=np.uint8)).astype(float)
    assert shares @ scaled_bytes == pytest.approx(0, abs=1e-3)
    assert shares @ scaled_bytes**2 == pytest.approx(1, abs=1e-3)


# --- Measured and predicted --------------------------------------------------------------------


def test_sizes_are_root_mean_squares_and_distances_begin_at_zero(data):
    net = deep(4, 8, "tanh")
    start = net.initial("xavier", np.random.default_rng(0))
    images, labels = data.images[:50], data.labels[:50]
    sizes = measure(net, start, start, images, labels)
    layers = net.forward(start, images)
    np.testing.assert_allclose(sizes.said, [np.sqrt((a**2).mean()) for a in layers], rtol=1e-5)
    _, gradient = net.cost_and_gradient(start, images, labels)
    wanted = [np.sqrt((w**2).mean()) for w, _ in net.layers(gradient)]
    np.testing.assert_allclose(sizes.gradients, wanted, rtol=1e-5)
    errors = net.errors(start, images, labels)
    np.testing.assert_allclose(sizes.errors, [np.sqrt((e**2).mean()) for e in errors], rtol=1e-5)
    assert not sizes.moved.any()
    moved = measure(net, start + np.float32(0.25), start, images, labels)
    np.testing.assert_allclose(moved.moved, 0.25, rtol=1e-5)
    began = [np.sqrt((w**2).mean()) for w, _ in net.layers(start)]
    np.testing.assert_allclose(moved.moved_share, 0.25 / np.array(began), rtol=1e-5)


def over_seeds(net, initialisation, data, seeds=12):
    """Usual sizes of hidden layers, and gradients as shares of the last layer's."""
    said, gradients = [], []
    for seed in range(seeds):
        start = net.initial(initialisation, np.random.default_rng(seed))
        sizes = measure(net, start, start, data.images[:100], data.labels[:100])
        said.append(sizes.said[:-1])
        gradients.append(np.log(sizes.gradients / sizes.gradients[-1]))
    return np.sqrt(np.square(said).mean(axis=0)), np.exp(np.mean(gradients, axis=0))


@pytest.mark.parametrize(
    ("activation", "initialisation"),
    [("sigmoid", "xavier"), ("tanh", "xavier"), ("relu", "he"), ("relu", "xavier"), ("tanh", "he")],
)
def test_theory_predicts_what_is_measured(activation, initialisation, data):
    net = deep(10, 32, activation)
    expected = theory(net, initialisation, float(np.square(data.images[:100]).mean()))
    said, gradients = over_seeds(net, initialisation, data)
    np.testing.assert_allclose(said, expected.said, rtol=0.3)
    # The factor per layer: what nine layers make of a gradient, to the ninth root.
    factor, wanted = (float((g[1] / g[-2]) ** (1 / 7)) for g in (gradients, expected.gradients))
    assert factor == pytest.approx(wanted, rel=0.12)


def test_small_weights_make_relu_vanish_from_both_ends(data):
    # What goes in shrinks forwards and what comes back shrinks backwards, so the gradient, their
    # product, is about as small in every layer: only the two of them tell what happens.
    training = begun(data, "relu", "normal")
    sizes = measured(training)
    expected = theory(training.network, "normal", float(np.square(data.images[:100]).mean()))
    assert verdict(training, sizes).fate == "vanishing"
    assert sizes.gradients.max() < 100 * sizes.gradients.min()
    factor, wanted = (float((e[1] / e[-2]) ** (1 / 7)) for e in (sizes.errors, expected.errors))
    assert factor == pytest.approx(wanted, rel=0.15)


def test_the_formulas_of_the_papers():
    # He et al.: n σ² / 2 = 1 for ReLU, so nothing grows or shrinks between layers of one width.
    relu = theory(deep(6, 32, "relu"), "he", 0.1)
    np.testing.assert_allclose(relu.forwards, 1, rtol=1e-3)
    np.testing.assert_allclose(relu.backwards[:-1], 1, rtol=1e-3)
    np.testing.assert_allclose(relu.backwards[-1], np.sqrt(10 / 32), rtol=1e-3)
    # Glorot and Bengio: straight where sums are small, so the factor backwards is √(n σ²) = 1.
    tanh = theory(deep(6, 32, "tanh"), "xavier", 1e-8)
    np.testing.assert_allclose(tanh.backwards[:-1], 1, rtol=1e-3)
    # A sigmoid's slope is ¼ at most.
    small = theory(deep(6, 32, "sigmoid"), "too_small", 0.1)
    np.testing.assert_allclose(small.backwards[:-1], np.sqrt(32) * 0.001 / 4, rtol=1e-3)
    doubled = theory(deep(6, 32, "relu"), scaled(INITIALISATIONS["he"], 2), 0.1)
    np.testing.assert_allclose(doubled.forwards, 2, rtol=1e-3)
    assert not theory(deep(6, 32, "threshold"), "xavier", 0.1).backwards.any()
    with pytest.raises(ValueError, match="Known are: he"):
        theory(deep(6, 32), "none", 0.1)


# --- Cures -------------------------------------------------------------------------------------


def test_gradients_vanish_in_a_deep_sigmoid_network_and_early_layers_stay(data):
    training = advance(begun(data, "sigmoid"), 40)
    sizes = measured(training)
    told = verdict(training, sizes)
    assert told.fate == "vanishing"
    assert "smaller" in told.sentence
    assert sizes.moved[1] < sizes.moved[8] / 1000


def test_relu_and_he_are_the_cure(data):
    cured = advance(begun(data, "relu", "he", learning_rate=0.05), 100)
    assert verdict(cured, measured(cured)).fate == "even"
    ill = advance(begun(data, "sigmoid", "xavier"), 100)
    assert cured.costs[-10:].mean() < 0.6 * ill.costs[-10:].mean()


def test_an_explosion_ends_in_words(data):
    training = advance(begun(data, "relu", "too_large"), 10)
    assert training.lost >= 0
    told = verdict(training, measured(training))
    assert told.fate == "exploded"
    assert f"update {training.lost + 1}" in told.sentence
    for factor in (1e30, 1e200):
        enormous = scaled(INITIALISATIONS["too_large"], factor)
        start = begun(data, "relu", enormous)
        assert verdict(start, measured(start)).fate == "exploded"
    assert not np.isfinite(theory(start.network, enormous, 0.1).said).all()


def test_a_step_learns_nothing_below_the_outputs_until_it_is_smoothed(data):
    flat = advance(begun(data, "threshold", layers=3), 60)
    sizes = measured(flat)
    assert verdict(flat, sizes).fate == "flat"
    assert not sizes.moved[:-1].any()
    smooth = advance(begun(data, "sigmoid_4", layers=3), 60)
    assert (measured(smooth).moved > 1e-3).all()
    ends = [t.network.cost_and_accuracy(t.parameters, *data)[1] for t in (flat, smooth)]
    assert ends[1] > ends[0] + 0.15


def test_smoothed_on_the_way_it_begins_to_learn(data):
    flat = advance(begun(data, "threshold", layers=3), 5)
    smooth = with_activation(flat, "sigmoid_8")
    assert smooth.parameters is flat.parameters
    assert measured(smooth).moved[0] == 0
    assert measured(advance(smooth, 5)).moved[0] > 0
    assert back_to(advance(smooth, 5), 0).network.activation == "threshold"
    with pytest.raises(ValueError, match="Known are"):
        with_activation(flat, "magic")


@pytest.mark.parametrize("ratio", [1e-5, 0.01, 1.0, 100.0, 1e5, 1e12])
def test_every_size_has_its_words(ratio, data):
    training = begun(data, "tanh", layers=3)
    sizes = replace(measured(training), errors=np.array([1.0, 1.0, ratio]))
    fates = {1e-5: "exploding", 1.0: "even", 1e5: "vanishing", 1e12: "vanishing"}
    told = verdict(training, sizes)
    assert told.fate == fates.get(ratio, "uneven")
    assert told.sentence.endswith(".")


# --- Clipping ----------------------------------------------------------------------------------


def test_a_long_gradient_is_shortened_and_keeps_its_direction():
    gradient = np.array([3.0, -4.0], np.float32)
    assert clip(gradient, 10.0) == pytest.approx(5)
    np.testing.assert_array_equal(gradient, [3, -4])
    assert clip(gradient, 1.0) == pytest.approx(5)
    np.testing.assert_allclose(gradient, [0.6, -0.8], rtol=1e-6)
    assert gradient.dtype == np.float32


@pytest.mark.parametrize("size", [0.0, 1e-38, 1e25, 3e38, np.inf, np.nan])
def test_clipping_never_warns(size):
    gradient = np.full(100, size, np.float32)
    clip(gradient, 2.0)
    if 1 < size < np.inf:
        assert float(np.linalg.norm(gradient)) == pytest.approx(2, rel=1e-5)
    else:
        np.testing.assert_array_equal(gradient, np.full(100, size, np.float32))


def test_clipping_holds_the_step_of_any_training(data):
    wild = begun(data, "relu", scaled(INITIALISATIONS["he"], 2), clip=0.5)
    after = advance(wild, 1)
    step = np.linalg.norm(after.parameters - wild.parameters)
    assert step == pytest.approx(0.5 * 0.5, rel=1e-4)  # rate × longest
    free = advance(change(wild, clip=np.inf), 1)
    assert np.linalg.norm(free.parameters - wild.parameters) > 1
    again = back_to(advance(change(after, clip=3.0), 40), 0)
    assert again.stretches[-1].clip == 0.5
    assert advance(again, 1).parameters.tobytes() == after.parameters.tobytes()


def test_clipping_cures_what_raw_pixels_blow_up():
    raw = pictures("raw", count=2000)
    settings = {"initialisation": "he", "learning_rate": 0.05}
    free = advance(begun(raw, "relu", **settings), 60)
    held = advance(begun(raw, "relu", clip=1.0, **settings), 60)
    assert free.lost >= 0
    assert held.lost < 0


@pytest.mark.parametrize("longest", [0.0, -1.0, np.nan])
def test_a_norm_to_clip_to_is_positive(longest, data):
    with pytest.raises(ValueError, match="above 0"):
        begun(data, "relu", clip=longest)
    with pytest.raises(ValueError, match="positive"):
        scaled(INITIALISATIONS["he"], longest)
