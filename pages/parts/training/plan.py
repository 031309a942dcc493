"""What is to be trained and how: read from widgets and from a link, checked, compared. Pure.

A `Beginning` needs a new start if it changes; a `Course` can change while the network learns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.network import ACTIVATIONS, COSTS, INITIALISATIONS, PREPARATIONS, Network
from engine.optimizers import OPTIMIZERS, Setting
from engine.training import Training, begin, change
from pages.parts.stage.address import number_text, parse_number

OPTIMIZER_KEYS = tuple(key for key, entry in OPTIMIZERS.items() if not entry.needs_hessian)
"""Those that can train a network: Newton's method would need a table of 13,002² numbers."""

RATES = {  # among the best of 1, 2, 5 × 10ⁿ after four epochs of 784-16-16-10 in hundreds, seed 0
    "gradient_descent": 0.1,
    "momentum": 0.05,
    "nesterov": 0.05,
    "adagrad": 0.05,
    "adadelta": 1.0,
    "rmsprop": 0.002,
    "adam": 0.002,
    "adamw": 0.002,
    "nadam": 0.002,
    "amsgrad": 0.002,
    "lion": 0.0005,
}
"""The rate that each optimizer begins with on this page."""

BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000)
MOST_LAYERS, MOST_NEURONS = 4, 512
LARGEST_SEED = 2**53 - 1  # what a number in the browser holds exactly

_MOST_PRODUCTS = 3e9  # parameters × pictures of one update: about a third of a second
_WHOLE = re.compile(r"[0-9]{1,6}\Z")
_PREFIX = "train_"


@dataclass(frozen=True)
class Beginning:
    """What a training starts from. Keys are those of the registries of `engine.network`."""

    hidden: tuple[int, ...] = (16, 16)
    activation: str = "relu"
    cost: str = "cross_entropy"
    initialisation: str = "he"
    preparation: str = "deskew"
    seed: int = 0

    @property
    def network(self) -> Network:
        """The network of that shape."""
        return Network((784, *self.hidden, 10), self.activation, self.cost, self.preparation)


@dataclass(frozen=True)
class Course:
    """How it learns: the optimizer's key, its settings but for the rate, pictures an update."""

    optimizer: str = "gradient_descent"
    settings: Mapping[str, float] = field(default_factory=dict)
    batch: int = 100


def hidden_layers(text: str) -> tuple[int, ...]:
    """Return the sizes that a text such as "16, 16" names; "none" for none.

    Raises ValueError with a sentence for anything else.
    """
    if text.strip().lower() == "none":
        return ()
    parts = re.split(r"[\s,;x×-]+(?=[0-9])", text.strip())
    if not all(_WHOLE.match(part) for part in parts):
        raise ValueError(
            "Hidden layers are whole numbers with commas between them, such as 16, 16; or none."
        )
    sizes = tuple(map(int, parts))
    if len(sizes) > MOST_LAYERS or not all(1 <= size <= MOST_NEURONS for size in sizes):
        raise ValueError(
            f"There is room for {MOST_LAYERS} hidden layers of 1 to {MOST_NEURONS} neurons each, "
            f"and {text.strip()} is beyond that."
        )
    return sizes


def sizes_text(hidden: Sequence[int]) -> str:
    """Return the text that `hidden_layers` reads back."""
    return ", ".join(map(str, hidden)) or "none"


def other_settings(optimizer: str) -> tuple[Setting, ...]:
    """Return the settings of an optimizer but for the learning rate."""
    return OPTIMIZERS[optimizer].settings[1:]


def batch_name(size: int, count: int = 60_000) -> str:
    """Return what a descent with so many of `count` pictures an update is called."""
    if size >= count:
        return "batch"
    return "stochastic" if size == 1 else "mini-batch"


def largest_batch(network: Network) -> int:
    """Return how many pictures an update may take and still let one pause at once."""
    return min(max(int(_MOST_PRODUCTS / network.dimension), 100), 60_000)


