"""Training a network: the step of `engine.descent`, on a few pictures at a time.

`Training` is a value. `advance` gives a later one and leaves the earlier as it was, so pausing is
doing nothing; a copy of the state is kept for each epoch, so that `back_to` can return to one.
Everything follows from the seed: the first parameters, the order of the pictures in each epoch,
their distortions. The learning rate and all else may change on the way with `change`.

`python -m engine.training --help` trains and saves a network from the command line.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import digits
from engine.descent import checked_settings
from engine.descent.walk import SettingValue, State, method_of, step
from engine.network import Network, NetworkCost
from engine.network.neuron import Images, Initialisation, Labels
from engine.optimizers.clipping import clip as shorten
from engine.optimizers.clipping import usable_clip
from engine.optimizers.optimizer import FloatArray, Optimizer
from engine.training.distortion import Distortion

LARGEST_BATCH = 60_000
_MOST_KEPT = 64_000_000  # bytes of all epochs that can be gone back to
_LONGEST_KEPT = 200  # epochs that can be gone back to, at the most
_BLOCK = 131_072  # parameters that an update takes together: their arrays fit the cache
_INITIAL, _ORDER, _DISTORTION = range(3)  # what a random stream of a training is for


class Examples(NamedTuple):
    """Prepared pictures (n, 784), bytes or 0 to 1, and what they show (n,)."""

    images: Images
    labels: Labels


def examples(half: digits.Half, preparation: str = "none") -> Examples:
    """Return MNIST's "train" or "test" prepared for a network: bytes, read-only, one copy for all.

    Raises what `engine.digits.load` raises.
    """
    with _once:  # or visitors who come at the same moment would each get a copy of their own
        return _examples(half, preparation)


_once = Lock()


@lru_cache(maxsize=4)
def _examples(half: digits.Half, preparation: str) -> Examples:
    images, labels = digits.load(half)
    if preparation != "none":
        shape = Network(preparation=preparation)
        images = np.rint(255 * shape.prepare(images)).astype(np.uint8)
        images.flags.writeable = False
    return Examples(images, labels)


class Stretch(NamedTuple):
    """A part of a training under one optimizer, its settings and one size of batch.

    `start` is the number of the first update it takes; a gradient longer than `clip` is shortened.
    """

    start: int
    optimizer: Optimizer
    settings: Mapping[str, SettingValue]
    batch_size: int
    clip: float = math.inf


class Mark(NamedTuple):
    """What was measured after so many updates: mean cost and share read right of some `pictures`.

    `name` says which pictures these were.
    """

    name: str
    updates: int
    pictures: int
    cost: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Training:
    """A network on its way: parameters, optimizer state, and how it came here.

    `updates` taken in all; `epoch` is the number of epochs completed, and `position` the number of
    pictures seen since. `batch_costs`: the mean cost of each mini-batch before its update, an array
    for each completed epoch; `recent_costs` those since. `lost` is the number of the update that
    found a cost which is not finite, or −1; nothing more is learnt then, whatever is changed, until
    it goes back. `kept`: earlier states,
    the oldest first. All arrays are read-only by agreement.
    """

    network: Network
    data: Examples = field(repr=False)
    seed: int
    initialisation: str | Initialisation
    distortion: Distortion | None
    stretches: tuple[Stretch, ...] = field(repr=False)
    parameters: FloatArray = field(repr=False)
    state: State = field(repr=False)
    updates: int = 0
    epoch: int = 0
    position: int = 0
    batch_costs: tuple[FloatArray, ...] = field(default=(), repr=False)
    recent_costs: FloatArray = field(default_factory=lambda: np.empty(0, np.float32), repr=False)
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    kept: tuple["Training", ...] = field(default=(), repr=False)
    lost: int = -1

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer of the next update."""
        return self.stretches[-1].optimizer

    @property
    def settings(self) -> Mapping[str, SettingValue]:
        """The settings of the next update."""
        return self.stretches[-1].settings

    @property
    def batch_size(self) -> int:
        """How many pictures the next update takes, if the epoch has so many left."""
        return self.stretches[-1].batch_size

    @property
    def progress(self) -> float:
        """How much of the present epoch is done, 0 to 1."""
        return self.position / len(self.data.labels)

    @property
    def left(self) -> int:
        """How many updates complete the present epoch."""
        return -(-(len(self.data.labels) - self.position) // self.batch_size)

    @property
    def costs(self) -> FloatArray:
        """The mean cost of each mini-batch before its update, (updates,)."""
        return np.concatenate([*self.batch_costs, self.recent_costs])

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs that can be gone back to. Always 0 among them, which is a reset."""
        return tuple(earlier.epoch for earlier in self.kept)

    @property
    def full_cost(self) -> NetworkCost:
        """The cost of all the pictures: what is walked on, of which a mini-batch is a sample."""
        return NetworkCost(self.network, *self.data)


# --- What is done with it ----------------------------------------------------------------------


def begin(
    network: Network,
    data: Examples | None = None,
    optimizer: str | Optimizer = "gradient_descent",
    *,
    batch_size: int = 100,
    seed: int = 0,
    initialisation: str | Initialisation = "he",
    distortion: Distortion | None = None,
    clip: float = math.inf,
    **settings: SettingValue,
) -> Training:
    """Return a training without updates.

    Args: data: what to learn from, MNIST's training half by default; optimizer and settings as in
    `engine.descent.start`; batch_size: 1 to 60,000, cut to the number of pictures; seed: 0 to
    2⁶³ − 1; clip: the norm that longer gradients are shortened to. Raises ValueError for what is
    none of these, and for an optimizer that needs second derivatives.
    """
    data = examples("train", network.preparation) if data is None else data
    if not 0 <= seed < 2**63:
        raise ValueError(f"a seed is a number from 0 to 2⁶³ − 1, not {seed}")
    parameters = network.initial(initialisation, _random(seed, _INITIAL))
    method = _usable(method_of(optimizer))
    chosen = checked_settings(method, method.defaults, settings)
    first = Stretch(0, method, chosen, _usable_size(batch_size, data), usable_clip(clip))
    return _remembered(
        Training(
            network,
            data,
            seed,
            initialisation,
            distortion,
            (first,),
            parameters,
            method.initial(parameters),
        )
    )


def change(
    training: Training,
    optimizer: str | Optimizer | None = None,
    *,
    batch_size: int | None = None,
    clip: float | None = None,
    **settings: SettingValue,
) -> Training:
    """Return the training with other settings from the next update on; nothing is reset.

    Settings not named stay as they are. A new optimizer begins with its defaults and an empty
    state. Raises ValueError as `begin` does.
    """
    last = training.stretches[-1]
    method = last.optimizer if optimizer is None else _usable(method_of(optimizer))
    same = method is last.optimizer
    chosen = checked_settings(method, last.settings if same else method.defaults, settings)
    size = last.batch_size if batch_size is None else _usable_size(batch_size, training.data)
    longest = last.clip if clip is None else usable_clip(clip)
    here = Stretch(training.updates, method, chosen, size, longest)
    before = tuple(s for s in training.stretches if s.start < here.start)
    state = training.state if same else method.initial(training.parameters)
    changed = replace(training, stretches=(*before, here), state=state)
    # Before the first update nothing was learnt with other settings: this is how it begins.
    return changed if training.updates else replace(changed, kept=(_bare(changed),))


def advance(training: Training, updates: int) -> Training:
    """Return the training after so many more updates, over the ends of epochs as they come.

    Fewer are taken only if a cost is not finite: see `Training.lost`. 50 and 150 updates give what
    200 give, bit for bit.
    """
    with np.errstate(all="ignore"):
        while updates > 0 and training.lost < 0:
            now = min(updates, training.left)
            training = _within_epoch(training, now)
            updates -= now
    return training


def back_to(training: Training, epoch: int) -> Training:
    """Return the training as it was when so many epochs were completed; 0 is a reset.

    Settings changed since are forgotten, and what follows is as it was. Raises ValueError if that
    epoch is not among `training.epochs`.
    """
    for number, earlier in enumerate(training.kept):
        if earlier.epoch == epoch:
            marks = tuple(m for m in training.marks if m.updates <= earlier.updates)
            costs = training.batch_costs[:epoch]
            kept = training.kept[: number + 1]
            return replace(earlier, batch_costs=costs, marks=marks, kept=kept)
    known = ", ".join(map(str, training.epochs))
    raise ValueError(f"epoch {epoch} is not among those that are kept: {known}")


def assess(training: Training, name: str, data: Examples) -> Training:
    """Return the training with one more mark: how well it reads these prepared pictures now."""
    cost, accuracy = training.network.cost_and_accuracy(training.parameters, *data)
    mark = Mark(name, training.updates, len(data.labels), cost, accuracy)
    return replace(training, marks=(*training.marks, mark))


def teach(
    network: Network,
    parameters: FloatArray,
    image: Images,
    label: int,
    steps: int,
    optimizer: str | Optimizer = "gradient_descent",
    **settings: SettingValue,
) -> FloatArray:
    """Return the parameters after so many steps on one prepared picture (784,) alone.

    It learns this one, and may forget others. Raises ValueError as `begin` does.
    """
    method = _usable(method_of(optimizer))
    chosen = checked_settings(method, method.defaults, settings)
    cost = NetworkCost(network, image.reshape(1, -1), np.array([label]))
    state = method.initial(parameters)
    for k in range(steps):
        parameters, state = step(cost, method, parameters, state, chosen, k)
    return parameters


# --- The updates -------------------------------------------------------------------------------


def _within_epoch(training: Training, updates: int) -> Training:
    """Return the training after updates that the present epoch has left; keep it if that ends."""
    last, data, network = training.stretches[-1], training.data, training.network
    order = _order(training.seed, training.epoch, len(data.labels))
    size, position = last.batch_size, training.position
    parameters, states = training.parameters.copy(), _split(training.state, network.dimension)
    gradient = np.empty_like(parameters)
    costs, lost = [], -1
    for k in range(training.updates, training.updates + updates):
        chosen = order[position : position + size]
        images, labels = data.images.take(chosen, axis=0), data.labels.take(chosen)
        if training.distortion is not None:
            images = training.distortion.apply(images, _random(training.seed, _DISTORTION, k))
        cost, _ = network.cost_and_gradient(parameters, images, labels, gradient)
        if not math.isfinite(cost):
            lost = k
            break
        if last.clip < math.inf:
            shorten(gradient, last.clip)
        settings = {key: s(k) if callable(s) else s for key, s in last.settings.items()}
        _update_in_blocks(last.optimizer, parameters, gradient, states, settings)
        costs.append(cost)
        position += len(chosen)
    after = replace(
        training,
        parameters=parameters,
        state=_joined(states),
        updates=training.updates + len(costs),
        position=position,
        recent_costs=np.append(training.recent_costs, np.array(costs, np.float32)),
        lost=lost,
    )
    return after if position < len(data.labels) else _completed(after)


def _update_in_blocks(
    method: Optimizer,
    parameters: FloatArray,
    gradient: FloatArray,
    states: list[State],
    settings: Mapping[str, SettingValue],
) -> None:
    """Change the parameters in place, and the state of each block of them.

    Numbers are the same as in one piece, for each depends on the numbers at its own place alone.
    But new arrays of megabytes, at every update, would not stay in the cache.
    """
    for number, state in enumerate(states):
        part = slice(number * _BLOCK, (number + 1) * _BLOCK)
        states[number], move = method.update(
            state, parameters[part], gradient[part], None, **settings
        )
        parameters[part] += move


def _split(state: State, count: int) -> list[State]:
    """Return a state's copy, block by block; scalar counters are in each."""
    parts = [slice(first, first + _BLOCK) for first in range(0, count, _BLOCK)]
    return [type(state)(*(f[part].copy() if np.ndim(f) else f for f in state)) for part in parts]


def _joined(states: list[State]) -> State:
    columns = zip(*states, strict=True)
    return type(states[0])(*(np.concatenate(c) if np.ndim(c[0]) else c[0] for c in columns))


def _completed(training: Training) -> Training:
    """Return the training at the beginning of the next epoch, kept."""
    return _remembered(
        replace(
            training,
            epoch=training.epoch + 1,
            position=0,
            batch_costs=(*training.batch_costs, training.recent_costs),
            recent_costs=training.recent_costs[:0],
        )
    )


def _remembered(training: Training) -> Training:
    """Return the training with itself among those kept; every other one goes if they are many.

    What is kept leaves out what `back_to` can cut from the later training: costs and marks.
    """
    kept = (*training.kept, _bare(training))
    size = sum(a.nbytes for a in (training.parameters, *training.state) if np.ndim(a))
    while len(kept) > 3 and (len(kept) > _LONGEST_KEPT or len(kept) * size > _MOST_KEPT):
        kept = (*kept[:-1:2], kept[-1])
    return replace(training, kept=kept)


def _bare(training: Training) -> Training:
    return replace(training, batch_costs=(), marks=(), kept=())


def _random(seed: int, *purpose: int) -> np.random.Generator:
    return np.random.default_rng([seed, *purpose])


@lru_cache(maxsize=8)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.intp]:
    """Return the order in which an epoch takes its pictures."""
    return _random(seed, _ORDER, epoch).permutation(count)


def _usable(method: Optimizer) -> Optimizer:
    if method.needs_hessian:
        raise ValueError(
            f"{method.name} needs second derivatives: for 13,002 weights a table of 169 million"
        )
    return method


def _usable_size(size: int, data: Examples) -> int:
    if not 1 <= size <= LARGEST_BATCH:
        raise ValueError(f"a batch has 1 to {LARGEST_BATCH:,} pictures, not {size}")
    return min(size, len(data.labels))


if __name__ == "__main__":
    from engine.training.__main__ import main

    main()
