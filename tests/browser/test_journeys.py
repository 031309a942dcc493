"""What people do with the stage, from the first look to the link they send."""

import csv
import io
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stage import Stage


def opened(page: Page) -> Stage:
    return Stage(page).wait_ready()


def listen(page: Page) -> list[str]:
    """Every message that the page sends to the server from its next load on."""
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    return sent


def walks(stage: Stage) -> list[dict[str, str]]:
    """The rows of the CSV that the stage hands out."""
    with stage.page.expect_download() as download:
        stage.page.get_by_role("button", name="CSV").click()
    return list(csv.DictReader(io.StringIO(download.value.path().read_text())))


def card(stage: Stage, number: int):
    return stage.root.locator(".walker").nth(number)


def rate_box(stage: Stage):
    return stage.page.get_by_label("Learning rate, exactly")


def test_from_an_explosion_back_to_a_fork_and_on_by_link(visit):
    """The journey the app is for: explode Himmelblau, go back, fork, send the link."""
    stage = opened(visit("/"))
    page = stage.page
    stage.wait_three()
    stage.press("End")
    dial = page.get_by_role("slider", name="Learning rate")
    with stage.renewed():
        stage.drag(dial, right=0.43 * dial.bounding_box()["width"])  # it is taken by its middle
    expect(card(stage, 0)).to_contain_text("diverged")
    rows = [row for row in walks(stage) if row["walker"] == "0"]
    assert 2 < len(rows) < 60
    assert float(rows[-1]["cost"]) > 1e6

    stage.press("Home")
    for step in (1, 2, 3):
        stage.press("ArrowRight")
        stage.wait_step(step)
    stage.press("ArrowLeft")
    stage.wait_step(2)
    with stage.answered():
        page.get_by_role("button", name="half the rate").click()
    expect(card(stage, 2)).to_contain_text("from step 2")
    assert stage.step == 2
    stage.press("ArrowRight", "ArrowRight")
    stage.wait_step(4)
    expect(card(stage, 2)).to_contain_text("below the other future")
    lengths = [[row["walker"] for row in walks(stage)].count(walker) for walker in "012"]
    assert lengths[0] < 60, "the first future still ends in the explosion"
    assert lengths[2] == 201, "the second one goes on"
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    other = opened(visit(page.evaluate("navigator.clipboard.readText()")))
    other.wait_step(4)
    other.wait_three()
    assert walks(other) == walks(stage)
    assert other.told("focus") == stage.told("focus")
    expect(other.root.locator(".sentence")).to_have_text(
        stage.root.locator(".sentence").inner_text()
    )


def test_dragging_and_stepping_never_ask_the_server(page):
    sent = listen(page)
    stage = opened(page)
    stage.press("End")
    before = len(sent)
    dial = page.get_by_role("slider", name="Learning rate")
    dial.scroll_into_view_if_needed()
    box = dial.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    seen = set()
    for tenth in range(4, 10):
        page.mouse.move(box["x"] + tenth / 10 * box["width"], box["y"] + box["height"] / 2)
        stage.wait_for(f'[data-preview="{stage.page.evaluate(STOP)}"]')
        seen.add(stage.told("preview"))
    assert len(seen) > 4
    for key in ("ArrowLeft", "ArrowLeft", "Home", "ArrowRight"):
        page.keyboard.press(key)
    stage.wait_step(1)
    assert len(sent) == before
    version = stage.version
    page.mouse.up()
    stage.wait_for(f':not([data-version="{version}"])')
    assert len(sent) > before


STOP = "document.querySelector('.rates').value"


@pytest.mark.parametrize("share", [0.4, 0.85, 0.99], ids=["smooth", "bounce", "diverge"])
def test_what_is_dragged_is_what_is_then_run(page, share):
    """The numbers under the hand, in float32, are those of the run that follows."""
    stage = opened(page)
    dial = page.get_by_role("slider", name="Learning rate")
    dial.evaluate(DRAGGED, share)
    stage.wait_for(':not([data-preview=""])')
    under_the_hand = [row for row in walks(stage) if row["walker"] == "0"]
    with stage.answered():
        dial.dispatch_event("change")
    then_run = [row for row in walks(stage) if row["walker"] == "0"]
    assert len(under_the_hand) == len(then_run)
    for shown, run in zip(under_the_hand, then_run, strict=True):
        for number in ("x", "y", "cost"):
            assert float(shown[number]) == held(float(run[number]))


DRAGGED = """(dial, share) => {
  dial.value = Math.round(share * dial.max);
  dial.dispatchEvent(new Event('input'));
}"""


def held(number):
    largest = float(np.finfo("<f4").max)
    return float(np.float32(np.clip(number, -largest, largest)))