def pace(size: int, network: Network) -> str:
    """Return how many updates an epoch has with so many pictures an update, and what that is."""
    taken = min(size, largest_batch(network))
    updates = -(-60_000 // taken)
    said = {"batch": "All at once", "stochastic": "One by one (stochastic)"}.get(
        batch_name(taken), "In mini-batches"
    )
    said += ": "
    said += "1 update an epoch." if updates == 1 else f"{updates:,} updates an epoch."
    if taken < size:
        said = (
            f"With {network.dimension:,} weights and biases an update takes {taken:,} pictures at "
            f"the most, or a pause would have to wait for it. {said}"
        )
    return said


# --- Plans and trainings -----------------------------------------------------------------------


def begun(beginning: Beginning, course: Course, rate: float) -> Training:
    """Return a training of that plan without updates. Raises ValueError for what none can be."""
    network = beginning.network
    return begin(
        network,
        optimizer=course.optimizer,
        batch_size=min(course.batch, largest_batch(network)),
        seed=beginning.seed,
        initialisation=beginning.initialisation,
        **{**course.settings, "learning_rate": rate},
    )


def beginning_of(training: Training) -> Beginning:
    """Return what a training started from."""
    net = training.network
    shape = (net.sizes[1:-1], net.activation, net.cost)
    return Beginning(*shape, training.initialisation, net.preparation, training.seed)


def course_of(training: Training) -> Course:
    """Return how a training goes on."""
    others = {k: v for k, v in settings_of(training).items() if k != "learning_rate"}
    return Course(training.optimizer.key, others, training.batch_size)


def settings_of(training: Training) -> dict[str, float]:
    """Return the settings of the next update as plain numbers."""
    return {key: value for key, value in training.settings.items() if isinstance(value, float)}


def on(training: Training, course: Course) -> Training:
    """Return the training going on as the course says; another optimizer has its own rate."""
    size = min(course.batch, largest_batch(training.network))
    wanted = Course(course.optimizer, course.settings, size)
    if wanted == course_of(training):
        return training
    if course.optimizer == training.optimizer.key:
        return change(training, batch_size=size, **course.settings)
    rate = RATES[course.optimizer]
    settings = {**course.settings, "learning_rate": rate}
    return change(training, course.optimizer, batch_size=size, **settings)


def with_rate(training: Training, rate: float) -> Training:
    """Return the training with that rate from here; ValueError if it is out of range."""
    if settings_of(training)["learning_rate"] == rate:
        return training
    return change(training, learning_rate=rate)


# --- Links -------------------------------------------------------------------------------------


def faults(parameters: Mapping[str, str]) -> list[str]:
    """Return which parts of a link mean nothing here. Names that are not ours are ignored.

    Choices stand in a link by the names that the page shows.
    """
    readers: dict[str, Callable[[str], object]] = {
        "hidden": hidden_layers,
        "activation": _one_of(entry.name for entry in ACTIVATIONS.values()),
        "cost": _one_of(entry.name for entry in COSTS.values()),
        "initialisation": _one_of(entry.name for entry in INITIALISATIONS.values()),
        "preparation": _one_of(entry.name for entry in PREPARATIONS.values()),
        "seed": lambda text: _within(text, 0, LARGEST_SEED, whole=True),
        "optimizer": _one_of(OPTIMIZERS[key].name for key in OPTIMIZER_KEYS),
        "batch": _one_of(map(str, BATCHES)),
        "rate": lambda text: rate_of({f"{_PREFIX}rate": text}),
    }
    for key in OPTIMIZER_KEYS:
        for setting in other_settings(key):
            readers[f"{key}_{setting.key}"] = lambda text, s=setting: _within(text, s.low, s.high)
    return [name for name, read in readers.items() if not _reads(read, parameters, name)]


def rate_of(parameters: Mapping[str, str]) -> float | None:
    """Return the learning rate of a link, None without one; ValueError for what is none."""
    text = parameters.get(f"{_PREFIX}rate")
    if text is None:
        return None
    rate = OPTIMIZERS["gradient_descent"].settings[0]
    return _within(text, rate.low, rate.high)


def rate_text(training: Training) -> str:
    """Return the learning rate for a link, "" where it is the optimizer's own."""
    rate = settings_of(training)["learning_rate"]
    return "" if rate == RATES[training.optimizer.key] else number_text(rate)


def _reads(read: Callable[[str], object], parameters: Mapping[str, str], name: str) -> bool:
    try:
        if (text := parameters.get(_PREFIX + name)) is not None:
            read(text)
    except ValueError:
        return False
    return True


def _one_of(choices: Iterable[str]) -> Callable[[str], str]:
    known = set(choices)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError("unknown")
        return text

    return read


def _within(text: str, low: float, high: float, whole: bool = False) -> float:
    number = parse_number(text)
    if not low <= number <= high or (whole and number != int(number)):
        raise ValueError("out of range")
    return number
