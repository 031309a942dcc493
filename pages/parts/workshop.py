"""The Train page's Python half: its controls, its component, and this session's training.

The browser half (assets/training/) asks for every tick of work, one or two under way, and stops
asking when one pauses: so a pause is immediate, and nothing runs when the page is left. A message
is {"sequence", "acts", "tick"}. Of messages that wait, Streamlit keeps only the last; therefore
each repeats the acts that are not acknowledged, {"act", "number", …}, and an act is obeyed once. A
tick is {"generation", "holds", "most", "until"}; one that was sent before a reset carries an older
generation and is not obeyed.

The training is kept in the session under "train.training".
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.network import ACTIVATIONS, COSTS, INITIALISATIONS, PREPARATIONS
from engine.optimizers import OPTIMIZERS
from engine.training import Training, back_to
from pages.parts import plan, trainer, work
from pages.parts.component import declare
from pages.parts.gauges import pack
from pages.parts.message import number, text, whole
from pages.parts.plan import Beginning, Course

_log = logging.getLogger(__name__)
_component = declare("training")

TRAINING = "train.training"
_WORK = "train"
_MOST_UPDATES = 100_000  # of one tick
_ONE_CHANGE = 2.0  # seconds; what changes sooner after a change belongs to it


# --- The session -------------------------------------------------------------------------------


def _said(name: str, otherwise: Any = None) -> Any:  # noqa: ANN401 (whatever the session keeps)
    return st.session_state.get(f"train.{name}", otherwise)


def _say(name: str, value: Any) -> None:  # noqa: ANN401
    st.session_state[f"train.{name}"] = value


def current() -> Training | None:
    """Return this session's training, if it has begun."""
    here = st.session_state.get(TRAINING)
    return here if isinstance(here, Training) else None


def _put(training: Training, anew: bool = False) -> None:
    """Keep the training; `anew` where what was under way belongs to another past."""
    st.session_state[TRAINING] = trainer.measured(training)
    if anew:
        _say("generation", _said("generation", 0) + 1)
        _say("report", None)
        _say("before", None)


def read_link() -> None:
    """Read, before the controls take theirs out of it, what the link of a new session says."""
    if _said("rate") is not None:
        return
    parameters = {key: st.query_params[key] for key in st.query_params}
    wrong = plan.faults(parameters)
    _say("rate", (None if "rate" in wrong else plan.rate_of(parameters)) or 0.0)
    if wrong:
        listed = ", ".join(wrong)
        _say(
            "notice",
            f"This link could not be read in full ({listed}): the defaults stand in for that part.",
        )


def _remember(training: Training) -> None:
    """Keep the training as it was before a change; a hand that moves on makes one change."""
    now = time.monotonic()
    if training.updates and now - _said("changed", -_ONE_CHANGE) >= _ONE_CHANGE:
        _say("before", training)
    _say("changed", now)


def prepare(beginning: Beginning | None, course: Course) -> None:
    """Keep the training in step with the controls; a trained network is never lost by that.

    Raises ValueError where the digits cannot be read.
    """
    here = current()
    if here is None:
        rate = _said("rate") or plan.RATES[course.optimizer]
        _put(plan.begun(beginning or Beginning(), course, rate), anew=True)
        return
    if beginning and beginning != plan.beginning_of(here) and not here.updates:
        here = _alike(here, beginning)
        _put(here, anew=True)
    changed = plan.on(here, course)
    if changed is not here:
        _remember(here)
        _put(changed)


def _alike(training: Training, beginning: Beginning) -> Training:
    """Return a training without updates that learns as this one does."""
    rate = plan.settings_of(training)["learning_rate"]
    return plan.begun(beginning, plan.course_of(training), rate)


# --- Controls ----------------------------------------------------------------------------------


def beginning() -> Beginning | None:
    """Show what a training starts from; return it, or None where the layers cannot be read."""
    typed = st.text_input(
        "Hidden layers",
        "16, 16",
        key="train_hidden",
        bind="query-params",
        help="How many neurons each has, such as 16, 16. Up to 4 layers of up to 512; or none.",
        max_chars=60,
    )
    activation = _choice("Activation", "activation", ACTIVATIONS, "relu")
    with st.expander("More of the start"):
        shape = {
            "activation": activation,
            "cost": _choice("Cost", "cost", COSTS, "cross_entropy"),
            "initialisation": _choice("Random weights", "initialisation", INITIALISATIONS, "he"),
            "preparation": _choice("Pictures", "preparation", PREPARATIONS, "deskew"),
            "seed": int(
                st.number_input(
                    "Seed",
                    0,
                    plan.LARGEST_SEED,
                    key="train_seed",
                    bind="query-params",
                    help="The random weights and the order of the pictures follow from it.",
                )
            ),
        }
    try:
        return Beginning(plan.hidden_layers(typed or ""), **shape)
    except ValueError as fault:
        st.error(f"{fault} The network stays as it was.")
        return None


