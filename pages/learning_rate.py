"""Learning rate: what every rate leads to, why there is a limit, and where it lies."""

import streamlit as st

from engine.surfaces import SURFACES
from pages.parts import glossary, stage
from pages.parts.stage import controls, scene
from pages.parts.walker import experiments, rates

NAME = "learning_rate"
PLANE = f"{NAME}.plane"


def default() -> scene.Scene:
    """Return where the page opens: the plain method in a ravine, whose two curvatures disagree."""
    return scene.new(SURFACES["ravine"], ("gradient_descent",))


def show_plane(shown: bool) -> None:
    """Keep whether the map is over rate and momentum."""
    st.session_state[PLANE] = shown


def below(shown: scene.Scene) -> None:
    """Show what hangs on the scene: the experiments, and the mathematics."""
    limit, steps, scaling = st.tabs(["How large may it be?", "How many steps?", "Why scale?"])
    with limit:
        experiments.limit(NAME, shown)
    with steps:
        experiments.steps(NAME, shown)
    with scaling:
        experiments.scaling(NAME, shown)
    controls.mathematics(shown)
    derivation()


def derivation() -> None:
    """Show, folded away, where 1/L and 2/L come from."""
    with st.expander("Where 1/L and 2/L come from"):
        st.markdown("Along an axis of curvature λ the cost is a parabola, and a step is a factor:")
        st.latex(r"f(x) = \tfrac{\lambda}{2} x^2, \qquad x_{k+1} = x_k - \alpha\lambda x_k")
        st.latex(r"x_k = (1 - \alpha\lambda)^k\, x_0")
        st.markdown(
            "It shrinks where the factor is smaller than one, and lands at once where it is 0:"
        )
        st.latex(
            r"|1 - \alpha\lambda| < 1 \iff 0 < \alpha < \tfrac{2}{\lambda},"
            r" \qquad 1 - \alpha\lambda = 0 \iff \alpha = \tfrac{1}{\lambda}"
        )
        st.markdown(
            "The largest curvature L decides for all axes. With momentum β the limit is larger:"
        )
        st.latex(r"\alpha < \frac{2}{L}, \qquad \alpha_\beta < \frac{2(1 + \beta)}{L}")
        st.markdown("The best single rate, and what it leaves of the distance at each step:")
        st.latex(
            r"\alpha^* = \frac{2}{L + \ell}, \qquad \frac{\kappa - 1}{\kappa + 1}, \qquad"
            r" \kappa = \frac{L}{\ell}"
        )


left, right = st.columns([3, 2], gap="large")
left.title("Learning rate")
glossary.prose(
    "One number decides whether the walk crawls, arrives or explodes. How large it may be is for "
    "the curvature to say: the slope is a promise that holds for a short step only.",
    left,
)
with right:
    controls.landscape(NAME, stage.begin(NAME, default))
stage.show(
    NAME,
    below=below,
    more=rates.more(lambda: bool(st.session_state.get(PLANE))),
    acts={**stage.ACTS, **rates.acts(show_plane)},
)

st.subheader("Try this")
glossary.prose(
    """
- Drag along **Rates** from left to right: crawl, smooth, zig-zag, and then it diverges. Compare
  the place with 2/L.
- Step with **→** and watch **One step**: the slope promises a fall; the surface keeps the promise
  for small steps and breaks it for large ones.
- Choose momentum as the optimizer and open **rate × momentum**: click where it says best.
"""
)
