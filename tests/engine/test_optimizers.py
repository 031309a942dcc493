"""The optimizers: their entries, single steps worked out by hand, and what every one promises."""

import inspect
from fractions import Fraction

import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS, LionState, MomentumState, NoState, lookup
from engine.optimizers.adaptive import (
    AdadeltaState,
    AdagradState,
    AdamState,
    AmsgradState,
    NadamState,
    RmspropState,
)

EVERY = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=lambda o: o.key)


def arguments(rng, shape, dtype=np.float64):
    """Return a random point, gradient and symmetric Hessian."""
    root = rng.normal(size=(*shape, shape[-1])).astype(dtype)
    point, gradient = (rng.normal(size=shape).astype(dtype) for _ in range(2))
    return point, gradient, root + np.swapaxes(root, -1, -2)


def settings_of_rows(optimizer, rng, rows):
    """Return one random column (rows, 1) for every setting, the learning rate about 1."""
    columns = {}
    for setting in optimizer.settings:
        low, high = setting.low, min(setting.high, 1.0)
        columns[setting.key] = low + (high - low) * rng.random((rows, 1))
    return columns


def same_bits(one, other):
    one, other = np.asarray(one), np.asarray(other)
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()


# --- The registry ------------------------------------------------------------------------------


def test_the_registry_has_the_twelve_in_the_order_they_are_taught():
    assert list(OPTIMIZERS) == [
        "gradient_descent", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam",
        "adamw", "nadam", "amsgrad", "lion", "newton",
    ]  # fmt: skip
    assert all(key == optimizer.key for key, optimizer in OPTIMIZERS.items())
    assert [key for key, o in OPTIMIZERS.items() if o.needs_hessian] == ["newton"]


@EVERY
def test_an_entry_says_everything_a_page_shows(optimizer):
    assert optimizer.name
    assert optimizer.source
    assert optimizer.summary.endswith(".")
    assert optimizer.summary.count(".") == 1
    assert optimizer.equation.count("{") == optimizer.equation.count("}")
    assert optimizer.equation.count(r"\begin") == optimizer.equation.count(r"\end")
    assert optimizer.rate_unit in ("inverse_curvature", "length", "ratio")


@EVERY
def test_settings_are_in_range_and_are_what_update_takes(optimizer):
    assert optimizer.settings[0].key == "learning_rate"
    for setting in optimizer.settings:
        assert setting.low <= setting.default <= setting.high
        assert setting.description.endswith(".")
    parameters = inspect.signature(optimizer.update).parameters.values()
    taken = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert taken == optimizer.defaults


def test_lookup_finds_an_entry_and_names_the_known_ones_otherwise():
    assert lookup("adam") is OPTIMIZERS["adam"]
    with pytest.raises(ValueError, match=r"'adm'.*gradient_descent.*newton"):
        lookup("adm")


# --- One step by hand --------------------------------------------------------------------------
# From a preset state at (1, −2) with gradient (2, −4); numbers chosen so that every root is exact.


def nadam_by_hand():
    # β₁ = 1/2, ψ = 1, second step: μ₁ = (1 − 0.96/2)/2 = 0.26, μ₂ = (1 − 0.9216/2)/2 = 0.2696,
    # μ₃ = (1 − 0.884736/2)/2 = 0.278816. m = (3/2, −1), v̂ = (4, 16), so divisors 3 and 5.
    mu1, mu2, mu3 = Fraction(26, 100), Fraction(2696, 10**4), Fraction(278816, 10**6)
    now, ahead = (1 - mu2) / (1 - mu1 * mu2), mu3 / (1 - mu1 * mu2 * mu3)
    first = -Fraction(3, 10) * (now * 2 + ahead * Fraction(3, 2)) / 3
    second = -Fraction(3, 10) * (now * -4 + ahead * -1) / 5
    return [float(first), float(second)]


def adam_settings(**more):
    return {"learning_rate": 0.3, "beta1": 0.5, "beta2": 0.75, "eps": 1.0, **more}


