"""Try everything, as people use it: let methods race, read the bill, try on real digits."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

ROOT = ".downhill-trials"
PATIENCE = 60_000


def wait(page: Page, condition: str) -> None:
    page.locator(ROOT + condition).wait_for(timeout=PATIENCE)


def opened(page: Page) -> Page:
    wait(page, '[data-ready="true"]')
    return page


def told(page: Page, name: str) -> str:
    value = page.locator(ROOT).get_attribute(f"data-{name}")
    assert value is not None
    return value


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_trying_everything_wins_in_one_dimension_and_loses_in_six(visit):
    page = opened(visit("/try_everything"))
    choose(page, "The cost", "Many valleys")
    page.get_by_role("radio", name="1", exact=True).click()
    wait(page, '[data-dimension="1"][data-playing="false"]')
    assert told(page, "count") == told(page, "last")
    rows = page.locator(f"{ROOT} .row")
    expect(rows.filter(has_text="Grid")).to_contain_text("arrived after")
    expect(rows.filter(has_text="Gradient descent")).to_contain_text("It hardly moves any more.")
    expect(page.locator(f"{ROOT} .sentence")).to_contain_text(
        re.compile(r"^(Grid|Random search) arrived first.*Not arrived: gradient descent\.$")
    )
    expect(page.locator(f"{ROOT} .ground canvas")).to_have_count(4)

    choose(page, "The cost", "One valley")
    page.get_by_role("radio", name="6", exact=True).click()
    wait(page, '[data-dimension="6"][data-playing="false"]')
    expect(page.locator(f"{ROOT} .sentence")).to_contain_text(
        re.compile(r"^(Gradient descent|Descent with restarts) arrived first")
    )
    expect(page.locator(f"{ROOT} .ground canvas")).to_have_count(0)


def test_the_counter_goes_forth_and_back_without_asking(visit):
    page = opened(visit("/try_everything"))
    wait(page, '[data-playing="false"]')
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    counter = page.get_by_role("slider", name="Evaluations spent")
    counter.focus()
    page.keyboard.press("Home")
    wait(page, '[data-count="1"]')
    expect(page.locator(f"{ROOT} .row").first).to_contain_text("best cost")
    expect(page.locator(f"{ROOT} .sentence")).to_be_hidden()
    page.keyboard.press("End")
    wait(page, f'[data-count="{told(page, "last")}"]')
    page.get_by_role("button", name="Play", exact=True).click()
    wait(page, '[data-playing="true"]')
    page.get_by_role("button", name="Pause", exact=True).click()
    wait(page, '[data-playing="false"]')
    assert not sent


def test_a_link_brings_the_choices_back(visit):
    page = opened(visit("/try_everything"))
    choose(page, "The cost", "Many valleys")
    page.get_by_role("radio", name="3", exact=True).click()
    wait(page, '[data-dimension="3"]')
    expect(page).to_have_url(re.compile("dimensions=3"))
    other = opened(visit(page.url))
    wait(other, '[data-dimension="3"]')
    assert told(other, "identity") == told(page, "identity")
    bad = opened(visit("/try_everything?dimensions=nonsense&searched_cost=%3Cb%3E&evaluations=-1"))
    wait(bad, '[data-dimension="2"]')


def test_long_searches_show_progress_and_can_be_stopped(visit):
    page = opened(visit("/try_everything"))
    choose(page, "The cost", "A bent valley")
    page.get_by_role("radio", name="10", exact=True).click()
    choose(page, "Evaluations for each", "1,000,000")
    page.get_by_role("button", name="Stop").click(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=PATIENCE)
    choose(page, "Evaluations for each", "1,000")
    wait(page, '[data-dimension="10"]')


def test_the_bill_goes_from_one_dimension_to_a_network(visit):
    page = opened(visit("/try_everything"))
    expect(page.get_by_text(re.compile("In 13,002 dimensions"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("cell", name="10¹³⁰⁰²")).to_be_visible()
    expect(page.get_by_text("more than the atoms in the universe").first).to_be_visible()
    slider = page.get_by_role("slider", name="Dimensions")  # the one above the chart
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text(re.compile("In 1 dimension,"))).to_be_visible(timeout=PATIENCE)


def test_on_the_real_network(visit):
    page = opened(visit("/try_everything"))
    page.get_by_role("button", name=re.compile("Let both spend")).click()
    said = page.get_by_text("whole networks: the best has a cost of")
    said.wait_for(timeout=PATIENCE)
    costs = [float(cost) for cost in re.findall(r"\d\.\d\d", said.inner_text())]
    assert costs[0] > 1.9
    assert costs[1] < 0.5


def test_on_a_phone_nothing_sticks_out(visit):
    page = opened(visit("/try_everything", **PHONE))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for control in (".play", ".scrub"):
        assert page.locator(f"{ROOT} {control}").bounding_box()["height"] >= 40
