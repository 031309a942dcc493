"""Whole walks of the optimizers: torch.optim's, those of closed forms, and where they arrive."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS, Optimizer, lookup

REFERENCE = Path(__file__).parent / "reference"
CASES = json.loads((REFERENCE / "cases.json").read_text())
IN_TORCH = list(CASES["optimizers"])
EVERY = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=lambda o: o.key)


def rows_of(name):
    with (REFERENCE / name).open() as file:
        return list(csv.DictReader(file))


FED, FREE = rows_of("fed.csv"), rows_of("free.csv")
GRADIENTS = np.loadtxt(REFERENCE / "gradients.csv", delimiter=",", skiprows=1)


def walk(optimizer, point, gradient, steps, hessian=None, **settings):
    """Return every place of a walk; `gradient` and `hessian` are functions of the place."""
    point = np.array(point)
    state, places = optimizer.initial(point), [point]
    settings = {**optimizer.defaults, **settings}
    for _ in range(steps):
        curvature = None if hessian is None else hessian(point)
        state, step = optimizer.update(state, point, gradient(point), curvature, **settings)
        point = point + step
        places.append(point)
    return np.array(places)


# --- torch.optim -------------------------------------------------------------------------------


def in_our_words(settings):
    ours = {}
    for name, value in settings.items():
        if name == "betas":
            ours["beta1"], ours["beta2"] = value
        else:
            ours["learning_rate" if name == "lr" else name] = value
    return ours


@pytest.mark.parametrize("key", IN_TORCH)
def test_defaults_are_those_of_torch(key):
    entry = CASES["optimizers"][key]
    torch = in_our_words({**entry["defaults"], **entry["fixed"]})
    ours = OPTIMIZERS[key].defaults
    assert ours == {name: torch[name] for name in ours}
    # What torch has and we leave out is off there.
    assert not any(
        value for name, value in torch.items() if name not in (*ours, "amsgrad", "nesterov")
    )


def disagreement(key, case, optimizer=None):
    """Return the largest error over the greatest size so far of the same coordinate."""
    optimizer = optimizer or OPTIMIZERS[key]
    other = in_our_words(CASES["optimizers"][key]["other"])
    rows = [row for row in FED if row["optimizer"] == key and row["case"] == case]
    torch = {int(row["step"]): [float(row[f"x{i}"]) for i in range(6)] for row in rows}
    point = np.array(CASES["start"])
    state, greatest, worst = optimizer.initial(point), np.abs(point), 0.0
    for k in range(max(torch)):
        changed = case == "other" or (case == "switched" and k >= CASES["switch_at"])
        settings = {**optimizer.defaults, **(other if changed else {})}
        state, step = optimizer.update(state, point, GRADIENTS[k], **settings)
        point = point + step
        greatest = np.maximum(greatest, np.abs(point))
        if k + 1 in torch:
            error = np.abs(point - torch[k + 1])
            assert not error[greatest == 0].any()
            worst = max(worst, *(error / np.where(greatest == 0, 1, greatest)))
    return worst


@pytest.mark.parametrize(("case", "steps"), [("default", 1000), ("other", 200), ("switched", 100)])
@pytest.mark.parametrize("key", IN_TORCH)
def test_fed_the_same_gradients_it_stands_where_torch_stands(key, case, steps):
    assert any(int(r["step"]) == steps for r in FED if (r["optimizer"], r["case"]) == (key, case))
    assert disagreement(key, case) <= 1e-12


@pytest.mark.parametrize(
    ("key", "impostor"),
    [("momentum", "nesterov"), ("adam", "amsgrad"), ("adam", "nadam"), ("adagrad", "rmsprop")],
)
def test_the_comparison_with_torch_can_fail(key, impostor):
    assert disagreement(key, "default", OPTIMIZERS[impostor]) > 1e-6


GRADIENT_OF = {
    "bowl": lambda p: 2 * p,  # x² + y²
    "ravine": lambda p: np.array([1.0, 100.0]) * p,  # (x² + 100 y²) / 2
    "booth": lambda p: np.array([[10.0, 8.0], [8.0, 10.0]]) @ p - [34.0, 38.0],
}


@pytest.mark.parametrize("name", GRADIENT_OF)
@pytest.mark.parametrize("key", IN_TORCH)
def test_walking_freely_it_takes_the_way_torch_takes(key, name):
    rows = [row for row in FREE if row["optimizer"] == key and row["objective"] == name]
    torch = np.array([[float(row["x"]), float(row["y"])] for row in rows])
    start, rate = CASES["objectives"][name], CASES["optimizers"][key]["free_rate"]
    ours = walk(OPTIMIZERS[key], start, GRADIENT_OF[name], 50, learning_rate=rate)
    assert torch.shape == (50, 2)
    greatest = np.maximum.accumulate(np.abs(ours), axis=0)[1:]
    assert np.max(np.abs(ours[1:] - torch) / greatest) <= 1e-10


# --- Closed forms and independent accounts -------------------------------------------------------


def test_lion_keeps_to_an_independent_account_of_itself():
    settings = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1}
    place, average, gradients = [0.5, -1.5], [0.0, 0.0], GRADIENTS[:200, [0, 3]].tolist()
    for gradient in gradients:
        for i, slope in enumerate(gradient):
            blend = 0.9 * average[i] + (1 - 0.9) * slope
            place[i] -= 0.01 * ((blend > 0) - (blend < 0) + 0.1 * place[i])
            average[i] = 0.99 * average[i] + (1 - 0.99) * slope
    supply = iter(np.array(gradients))
    ours = walk(lookup("lion"), [0.5, -1.5], lambda _: next(supply), 200, **settings)
    np.testing.assert_allclose(ours[-1], place, rtol=1e-12)


CURVATURES = np.array([1.0, 100.0])


@pytest.mark.parametrize("rate", [0.001, 0.0199, 0.0201])
def test_gradient_descent_on_a_quadratic_is_a_power(rate):
    ours = walk(lookup("gradient_descent"), [-3.4, 1.1], lambda p: CURVATURES * p, 200,
                learning_rate=rate)  # fmt: skip
    expected = (1 - rate * CURVATURES) ** np.arange(201)[:, None] * [-3.4, 1.1]
    np.testing.assert_allclose(ours, expected, rtol=1e-11)
    assert (abs(ours[-1, 1]) < 1.1) == (rate < 2 / 100)


def momentum_matrix(rate, beta, curvature):
    # (x, v) → (x − rate v′, v′) with v′ = β v + curvature · x
    return np.array([[1 - rate * curvature, -rate * beta], [curvature, beta]])


def nesterov_matrix(rate, beta, curvature):
    # (x, v) → (x − rate (curvature · x + β v′), v′)
    return np.array([[1 - rate * curvature * (1 + beta), -rate * beta**2], [curvature, beta]])


@pytest.mark.parametrize("rate", [0.001, 0.03])
@pytest.mark.parametrize(
    ("key", "matrix"), [("momentum", momentum_matrix), ("nesterov", nesterov_matrix)]
)
def test_momentum_on_a_quadratic_is_the_power_of_a_matrix(key, matrix, rate):
    ours = walk(lookup(key), [-3.4, 1.1], lambda p: CURVATURES * p, 60, learning_rate=rate)
    for axis, (start, curvature) in enumerate(zip((-3.4, 1.1), CURVATURES, strict=True)):
        for k in (1, 2, 17, 60):
            power = np.linalg.matrix_power(matrix(rate, 0.9, curvature), k)
            expected = (power @ [start, 0.0])[0]
            size = np.abs(ours[: k + 1, axis]).max()
            assert abs(ours[k, axis] - expected) <= 1e-12 * size


@pytest.mark.parametrize(("share", "arrives"), [(0.99, True), (1.01, False)])
def test_momentum_is_stable_up_to_its_limit(share, arrives):
    limit = 2 * (1 + 0.9) / 100
    ours = walk(lookup("momentum"), [0.0, 1.0], lambda p: CURVATURES * p, 2000,
                learning_rate=share * limit)  # fmt: skip
    assert (abs(ours[-1, 1]) < 1e-3) == arrives


def test_adams_first_step_is_its_rate_whatever_the_slope():
    gradient = np.array([1e-3, -7.0, 1e12])
    _, step = lookup("adam").update(
        lookup("adam").initial(gradient), np.zeros(3), gradient, learning_rate=0.3
    )
    np.testing.assert_allclose(step, [-0.3, 0.3, -0.3], rtol=2e-5)


# --- Arriving ----------------------------------------------------------------------------------


def rosenbrock_gradient(point):
    x, y = point
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def rosenbrock_hessian(point):
    x, y = point
    return np.array([[2 - 400 * y + 1200 * x * x, -400 * x], [-400 * x, 200.0]])


# Learning rate and steps on the bowl; settings and steps on Rosenbrock's valley.
ARRIVALS: dict[str, tuple[float, int, dict[str, float], int]] = {
    "gradient_descent": (0.1, 60, {"learning_rate": 2e-3}, 5600),
    "momentum": (0.05, 200, {"learning_rate": 1e-3}, 1050),
    "nesterov": (0.05, 150, {"learning_rate": 1e-3}, 1100),
    "adagrad": (1.0, 100, {"learning_rate": 1.0}, 5600),
    "adadelta": (1.0, 3000, {"learning_rate": 0.3, "eps": 1e-8}, 9800),
    "rmsprop": (0.01, 600, {"learning_rate": 3e-3}, 4600),
    "adam": (0.1, 300, {"learning_rate": 0.1}, 1000),
    "adamw": (0.1, 300, {"learning_rate": 0.1, "weight_decay": 1e-6}, 1000),
    "nadam": (0.1, 300, {"learning_rate": 0.02}, 3000),
    "amsgrad": (0.1, 600, {"learning_rate": 0.1}, 1250),
    "lion": (0.005, 1000, {"learning_rate": 1e-3}, 3000),
    "newton": (1.0, 1, {}, 6),
}


def nearest(places, minimum):
    return np.abs(places - minimum).max(axis=-1).min()


@EVERY
def test_it_reaches_the_bottom_of_a_bowl(optimizer: Optimizer):
    rate, steps, _, _ = ARRIVALS[optimizer.key]
    places = walk(optimizer, [-2.2, 1.6], lambda p: 2 * p, steps, lambda p: 2 * np.eye(2),
                  learning_rate=rate)  # fmt: skip
    assert np.abs(places[-1]).max() < 1e-2


@EVERY
def test_it_reaches_the_end_of_rosenbrocks_valley(optimizer: Optimizer):
    _, _, settings, steps = ARRIVALS[optimizer.key]
    places = walk(
        optimizer, [-1.2, 1.0], rosenbrock_gradient, steps, rosenbrock_hessian, **settings
    )
    assert nearest(places, 1.0) < 1e-2
    assert np.isfinite(places).all()
