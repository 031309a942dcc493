"""What did it learn?, as people use it: doubt its answers, walk over pixels, learn nonsense."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

PAGE = "/what_did_it_learn"
STRANGERS = ".downhill-strangers"
IMAGINING = ".downhill-imagining"
PATIENCE = 60_000


def wait(page: Page, selector: str) -> None:
    page.locator(selector).first.wait_for(timeout=PATIENCE)


def told(page: Page, root: str, name: str) -> str:
    value = page.locator(root).get_attribute(f"data-{name}")
    assert value is not None
    return value


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).click()


# --- Overconfidence ----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["dark"])
def test_the_threshold_answers_at_once_and_is_in_the_link(visit):
    page = visit(PAGE)
    wait(page, f'{STRANGERS}[data-ready="true"][data-level="90 %"]')
    assert float(told(page, STRANGERS, "noise")) > 0.5
    through = page.locator(f"{STRANGERS} .figure.through b")
    before = through.inner_text()
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    slider = page.get_by_role("slider", name="Least confidence that counts as an answer")
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    wait(page, f'{STRANGERS}[data-level="99 %"]')
    assert through.inner_text() != before
    assert not sent
    assert float(told(page, STRANGERS, "accuracy")) > 0.995
    page.wait_for_url(re.compile("sure=99"))
    other = visit(page.url)
    wait(other, f'{STRANGERS}[data-level="99 %"]')


def test_the_threshold_can_be_dragged_in_a_picture(visit):
    page = visit(PAGE)
    wait(page, f'{STRANGERS}[data-ready="true"]')
    spread = page.get_by_role("img", name=re.compile("^Noise: of 1,000 pictures")).bounding_box()
    middle = spread["y"] + spread["height"] / 2
    page.mouse.move(spread["x"] + 40, middle)
    page.mouse.down()
    page.mouse.move(spread["x"] + spread["width"] / 2, middle, steps=5)
    page.mouse.up()
    wait(page, f'{STRANGERS}[data-level="99 %"]')


def test_another_network_is_asked(visit):
    page = visit(PAGE)
    wait(page, f'{STRANGERS}[data-ready="true"]')
    before = told(page, STRANGERS, "identity")
    choose(page, "Network", "Strong, 784-512-256-10")
    wait(page, f'{STRANGERS}:not([data-identity="{before}"])')
    assert float(told(page, STRANGERS, "accuracy")) > 0.99
    expect(page).to_have_url(re.compile("asked="))


# --- Descending the input ----------------------------------------------------------------------


def test_noise_becomes_a_five_step_by_step_without_asking(visit):
    page = visit(PAGE)
    wait(page, f'{IMAGINING}[data-ready="true"][data-step="0"]')
    assert float(told(page, IMAGINING, "chance")) < 0.1
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    sentence = page.locator(f"{IMAGINING} .sentence")
    root = page.locator(IMAGINING)
    root.get_by_role("button", name="One step (→)").click()
    wait(page, f'{IMAGINING}[data-step="1"]')
    expect(sentence).to_contain_text("each pixel went a little against its slope")
    page.keyboard.press("ArrowLeft")
    wait(page, f'{IMAGINING}[data-step="0"]')
    root.get_by_role("combobox", name="Speed").select_option("30")
    root.get_by_role("button", name="Play (space)").click()
    wait(page, f'{IMAGINING}[data-playing="true"]')
    wait(page, f'{IMAGINING}[data-playing="false"][data-step="150"]')
    assert float(told(page, IMAGINING, "chance")) > 0.9
    expect(sentence).to_contain_text("The network calls it a 5")
    scrub = root.get_by_role("slider", name="Step")
    scrub.focus()
    page.keyboard.press("Home")
    wait(page, f'{IMAGINING}[data-step="0"]')
    assert not sent


def test_another_digit_from_a_real_one_is_in_the_link(visit):
    page = visit(PAGE)
    wait(page, f'{IMAGINING}[data-ready="true"]')
    page.get_by_role("radio", name="8", exact=True).click()
    page.get_by_role("radio", name="A test digit").click()
    wait(page, f'{IMAGINING}[data-label="8"][data-playing="true"]')
    expect(page).to_have_url(re.compile("beginning="))
    expect(page).to_have_url(re.compile("wish=8"))
    other = visit(page.url)
    wait(other, f'{IMAGINING}[data-label="8"][data-step="0"]')
    expect(other.locator(f"{IMAGINING} .sentence")).to_contain_text("A test digit, a ")


# --- Remedies ----------------------------------------------------------------------------------


def test_remedies_show_progress_and_can_be_stopped(visit):
    page = visit(PAGE)
    start = page.get_by_role("button", name=re.compile("^Train with each"))
    start.click(timeout=PATIENCE)
    page.get_by_role("button", name="Stop").click(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=PATIENCE)
    start.click(timeout=PATIENCE)
    expect(page.get_by_role("cell", name="digits read right")).to_be_visible(timeout=2 * PATIENCE)


def test_on_a_phone_nothing_sticks_out(visit):
    page = visit(PAGE, **PHONE)
    wait(page, f'{STRANGERS}[data-ready="true"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    slider = page.get_by_role("slider", name="Least confidence that counts as an answer")
    assert slider.bounding_box()["height"] >= 40
