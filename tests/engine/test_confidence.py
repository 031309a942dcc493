"""How sure a network is: of digits, of strangers, at any temperature; and what it calls a 5."""

import numpy as np
import pytest

from engine import descent, network
from engine.digits import load
from engine.inspection.confidence import (
    TemperatureCost,
    calibration,
    chances_at,
    confidence,
    coverage,
    fit_temperature,
    last_sums,
    share_as_sure,
    share_sure,
)
from engine.inspection.imagining import PictureCost, noise, shown
from engine.inspection.remedies import REMEDIES, TEMPERATURE, compare, treated
from engine.inspection.strangers import STRANGERS
from engine.network import ACTIVATIONS, COSTS, SHIPPED, Network
from engine.training import Examples, advance, begin, examples

CHANCES = np.array([[0.95, 0.05], [0.4, 0.6], [0.2, 0.8], [0.99, 0.01]])
TRUTH = np.array([0, 0, 1, 1])


@pytest.fixture(scope="module")
def small():
    return network.load(SHIPPED["small"])


@pytest.fixture(scope="module")
def overfit():
    """A network that has fitted 300 pictures, its last sums for 1,000 others, and their labels."""
    images, labels = examples("train")
    training = advance(
        begin(Network((784, 32, 10)), Examples(images[:300], labels[:300]), "adam"), 400
    )
    images, labels = examples("test")
    return last_sums(training.network, training.parameters, images[:1000]), labels[:1000]


# --- Strangers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", STRANGERS.values(), ids=lambda s: s.key)
def test_every_kind_is_pictures_that_follow_from_the_seed(entry):
    made = entry.make(12, np.random.default_rng(4))
    assert made.shape == (12, 784)
    assert made.dtype == np.uint8
    assert made.tobytes() == entry.make(12, np.random.default_rng(4)).tobytes()
    if entry.key != "blank":
        assert made.tobytes() != entry.make(12, np.random.default_rng(5)).tobytes()
        assert len(np.unique(made, axis=0)) == 12
    assert entry.make(0, np.random.default_rng(0)).shape == (0, 784)
    assert entry.summary.endswith(".")


def kind(key, count=50):
    return STRANGERS[key].make(count, np.random.default_rng(1))


def test_what_the_kinds_are_made_of():
    digits = kind("digits")
    known = {image.tobytes() for image in load("test")[0]}
    assert all(image.tobytes() in known for image in digits)
    np.testing.assert_array_equal(kind("inverted"), 255 - digits)
    np.testing.assert_array_equal(np.sort(kind("shaken")), np.sort(digits))
    assert not kind("blank").any()
    assert kind("noise", 200).mean() == pytest.approx(127.5, abs=1)
    assert (kind("scribbles") > 0).sum(axis=1).min() > 40  # all have ink


def centre(images):
    grid = images.reshape(-1, 28, 28).astype(float)
    steps, mass = np.arange(28), grid.sum(axis=(1, 2))
    return np.stack([grid.sum(axis=1) @ steps, grid.sum(axis=2) @ steps], axis=1) / mass[:, None]


def test_a_shifted_digit_is_the_same_digit_farther_off():
    digits, shifted = kind("digits", 200), kind("shifted", 200)
    whole = shifted.astype(int).sum(axis=1) == digits.astype(int).sum(axis=1)
    assert 0.3 < whole.mean() < 1  # the others are cut by the edge
    moved = np.hypot(*(centre(shifted) - centre(digits))[whole].T)
    assert moved.min() > 3.2
    assert moved.max() < 8.8


# --- Confidence --------------------------------------------------------------------------------


def test_confidence_coverage_and_calibration_by_hand():
    np.testing.assert_array_equal(confidence(CHANCES), [0.95, 0.6, 0.8, 0.99])
    assert share_sure(CHANCES) == 0.5
    assert np.isnan(share_sure(CHANCES[:0]))
    found = coverage(CHANCES, TRUTH, np.array([0, 0.7, 0.9, 0.99, 1.1]))
    np.testing.assert_array_equal(found.coverage, [1, 0.75, 0.5, 0.25, 0])
    np.testing.assert_allclose(found.accuracy, [0.5, 2 / 3, 0.5, 0, np.nan])
    told = calibration(CHANCES, TRUTH, 10)
    np.testing.assert_array_equal(told.counts, [0] * 6 + [1, 0, 1, 2])
    np.testing.assert_allclose(told.confidence[[6, 8, 9]], [0.6, 0.8, 0.97])
    np.testing.assert_allclose(told.accuracy[[6, 8, 9]], [0, 1, 0.5])
    assert told.error == pytest.approx((0.6 + 0.2 + 2 * 0.47) / 4)


