"""The learning-rate page: a rate dragged to its limit, the plane, a schedule, the experiments."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stage import PATIENCE, Stage


def opened(page: Page) -> Stage:
    return Stage(page).wait_ready()


def view(stage: Stage, name: str):
    return stage.root.locator(f".view.{name}")


def told(host, *names: str) -> list[float]:
    """Numbers that a view tells of itself, once it does."""
    expect(host).to_have_attribute(f"data-{names[0]}", re.compile("."), timeout=PATIENCE)
    return [float(host.get_attribute(f"data-{name}")) for name in names]


def place(stage: Stage, rate: float, height: float = 0.5) -> tuple[float, float]:
    """Where on the screen a rate lies in the map."""
    host = view(stage, "regimes")
    host.scroll_into_view_if_needed()
    left, top, width, tall, low, high = told(host, "left", "top", "width", "height", "low", "high")
    box = host.bounding_box()
    share = (math.log10(rate) - low) / (high - low)
    return box["x"] + left + share * width, box["y"] + top + height * tall


def rate_box(stage: Stage):
    return stage.page.get_by_label("Learning rate, exactly")


def rate_of(stage: Stage) -> float:
    return float(rate_box(stage).input_value())


def take(stage: Stage, rate: float) -> None:
    """Click a rate on the map."""
    with stage.answered():
        stage.page.mouse.click(*place(stage, rate))


def test_a_rate_is_dragged_along_the_map_until_it_diverges(visit):
    stage = opened(visit("/learning_rate"))
    host, mouse = view(stage, "regimes"), stage.page.mouse
    expect(host).to_have_attribute("data-regime", "smooth")
    before = stage.ack
    mouse.move(*place(stage, 0.005))
    mouse.down()
    mouse.move(*place(stage, 0.017), steps=4)
    expect(host).to_have_attribute("data-regime", "zig-zag")
    mouse.move(*place(stage, 0.03), steps=8)
    expect(host).to_have_attribute("data-regime", "diverge")
    assert stage.told("preview") != ""
    expect(stage.root.locator(".verdict")).to_contain_text("diverge")
    assert stage.ack == before, "nobody was asked while it was dragged"
    with stage.answered():
        mouse.up()
    assert rate_of(stage) == pytest.approx(0.03, rel=0.02)
    stage.press("End")
    expect(stage.root.locator(".walker")).to_contain_text("diverged")


def test_the_slope_promises_and_the_surface_answers(visit):
    """The ravine from (−3.4, 1.1): gradient (−3.4, 110), by hand."""
    stage = opened(visit("/learning_rate?surface=ravine&walk=gradient_descent,learning_rate=0.005"))
    host = view(stage, "slice")
    promised, did = told(host, "promised", "did")
    square = 3.4**2 + 110**2
    assert promised == pytest.approx(-0.005 * square, rel=1e-5)
    bend = 0.005**2 * (3.4**2 + 100 * 110**2)
    assert did == pytest.approx(-0.005 * square + bend / 2, rel=1e-5)
    expect(host).to_contain_text("75 % of it")
    take(stage, 0.025)
    expect(host).to_contain_text("overshot")
    stage.press("ArrowRight", "ArrowRight")
    expect(host).to_have_attribute("data-row", "2")


def test_a_small_rate_keeps_what_the_slope_promises(visit):
    """A sixtieth of the step, nearer to its start than the nearest cost that was sent."""
    stage = opened(visit("/learning_rate?surface=ravine&walk=gradient_descent,learning_rate=0.06"))
    host = view(stage, "slice")
    stage.page.mouse.move(*place(stage, 0.001))
    stage.page.mouse.down()
    expect(host).to_contain_text("At this rate the slope promises a fall of 12.1")
    expect(host).to_contain_text("95 % of it")
    stage.page.mouse.up()


def test_where_nothing_settles_no_place_of_the_plane_is_best(visit):
    stage = opened(
        visit(
            "/learning_rate?formula=log(x)%2By^2&domain=-2,2,-2,2&start=1,0.5"
            "&walk=momentum,learning_rate=0.1"
        )
    )
    host = view(stage, "regimes")
    with stage.answered():
        stage.page.get_by_role("button", name="rate × momentum").click()
    expect(host).to_have_attribute("data-shows", "plane")
    expect(host).to_have_attribute("data-best", "none")


def test_rate_and_momentum_are_clicked_on_the_plane(visit):
    stage = opened(visit("/learning_rate?surface=ravine&walk=momentum,learning_rate=0.01"))
    host = view(stage, "regimes")
    with stage.answered():
        stage.page.get_by_role("button", name="rate × momentum").click()
    expect(host).to_have_attribute("data-shows", "plane")
    expect(host).to_have_attribute("data-best", re.compile(r"^0\.\d+, 0\.\d+$"))
    with stage.answered():
        stage.page.mouse.click(*place(stage, 0.02, height=1 - (0.5 + 0.01) / 1.0))
    assert rate_of(stage) == pytest.approx(0.02, rel=0.04)
    assert float(stage.page.get_by_label("Momentum β").input_value()) == pytest.approx(
        0.5, abs=0.03
    )
    with stage.answered():
        stage.page.get_by_role("button", name="rate × momentum").click()
    expect(host).to_have_attribute("data-shows", "map")


def test_a_schedule_goes_with_the_walk_into_a_link(visit):
    stage = opened(visit("/learning_rate"))
    page = stage.page
    with stage.answered():
        page.get_by_label("Schedule of the rate").select_option("cosine")
    with stage.answered():
        length = page.get_by_label("Length T")
        length.fill("40")
        length.press("Enter")
    card = stage.root.locator(".walker")
    stage.press("Home")
    for _ in range(20):
        stage.press("ArrowRight")
    stage.wait_step(20)
    expect(card).to_contain_text("cosine: now 0.00251")  # half of the default 0.005012
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "schedule=cosine" in link.replace("%3D", "=")
    other = opened(visit(link))
    other.wait_step(20)
    for part in (".sentence", ".walker", ".evidence"):
        expect(other.root.locator(part)).to_have_text(
            stage.root.locator(part).inner_text(), use_inner_text=True
        )
    assert other.page.get_by_label("Length T").input_value() == "40"


def test_the_largest_rate_is_found_by_trying(visit):
    stage = opened(visit("/learning_rate"))
    page = stage.page
    check = page.get_by_role("button", name="Check this rate")
    check.click()
    expect(page.get_by_text("75 % below the limit")).to_be_visible()
    take(stage, 0.03)
    check.click()
    expect(page.get_by_text(re.compile("it diverges: [45]. % above the limit"))).to_be_visible()
    with stage.answered():
        rate_box(stage).fill("0.0195")
        rate_box(stage).press("Enter")
    check.click()
    expect(page.get_by_text("Theory says 2/L = 0.02")).to_be_visible()
    expect(page.get_by_text("Right.")).to_be_visible()


def test_steps_are_predicted_before_they_are_walked(visit):
    stage = opened(visit("/learning_rate?surface=bowl&walk=gradient_descent,learning_rate=0.1"))
    page = stage.page
    page.get_by_role("tab", name="How many steps?").click()
    claim = page.get_by_label("My prediction")
    claim.fill("soon")
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_text("Say a whole number of steps")).to_be_visible()
    claim.fill("500")
    with stage.renewed():
        page.get_by_role("button", name="Run it").click()
    expect(page.get_by_text(re.compile("Not quite.*too many"))).to_be_visible()
    assert rate_of(stage) == 0.05
    expect(stage.root.locator(".evidence")).to_contain_text("global minimum")


def factors_of(host) -> list[float]:
    """By what a step multiplies the distance along each axis, the steepest first."""
    expect(host).to_have_attribute("data-factors", re.compile("."), timeout=PATIENCE)
    return [float(text) for text in host.get_attribute("data-factors").split(",")]


@pytest.mark.parametrize(("rate", "beta"), [(0.005, 0.9), (0.03, 0.5), (0.0005, 0.3)])
def test_with_momentum_each_direction_shrinks_by_the_largest_root(visit, rate, beta):
    """Turning, further each time, and straight down: the roots of z² − (1 + β − αλ) z + β."""
    walk = f"momentum,learning_rate={rate},momentum={beta}"
    stage = opened(visit(f"/learning_rate?surface=ravine&walk={walk}"))
    stage.page.get_by_role("button", name="Directions").click()
    wanted = [max(abs(np.roots([1, rate * curved - 1 - beta, beta]))) for curved in (100, 1)]
    assert factors_of(view(stage, "directions")) == pytest.approx(wanted, abs=1e-6)


def test_the_ravine_is_round_in_scaled_coordinates_and_comes_back(visit):
    stage = opened(visit("/learning_rate?surface=ravine&walk=gradient_descent,learning_rate=0.015"))
    page = stage.page
    page.get_by_role("button", name="Directions").click()
    host = view(stage, "directions")
    expect(host).to_contain_text("Condition number 100")
    assert factors_of(host) == pytest.approx([1 - 0.015 * 100, 1 - 0.015], abs=1e-6)
    page.get_by_role("tab", name="Why scale?").click()
    with stage.renewed():
        page.get_by_role("button", name="Walk it in scaled coordinates").click()
    expect(host).to_contain_text("Condition number 1:")
    expect(page.get_by_role("textbox", name="f(x, y) =")).to_have_value("(x^2 + y^2)/2")
    with stage.renewed():
        page.get_by_role("button", name="Back to its own coordinates").click()
    expect(host).to_contain_text("Condition number 100")
    expect(page.get_by_text("A hundred times more curved across")).to_be_visible()
    assert rate_of(stage) == 0.015


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("x^2-y^2", "However small the rate on this dial, it falls for ever"),
        ("3", "Every rate of this dial settles"),
        ("sqrt(x)%2By^2", "However small the rate on this dial, it leaves the ground"),
        ("abs(x)%2Babs(y)", "Too large. At 0.1 it bounces and never settles"),
        ("1/(x^2%2By^2)", "No rate of this dial makes it diverge or bounce"),
    ],
)
def test_what_has_no_limit_ends_in_words(visit, formula, words):
    stage = opened(visit(f"/learning_rate?formula={formula}&domain=-2,2,-2,2&start=1,0.5"))
    stage.page.get_by_role("button", name="Check this rate").click()
    expect(stage.page.get_by_text(words)).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_map_is_there_from_the_start_and_a_tap_takes_a_rate(visit, scheme):
    stage = opened(visit("/learning_rate", **PHONE))
    expect(view(stage, "regimes")).to_be_visible()
    with stage.answered():
        stage.page.touchscreen.tap(*place(stage, 0.015))
    assert rate_of(stage) == pytest.approx(0.015, rel=0.04)
    width = stage.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
