"""The Train page's controls: what a training starts from, how it learns, and its equations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.network import ACTIVATIONS, COSTS, INITIALISATIONS, PREPARATIONS
from engine.optimizers import OPTIMIZERS
from engine.training import Training
from pages.parts.training import plan, session
from pages.parts.training.plan import Beginning, Course
from pages.parts.training.trained import current


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


def course(beginning: Beginning | None) -> Course:
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
    here = current()
    stays = here is not None and (here.updates or beginning is None)
    network = here.network if here and stays else (beginning or Beginning()).network
    st.caption(plan.pace(batch, network))
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
        session.put(session.alike(here, beginning), anew=True)


def _keep() -> None:
    if here := current():
        show_settings_of(here)


def show_settings_of(training: Training) -> None:
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
