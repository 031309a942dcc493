"""Trainings: the step of every walk, and a value that can be paused, changed and taken back."""

import io
from dataclasses import replace

import numpy as np
import pytest

from engine import network
from engine import training as module
from engine.descent import step
from engine.digits import load
from engine.network import Network, NetworkCost
from engine.optimizers import OPTIMIZERS
from engine.training import (
    LARGEST_BATCH,
    Examples,
    advance,
    assess,
    back_to,
    begin,
    change,
    examples,
    teach,
)
from engine.training import __main__ as training_command
from engine.training.distortion import Distortion

USABLE = [key for key, optimizer in OPTIMIZERS.items() if not optimizer.needs_hessian]
EVERY = pytest.mark.parametrize("optimizer", USABLE)
SMALL = Network((784, 8, 10))


@pytest.fixture(scope="module")
def few():
    """250 pictures: an epoch is 12 batches of 20 and one of 10."""
    images, labels = load("train")
    return Examples(images[:250], labels[:250])


def same(one, other):
    """Whether two trainings are in the same state, bit for bit, and have the same history."""
    arrays = [(t.parameters, t.costs, *map(np.asarray, t.state)) for t in (one, other)]
    numbers = [(t.updates, t.epoch, t.position, t.lost, t.epochs) for t in (one, other)]
    return numbers[0] == numbers[1] and all(
        a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in zip(*arrays, strict=True)
    )


# --- The step ----------------------------------------------------------------------------------


@EVERY
def test_an_update_is_the_step_of_every_walk(few, optimizer):
    training = begin(SMALL, few, optimizer, batch_size=20, seed=3)
    order = np.random.default_rng([3, 1, 0]).permutation(250)
    parameters, state = training.parameters, training.state
    for k in range(5):
        chosen = order[20 * k : 20 * k + 20]
        batch = NetworkCost(SMALL, few.images[chosen], few.labels[chosen])
        parameters, state = step(batch, optimizer, parameters, state, training.settings, k)
    after = advance(training, 5)
    assert after.parameters.dtype == np.float32
    assert after.parameters.tobytes() == parameters.tobytes()


@EVERY
def test_large_networks_take_the_same_step_block_by_block(few, optimizer, monkeypatch):
    training = begin(SMALL, few, optimizer, batch_size=50)
    whole = advance(training, 8)
    monkeypatch.setattr(module, "_BLOCK", 1000)
    assert same(advance(training, 8), whole)


@EVERY
def test_parts_equal_the_whole_and_change_nothing_before(few, optimizer):
    training = begin(SMALL, few, optimizer, batch_size=20, seed=1)
    first = training.parameters.copy()
    whole = advance(training, 30)
    parts = training
    for updates in (1, 11, 2, 16):  # over the ends of two epochs
        before = parts
        kept = [array.copy() for array in (parts.parameters, *map(np.asarray, parts.state))]
        parts = advance(parts, updates)
        now = (before.parameters, *map(np.asarray, before.state))
        assert all(a.tobytes() == b.tobytes() for a, b in zip(kept, now, strict=True))
    assert same(parts, whole)
    assert training.parameters.tobytes() == first.tobytes()
    assert (whole.updates, whole.epoch, whole.position) == (30, 2, 80)


# --- Epochs and batches ------------------------------------------------------------------------


def test_an_epoch_takes_every_picture_once(few, monkeypatch):
    seen = []
    original = Network.cost_and_gradient

    def noted(self, parameters, images, labels, out=None):
        seen.append(images)
        return original(self, parameters, images, labels, out)

    monkeypatch.setattr(Network, "cost_and_gradient", noted)
    training = begin(SMALL, few, batch_size=20)
    assert training.left == 13
    training = advance(training, 13)
    assert [len(batch) for batch in seen] == [20] * 12 + [10]
    epoch = np.concatenate(seen)
    assert not np.array_equal(epoch, few.images)
    assert sorted(map(bytes, epoch)) == sorted(map(bytes, few.images))
    advance(training, 13)
    assert not np.array_equal(np.concatenate(seen[13:]), epoch)  # another order
    assert (training.epoch, training.position, training.progress) == (1, 0, 0.0)
    assert [len(costs) for costs in training.batch_costs] == [13]


