"""What people do on the page Draw: they draw in a corner, tiny, thick, and teach it."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.pad import SIDE, Pad
from tests.engine.drawings import HANDS, drawing, placed, wobbled


@pytest.fixture
def pad(visit) -> Pad:
    return Pad(visit("/draw")).wait_ready()


def opened(page: Page) -> Pad:
    return Pad(page).wait_ready()


@pytest.mark.parametrize("scheme", ["dark"])
def test_a_drawn_three_is_read_while_the_pen_moves(pad):
    expect(pad.root.locator(".sentence")).to_have_text(re.compile("empty"))
    assert pad.told("answer") == ""
    places = pad._places(drawing(3)[0][::10] * 120 + 60)
    pad.page.mouse.move(*places[0])
    pad.page.mouse.down()
    for place in places[1:]:
        pad.page.mouse.move(*place)
    assert pad.answer == "3", "the pen is still down"
    pad.page.mouse.up()
    expect(pad.root.locator(".sentence")).to_have_text(re.compile("It reads a 3"))
    expect(pad.root.locator(".answer.first")).to_contain_text("%")


def test_a_small_three_in_a_corner_by_finger_is_a_three_and_the_page_stays(visit):
    pad = opened(visit("/draw", **PHONE))
    pad.sheet.scroll_into_view_if_needed()
    before = pad.sheet.bounding_box()
    pad.touch(placed(drawing(3), 45, 225, 225))
    assert pad.answer == "3"
    assert pad.sheet.bounding_box() == before, "the finger drew, and the page did not move"
    assert pad.ink() > 0


def test_beside_the_pad_a_finger_still_scrolls(visit):
    pad = opened(visit("/draw", **PHONE))
    pad.sheet.scroll_into_view_if_needed()
    before = pad.sheet.bounding_box()["y"]
    answers = pad.root.locator(".answers").bounding_box()
    session = pad.page.context.new_cdp_session(pad.page)
    session.send(
        "Input.synthesizeScrollGesture",
        {"x": answers["x"] + 100, "y": answers["y"] + 20, "yDistance": -150},
    )
    pad.page.wait_for_function(
        "y => document.querySelector('.downhill-pad .sheet').getBoundingClientRect().y < y - 80",
        arg=before,
    )


def test_undo_and_clear_take_back_and_undo_brings_back(pad):
    pad.mouse(placed(drawing(1), 120, 60, 60))
    assert pad.answer == "1"
    ink = pad.ink()
    pad.mouse([np.array([[40.0, 60], [220, 60]])], every=1)
    assert pad.ink() > ink
    pad.button("Undo").click()
    assert pad.answer == "1"
    assert pad.ink() == ink
    pad.button("Clear").click()
    assert pad.answer == ""
    assert pad.ink() == 0
    expect(pad.button("Clear")).to_be_disabled()
    pad.button("Undo").click()
    assert pad.answer == "1"
    assert pad.ink() == ink


def test_a_finger_that_is_taken_away_loses_nothing(pad):
    pad.mouse(placed(drawing(4), 150, 50, 50)[:1])
    pad.page.evaluate(
        """() => { const canvas = document.querySelector(".downhill-pad .sheet");
        const frame = canvas.getBoundingClientRect();
        const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1,
          pointerType: "mouse", isPrimary: true, button: 0, buttons: 1, bubbles: true,
          clientX: frame.left + x * frame.width, clientY: frame.top + y * frame.height }));
        send("pointerdown", 0.57, 0.2); send("pointermove", 0.56, 0.5);
        send("pointermove", 0.54, 0.72); send("pointercancel", 0.54, 0.72);
        send("pointermove", 0.9, 0.9); }"""
    )
    assert pad.answer == "4"


def test_the_keyboard_reads_a_test_digit_and_looks_into_neurons(pad):
    pad.page.get_by_label("Number of the test digit").focus()
    pad.page.keyboard.press("Control+A")
    pad.page.keyboard.type("61")
    with pad.answered():
        pad.page.keyboard.press("Enter")
    assert pad.answer == "8"
    expect(pad.root.locator(".sentence")).to_have_text(re.compile("That is right"))
    pad.root.locator(".graph canvas").focus()
    for key, title in (
        ("ArrowUp", "The output for 8"),
        ("ArrowUp", "The output for 7"),
        ("ArrowLeft", "Layer 2, neuron"),
        ("ArrowLeft", "Layer 1, neuron"),
    ):
        with pad.answered():
            pad.page.keyboard.press(key)
        expect(pad.root.locator(".neuron h3")).to_contain_text(title)
    expect(pad.root.locator(".neuron .sums")).to_contain_text("= bias")
    expect(pad.root.get_by_role("img", name="Its weights")).to_be_visible()
    pad.page.keyboard.press("Escape")
    expect(pad.root.locator(".neuron")).to_be_hidden()


def test_a_switch_flips_the_answer_and_stands_in_the_link(pad, visit):
    pad.quickly(placed(drawing(3), 45, 225, 5))
    assert pad.answer == "3"
    crop = pad.root.locator('[data-step-key="crop"]')
    expect(crop).to_contain_text("another answer")
    with pad.answered():
        crop.click()
    assert pad.answer != "3"
    expect(crop).to_have_attribute("aria-checked", "false")
    expect(pad.page).to_have_url(re.compile("crop=off"))
    with pad.answered():
        pad.root.locator('[data-reader="small"]').click()
    expect(pad.page).to_have_url(re.compile("network=small"))
    other = opened(visit(pad.page.url))
    expect(other.root.locator('[data-step-key="crop"]')).to_have_attribute("aria-checked", "false")
    expect(other.root.locator('[data-reader="small"]')).to_have_attribute("aria-pressed", "true")


def test_it_is_taught_judged_by_the_test_digits_and_untaught(pad):
    with pad.answered():
        pad.root.locator('[data-reader="small"]').click()
    pad.quickly(placed(drawing(9), 150, 60, 60))
    assert pad.answer == "9"
    expect(pad.button("10 steps")).to_be_disabled()
    pad.button("It is a 4").click()
    with pad.answered():
        pad.button("10 steps").click()
    assert pad.answer == "4"
    lesson = pad.root.locator(".lesson")
    expect(lesson).to_contain_text("10 steps towards 4")
    expect(lesson).to_contain_text(re.compile(r"learning this one cost \d+ digits"))
    with pad.answered():
        pad.button("Undo the lessons").click()
    assert pad.answer == "9"
    expect(pad.button("Undo the lessons")).to_be_hidden()


def test_the_drawing_and_what_was_taught_survive_another_page(pad):
    pad.quickly(placed(drawing(9), 150, 60, 60)).settle()
    ink = pad.ink()
    pad.button("It is a 4").click()
    with pad.answered():
        pad.button("100 steps").click()
    assert pad.answer == "4"
    pad.page.get_by_text("One walker").click()
    pad.page.get_by_role("menuitem", name="A slope").click()
    pad.page.locator('.downhill-stage[data-ready="true"]').wait_for()
    pad.page.go_back()
    back = opened(pad.page)
    assert back.answer == "4"
    back.wait_ink(ink)
    expect(back.button("Undo the lessons")).to_be_visible()


def test_only_two_thousand_points_leave_the_browser(pad):
    counts = pad.page.evaluate(
        """async () => {
        const { resampled } = await import(new URL("assets/pad/paper.js", document.baseURI));
        const spiral = (count) => Array.from({ length: count }, (_, index) => {
          const angle = index / 250;
          return [140 + 0.3 * angle * Math.cos(angle), 140 + 0.3 * angle * Math.sin(angle)];
        }).flat();
        const points = (strokes) => strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
        return [[spiral(100000)], Array(50000).fill([140, 140]), [[3, 4]], []]
          .map((strokes) => points(resampled(strokes))); }"""
    )
    assert 1000 < counts[0] <= 2000
    assert counts[1:] == [2000, 1, 0]
    angles = np.linspace(0, 400, 10_000)
    spiral = np.stack([140 + 0.3 * angles * np.cos(angles), 140 + 0.3 * angles * np.sin(angles)], 1)
    assert pad.read_each([[spiral]], every=1) != [""]
    expect(pad.root.locator(".notice")).to_be_hidden()


def test_what_is_refused_costs_a_sentence_and_no_drawing(pad):
    pad.quickly(placed(drawing(2), 120, 60, 60)).settle()
    ink = pad.ink()
    notice = pad.root.locator(".notice")
    for width, broken in (("23", "NaN"), ("24", "1e9"), ("25", "Infinity")):
        pad.page.evaluate(f"window.sound = Math.round; Math.round = () => {broken}")
        with pad.answered():
            pad.page.get_by_label("Width of the brush").fill(width)
        expect(notice).to_contain_text("still that of the one before")
        assert pad.told("answer") == "2"
        pad.page.evaluate("Math.round = window.sound")
        pad.page.get_by_label("Width of the brush").fill("22")
        assert pad.answer == "2"
        expect(notice).to_be_hidden()
    pad.page.evaluate("Math.random = () => 1.5")  # there is no test digit 15,000
    with pad.answered():
        pad.button("Another one").click()
    expect(notice).to_have_text(re.compile(r"9,999\. Your drawing is as it was\.$"))
    assert pad.answer == "2"
    assert pad.ink() == ink
    refused = int(pad.told("ack"))
    with pad.answered():
        pad.root.locator('[data-reader="small"]').click()
    assert int(pad.told("ack")) == refused + 1, "nothing was sent again"
    assert pad.ink() == ink
    pad.page.evaluate("Math.random = () => 0.0061")
    pad.button("Another one").click()
    expect(pad.root.locator(".sentence")).to_contain_text("That is right")
    assert pad.answer == "8"
    pad.button("Undo").click()
    assert pad.answer == "2"
    assert pad.ink() == ink


def test_no_chance_is_told_as_certain(page):
    told = page.evaluate(
        """async () => {
        const { percent } = await import(new URL("assets/parts/numbers.js", document.baseURI));
        return [0, 0.0004, 0.5, 0.99949, 0.9995, 1, NaN].map((chance) => percent(chance)); }"""
    )
    assert told == ["< 0.1 %", "< 0.1 %", "50.0 %", "99.9 %", "> 99.9 %", "> 99.9 %", "?"]


def test_undo_and_clear_end_a_stroke_that_is_being_drawn(pad):
    pad.quickly(placed(drawing(1), 120, 60, 60)).settle()
    ink = pad.ink()
    for name, left in (("Undo", ink), ("Clear", 0)):
        first, second, third = pad._places(np.array([[40, 40], [40, 120], [40, 240]]))
        pad.page.mouse.move(*first)
        pad.page.mouse.down()
        pad.page.mouse.move(*second)
        assert pad.settle().ink() > ink
        pad.button(name).evaluate("button => button.click()")
        pad.page.mouse.move(*third)
        pad.page.mouse.up()
        assert pad.settle().ink() == left
    assert pad.answer == ""


def test_the_answers_are_told_by_their_digits(pad):
    pad.quickly(placed(drawing(3), 150, 60, 60)).settle()
    answers = pad.root.get_by_role("list", name="The chance of each digit")
    expect(answers.get_by_role("listitem")).to_have_count(10)
    told = answers.get_by_role("listitem", name=re.compile(r"^3: (\d\d\.\d|> 99\.9) %$"))
    expect(told).to_have_class(re.compile("first"))
    graph = pad.root.locator(".graph canvas")
    box = graph.bounding_box()
    with pad.answered():  # the lowest of the outputs
        graph.click(position={"x": box["width"] - 20, "y": box["height"] - 19})
    expect(pad.root.locator(".neuron h3")).to_have_text("The output for 9")
    expect(pad.root.locator(".sums")).to_contain_text(re.compile(r"a chance of .* %\.$"))


def test_a_network_of_the_page_train_reads(visit):
    page = visit("/train")
    page.locator('.downhill-training[data-ready="true"]').wait_for()
    page.get_by_role("button", name="One mini-batch", exact=True).click()
    page.locator('.downhill-training[data-updates="1"]').wait_for()
    page.get_by_text("A network", exact=True).click()
    page.get_by_role("menuitem", name="Draw").click()
    pad = opened(page)
    with pad.answered():
        pad.root.locator('[data-reader="trained"]').click()
    expect(pad.root.locator('[data-reader="trained"]')).to_have_attribute("aria-pressed", "true")
    pad.quickly(placed(drawing(3), 150, 60, 60)).settle()
    assert pad.answer in "0123456789"
    expect(pad.root.locator(".notice")).to_be_hidden()


def test_the_widths_of_the_brush_are_in_the_drawing(pad):
    pad.quickly(placed(drawing(7), 150, 60, 60)).settle()
    ink = pad.ink()
    pad.page.get_by_label("Width of the brush").fill("40")
    assert pad.answer == "7"
    assert pad.ink() > 1.4 * ink


# --- Anywhere, large or small, thin or thick ----------------------------------------------------

WAYS = ((0.15, 22), (0.95, 22), (0.4, 6), (0.4, 40))  # share of the pad, width of the brush


def test_place_size_and_brush_do_not_change_what_is_read(pad):
    rng = np.random.default_rng(3)
    hands = itertools.cycle(HANDS)
    digits = [(digit, wobbled(drawing(digit, next(hands)), rng)) for digit in range(10)]
    answers = []
    for share, brush in WAYS:
        pad.page.get_by_label("Width of the brush").fill(str(brush))
        places = []
        for _, strokes in digits:
            side = share * (SIDE - brush)
            places.append(
                placed(strokes, side, *rng.uniform(brush / 2, SIDE - brush / 2 - side, 2))
            )
        pad.button("Clear").evaluate("button => button.click()")
        answers.append("".join(pad.read_each(places, every=8)))
    assert set(answers) == {"0123456789"}, answers
