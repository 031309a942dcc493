"""On the map of basins: two starts beside a border, momentum's own map, and the chance."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stage import PATIENCE, Stage


def opened(page: Page) -> Stage:
    stage = Stage(page).wait_ready()
    painted(page)
    return stage


def painted(page: Page, patience: float = PATIENCE) -> None:
    """Wait until the whole picture and the chances are there."""
    page.locator('.view.ends[data-progress="1.00"]').wait_for(timeout=patience)


def test_two_starts_beside_a_border_end_in_different_valleys(visit):
    page = visit("/minima")
    stage = opened(page)
    lines = page.locator(".ends-list li")
    expect(lines).to_have_count(4)
    expect(lines.nth(0)).to_contain_text("the lowest")
    expect(page.locator(".view.ends .headline")).to_contain_text("chance of the global minimum")
    picture = page.locator(".view.basins canvas")
    for x, ending in ((-1.0, "global minimum"), (1.5, "the lowest is deeper")):
        # The picture's box is square, 350 pixels or so, in the middle of the view.
        box = picture.bounding_box()
        side = box["height"] - 32
        left = 40 + (box["width"] - 50 - side) / 2
        with stage.answered():
            stage.click_at(picture, (left + side * (x + 5) / 10) / box["width"], 0.75)
        stage.press("End")
        stage.wait_step(int(stage.told("last")))
        expect(page.locator(".evidence")).to_contain_text(ending)


def test_the_map_is_that_of_the_walker_in_focus(visit):
    page = visit("/minima")
    stage = opened(page)
    before = page.locator(".ends-list").inner_text()
    with stage.answered():
        stage.root.locator(".walker .who").nth(1).click()
    expect(page.locator(".ends-list")).not_to_have_text(before)
    painted(page)
    expect(page.get_by_text("Momentum with these settings")).to_be_visible()


def test_what_is_stopped_stays_stopped_until_it_goes_on(visit):
    page = visit("/minima?surface=ackley&steps=1000&walk=rmsprop")
    Stage(page).wait_ready()
    page.get_by_role("button", name="Stop").click(timeout=PATIENCE)
    expect(page.get_by_text("of the starts have walked")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("of the starts have walked")).to_have_count(0, timeout=PATIENCE)


def test_long_walks_show_how_far_they_are(visit):
    page = visit("/minima?surface=ackley&steps=1000&walk=adam")
    Stage(page).wait_ready()
    expect(page.get_by_text("Every point of the map walks").first).to_be_visible(timeout=PATIENCE)
    painted(page, 4 * PATIENCE)
    expect(page.get_by_text("Every point of the map walks")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_formula_without_a_minimum_ends_in_words_on_a_phone_too(visit, scheme):
    page = visit("/minima?formula=x^2-y^2&domain=-2,2,-2,2", **PHONE)
    opened(page)
    expect(page.get_by_text("gone downhill, far out of the picture")).to_be_visible()
    expect(page.get_by_text("No minimum was found in this picture")).to_be_visible()