M, V = np.array([1.0, 2.0]), np.array([1.0, 4.0])
M_NEXT, V_NEXT = [1.5, -1.0], [1.75, 7.0]  # m̂ = (2, −4/3); v̂ = (4, 16), for 1 − 0.75² = 7/16
BY_HAND = {
    # −0.25 (2, −4)
    "gradient_descent": ({"learning_rate": 0.25}, NoState(), NoState(), [-0.5, 1.0]),
    # v = (1, 2)/2 + (2, −4) = (2.5, −3)
    "momentum": (
        {"learning_rate": 0.1, "momentum": 0.5},
        MomentumState(np.array([1.0, 2.0])), MomentumState([2.5, -3.0]), [-0.25, 0.3],
    ),
    # (2, −4) + (2.5, −3)/2 = (3.25, −5.5)
    "nesterov": (
        {"learning_rate": 0.1, "momentum": 0.5},
        MomentumState(np.array([1.0, 2.0])), MomentumState([2.5, -3.0]), [-0.325, 0.55],
    ),
    # s = (5 + 4, 9 + 16): divisors 3 + 1, 5 + 1
    "adagrad": (
        {"learning_rate": 0.3, "eps": 1.0},
        AdagradState(np.array([5.0, 9.0])), AdagradState([9.0, 25.0]), [-0.15, 0.2],
    ),
    # s = (3, 15): roots of 4 and 16; u + 1 = (4, 9): moves 2/2·2 = 2 and 3/4·(−4) = −3
    "adadelta": (
        {"learning_rate": 0.1, "rho": 0.5, "eps": 1.0},
        AdadeltaState(np.array([2.0, 14.0]), np.array([3.0, 8.0])),
        AdadeltaState([3.0, 15.0], [3.5, 8.5]), [-0.2, 0.3],
    ),
    # s = (3 + 1, 21 + 4): divisors 2 + 1, 5 + 1
    "rmsprop": (
        {"learning_rate": 0.3, "alpha": 0.75, "eps": 1.0},
        RmspropState(np.array([4.0, 28.0])), RmspropState([4.0, 25.0]), [-0.2, 0.2],
    ),
    # 2/3 and −(4/3)/5
    "adam": (
        adam_settings(), AdamState(1, M, V), AdamState(2, M_NEXT, V_NEXT), [-0.2, 0.08],
    ),
    # Adam's, and −0.3 · 0.5 · (1, −2)
    "adamw": (
        adam_settings(weight_decay=0.5),
        AdamState(1, M, V), AdamState(2, M_NEXT, V_NEXT), [-0.35, 0.38],
    ),
    "nadam": (
        adam_settings(momentum_decay=1.0),
        NadamState(1, 0.26, M, V), NadamState(2, 0.070096, M_NEXT, V_NEXT), nadam_by_hand(),
    ),
    # The second coordinate remembers 28, so 28 · 16/7 = 64 and the divisor is 9
    "amsgrad": (
        adam_settings(),
        AmsgradState(1, M, V, np.array([1.0, 28.0])),
        AmsgradState(2, M_NEXT, V_NEXT, [1.75, 28.0]), [-0.2, 0.4 / 9],
    ),
    # c = (−4 + 2, 2 − 4)/2 = (−1, −1): in the first the past outweighs the slope
    "lion": (
        {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "weight_decay": 0.5},
        LionState(np.array([-4.0, 2.0])), LionState([-2.5, 0.5]), [0.05, 0.2],
    ),
    # The inverse of (2 1; 1 2) is (2 −1; −1 2)/3, times (2, −4) is (8, −10)/3
    "newton": ({"learning_rate": 0.5}, NoState(), NoState(), [-4 / 3, 5 / 3]),
}  # fmt: skip


@EVERY
def test_one_step_is_what_it_is_by_hand(optimizer):
    settings, state, next_state, step = BY_HAND[optimizer.key]
    point, gradient = np.array([1.0, -2.0]), np.array([2.0, -4.0])
    hessian = np.array([[2.0, 1.0], [1.0, 2.0]])
    ours_next, ours = optimizer.update(state, point, gradient, hessian, **settings)
    assert type(ours_next) is type(next_state)
    np.testing.assert_allclose(ours, step, rtol=1e-15)
    for one, other in zip(ours_next, next_state, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-15)


