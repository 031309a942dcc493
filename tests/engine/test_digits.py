"""MNIST as it was published, and drawings turned into pictures like its own."""

import hashlib
from itertools import pairwise
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import digits
from engine.digits import SIDE, as_pixels, deskew, from_strokes, load

from .drawings import FIRST_HAND, drawing, placed

PIXEL = np.arange(SIDE)
EMPTY = np.zeros((SIDE, SIDE), np.float32)
CROSS = [np.array([[100.0, 100], [140, 180]]), np.array([[140.0, 100], [100, 180]])]


def centre_of_mass(picture):
    picture = np.asarray(picture, dtype=np.float64).reshape(SIDE, SIDE)
    return np.array([picture.sum(0) @ PIXEL, picture.sum(1) @ PIXEL]) / picture.sum()


def extent(picture):
    """Columns and rows from the first to the last that has ink."""
    return [int(np.ptp(np.flatnonzero((picture > 0.02).any(axis)))) + 1 for axis in (0, 1)]


# --- MNIST -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("half", "images_hash", "labels_hash"),
    [
        (
            "train",
            "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
            "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        ),
        (
            "test",
            "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
            "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
        ),
    ],
)
def test_the_digits_are_those_of_mnist(half, images_hash, labels_hash):
    images, labels = load(half)
    assert hashlib.sha256(images.tobytes()).hexdigest() == images_hash
    assert hashlib.sha256(labels.tobytes()).hexdigest() == labels_hash


