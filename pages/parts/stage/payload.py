"""Scene → the one message that the stage gets.

The browser half makes its model of it in assets/stage/model.js. Each message is complete, so that a
remount, a reconnect or a dropped message loses nothing; what is costly to rebuild carries a
version, so that the browser rebuilds only what changed. Walks travel in float64, since a nudge
of 1e-12 must not vanish; the picture of the landscape and the dial's sweep in float32.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import descent, terrain
from engine.descent import Objective, Run, Sweep
from engine.inspection.landscape import PlaneCost
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.optimizers.schedules import CONSTANT, SCHEDULES, Schedule, Scheduled
from engine.surfaces import Surface
from engine.surfaces.curves import Curve
from engine.surfaces.surface import CriticalPoint
from pages.parts.message import assemble
from pages.parts.stage import address
from pages.parts.stage import scene as scenes
from pages.parts.stage.scene import STEPS, Leg, Scene, Walker

BYTES = 300_000
"""What a message may weigh; the sweep is as long as fits, the walks are always whole."""

PREVIEW_STEPS = 200
"""How far the walks under the dial reach at the most."""

SAMPLES = {1: (801,), 2: (101, 101)}
"""Costs computed for the picture, by dimension; rows are y."""

_LARGEST = float(np.finfo("<f4").max)
_RESERVE = 36_000  # for the header
_LIMITS = {  # multiples of 1/L where the theory of quadratics gives a limit, and only there
    "gradient_descent": lambda settings: [("1/L", 1.0), ("2/L", 2.0)],
    "momentum": lambda settings: [("2(1+β)/L", 2.0 * (1.0 + settings["momentum"]))],
}


@dataclass(frozen=True)
class More:
    """What a page's own stage is sent beside the rest.

    The header (its "views" name the views that this page adds, see assets/stage/views.js) becomes
    `more` in the browser, and each array "more.<name>".
    """

    header: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def pack(scene: Scene, acknowledged: int, notice: str = "", more: More | None = None) -> bytes:
    """Return the message of a scene; `acknowledged` is the last message of the stage's handled."""
    landscape = scene.landscape
    runs = [run_of(scene, walker) for walker in scene.walkers]
    sweep, endings = _sweep(
        landscape,
        scenes.objective(scene, scene.walkers[scene.focus]),
        scene.start,
        scene.walkers[scene.focus].legs,
        _preview_steps(scene, runs),
    )
    focus = runs[scene.focus]
    critical = _critical_points(landscape)
    arrays: dict[str, NDArray[Any]] = {
        "grid": _grid(landscape),
        "critical": single(np.reshape([c.point for c in critical], (-1, landscape.dimension))),
    }
    for index, run in enumerate(runs):
        arrays[f"points.{index}"] = run.points
        arrays[f"values.{index}"] = run.values
        arrays[f"gradients.{index}"] = single(run.gradients)
        arrays[f"factors.{index}"] = _factors(run)
    arrays["curvature"] = single(terrain.curvature(landscape, focus.points)[1])
    arrays["sweep.points"] = single(sweep.run.points.swapaxes(0, 1))
    arrays["sweep.values"] = single(sweep.run.values.T)
    arrays["sweep.lengths"] = sweep.lengths.astype("<i4")
    header = {
        "acknowledged": acknowledged,
        "notice": notice,
        "address": address.write(scene),
        "dimension": landscape.dimension,
        "terrain": _terrain(landscape),
        "start": list(scene.start),
        "steps": scene.steps,
        "step": scene.step,
        "focus": scene.focus,
        "walkers": [_walker(w, run) for w, run in zip(scene.walkers, runs, strict=True)],
        "dial": _dial(scene, sweep, endings),
        "optimizers": _OPTIMIZERS,
        "schedules": _SCHEDULES,
        "stepChoices": STEPS,
    }
    more = more or More()
    extra = {f"more.{name}": array for name, array in more.arrays.items()}
    return assemble(header | {"more": dict(more.header)}, arrays | extra)


def run_of(scene: Scene, walker: Walker) -> Run:
    """Return the walk of one walker of the scene, all its legs taken."""
    return _run(scenes.objective(scene, walker), scene.start, walker.legs, scene.steps)


@lru_cache(maxsize=128)
def _run(objective: Objective, start: tuple[float, ...], legs: tuple[Leg, ...], steps: int) -> Run:
    run = begun(objective, start, legs)
    return descent.advance(run, steps - run.steps)


def begun(objective: Objective, start: tuple[float, ...], legs: tuple[Leg, ...]) -> Run:
    """The run at the first step of its last leg, with that leg's settings."""
    first, *later = legs
    run = descent.start(objective, np.array(start), first.optimizer, **first.walked)
    for leg in later:
        run = descent.advance(run, leg.start - run.steps)
        run = descent.advance(run, 0, leg.optimizer, **leg.walked)
    return run


@lru_cache(maxsize=32)
def _sweep(
    landscape: Surface | Curve,
    objective: Objective,
    start: tuple[float, ...],
    legs: tuple[Leg, ...],
    steps: int,
) -> tuple[Sweep, tuple[str, ...]]:
    rates = terrain.learning_rates(landscape, OPTIMIZERS[legs[-1].optimizer])
    sweep = descent.sweep_from(begun(objective, start, legs), rates, steps)
    return sweep, tuple(ending.kind for ending in sweep.endings)


