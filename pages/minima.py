"""Minima: every point of the map is a start, and its colour says where the walk ends."""

import streamlit as st

from engine.surfaces import SURFACES
from pages.parts import glossary, stage
from pages.parts.stage import controls, scene
from pages.parts.walker import basin_map

NAME = "minima"


def default() -> scene.Scene:
    """Return where the page opens: four wells, one of them deepest."""
    return scene.new(SURFACES["styblinski_tang"], ("gradient_descent", "momentum"))


left, right = st.columns([3, 2], gap="large")
left.title("Minima")
glossary.prose(
    "Descent ends in the valley it starts in, and that need not be the deepest. Here every point "
    "of the map is a start, and its colour says where the walk from there ends: the basins. They "
    "belong to the walker in focus, and change with its optimizer and its rate.",
    left,
)
with right:
    controls.landscape(NAME, stage.begin(NAME, default))
stage.show(
    NAME,
    more=lambda shown: basin_map.more(NAME, shown),
    below=lambda shown: (basin_map.report(NAME, shown), controls.mathematics(shown)),
)

st.subheader("Try this")
glossary.prose(
    """
- Click on the map, once on each side of a border: two starts a hair apart, two different ends.
- Click on momentum’s card: the basins are its own now. Find a start that plain descent loses to a
  shallow well, and that rolls on to the deepest with momentum.
- Drag the rate slowly to the right. Straight borders fray, then crumble: with long steps it is
  chance which valley the walker jumps into.
- Choose Rastrigin, with 121 minima. How many random starts would you need?
"""
)
