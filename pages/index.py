"""The frame of every page: the menu, and what is done once when the server starts."""

import gc
from pathlib import Path

import streamlit as st

from engine.surfaces import SURFACES
from engine.surfaces.curves import CURVES
from pages.parts import glossary

ICON = str(Path(__file__).parents[1] / "assets" / "icon.svg")


@st.cache_resource
def begin() -> None:
    """Load what is slow to load, then keep it out of the garbage collector's way.

    Streamlit collects garbage after every run of a script; with all the modules loaded that
    would cost each interaction a tenth of a second.
    """
    for landscape in (*CURVES.values(), *SURFACES.values()):
        landscape.hessian(landscape.start)
    gc.collect()
    gc.freeze()


begin()
page = st.navigation(
    {
        "One walker": [
            st.Page("slope.py", title="A slope", url_path="slope"),
            st.Page("surface.py", title="A surface", url_path="surface", default=True),
            st.Page("learning_rate.py", title="Learning rate", url_path="learning_rate"),
            st.Page("saddle.py", title="Saddle point", url_path="saddle"),
            st.Page("minima.py", title="Minima", url_path="minima"),
            st.Page("dark_mountain.py", title="The dark mountain", url_path="dark_mountain"),
            st.Page("try_everything.py", title="Try everything", url_path="try_everything"),
        ],
        "Data": [
            st.Page("house_prices.py", title="House prices", url_path="house_prices"),
            st.Page("three_ways.py", title="Three ways down", url_path="three_ways"),
        ],
        "A network": [
            st.Page("train.py", title="Train", url_path="train"),
            st.Page("draw.py", title="Draw", url_path="draw"),
            st.Page("nudges.py", title="Nudges", url_path="nudges"),
            st.Page("depth.py", title="Depth", url_path="depth"),
            st.Page(
                "what_did_it_learn.py", title="What did it learn?", url_path="what_did_it_learn"
            ),
            st.Page(
                "its_own_landscape.py", title="Its own landscape", url_path="its_own_landscape"
            ),
        ],
        "Words": [
            st.Page("glossary.py", title="Glossary", url_path="glossary"),
        ],
    },
    position="top",
)
st.set_page_config(
    page_title=f"{page.title} · Downhill",
    page_icon=ICON,
    layout="wide",
)
st.logo(ICON)
glossary.style()
page.run()
