"""The dark mountain: the surface is fog, and only height and slope underfoot can be felt."""

import streamlit as st

from pages.parts import glossary
from pages.parts.walker import mountain

NAME = "dark_mountain"

st.title("The dark mountain")
glossary.prose(
    "Find the lowest valley before the lantern is out. You know only what is under your feet, its "
    "height and which way it falls: that is all that gradient descent ever knows."
)
mountain.show(NAME)

st.subheader("Try this")
glossary.prose(
    """
- Follow the arrow with steps of 100 m until you get no lower. Is it the valley that ends there, or
  are your steps too long? And is it the lowest valley: how would you know?
- The same mountain again, with steps of 400 m first and smaller ones later. That is a learning
  rate that shrinks.
- Spend a third of your light walking far, wherever it leads, and only then go down. On two
  coordinates this is hard to beat: see how well random search does. *Try everything* shows what
  becomes of it with more of them.
"""
)
with st.expander("The mathematics"):
    st.markdown(
        "The height is a sum of Gaussians on a wide bowl, drawn from the mountain’s number. "
        "Height and slope at a place count as three evaluations: one height here, one a foot to "
        "the east, one a foot to the north. All others get the same number of evaluations."
    )
    st.latex(
        r"h(x) = b + c\,|x|^2 + \sum_i a_i\, e^{-(p_i u_i^2 + 2 q_i u_i v_i + r_i v_i^2)},"
        r"\quad (u_i, v_i) = x - c_i"
    )
    st.markdown(
        "Gradient descent and momentum (0.9) begin where you begin, with the learning rate 1/L, "
        "where L is a curvature that nine places in ten do not exceed. You did not know it: they "
        "are told that much. Random search draws places evenly, and pays one evaluation for each."
    )
