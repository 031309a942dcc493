"""Drawings read, with each step of their preparation to be left out."""

import numpy as np
import pytest

from engine import digits, network
from engine.network.reading import STEPS, Steps, drawn, read_picture, read_strokes
from tests.engine.drawings import FIRST_HAND, HANDS, SECOND_HAND, drawing, placed, wobbled

NETS = {key: network.load(path) for key, path in network.SHIPPED.items()}


def read(strokes, key="strong", steps=None, brush=22.0):
    steps = Steps() if steps is None else steps
    return read_strokes(NETS[key].network, NETS[key].parameters, strokes, steps, brush)


@pytest.mark.parametrize("key", NETS)
@pytest.mark.parametrize("digit", range(10))
def test_both_hands_are_read_by_both_networks(digit, key):
    for hand in (FIRST_HAND, SECOND_HAND):
        assert read(placed(drawing(digit, hand), 150, 30, 60), key).answer == digit


@pytest.mark.parametrize("key", NETS)
def test_place_size_and_brush_do_not_change_what_is_read(key):
    rng = np.random.default_rng(11)
    digits_drawn = [
        (digit, wobbled(drawing(digit, hand), rng))
        for digit in range(10)
        for hand in HANDS
        for _ in range(2)
    ]
    accuracy = {}
    for share, brush in ((0.15, 22), (0.4, 22), (0.95, 22), (0.4, 6), (0.4, 40)):
        right = 0
        for digit, strokes in digits_drawn:
            side = share * (280 - brush)
            x, y = rng.uniform(brush / 2, 280 - brush / 2 - side, 2)
            right += read(placed(strokes, side, x, y), key, brush=brush).answer == digit
        accuracy[share, brush] = 100 * right / len(digits_drawn)
    assert min(accuracy.values()) > 95, accuracy
    assert max(accuracy.values()) - min(accuracy.values()) <= 1, accuracy


def test_with_all_steps_it_is_what_the_network_itself_would_read():
    strokes = placed(drawing(5), 90, 10, 150)
    picture = digits.from_strokes(strokes, pad=280).reshape(1, -1)
    for key, net in NETS.items():
        reading = read(strokes, key)
        np.testing.assert_allclose(reading.chances, net.predict(picture)[0], atol=1e-5)
        np.testing.assert_allclose(reading.layers[0], net.prepare(picture)[0], atol=1e-4)
        np.testing.assert_allclose(reading.chances.sum(), 1, atol=1e-5)
        assert [len(layer) for layer in reading.layers] == list(net.network.sizes)
        assert [len(z) for z in reading.sums] == list(net.network.sizes[1:])


@pytest.mark.parametrize("key", STEPS)
def test_a_variant_is_what_is_read_with_that_step_toggled(key):
    for steps in (Steps(), Steps(crop=False, centre=False, line=False, deskew=False)):
        strokes = placed(drawing(4), 110, 40, 40)
        other = read(strokes, steps=steps.toggled(key), brush=30.0)
        picture, chances = read(strokes, steps=steps, brush=30.0).variants[key]
        np.testing.assert_allclose(picture, other.layers[0], atol=1e-4)
        np.testing.assert_allclose(chances, other.chances, atol=1e-5)


def test_a_small_three_in_a_corner_is_read_only_because_it_is_cropped():
    reading = read(placed(drawing(3), 45, 225, 5))
    assert reading.answer == 3
    assert set(reading.flips) >= {"crop"}
    assert reading.flips["crop"] != 3
    assert read(placed(drawing(3), 45, 225, 5), steps=Steps(crop=False)).answer != 3


@pytest.mark.parametrize("strokes", [[], [[]], [np.full((3, 2), np.nan)]])
def test_an_empty_pad_is_not_read(strokes):
    assert read(strokes) is None


def test_what_leaves_no_ink_with_a_step_toggled_has_no_answer_there():
    reading = read(placed(drawing(1), 100, 900, 900))
    assert reading.answer == 1
    assert reading.variants["crop"] is not None  # centring brings it back
    away = read(placed(drawing(1), 100, 900, 900), steps=Steps(centre=False))
    assert away.variants["crop"] is None
    assert "crop" not in away.flips


def test_a_picture_is_only_deskewed():
    image = digits.load("test")[0][7]
    net = NETS["strong"]
    reading = read_picture(net.network, net.parameters, image, Steps())
    assert set(reading.variants) == {"deskew"}
    np.testing.assert_allclose(reading.layers[0], digits.deskew(image[None])[0], atol=1e-4)
    plain = read_picture(net.network, net.parameters, image, Steps(deskew=False))
    np.testing.assert_array_equal(plain.layers[0], digits.as_pixels(image))
    assert read_picture(net.network, net.parameters, np.zeros(784, np.uint8), Steps()) is None


def test_an_unknown_step_is_refused():
    with pytest.raises(ValueError, match="crop"):
        Steps().toggled("sharpen")


def test_the_brush_counts_only_without_one_line_width():
    strokes = placed(drawing(2), 150, 30, 30)
    thin, thick = (drawn(strokes, Steps(), brush) for brush in (6.0, 40.0))
    np.testing.assert_array_equal(thin, thick)
    thin, thick = (drawn(strokes, Steps(line=False), brush) for brush in (6.0, 40.0))
    assert thick.sum() > 2 * thin.sum()
