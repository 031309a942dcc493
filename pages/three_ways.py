"""Three ways down: all houses at each step, one, or a few; and three clocks to compare them by."""

import streamlit as st

from pages.parts import glossary, stage
from pages.parts.houses import batches
from pages.parts.stage import controls, scene

NAME = "three_ways"

left, right = st.columns([3, 2], gap="large")
left.title("Three ways down")
glossary.prose(
    "**Batch** looks at all houses before each step, **stochastic** at one, **mini-batch** at a "
    "few. All start at the same place and meet the houses in the same order; each has a learning "
    "rate that suits it. The careful one takes few straight steps. The hasty one staggers, but for "
    "each look at all houses it has taken as many steps as there are houses.",
    left,
)
with right:
    count = batches.choices(NAME)
stage.begin(NAME, lambda: batches.default(count))
with right:
    batches.shuffle(NAME)


def below(current: scene.Scene) -> None:
    """Show who is first, how the cloud shrinks, and the mathematics."""
    batches.clocks(current)
    batches.shrinking(current)
    controls.mathematics(current)


stage.show(
    NAME,
    below=below,
    more=batches.more,
    acts=batches.BATCH_ACTS,
)

st.subheader("Try this")
glossary.prose(
    """
- Step with **→** on *This batch*: the coloured lines are the cost of the houses that this step
  sees. They wobble from step to step, because the houses change. Now set the batch size to 1.
- Take 1,000,000 houses and look at the three clocks again. Whose milliseconds grew, and why?
- Give the stochastic walker the rate of the batch, 0.25: one house is a bad guide for so large a
  step. Then go far below 0.02: it staggers less, and it needs longer.
- Or have both: under *Schedule*, choose *Cosine*, which lowers the rate on the way. The
  jitter dies out.
"""
)
