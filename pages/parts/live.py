"""Components that learn while one looks, Python's half: who asks for what, and how often.

The browser half asks for every tick of work, one or two under way (assets/parts/line.js), and stops
asking when one pauses: so a pause is immediate, and nothing runs when the page is left. A message
is {"sequence", "acts", "tick"}. Of messages that wait, Streamlit keeps only the last; therefore
each repeats the acts that are not acknowledged, {"act", "number", …}, and an act is obeyed once. A
tick is {"generation", "pictures", "most", …}: so many pictures, each after `most` updates at the
most (assets/parts/film.js shows them in turn). One that was sent before a reset carries an older
generation and is not obeyed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import streamlit as st

from pages.parts import work
from pages.parts.component import declare
from pages.parts.message import film, text, whole

_log = logging.getLogger(__name__)

MOST_UPDATES = 100_000
"""Of one picture."""

_MOST_PICTURES = 4  # of one tick
_MOST_ACTS = 20  # of one message

Act = Callable[[Mapping[str, Any]], None]


class Tick(Protocol):
    """Works for so many seconds, `most` updates at the most, as a message asks."""

    def __call__(self, message: Mapping[str, Any], seconds: float, most: int) -> object | None:
        """Keep and return what came of it, a value that can be packed; None if nothing did.

        Raises ValueError for a message that is not ours.
        """


def controls() -> dict[str, Any]:
    """Return what the widgets say in a run of the whole page, for `follow` to compare."""
    return {key: value for key, value in st.session_state.items() if "." not in str(key)}


def follow(seen: Mapping[str, Any]) -> None:
    """Run the whole page if a widget says something else than when it ran last.

    Streamlit can lose the run that a widget asks for, where it meets a message of a component.
    """
    if any(st.session_state.get(key, value) != value for key, value in seen.items()):
        st.rerun()


class Live:
    """The component of a page that asks for its ticks; what it keeps lies in the session.

    `acts`: what it may ask for beside ticks. `ready`: whether there is anything to work on.
    """

    def __init__(
        self,
        page: str,
        component: str,
        acts: Mapping[str, Act],
        tick: Tick,
        ready: Callable[[], bool],
    ) -> None:
        self._page, self._acts, self._tick, self._ready = page, acts, tick, ready
        self._component = declare(component)

    def said(self, name: str, otherwise: Any = None) -> Any:  # noqa: ANN401 (what a session keeps)
        """Return what the session keeps under a name of this page."""
        return st.session_state.get(f"{self._page}.{name}", otherwise)

    def say(self, name: str, value: Any) -> None:  # noqa: ANN401
        """Keep something in the session under a name of this page."""
        st.session_state[f"{self._page}.{name}"] = value

    def anew(self) -> None:
        """Let ticks that are under way count for nothing: they belong to another past."""
        self.say("generation", self.said("generation", 0) + 1)

    def mount(self, pack: Callable[[Any, dict[str, Any]], bytes], now: object) -> None:
        """Show how it stands `now`, and what ticks came to before.

        `pack` makes a picture of each, with a header that answers the last message.
        """
        began = time.thread_time()
        workers = self.said("workers", 1)
        answer = {
            "generation": self.said("generation", 0),
            "heard": self.said("heard", 0),
            "acknowledged": self.said("acknowledged", 0),
            "notice": self.said("notice", ""),
            "workers": workers,
            "period": 1000 * work.period(workers, load=work.EVERYBODY.load()),
        }
        pictures = [pack(one, answer) for one in (*self.said("earlier", ()), now)]
        self._component(
            key=f"{self._page}.component", data=film(pictures), on_message_change=self.hear
        )
        self.say("earlier", ())
        self.say("cost", self.said("cost", 0.0) + time.thread_time() - began)

    def rest(self) -> None:
        """Leave the time to the others: it pauses."""
        work.leave(self._page)

    def hear(self) -> None:
        """Obey what the component says; what is not its own is ignored and logged."""
        # What was under way when the page was left arrives when the component is gone.
        message = getattr(st.session_state.get(f"{self._page}.component"), "message", None)
        if not self._ready() or not isinstance(message, Mapping):
            return
        self.say("earlier", ())
        try:
            self.say("heard", whole(message, "sequence"))
            acts = message.get("acts", [])
            if not isinstance(acts, list) or len(acts) > _MOST_ACTS:
                raise ValueError(f"acts are a list of at most {_MOST_ACTS}")
            for act in acts:
                self._obey(act)
            if isinstance(tick := message.get("tick"), Mapping):
                self._work(tick)
        except ValueError as fault:
            _log.warning("ignored a message of the page %s: %s", self._page, fault)

    def _obey(self, message: object) -> None:
        if not isinstance(message, Mapping):
            raise ValueError("an act is a mapping")
        number, name = whole(message, "number"), text(message, "act")
        if number <= self.said("acknowledged", 0):
            return
        self.say("acknowledged", number)
        self.say("notice", "")  # the link has had its say
        if name not in self._acts:
            raise ValueError(f"there is no act {name!r}")
        self._acts[name](message)

    def _work(self, message: Mapping[str, Any]) -> None:
        workers = work.join(self._page, self.said("cost", 0.0))
        began = time.thread_time()
        self.say("workers", workers)
        self.say("cost", 0.0)
        current = whole(message, "generation") == self.said("generation")
        most = min(max(whole(message, "most"), 1), MOST_UPDATES)
        pictures = min(max(whole(message, "pictures"), 1), _MOST_PICTURES)
        if current:
            seen: list[object] = []
            while len(seen) < pictures:
                came = self._tick(message, work.budget(workers), most)
                if came is None:
                    break
                seen.append(came)
            self.say("earlier", tuple(seen[:-1]))
            self.say("cost", time.thread_time() - began)