@pytest.mark.parametrize("size", [1, 7, 249, 250, LARGEST_BATCH])
def test_batches_of_any_size(few, size):
    training = begin(SMALL, few, batch_size=size, learning_rate=0.01)
    updates = training.left
    assert updates == -(-250 // min(size, 250))
    after = advance(training, updates)
    assert after.epoch == 1
    assert after.costs.shape == (updates,)


def test_a_batch_of_everything_is_the_full_cost(few):
    training = begin(SMALL, few, batch_size=250)
    after = advance(training, 1)
    cost, gradient = training.full_cost.value_and_gradient(training.parameters)
    assert after.costs[0] == pytest.approx(float(cost), rel=1e-5)
    rate = np.float32(training.settings["learning_rate"])
    wanted = training.parameters - rate * gradient
    np.testing.assert_allclose(after.parameters, wanted, atol=1e-6)


def test_everything_follows_from_the_seed(few):
    def run(seed):
        lively = Distortion(bend=0.5)
        return advance(begin(SMALL, few, "adam", batch_size=20, seed=seed, distortion=lively), 20)

    assert same(run(5), run(5))
    assert not same(run(5), run(6))


# --- Changes on the way ------------------------------------------------------------------------


def test_the_rate_changes_without_a_reset(few):
    training = advance(begin(SMALL, few, "momentum", batch_size=20, learning_rate=0.01), 5)
    changed = change(training, learning_rate=0.1)
    assert (changed.updates, changed.position) == (5, 100)
    assert changed.parameters is training.parameters
    assert changed.state is training.state
    assert changed.settings == {"learning_rate": 0.1, "momentum": 0.9}
    assert training.settings["learning_rate"] == 0.01
    slow, fast = advance(training, 1), advance(changed, 1)
    np.testing.assert_allclose(
        fast.parameters - training.parameters,
        10 * (slow.parameters - training.parameters),
        atol=1e-5,
    )
    assert [s.start for s in fast.stretches] == [0, 5]


def test_another_optimizer_begins_afresh_where_the_last_one_stood(few):
    training = advance(begin(SMALL, few, "momentum", batch_size=20, learning_rate=0.01), 5)
    changed = change(training, "adam")
    assert changed.parameters is training.parameters
    assert changed.settings == OPTIMIZERS["adam"].defaults
    assert changed.state.taken == 0
    assert advance(changed, 3).state.taken == 3


def test_the_size_of_the_batch_changes_within_an_epoch(few):
    training = advance(begin(SMALL, few, batch_size=20), 5)  # 100 pictures seen
    changed = change(training, batch_size=60)
    assert changed.left == 3
    after = advance(changed, 3)
    assert (after.epoch, after.position, after.updates) == (1, 0, 8)


def test_changes_at_one_place_leave_one_stretch(few):
    training = begin(SMALL, few)
    for rate in (0.1, 0.2, 0.3):
        training = change(training, learning_rate=rate)
    assert [s.settings["learning_rate"] for s in training.stretches] == [0.3]


def test_a_schedule_is_asked_at_every_update(few):
    asked = []

    def falling(k):
        asked.append(k)
        return 0.1 / (k + 1)

    training = advance(begin(SMALL, few, batch_size=20), 3)
    advance(change(training, learning_rate=falling), 4)
    assert asked == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"optimizer": "newton"}, "second derivatives"),
        ({"optimizer": "best"}, "gradient_descent"),
        ({"batch_size": 0}, "1 to 60,000"),
        ({"batch_size": 60_001}, "1 to 60,000"),
        ({"learning_rate": -1.0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"momentum": 0.5}, "no setting"),
    ],
)
def test_what_cannot_be_is_refused_at_the_beginning_and_on_the_way(few, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        begin(SMALL, few, **wrong)
    with pytest.raises(ValueError, match=sentence):
        change(begin(SMALL, few), **wrong)


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": 2**63}, {"initialisation": "zeros"}])
def test_so_are_impossible_beginnings(few, wrong):
    with pytest.raises(ValueError, match=r"seed|zeros"):
        begin(SMALL, few, **wrong)


# --- Back --------------------------------------------------------------------------------------


@EVERY
def test_going_back_an_epoch_gives_what_was_bit_for_bit(few, optimizer):
    training = begin(SMALL, few, optimizer, batch_size=20)
    states = [training]
    for _ in range(4):
        states.append(advance(states[-1], states[-1].left))
    late = advance(change(states[-1], learning_rate=0.5), 5)
    assert late.epochs == (0, 1, 2, 3, 4)
    for epoch, earlier in enumerate(states):
        back = back_to(late, epoch)
        assert same(back, earlier)
        assert back.stretches == earlier.stretches
        assert same(advance(back, 13), advance(earlier, 13))


def test_going_back_to_the_start_is_a_reset(few):
    training = begin(SMALL, few, "adam", batch_size=20, seed=9)
    assert same(back_to(advance(training, 30), 0), training)


def test_only_epochs_that_were_kept_can_be_gone_back_to(few):
    training = advance(begin(SMALL, few, batch_size=20), 20)
    with pytest.raises(ValueError, match=r"epoch 2 .* 0, 1"):
        back_to(training, 2)


def test_many_epochs_keep_the_first_the_last_and_some_between(few, monkeypatch):
    training = begin(SMALL, few, batch_size=250)
    monkeypatch.setattr(module, "_MOST_KEPT", 8 * training.parameters.nbytes)
    training = advance(training, 50)
    assert training.epochs[0] == 0
    assert training.epochs[-1] == 50
    assert 4 <= len(training.epochs) <= 8
    assert same(
        replace(advance(back_to(training, training.epochs[2]), 50), kept=()),
        replace(advance(begin(SMALL, few, batch_size=250), 50 + training.epochs[2]), kept=()),
    )


def test_marks_go_with_the_history(few):
    training = assess(begin(SMALL, few, batch_size=20), "test", few)
    training = assess(advance(training, 13), "test", few)
    later = assess(advance(training, 5), "test", few)
    assert [(m.name, m.updates, m.pictures) for m in later.marks] == [
        ("test", 0, 250), ("test", 13, 250), ("test", 18, 250),
    ]  # fmt: skip
    assert later.marks[1].cost < later.marks[0].cost
    assert back_to(later, 1).marks == training.marks
    cost, accuracy = SMALL.cost_and_accuracy(later.parameters, *few)
    assert (later.marks[2].cost, later.marks[2].accuracy) == (cost, accuracy)


# --- When it goes wrong ------------------------------------------------------------------------


def test_a_cost_that_is_not_finite_ends_it_without_an_error(few):
    training = begin(SMALL, few, batch_size=20, learning_rate=1e30)
    training = advance(training, 40)
    assert training.lost == training.updates < 40
    assert np.isfinite(training.costs).all()
    assert same(advance(change(training, learning_rate=1e-3), 5), training)
    assert back_to(training, 0).lost == -1


@EVERY
@pytest.mark.parametrize("cost", ["squared_error", "cross_entropy"])
def test_no_rate_makes_a_warning(few, optimizer, cost):
    for rate in (1e-8, 1e4):
        training = begin(
            Network((784, 4, 10), "relu", cost), few, optimizer, batch_size=50, learning_rate=rate
        )
        assess(advance(training, 15), "test", few)


# --- What it learns ----------------------------------------------------------------------------


def test_an_epoch_on_mnist_passes_ninety_percent():
    training = begin(Network(), optimizer="adam", learning_rate=0.002)
    training = assess(advance(training, training.left), "test", examples("test"))
    assert training.marks[-1].accuracy > 0.9
    assert training.batch_costs[0][-50:].mean() < 0.4 < training.batch_costs[0][:50].mean()


def test_prepared_pictures_are_kept_as_bytes():
    images, labels = examples("test", "deskew")
    assert images.dtype == np.uint8
    assert examples("test", "deskew").images is images
    assert labels is load("test")[1]
    exact = Network(preparation="deskew").prepare(load("test")[0][:100])
    np.testing.assert_allclose(images[:100] / 255, exact, atol=0.5 / 255 + 1e-6)
    with pytest.raises(ValueError, match="read-only"):
        images[0] = 0


def test_teaching_one_picture_learns_it(few):
    training = advance(begin(Network(), few, "adam", batch_size=20), 60)
    net, image = training.network, np.random.default_rng(0).random(784, np.float32)

    def chance(parameters):
        return net.answers(parameters, image[None])[0, 7]

    steps = [teach(net, training.parameters, image, 7, n, learning_rate=0.01) for n in (0, 1, 10)]
    assert steps[0].tobytes() == training.parameters.tobytes()
    assert chance(steps[0]) < chance(steps[1]) < chance(steps[2])
    with pytest.raises(ValueError, match="second"):
        teach(net, training.parameters, image, 7, 1, "newton")


# --- Distortion --------------------------------------------------------------------------------


def test_no_distortion_leaves_pictures_as_they_are(few):
    still = Distortion(0, 0, 0, 0, 0).apply(few.images[:20], np.random.default_rng(0))
    np.testing.assert_allclose(still, few.images[:20] / 255, atol=1e-5)


@pytest.mark.parametrize(
    "amounts", [{"turn": 45.0}, {"scale": 0.3}, {"shear": 0.5}, {"move": 3.0}, {"bend": 2.0}]
)
def test_each_distortion_does_something_but_keeps_the_ink(few, amounts):
    still = dict.fromkeys(("turn", "scale", "shear", "move", "bend"), 0.0)
    images = few.images[:50]
    changed = Distortion(**{**still, **amounts}).apply(images, np.random.default_rng(0))
    assert changed.shape == images.shape
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert np.abs(changed - images / 255).mean() > 0.01
    assert 0.75 < changed.sum() / (images / 255).sum() < 1.3


def test_a_move_moves_by_so_much():
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, 10:18, 12:16] = 255
    many = np.repeat(picture.reshape(1, -1), 400, axis=0)
    moved = Distortion(0, 0, 0, 2.0, 0).apply(many, np.random.default_rng(0)).reshape(-1, 28, 28)
    columns = moved.sum(1) @ np.arange(28) / moved.sum((1, 2))
    assert 15.3 < columns.max() <= 15.5001
    assert 11.4999 <= columns.min() < 11.7