def test_a_network_that_says_nothing_is_sure_of_nothing():
    nothing = np.full((4, 2), np.nan)
    assert share_sure(nothing) == 0
    assert calibration(nothing, TRUTH).counts[0] == 4
    assert coverage(nothing, TRUTH, np.array([0.5])).coverage == 0


def test_a_threshold_buys_accuracy_with_coverage(small):
    images, labels = examples("test", "deskew")
    chances = small.network.answers(small.parameters, images)
    found = coverage(chances, labels, np.linspace(0, 0.999, 50))
    assert found.coverage[0] == 1
    assert found.accuracy[0] == pytest.approx(small.accuracy, abs=2e-4)
    assert (np.diff(found.coverage) <= 0).all()
    assert found.accuracy[-1] > 0.998


def shares_sure(net, parameters, sets, temperature=1.0):
    """The share of each set of pictures that a network is sure about."""
    sums = {key: last_sums(net, parameters, net.prepare(images)) for key, images in sets.items()}
    return {key: share_sure(chances_at(one, temperature)) for key, one in sums.items()}


def test_the_network_is_sure_of_noise(small):
    sets = {key: entry.make(300, np.random.default_rng(0)) for key, entry in STRANGERS.items()}
    shares = shares_sure(small.network, small.parameters, sets)
    assert set(shares) == set(STRANGERS)
    assert shares["digits"] > 0.9
    assert shares["noise"] > 0.3
    chances = small.predict(sets["noise"])
    assert shares["noise"] == pytest.approx(share_sure(chances), abs=0.01)
    cooler = shares_sure(small.network, small.parameters, sets, temperature=20.0)
    assert max(cooler.values()) == 0


# --- Temperature -------------------------------------------------------------------------------


def test_a_temperature_changes_how_sure_but_no_answer(overfit):
    sums, _ = overfit
    plain, warm = chances_at(sums, 1.0), chances_at(sums, 3.0)
    np.testing.assert_allclose(warm.sum(axis=1), 1)
    np.testing.assert_array_equal(plain.argmax(axis=1), warm.argmax(axis=1))
    assert (confidence(warm) <= confidence(plain)).all()


def test_its_cost_falls_where_the_derivative_says(overfit):
    cost = TemperatureCost(*overfit)
    places = np.linspace(-1, 2, 7)[:, None]
    values, slopes = cost.value_and_gradient(places)
    assert values.shape == (7,)
    assert slopes.shape == (7, 1)
    ends = [cost.value(places + step) for step in (1e-5, -1e-5)]
    np.testing.assert_allclose(slopes[:, 0], (ends[0] - ends[1]) / 2e-5, rtol=1e-6, atol=1e-9)
    chances = chances_at(overfit[0], np.exp(0.5))
    wanted = -np.log(chances[np.arange(1000), overfit[1]]).mean()
    assert cost.value(np.array([0.5])) == pytest.approx(wanted)


def test_our_own_descent_finds_the_temperature(overfit):
    sums, labels = overfit
    half = slice(0, 500)
    fit = fit_temperature(sums[half], labels[half])
    grid = np.linspace(-2, 3, 2001)[:, None]
    best = grid[TemperatureCost(sums[half], labels[half]).value(grid).argmin(), 0]
    assert np.log(fit.temperature) == pytest.approx(best, abs=3e-3)
    assert fit.temperature > 1.05  # it has fitted its pictures, and is too sure of others
    assert (np.diff(fit.run.values) <= 1e-12).all()
    before, after = (
        calibration(chances_at(sums[500:], t), labels[500:]).error for t in (1.0, fit.temperature)
    )
    assert after < before


@pytest.mark.parametrize("size", [1e-6, 1e3, 1e30])
def test_sums_of_any_size_have_a_temperature(overfit, size):
    sums, labels = overfit
    fit = fit_temperature(sums[:100].astype(float) * size, labels[:100])
    assert fit.temperature > 0


def test_no_temperature_without_numbers(overfit):
    sums, labels = overfit
    for wrong in (sums[:0], np.full_like(sums, np.nan), np.zeros_like(sums)):
        with pytest.raises(ValueError, match="finite"):
            fit_temperature(wrong, labels[: len(wrong)])


def test_squared_error_has_a_temperature_too():
    net = Network((784, 6, 10), cost="squared_error")
    parameters = net.initial("he", np.random.default_rng(0))
    images, _ = examples("test")
    sums = last_sums(net, parameters, images[:50])
    np.testing.assert_allclose(
        chances_at(sums, 1.0), net.answers(parameters, images[:50]), rtol=1e-5
    )


