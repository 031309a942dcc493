"""The page of a network's own landscape: paths, the plane they are seen on, and the stage's part.

The network walks in 13,002 dimensions. What the stage shows of its paths are their shadows on a
plane, with the costs that the network really had; a walker of the stage lives on the plane alone.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine.inspection.landscape import PlaneCost, on_plane, relief
from engine.inspection.plane import Plane, filtered, frame, principal, share
from engine.inspection.progress import part
from pages.parts import stage
from pages.parts.landscape.paths import (
    NETWORK,
    ROWS,
    Journey,
    Path,
    looked_at,
    walked,
)
from pages.parts.newest import newest
from pages.parts.stage import Act
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More, run_of
from pages.parts.stage.scene import Scene, Walker

SIDE = 41
"""Places along each side of the ground."""

FELT = 300
"""How many of the pictures a walker of the stage feels, so that its rate can be dragged."""

PLANES = {"paths": "Where the paths go", "random": "Random directions"}
"""The two ways to lay a plane, by key."""

COLOURS = ("#e69f00", "#cc79a7", "#d55e00")
"""Those of the paths, as the stage has them."""

_READ = 21  # of a walker's rows are read at the most, more of them where it begins
_FEWEST = 4  # places of path 1 that make a picture
_PLANE = 1812  # what the random directions are drawn from, with the seed
_FARTHER = 3.0  # times the extent of path 1: what goes farther leaves the picture
_RANDOM_START = (0.8, 0.6)  # where nothing is known of a walk, a place high up
_SLOTS = (0, 4, 2)  # of the paths' colours, the warm ones: the ground is cold


@dataclass(frozen=True)
class Plan:
    """What is to be painted: the journeys, and the key of the plane."""

    journeys: tuple[Journey, ...]
    plane: str = "paths"


@dataclass(frozen=True, eq=False)
class Shadow:
    """A path on the plane: `coordinates` (m, 2), the `costs` (m,) of the plane there.

    `aside` (m,): how far the path is beside the plane; `share`: of its movement that is seen.
    """

    coordinates: NDArray[np.float64]
    costs: NDArray[np.float64]
    aside: NDArray[np.float64]
    share: float


@dataclass(frozen=True, eq=False)
class Portrait:
    """A plan painted. `accuracies` (41, 41): the share read right over the ground.

    `whole`: the plane's cost over all pictures looked at; `surface`: over those a walker feels.
    """

    plan: Plan
    paths: tuple[Path, ...] = field(repr=False)
    shadows: tuple[Shadow, ...] = field(repr=False)
    whole: PlaneCost = field(repr=False)
    surface: PlaneCost
    accuracies: NDArray[np.float64] = field(repr=False)


# --- Painting ----------------------------------------------------------------------------------


def painted(plan: Plan, known: Mapping[Journey, Path]) -> Generator[float, None, Portrait]:
    """Yield how far it is, 0 to 1; return the portrait. Journeys that are known are not made again.

    Raises ValueError with a sentence where the paths span no plane.
    """
    paths, new = [], [journey for journey in plan.journeys if journey not in known]
    made = 0
    for journey in plan.journeys:
        if journey in known:
            paths.append(known[journey])
            continue
        low, high = 0.7 * made / len(new), 0.7 * (made + 1) / len(new)
        paths.append((yield from part(walked(journey), low, high)))
        made += 1
    yield 0.7 if new else 0.0
    plane = _plane(plan, paths)
    coordinates = [plane.coordinates(path.points) for path in paths]
    domain = _domain(plan, coordinates)
    whole = on_plane(NETWORK, plane, looked_at(), domain)
    ground = yield from part(relief(whole, SIDE), 0.7 if new else 0.0, 1.0)
    shadows = []
    for c, path in zip(coordinates, paths, strict=True):
        aside = plane.distance(path.points)
        shadows.append(Shadow(c, whole.value(c), aside, share(plane, path.points)))
        yield 1.0
    begin = coordinates[0][0] if plan.plane == "paths" else _RANDOM_START
    start = tuple(round(float(x), 3) for x in begin)
    surface = replace(on_plane(NETWORK, plane, looked_at(FELT), domain, start), ground=ground.costs)
    return Portrait(plan, tuple(paths), tuple(shadows), whole, surface, ground.accuracies)


def _plane(plan: Plan, paths: list[Path]) -> Plane:
    first = paths[0]
    if first.lost and len(first.points) < _FEWEST:
        raise ValueError(
            f"At the rate {first.course.rate:g} path 1 is lost within "
            f"{first.journey.updates // ROWS * _FEWEST} updates: its cost is no number any more. "
            "Take a smaller rate; what was painted before stays."
        )
    if plan.plane == "random":
        rng = np.random.default_rng([_PLANE, plan.journeys[0].seed])
        return filtered(NETWORK, first.points[-1], rng)
    return principal(*(path.points for path in paths))


def _domain(plan: Plan, coordinates: list[NDArray[np.float64]]) -> tuple[tuple[float, float], ...]:
    """Return the box around the paths that stay together; one that leaps away leaves the picture.

    Along random directions it reaches to where every neuron has changed by as much as it has.
    """
    reaches = [float(np.ptp(walk, axis=0).max()) for walk in coordinates]
    near = [
        walk
        for walk, reach in zip(coordinates, reaches, strict=True)
        if reach <= _FARTHER * reaches[0]
    ]
    if plan.plane == "random":
        return frame(np.concatenate([*near, np.array([[-1.0, -1.0], [1.0, 1.0]])]), 0.0)
    return frame(np.concatenate(near), 0.2)


# --- In a session ------------------------------------------------------------------------------


def portrait(name: str, plan: Plan) -> Portrait | None:
    """Return the newest portrait there is, if any, and show how far that of the plan is."""
    try:
        with st.spinner("Reading 60,000 pictures"):  # seconds, at first, that no tick can cut
            looked_at()
    except ValueError as fault:
        st.error(str(fault))
        return None
    before: Portrait | None = st.session_state.get(f"{name}.portrait.made", (None, None))[1]
    known = {path.journey: path for path in before.paths} if before else {}
    return newest(
        f"{name}.portrait",
        plan,
        lambda: painted(plan, known),
        "The network walks, and its landscape is painted",
    )


# --- On the stage ------------------------------------------------------------------------------


def scene_of(painting: Portrait) -> Scene:
    """Return the scene of a portrait: one walker that knows nothing but the plane."""
    scene = scenes.new(painting.surface, ("gradient_descent",), steps=ROWS)
    return _in_free_colours(scene)


def moved(scene: Scene, painting: Portrait) -> Scene:
    """Return the same walkers on the portrait’s ground, at its start if it is another."""
    if scene.landscape == painting.surface:
        return scene
    return _in_free_colours(scenes.on(scene, painting.surface))


def _in_free_colours(scene: Scene) -> Scene:
    """Return the scene with each walker that would look like a path in another colour."""
    free = [slot for slot in range(scenes.MOST_WALKERS) if slot not in _SLOTS]
    free = [slot for slot in free if slot not in {walker.slot for walker in scene.walkers}]
    walkers = [
        replace(walker, slot=free.pop(0)) if walker.slot in _SLOTS and free else walker
        for walker in scene.walkers
    ]
    return replace(scene, walkers=tuple(walkers))


ACTS: dict[str, Act] = {
    **stage.ACTS,
    "add": lambda scene, message: _in_free_colours(stage.ACTS["add"](scene, message)),
}
"""What this page's stage may ask for."""


