"""The fixtures notice what they are there to notice."""

from playwright.sync_api import Browser

from tests.browser.conftest import Complaints


def complaints_about(chromium: Browser, script: str) -> list[str]:
    """What is written down while a blank page of our own host runs a script."""
    complaints = Complaints("downhill.test")
    context = chromium.new_context()
    context.route("**/*", lambda route: route.fulfill(body="<p>fine</p>", content_type="text/html"))
    page = context.new_page()
    complaints.watch(page)
    page.goto("http://downhill.test/")
    page.evaluate(script)
    context.close()
    return complaints.seen


def test_nothing_is_seen_where_nothing_is_wrong(chromium: Browser) -> None:
    assert complaints_about(chromium, "console.warn('mind'); fetch('/assets').then(() => 0)") == []


def test_an_error_on_the_console_is_seen(chromium: Browser) -> None:
    (seen,) = complaints_about(chromium, "console.error('spilt milk')")
    assert "spilt milk" in seen


def test_an_error_in_a_script_is_seen(chromium: Browser) -> None:
    script = "new Promise(done => { setTimeout(done, 1); queueMicrotask(() => { no.such }); })"
    (seen,) = complaints_about(chromium, script)
    assert "ReferenceError" in seen


def test_a_request_to_a_stranger_is_seen(chromium: Browser) -> None:
    (seen,) = complaints_about(
        chromium, "fetch('https://elsewhere.test/plotly.js', {mode: 'no-cors'}).then(() => 0)"
    )
    assert "https://elsewhere.test/plotly.js" in seen
