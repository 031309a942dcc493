"""The map of basins on a page: painted coarse to fine, kept while it serves, and put in words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from threading import Lock
from time import thread_time
from typing import Any

import numpy as np
import streamlit as st

from engine.optimizers import OPTIMIZERS
from engine.surfaces.surface import Surface
from engine.terrain import basins
from engine.terrain.basins import Chance, Picture, Place
from pages.parts import work
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More
from pages.parts.stage.scene import Leg, Scene
from pages.parts.walker import basin_words

_AT_ONCE = 0.35  # seconds of work that painting may take before it goes on tick by tick
_PAINTED = 0.8  # of the work: the map; then come the chances
_MOST_KEPT = 16  # maps and chances that all sessions share
_MOST_NAMED = 6  # minima with a colour and a line of their own
_SLOTS, _PATTERNS = 6, 6
_SEED = 1847  # of the random starts
_STARTS = 4096
_FEWER = 1024  # for longer walks, and for methods with second derivatives, which cost far more

_LOOKS = {
    basins.FLOOR: "floor",
    basins.PLATEAU: "plateau",
    basins.LEVEL: "level",
    basins.UNDEFINED: "undefined",
    basins.NO_BOTTOM: "no_bottom",
    basins.DIVERGED: "diverged",
    basins.RUNNING: "running",
}

_kept: OrderedDict[Task, Found] = OrderedDict()
_keeping = Lock()


@dataclass(frozen=True)
class Task:
    """What decides a map of basins: everything about a walk but its start."""

    surface: Surface
    leg: Leg
    steps: int

    @property
    def version(self) -> str:
        """A short name for it."""
        return sha1(repr(self).encode(), usedforsecurity=False).hexdigest()[:12]


def task_of(scene: Scene) -> Task:
    """Return the task of the walker in focus, as if its last leg had been its only one."""
    last = scene.walkers[scene.focus].legs[-1]
    return Task(scene.landscape, Leg(last.optimizer, last.settings, 0, last.plan), scene.steps)


# --- Painting ----------------------------------------------------------------------------------


def found(name: str, task: Task) -> Found:
    """Return what is known of a task: all of it, or as far as it is while the rest is worked on."""
    state = st.session_state
    if (kept := _kept_of(task)) is not None:
        work.stop(f"{name}.basins")  # that of what was asked for before
        state.pop(f"{name}.found", None)
        return kept
    under_way: Found | None = state.get(f"{name}.found")
    if under_way is None or under_way.task != task:
        work.stop(f"{name}.basins")
        under_way = state[f"{name}.found"] = Found(task)
        under_way.hurry(_AT_ONCE)
    if not (under_way.is_whole or under_way.is_worked_on):
        work.start(f"{name}.basins", under_way.rest())
        under_way.is_worked_on = True
    return under_way


class Found:
    """What is known of a task: the map, then the chances; filled by `hurry` and by `rest`.

    `picture`: as far as it is painted. `chances`: of the walker in focus and of the `others`, once
    they are all there. `is_worked_on`: the rest has been begun, though it may have been stopped.

    It keeps this to itself: the session's state must not be asked in the middle of the work, for
    Streamlit may then break off the run that does it.
    """

    picture: Picture

    def __init__(self, task: Task) -> None:
        self.task = task
        self.chances: tuple[Chance | None, ...] = ()
        self.is_worked_on = False
        self._steps = self._all()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to be worked on."""
        return bool(self.chances)

    def hurry(self, seconds: float) -> None:
        """Work for about so long, and at least until there is a first picture."""
        begun = thread_time()
        for _ in self._steps:
            if thread_time() - begun > seconds:
                break

    def rest(self) -> Generator[float, None, None]:
        """Work on, a few hundredths of a second at a time; what is broken off can be taken up."""
        for progress in self._steps:  # noqa: UP028 (`yield from` would close these steps as well)
            yield progress

    def _all(self) -> Generator[float, None, None]:
        task, tasks = self.task, [self.task, *others(self.task)]
        settings = task.leg.walked
        for self.picture in basins.paint(task.surface, task.leg.optimizer, settings, task.steps):
            yield _PAINTED * self.picture.progress
        chances: list[Chance | None] = []
        for each in tasks:
            chances.append(chance(each))
            if chances[0] is None:  # nothing can be reached, by nobody
                break
            yield _PAINTED + (1 - _PAINTED) * len(chances) / len(tasks)
        self.chances = tuple(chances)
        with _keeping:
            _kept[task] = self
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)


