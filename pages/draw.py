"""Draw: a digit is drawn, read while the pen moves, looked into, and taught."""

import streamlit as st

from pages.parts import pad

pad.begin()
st.title("Draw")
st.markdown(
    "Draw a digit and watch it being read: ink becomes 784 numbers, each layer weighs what the "
    "layer before it says, and the brightest of the ten outputs is the answer."
)
pad.show()
