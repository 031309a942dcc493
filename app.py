"""The web app: `streamlit run app.py`. Says what is served; what is shown begins in pages/."""

import os

# One thread for linear algebra, said before NumPy is loaded: at these sizes more threads gain
# nothing, and they get in each other's way as soon as a second visitor works.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import plotly
import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent


def opening(request: Request) -> RedirectResponse:
    """Streamlit serves the page it opens with at the root alone: bring its own address there."""
    return RedirectResponse("./" + (f"?{request.url.query}" if request.url.query else ""))


app = st.App(
    str(HERE / "pages" / "index.py"),
    routes=[
        Route("/surface", opening),
        Mount("/vendor", StaticFiles(directory=Path(plotly.__file__).parent / "package_data")),
        Mount("/assets", StaticFiles(directory=HERE / "assets")),
    ],
)
