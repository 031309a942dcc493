"""What did it learn? Sure of noise, labels by heart, and what more examples are worth."""

import streamlit as st

from pages.parts import glossary
from pages.parts.learnt import asked, growth, imagined, memory, overconfidence, proofs, remedied

NAME = "learnt"


def overconfidence_part() -> None:
    """Show how sure a network is of what it cannot know, and let it imagine a digit."""
    glossary.prose(
        "A network must name one of ten digits, whatever it is shown, and say how sure it is. So "
        "show it **strangers**: pictures that are no digits, and digits pushed out of their place. "
        "The threshold says how sure it has to be for its answer to count: drag it, here or in any "
        "of the pictures."
    )
    left, right = st.columns([3, 1])
    with left:
        reader = asked.choose()
    draw = right.number_input(
        "Which strangers",
        1,
        9_999,
        key="strangers",
        bind="query-params",
        help="Another number: others of each kind.",
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
- Raise the threshold to its end. Which strangers pass even there, and how many of the real digits
  are lost?
- Let the noise become a 5, and look at what the network is so sure of. Then begin with a real
  digit: how little has to change until it is another one?
- Train on 1,000 examples, then on 60,000. When does a remedy still help?
"""
    )


def memorising_part() -> None:
    """Show that shuffled labels are learnt, too."""
    glossary.prose(
        "Two networks learn the same pictures. One is told **what they show**; for the other the "
        "labels are **shuffled**, so that there is nothing to understand, only to remember. Both "
        "begin with the same weights. Press play."
    )
    memory.show(memory.choose())
    st.subheader("Try this")
    glossary.prose(
        """
- Play to the end. By what it knows of its own pictures, could you tell which network has
  understood something? Which curve tells you?
- Take 784-8-10: it still reads most digits, but how many shuffled labels can it keep in mind? Look
  for the smallest network that can keep 300, or 3,000.
- How much longer do the shuffled labels take? What digits have in common is learnt at once; what
  is different for each picture has to be learnt picture by picture.
"""
    )


def more_data_part() -> None:
    """Measure what more labelled examples are worth."""
    glossary.prose(
        "The same network, trained for the same number of updates on **more and more labelled "
        "examples**. Every point is a training of its own, then read on all 10,000 test digits."
    )
    growth.show(growth.choose())
    st.subheader("Try this")
    glossary.prose(
        """
- Before you press play, guess: what do 100 examples give, what 10,000, and what 60,000?
- Where do the seeds differ most? With few examples it matters a lot which ones they are.
- Measure 784-16-16-10 too; the first curve stays, and goes on if you come back to it. Which of them
  makes more of 60,000?
- Show the mistakes on the logarithmic scale. If the curve is nearly straight, every tenfold leaves
  about the same share of the mistakes.
"""
    )


PARTS = {
    "Overconfidence": overconfidence_part,
    "Memorising": memorising_part,
    "More data": more_data_part,
}

st.title("What did it learn?")
glossary.prose("It reads digits well. Three questions show what that means, and what it does not.")
part = st.segmented_control(
    "Question",
    list(PARTS),
    default="Overconfidence",
    required=True,
    key="question",
    bind="query-params",
    label_visibility="collapsed",
)
try:
    PARTS[part]()
except ValueError as fault:
    st.error(str(fault))
proofs.show(part)
