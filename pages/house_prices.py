"""House prices: a line through real sales, the cost of its errors, and descent that turns it."""

import streamlit as st

from pages.parts import glossary, houses, stage
from pages.parts.houses import forecast, upload
from pages.parts.stage import controls, scene

NAME = "house_prices"

left, right = st.columns([3, 2], gap="large")
left.title("House prices")
glossary.prose(
    "A house in ZIP 27513 has 3,000 square feet. The model says \\$300,000, and it sells for "
    "\\$450,000: wrong by \\$150,000. **The cost is the mean of the squares of all such errors.** "
    "Descent changes weight and bias until that mean is as small as a line allows.",
    left,
)
with right:
    scaled = houses.scaling(NAME)
    houses.introduce(NAME)
stage.begin(
    NAME,
    lambda: scene.new(houses.surface(houses.source(NAME), scaled), ("gradient_descent",), steps=50),
)


def below(current: scene.Scene) -> None:
    """Show how narrow the valley is, and the mathematics."""
    houses.valley(NAME, current)
    controls.mathematics(current)


stage.show(NAME, below=below, more=lambda current: houses.more(NAME, current))
upload.own_table(NAME)
if not houses.source(NAME).own:
    forecast.own_house()
    forecast.zips()

st.subheader("Try this")
glossary.prose(
    """
- Drag the line by one of its two rings until the average square in the corner is as small as you
  can make it. Then press **End**: how much was left for descent?
- Click a house far from the line. Its gradient is large, and yet the step hardly heeds it: what
  counts is the mean over all houses.
- Switch to raw square feet. The line is the same, and so is the lowest cost; but the largest
  stable rate is three million times smaller. Type the old rate, 0.25, and take a step.
"""
)
