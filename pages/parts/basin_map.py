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

from engine import basins
from engine.basins import Chance, Picture, Place
from engine.optimizers import OPTIMIZERS
from engine.surface import Surface
from pages.parts import scene as scenes
from pages.parts import work
from pages.parts.payload import More
from pages.parts.scene import Leg, Scene

_AT_ONCE = 0.25  # seconds of work that painting may take before it goes on tick by tick
_MOST_KEPT = 16  # pictures that all sessions share
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

_kept: OrderedDict[Task, Picture] = OrderedDict()
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


def picture(name: str, task: Task) -> Picture:
    """Return the map of a task: whole, or as far as it is while the rest is worked on."""
    if (kept := _kept.get(task)) is not None:
        return kept
    state = st.session_state
    under_way: _Painting | None = state.get(f"{name}.painting")
    if under_way is None or under_way.task != task or not work.under_way(f"{name}.basins"):
        work.stop(f"{name}.basins")
        under_way = state[f"{name}.painting"] = _Painting(task)
        if under_way.shown.progress < 1:
            work.start(f"{name}.basins", under_way.rest())
    return under_way.shown


class _Painting:
    """A map that is being painted: `shown` is as far as it is.

    It keeps this to itself: the session's state must not be asked in the middle of the work, for
    Streamlit may then break off the run that does it.
    """

    def __init__(self, task: Task) -> None:
        begun = thread_time()
        self.task = task
        self._pictures = basins.paint(task.surface, task.leg.optimizer, task.leg.walked, task.steps)
        for shown in self._pictures:
            self.shown = shown
            if thread_time() - begun > _AT_ONCE:
                break
        if self.shown.progress >= 1:
            _keep(task, self.shown)

    def rest(self) -> Generator[float, None, Picture]:
        """Paint on, a few milliseconds at a time."""
        for shown in self._pictures:
            self.shown = shown
            yield shown.progress
        return _keep(self.task, self.shown)


def _keep(task: Task, shown: Picture) -> Picture:
    with _keeping:
        _kept[task] = shown
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return shown


# --- What the stage is sent --------------------------------------------------------------------


def more(name: str, scene: Scene) -> More:
    """Return the labels of the picture, how each looks, and the legend."""
    task = task_of(scene)
    shown = picture(name, task)
    looks = _looks(shown.places)
    header = {
        "views": ["basins", "ends"],
        "shown": ["basins", "ends", "surface"],
        "narrow": 2,
        "basins": {
            "version": f"{task.version} {shown.progress:.4f}",
            "progress": f"{shown.progress:.2f}",
            "looks": looks,
            "ends": _ends(shown, looks),
            "chance": _headline(task),
        },
    }
    if not scene.landscape.key:
        header["critical"] = [
            {"kind": "minimum", "point": place.point, "is_global": place.is_global}
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
    best = min(sum(place.is_global for place in places), _SLOTS - 2)
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
        if named or place.is_global:
            where = ", ".join(number_text(x) for x in place.point)
            kind = "the lowest, " if place.is_global else ""
            lines.append(
                (f"({where}), {kind}cost {number_text(place.value)}", f"({where})", [index])
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
            "share": share_text(float(counts[labels].sum()) / shown.labels.size),
            "look": looks[labels[0]],
        }
        for name, short, labels in lines
    ]


def number_text(value: float) -> str:
    """Return a number with four digits and a true minus sign."""
    return f"{value:.4g}".replace("-", "−")


def share_text(share: float) -> str:
    """Return a share in per cent, with more digits where it is small; 0 and 100 only if exact."""
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    digits = 0 if 0.1 <= share <= 0.995 else 1 if share >= 0.001 else 2
    text = f"{100 * share:.{digits}f}"
    return f"{'over 99.9' if float(text) == 100 else text} %"


# --- In words ----------------------------------------------------------------------------------


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


def report(name: str, scene: Scene) -> None:
    """Show how far the painting is, the chance of the lowest place, and what else could be done."""
    work.show(f"{name}.basins", "Every point of the map walks")
    task = task_of(scene)
    found = chance(task)
    shown = picture(name, task)
    if found is None:
        st.markdown(_without(shown))
        return
    st.subheader("The chance, and ways out of the wrong valley")
    st.markdown(_meaning(scene, shown, found))
    _ways_out(task, found)


def _headline(task: Task) -> list[str] | None:
    found = chance(task)
    return found and [
        share_text(found.share),
        "chance of the global minimum from a random start "
        f"(95 % interval {share_text(found.low)} to {share_text(found.high)})",
    ]


def _meaning(scene: Scene, shown: Picture, found: Chance) -> str:
    best = [place for place in shown.places if place.is_global]
    which = (
        f"the minimum at ({', '.join(number_text(x) for x in best[0].point)})"
        if len(best) == 1
        else f"one of the {len(best)} minima that share the lowest cost"
    )
    listed = (
        "" if scene.landscape.key else " It is the lowest that was found; there may be another."
    )
    walker = scene.walkers[scene.focus]
    return (
        f"{walker.optimizer.name} with these settings, {found.starts:,} starts thrown at random "
        f"over the picture, {scene.steps} steps each: {found.hits:,} reached {which}.{listed} "
        "The others are measured in the same way, at the rate that suits them here."
    )


def _without(shown: Picture) -> str:
    if shown.places:
        return "No minimum lies in this picture, so there is no chance to count."
    return (
        "No minimum was found in this picture, so there is nothing to win: the legend says what "
        "becomes of the walks instead."
    )


_WAYS = ("gradient_descent", "momentum", "adam")


def _ways_out(task: Task, found: Chance) -> None:
    """Show what a walker could do against ending in the wrong valley, each measured."""
    rows = [
        "| | Chance | Starts needed for 95 % | So many starts at once arrived |",
        "|:--|--:|--:|--:|",
    ]
    rows.append(_row("The walker in focus", found))
    for key in _WAYS:
        leg = scenes.fresh_leg(task.surface, key)
        name = f"{OPTIMIZERS[key].name}, rate {number_text(leg.settings['learning_rate'])}"
        other = chance(Task(task.surface, leg, task.steps))
        if other is not None:
            rows.append(_row(name, other))
    st.markdown("\n".join(rows))
    if found.restarts and found.restarts > 1:
        st.markdown(
            f"Each random start misses with {share_text(1 - found.share)}, and they miss "
            f"independently: {found.restarts} of them all miss with "
            f"{number_text(1 - found.share)}^{found.restarts} ="
            f" {share_text((1 - found.share) ** found.restarts)}. So the plainest way out is to "
            "start again somewhere else, and keep the best."
        )


def _row(name: str, found: Chance) -> str:
    starts = f"{found.restarts:,}" if found.restarts else "no number is enough"
    measured = "–" if found.measured is None else share_text(found.measured)
    chances = f"{share_text(found.share)} ({share_text(found.low)} to {share_text(found.high)})"
    return f"| {name} | {chances} | {starts} | {measured} |"
