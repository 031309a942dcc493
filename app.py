"""The web app: `streamlit run app.py`. Says what is served; what is shown begins in pages/."""

import os
import socket
from contextlib import suppress

# One thread for linear algebra, said before NumPy is loaded: at these sizes more threads gain
# nothing, and they get in each other's way as soon as a second visitor works.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import plotly
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

HERE = Path(__file__).parent


def opening(request: Request) -> RedirectResponse:
    """Streamlit serves the page it opens with at the root alone: bring its own address there."""
    return RedirectResponse("./" + (f"?{request.url.query}" if request.url.query else ""))


class AtOnce:
    """Middleware: what goes through a WebSocket goes at once, however small it is.

    Streamlit binds its own socket, and for such a one neither uvicorn nor asyncio sets TCP_NODELAY
    (uvicorn's issue 3149). Then each answer to a visitor waits for the acknowledgement of the
    message before: 40 ms on Linux. Where a server hides its transport, all stays as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        if scope["type"] == "websocket":
            transport = getattr(getattr(receive, "__self__", None), "transport", None)
            own = transport.get_extra_info("socket") if transport else None
            if own is not None and own.family in {socket.AF_INET, socket.AF_INET6}:
                with suppress(OSError):  # it may be closed by now
                    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


app = st.App(
    str(HERE / "pages" / "index.py"),
    routes=[
        Route("/surface", opening),
        Mount("/vendor", StaticFiles(directory=Path(plotly.__file__).parent / "package_data")),
        Mount("/assets", StaticFiles(directory=HERE / "assets")),
    ],
    middleware=[Middleware(AtOnce)],
)
