"""The grammar of a stage's address: scene ↔ query parameters. Pure; Streamlit is not asked.

    surface=himmelblau                     or   curve=parabola
    formula=x^2+3*y^2   domain=-2,2,-2,2   instead of a catalogue entry
    start=0.5,-1
    walk=adam,learning_rate=0.1            one each, settings at their defaults left out
    walk=adam,learning_rate=0.1,schedule=cosine,length=100
    walk=momentum,learning_rate=0.02,colour=1~12,momentum,learning_rate=0.01
                                           a fork: from step 12 on with other settings
    walk=gradient_descent,batch=32         steps with 32 examples each, in the order of …
    seed=7
    steps=200   focus=1   step=12

What a page's own data are is for the page to say, so a surface made of examples is not named here,
nor is one made of a network.
Those of a visitor's own file say only that they are that: numbers for its axes mean nothing else.

    data=own

What an address cannot mean falls back to the default, with one notice that says what.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from engine import surfaces
from engine.formula import FormulaError
from engine.optimizers import OPTIMIZERS, schedules
from engine.optimizers.schedules import CONSTANT, Plan, plan
from engine.surfaces import curves
from pages.parts.stage import scene as scenes
from pages.parts.stage.scene import CATALOGUES, Leg, Scene, Walker

_NAME_OF_DIMENSION = {1: "curve", 2: "surface"}
_NUMBER = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?\Z")
_LONGEST = 2_000
_OWN = (
    "This link was made on a file of somebody's own, which no link carries: the data that come "
    "with the app stand in for it."
)

Read = TypeVar("Read")
Parameters = Mapping[str, Sequence[str]]


def read(parameters: Parameters, default: Scene) -> tuple[Scene, str]:
    """Return the scene that an address means, and a notice ("" where all was understood).

    `parameters` maps each name to its values in order; names that are not ours are ignored.
    `default` decides the dimension and everything that the address leaves out.
    """
    faults: list[str] = []

    def attempt(what: str, parse: Callable[[], Read], otherwise: Read) -> Read:
        try:
            return parse()
        except (ValueError, FormulaError):
            faults.append(what)
            return otherwise

    one = {name: values[-1] for name, values in parameters.items() if values}
    if scenes.examples(default.landscape) and one.get("data") == "own":
        return default, _OWN
    scene = default
    dimension = default.landscape.dimension
    if scenes.is_given(default.landscape):  # the page says what it is; no link brings another
        faults += [name for name in ("surface", "curve", "formula") if name in one]
    elif "formula" in one:
        scene = attempt("formula", lambda: _typed(one, default), default)
    elif (name := _NAME_OF_DIMENSION[dimension]) in one:
        scene = attempt(name, lambda: _listed(one[name], default), default)
    if "steps" in one:
        scene = attempt("steps", lambda: scenes.with_steps(scene, _whole(one["steps"])), scene)
    if "start" in one:
        at = lambda: scenes.from_start(scene, _numbers(one["start"], dimension))  # noqa: E731
        scene = attempt("start", at, scene)
    if "seed" in one:
        scene = attempt("seed", lambda: scenes.with_seed(scene, _whole(one["seed"])), scene)
    if parameters.get("walk"):
        scene = attempt("walk", lambda: _walking(parameters["walk"], scene), scene)
    if "focus" in one:
        scene = attempt("focus", lambda: scenes.with_focus(scene, _whole(one["focus"])), scene)
    if "step" in one:
        scene = attempt("step", lambda: _standing(one["step"], scene), scene)
    return scene, _notice(faults)


def write(scene: Scene) -> dict[str, list[str]]:
    """Return the query parameters of a scene; `read` brings the same scene back.

    It is the browser that puts them into the address bar, with the step that it plays: if Python
    did, each change would become an entry of the browser's history.
    """
    landscape = scene.landscape
    domain = ",".join(number_text(x) for side in landscape.domain for x in side)
    if scenes.is_given(landscape):
        if scenes.examples(landscape) and not landscape.key:
            return {"data": ["own"]}
        where = {"seed": [str(scene.seed)]} if any(w.batch for w in scene.walkers) else {}
    elif landscape.key:
        where = {_NAME_OF_DIMENSION[landscape.dimension]: [landscape.key]}
    else:
        where = {"formula": [landscape.formula], "domain": [domain]}
    return where | {
        "start": [",".join(map(number_text, scene.start))],
        "walk": [_walk_text(walker, index) for index, walker in enumerate(scene.walkers)],
        "steps": [str(scene.steps)],
        "focus": [str(scene.focus)],
        "step": [str(scene.step)],
    }


def parse_number(text: str) -> float:
    """Return a finite decimal number; ValueError for anything else, "nan" and "1_0" included."""
    if not _NUMBER.match(text.strip()):
        raise ValueError("not a number")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _typed(one: Mapping[str, str], default: Scene) -> Scene:
    dimension = default.landscape.dimension
    own = curves.own if dimension == 1 else surfaces.own
    domain = default.landscape.domain
    if "domain" in one:
        ends = _numbers(one["domain"], 2 * dimension)
        domain = tuple(zip(ends[::2], ends[1::2], strict=True))
    return scenes.on(default, own(one["formula"], domain))


def _listed(key: str, default: Scene) -> Scene:
    catalogue = CATALOGUES[default.landscape.dimension]
    if key not in catalogue:
        raise ValueError("unknown")
    return default if catalogue[key] == default.landscape else scenes.on(default, catalogue[key])


def _walking(texts: Sequence[str], scene: Scene) -> Scene:
    if len(texts) > scenes.MOST_WALKERS:
        raise ValueError("too many walkers")
    walkers = tuple(_walker(text, index, scene) for index, text in enumerate(texts))
    return replace(scene, walkers=walkers, focus=0)


def _walker(text: str, index: int, scene: Scene) -> Walker:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    first, *later = text.split("~")
    key, schedule, settings = _settings(first.split(","))
    slot = int(settings.pop("colour", index))
    batch = int(settings.pop("batch", 0))
    noise = settings.pop("noise", 0.0)
    if not 0 <= batch <= scenes.most_examples(scene.landscape):
        raise ValueError("no such batch")
    if not 0 <= noise <= scenes.MOST_NOISE:
        raise ValueError("no such noise")
    if not 0 <= slot < scenes.MOST_WALKERS:
        raise ValueError("no such colour")
    legs = [_leg(scene, key, schedule, settings, 0)]
    for part in later:
        at, *rest = part.split(",")
        key, schedule, settings = _settings(rest)
        legs.append(_leg(scene, key, schedule, settings, _whole(at)))
    starts = [leg.start for leg in legs]
    if starts != sorted(set(starts)) or starts[-1] >= scene.steps or len(legs) > scenes.MOST_LEGS:
        raise ValueError("legs follow one another")
    return Walker(slot, tuple(legs), batch, noise)


def _settings(items: Sequence[str]) -> tuple[str, str, dict[str, float]]:
    """Return optimizer, schedule, and the numbers of both."""
    key, *pairs = items or [""]
    settings = dict(pair.split("=", 1) for pair in pairs)
    schedule = settings.pop("schedule", CONSTANT.schedule)
    return key, schedule, {name: parse_number(value) for name, value in settings.items()}


def _leg(scene: Scene, key: str, schedule: str, settings: Mapping[str, float], start: int) -> Leg:
    fresh = scenes.fresh_leg(scene.landscape, key, start)
    own = {name: value for name, value in settings.items() if name in fresh.settings}
    rest = {name: value for name, value in settings.items() if name not in own}
    leg = Leg(key, {**fresh.settings, **own}, start, plan(schedule, **rest))
    scenes.check_settings(leg)
    return leg


def _standing(text: str, scene: Scene) -> Scene:
    step = _whole(text)
    if step > scene.steps:
        raise ValueError("beyond the walk")
    return replace(scene, step=step)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError("not a whole number")
    return int(text)


def _numbers(text: str, count: int) -> tuple[float, ...]:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    numbers = tuple(map(parse_number, text.split(",")))
    if len(numbers) != count:
        raise ValueError(f"{count} numbers are wanted")
    return numbers


def _walk_text(walker: Walker, index: int) -> str:
    texts = []
    for leg in walker.legs:
        defaults = {s.key: s.default for s in OPTIMIZERS[leg.optimizer].settings}
        told = {
            key: value
            for key, value in leg.settings.items()
            if key == "learning_rate" or value != defaults[key]
        }
        pairs = [f"{key}={number_text(value)}" for key, value in told.items()]
        pairs += _plan_texts(leg.plan)
        if leg.start == 0 and walker.slot != index:
            pairs.append(f"colour={walker.slot}")
        if leg.start == 0 and walker.noise:
            pairs.append(f"noise={number_text(walker.noise)}")
        if leg.start == 0 and walker.batch:
            pairs.append(f"batch={walker.batch}")
        head = [str(leg.start)] if leg.start else []
        texts.append(",".join([*head, leg.optimizer, *pairs]))
    return "~".join(texts)


def _plan_texts(of: Plan) -> list[str]:
    if of == CONSTANT:
        return []
    shown = schedules.told(of).items()
    return [f"schedule={of.schedule}", *(f"{key}={number_text(value)}" for key, value in shown)]


def number_text(value: float) -> str:
    """Return the shortest text that `parse_number` reads back as the same number."""
    return repr(float(value)).removesuffix(".0")


def _notice(faults: Sequence[str]) -> str:
    if not faults:
        return ""
    listed = ", ".join(dict.fromkeys(faults))
    return f"This link could not be read in full ({listed}): the defaults stand in for that part."