def _reads(whole: PlaneCost, scene: Scene, walker: Walker) -> NDArray[np.float32]:
    """Return the share that a walker reads right at each of its rows.

    It is measured at some of them, however long the walk is, and in between on a straight line:
    to measure all of them would hold up every message of the stage.
    """
    return _read(whole, replace(scene, walkers=(walker,), focus=0, step=0))


@lru_cache(maxsize=64)
def _read(whole: PlaneCost, alone: Scene) -> NDArray[np.float32]:
    places = run_of(alone, alone.walkers[0]).points
    measured = np.unique(np.geomspace(1, len(places), _READ).round().astype(int)) - 1
    shares = whole.cost_and_accuracy(places[measured])[1]
    reads = np.interp(np.arange(len(places)), measured, shares).astype("<f4")
    reads.flags.writeable = False
    return reads


def more(painting: Portrait, scene: Scene) -> More:
    """Return what the stage is sent of the paths, and how its own walkers read on their way."""
    arrays: dict[str, NDArray[Any]] = {}
    for index, walker in enumerate(scene.walkers):
        arrays[f"reads.{index}"] = _reads(painting.whole, scene, walker)
    records = []
    pairs = zip(painting.paths, painting.shadows, strict=True)
    for index, (path, shadow) in enumerate(pairs):
        arrays |= {
            f"points.{index}": shadow.coordinates,
            f"values.{index}": path.costs,
            f"accuracies.{index}": path.accuracies,
            f"shadows.{index}": shadow.costs,
            f"aside.{index}": shadow.aside,
            f"updates.{index}": path.updates.astype("<i4"),
        }
        records.append(
            {
                "name": f"Path {index + 1}, {path.course.name}",
                "optimizer": path.course.optimizer,
                "settings": path.course.settings,
                "slot": _SLOTS[index],
                "share": shadow.share if np.isfinite(shadow.share) else None,
                "lost": path.lost,
            }
        )
    arrays["accuracies"] = painting.accuracies.astype("<f4")
    header = {
        "views": ["accuracy"],
        "shown": ["map", "surface", "cost", "accuracy"],
        "records": records,
        "pictures": len(looked_at().labels),
    }
    return More(header, arrays)
