"""The page of a network's own landscape: paths, the plane they are seen on, and the stage's part.

The network walks in 13,002 dimensions. What the stage shows of its paths are their shadows on a
plane, with the costs that the network really had; a walker of the stage lives on the plane alone.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine.inspection.landscape import PlaneCost, on_plane, relief
from engine.inspection.plane import Plane, filtered, frame, principal, share
from pages.parts import stage, work
from pages.parts.inspection.paths import NETWORK, ROWS, Journey, Path, looked_at, part, walked
from pages.parts.stage import Act
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More, run_of
from pages.parts.stage.scene import Scene

SIDE = 41
"""Places along each side of the ground."""

FELT = 300
"""How many of the pictures a walker of the stage feels, so that its rate can be dragged."""

PLANES = {"paths": "Where the paths go", "random": "Random directions"}
"""The two ways to lay a plane, by key."""

_FARTHER = 3.0  # times the extent of the shortest path: what goes farther leaves the picture
_RANDOM_START = (0.8, 0.6)  # where nothing is known of a walk, a place high up
_SLOTS = (0, 4, 2)  # colours of the paths, the warm ones: the ground is cold


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
    """A plan painted. `accuracies` (41, 41): the share read right over the ground."""

    plan: Plan
    paths: tuple[Path, ...] = field(repr=False)
    shadows: tuple[Shadow, ...] = field(repr=False)
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
    plane = _plane(plan, paths)
    coordinates = [plane.coordinates(path.points) for path in paths]
    domain = _domain(plan, coordinates)
    whole = on_plane(NETWORK, plane, looked_at(), domain)
    ground = yield from part(relief(whole, SIDE), 0.7 if new else 0.0, 1.0)
    shadows = tuple(
        Shadow(c, whole.value(c), plane.distance(path.points), share(plane, path.points))
        for c, path in zip(coordinates, paths, strict=True)
    )
    begin = coordinates[0][0] if plan.plane == "paths" else _RANDOM_START
    start = tuple(round(float(x), 3) for x in begin)
    surface = replace(on_plane(NETWORK, plane, looked_at(FELT), domain, start), ground=ground.costs)
    return Portrait(plan, tuple(paths), shadows, surface, ground.accuracies)


def _plane(plan: Plan, paths: list[Path]) -> Plane:
    if plan.plane == "random":
        rng = np.random.default_rng([plan.journeys[0].seed, len("plane")])
        return filtered(NETWORK, paths[0].points[-1], rng)
    return principal(*(path.points for path in paths))


def _domain(plan: Plan, coordinates: list[NDArray[np.float64]]) -> tuple[tuple[float, float], ...]:
    """Return the box around the paths that stay together; one that leaps away leaves the picture.

    Along random directions it reaches to where every neuron has changed by as much as it has.
    """
    reaches = [float(np.ptp(walk, axis=0).max()) for walk in coordinates]
    near = [
        walk
        for walk, reach in zip(coordinates, reaches, strict=True)
        if reach <= _FARTHER * min(reaches)
    ]
    if plan.plane == "random":
        return frame(np.concatenate([*near, np.array([[-1.0, -1.0], [1.0, 1.0]])]), 0.0)
    return frame(np.concatenate(near), 0.2)


# --- In a session ------------------------------------------------------------------------------


def portrait(name: str, plan: Plan) -> Portrait | None:
    """Show how far the painting of a plan is; return the newest portrait there is, if any.

    While another is painted the former one stays.
    """
    task, state = f"{name}.portrait", st.session_state
    kept: Portrait | None = state.get(f"{name}.painted")
    if kept is not None and kept.plan == plan:
        work.stop(task)
        state[f"{name}.asked"] = plan
        return kept
    if state.get(f"{name}.asked") != plan:
        state[f"{name}.asked"] = plan
        known = {path.journey: path for path in kept.paths} if kept else {}
        work.start(task, _safely(painted(plan, known)))
    found = work.value(task)
    if isinstance(found, Portrait):
        state[f"{name}.painted"] = found
        return found
    if isinstance(found, str):
        st.error(found)
    elif not work.under_way(task):
        _stopped(name, kept)
    work.show(task, "The network walks, and its landscape is painted")
    return kept


def _safely(
    steps: Generator[float, None, Portrait],
) -> Generator[float, None, Portrait | str]:
    """Return the portrait, or a sentence where there is none."""
    try:
        return (yield from steps)
    except ValueError as fault:
        return (
            f"There is no picture of this: {fault}. Take a smaller learning rate; what was painted "
            "before stays."
        )


def _stopped(name: str, kept: Portrait | None) -> None:
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.warning("Stopped." + (" The picture is that of the settings before." if kept else ""))
    right.button(
        "Go on",
        key=f"{name}.again",
        width="stretch",
        on_click=lambda: st.session_state.pop(f"{name}.asked", None),
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


def more(painting: Portrait, scene: Scene) -> More:
    """Return what the stage is sent of the paths, and how its own walkers read on their way."""
    arrays: dict[str, NDArray[Any]] = {}
    for index, walker in enumerate(scene.walkers):
        places = run_of(scene, walker).points
        arrays[f"reads.{index}"] = painting.surface.cost_and_accuracy(places)[1].astype("<f4")
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
                "name": path.course.name,
                "optimizer": path.course.optimizer,
                "settings": path.course.settings,
                "slot": _SLOTS[index],
                "share": shadow.share if np.isfinite(shadow.share) else None,
                "lost": path.lost,
            }
        )
    header = {
        "views": ["accuracy"],
        "shown": ["map", "surface", "cost", "accuracy"],
        "records": records,
        "pictures": len(looked_at().labels),
    }
    return More(header, arrays)


# --- In words ----------------------------------------------------------------------------------


def seen(painting: Portrait) -> str:
    """Return how much of the movement this picture shows, and what it hides."""
    pairs = list(zip(painting.paths, painting.shadows, strict=True))
    hidden = f"{NETWORK.dimension - 2:,}"
    if painting.plan.plane == "random":
        told = "; ".join(f"{_percent(s.share)} of {p.course.name}’s" for p, s in pairs)
        return (
            f"**Two random directions show next to nothing of the way: {told} movement.** The "
            f"network stands in the middle of the picture, and its way here went through the "
            f"other {hidden} directions."
        )
    if len(pairs) == 1:
        return (
            f"**This picture shows {_percent(pairs[0][1].share)} of how the network moved.** The "
            f"rest happens in {hidden} directions that you cannot see: on its way it is up to "
            f"{pairs[0][1].aside.max():.2g} beside the plane, and goes {_far(pairs[0][0]):.2g} in "
            "all from start to end."
        )
    told = ", ".join(f"{_percent(s.share)} of path {n}" for n, (_, s) in enumerate(pairs, start=1))
    return (
        f"**This picture shows {told}**, as shares of how each network moved. The rest happens in "
        f"{hidden} directions that you cannot see."
    )


def _far(path: Path) -> float:
    return float(np.linalg.norm(path.points[-1] - path.points[0]))


def _percent(share: float) -> str:
    """Return a share for people; nan is that of a path which never moved."""
    if not np.isfinite(share):
        return "nothing"
    return f"{share:.1%}".replace("%", " %") if share < 0.1 else f"{share:.0%}".replace("%", " %")
