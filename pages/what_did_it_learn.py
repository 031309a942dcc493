"""What did it learn? Sure of noise, labels by heart, and what more examples are worth."""

import streamlit as st

from pages.parts import glossary
from pages.parts.inspection import asked, overconfidence

NAME = "learnt"


def be_sure() -> None:
    """Show how sure a network is of what it cannot know."""
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
    if reader:
        overconfidence.show(NAME, reader, draw)
    st.subheader("Try this")
    glossary.prose(
        """
- Leave the threshold at 90 %. Which strangers does it answer as if they were digits? It was never
  shown anything but digits, so it has no reason to doubt.
- Raise the threshold until hardly a stranger passes. How many of the real digits are lost by then?
- Let the strong network answer: it reads far more digits right. Is it less sure of the strangers?
"""
    )


st.title("What did it learn?")
try:
    be_sure()
except ValueError as fault:
    st.error(str(fault))
