"""Draw: a digit is drawn, read while the pen moves, looked into, and taught."""

import streamlit as st

from pages.parts import glossary, pad
from pages.parts.pad import readers

pad.begin()
st.title("Draw")
glossary.prose(
    "Draw a digit and watch it being read: the ink becomes 784 numbers, each layer weighs what the "
    "one before it says, and the brightest of the ten outputs is the answer."
)
pad.show()

st.subheader("Try this")
glossary.prose(
    """
- Draw a small 3 in a corner. Under *How your drawing is prepared*, see what it would be read as
  without cropping: the networks have only ever seen digits of one size, in one place.
- Let the small network read, and ask for a digit that **it gets wrong**. Click the right output
  and the wrong one: which ink speaks for which?
- Draw a 9 and teach that **it is a 4**, ten steps. It learns at once; below it says how many
  other digits it reads wrong for that. Undo, and try the same with a learning rate of 0.1.
"""
)
if isinstance(readers.readers()[readers.TRAINED], str):
    st.page_link("train.py", label="Train a network of your own, and let it read here")
st.caption(
    "The link holds which network reads and the steps of the preparation. Your drawing, your "
    "lessons and the network you trained are not in it: a reload loses them."
)

with st.expander("The mathematics"):
    st.markdown(
        "What goes into a layer is multiplied by weights and added up; the activation bends it. In "
        "the two networks that come with Downhill that is ReLU:"
    )
    st.latex(r"z = a\,W + b, \qquad a' = \max(0, z)")
    st.markdown("Their last ten sums become chances that add up to 1 (softmax):")
    st.latex(r"p_j = \frac{e^{z_j}}{\sum_i e^{z_i}}")
    st.markdown(
        "A line in the picture is what one connection adds to an answer's sum: what goes in, times "
        "the weight, times how strongly the neuron it ends in pulls on that sum."
    )
    st.latex(r"a_i \, w_{ij} \, \frac{\partial z_\text{answer}}{\partial z_j}")
    st.markdown(
        "A lesson takes gradient steps on the cost $C$ of this one drawing, here $-\\ln p_y$ for "
        "the right digit $y$, in all weights and biases $\\theta$ at once:"
    )
    st.latex(r"\theta \leftarrow \theta - \eta \, \nabla C(\theta)")
