"""House prices in a browser: the line and the surface are one, a house speaks, files are read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stage import PATIENCE, Stage

BEST = (100.56763, 246.66158)  # the closed-form answer on scaled square feet


def at_houses(visit, path="/house_prices", **options) -> tuple[Page, Stage]:
    page = visit(path, **options)
    return page, Stage(page).wait_ready()


def line_of(page: Page) -> tuple[float, float]:
    """The weight and the bias of the line that is drawn."""
    view = page.locator(".view.houses")
    return tuple(float(view.get_attribute(f"data-{name}")) for name in ("weight", "bias"))


def wait_line(page: Page, weight: float, bias: float, within: float) -> None:
    page.wait_for_function(
        """([weight, bias, within]) => {
          const { weight: w, bias: b } = document.querySelector(".view.houses").dataset;
          return Math.abs(w - weight) <= within && Math.abs(b - bias) <= within;
        }""",
        arg=[weight, bias, within],
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_descent_turns_the_line_without_the_server(visit):
    page, stage = at_houses(visit)
    wait_line(page, 0, 300, 0)
    before = stage.version
    stage.press("ArrowRight")
    wait_line(page, 50.5, 273.2, 1)
    stage.press("End")
    wait_line(page, *BEST, 1e-3)
    stage.press("Home")
    wait_line(page, 0, 300, 0)
    assert stage.version == before


def test_dragging_the_line_moves_the_walker(visit):
    page, stage = at_houses(visit)
    canvas = page.locator(".view.houses canvas")
    box = canvas.bounding_box()
    right = box["x"] + 58 + 0.78 * (box["width"] - 70)
    # The start is 300 of the 0 … 927 that the picture shows from its foot upwards.
    height = box["height"] - 50
    foot = box["y"] + box["height"] - 38
    with stage.renewed():
        page.mouse.move(right, foot - height * 300 / 927)
        page.mouse.down()
        page.mouse.move(right, foot - height * 560 / 927, steps=6)
        page.mouse.up()
    page.wait_for_function(
        """() => {
          const { weight, bias } = document.querySelector(".view.houses").dataset;
          const start = (name) => document.querySelector(`[aria-label="Start ${name}"]`).value;
          const near = (value, name) => Math.abs(value - start(name)) < 1e-3;
          return weight > 40 && near(weight, "weight") && near(bias, "bias");
        }""",
        timeout=PATIENCE,
    )


def test_a_point_of_the_map_is_a_line(visit):
    page, stage = at_houses(visit)
    with stage.renewed():
        stage.click_at(page.locator(".view.map canvas"), 0.7, 0.3)
    page.wait_for_function(
        "() => document.querySelector('.view.houses').dataset.weight !== '0.0000000'",
        timeout=PATIENCE,
    )
    weight, bias = line_of(page)
    assert float(page.get_by_label("Start weight").input_value()) == pytest.approx(weight, rel=1e-4)
    assert bias != 300


def test_a_house_says_forecast_price_and_pull(visit):
    page, _ = at_houses(visit)
    view = page.locator(".view.houses")
    first = view.get_attribute("data-house")
    said = view.locator(".said-of")
    expect(said).to_contain_text("forecast $300,000, sold for $")
    expect(view.locator(".pull")).to_contain_text(
        re.compile(r"weight [−+]\d+ \(mean of all −201\)")
    )
    page.get_by_label("The next house").focus()
    page.keyboard.press("Enter")
    expect(view).not_to_have_attribute("data-house", first)
    view.locator("canvas").click(position={"x": 112, "y": 318})
    expect(said).to_contain_text("too high")


def test_raw_square_feet_hardly_move_the_bias_and_a_reload_keeps_them(visit):
    page, stage = at_houses(visit)
    with stage.renewed():
        page.get_by_role("radio", name="raw").or_(page.get_by_text("raw", exact=True)).first.click()
    expect(page.get_by_text("times narrower than it is long")).to_be_visible()
    stage.press("End")
    page.wait_for_function(
        "() => document.querySelector('.view.houses').dataset.weight < 0", timeout=PATIENCE
    )
    assert line_of(page)[1] == pytest.approx(300, abs=0.01)
    page.wait_for_url(re.compile(r"step=50"))
    page.reload()
    Stage(page).wait_ready()
    expect(page.get_by_text("times narrower than it is long")).to_be_visible()
    assert Stage(page).step == 50


def test_a_price_and_what_is_no_house(visit):
    page, _ = at_houses(visit)
    zip_box, size = (
        page.get_by_label("ZIP", exact=True),
        page.get_by_label("Square feet", exact=True),
    )
    zip_box.fill("27513")
    zip_box.press("Enter")
    expect(page.get_by_text("No sale here was in ZIP 27513")).to_be_visible(timeout=PATIENCE)
    size.fill("-3")
    size.press("Enter")
    expect(page.get_by_text("more than zero square feet")).to_be_visible(timeout=PATIENCE)


def test_an_own_table_and_a_bad_one(visit):
    page, stage = at_houses(visit)
    page.get_by_text("Your own data").click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"no table"})
    expect(page.get_by_text("Shown are the Sacramento houses.")).to_be_visible(timeout=PATIENCE)
    wait_line(page, 0, 300, 0)
    rows = "\n".join(f"{size},{2 * size + 3}" for size in range(20, 80))
    good = {"name": "own.csv", "mimeType": "text/csv", "buffer": f"size,rent\n{rows}".encode()}
    with stage.renewed():
        chooser.set_input_files(good)
    expect(page.get_by_text("rent = weight · size + bias")).to_be_visible(timeout=PATIENCE)
    stage.press("End")
    expect(page.locator(".view.houses .said-of")).to_contain_text("really")
    with stage.renewed():
        page.get_by_role("button", name="Back to the Sacramento houses").click()
    expect(page.locator(".view.houses .said-of")).to_contain_text("sold for $")


def test_on_a_phone_nothing_sticks_out(visit):
    page, _ = at_houses(visit, **PHONE)
    expect(page.locator(".view.houses canvas")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert page.locator(".downhill-stage").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