@lru_cache(maxsize=64)
def _grid(landscape: Surface | Curve) -> NDArray[np.float32]:
    if isinstance(landscape, PlaneCost) and landscape.ground is not None:
        return single(landscape.ground)
    sides = [
        np.linspace(low, high, count)
        for (low, high), count in zip(
            landscape.domain, reversed(SAMPLES[landscape.dimension]), strict=True
        )
    ]
    points = np.stack(np.meshgrid(*sides), axis=-1)
    return single(landscape.value(points))


def single(array: NDArray[np.float64]) -> NDArray[np.float32]:
    """The array in float32; what is too large for it becomes the largest that it holds."""
    return np.ascontiguousarray(np.clip(array, -_LARGEST, _LARGEST), "<f4")


def _factors(run: Run) -> NDArray[np.float32]:
    """What the schedule leaves of the rate at each step of a run; empty where there is none."""
    rates = [segment.settings["learning_rate"] for segment in run.segments]
    if not any(isinstance(rate, Scheduled) for rate in rates):
        return np.empty(0, "<f4")
    starts = [segment.start for segment in run.segments]
    which = np.searchsorted(starts, np.arange(run.steps + 1), side="right") - 1
    of = [rate.plan if isinstance(rate, Scheduled) else CONSTANT for rate in rates]
    return np.array([of[i].factor(k) for k, i in enumerate(which)], "<f4")


def _heights(grid: NDArray[np.float32]) -> list[float]:
    """The lowest and highest cost worth an axis: a pole must not flatten all the rest."""
    finite = grid[np.isfinite(grid)].astype(float)
    if not finite.size:
        return [0.0, 1.0]
    low, most, high = np.percentile(finite, [0, 97, 100])
    return [float(low), float(high if high - low <= 50 * (most - low) else most)]


def _critical_points(landscape: Surface | Curve) -> list[CriticalPoint]:
    """The listed critical points, the global minima first."""
    return sorted(landscape.critical_points, key=lambda critical: not critical.is_global)


def _terrain(landscape: Surface | Curve) -> dict[str, Any]:
    identity = repr((landscape.formula, landscape.domain)).encode()
    return {
        "version": hashlib.sha1(identity, usedforsecurity=False).hexdigest()[:12],
        "name": landscape.name,
        "heights": _heights(_grid(landscape)),
        "kinds": [critical.kind for critical in _critical_points(landscape)],
        "globals": sum(critical.is_global for critical in landscape.critical_points),
        "axes": list(getattr(landscape, "axes", "xy"[: landscape.dimension])),
        "examples": scenes.examples(landscape),
        "largestBatch": scenes.most_examples(landscape),
    } | {axis: list(side) for axis, side in zip("xy", landscape.domain, strict=False)}


def _walker(walker: Walker, run: Run) -> dict[str, Any]:
    ending = descent.ending(run)
    leg = walker.legs[-1]
    return {
        "slot": walker.slot,
        "batch": walker.batch,
        "noise": walker.noise,
        "optimizer": leg.optimizer,
        "settings": {**leg.settings, **dict(leg.plan.settings)},
        "schedule": leg.plan.schedule,
        # Where the last leg really began: sooner than planned if the way before it was lost.
        "fork": None if walker.fork is None else run.segments[-1].start,
        "regime": descent.regime(run),
        "ending": {"kind": ending.kind, "step": ending.step, "sentence": ending.sentence},
    }


def _dial(scene: Scene, sweep: Sweep, endings: tuple[str, ...]) -> dict[str, Any]:
    leg = scene.walkers[scene.focus].legs[-1]
    return {
        "rates": sweep.rates.tolist(),
        "regimes": sweep.regimes,
        "endings": endings,
        "limits": [{"name": name, "factor": factor} for name, factor in _limits(leg)],
        "steps": sweep.run.steps,
        "default": terrain.default_rate(scene.landscape, OPTIMIZERS[leg.optimizer]),
    }


def _limits(leg: Leg) -> list[tuple[str, float]]:
    """The limits of a leg's rate, as multiples of 1/L; none where the rate changes on the way."""
    of = _LIMITS.get(leg.optimizer)
    return of(leg.settings) if of and leg.plan == CONSTANT else []


def _preview_steps(scene: Scene, runs: list[Run]) -> int:
    """How long the walks under the dial may be: what they share, and what fits."""
    dimension = scene.landscape.dimension
    walks = sum(run.steps + 1 for run in runs) * (8 * dimension + 8 + 4 * dimension)
    room = BYTES - _RESERVE - 4 * int(np.prod(SAMPLES[dimension])) - walks
    fits = room // (61 * 4 * (dimension + 1)) - 1
    wanted = scene.steps - (scene.walkers[scene.focus].fork or 0)
    return int(max(20, min(wanted, PREVIEW_STEPS, fits)))


def _registry(entries: Iterable[Optimizer | Schedule]) -> list[dict[str, Any]]:
    return [
        {
            "key": entry.key,
            "name": entry.name,
            "summary": entry.summary,
            "settings": [
                {
                    "key": setting.key,
                    "name": setting.name,
                    "low": setting.low,
                    "high": setting.high,
                    "description": setting.description,
                }
                for setting in entry.settings
            ],
        }
        for entry in entries
    ]


_OPTIMIZERS = _registry(OPTIMIZERS.values())
_SCHEDULES = _registry(SCHEDULES.values())