def _kept_of(task: Task) -> Found | None:
    with _keeping:
        if task in _kept:
            _kept.move_to_end(task)
        return _kept.get(task)


_WAYS = ("gradient_descent", "momentum", "adam")


def others(task: Task) -> list[Task]:
    """Return the same for other methods, each at the rate that suits it."""
    legs = [scenes.fresh_leg(task.surface, key) for key in _WAYS]
    return [Task(task.surface, leg, task.steps) for leg in legs]


@lru_cache(maxsize=256)
def chance(task: Task) -> Chance | None:
    """Return how often random starts reach a lowest place with the walker of a task."""
    costly = task.steps > 200 or OPTIMIZERS[task.leg.optimizer].needs_hessian
    return basins.chance(
        task.surface,
        task.leg.optimizer,
        task.leg.walked,
        task.steps,
        np.random.default_rng(_SEED),
        _FEWER if costly else _STARTS,
    )


# --- What the stage is sent --------------------------------------------------------------------


def more(name: str, scene: Scene) -> More:
    """Return the labels of the picture, how each looks, and the legend."""
    known = found(name, task_of(scene))
    shown = known.picture
    looks = _looks(shown.places)
    progress = 1.0 if known.is_whole else min(shown.progress, 0.99)
    header = {
        "views": ["basins", "ends"],
        "shown": ["basins", "ends", "surface"],
        "narrow": 2,
        "basins": {
            "version": f"{known.task.version} {shown.progress:.4f} {known.is_whole}",
            "progress": f"{progress:.2f}",
            "looks": looks,
            "ends": _ends(shown, looks),
            "chance": basin_words.headline(known),
        },
    }
    if not scene.landscape.key:
        header["critical"] = [
            {
                "kind": "minimum",
                "point": place.point,
                "is_global": place.is_lowest and not shown.is_undercut,
            }
            for place in shown.places
        ]
    return More(header, {"labels": shown.labels})


def _looks(places: tuple[Place, ...]) -> list[tuple[int | str, int]]:
    """Return a colour (a slot, or a name) and a pattern for each of the 256 labels.

    Where there are more minima than colours, none has the colours of the lowest, and neighbours
    differ.
    """
    looks: list[tuple[int | str, int]] = [("running", 0)] * 256
    points = np.array([place.point for place in places]).reshape(-1, 2)
    best = min(sum(place.is_lowest for place in places), _SLOTS - 2)
    few = len(places) <= _MOST_NAMED
    slots: list[int] = []
    for index, point in enumerate(points):
        if few or index < best:
            slots.append(index % _SLOTS)
        else:
            near = np.argsort(np.hypot.reduce(points[:index] - point, axis=-1))[:8]
            taken = [slots[other] for other in near]
            free = range(best, _SLOTS)
            slots.append(max(free, key=lambda slot: [*taken, slot].index(slot)))
        looks[index] = (slots[-1], slots[-1] % _PATTERNS)
    for label, colour in _LOOKS.items():
        looks[label] = (colour, 2 if label in (basins.LEVEL, basins.UNDEFINED) else 0)
    return looks


def _ends(shown: Picture, looks: list[tuple[int | str, int]]) -> list[Mapping[str, Any]]:
    """Return the lines of the legend: what the walks end in, and how many of them."""
    counts = np.bincount(shown.labels.ravel(), minlength=256)
    lines: list[tuple[str, str, list[int]]] = []
    named = len(shown.places) <= _MOST_NAMED
    others = []
    for index, place in enumerate(shown.places):
        if named or place.is_lowest:
            where = ", ".join(basin_words.number_text(x) for x in place.point)
            kind = "the lowest, " if place.is_lowest else ""
            lines.append(
                (
                    f"({where}), {kind}cost {basin_words.number_text(place.value)}",
                    f"({where})",
                    [index],
                )
            )
        else:
            others.append(index)
    if others:
        lines.append((f"{len(others)} other minima, colours alternate", "another minimum", others))
    lines += [(text, text, [label]) for label, text in basins.OUTCOMES.items() if counts[label]]
    return [
        {
            "name": name,
            "short": short,
            "labels": labels,
            "share": basin_words.share_text(float(counts[labels].sum()) / shown.labels.size),
            "look": looks[labels[0]],
        }
        for name, short, labels in lines
    ]


def report(name: str, scene: Scene) -> None:
    """Show how far the work is, the chance of the lowest place, and what else could be done."""
    task = task_of(scene)
    rivals = tuple(
        basin_words.called(other.leg.optimizer, other.leg.settings["learning_rate"])
        for other in others(task)
    )
    basin_words.report(name, scene, found(name, task), rivals)
