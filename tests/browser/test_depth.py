"""Deep networks fail and are cured before a visitor's eyes: the journey of the Depth page.

The component's root tells its state in attributes: `data-ready`, `data-playing`, `data-updates`,
`data-members` (1, or 2 with a cure), `data-fates` and `data-accuracies` (one of each, with spaces
between), `data-lost`, `data-generation`, `data-waiting`, `data-idle`, as on the Train page.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

ROOT = ".downhill-depth"
PATIENCE = 60_000  # milliseconds


class Ward:
    """The component of the Depth page."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(ROOT)
        self.wait('[data-ready="true"]')

    def told(self, name):
        return self.root.get_attribute(f"data-{name}")

    def wait(self, condition):
        self.page.locator(ROOT + condition).wait_for(timeout=PATIENCE)

    def until(self, condition):
        """Wait until a condition on the root's attributes, `d`, in JavaScript, holds."""
        told = f"const d = document.querySelector('{ROOT}').dataset"
        self.page.wait_for_function(
            f"(() => {{ {told}; return {condition}; }})()", timeout=PATIENCE
        )

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, preset):
        chosen = self.page.get_by_role("radio", name=preset, exact=True)
        chosen.click()
        expect(chosen).to_be_checked()

    def cure(self, name):
        return self.page.get_by_role("switch", name=re.compile(f"^{name}"))

    def says(self, member):
        return self.root.locator(".member").nth(member)


def test_it_dies_and_relu_cures_it(visit):
    ward = Ward(visit("/depth"))
    assert ward.told("fates") == "vanishing"
    ward.press("Play")
    ward.until("Number(d.updates) > 60")
    expect(ward.says(0)).to_contain_text("The gradient dies on its way back")
    expect(ward.says(0)).to_contain_text(re.compile(r"passes back 0\.2\d of the gradient"))
    ward.cure("ReLU").click()
    ward.wait('[data-members="2"][data-playing="true"]')
    ward.until("Number(d.accuracies.split(' ')[1]) > 0.7")
    assert float(ward.told("accuracies").split()[0]) < 0.15
    ward.press("Pause")
    ward.wait('[data-idle="true"]')
    assert ward.told("fates") == "vanishing even"
    expect(ward.root.locator(".comparison")).to_contain_text(
        re.compile(r"With ReLU: [\d,]+ times as much comes back to the first layer")
    )
    ward.page.wait_for_url(re.compile("depth_cures=relu"))
    ward.page.reload()
    again = Ward(ward.page)
    again.wait('[data-members="2"][data-updates="0"]')
    expect(again.cure("ReLU")).to_have_attribute("aria-checked", "true")


def test_an_explosion_ends_in_words_and_clipping_holds_it(visit):
    ward = Ward(visit("/depth"))
    ward.choose("It explodes")
    ward.until("d.fates !== 'vanishing'")
    for _ in range(9):
        if ward.told("lost") == "true":
            break
        ward.press("One update")
        ward.wait('[data-waiting="0"]')
    assert ward.told("lost") == "true"
    expect(ward.says(0)).to_contain_text(re.compile(r"update \d is too large to be a number"))
    expect(ward.page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    expect(ward.root.locator(".comparison")).to_contain_text("Press Reset, or switch on a cure")
    ward.cure("Gradient clipping").click()
    ward.wait('[data-members="2"][data-lost="false"]')
    ward.press("Play")
    ward.until("Number(d.updates) > 30")
    assert ward.told("fates").split()[0] == "exploded"
    assert ward.told("fates").split()[1] != "exploded"


def test_a_preset_is_marked_and_warns_before_the_first_update(visit):
    ward = Ward(visit("/depth?depth_layers=4"))
    expect(ward.page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(ward.root.locator(".comparison")).to_contain_text("Then switch on a cure")
    ward.choose("Raw pixels blow it up")
    ward.wait('[data-fates="leaping"][data-updates="0"][data-playing="false"][data-waiting="0"]')
    expect(ward.says(0)).to_contain_text("An update is larger than the weights")
    expect(ward.root.locator(".counter")).to_have_text("0 updates")
    ward.press("One update")
    ward.wait('[data-updates="1"]')
    expect(ward.root.locator(".counter")).to_have_text("1 update")


def test_a_step_is_smoothed_while_it_learns(visit):
    ward = Ward(visit("/depth"))
    ward.choose("On or off")
    ward.wait('[data-fates="flat"]')
    expect(ward.says(0)).to_contain_text("exactly 0 in 2 of 3 layers")
    expect(ward.root).to_contain_text(re.compile(r"\d+ terraces, each of them flat"))
    ward.press("Play")
    ward.until("Number(d.updates) > 20")
    slider = ward.page.get_by_role("slider", name="Smooth the step")
    slider.focus()
    for _ in range(6):
        slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "a sigmoid 8 times as steep")
    ward.wait('[data-members="2"][data-waiting="0"]')
    ward.until("Number(d.updates) > 20 && Number(d.accuracies.split(' ')[1]) > 0.6")
    assert float(ward.told("accuracies").split()[0]) < 0.5
    expect(ward.root).to_contain_text("it slopes everywhere")
    ward.page.wait_for_url(re.compile("depth_smooth=8"))


def test_500_layers_cost_a_sentence(visit):
    ward = Ward(visit("/depth?depth_layers=500"))
    expect(ward.root.locator(".notice")).to_contain_text("2 to 20 layers, not 500, so 10 stand in")
    expect(ward.root.locator(".member").first.locator(".numbers tbody tr")).to_have_count(0)
    ward.root.locator(".numbers summary").first.click()
    expect(ward.root.locator(".member").first.locator(".numbers tbody tr")).to_have_count(10)


def test_the_same_seed_gives_the_same_run(visit):
    ward = Ward(visit("/depth?depth_cures=relu&depth_layers=4"))
    runs = []
    for _ in range(2):
        for _ in range(3):
            ward.press("One update")
            ward.wait('[data-waiting="0"]')
        assert ward.told("updates") == "3"
        runs.append(ward.says(1).inner_text())
        ward.press("Reset")
        ward.wait('[data-waiting="0"][data-updates="0"]')
    assert runs[0] == runs[1]
    ward.press("New seed")
    ward.page.wait_for_url(re.compile("depth_seed=1"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(visit, scheme):
    ward = Ward(visit("/depth?depth_cures=relu", **PHONE))
    wide = ward.page.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= PHONE["viewport"]["width"]
    ward.page.get_by_role("button", name="Play", exact=True).tap()
    ward.until("Number(d.updates) > 5")
    ward.page.get_by_role("button", name="Pause", exact=True).tap()
    for button in ward.root.locator("button").all():
        assert button.bounding_box()["height"] >= 40


def test_space_plays_and_pauses(visit):
    ward = Ward(visit("/depth?depth_layers=4"))
    ward.root.focus()
    ward.page.keyboard.press(" ")
    ward.until("Number(d.updates) > 5")
    ward.page.keyboard.press(" ")
    ward.wait('[data-playing="false"][data-idle="true"]')
