"""Its own landscape in a browser: a path that plays, a walker of the plane, links, and a hill."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stage import PATIENCE, Stage

QUICK = "/its_own_landscape?land_updates=200"


def at_landscape(visit, path=QUICK, **options) -> tuple[Page, Stage]:
    page = visit(path, **options)
    page.locator(".downhill-stage").wait_for(timeout=2 * PATIENCE)
    return page, Stage(page).wait_ready()


def card(page: Page, name: str):
    return page.locator(".who", has_text=name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_network_walks_on_the_stage(visit):
    page, stage = at_landscape(visit)
    assert (stage.told("followed"), stage.step) == ("0", 0)
    expect(page.get_by_text("of how the network moved")).to_be_visible()
    expect(page.locator(".dial")).to_be_hidden()
    sentence = page.locator(".sentence")
    expect(sentence).to_contain_text("After 0 updates")
    before = stage.version
    stage.press("ArrowRight")
    stage.wait_step(1)
    expect(sentence).to_contain_text("After 2 updates")
    stage.press("End")
    stage.wait_step(100)
    expect(sentence).to_contain_text("After 200 updates")
    expect(card(page, "Path 1")).to_contain_text(re.compile(r"reads (8|9)\d\.\d %"))
    assert stage.version == before
    stage.wait_three()


def test_a_walker_of_the_plane_starts_where_the_path_is(visit):
    page, stage = at_landscape(visit, f"{QUICK}&step=40")
    start = page.get_by_label("Start direction 1").input_value()
    with stage.answered():
        page.get_by_role("button", name="Let the walkers of the plane start here").click()
    stage.wait_step(0)
    assert page.get_by_label("Start direction 1").input_value() != start
    stage.wait_for('[data-followed=""]')
    expect(page.locator(".dial")).to_be_visible()
    expect(page.get_by_role("button", name="Let the walkers")).to_be_hidden()
    expect(card(page, "On the plane alone")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".sentence")).to_contain_text("gradient")
    card(page, "Path 1").click()
    stage.wait_for('[data-followed="0"]')
    expect(page.locator(".dial")).to_be_hidden()
    expect(card(page, "Path 1")).to_have_attribute("aria-pressed", "true")


def test_two_paths_on_one_plane_and_a_link_that_brings_them_back(visit):
    page, stage = at_landscape(visit)
    with stage.renewed():
        page.get_by_test_id("stButtonGroup").get_by_text("2", exact=True).click()
    expect(card(page, "Path 2, Adam")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"shows \d+ % of path 1, \d+ % of path 2"))).to_be_visible()
    card(page, "Path 2").click()
    stage.wait_for('[data-followed="1"]')
    stage.press("ArrowRight", "ArrowRight")
    page.wait_for_url(re.compile(r"land_paths=2.*step=2"))
    other, again = at_landscape(visit, page.url)
    expect(card(other, "Path 2, Adam")).to_be_visible()
    again.wait_step(2)
    expect(other.locator(".notice")).to_be_hidden()


def test_the_hill_between_two_networks_is_measured(visit):
    page, _ = at_landscape(visit)
    expect(page.get_by_text("leads over a hill")).to_be_visible(timeout=2 * PATIENCE)
    expect(page.get_by_text(re.compile("the cost falls (almost )?all the way"))).to_be_visible()
    expect(page.locator(".js-plotly-plot .legendtext")).to_have_text(
        ["from its own beginning", "from the network of seed 1"], timeout=PATIENCE
    )


def test_random_directions_show_the_place_and_not_the_way(visit):
    page, stage = at_landscape(visit, f"{QUICK}&land_plane=Random+directions&land_seed=x")
    expect(page.get_by_text("two random directions show")).to_be_visible()
    expect(page.get_by_text("could not be read in full (seed)")).to_be_visible()
    assert stage.told("ready") == "true"


def test_on_a_phone_nothing_sticks_out(visit):
    page, stage = at_landscape(visit, **PHONE)
    expect(page.locator(".view.map canvas")).to_be_visible()
    page.get_by_role("button", name="Accuracy").click()
    expect(page.locator(".view.accuracy canvas")).to_be_visible()
    assert page.locator(".downhill-stage").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert stage.told("ready") == "true"
