"""A saddle: level like a minimum, with a way down on two sides. How long does a walker stay?"""

import streamlit as st

from engine.surfaces import SURFACES
from pages.parts import glossary, stage
from pages.parts.stage import controls, scene
from pages.parts.walker import microscope

NAME = "saddle"


def default() -> scene.Scene:
    """Return where the page opens: five ways to come down the ridge between two wells."""
    race = scene.new(SURFACES["two_wells"], ("gradient_descent", "momentum", "adam", "newton"))
    noisy = scene.with_noise(scene.added(race, "gradient_descent"), 4, microscope.NOISE)
    return microscope.placed(scene.with_focus(noisy, 0), microscope.Choice(0, 4, 1, up=True))


left, right = st.columns([3, 2], gap="large")
left.title("Saddle point")
glossary.prose(
    "At a saddle the slope is zero, as at a minimum, but on two sides the way leads down. A walker "
    "that comes along the ridge seems to arrive. It has not: however little it is off the ridge, "
    "every step multiplies that, and in the end it leaves.",
    left,
)
with right:
    controls.landscape(NAME, stage.begin(NAME, default))
microscope.settle(NAME, stage.current(NAME))
stage.show(
    NAME,
    above=lambda shown: microscope.controls(NAME, shown),
    more=microscope.more,
    below=lambda shown: (microscope.report(NAME, shown), controls.mathematics(shown)),
)

st.subheader("Try this")
glossary.prose(
    """
- Press **space** or step with **→**: all five come down the ridge and slow down at the saddle.
  Which one leaves first, which one stays for good? The table says at which step.
- Make the nudge a hundred times smaller, and predict how many steps longer gradient descent
  stays. Then make it nothing: who leaves all the same?
- Give the two wells a nudge of 10⁻² and note the steps. Then choose the monkey saddle, with the
  same nudge: its curvature is zero, so nothing grows by a factor. How much longer does it take?
- Choose Easom and the flat ground there: gradient descent does not move, and yet it is no minimum.
  Does anyone get away?
"""
)