def test_the_keyboard_keeps_its_place_after_an_answer(page):
    stage = opened(page)
    stage.press("ArrowRight", "ArrowRight")
    button = page.get_by_role("button", name="half the rate")
    button.focus()
    with stage.answered():
        page.keyboard.press("Enter")
    expect(button).to_be_focused()
    page.keyboard.press("ArrowRight")
    stage.wait_step(3)


def test_two_quick_clicks_remove_one_walker(page):
    stage = opened(page)
    for name in ("momentum", "lion"):
        with stage.answered():
            page.get_by_label("Add a walker").select_option(name)
    with stage.answered():
        page.get_by_role("button", name="Remove Momentum").dblclick()
    assert stage.told("walkers") == "3"


def test_the_walks_follow_while_the_start_is_dragged(page):
    stage = opened(page)
    picture = stage.root.locator(".view.map canvas")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 150)
    page.mouse.down()
    for version in range(int(stage.version), int(stage.version) + 4):
        page.mouse.move(box["x"] + 150 + 9 * version, box["y"] + 150 + 5 * version)
        page.wait_for_function(
            "version => document.querySelector('.downhill-stage').dataset.version > version",
            arg=version,
        )
    page.mouse.up()


def test_a_shorter_walk_under_the_dial_does_not_cost_the_place(page):
    stage = opened(page)
    stage.press("End")
    dial = page.get_by_role("slider", name="Learning rate")
    before = dial.input_value()
    page.get_by_role("button", name="Remove Adam").click()
    stage.wait_for('[data-walkers="1"]')
    dial.evaluate(DRAGGED, 1)
    stage.wait_for(':not([data-step="200"])')
    dial.evaluate(
        "(dial, stop) => { dial.value = stop; dial.dispatchEvent(new Event('input')); }", before
    )
    stage.wait_step(200)


def test_every_rate_can_be_typed_and_nonsense_is_refused(page):
    stage = opened(page)
    box = rate_box(stage)
    with stage.answered():
        box.fill("0.01234")
        box.press("Enter")
    expect(card(stage, 0)).to_contain_text("0.0123")
    box.fill("fast")
    box.press("Enter")
    assert "A learning rate is a number" in box.evaluate("box => box.validationMessage")
    expect(page).to_have_url(re.compile("learning_rate%3D0.01234"))


def test_keys_work_wherever_the_focus_is(page):
    stage = opened(page)
    for place in (page.get_by_role("button", name="CSV"), page.get_by_role("slider", name="Step")):
        place.focus()
        page.keyboard.press("Home")
        stage.wait_step(0)
        page.keyboard.press("ArrowRight")
        stage.wait_step(1)
        page.keyboard.press("End")
        stage.wait_step(int(stage.told("last")))
    stage.press("Home", "Space")
    stage.wait_playing(True)
    stage.wait_past(3)
    stage.press("Space")
    stage.wait_playing(False)


def test_the_page_it_opens_with_has_an_address_of_its_own(visit):
    stage = opened(visit("/surface?surface=booth&step=3"))
    stage.wait_step(3)
    expect(stage.page).to_have_url(re.compile(r"/\?.*surface=booth"))


def test_arrows_step_before_anything_has_the_focus(visit):
    stage = opened(visit("/slope"))
    stage.page.keyboard.press("ArrowRight")
    stage.wait_step(1)
    stage.page.get_by_role("combobox", name="Speed").focus()
    stage.page.get_by_role("button", name="One walker").focus()
    stage.page.keyboard.press("ArrowRight")
    assert stage.step == 1


def test_a_start_that_is_set_is_stood_on(page):
    stage = opened(page)
    stage.press("End")
    with stage.renewed():
        stage.click_at(stage.root.locator(".view.map canvas"), 0.4, 0.6)
    stage.wait_step(0)


def test_a_click_on_the_map_and_typed_numbers_set_the_start(page):
    stage = opened(page)
    with stage.renewed():
        stage.click_at(stage.root.locator(".view.map canvas"), 0.3, 0.3)
    expect(page).not_to_have_url(re.compile(r"start=0.5%2C-0.5"))
    box = page.get_by_label("Start x")
    with stage.answered():
        box.fill("1.5")
        box.press("Enter")
    expect(page).to_have_url(re.compile("start=1.5%2C"))
    with stage.answered():
        box.press("ArrowUp")
    expect(page).to_have_url(re.compile("start=1.6%2C"))


def test_a_click_on_the_surface_sets_the_start(page):
    stage = opened(page)
    stage.wait_three()
    view = stage.root.locator(".view.surface")
    view.scroll_into_view_if_needed()
    box = view.bounding_box()
    middle = (box["x"] + 0.5 * box["width"], box["y"] + 0.55 * box["height"])
    expect(page).to_have_url(re.compile("start=0.5%2C-0.5"))
    page.mouse.move(*middle)
    with stage.renewed():
        page.mouse.down()
        page.mouse.up()
    expect(page).not_to_have_url(re.compile("start=0.5%2C-0.5"))