def _choice(label: str, name: str, registry: Mapping[str, Any], default: str) -> str:
    keys = list(registry)
    return st.selectbox(
        label,
        keys,
        index=keys.index(default),
        format_func=lambda key: registry[key].name,
        key=f"train_{name}",
        bind="query-params",
        help=" ".join(f"**{entry.name}**: {entry.summary}" for entry in registry.values()),
    )


def course() -> Course:
    """Show how it learns; all of it may change while it does."""
    usable = {key: OPTIMIZERS[key] for key in plan.OPTIMIZER_KEYS}
    optimizer = _choice("Optimizer", "optimizer", usable, "gradient_descent")
    batch = st.select_slider(
        "Pictures an update",
        plan.BATCHES,
        100,
        key="train_batch",
        bind="query-params",
        help="The gradient of an update is the mean over so many pictures: 1 is stochastic, all "
        "60,000 are (full) batch, and what lies between is called mini-batch.",
    )
    name = plan.batch_name(batch)
    st.caption(f"{name.capitalize()} gradient descent: {-(-60_000 // batch):,} updates an epoch.")
    settings: dict[str, float] = {}
    if others := plan.other_settings(optimizer):
        with st.expander(f"Settings of {OPTIMIZERS[optimizer].name}"):
            for setting in others:
                settings[setting.key] = st.number_input(
                    setting.name,
                    setting.low,
                    setting.high,
                    setting.default,
                    format="%g",
                    key=f"train_{optimizer}_{setting.key}",
                    bind="query-params",
                    help=setting.description,
                )
    return Course(optimizer, settings, batch)


def new_start(beginning: Beginning | None) -> None:
    """Say that the controls want another network than the trained one, and ask which to keep."""
    here = current()
    if here is None or beginning is None or beginning == plan.beginning_of(here):
        return
    st.warning(
        f"This needs a new start. The network with {here.updates:,} updates stays until you say so."
    )
    left, right = st.columns(2)
    left.button(
        "Start anew with these",
        key="train.anew",
        width="stretch",
        on_click=_anew,
        args=(beginning,),
    )
    right.button("Keep the trained one", key="train.keep", width="stretch", on_click=_keep)


def _anew(beginning: Beginning) -> None:
    if here := current():
        _put(_alike(here, beginning), anew=True)


def _keep() -> None:
    if here := current():
        _set_controls(here)


def _set_controls(training: Training) -> None:
    """Let the controls show what this training is."""
    start, now = plan.beginning_of(training), plan.course_of(training)
    shown = {
        "hidden": plan.sizes_text(start.hidden),
        "activation": start.activation,
        "cost": start.cost,
        "initialisation": start.initialisation,
        "preparation": start.preparation,
        "seed": start.seed,
        "optimizer": now.optimizer,
        **{f"{now.optimizer}_{key}": value for key, value in now.settings.items()},
    }
    if now.batch in plan.BATCHES:
        shown["batch"] = now.batch
    for name, value in shown.items():
        st.session_state[f"train_{name}"] = value


def mathematics() -> None:
    """Show, folded away, the equations of this session's training."""
    here = current()
    if here is None:
        return
    net, start = here.network, INITIALISATIONS[here.initialisation]
    activation, cost = ACTIVATIONS[net.activation], COSTS[net.cost]
    with st.expander("The mathematics"):
        st.markdown(
            "Each layer weighs what the one before says, adds a bias, and passes the sums through "
            f"the activation ({activation.name}), but for the last one:"
        )
        st.latex(
            r"z = a\,W + b, \qquad a' = \varphi(z), \qquad \varphi(z) = " + activation.equation
        )
        st.markdown(f"The cost of one picture ({cost.name}); of several, the mean:")
        st.latex(cost.equation)
        st.markdown(
            "Its gradient, from the last layer back to the first (backpropagation; Rumelhart, "
            r"Hinton and Williams 1986, Nature 323), with $\delta$ the derivative by $z$:"
        )
        st.latex(
            r"\frac{\partial C}{\partial W} = a^{\mathsf T} \delta', \qquad "
            r"\frac{\partial C}{\partial b} = \textstyle\sum \delta', \qquad "
            r"\delta = (\delta'\, W^{\mathsf T}) \odot \varphi'(z)"
        )
        st.markdown(f"One update ({here.optimizer.name}; {here.optimizer.source}):")
        st.latex(here.optimizer.equation)
        st.markdown(f"Random weights ({start.name}; {start.source}) have the standard deviation")
        st.latex(start.equation)