def test_there_is_one_copy_and_nobody_can_change_it():
    images, labels = load("test")
    assert load("test")[0] is images
    assert images.dtype == labels.dtype == np.uint8
    assert (images.shape, labels.shape) == ((10_000, 784), (10_000,))
    for array in (images, labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_there_is_no_third_half():
    with pytest.raises(ValueError, match="train"):
        load("validation")


@pytest.mark.parametrize("damage", ["missing", "cut", "other arrays", "not an archive"])
def test_a_damaged_file_is_named_with_the_way_to_make_it_anew(damage, tmp_path, monkeypatch):
    file = tmp_path / "mnist.npz"
    if damage == "cut":
        file.write_bytes(digits._FILE.read_bytes()[:100_000])
    elif damage == "other arrays":
        np.savez(file, test_images=np.zeros((10_000, 784)), test_labels=np.zeros(10_000))
    elif damage == "not an archive":
        file.write_text("<html>Not found</html>")
    monkeypatch.setattr(digits, "_FILE", file)
    with pytest.raises(ValueError, match=r"assets/mnist\.npz.*make_mnist\.py"):
        load("test")


# --- Slant -------------------------------------------------------------------------------------


def slant(picture):
    """Covariance of x and y over the variance of y, written out pixel by pixel."""
    picture = np.asarray(picture, dtype=np.float64).reshape(SIDE, SIDE)
    x_middle, y_middle = centre_of_mass(picture)
    x, y = np.meshgrid(PIXEL - x_middle, PIXEL - y_middle)
    return (picture * x * y).sum() / (picture * y * y).sum()


def test_deskewed_digits_stand_upright():
    images = load("test")[0][:200]
    upright = deskew(images)
    before, after = ([abs(slant(picture)) for picture in many] for many in (images, upright))
    assert upright.dtype == np.float32
    assert upright.shape == images.shape
    assert upright.min() >= 0
    assert upright.max() <= 1
    assert np.median(before) > 0.15
    assert max(after) < 0.03


def test_deskewing_keeps_ink_and_middle():
    images = load("test")[0][:200]
    upright = deskew(images)
    np.testing.assert_allclose(upright.sum(1), as_pixels(images).sum(1), rtol=2e-3)
    for before, after in zip(images, upright, strict=True):
        np.testing.assert_allclose(centre_of_mass(before), centre_of_mass(after), atol=0.05)


def test_deskewing_does_the_same_to_bytes_floats_one_and_many():
    images = load("test")[0][:7]
    many = deskew(images)
    assert deskew(as_pixels(images)).tobytes() == many.tobytes()
    np.testing.assert_allclose(deskew(images[3:4]), many[3:4], atol=1e-4)


def test_what_has_no_slant_stays_as_it_is():
    dash, upright = EMPTY.copy(), EMPTY.copy()
    dash[14, 5:23] = 1
    upright[5:23, 14] = 1
    for picture in (EMPTY, dash, upright):
        np.testing.assert_allclose(deskew(picture.reshape(1, -1))[0], picture.ravel(), atol=1e-6)


# --- Drawings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_is_made_as_mnist_was(digit):
    picture = from_strokes(drawing(digit))
    assert picture.shape == (SIDE, SIDE)
    assert picture.dtype == np.float32
    assert picture.min() == 0
    assert picture.max() == 1
    assert max(extent(picture)) in (20, 21)
    np.testing.assert_allclose(centre_of_mass(picture), digits.MIDDLE, atol=0.15)


@pytest.mark.parametrize("digit", range(10))
def test_place_size_and_unit_do_not_matter(digit):
    strokes = drawing(digit)
    picture = from_strokes(strokes)
    for side, x, y in ((266, 7, 7), (42, 3, 230), (100, -400, 9), (1e-3, 0, 0), (1e9, 1e9, -1e9)):
        moved = from_strokes(placed(strokes, side, x, y))
        np.testing.assert_allclose(moved, picture, atol=2e-3)


def test_nor_do_the_direction_and_density_of_the_points():
    strokes = drawing(3)
    picture = from_strokes(strokes)
    np.testing.assert_allclose(from_strokes([s[::-1] for s in strokes]), picture, atol=0.05)
    np.testing.assert_allclose(from_strokes([s[::3] for s in strokes]), picture, atol=0.2)
    np.testing.assert_allclose(from_strokes([np.repeat(s, 9, 0) for s in strokes]), picture)


def test_an_upright_line_has_the_width_asked_for():
    for width in (1.0, 2.2, 4.0):
        picture = from_strokes([[(0, 0), (0, 50)]], line_width=width)
        assert picture[14].sum() == pytest.approx(width, abs=0.15)
        assert extent(picture)[1] in (20, 21)


def test_with_a_brush_the_line_grows_with_the_drawing():
    line = [[(140, 40), (140, 220)]]
    thin = from_strokes(line, brush=6, pad=280)
    thick = from_strokes(line, brush=40, pad=280)
    assert thin[14].sum() == pytest.approx(20 * 6 / 186, abs=0.15)
    assert thick[14].sum() == pytest.approx(20 * 40 / 220, abs=0.15)
    assert max(extent(thin)) in (20, 21)
    assert max(extent(thick)) in (20, 21)


def test_without_cropping_the_pad_is_shrunk():
    corner = [[(10, 10), (10, 30)], [(10, 20), (30, 20)]]
    picture = from_strokes(corner, crop=False, centre=False, pad=280)
    x, y = centre_of_mass(picture)
    assert 0.5 < x < 2.5
    assert 0.5 < y < 2.5
    assert picture[5:, :].sum() == picture[:, 5:].sum() == 0
    moved = from_strokes(corner, crop=False, pad=280)
    np.testing.assert_allclose(centre_of_mass(moved), digits.MIDDLE, atol=0.1)
    assert moved.sum() == pytest.approx(picture.sum(), rel=0.1)


def test_cropped_but_not_centred_the_box_is_in_the_middle():
    picture = from_strokes([[(0, 0), (0, 90), (60, 90)]], centre=False)
    ink = np.argwhere(picture > 0.3)
    np.testing.assert_allclose((ink.min(0) + ink.max(0)) / 2, (SIDE - 1) / 2, atol=0.6)
    assert np.abs(centre_of_mass(picture) - digits.MIDDLE).max() > 1


def test_centring_leaves_all_ink_in_the_picture():
    hook = [[(0, 0), (0, 100), (8, 100), (0, 96), (8, 92), (0, 90), (8, 98), (0, 99), (9, 99)]] * 4
    picture = from_strokes(hook)
    assert extent(picture)[1] in (20, 21)


def test_a_dot_is_a_dot_in_the_middle():
    for dot in ([[(3, 4)]], [[(3, 4)] * 9], [[(3, 4)], [(3, 4)]], [[(7, 7), (8, 8.5)]]):
        picture = from_strokes(dot, pad=280)
        np.testing.assert_allclose(centre_of_mass(picture), digits.MIDDLE, atol=0.1)
        assert max(extent(picture)) <= 4


def test_a_stray_tap_far_off_changes_nothing():
    three = placed(drawing(3), 80, 20, 20)
    picture = from_strokes(three)
    for tap in ([(270, 270)], [(270, 270), (272, 271)], [(1e9, -1e9)], [(5, 250)]):
        np.testing.assert_array_equal(from_strokes([*three, tap]), picture)
        np.testing.assert_array_equal(from_strokes([tap, *three]), picture)


def test_what_belongs_to_the_digit_is_no_stray_tap():
    five = placed(drawing(5), 80, 20, 20)
    dot_close_by = from_strokes([*five, [(90, 30)]])
    assert np.abs(dot_close_by - from_strokes(five)).max() > 0.5
    dotted = [[place] for place in five[0][::4]]
    assert from_strokes(dotted).sum() > 0.4 * from_strokes(five).sum()


@pytest.mark.parametrize(
    "strokes",
    [[], [[]], [[], []], [np.empty((0, 2))], [[(np.nan, 1)]], [[(1e300, 0)], [(0, np.inf)]]],
)
def test_an_empty_pad_is_an_empty_picture(strokes):
    for crop in (True, False):
        np.testing.assert_array_equal(from_strokes(strokes, crop=crop), EMPTY)


def test_places_that_are_none_are_left_out():
    holes = [np.vstack([CROSS[0][:1], [[np.nan, 3]], [[np.inf, -np.inf]], CROSS[0][1:]]), CROSS[1]]
    np.testing.assert_array_equal(from_strokes(holes), from_strokes(CROSS))


@pytest.mark.parametrize(
    "stroke", [[1, 2], [(1, 2, 3)], 5, "abc", [("a", "b")], [[(1, 2)]], [(1,), (1, 2)]]
)
def test_what_is_no_stroke_is_refused_with_a_sentence(stroke):
    with pytest.raises(ValueError, match=r"array \(n, 2\)"):
        from_strokes([stroke])


def test_the_strokes_given_are_not_changed():
    strokes = drawing(4)
    before = [stroke.copy() for stroke in strokes]
    from_strokes(strokes)
    for one, other in zip(strokes, before, strict=True):
        np.testing.assert_array_equal(one, other)


coordinates = st.one_of(
    st.floats(-300, 300), st.floats(), st.sampled_from([0.0, -0.0, 1e9, -1e12, 5e-324, np.nan])
)


@given(
    strokes=st.lists(st.lists(st.tuples(coordinates, coordinates), max_size=6), max_size=5),
    crop=st.booleans(),
    centre=st.booleans(),
    pad=st.sampled_from([None, 280.0]),
    brush=st.sampled_from([None, 20.0]),
)
def test_nothing_drawn_makes_an_error_or_a_warning(strokes, crop, centre, pad, brush):
    picture = from_strokes(strokes, crop=crop, centre=centre, pad=pad, brush=brush)
    assert picture.shape == (SIDE, SIDE)
    assert np.isfinite(picture).all()
    assert 0 <= picture.min() <= picture.max() <= 1


def test_drawings_with_many_points_are_quick():
    rng = np.random.default_rng(0)
    scribble = np.cumsum(rng.normal(size=(2000, 2)), axis=0)
    times = []
    for _ in range(20):
        before = perf_counter()
        from_strokes([scribble])
        times.append(perf_counter() - before)
    assert min(times) < 8e-3


def test_a_hundred_thousand_points_are_survived():
    rng = np.random.default_rng(0)
    assert from_strokes([rng.random((100_000, 2)) * 1e9]).max() == 1


def test_the_two_hands_of_these_tests_draw_smoothly():
    for digit in FIRST_HAND:
        for stroke in drawing(digit):
            assert max(np.hypot(*(b - a)) for a, b in pairwise(stroke)) < 0.1


def test_the_strokes_that_cropping_leaves_out_are_named():
    three = placed(drawing(3), 80, 20, 20)
    assert digits.strays(three) == ()
    assert digits.strays([[(270, 270)], *three, [], [(5, 250)]]) == (0, 3)
    assert digits.strays([]) == digits.strays([[]]) == ()
    assert digits.strays([[(3, 4)]]) == ()
