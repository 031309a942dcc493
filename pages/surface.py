"""A surface: cost over two parameters, one or several walkers, map, 3-D and cost side by side."""

import streamlit as st

from engine.surfaces import SURFACES
from pages.parts import glossary, stage
from pages.parts.stage import controls, scene

NAME = "surface"


def default() -> scene.Scene:
    """Return where the page opens: the plain method beside the one that most people use."""
    return scene.new(SURFACES["himmelblau"], ("gradient_descent", "adam"))


left, right = st.columns([3, 2], gap="large")
left.title("A surface")
glossary.prose(
    "Two parameters span a ground plan, and the cost is the height above it. The walker feels "
    "only the gradient where it stands, and takes one step against it, again and again.",
    left,
)
with right:
    controls.landscape(NAME, stage.begin(NAME, default))
stage.show(NAME, below=controls.mathematics)

st.subheader("Try this")
glossary.prose(
    """
- Drag the learning rate to the right until the path leaves the picture. Step back with **←** to
  the last step before it went wrong, and fork with half the rate: both futures stay on screen.
- Drag the start across the map. Two starts a hair apart may end in different valleys.
- On the map **+** marks a minimum, **×** a saddle, **○** a maximum. L in 1/L and 2/L is the largest
  curvature under the walker: on a bowl, rates beyond 2/L make every step worse.
- Choose the ravine and add momentum: the same rate, and far fewer steps.
"""
)
