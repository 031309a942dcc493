"""The Python half of the stage: mounts the component, hears its messages, keeps the address.

The browser half (assets/stage/) draws, plays and drags by itself; it speaks only when something
must be computed. A message is {"sequence": n, "act": name, …}; each act is a function of the
scene and the message's own fields, listed in ACTS. Messages that are not ours are ignored and
logged: they can only come from a broken or foreign sender.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.parts.component import declare
from pages.parts.message import number, text, whole
from pages.parts.stage import address
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import More, pack
from pages.parts.stage.scene import Scene

_log = logging.getLogger(__name__)

_component = declare("stage")

Act = Callable[[Scene, Mapping[str, Any]], Scene]
"""What an act does: the scene and the message's fields → the next scene, or ValueError."""


def _start(scene: Scene, message: Mapping[str, Any]) -> Scene:
    point = message.get("point")
    if not isinstance(point, list) or len(point) > 2:
        raise ValueError("point is a list of coordinates")
    return scenes.from_start(scene, tuple(number({"point": x}, "point") for x in point))


def _fork(scene: Scene, message: Mapping[str, Any]) -> Scene:
    walker, step = whole(message, "walker"), whole(message, "step")
    if "optimizer" in message:
        return scenes.forked(scene, walker, step, 1.0, text(message, "optimizer"))
    return scenes.forked(scene, walker, step, number(message, "factor"))


ACTS: dict[str, Act] = {
    "start": _start,
    "set": lambda scene, m: scenes.with_setting(
        scene, whole(m, "walker"), text(m, "setting"), number(m, "value")
    ),
    "optimizer": lambda scene, m: scenes.with_optimizer(
        scene, whole(m, "walker"), text(m, "optimizer")
    ),
    "schedule": lambda scene, m: scenes.with_schedule(
        scene, whole(m, "walker"), text(m, "schedule")
    ),
    "add": lambda scene, m: scenes.added(scene, text(m, "optimizer")),
    "remove": lambda scene, m: scenes.removed(scene, whole(m, "walker")),
    "fork": _fork,
    "focus": lambda scene, m: scenes.with_focus(scene, whole(m, "walker")),
    "steps": lambda scene, m: scenes.with_steps(scene, whole(m, "steps")),
}
"""What the stage may ask for. A new act is one line here and one call of `send` over there."""


def apply(scene: Scene, message: object, acts: Mapping[str, Act] = ACTS) -> Scene:
    """Return the scene after a message of the stage; ValueError if it is not one of its `acts`."""
    if not isinstance(message, Mapping):
        raise ValueError("a message is a mapping")
    act = message.get("act")
    if not isinstance(act, str) or act not in acts:
        raise ValueError("unknown act")
    return acts[act](scene, message)


def begin(name: str, default: Callable[[], Scene]) -> Scene:
    """Return a page's scene: this session's, else the address's, else the default.

    Args:
        name: the page's, which keys its scene in this session.
        default: makes the scene that decides the dimension and whatever the address leaves out.
    """
    if _key(name) not in st.session_state:
        parameters = {key: st.query_params.get_all(key) for key in st.query_params}
        scene, notice = address.read(parameters, default())
        st.session_state[_key(name)] = scene
        st.session_state[_key(name, "notice")] = notice
    return current(name)


def current(name: str) -> Scene:
    """Return the scene of a page that has begun."""
    scene = st.session_state[_key(name)]
    if not isinstance(scene, Scene):
        raise TypeError(f"the session holds no scene for {name!r}")
    return scene


def change(name: str, scene: Scene) -> None:
    """Put another scene on the page's stage, from a widget outside it."""
    st.session_state[_key(name)] = scene
    st.session_state[_key(name, "notice")] = ""  # the link has had its say


def adjust(name: str, scene: Scene) -> None:
    """Put a scene on the stage that the page itself wants; what is said of the link still holds."""
    st.session_state[_key(name)] = scene


def show(
    name: str,
    below: Callable[[Scene], None] = lambda scene: None,
    more: Callable[[Scene], More] = lambda scene: More(),
    acts: Mapping[str, Act] = ACTS,
    above: Callable[[Scene], None] = lambda scene: None,
) -> None:
    """Mount the stage of a page that has begun; it hears its messages and keeps the address.

    Args:
        name: the page's.
        below: what is drawn under the stage, and again whenever the scene changes.
        more: what only this page's stage is sent.
        acts: what this page's stage may ask for: ACTS, and what the page adds.
        above: what is drawn over the stage, and again whenever the scene changes.
    """
    _mounted(name, below, more, acts, above)


def _key(name: str, part: str = "scene") -> str:
    return f"{name}.{part}"


@st.fragment
def _mounted(
    name: str,
    below: Callable[[Scene], None],
    more: Callable[[Scene], More],
    acts: Mapping[str, Act],
    above: Callable[[Scene], None],
) -> None:
    scene = current(name)
    above(scene)
    _component(
        key=_key(name, "stage"),
        data=pack(
            scene,
            st.session_state.get(_key(name, "sequence"), 0),
            st.session_state.get(_key(name, "notice"), ""),
            more(scene),
        ),
        on_message_change=lambda: _hear(name, acts),
    )
    below(scene)


def _hear(name: str, acts: Mapping[str, Act]) -> None:
    # What was under way when the page was left arrives when the component is gone.
    message = getattr(st.session_state.get(_key(name, "stage")), "message", None)
    if message is None:
        return
    try:
        change(name, apply(st.session_state[_key(name)], message, acts))
    except ValueError as fault:
        _log.warning("ignored a message of the stage %r: %s", name, fault)
    if isinstance(message, Mapping) and isinstance(message.get("sequence"), int):
        st.session_state[_key(name, "sequence")] = message["sequence"]
