"""Long work in short ticks: what takes seconds is done a few milliseconds at a time, for everybody.

No threads. Work is a generator that yields how far it is (0 to 1) and returns its value:

    def basins(...) -> Generator[float, None, Basins]:
        for row in range(rows):
            ...                       # a few milliseconds
            yield (row + 1) / rows
        return Basins(...)

A page starts it, shows it, and finds its value once it is done:

    if st.button("Compute"):
        work.start("minima.basins", basins(...))       # what ran under this name is dropped
    work.show("minima.basins", "Every start walks")     # progress, time left, a button to stop
    basins = work.value("minima.basins")                # None until it is done

The browser asks for each tick, so nothing runs once a page is left or a tab is closed. All who
work at once share half of the process's time: with every further one the ticks of each come less
often (`period`), and `budget` says how long one may take. A component that asks for its ticks
itself calls `join` at each, with what the last one cost, and obeys the two numbers; where a tick
brings several pictures, `budget` is for each of them, and the ticks come less often.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

import streamlit as st

SHORTEST = 0.033
"""Seconds from tick to tick of somebody who works alone."""

SHARE = 0.5
"""How much of the time all ticks together may take; the rest is for everybody else."""

FORGET = 3.0
"""Seconds without a tick, at the least, after which nobody waits for somebody any more."""

_PIECE = 0.006  # seconds between two looks at the clock
_AWAY = 10.0  # seconds without a tick: nobody looked at the page
_CALM = 0.1  # seconds from tick to tick where only a progress bar moves


# --- Sharing -----------------------------------------------------------------------------------


def period(workers: int, shortest: float = SHORTEST, load: float = 0.0) -> float:
    """Return the seconds from tick to tick of each of so many who work at once.

    `load`: what one tick of each of them really took, in seconds together; see `Register.load`.
    """
    return max(shortest, SHORTEST * workers, load / SHARE)


def budget(workers: int, shortest: float = SHORTEST) -> float:
    """Return how many seconds a tick of each of so many may take."""
    return SHARE * period(workers, shortest) / max(workers, 1)


def paced(
    take: Callable[[int], int],
    seconds: float,
    most: int = 10**9,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Take small steps for so long, as many at once as fit between two looks at the clock.

    `take(n)` takes up to n steps and returns how many it took; 0 ends it. One is taken at least,
    and `most` at the most.
    """
    end, piece = clock() + seconds, 1
    before = clock()
    while most > 0 and (taken := take(min(piece, most))):
        now = clock()
        if now >= end:
            break
        each = max((now - before) / taken, 1e-7)
        most, before = most - taken, now
        piece = max(1, min(4 * piece, int(min(_PIECE, end - now) / each)))


class Register:
    """Who works at present: for each a number, when it last did, and how long that took.

    Shared by all sessions.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._seen: dict[int, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def number(self) -> int:
        """Return a number for a new worker."""
        return next(self._numbers)

    def join(self, worker: int, cost: float = 0.0) -> int:
        """Note that a worker ticks now; return how many work at present, this one included.

        `cost`: the seconds that its last tick took. A step that cannot be cut may take more than
        the budget; then the ticks of all come less often.
        """
        with self._lock:
            now = self._clock()
            self._seen[worker] = now, cost
            patience = max(FORGET, 2 * period(len(self._seen), load=self._load()))
            self._seen = {who: one for who, one in self._seen.items() if now - one[0] <= patience}
            return len(self._seen)

    def load(self) -> float:
        """Return the seconds that one tick of each who works takes, all together."""
        with self._lock:
            return self._load()

    def _load(self) -> float:
        return sum(cost for _, cost in self._seen.values())

    def leave(self, worker: int) -> None:
        """Note that a worker has stopped."""
        with self._lock:
            self._seen.pop(worker, None)


EVERYBODY = Register()


def join(name: str, cost: float = 0.0) -> int:
    """Note a tick of this session's work of that name; return how many work at present.

    `cost`: the seconds that its last tick took.
    """
    return EVERYBODY.join(_number(name), cost)


def leave(name: str) -> None:
    """Note that this session's work of that name has stopped, so that the others get its share."""
    EVERYBODY.leave(_number(name))