def test_lion_stands_still_where_average_and_slope_cancel():
    state = LionState(np.array([-2.0, 0.0]))
    _, step = lookup("lion").update(state, np.ones(2), np.array([2.0, 0.0]), beta1=0.5)
    np.testing.assert_array_equal(step, [0.0, 0.0])


# --- Newton's method ---------------------------------------------------------------------------


def newton_step(gradient, hessian, learning_rate=1.0):
    gradient, hessian = np.array(gradient), np.array(hessian)
    point = np.zeros_like(gradient)
    _, step = lookup("newton").update(
        NoState(), point, gradient, hessian, learning_rate=learning_rate
    )
    return step


@pytest.mark.parametrize(
    ("gradient", "hessian", "step"),
    [
        ([2.0], [[4.0]], [-0.5]),
        ([2.0], [[-4.0]], [0.5]),  # uphill, to a maximum
        ([2.0, 4.0], [[2.0, 0.0], [0.0, -4.0]], [-1.0, 1.0]),  # to a saddle
        ([2.0, 0.0], [[1.0, 1.0], [1.0, 1.0]], [-0.5, -0.5]),  # flat along (1, −1)
        ([2.0, 4.0], [[0.0, 0.0], [0.0, 2.0]], [0.0, -2.0]),
        ([2.0, 4.0], [[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0]),
        ([1e300, 0.0], [[1e300, 0.0], [0.0, 1.0]], [-1.0, 0.0]),
    ],
)
def test_newton_steps_worked_out_by_hand(gradient, hessian, step):
    np.testing.assert_allclose(newton_step(gradient, hessian), step, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("dimension", [1, 2, 3, 7])
def test_newton_solves_the_equations(dimension):
    rng = np.random.default_rng(dimension)
    _, gradient, hessian = arguments(rng, (50, dimension))
    expected = -np.linalg.solve(hessian, gradient[..., None])[..., 0]
    np.testing.assert_allclose(newton_step(gradient, hessian), expected, rtol=1e-9, atol=1e-12)


def test_a_broken_hessian_hurts_its_own_walker_only():
    hessian = np.array([np.eye(2)] * 5)
    hessian[1, 0, 0], hessian[2, 0, 1], hessian[3] = np.nan, np.inf, 0.0
    step = newton_step(np.ones((5, 2)), hessian)  # warnings are errors here
    assert np.isnan(step[[1, 2]]).all()
    np.testing.assert_array_equal(step[[0, 3, 4]], [[-1, -1], [0, 0], [-1, -1]])
    assert np.isnan(newton_step([1.0], [[np.nan]])).all()


def test_newton_without_a_hessian_says_so():
    with pytest.raises(ValueError, match="Hessian"):
        lookup("newton").update(NoState(), np.ones(2), np.ones(2))


# --- What every one of them promises -----------------------------------------------------------


@EVERY
def test_update_changes_nothing_it_was_given(optimizer):
    point, gradient, hessian = arguments(np.random.default_rng(1), (3, 2))
    state = optimizer.initial(point)
    for _ in range(3):
        given = [point, gradient, hessian, *(part for part in state if np.ndim(part))]
        before = [array.copy() for array in given]
        for array in given:
            array.flags.writeable = False
        state, step = optimizer.update(state, point, gradient, hessian, **optimizer.defaults)
        assert all(same_bits(one, other) for one, other in zip(given, before, strict=True))
        made = [step, *(part for part in state if np.ndim(part))]
        assert not any(np.shares_memory(new, old) for new in made for old in given)


@EVERY
def test_the_step_is_linear_in_the_learning_rate(optimizer):
    rng = np.random.default_rng(2)
    point, gradient, hessian = arguments(rng, (4, 3))
    state = optimizer.initial(point)
    for _ in range(4):
        results = {
            rate: optimizer.update(
                state, point, gradient, hessian, **{**optimizer.defaults, "learning_rate": rate}
            )
            for rate in (0.01, 0.02, 1.7)
        }
        step = results[0.01][1]
        assert same_bits(results[0.02][1], 2 * step)  # a power of two: to the last bit
        np.testing.assert_allclose(results[1.7][1], 170 * step, rtol=1e-13)
        for parts in zip(*(state for state, _ in results.values()), strict=True):
            assert all(same_bits(parts[0], part) for part in parts)
        state, point = results[1.7][0], point + step
        gradient = rng.normal(size=gradient.shape)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("dimension", [1, 2, 3])
@EVERY
def test_a_row_of_a_batch_equals_the_single_walk_bit_for_bit(optimizer, dimension, dtype):
    rows, rng = 19, np.random.default_rng(dimension)
    columns = settings_of_rows(optimizer, rng, rows)
    point, _, _ = arguments(rng, (rows, dimension), dtype)
    state = optimizer.initial(point)
    singles = [(optimizer.initial(row), row) for row in point]
    for _ in range(25):
        _, gradient, hessian = arguments(rng, (rows, dimension), dtype)
        state, step = optimizer.update(state, point, gradient, hessian, **columns)
        point = point + step
        for i, (own_state, own_point) in enumerate(singles):
            settings = {key: float(column[i, 0]) for key, column in columns.items()}
            own_state, own_step = optimizer.update(
                own_state, own_point, gradient[i], hessian[i], **settings
            )
            singles[i] = own_state, own_point + own_step
            assert same_bits(own_step, step[i])
    assert all(same_bits(own, point[i]) for i, (_, own) in enumerate(singles))


@EVERY
def test_leading_axes_and_a_state_of_one_walker_broadcast(optimizer):
    rng = np.random.default_rng(5)
    point, gradient, hessian = arguments(rng, (2,))
    state, _ = optimizer.update(optimizer.initial(point), point, gradient, hessian)
    rates = np.geomspace(1e-3, 1.0, 6)
    single = [optimizer.update(state, point, gradient, hessian, learning_rate=r)[1] for r in rates]
    for shape in ((6, 1), (2, 3, 1)):
        stretched = (
            np.broadcast_to(a, (*shape[:-1], *a.shape)) for a in (point, gradient, hessian)
        )
        _, step = optimizer.update(state, *stretched, learning_rate=rates.reshape(shape))
        assert same_bits(step, np.reshape(single, (*shape[:-1], 2)))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("form", [float, np.float64, np.array, lambda v: np.full((4, 1), v)])
@EVERY
def test_state_and_step_keep_the_dtype_of_the_point(optimizer, form, dtype):
    point, gradient, hessian = arguments(np.random.default_rng(3), (4, 2), dtype)
    settings = {key: form(value) for key, value in optimizer.defaults.items()}
    plain, state = optimizer.initial(point), optimizer.initial(point)
    for _ in range(3):
        plain, expected = optimizer.update(plain, point, gradient, hessian)
        state, step = optimizer.update(state, point, gradient, hessian, **settings)
        assert step.dtype == dtype
        assert step.shape == point.shape
        assert same_bits(step, expected)  # whatever form the settings come in
        for part in state:
            assert np.shape(part) != point.shape or part.dtype == dtype


@pytest.mark.parametrize("key", [key for key in OPTIMIZERS if key != "newton"])
def test_the_weights_of_a_network_are_a_point_too(key):
    optimizer, rng = OPTIMIZERS[key], np.random.default_rng(4)
    weights, gradient = rng.normal(size=(2, 13002)).astype(np.float32)
    state = optimizer.initial(weights)
    for _ in range(2):
        state, step = optimizer.update(state, weights, gradient)
    assert step.dtype == np.float32
    assert step.shape == (13002,)
    assert np.sum(step * gradient) < 0


@EVERY
def test_no_setting_and_no_gradient_raises(optimizer):
    values = [0.0, 1e-320, 1e-9, -1.0, 1e9, 1e200, -1e308, np.inf, np.nan]
    gradient = np.array(np.meshgrid(values, values)).reshape(2, -1).T
    point, hessian = np.ones_like(gradient), gradient[..., None] * np.array([1.0, -1.0])
    for pick in ("low", "default", "high"):
        settings = {setting.key: getattr(setting, pick) for setting in optimizer.settings}
        state = optimizer.initial(point)
        with np.errstate(all="ignore"):  # as whoever walks does
            for _ in range(3):
                state, step = optimizer.update(state, point, gradient, hessian, **settings)
        assert step.shape == point.shape
        assert np.isfinite(step[0]).all()  # where the gradient is 0
