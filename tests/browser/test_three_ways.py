"""Three ways down in a browser: the batch wobbles, the clocks disagree, a link brings it back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stage import PATIENCE, Stage


def at_batches(visit, path="/three_ways", **options) -> tuple[Page, Stage]:
    page = visit(path, **options)
    return page, Stage(page).wait_ready()


def picture(page: Page, view: str) -> str:
    return page.locator(f".view.{view} canvas").evaluate("canvas => canvas.toDataURL()")


def wait_other(page: Page, view: str, than: str) -> None:
    page.wait_for_function(
        "([view, than]) => document.querySelector(`.view.${view} canvas`).toDataURL() !== than",
        arg=[view, than],
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_batch_and_cloud_move_with_every_step_without_the_server(visit):
    page, stage = at_batches(visit)
    before = stage.version
    shown = {view: picture(page, view) for view in ("batch", "cloud", "clocks")}
    stage.press("ArrowRight")
    stage.wait_step(1)
    for view, than in shown.items():
        wait_other(page, view, than)
    assert stage.version == before
    for name in ("Batch: all 932", "Stochastic", "Mini-batch of 32"):
        expect(page.locator(".walker b", has_text=name)).to_be_visible()


def test_another_batch_size_keeps_the_start_and_tells_all_clocks(visit):
    page, stage = at_batches(visit)
    expect(page.get_by_text("First within 5% of the lowest possible cost")).to_be_visible(
        timeout=PATIENCE
    )
    start = page.get_by_label("Start bias").input_value()
    size = page.get_by_label("Batch size")
    with stage.renewed():
        size.fill("100")
        size.press("Enter")
    expect(page.locator(".walker b", has_text="Mini-batch of 100")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Mini-batch of 100")).to_be_visible(
        timeout=PATIENCE
    )
    assert page.get_by_label("Start bias").input_value() == start
    size = page.get_by_label("Batch size")
    size.fill("0")
    size.press("Enter")
    assert size.evaluate("input => input.validationMessage").startswith("A batch has 1 to 932")


def test_with_a_million_houses_the_clocks_part(visit):
    page, stage = at_batches(visit)
    with stage.renewed():
        page.get_by_text("1,000,000", exact=True).click()
    expect(page.get_by_role("columnheader", name="Batch: all 1,000,000")).to_be_visible(
        timeout=PATIENCE
    )
    said = page.get_by_text("First within 5% of the lowest possible cost")
    expect(said).to_contain_text("The winner depends on the clock.", timeout=PATIENCE)
    milliseconds = re.search(r"milliseconds (.*?)\. ", said.inner_text())
    assert milliseconds
    assert "all 1,000,000" not in milliseconds[1]


def test_a_link_brings_batches_and_order_back(visit):
    page, stage = at_batches(visit)
    with stage.renewed():
        page.get_by_role("button", name="Shuffle the houses").click()
    with stage.renewed():
        page.locator(".preset", has_text="all").first.click()
    expect(page.locator(".walker b", has_text="Batch: all 932")).to_have_count(2)
    page.wait_for_url(re.compile(r"seed=1"))
    other, _ = at_batches(visit, page.url)
    expect(other.locator(".walker b", has_text="Batch: all 932")).to_have_count(2)
    expect(other.locator(".walker b", has_text="Stochastic")).to_have_count(1)
    expect(other.locator(".notice")).to_be_hidden()


def test_on_a_phone_nothing_sticks_out(visit):
    page, stage = at_batches(visit, **PHONE)
    expect(page.locator(".view.batch canvas")).to_be_visible()
    page.get_by_role("button", name="Three clocks").click()
    expect(page.locator(".view.clocks")).to_be_visible()
    assert page.locator(".downhill-stage").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert (
        page.get_by_role("table").first.evaluate("e => e.scrollWidth") <= PHONE["viewport"]["width"]
    )
    assert stage.told("ready") == "true"
