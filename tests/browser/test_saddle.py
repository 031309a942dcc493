"""At the saddle: come down the ridge, seem to arrive, leave at the step that was predicted."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stage import Stage


def opened(page: Page) -> Stage:
    return Stage(page).wait_ready()


def told(page: Page, walker: str) -> tuple[str, str]:
    """What the table says of a walker: the step predicted, and the step measured."""
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=walker, exact=True))
    cells = row.get_by_role("cell")
    return cells.nth(1).inner_text(), cells.nth(2).inner_text()


def test_the_walker_leaves_when_it_was_predicted_to(visit):
    page = visit("/saddle")
    stage = opened(page)
    predicted, measured = map(int, told(page, "Gradient descent"))
    assert abs(predicted - measured) <= 1
    assert told(page, "Newton's method")[1].startswith("not within")
    stage.press("End")
    stage.wait_step(200)
    expect(stage.root.locator(".walker").nth(0)).to_contain_text("minimum")
    expect(stage.root.locator(".walker").nth(3)).to_contain_text("saddle")

    slider = page.get_by_role("slider", name="Off the ridge by")
    with stage.renewed():
        slider.focus()
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("10⁻⁵").first).to_be_visible()
    page.wait_for_function(  # the table follows the stage
        "least => [...document.querySelectorAll('td')].some(({ innerText: n }) => +n > least)",
        arg=measured + 20,
    )
    later, then = map(int, told(page, "Gradient descent"))
    assert abs(later - then) <= 1
    assert 30 < later - predicted < 40


def test_a_saddle_of_another_surface_is_chosen_and_comes_back_by_link(visit):
    page = visit("/saddle?surface=himmelblau")
    stage = opened(page)
    expect(
        page.get_by_text("4 minima, 4 saddles, 1 maximum. These are all there are.")
    ).to_be_visible()
    with stage.renewed():
        page.get_by_role("combobox", name="Saddle").click()
        page.get_by_role("option", name="(−0.128, −1.954)").click()
    x = page.get_by_label("Start x")
    expect(x).to_have_value(re.compile(r"^-0\.12"))
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    other = visit(page.evaluate("navigator.clipboard.readText()"))
    opened(other)
    expect(other.get_by_label("Start x")).to_have_value(x.input_value())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_formula_without_a_saddle_ends_in_words_on_a_phone_too(visit, scheme):
    page = visit("/saddle?formula=3&domain=-2,2,-2,2", **PHONE)
    stage = opened(page)
    expect(page.get_by_text("It is level everywhere")).to_be_visible()
    stage.press("ArrowRight")
    expect(page.get_by_text("plateau").first).to_be_visible()
