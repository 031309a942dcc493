"""Try everything: grid and random search against walking downhill, in more and more dimensions."""

import streamlit as st

from pages.parts import glossary
from pages.parts.walker import everything

NAME = "try_everything"

st.title("Try everything")
glossary.prose(
    "Why feel one’s way down if one can try every place and take the best? With one or two "
    "numbers to choose that works well. But **each further number multiplies the places**, and a "
    "network has 13,002 of them."
)
contest = everything.choices()
everything.show_race(NAME, contest)

st.subheader("Try this")
glossary.prose(
    """
- *Many valleys* in 1 dimension: a grid finds the lowest valley while gradient descent sits in the
  nearest one. Trying everything wins. And in 2? In 3? Change the draw to see what was luck.
- *One valley*, and more and more dimensions: gradient descent needs about as many evaluations
  every time. What happens to the others?
- Let a gradient count d + 1 costs, felt out with a foot along each axis. Descent still wins.
"""
)

st.subheader("The bill")
everything.show_bill(NAME, contest.scalable, contest.charge)

st.subheader("A real network: 13,002 dimensions")
glossary.prose(
    "The same two on the cost of 784–16–16–10, the network that reads digits, over 1,000 pictures. "
    "One counter again: a cost counts 1, a cost with its gradient 5."
)
everything.show_network(NAME)

with st.expander("The mathematics"):
    st.markdown(
        "A grid of $m$ points a side, $m$ values of each of $d$ coordinates, has $m^d$ places. A "
        "place drawn at random lies near enough to the lowest one with a chance that shrinks by "
        "about the same factor with each coordinate, so random search needs about $c^d$ draws "
        "too. Gradient descent with a rate of $1/L$ shrinks the distance by a factor that depends "
        "on the curvatures alone, whatever $d$ is."
    )
    st.latex(contest.scalable.formula)
    st.caption(contest.scalable.source)
    st.markdown(
        f"A search has arrived at a cost of {contest.scalable.goal:g}. The lowest place is drawn "
        "anew for each race, so that no grid hits it by luck, and the grid’s places come in an "
        "order that spreads evenly from the first on. A walk that is started again begins anew "
        "wherever it is nearly level and its cost has hardly moved for eight steps. Dashed lines "
        "are reckoned: from the share of the box, or of the starts, that is low enough. That share "
        "is the tail of a sum over the coordinates, and its logarithm can be integrated, however "
        "many there are (Daniels 1954, Saddlepoint approximations in statistics)."
    )
