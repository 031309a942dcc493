"""A slope: one parameter, a ball on a curve, and the sign of the slope that says where to go."""

import streamlit as st

from engine.surfaces.curves import CURVES
from pages.parts import glossary, stage
from pages.parts.stage import controls, scene

NAME = "slope"


def default() -> scene.Scene:
    """Return where the page opens: the simplest curve there is."""
    return scene.new(CURVES["parabola"], ("gradient_descent",), steps=50)


left, right = st.columns([3, 2], gap="large")
left.title("A slope")
glossary.prose(
    "Where the slope is negative, going right goes down; where it is positive, going left does. "
    "So step against the slope, a learning rate’s worth at a time, until it is level.",
    left,
)
with right:
    controls.landscape(NAME, stage.begin(NAME, default))
stage.show(NAME, below=controls.mathematics)

st.subheader("Try this")
glossary.prose(
    """
- Take single steps with **→** and read the sign of the slope: which way does x go, and why?
- The small rings show where a quarter, half, twice and four times the rate would land. Find a
  place where twice the rate would have been better, and one where it would have been worse.
- Drag the rate until the ball just jumps to and fro for ever. How far is that from 2/L,
  where L is the curvature under the ball?
"""
)