def _number(name: str) -> int:
    """Return the number of this session's work: all that the process knows of it."""
    key = f"{name}.worker"
    if key not in st.session_state:
        st.session_state[key] = EVERYBODY.number()
    return int(st.session_state[key])


# --- Work --------------------------------------------------------------------------------------


class Work:
    """A generator under way: `progress` 0 to 1, and its `value` once `done`.

    `seconds` worked in all, `last` of them the last time; `passed` with the pauses between, but for
    those in which nobody asked.
    """

    def __init__(self, steps: Generator[float, None, Any]) -> None:
        self._steps = steps
        self.progress = 0.0
        self.seconds = self.last = self.passed = 0.0
        self._then: float | None = None
        self.done = False
        self.value: Any = None

    def advance(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> None:
        """Take steps until the time is up: at least one, for a step may take longer than that."""
        began = now = clock()
        pause = 0.0 if self._then is None else began - self._then
        try:
            while not self.done and (now == began or now - began < seconds):
                self.progress = min(max(float(next(self._steps)), self.progress), 1.0)
                now = clock()
        except StopIteration as end:
            self.done, self.progress, self.value = True, 1.0, end.value
            now = clock()
        self.last = now - began
        self.seconds += self.last
        self.passed += self.last + pause * (pause < _AWAY)
        self._then = now

    def stop(self) -> None:
        """Let go of what is half done."""
        self._steps.close()


def start(name: str, steps: Generator[float, None, Any]) -> None:
    """Begin this session's work of that name; what was under way or done under it is dropped."""
    stop(name)
    st.session_state[f"{name}.work"] = Work(steps)


def stop(name: str) -> None:
    """Drop this session's work of that name, if there is any, and what it has found."""
    here = st.session_state.pop(f"{name}.work", None)
    if here is not None:
        here.stop()
    leave(name)


def under_way(name: str) -> bool:
    """Return whether this session has work of that name that is not done."""
    here = st.session_state.get(f"{name}.work")
    return here is not None and not here.done


def value(name: str) -> Any:  # noqa: ANN401 (whatever the generator returned)
    """Return what the work of that name has found, or None until it is done."""
    here = st.session_state.get(f"{name}.work")
    return None if here is None else here.value


def show(name: str, doing: str) -> None:
    """Show how far the work of that name is, tick by tick, and a button to stop; else nothing.

    When it is done the whole page runs once more, to show what was found.
    """
    if under_way(name):
        workers = join(name, st.session_state[f"{name}.work"].last)
        pace = period(workers, _CALM, EVERYBODY.load())
        st.fragment(run_every=pace)(_tick)(name, doing, pace)


def _tick(name: str, doing: str, pace: float) -> None:
    if not under_way(name):  # stopped: let the page show it, and ask for no more ticks
        st.rerun()
    here: Work = st.session_state[f"{name}.work"]
    bar, button = st.columns([5, 1], vertical_alignment="center")
    button.button("Stop", key=f"{name}.stop", width="stretch", on_click=stop, args=(name,))
    workers = join(name, here.last)
    try:
        here.advance(budget(workers, _CALM))
    except Exception:
        stop(name)  # or each tick would fail anew
        raise
    bar.progress(here.progress, text=sentence(doing, here.progress, here.passed, workers))
    if here.done:
        leave(name)
    if here.done or not 0.6 < period(workers, _CALM, EVERYBODY.load()) / pace < 1.7:
        st.rerun()


def sentence(doing: str, progress: float, passed: float, workers: int = 1) -> str:
    """Return what is under way, how far it is, and about how long it takes from here.

    `passed`: the seconds that it took so far, with all pauses.
    """
    text = f"{doing}: {progress:.0%}"
    if 0.02 <= progress < 1:
        left = math.ceil(passed * (1 / progress - 1))
        text += f", about {left} s left"
    if workers > 1:
        text += ", while 1 other computes, too" * (workers == 2)
        text += f", while {workers - 1} others compute, too" * (workers > 2)
    return text