# --- Imagining ---------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
def test_the_slope_over_pixels_agrees_with_differences(activation, cost):
    net = Network((784, 7, 6, 10), activation, cost)
    rng = np.random.default_rng(0)
    parameters = net.initial("xavier", rng).astype(float)
    wished = PictureCost(net, parameters, 5)
    # Sixty-fourths and their sums are exact in the float32 that pictures are turned into.
    pictures = rng.integers(-16, 80, (2, 784)) / 64
    values, slopes = wished.value(pictures), wished.gradient(pictures)
    assert values.shape == (2,)
    assert slopes.shape == (2, 784)
    for pixel in range(0, 784, 50):
        step = np.zeros(784)
        step[pixel] = 1 / 1024
        found = (wished.value(pictures + step) - wished.value(pictures - step)) * 512
        np.testing.assert_allclose(slopes[:, pixel], found, rtol=2e-3, atol=2e-6)


@pytest.mark.parametrize("label", range(10))
def test_noise_walks_to_what_the_network_calls_a_digit(small, label):
    cost = PictureCost(small.network, small.parameters, label)
    start = noise(np.random.default_rng(label))
    run = descent.start(cost, start, "gradient_descent", learning_rate=0.1)
    run = descent.advance(run, 100)
    picture = shown(run.points[-1])
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() <= 1
    answer = small.network.answers(small.parameters, picture[None])[0]
    assert answer[label] > 0.95
    assert np.abs(run.points[-1] - picture).max() < 0.5  # the fence holds


def test_what_cannot_be_imagined_is_refused_or_harmless(small):
    with pytest.raises(ValueError, match="no answer 10"):
        PictureCost(small.network, small.parameters, 10)
    cost = PictureCost(small.network, small.parameters, 5)
    run = descent.start(
        cost, noise(np.random.default_rng(0)), "gradient_descent", learning_rate=1e9
    )
    run = descent.advance(run, 30)
    assert shown(run.points[-1]).max() <= 1
    assert not np.isnan(shown(np.array([np.nan, np.inf, -1.0]))).any()


# --- Remedies ----------------------------------------------------------------------------------


def finished(steps):
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


def test_remedies_begin_alike_and_augmentation_calms_the_network():
    net = Network((784, 32, 10))
    kinds = ("noise", "shaken", "inverted", "scribbles")
    sets = {key: kind(key, 100) for key in kinds}
    sure = {}
    for remedy in REMEDIES.values():
        training, seen = finished(treated(remedy, net, updates=600))
        assert seen[-1] == 1
        assert seen == sorted(seen)
        start = net.initial("he", np.random.default_rng([0, 0]))
        assert training.kept[0].parameters.tobytes() == start.tobytes()
        assert training.updates == 600
        shares = shares_sure(net, training.parameters, sets)
        sure[remedy.key] = sum(shares.values())
    assert sure["augmentation"] < 0.6 * sure["none"]


def test_being_less_sure_of_everything_tells_nobody_apart():
    rng = np.random.default_rng(0)
    known, strange = (chances_at(rng.normal(0, s, (2000, 10)), 1) for s in (8.0, 4.0))
    fainter = [0.5 * chances + 0.05 for chances in (strange, known)]
    assert share_sure(fainter[0]) < 0.5 * share_sure(strange)
    assert share_as_sure(*fainter) == share_as_sure(strange, known)
    assert share_as_sure(known, known) == pytest.approx(0.95, abs=0.01)
    assert share_as_sure(strange, known) < 0.9
    assert np.isnan(share_as_sure(np.empty((0, 10)), known))


def test_remedies_are_measured_on_pictures_that_nothing_was_fitted_to():
    net = Network((784, 32, 10))
    train, test = examples("train"), examples("test")
    data = Examples(train.images[:500], train.labels[:500])
    unseen = Examples(test.images[:2000], test.labels[:2000])
    sets = {"noise": kind("noise", 50), "scribbles": kind("scribbles", 50)}
    found, seen = finished(compare(net, sets, data, unseen, updates=400))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)
    assert [o.key for o in found] == ["none", TEMPERATURE, "augmentation", "decay"]
    before, warmer = found[:2]
    assert warmer.temperature > 1.1
    assert warmer.accuracy == before.accuracy
    assert warmer.calibration.error < before.calibration.error
    assert warmer.answered < before.answered
    for o in found:
        assert o.calibration.counts.sum() == 1000
        assert set(o.sure) == set(sets)
        assert 0.7 < o.accuracy < 1
        assert 0 <= o.passing <= 1