# The camera once it rests: plotly.js lets it glide on for some frames after a drag.
CAMERA = """async () => {
  const plot = document.querySelector('.view.surface .js-plotly-plot');
  const round = (key, value) => typeof value === 'number' ? value.toFixed(9) : value;
  const now = () => JSON.stringify(plot._fullLayout.scene._scene.getCamera(), round);
  let [before, still] = ['', 0];
  while (still < 20) {
    still = now() === before ? still + 1 : 0;
    before = now();
    await new Promise(requestAnimationFrame);
  }
  return before;
}"""


def test_the_camera_survives_everything_but_its_own_button(page):
    stage = opened(page)
    stage.wait_three()
    first = page.evaluate(CAMERA)
    stage.drag(stage.root.locator(".view.surface"), right=70, down=25)
    turned = page.evaluate(CAMERA)
    assert turned != first
    stage.press("ArrowRight", "ArrowRight")
    stage.wait_for('[data-three-step="2"]')
    with stage.renewed():
        page.get_by_role("slider", name="Learning rate").press("ArrowUp")
    with stage.renewed():
        page.get_by_label("Add a walker").select_option("momentum")
    page.emulate_media(color_scheme="dark")
    stage.press("ArrowRight")
    stage.root.locator(".view.surface").scroll_into_view_if_needed()
    stage.wait_for('[data-three-step="3"]')
    assert page.evaluate(CAMERA) == turned
    page.get_by_role("button", name="reset camera").click()
    assert page.evaluate(CAMERA) == first


def test_a_typed_formula_and_its_refusal(page):
    stage = opened(page)
    page.get_by_role("combobox", name="The surface").click()
    page.get_by_role("option", name="Your own formula").click()
    box = page.get_by_role("textbox", name="f(x, y) =")
    with stage.renewed():
        box.fill("x^2 + 3*y^2")
        box.press("Enter")
    box.fill("x^2 + 3y")
    box.press("Enter")
    expect(page.get_by_text("keeps the last one that works")).to_be_visible()
    expect(box).to_have_value("x^2 + 3y")
    expect(page).to_have_url(re.compile(re.escape("formula=x%5E2+%2B+3*y%5E2")))


def test_a_broken_link_says_so_and_opens(visit):
    page = visit("/?surface=atlantis&start=nan,1&walk=adam,learning_rate=-5&step=-1&focus=999")
    stage = opened(page)
    expect(stage.root.locator(".notice")).to_contain_text("surface, start, walk, focus, step")
    assert stage.told("walkers") == "2"


def test_a_reload_brings_everything_back(page):
    stage = opened(page)
    with stage.answered():
        page.get_by_label("Add a walker").select_option("rmsprop")
    stage.press("ArrowRight", "ArrowRight", "ArrowRight")
    stage.wait_step(3)
    expect(page).to_have_url(re.compile("step=3$"))
    before = walks(stage)
    page.reload()
    again = opened(page)
    again.wait_step(3)
    assert walks(again) == before


def test_the_slope_reaches_every_regime_with_the_dial(visit):
    stage = opened(visit("/slope"))
    for regime in ("crawl", "smooth", "zig-zag", "diverge"):
        with stage.answered():
            stage.page.get_by_role("group", name="Rates by what they do").get_by_role(
                "button", name=regime
            ).click()
        expect(stage.root.locator(".verdict")).to_contain_text(regime)
    expect(card(stage, 0)).to_contain_text("cost")


def test_the_slope_says_which_way_and_why(visit):
    stage = opened(visit("/slope"))
    sentence = stage.root.locator(".sentence")
    expect(sentence).to_contain_text("uphill is to the left")
    expect(sentence).to_contain_text("x goes up by")
    with stage.answered():
        box = stage.page.get_by_label("Start x")
        box.fill("2")
        box.press("Enter")
    expect(sentence).to_contain_text("uphill is to the right")
    expect(sentence).to_contain_text("x goes down by")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_map_first_and_the_rest_at_a_tap(phone, scheme):
    stage = opened(phone)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]
    assert stage.told("three", missing="") == ""
    phone.get_by_role("button", name="Surface", exact=True).tap()
    stage.wait_three()
    with stage.renewed():
        box = stage.root.locator(".view.map canvas").bounding_box()
        phone.touchscreen.tap(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])


def test_two_visitors_do_not_meet(visit):
    one, other = opened(visit("/")), opened(visit("/"))
    before = walks(other)
    with one.answered():
        one.page.get_by_label("Add a walker").select_option("lion")
    other.page.get_by_role("button", name="CSV").focus()
    with other.answered():
        card(other, 1).get_by_role("button", name="Adam").first.click()
    assert other.told("walkers") == "2"
    assert walks(other) == before
