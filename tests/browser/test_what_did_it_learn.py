"""What did it learn?, as people use it: doubt its answers, walk over pixels, learn nonsense."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

PAGE = "/what_did_it_learn"
STRANGERS = ".downhill-strangers"
IMAGINING = ".downhill-imagining"
MEMORISING = ".downhill-memorising"
GROWTH = ".downhill-growth"
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
    scale = spread["width"] - 12  # behind its end stand those that are surer
    page.mouse.move(spread["x"] + scale / 2, middle, steps=5)
    page.mouse.up()
    wait(page, f'{STRANGERS}[data-level="99 %"]')


def test_another_network_is_asked(visit):
    page = visit(PAGE)
    wait(page, f'{STRANGERS}[data-ready="true"]')
    before = told(page, STRANGERS, "identity")
    choose(page, "Network", "Strong")
    wait(page, f'{STRANGERS}:not([data-identity="{before}"])')
    assert float(told(page, STRANGERS, "accuracy")) > 0.99
    expect(page).to_have_url(re.compile("asked=Strong"))


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


def test_a_step_that_moves_nothing_says_so(visit):
    page = visit(f"{PAGE}?beginning=Blank+paper&wish=3&pixel_rate=1.0")
    wait(page, f'{IMAGINING}[data-ready="true"][data-label="3"]')
    root = page.locator(IMAGINING)
    root.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    wait(page, f'{IMAGINING}[data-step="150"]')
    sentence = root.locator(".sentence")
    expect(sentence).to_contain_text("no pixel moves by a level of grey (cost below 0.0001)")


def test_on_a_phone_every_digit_can_be_wished_for(visit):
    page = visit(PAGE, **PHONE)
    for digit in range(10):
        wished = page.get_by_role("radio", name=str(digit), exact=True)
        wished.wait_for(timeout=PATIENCE)
        box = wished.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


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


# --- Memorising --------------------------------------------------------------------------------


def test_a_thousand_shuffled_labels_are_learnt_while_one_looks(visit):
    page = visit(f"{PAGE}?question=Memorising")
    wait(page, f'{MEMORISING}[data-ready="true"][data-epoch="0"]')
    expect(page.locator(f"{MEMORISING} .verdict")).to_contain_text("Only the labels differ")
    page.get_by_role("button", name="Play").click()
    wait(page, f'{MEMORISING}[data-playing="true"]')
    page.get_by_role("button", name="Pause").click()
    wait(page, f'{MEMORISING}[data-playing="false"][data-idle="true"]')
    page.get_by_role("button", name="Play").click()
    wait(page, f'{MEMORISING}[data-over="true"]')
    true, mixed = map(float, told(page, MEMORISING, "seen").split())
    assert min(true, mixed) >= 0.99
    true, mixed = map(float, told(page, MEMORISING, "unseen").split())
    assert true > 0.8
    assert mixed < 0.15
    expect(page.locator(f"{MEMORISING} .verdict")).to_contain_text("784-128-10, with 101,770")
    page.get_by_role("button", name="Reset").click()
    wait(page, f'{MEMORISING}[data-over="false"][data-updates="0"]')


def test_another_network_begins_anew_and_is_in_the_link(visit):
    page = visit(f"{PAGE}?question=Memorising")
    wait(page, f'{MEMORISING}[data-ready="true"]')
    page.get_by_role("button", name="Play").click()
    wait(page, f'{MEMORISING}[data-playing="true"]:not([data-updates="0"])')
    page.get_by_role("radio", name="300").click()
    wait(page, f'{MEMORISING}[data-playing="false"][data-updates="0"]')
    expect(page.locator(f"{MEMORISING} .figure.seen").first).to_contain_text("300 labels")
    expect(page).to_have_url(re.compile("memorised=300"))


# --- More data ---------------------------------------------------------------------------------


def test_points_appear_as_they_come_and_can_be_paused(visit):
    page = visit(f"{PAGE}?question=More+data&grown=784-16-16-10&grown_for=500&grown_seeds=1")
    wait(page, f'{GROWTH}[data-ready="true"][data-found="0"]')
    assert told(page, GROWTH, "name") == "784-16-16-10, 500 updates"
    page.get_by_role("button", name="Play").click()
    wait(page, f'{GROWTH}:not([data-found="0"])')
    page.get_by_role("button", name="Pause").click()
    wait(page, f'{GROWTH}[data-playing="false"][data-idle="true"]')
    assert int(told(page, GROWTH, "found")) < 7
    page.get_by_role("button", name="Play").click()
    wait(page, f'{GROWTH}[data-over="true"][data-found="7"]')
    words = page.locator(f"{GROWTH} .words")
    expect(words).to_contain_text("10 times as many, from 100 to 1,000")
    expect(words).to_contain_text("6 times as many")
    page.get_by_role("button", name="mistakes, logarithmic").click()
    page.get_by_role("radio", name="784-64-10").click()
    wait(page, f'{GROWTH}[data-before="784-16-16-10, 500 updates"][data-found="0"]')


def test_a_curve_that_is_left_half_way_goes_on(visit):
    page = visit(f"{PAGE}?question=More+data&grown=784-16-16-10&grown_for=500&grown_seeds=1")
    wait(page, f'{GROWTH}[data-ready="true"][data-found="0"]')
    page.get_by_role("button", name="Play").click()
    wait(page, f'{GROWTH}:not([data-found="0"])')
    page.get_by_role("radio", name="784-64-10").click()
    wait(page, f'{GROWTH}[data-playing="false"][data-found="0"]')
    expect(page.locator(f"{GROWTH} .legend")).to_contain_text("goes on if chosen again")
    page.get_by_role("radio", name="784-16-16-10").click()
    wait(page, f'{GROWTH}[data-playing="false"][data-before=""]:not([data-found="0"])')


@pytest.mark.parametrize(
    ("part", "root"),
    [("Overconfidence", IMAGINING), ("Memorising", MEMORISING), ("More data", GROWTH)],
)
def test_on_a_phone_nothing_sticks_out(visit, part, root):
    page = visit(f"{PAGE}?question={part}", **PHONE)
    wait(page, f'{root}[data-ready="true"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator(f"{root} .transport button").all():
        assert button.bounding_box()["height"] >= 40


def test_the_threshold_can_be_reached_by_a_thumb(visit):
    page = visit(PAGE, **PHONE)
    wait(page, f'{STRANGERS}[data-ready="true"]')
    slider = page.get_by_role("slider", name="Least confidence that counts as an answer")
    assert slider.bounding_box()["height"] >= 40
