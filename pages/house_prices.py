"""House prices: a line through real sales, the cost of its errors, and descent that turns it."""

import streamlit as st

from pages.parts import controls, houses, scene, stage

NAME = "house_prices"

left, right = st.columns([3, 2], gap="large")
left.title("House prices")
left.markdown(
    "A house in ZIP 27513 has 3,000 square feet. The model says \\$300,000, and it sells for "
    "\\$450,000: wrong by \\$150,000. **The cost is the mean of all such errors, squared.** "
    "Descent changes weight and bias until that mean is as small as a line allows."
)
with right:
    scaled = houses.scaling(NAME)
    st.markdown(
        "932 sales around Sacramento in May 2008. At the start the model says \\$300,000 for every "
        "house. Each point on the map is one line through the houses: **price = weight · square "
        "feet + bias**."
    )
stage.begin(
    NAME,
    lambda: scene.new(
        houses.surface(houses.source(NAME).houses, scaled), ("gradient_descent",), steps=50
    ),
)


def below(current: scene.Scene) -> None:
    """Show how narrow the valley is, and the mathematics."""
    houses.valley(NAME, current)
    controls.mathematics(current)


stage.show(NAME, below=below, more=lambda current: houses.more(NAME, current))
