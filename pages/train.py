"""Train: the same walk in 13,002 dimensions, a network that learns to read while one looks."""

import streamlit as st

from pages.parts import glossary
from pages.parts.training import controls, session, workshop

st.title("Train")
glossary.prose(
    "A network that reads handwritten digits is a landscape too: every weight and every bias is "
    "one direction, and the cost is how wrong it reads. Press play, and it walks down."
)
session.read_link()
left, right = st.columns([3, 1], gap="large")
with right:
    st.markdown("**The network**")
    beginning = controls.beginning()
    question = st.container()
    st.markdown("**How it learns**")
    course = controls.course(beginning)
try:
    with left, st.spinner("Reading 60,000 pictures"):
        session.prepare(beginning, course)
except ValueError as fault:
    left.error(str(fault))
else:
    with question:
        controls.new_start(beginning)
    with left:
        workshop.show()

st.caption(
    "The link in the address bar holds the settings, not the trained network: who opens it begins "
    "anew, and a reload loses what was learnt."
)
st.subheader("Try this")
glossary.prose(
    """
- Press play and watch it pass 90 %. One epoch has shown it each of the 60,000 pictures once.
- While it learns, press **× 30** beside the learning rate. The cost jumps: every step now lands
  far beyond the valley, and soon it only guesses. Go back to before the change: the network is
  as it was then, its rate too.
- Reset and take 60,000 pictures an update; then reset and take 1, with the learning rate 0.01.
  Which is further after ten updates? And which after ten seconds?
- Go on with 1 picture an update, and press **× 3** twice, to 0.09. A rate that is good for the
  mean of 100 pictures is too much for single ones: it forgets, and its neurons fall silent.
"""
)
controls.mathematics()
st.caption(
    "MNIST: 60,000 training pictures and 10,000 test pictures by LeCun, Cortes and Burges, "
    "CC BY-SA 3.0."
)
