"""The dark mountain as people play it: by keyboard, by finger, with others, with a bad link."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from engine.search.mountain import mountain
from pages.parts.walker.mountain import FIRST, LOOKS
from tests.browser.conftest import PHONE

ROOT = ".downhill-mountain"
PATIENCE = 30_000


class Walk:
    """The walk on a page, told by the data of its root element."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)
        self.map = self.root.locator(".night canvas")
        self.wait('[data-ready="true"]')

    def wait(self, condition: str) -> None:
        self.page.locator(ROOT + condition).wait_for(timeout=PATIENCE)

    def told(self, name: str) -> str:
        value = self.root.get_attribute(f"data-{name}")
        assert value is not None
        return value

    @property
    def place(self) -> np.ndarray:
        return np.array([float(self.told("x")), float(self.told("y"))])

    def press(self, *keys: str) -> None:
        """Press keys, the focus wherever it is."""
        for key in keys:
            self.page.keyboard.press(key)

    def step(self, *keys: str) -> None:
        """Press keys, the focus on the map."""
        self.map.focus()
        self.press(*keys)

    @property
    def scrolled(self) -> float:
        """How far down the page is."""
        return self.page.locator('[data-testid="stMain"]').evaluate("main => main.scrollTop")

    def wait_scrolled(self, before: float) -> None:
        """Wait until the page is further down than before."""
        self.page.wait_for_function(
            "before => document.querySelector('[data-testid=\"stMain\"]').scrollTop > before",
            arg=before,
            timeout=PATIENCE,
        )

    def wait_felt(self, count: int) -> None:
        self.wait(f'[data-felt="{count}"]')

    def button(self, name: str):
        return self.root.get_by_role("button", name=name)

    def check_what_is_felt(self) -> None:
        """Height and slope here are the engine's."""
        ground = mountain(int(self.told("seed")))
        value, gradient = ground.value_and_gradient(self.place)
        assert float(self.told("height")) == pytest.approx(float(value), abs=1e-8)
        assert float(self.told("slope")) == pytest.approx(np.hypot(*gradient) / 1000, abs=1e-10)


def opened(visit, number: int | str = FIRST, **options) -> Walk:
    return Walk(visit(f"/dark_mountain?mountain={number}", **options))


def test_a_whole_game_by_keyboard_alone(visit):
    walk = Walk(visit("/dark_mountain"))
    start = walk.place
    assert start == pytest.approx(mountain(FIRST).start)
    while walk.page.evaluate("document.activeElement.tagName") != "CANVAS":
        walk.press("Tab")
    walk.press("ArrowRight")
    walk.wait_felt(2)
    assert walk.place - start == pytest.approx([0.1, 0])
    walk.check_what_is_felt()
    expect(walk.root.locator(".sentence").first).to_contain_text(f"Place 2 of {LOOKS}")

    walk.press("+")
    walk.wait('[data-length="0.2"]')
    before = walk.place
    walk.press("Home")
    walk.wait_felt(3)
    assert walk.place - before == pytest.approx([-0.2 / 2**0.5, 0.2 / 2**0.5])
    for count in range(4, 12):
        walk.press("Enter")
        walk.wait_felt(count)
        walk.check_what_is_felt()
    assert float(walk.told("height")) < mountain(FIRST).value(start)

    lift = walk.button("Lift the fog")
    while not lift.evaluate("button => button === document.activeElement"):
        walk.press("Tab")
    walk.press("Enter")
    walk.wait('[data-over="true"]')
    expect(walk.root.locator(".score .sentence")).to_contain_text("You got down to")
    rows = walk.root.locator(".score tbody tr")
    expect(rows).to_have_count(4)
    for name in ("You", "Gradient descent", "Momentum", "Random search"):
        expect(walk.root.get_by_role("row", name=name)).to_be_visible()
    expect(walk.root.get_by_role("row", name="You").get_by_role("cell").last).to_have_text("33")

    walk.button("Same mountain again").click()
    walk.wait('[data-over="false"][data-felt="1"]')
    assert walk.place == pytest.approx(start)