# --- The component -----------------------------------------------------------------------------

Act = Callable[[Training, Mapping[str, Any]], None]


def _one_batch(training: Training, message: Mapping[str, Any]) -> None:
    _put(trainer.worked(training, 0.0, most=1))


def _rate(training: Training, message: Mapping[str, Any]) -> None:
    changed = plan.with_rate(training, number(message, "rate"))
    if changed is not training:
        _remember(training)
        _put(changed)


def _back(training: Training, message: Mapping[str, Any]) -> None:
    epoch = trainer.earlier_epoch(training)
    if epoch is not None:
        _go_back(back_to(training, epoch))


def _undo(training: Training, message: Mapping[str, Any]) -> None:
    if before := _said("before"):
        _go_back(before)


def _go_back(training: Training) -> None:
    """Put an earlier training in place, its settings on the controls too."""
    _put(training, anew=True)
    _set_controls(training)
    _say("redraw", True)


def _new_seed(training: Training, message: Mapping[str, Any]) -> None:
    start = plan.beginning_of(training)
    seed = (start.seed + 1) % (plan.LARGEST_SEED + 1)
    _go_back(_alike(training, replace(start, seed=seed)))


ACTS: dict[str, Act] = {
    "batch": _one_batch,
    "back": _back,
    "reset": lambda training, message: _put(trainer.reset(training), anew=True),
    "seed": _new_seed,
    "rate": _rate,
    "undo": _undo,
    "report": lambda training, message: _say("report", trainer.report(training)),
    "pause": lambda training, message: work.leave(_WORK),
}
"""What the component may ask for beside ticks."""


@st.fragment
def show() -> None:
    """Mount the component of a training that has begun."""
    if _said("redraw"):
        _say("redraw", False)
        st.rerun()  # an act has changed what the controls show
    training, before = current(), _said("before")
    if training is None:
        return
    _component(
        key="train.component",
        data=pack(
            training,
            _said("report"),
            _said("holds", ""),
            _said("generation", 0),
            heard=_said("heard", 0),
            acknowledged=_said("acknowledged", 0),
            notice=_said("notice", ""),
            before=None if before is None else before.updates,
            workers=_said("workers", 1),
            period=1000 * work.period(_said("workers", 1)),
        ),
        on_message_change=_hear,
    )
    _say("holds", "")  # only who asks for a tick says what it has


def _hear() -> None:
    """Obey what the component says; what is not its own is ignored and logged."""
    # What was under way when the page was left arrives when the component is gone.
    message = getattr(st.session_state.get("train.component"), "message", None)
    if current() is None or not isinstance(message, Mapping):
        return
    try:
        _say("heard", whole(message, "sequence"))
        for act in message.get("acts") or []:
            _act(act)
        if isinstance(tick := message.get("tick"), Mapping):
            _tick(tick)
    except ValueError as fault:
        _log.warning("ignored a message of the training: %s", fault)


def _act(message: object) -> None:
    if not isinstance(message, Mapping):
        raise ValueError("an act is a mapping")
    number_of, name = whole(message, "number"), text(message, "act")
    if number_of <= _said("acknowledged", 0):
        return
    _say("acknowledged", number_of)
    _say("notice", "")  # the link has had its say
    if name not in ACTS:
        raise ValueError(f"there is no act {name!r}")
    ACTS[name](st.session_state[TRAINING], message)


def _tick(message: Mapping[str, Any]) -> None:
    training = st.session_state[TRAINING]
    workers = work.join(_WORK)
    _say("workers", workers)
    _say("holds", text(message, "holds"))
    if whole(message, "generation") != _said("generation"):
        return
    until = whole(message, "until") if "until" in message else None
    most = min(max(whole(message, "most"), 1), _MOST_UPDATES)
    _put(trainer.worked(training, work.budget(workers), most, until))
