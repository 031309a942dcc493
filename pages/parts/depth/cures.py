"""Which deep network is watched, what may cure it, and how a link says so. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine.inspection.depth import FEWEST_LAYERS, INPUTS, MOST_LAYERS
from engine.network import ACTIVATIONS, INITIALISATIONS, THRESHOLDS
from pages.parts.stage.address import parse_number

LAYERS = tuple(range(FEWEST_LAYERS, MOST_LAYERS + 1))
WIDTHS = (8, 16, 32, 64, 128, 256)
SCALES = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
STEEPNESSES = (0, 256, 128, 64, 32, 16, 8, 4, 2)
"""How steep a step is once it is smoothed; 0 is the step itself."""

STEP = "threshold"
HIDDEN = {key: entry for key, entry in (ACTIVATIONS | THRESHOLDS).items() if "_" not in key}
"""What hidden neurons can be chosen from: a smoothed step is a cure."""

WEIGHTS = {key: INITIALISATIONS[key] for key in ("normal", "xavier", "he")}
LONGEST = 1.0
"""The norm that clipping shortens a gradient to."""

LARGEST_SEED = 9999


@dataclass(frozen=True)
class Setup:
    """A network and how it begins to learn; keys are those of the registries."""

    layers: int = 10
    width: int = 32
    activation: str = "sigmoid"
    weights: str = "normal"
    scale: float = 4.0
    inputs: str = "unit"
    rate: float = 0.1
    seed: int = 0
    clip: float = math.inf


CONTROLS = ("layers", "width", "activation", "weights", "scale", "inputs", "rate", "seed")
"""What of a setup has a control, each under its name with "depth_" before it."""

# --- Cures -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cure:
    """One switch. `of(setup)` is the setup with it, the same where that had it already.

    `short`: what it does, in a few words.
    """

    key: str
    name: str
    short: str
    summary: str
    of: Callable[[Setup], Setup]


def _weights(setup: Setup) -> Setup:
    suited = "he" if setup.activation == "relu" else "xavier"
    return replace(setup, weights=suited, scale=1.0)


CURES = {
    cure.key: cure
    for cure in (
        Cure(
            "relu",
            "ReLU",
            "a slope of 1, where a sigmoid has ¼ at best",
            "Its slope is 1 wherever a neuron is on, so the gradient passes undiminished. A "
            "sigmoid's slope is a quarter at best.",
            lambda setup: replace(setup, activation="relu"),
        ),
        Cure(
            "weights",
            "Weights of the right size",
            "He's or Xavier's: nothing grows or shrinks",
            "Random weights that are just so large that the sizes of what goes forwards and of "
            "what comes back stay about the same from layer to layer: He's for ReLU, Xavier's for "
            "tanh, and for a sigmoid as far as they can.",
            _weights,
        ),
        Cure(
            "inputs",
            "Normalised inputs",
            "pixels with the mean 0 and the deviation 1",
            "Pixels are shifted and scaled to the mean 0 and the deviation 1. The gradient of a "
            "weight is what comes back times what goes in, so pixels up to 255 make a step larger "
            "than the weights themselves.",
            lambda setup: replace(setup, inputs="standard"),
        ),
        Cure(
            "clip",
            "Gradient clipping",
            f"a gradient longer than {LONGEST:g} is shortened to {LONGEST:g}",
            f"A gradient longer than {LONGEST:g} keeps its direction and is shortened to "
            f"{LONGEST:g}. It cures explosions; what has vanished it cannot bring back.",
            lambda setup: replace(setup, clip=LONGEST),
        ),
    )
}


@dataclass(frozen=True)
class Treatment:
    """Which cures are switched on, by their keys, and how steep a step is left (0: a step)."""

    cures: frozenset[str] = frozenset()
    steepness: int = 0

    def of(self, setup: Setup) -> Setup:
        """Return the setup with all of it; the same if none of it changes anything."""
        if self.steepness and setup.activation == STEP:
            setup = replace(setup, activation=f"sigmoid_{self.steepness}")
        for key, cure in CURES.items():  # ReLU comes first: the weights must suit it
            if key in self.cures:
                setup = cure.of(setup)
        return setup


def changed(before: Setup, after: Setup) -> str:
    """Return what is different in the second setup, such as "ReLU and He weights"."""
    parts = []
    if before.activation != after.activation:
        steepness = after.activation.rpartition("_")[2]
        smoothed = f"a sigmoid {steepness} times as steep"
        parts.append(smoothed if steepness.isdigit() else HIDDEN[after.activation].name)
    if (before.weights, before.scale) != (after.weights, after.scale):
        same = before.weights == after.weights  # only their size is another
        parts.append(f"{WEIGHTS[after.weights].name} weights{' times 1' if same else ''}")
    if before.inputs != after.inputs:
        parts.append("normalised inputs")
    if before.clip != after.clip:
        parts.append("clipping")
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


# --- Presets -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preset:
    """A network worth watching: a short sentence, and what to look for."""

    key: str
    name: str
    summary: str
    setup: Setup


_HEALTHY = Setup(activation="relu", weights="he", scale=1.0)

PRESETS = {
    preset.key: preset
    for preset in (
        Preset("dies", "It dies", "Ten layers of sigmoid. Cure: ReLU.", Setup()),
        Preset(
            "silent",
            "It falls silent",
            "ReLU, but the weights begin too small. Cure: weights of the right size.",
            replace(_HEALTHY, weights="normal"),
        ),
        Preset(
            "explodes",
            "It explodes",
            "ReLU, but the weights begin too large. Cures: weights of the right size, or clipping.",
            replace(_HEALTHY, scale=2.0),
        ),
        Preset(
            "raw",
            "Raw pixels blow it up",
            "All is well but the inputs, which are 0 to 255. Cures: normalised inputs, or "
            "clipping.",
            replace(_HEALTHY, inputs="raw"),
        ),
        Preset("works", "It works", "ReLU, He weights and pixels of 0 to 1.", _HEALTHY),
        Preset(
            "step",
            "On or off",
            "Three layers whose neurons say 1 or 0 and nothing between. Cure: smooth the step.",
            Setup(layers=3, activation=STEP, weights="xavier", scale=1.0),
        ),
    )
}


# --- Links -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of a link: the texts it may have, and what stands in for any other."""

    noun: str
    texts: frozenset[str]
    default: str


