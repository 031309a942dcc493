"""The app on a port of its own and a real Chromium before it.

A test takes `page` (1440 × 900) or `phone` (390 × 844, touch), both at the address of the app, or
`visit` for several visitors at once. With `@pytest.mark.parametrize("scheme", ["light", "dark"])`
it sees both themes. What no visitor should meet fails the test by itself, when it ends: an error
on the console or in a script, a request to another host, a traceback in the server's log.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    sync_playwright,
)

from tests.browser.server import Server, serving

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses to run as root, as CI does, with one
    "--use-gl=angle",  # WebGL in software, for machines without a graphics card
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",  # without a graphics card the processor puts pages together faster
    "--disable-quic",  # the rest keeps Chromium from talking to anyone but the app
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Streamlit logs this where somebody left while a message was on its way; it catches only what
# Starlette raised before 1.0.
LEFT = re.compile(
    r"Error sending websocket payload\nTraceback(?:(?!\nTraceback).)*?"
    r"WebSocketDisconnected: [^\n]*",
    re.DOTALL,
)
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}

# At the address of a page, Streamlit first looks for its own server below that page. It means no
# harm, but Chromium calls the 404 an error.
PROBES = re.compile(r"http://[^/]+/\w+/_stcore/(health|host-config)")

Visit = Callable[..., Page]


class Complaints:
    """What went wrong in the browser while a test ran."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.seen: list[str] = []

    def watch(self, page: Page) -> None:
        """Write down the errors of a page and its requests to strangers."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error.stack or error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("websocket", lambda socket: self._request(socket.url))

    def _console(self, message: ConsoleMessage) -> None:
        source = message.location.get("url", "")
        if message.type == "error" and not PROBES.fullmatch(source):
            self.seen.append(f"console: {message.text} ({source})")

    def _request(self, url: str) -> None:
        scheme, _, rest = url.partition("://")
        if scheme in {"http", "https", "ws", "wss"} and rest.partition("/")[0] != self._host:
            self.seen.append(f"request to another host: {url}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(ROOT / "app.py", tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = _executable(playwright)
        if executable is None and os.environ.get("CI") == "true":
            pytest.fail(f"no Chromium: none of {', '.join(BROWSERS)} is installed")
        if executable is None:
            pytest.skip(f"no Chromium: none of {', '.join(BROWSERS)} is installed")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


def _executable(playwright: Playwright) -> str | None:
    own = playwright.chromium.executable_path  # there if `playwright install chromium` was run
    return next(filter(None, map(shutil.which, (*BROWSERS, own))), None)


class Seats:
    """Contexts of the browser, given back after a test and cleared for the next one's visitors.

    A new context fetches and compiles Streamlit's scripts anew, which takes most of a short test.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}

    def take(self, options: dict[str, object]) -> BrowserContext:
        """Return a context that nobody uses."""
        free = self._free.setdefault(repr(options), [])
        if free:
            return free.pop()
        context = self._browser.new_context(**options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        return context

    def give_back(self, options: dict[str, object], context: BrowserContext) -> None:
        """Close what was open, forget what was stored, and keep the context."""
        for page in context.pages:
            with suppress(Error):  # a page that has crashed or left
                page.evaluate("localStorage.clear(); sessionStorage.clear()")
            page.close()
        context.clear_cookies()
        self._free[repr(options)].append(context)


@pytest.fixture(scope="session")
def seats(chromium: Browser) -> Seats:
    return Seats(chromium)


@pytest.fixture
def scheme() -> str:
    return "light"


@pytest.fixture
def visit(seats: Seats, server: Server, scheme: str) -> Iterator[Visit]:
    """A function that opens the app for a new visitor; options as of a Playwright context."""
    complaints = Complaints(server.url.partition("://")[2])
    taken: list[tuple[dict[str, object], BrowserContext]] = []
    before = server.log_size()

    def new_visitor(path: str = "/", **options: object) -> Page:
        seat = {"base_url": server.url, "color_scheme": scheme, **DESKTOP, **options}
        context = seats.take(seat)
        taken.append((seat, context))
        page = context.new_page()
        complaints.watch(page)
        page.goto(path)
        return page

    yield new_visitor
    for seat, context in taken:
        seats.give_back(seat, context)
    written = LEFT.sub("", server.log(before))
    assert not complaints.seen, "\n".join(complaints.seen)
    assert "Traceback" not in written, written


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit()


@pytest.fixture
def phone(visit: Visit) -> Page:
    return visit(**PHONE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Give a failed test's report pictures of what its visitors saw, and the server's log."""
    report = yield
    if report.failed and report.when == "call":
        if "chromium" in item.funcargs:
            folder = item.funcargs["tmp_path_factory"].mktemp("failed")
            pages = [page for one in item.funcargs["chromium"].contexts for page in one.pages]
            for number, page in enumerate(pages):
                with suppress(Error):  # a page that hangs has no picture, but its report is wanted
                    page.screenshot(path=folder / f"{number}.png", timeout=5_000)
            report.sections.append(("Pictures", str(folder)))
        if "server" in item.funcargs:
            report.sections.append(("Server", item.funcargs["server"].log()))
    return report
