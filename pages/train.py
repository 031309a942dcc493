"""Train: the same walk in 13,002 dimensions, a network that learns to read while one looks."""

import streamlit as st

from pages.parts import training_controls as controls
from pages.parts import training_session as session
from pages.parts import workshop

st.title("Train")
st.markdown(
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
    course = controls.course()
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

st.subheader("Try this")
st.markdown(
    """
- Press play and watch it pass 90 %. One epoch has shown it each of the 60,000 pictures once.
- While it learns, press **× 30** beside the learning rate. The cost jumps: every step now lands
  far beyond the valley, and soon it only guesses. Go back to before the change: the network is
  as it was then, its rate too.
- Reset and take 1 picture an update, then all 60,000. Which is further after ten seconds? And
  which after ten updates?
"""
)
controls.mathematics()
st.caption(
    "The address holds the settings, not what was learnt: a reload begins anew. MNIST: 60,000 "
    "training pictures and 10,000 test pictures by LeCun, Cortes and Burges, CC BY-SA 3.0."
)