# --- The command -------------------------------------------------------------------------------


def test_the_command_trains_measures_and_saves(tmp_path, capsys):
    file = tmp_path / "net.npz"
    arguments = f"{file} --hidden 8 --epochs 1 --batch 500 --learning-rate 0.01 --cosine --seed 4"
    training_command.main(arguments.split())
    trained = network.load(file)
    assert trained.network == Network((784, 8, 10))
    assert trained.made == f"python -m engine.training {arguments}"
    images, labels = load("test")
    right = (trained.predict(images).argmax(axis=1) == labels).mean()
    assert trained.accuracy == pytest.approx(right)
    assert trained.accuracy > 0.8
    said = capsys.readouterr()
    assert f"{trained.accuracy:.2%}" in said.out
    assert "epoch 1/1" in said.err


@pytest.mark.parametrize(
    "arguments",
    ["", "x.npz --hidden 0", "x.npz --optimizer newton", "x.npz --epochs 0", "x.npz --batch -1",
     "x.npz --setting beta7 1", "x.npz --setting beta1 high", "x.npz --learning-rate -3"],
)  # fmt: skip
def test_a_wrong_command_ends_with_a_sentence(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ending:
        training_command.main(arguments.split())
    assert ending.value.code == 2
    assert "error" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_terminal_sees_a_bar_that_moves(few):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    training_command._trained(begin(SMALL, few, batch_size=5), 2, screen)
    lines = screen.getvalue().split("\r")
    assert len(lines) >= 6
    assert "100%  epoch 2/2" in lines[-2]


def test_the_start_is_gone_back_to_with_the_settings_that_it_began_with(few):
    training = change(begin(SMALL, few, batch_size=250), "adam", learning_rate=0.02)
    back = back_to(advance(training, 3), 0)
    assert back.optimizer.key == "adam"
    assert back.settings["learning_rate"] == 0.02


def test_what_is_kept_does_not_grow_with_the_square_of_the_epochs(few):
    training = begin(SMALL, few, batch_size=len(few.labels))
    for _ in range(450):
        training = advance(training, 1)
    assert len(training.kept) <= 200
    assert all(not earlier.batch_costs for earlier in training.kept)
    back = back_to(training, training.epochs[-2])
    assert len(back.batch_costs) == back.epoch
    assert back.costs.tobytes() == training.costs[: back.updates].tobytes()