def test_by_finger_on_a_phone(visit):
    walk = opened(visit, 3, **PHONE)
    walk.map.scroll_into_view_if_needed()
    box = walk.map.bounding_box()
    kilometre = box["width"] / 4
    start = walk.place

    def tap(place):
        walk.page.touchscreen.tap(
            box["x"] + (place[0] + 2) * kilometre, box["y"] + (2 - place[1]) * kilometre
        )

    tap((start[0] + 0.3, start[1] + 0.2))
    walk.wait_felt(2)
    assert walk.place - start == pytest.approx([0.3, 0.2], abs=0.02)
    walk.check_what_is_felt()
    before = walk.place
    tap((before[0], before[1] + 1.2))
    walk.wait_felt(3)
    assert walk.place - before == pytest.approx([0, 0.5], abs=0.02), "no further than the ring"
    walk.root.get_by_role("button", name="400 m").tap()
    walk.wait('[data-length="0.4"]')
    before = walk.place
    walk.button("A step to the south-east").tap()
    walk.wait_felt(4)
    assert walk.place - before == pytest.approx(np.array([0.4, -0.4]) / 2**0.5)
    walk.button("A step downhill").tap()
    walk.wait_felt(5)
    for button in walk.root.get_by_role("button").all():
        if button.is_visible():
            size = button.bounding_box()
            assert min(size["width"], size["height"]) >= 40, button.inner_text()
    walk.button("Lift the fog").tap()
    walk.wait('[data-over="true"]')
    width = walk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing sticks out"


def test_a_class_walks_on_the_same_mountain(visit):
    one, other = opened(visit, 777), opened(visit, 777)
    for walk in (one, other):
        walk.step("ArrowDown", "ArrowLeft")
        walk.wait_felt(3)
    assert [one.told(name) for name in ("x", "y", "height")] == [
        other.told(name) for name in ("x", "y", "height")
    ]
    one.button("Another mountain").click()
    one.wait(':not([data-seed="777"])')
    assert one.told("felt") == "1"
    link = one.page.evaluate("location.href")
    assert f"mountain={one.told('seed')}" in link
    other.page.goto(link)
    assert Walk(other.page).told("height") == one.told("height")
    other = Walk(other.page)
    other.root.get_by_label("Mountain number").fill("777")
    other.page.keyboard.press("Enter")
    other.wait('[data-seed="777"][data-felt="1"]')


@pytest.mark.parametrize("number", ["banana", "-3", "99999999999"])
def test_a_link_that_means_no_mountain(visit, number):
    walk = opened(visit, number)
    assert walk.told("seed") == str(FIRST)
    expect(walk.root.locator(".notice")).to_contain_text("could not be read")
    walk.step("ArrowUp")
    walk.wait_felt(2)


def test_the_lantern_goes_out(visit):
    walk = opened(visit)
    walk.step(*["ArrowUp", "ArrowDown"] * LOOKS)
    walk.wait_felt(LOOKS)
    before = walk.scrolled
    walk.step("ArrowDown")
    walk.wait_scrolled(before)
    expect(walk.root.locator(".sentence").first).to_contain_text("The lantern is out")
    expect(walk.button("A step downhill")).to_be_disabled()
    walk.button("Lift the fog").click()
    walk.wait('[data-over="true"]')
    expect(walk.root.get_by_role("row", name="Random search")).to_contain_text(str(3 * LOOKS))


def go_to(page: Page, name: str) -> None:
    """Take the way through the menu, which does not load the app anew."""
    page.get_by_role("button", name="One walker").click()
    page.locator(f'a[href$="/{name}"]').click()


def test_whoever_comes_back_finds_the_footprints(visit):
    walk = opened(visit)
    walk.step("ArrowUp", "ArrowUp")
    walk.wait_felt(3)
    place = walk.place
    go_to(walk.page, "slope")
    walk.page.locator('.downhill-stage[data-ready="true"]').wait_for(timeout=PATIENCE)
    go_to(walk.page, "dark_mountain")
    walk.wait('[data-ready="true"]')
    walk.wait_felt(3)
    assert walk.place == pytest.approx(place)


def test_the_arrows_of_the_page_and_a_held_key_cost_no_light(visit):
    walk = opened(visit, viewport={"width": 1440, "height": 500})
    walk.page.locator('[data-testid="stMain"]').focus()
    walk.press("ArrowDown")
    walk.wait_scrolled(0)
    assert walk.told("felt") == "1"
    walk.map.focus()
    for _ in range(5):  # the first goes down, the rest repeats
        walk.page.keyboard.down("ArrowUp")
    walk.page.keyboard.up("ArrowUp")
    walk.press("ArrowUp")
    walk.wait_felt(3)
    expect(walk.root.get_by_role("application")).to_be_visible()
