"""Depth: what becomes of a gradient on its way back through many layers, and what cures it."""

import streamlit as st

from pages.parts import depth, glossary
from pages.parts.depth import controls

st.title("Depth")
glossary.prose(
    "On its way back through a network, the gradient is multiplied by a factor at every layer. "
    "Multiply by a quarter ten times, and a millionth is left: gradients vanish, and the first "
    "layers hardly learn. Multiply by two ten times, and it is a thousand times as large: "
    "gradients explode."
)
depth.read_link()
left, right = st.columns([3, 1], gap="large")
with right:
    st.markdown("**The network as it is**")
    setup = controls.network()
with left:
    controls.presets(setup)
    try:
        with st.spinner("Reading 60,000 pictures"):
            depth.prepare(setup)
    except ValueError as fault:
        st.error(str(fault))
    else:
        depth.show()
        controls.every_cure(setup)

st.caption(
    "The link in the address bar holds the network and its cures, not what they have learnt. Both "
    "learn from the first 10,000 of MNIST's training pictures, 100 an update, by plain gradient "
    "descent."
)
st.subheader("Try this")
glossary.prose(
    """
- Press **It dies**, then play. The cost does not move. Look at what comes back to layer 1, then
  switch on **ReLU**: from the same seed, the network beside it learns. Then press
  **Measure each cure alone**: which others help a sigmoid?
- Press **It explodes** and take one update at a time. How many until the numbers overflow? Which
  two cures stop it, and which of them lets it learn better?
- Press **On or off** and play. Only the last layer moves, for a step has no slope anywhere: the
  cost is a flight of terraces. Let it run and smooth the step slowly. Where does learning set in?
- Press **It dies** again, choose Xavier weights and raise their size from 1 to 6. Is there one at
  which ten layers of sigmoid learn after all?
"""
)
controls.what_they_do()
controls.mathematics()