def _part(noun: str, texts: Iterable[str], default: str) -> Part:
    return Part(noun, frozenset(texts), default)


def texts(numbers: Iterable[float]) -> list[str]:
    """Return numbers as the page and its links write them."""
    return [f"{number:g}" for number in numbers]


_DEFAULT = Setup()
PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "layers": _part("layers", texts(LAYERS), f"{_DEFAULT.layers}"),
        "width": _part("neurons a layer", texts(WIDTHS), f"{_DEFAULT.width}"),
        "activation": _part(
            "activation", (e.name for e in HIDDEN.values()), HIDDEN[_DEFAULT.activation].name
        ),
        "weights": _part(
            "weights", (e.name for e in WEIGHTS.values()), WEIGHTS[_DEFAULT.weights].name
        ),
        "scale": _part("times as large", texts(SCALES), f"{_DEFAULT.scale:g}"),
        "inputs": _part("inputs", (e.name for e in INPUTS.values()), INPUTS[_DEFAULT.inputs].name),
        "rate": _part("learning rate", texts(RATES), f"{_DEFAULT.rate:g}"),
        "smooth": _part("steepness", texts(STEEPNESSES), "0"),
    }
)
"""What a link may say, each under its name with "depth_" before it; seed and cures beside these."""


def treatment_of(parameters: Mapping[str, str]) -> Treatment:
    """Return the cures of a link; what it cannot mean is left out."""
    named = parameters.get("depth_cures", "").split(",")
    smooth = parameters.get("depth_smooth", "0")
    steepness = int(smooth) if smooth in PARTS["smooth"].texts else 0
    return Treatment(frozenset(key for key in named if key in CURES), steepness)


def address_of(treatment: Treatment) -> dict[str, str]:
    """Return the parts of a link that `treatment_of` reads back; "" for what need not be said."""
    return {
        "depth_cures": ",".join(key for key in CURES if key in treatment.cures),
        "depth_smooth": str(treatment.steepness or ""),
    }


def notice(parameters: Mapping[str, str]) -> str:
    """Return a sentence on what a link asks for that is not to be had here, or ""."""
    told = [
        _refusal(name, part, text)
        for name, part in PARTS.items()
        if (text := parameters.get(f"depth_{name}")) is not None and text not in part.texts
    ]
    seed, named = parameters.get("depth_seed", "0"), parameters.get("depth_cures", "")
    if not (seed.isascii() and seed.isdigit() and len(seed) < 9 and int(seed) <= LARGEST_SEED):
        told.append(f"a seed is a whole number up to {LARGEST_SEED:,}, so 0 stands in")
    if named and not set(named.split(",")) <= set(CURES):
        told.append("not all of its cures are known here")
    return f"This link could not be read in full: {'; '.join(told)}." if told else ""


def _refusal(name: str, part: Part, text: str) -> str:
    if name == "layers":
        asked = _number(text)
        wish = "" if asked is None else f", not {asked:,.0f}"
        bounds = f"a network here has {FEWEST_LAYERS} to {MOST_LAYERS} layers"
        return f"{bounds}{wish}, so {part.default} stand in"
    if name == "width":
        asked = _number(text)
        wish = "" if asked is None else f", not {asked:,.0f}"
        return (
            f"a layer here has {', '.join(texts(WIDTHS))} neurons{wish}, so {part.default} stand in"
        )
    return f"its {part.noun} is not known here, so “{part.default}” stands in"


def _number(text: str) -> float | None:
    try:
        asked = parse_number(text)
    except ValueError:
        return None
    return asked if abs(asked) < 1e12 and asked == int(asked) else None
