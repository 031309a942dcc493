"""What the stage of the learning-rate page is sent beside the rest, and what it may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from engine import descent, surfaces, terrain
from engine.descent import Objective, Run, rates
from engine.descent.endings import EndingKind, Regime
from engine.descent.rates import RateMap, Threshold
from engine.optimizers import OPTIMIZERS
from engine.surfaces import Surface
from engine.surfaces.curves import Curve
from engine.terrain import slices
from pages.parts.message import number, whole
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More, begun, run_of, single
from pages.parts.stage.scene import Leg, Scene

VIEWS = ["regimes", "slice", "directions"]
SHOWN = ["map", "regimes", "slice"]

STEPS = 300
"""How many steps a walk of the map takes at the most."""

FINER = 4
"""Rates of the map for each stop of the dial, all stops among them."""

PLANE = (50, 97)
"""Momenta and rates of the plane."""

_REGIMES = list(get_args(Regime))
_KINDS = list(get_args(EndingKind))
_LONG = 400  # a walk of more steps has its slices drawn from fewer places


def more(plane: Callable[[], bool]) -> Callable[[Scene], More]:
    """Return what makes the extra part of the message; `plane` says whether the plane is shown."""

    def of(scene: Scene) -> More:
        run = run_of(scene, scene.walkers[scene.focus])
        parts = [
            _map(scene),
            _plane(scene) if plane() and has_momentum(scene) else More(),
            _slices(run),
            _directions(scene, run),
        ]
        header: dict[str, Any] = {"views": VIEWS, "shown": SHOWN, "narrow": 2, "plane": None}
        arrays: dict[str, NDArray[Any]] = {}
        for part in parts:
            header |= part.header
            arrays |= part.arrays
        return More(header, arrays)

    return of


def acts(show_plane: Callable[[bool], None]) -> Mapping[str, Any]:
    """Return the acts that this page adds; `show_plane` keeps whether the plane is shown."""

    def plane(scene: Scene, message: Mapping[str, Any]) -> Scene:
        show_plane(bool(whole(message, "shown")))
        return scene

    return {"rate and momentum": _rate_and_momentum, "plane": plane}


def has_momentum(scene: Scene) -> bool:
    """Whether the walker in focus has a momentum beside its rate."""
    return "momentum" in scene.walkers[scene.focus].legs[-1].settings


def _rate_and_momentum(scene: Scene, message: Mapping[str, Any]) -> Scene:
    walker = whole(message, "walker")
    scene = scenes.with_setting(scene, walker, "momentum", number(message, "momentum"))
    return scenes.with_setting(scene, walker, "learning_rate", number(message, "learning_rate"))


# --- The map of rates --------------------------------------------------------------------------


def map_rates(landscape: Surface | Curve, optimizer: str) -> NDArray[np.float64]:
    """Return the rates of the map: those of the dial, and some between."""
    stops = terrain.learning_rates(landscape, OPTIMIZERS[optimizer])
    per_decade = terrain.STOPS_PER_DECADE * FINER
    first, last = (round(per_decade * float(np.log10(stops[end]))) for end in (0, -1))
    return np.array([10.0 ** (j / per_decade) for j in range(first, last + 1)])


def _legs(scene: Scene) -> tuple[Leg, ...]:
    """The legs of the walker in focus, its rate left open.

    What is asked of all rates does not depend on the one in force, so an answer is kept while the
    rate is turned.
    """
    *before, last = scene.walkers[scene.focus].legs
    return (*before, replace(last, settings={**last.settings, "learning_rate": 1.0}))


def _objective(scene: Scene) -> Objective:
    return scenes.objective(scene, scene.walkers[scene.focus])


def _steps(scene: Scene) -> int:
    return min(scene.steps - (scene.walkers[scene.focus].fork or 0), STEPS)


def _map(scene: Scene) -> More:
    legs = _legs(scene)
    found = _mapped(scene.landscape, _objective(scene), scene.start, legs, _steps(scene))
    floor = _floor(scene.landscape, found)
    return More(
        {
            "regimes": {
                "names": _REGIMES,
                "kinds": _KINDS,
                "steps": found.steps,
                "finer": FINER,
                "floor": floor,
                "momentum": has_momentum(scene),
            }
        },
        {
            "map.rates": found.rates,
            "map.costs": single(np.maximum(found.values - floor, 0.0)),
            "map.regimes": _codes(found.regimes, _REGIMES),
            "map.kinds": _codes(found.kinds, _KINDS),
        },
    )


def _codes(names: tuple[str, ...], known: list[str]) -> NDArray[np.int32]:
    return np.array([known.index(name) for name in names], "<i4")


def _floor(landscape: Surface | Curve, found: RateMap) -> float:
    """The lowest cost there is, as far as one knows: listed, or found by a walk of the map."""
    listed = [float(landscape.value(np.array(c.point))) for c in landscape.critical_points]
    lowest = min([float(np.min(found.values)), *listed])
    return lowest if np.isfinite(lowest) else 0.0


@lru_cache(maxsize=64)
def _mapped(
    landscape: Surface | Curve,
    objective: Objective,
    start: tuple[float, ...],
    legs: tuple[Leg, ...],
    steps: int,
) -> RateMap:
    of = map_rates(landscape, legs[-1].optimizer)
    return rates.rate_map(begun(objective, start, legs), of, steps)


def _plane(scene: Scene) -> More:
    *before, last = _legs(scene)
    legs = (*before, replace(last, settings={**last.settings, "momentum": 0.0}))
    steps = min(_steps(scene), 200)
    found = _planed(scene.landscape, _objective(scene), scene.start, legs, steps)
    floor = _floor(scene.landscape, found)
    return More(
        {"plane": {"steps": found.steps, "momenta": found.momenta.tolist()}},
        {
            "plane.rates": found.rates,
            "plane.costs": single(np.maximum(found.values - floor, 0.0)),
            "plane.regimes": _codes(found.regimes, _REGIMES),
            "plane.kinds": _codes(found.kinds, _KINDS),
        },
    )


@lru_cache(maxsize=16)
def _planed(
    landscape: Surface | Curve,
    objective: Objective,
    start: tuple[float, ...],
    legs: tuple[Leg, ...],
    steps: int,
) -> RateMap:
    ends = map_rates(landscape, legs[-1].optimizer)[[0, -1]]
    momenta = np.arange(PLANE[0]) / PLANE[0]  # 0 to 0.98: hundredths, so that a click is a number
    across = np.geomspace(*ends, PLANE[1])
    return rates.momentum_map(begun(objective, start, legs), across, momenta, steps)


# --- One step, and the directions underfoot ----------------------------------------------------


def _slices(run: Run) -> More:
    shares = slices.SHARES if run.steps <= _LONG else slices.SHARES[::2]
    found = slices.slices(run, shares)
    return More(
        {"slice": {"shares": shares.tolist()}},
        {
            "slice.rises": single(found.rises),
            "slice.slope": single(found.slope),
            "slice.bend": single(found.bend),
            "slice.sizes": single(found.sizes),
        },
    )


def _directions(scene: Scene, run: Run) -> More:
    found = terrain.principal(scene.landscape, run.points)
    momentum = scene.walkers[scene.focus].legs[-1].settings.get("momentum", 0.0)
    plain = scene.walkers[scene.focus].optimizer.key in ("gradient_descent", "momentum")
    return More(
        {"directions": {"momentum": momentum, "plain": plain}},
        {"directions.curvatures": single(found.curvatures), "directions.axes": single(found.axes)},
    )


def scaled(scene: Scene) -> Scene | None:
    """Return the same walkers on the round picture of a quadratic bowl.

    None if this is no bowl, or one so steep that its round picture is larger than any that is
    shown.
    """
    found = terrain.scaled(scene.landscape, scene.start)
    if found is None:
        return None
    try:
        landscape = surfaces.own(found.formula, found.domain, start=found.start)
    except ValueError:
        return None
    return scenes.on(scene, landscape)


# --- Experiments -------------------------------------------------------------------------------


def threshold(scene: Scene) -> Threshold:
    """Return the largest rate at which the walker in focus settles, measured by walking."""
    return _threshold(scene.landscape, _objective(scene), scene.start, _legs(scene))


@lru_cache(maxsize=32)
def _threshold(
    landscape: Surface | Curve,
    objective: Objective,
    start: tuple[float, ...],
    legs: tuple[Leg, ...],
) -> Threshold:
    of = map_rates(landscape, legs[-1].optimizer)
    return rates.largest_settling_rate(begun(objective, start, legs), of)


def arrival(scene: Scene, rate: float) -> tuple[int, descent.Ending]:
    """Return how many steps the walker in focus would take with another rate, and its ending."""
    walker = scene.walkers[scene.focus]
    changed = scenes.with_setting(scene, scene.focus, "learning_rate", rate).walkers[scene.focus]
    _, ending = rates.settle(begun(_objective(scene), scene.start, changed.legs))
    return max(ending.step - (walker.fork or 0), 0), ending
