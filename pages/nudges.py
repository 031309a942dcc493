"""Nudges: backpropagation on one digit, step by step: what each weight is asked to do, and why."""

import streamlit as st

from pages.parts import glossary, nudges
from pages.parts.nudges import bookkeeping

st.title("Nudges")
glossary.prose(
    "A network reads a digit, and is wrong, or not sure enough. Which of its 13,002 weights and "
    "biases should go up, which down, and how far? Each neuron asks those before it, from the "
    "outputs back to the first layer: that is backpropagation."
)
nudges.show()
bookkeeping.show()

st.subheader("Try this")
glossary.prose(
    """
- Step to what each output wants, and stop. Which weight of the right output will get the largest
  nudge, and which none at all? Say it, then step on.
- Take the network that is **trained**, and a digit that it reads right: how large are the nudges
  now? Then ask for **one it misreads**.
- At the last step, take ten times the learning rate, and ten times that. Is ten times as much
  gained?
- In the ledger, look at the bias of an output. Who wants it up? Take other examples: for which
  column does the average of ten tell most about the average of a hundred?
"""
)
with st.container(horizontal=True):
    st.page_link("draw.py", label="Draw a digit of your own, and bring it here")
    st.page_link("train.py", label="Train a network of your own, and look into it here")
st.caption(
    "The link holds the digit and the network. Your drawing and the network you trained are not in "
    "it: a reload loses them."
)

with st.expander("The mathematics"):
    glossary.prose(
        "One example has the cost $C$. A nudge is what it would like to be changed: minus the "
        "derivative of $C$. For a neuron with the sum $z$ and what it says, $a$, the wish is "
        "$-\\partial C / \\partial a$ and the push $-\\partial C / \\partial z$. In layer $l$, "
        "neuron $j$ adds up what the neurons $i$ before it say:"
    )
    st.latex(r"z_j^l = \sum_i a_i^{l-1} w_{ij}^l + b_j^l, \qquad a_j^l = \sigma(z_j^l)")
    st.markdown("So by the chain rule its three ways are")
    st.latex(
        r"\text{push}_j = \text{wish}_j \cdot \sigma'(z_j^l), \qquad"
        r"-\frac{\partial C}{\partial b_j^l} = \text{push}_j, \qquad"
        r"-\frac{\partial C}{\partial w_{ij}^l} = \text{push}_j \, a_i^{l-1}"
    )
    st.markdown("and the wishes for the layer before are added up over all who hear it:")
    st.latex(
        r"\text{wish}_i = -\frac{\partial C}{\partial a_i^{l-1}}"
        r" = \sum_j \text{push}_j \, w_{ij}^l"
    )
    st.markdown(
        "With softmax and cross-entropy, $C = -\\ln p_y$, no output can be moved alone: they share "
        "one whole. What an output wants is then at once the push on its sum, "
        "$-\\partial C / \\partial z_j = y_j - p_j$: what it should say minus what it says. With "
        "the squared error it is $2 (y_j - a_j)$, and the sigmoid's slope comes after it."
    )
    st.markdown(
        "A step follows the average of a mini-batch of $n$ examples, each with its cost $C_i$. "
        "That average is minus the gradient of their mean cost $\\bar C$; and a gradient entry is "
        "what a small wiggle $h$ of one weight or bias $\\theta$ changes the cost by, for each "
        "unit of $h$:"
    )
    st.latex(
        r"\frac{1}{n} \sum_i \left( -\frac{\partial C_i}{\partial \theta} \right)"
        r" = -\frac{\partial \bar C}{\partial \theta}, \qquad"
        r"\bar C(\theta + h) - \bar C(\theta) \approx h \, "
        r"\frac{\partial \bar C}{\partial \theta}"
    )
    st.caption("Rumelhart, Hinton and Williams 1986, Nature 323, equations 4 to 7.")
