"""Its own landscape: the digit network walks on its own cost surface, on the stage of the bowl."""

import streamlit as st

from pages.parts import glossary, landscape, stage
from pages.parts.landscape import choices, hill, plane_words

NAME = "its_own_landscape"

left, right = st.columns([3, 2], gap="large")
left.title("Its own landscape")
glossary.prose(
    "The same stage as for the first bowl. The walker now is a network that learns to read "
    "digits: 13,002 weights and biases, and so 13,002 directions to go. **Nothing has changed but "
    "the number of dimensions.** A picture has room for two of them: what you see is a plane laid "
    "through that space, the cost above it, and the network’s shadow on it.",
    left,
)
with right:
    choices.read_link(NAME)
    plan = choices.plan()
    choices.notice(NAME, plan)
lab = st.container()  # filled last: what follows must not wait for it

st.subheader("Try this")
glossary.prose(
    """
- Play it. The steps are large at first and small in the valley, as on the first bowl. Then click
  the card *On the plane alone*: a walker that knows nothing but these two directions. Drag its
  learning rate: too small, right, too large, as ever.
- Take 2 paths. Make the second *Gradient descent*, too, with the rate 3: thirty times that of the
  first. How long does it stay in the picture, and does it learn to read?
- Take 200 updates, path 1 with a batch of 10,000 and path 2 with a batch of 1. Which
  one glides and which one wobbles, and of which does the plane show more?
- Choose *Random directions*. It is the same network in the same place, and nothing of its way is
  left: in 13,002 dimensions two directions at random meet next to nothing.
- Train a network on the page *Train* for a few epochs and come back: it can be path 1.
- Compare Adam with gradient descent, then read the straight lines below the stage. Is there a hill
  between two networks that began alike? And between two that began differently?
"""
)

with right:  # beside the settings, whose fault it may be
    painting = landscape.portrait(NAME, plan)
if painting is None:
    plane_words.awaited(lab)
else:
    left.markdown(plane_words.seen(painting))
    with lab:
        scene = stage.begin(NAME, lambda: landscape.scene_of(painting))
        stage.adjust(NAME, landscape.moved(scene, painting))
        stage.show(
            NAME,
            more=lambda current: landscape.more(painting, current),
            acts=landscape.ACTS,
            below=lambda current: st.markdown(plane_words.compared(painting, current)),
        )

        plane_words.honest(painting)
        st.subheader("A straight line between two networks")
        glossary.prose(
            "Two networks that learnt from different seeds can read equally well. Mix their "
            "weights, so much of the one and so much of the other, and you walk from the one to "
            "the other in a straight line through all 13,002 directions."
        )
        hill.show(NAME, painting)
        plane_words.mathematics(painting)
