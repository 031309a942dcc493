"""What did it learn? Sure of noise, labels by heart, and what more examples are worth."""

import streamlit as st

from pages.parts import glossary
from pages.parts.inspection import asked, imagined, overconfidence, remedied

NAME = "learnt"
QUESTIONS = ("Overconfidence", "Memorising", "More data")


def overconfident() -> None:
    """Show how sure a network is of what it cannot know, and let it imagine a digit."""
    glossary.prose(
        "A network must name one of ten digits, whatever it is shown, and say how sure it is. So "
        "show it pictures that **are no digits**. The threshold says how sure it has to be for its "
        "answer to count: drag it, here or in any of the pictures."
    )
    left, right = st.columns([3, 1])
    with left:
        reader = asked.choose()
    draw = right.number_input(
        "Draw", 1, 9_999, key="strangers", bind="query-params", help="Another number: all anew."
    )
    if reader is None:
        return
    overconfidence.show(NAME, reader, draw)

    st.subheader("Descend the input")
    glossary.prose(
        "Gradient descent has moved weights so far, and the pictures stayed. Turn it round: **the "
        "weights stay, and the 784 pixels are moved**, each against its slope, to make the network "
        "see a 5. The same engine takes the same step."
    )
    imagined.show(NAME, reader, imagined.choose())

    st.subheader("What helps?")
    glossary.prose(
        "Three remedies, and nothing at all, from the same initial weights in the same order of "
        "pictures: **augmentation** (each picture a little turned, scaled and moved, anew each "
        "time), **weight decay** (every step also pulls the weights towards 0) and **temperature** "
        "(after training, its last sums are divided by one number)."
    )
    remedied.show(NAME, remedied.choose())

    st.subheader("Try this")
    glossary.prose(
        """
- Leave the threshold at 90 %. Which strangers does it answer as if they were digits? It was never
  shown anything but digits, so it has no reason to doubt.
- Raise the threshold until hardly a stranger passes. How many of the real digits are lost by then?
- Let the noise become a 5, and look at what the network is so sure of. Then begin with a real
  digit: how little has to change until it is another one?
- Train on 1,000 examples, then on 60,000. When does a remedy still help?
"""
    )


st.title("What did it learn?")
question = st.segmented_control(
    "Question",
    QUESTIONS,
    default=QUESTIONS[0],
    required=True,
    key="question",
    bind="query-params",
    label_visibility="collapsed",
)
try:
    overconfident()
except ValueError as fault:
    st.error(str(fault))
