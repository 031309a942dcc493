"""What a plane shows of a walk through 13,002 dimensions and what it hides, in words."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.inspection.plane import Plane
from engine.optimizers import OPTIMIZERS
from pages.parts import glossary
from pages.parts.landscape import FELT, SIDE, Portrait
from pages.parts.landscape.paths import NETWORK, PICTURES, Path
from pages.parts.shares import percent
from pages.parts.stage.payload import run_of
from pages.parts.stage.scene import Scene

_HIDDEN = f"{NETWORK.dimension - 2:,}"
_NEAR = 0.8  # of the way down that path 1 has gone: as good as there
_HIGH = 1e6  # no cost that a network has, only one that it was thrown to


def awaited(place: DeltaGenerator) -> None:
    """Keep the place of the stage while its picture is made."""
    with place.container(border=True, height=480):
        st.markdown(
            "Here comes the landscape. The network learns first; then the cost is measured all "
            "over a plane through its way."
        )


def seen(painting: Portrait) -> str:
    """Return how much of the movement this picture shows."""
    shares = [percent(s.share, 1 if s.share < 0.01 else 0) for s in painting.shadows]
    single = len(shares) == 1
    several = ", ".join(f"{s} of path {n}" for n, s in enumerate(shares, start=1))
    if painting.plan.plane == "random":
        shown = shares[0] if single else several
        return (
            f"**Of the movement, two random directions show {shown}.** Path 1 ends in the middle. "
            f"What is missing from the picture went through the other {_HIDDEN} directions."
            f"{_left(painting)}"
        )
    if single:
        path, shadow = painting.paths[0], painting.shadows[0]
        return (
            f"**This picture shows {shares[0]} of how the network moved.** The rest happens in "
            f"{_HIDDEN} directions that you cannot see. Measured as the weights are, its start and "
            f"its end are {_far(path):.2g} apart, and on its way it is up to "
            f"{shadow.aside.max():.2g} beside the plane."
        )
    return (
        f"**This picture shows {several}**, as shares of how each network moved. The rest happens "
        f"in {_HIDDEN} directions that you cannot see.{_left(painting)}"
    )


def _far(path: Path) -> float:
    return float(np.linalg.norm(path.points[-1] - path.points[0]))


def _left(painting: Portrait) -> str:
    """Return which paths leave the picture, and when; "" if all stay."""
    low, high = np.array(painting.surface.domain).T
    texts = []
    pairs = zip(painting.paths, painting.shadows, strict=True)
    for number, (path, shadow) in enumerate(pairs, start=1):
        outside = ((shadow.coordinates < low) | (shadow.coordinates > high)).any(axis=1)
        if outside.any():
            updates = int(path.updates[int(outside.argmax())])
            texts.append(f" Path {number} leaves the picture within {updates:,} updates.")
        if path.lost:
            texts.append(f" Path {number} is lost: its cost is no number any more.")
    return "".join(texts)


def compared(painting: Portrait, scene: Scene) -> str:
    """Return how far the walker of the plane in focus comes, beside the network."""
    walker, path = scene.walkers[scene.focus], painting.paths[0]
    run = run_of(scene, walker)
    cost, accuracy = (float(x) for x in painting.whole.cost_and_accuracy(run.points[-1]))
    return (
        f"**Two directions against {NETWORK.dimension:,}.** On the plane alone, "
        f"{walker.optimizer.name} is at {_cost(cost)} after {run.steps} steps and reads "
        f"{percent(accuracy, 1)}; path 1, free to go anywhere, ends at "
        f"{_cost(path.costs[-1])} and reads {percent(float(path.accuracies[-1]), 1)} of the same "
        f"pictures. {_moral(painting, cost)}"
    )


def _cost(cost: float) -> str:
    return f"cost {cost:.3g}" if cost < _HIGH else "a cost of more than a million"


def _moral(painting: Portrait, cost: float) -> str:
    """Return what follows from where a walker of the plane has ended, if something does."""
    path = painting.paths[0]
    if not path.has_learnt:
        return ""
    fall = float((path.costs[0] - cost) / (path.costs[0] - path.costs[-1]))
    if not fall > 0:  # nor where it is no number
        return "It has not come below the cost at which path 1 began."
    if fall < _NEAR:
        return f"That is {percent(fall)} of the way down that path 1 has gone."
    if painting.plan.plane == "random":
        return (
            "Whoever starts on this plane is beside the trained network already, and has only to "
            "find the way back."
        )
    return (
        "Two directions go a long way here because the plane was laid where the network had "
        "already been: before the walk, nobody knows which two of them to take."
    )


def honest(painting: Portrait) -> None:
    """Say what the ground is, and what two directions hide of 13,002."""
    gaps = [p.costs - s.costs for p, s in zip(painting.paths, painting.shadows, strict=True)]
    path, row = max(
        ((n, int(np.abs(gap).argmax())) for n, gap in enumerate(gaps)),
        key=lambda place: abs(gaps[place[0]][place[1]]),
    )
    own, under = painting.paths[path].costs[row], painting.shadows[path].costs[row]
    when = f"{painting.paths[path].updates[row]:,.0f} updates of path {path + 1}"
    st.caption(
        f"The ground and the paths show the mean cost of {PICTURES:,} training pictures, measured "
        f"at {SIDE} × {SIDE} places of the plane and at those kept of each path. In space a path "
        "stands at the cost that it really had, so it can hang above the ground: at most after "
        f"{when}, {own:.2g} where the plane has {under:.2g}. A valley that is closed here may be "
        f"open in a direction that is not shown. The walkers of the plane feel {FELT} of the "
        "pictures, all of them at each step, and can move in these two directions only."
    )


def mathematics(painting: Portrait) -> None:
    """Show, folded away, how the plane is laid and what it means to walk on it."""
    with st.expander("The mathematics"):
        st.markdown("A place of the plane is given by two coordinates:")
        st.latex(r"\theta(c) = \theta_1 + c_1 d_1 + c_2 d_2, \qquad C(c) = C(\theta(c))")
        st.markdown(
            r"with $\theta_1$ the end of path 1. The network’s own gradient, projected, is the "
            "slope that a walker of the plane feels:"
        )
        st.latex(r"\frac{\partial C}{\partial c_i} = d_i \cdot \nabla_\theta C")
        if painting.plan.plane == "random":
            _random()
        else:
            _principal(painting.surface.plane)
        st.markdown("The straight line between two networks, and the height of its hill:")
        st.latex(
            r"\theta(t) = (1 - t)\,\theta_0 + t\,\theta_1, \qquad \max_t\; C(\theta(t)) - "
            r"\max\bigl(C(\theta_0), C(\theta_1)\bigr)"
        )
        st.caption(
            "Goodfellow, Vinyals and Saxe 2015, ICLR, arXiv:1412.6544, follow such lines. The "
            "error barrier of Entezari et al. 2022, ICLR, arXiv:2110.06296, is measured from "
            "$(1 - t)\\,C(\\theta_0) + t\\,C(\\theta_1)$ instead of from the higher end."
        )
        for key in dict.fromkeys(path.course.optimizer for path in painting.paths):
            st.markdown(f"**{OPTIMIZERS[key].name}.** {OPTIMIZERS[key].summary}")
            st.latex(OPTIMIZERS[key].equation)
            st.caption(OPTIMIZERS[key].source)


def _principal(plane: Plane) -> None:
    one, other = map(percent, plane.shares)
    glossary.prose(
        "The directions are the two principal components of the paths’ places: of all planes this "
        f"one shows most of the movement, {one} along the first direction and {other} along the "
        "second (of several paths each counts alike). The share of a path is"
    )
    st.latex(
        r"\frac{\sum_k \lVert P(\theta_k - \bar\theta) \rVert^2}"
        r"{\sum_k \lVert \theta_k - \bar\theta \rVert^2}"
    )
    st.markdown(
        "with P the projection onto the plane. Even a random walk would show a large share, so "
        "the share tells how much is seen, not that the way was simple."
    )
    st.caption(
        "Li, Xu, Taylor, Studer and Goldstein 2018, NeurIPS, arXiv:1712.09913, section 7.2; "
        "Antognini and Sohl-Dickstein 2018, arXiv:1806.08805."
    )


def _random() -> None:
    glossary.prose(
        "The directions are random numbers, scaled neuron by neuron (filter normalisation): the "
        "weights $d_j$ of each neuron get the length of the network’s own weights $w_j$, so that a "
        "coordinate of 1 changes every neuron by as much as it has. Biases stay."
    )
    st.latex(r"d_j \leftarrow \frac{d_j}{\lVert d_j \rVert} \lVert w_j \rVert")
    st.caption("Li, Xu, Taylor, Studer and Goldstein 2018, NeurIPS, arXiv:1712.09913, section 4.")
