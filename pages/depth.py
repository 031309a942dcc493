"""Depth: what becomes of a gradient on its way back through many layers, and what cures it."""

import streamlit as st

from pages.parts import glossary
from pages.parts.inspection import depth

st.title("Depth")
glossary.prose(
    "A gradient is passed back from layer to layer, and each layer multiplies it. Ten times a "
    "quarter is a millionth: then the first layers hardly learn. Ten times two, and it blows up."
)
depth.read_link()
left, right = st.columns([3, 1], gap="large")
with right:
    st.markdown("**The network as it is**")
    setup = depth.network()
with left:
    depth.presets()
    cure = depth.treatment(setup)
    try:
        with st.spinner("Reading 60,000 pictures"):
            depth.prepare(setup, cure)
    except ValueError as fault:
        st.error(str(fault))
    else:
        depth.show()
