"""What people do on the page Nudges: they step through one digit and look at neurons."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.pad import Pad
from tests.engine.drawings import drawing, placed

ROOT = ".downhill-nudges"
PATIENCE = 30_000  # milliseconds


class Passage:
    """The passage of a page; its root tells its state in attributes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)
        self.sentence = self.root.locator(".sentence")
        self.page.locator(f'{ROOT}[data-ready="true"]').wait_for(timeout=PATIENCE)

    def told(self, name: str) -> str:
        value = self.root.get_attribute(f"data-{name}")
        assert value is not None
        return value

    def wait(self, **told: object) -> None:
        for name, value in told.items():
            self.page.locator(f'{ROOT}[data-{name}="{value}"]').wait_for(timeout=PATIENCE)

    def button(self, name: str):
        return self.root.get_by_role("button", name=name, exact=True)

    def to(self, kind: str) -> "Passage":
        """Step on until a step of that kind."""
        for _ in range(20):
            if self.told("kind") == kind:
                return self
            here = int(self.told("step"))
            self.button("One step (→)").click()
            self.wait(step=here + 1)
        raise AssertionError(f"no step {kind}")


def ready(page: Page, name: str):
    """The component of that name, once it can be used."""
    root = page.locator(f'.downhill-{name}[data-ready="true"]')
    root.wait_for(timeout=PATIENCE)
    return root


@pytest.fixture
def passage(visit) -> Passage:
    return Passage(visit("/nudges"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_steps_there_and_back_without_asking_the_server(visit):
    page, sent = visit("/nudges"), []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    passage = Passage(page)
    ready(page, "sensitivity")
    assert sent, "the page itself was asked for"
    sent.clear()
    expect(passage.sentence).to_have_text(re.compile("784 numbers"))
    passage.to("wants")
    expect(passage.sentence).to_have_text(re.compile(r"should say 1: it wants up, by 0\.\d+\."))
    passage.to("weights")
    expect(passage.root.locator(".way-card")).to_have_count(3)
    expect(passage.root.locator('.way-card.lit[data-way="weights"] tbody tr')).to_have_count(16)
    passage.to("sum")
    expect(passage.root.locator(".matrix tbody tr")).to_have_count(16)
    passage.to("pictures")
    expect(passage.root.locator(".couple")).to_have_count(16)
    passage.to("step")
    expect(passage.root.locator(".outcome")).to_have_text(re.compile(r"The cost fell from"))
    passage.root.locator('[data-rate="1"]').click()
    passage.wait(rate=3)
    questions = passage.root.locator(".question")
    assert questions.count() >= 3
    questions.first.get_by_role("button", name="up").click()
    expect(questions.first.locator(".verdict")).to_have_text(re.compile("^No: down"))
    questions.first.get_by_role("button", name="down").click()
    expect(questions.first.locator(".verdict")).to_have_text(re.compile("^Yes"))
    assert not sent


def test_who_wants_no_motion_sees_each_step_at_once(visit):
    passage = Passage(visit("/nudges", reduced_motion="reduce"))
    passage.page.evaluate(
        """selector => { const root = document.querySelector(selector); window.seen = [];
        new MutationObserver(() => window.seen.push(root.dataset.whole)).observe(root,
          { attributes: true }); }""",
        ROOT,
    )
    passage.to("wants")
    assert set(passage.page.evaluate("window.seen")) == {"true"}


def test_the_keys_step_and_play_and_reset(passage):
    page = passage.page
    page.keyboard.press("ArrowRight")
    passage.wait(step=1)
    page.keyboard.press("ArrowRight")
    passage.wait(step=2)
    page.keyboard.press("ArrowLeft")
    passage.wait(step=1)
    passage.button("To the end (End)").click()
    passage.wait(step=16)
    passage.button("To the start (Home)").click()
    passage.wait(step=0)
    passage.root.get_by_label("Speed").select_option("quickly")
    passage.button("Play (space)").click()
    passage.wait(playing="true")
    passage.wait(step=1)
    passage.button("Pause (space)").click()
    passage.wait(playing="false")


def test_any_neuron_can_be_asked_by_keys_and_by_pointer(passage):
    board = passage.root.locator(".board canvas")
    board.focus()
    passage.page.keyboard.press("ArrowLeft")
    passage.wait(chosen="3,0")
    passage.page.keyboard.press("ArrowLeft")
    passage.wait(chosen="2,0")
    passage.page.keyboard.press("ArrowDown")
    passage.wait(chosen="2,1")
    assert passage.told("step") == "0", "the arrows went from neuron to neuron"
    expect(passage.root.locator(".avenues h3")).to_have_text("Neuron 2 of layer 2")
    passage.page.keyboard.press("Escape")
    passage.wait(chosen="")
    box = board.bounding_box()
    for layer, share in enumerate((0.28, 0.53, 0.77), start=1):  # where a layer stands
        board.click(position={"x": box["width"] * share, "y": box["height"] * 0.5})
        passage.page.locator(f'{ROOT}[data-chosen^="{layer},"]').wait_for(timeout=PATIENCE)


def test_another_digit_and_network_come_and_stand_in_the_link(passage):
    passage.root.get_by_label("Number of the test digit").fill("18")
    passage.root.get_by_label("Number of the test digit").press("Enter")
    passage.wait(digit=18)
    expect(passage.sentence).to_have_text(re.compile("This is a 3"))
    passage.root.locator('[data-network="small"]').click()
    expect(passage.root.locator('[data-network="small"]')).to_have_attribute("aria-pressed", "true")
    passage.button("One it misreads").click()
    passage.page.locator(f'{ROOT}:not([data-digit="18"])').wait_for(timeout=PATIENCE)
    index = passage.told("digit")
    expect(passage.page).to_have_url(re.compile(rf"network=small&digit={index}|digit={index}&net"))
    passage.page.reload()
    again = Passage(passage.page)
    assert again.told("digit") == index


def test_near_the_right_answer_what_is_missing_can_be_seen(visit):
    passage = Passage(visit("/nudges?network=small&digit=1"))
    passage.to("cost")
    expect(passage.root.locator(".outputs tr.lit")).to_have_text(re.compile(r"0\.9995"))
    expect(passage.root.locator(".curve text").last).to_have_text(re.compile(r"^says 0\.9995"))
    passage.to("step")
    expect(passage.root.locator(".before-after tr.lit")).to_have_text(re.compile(r"> 0\.999"))
    expect(passage.root.locator(".outcome")).to_have_text(re.compile("Ten other digits"))


def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    passage = Passage(visit("/nudges", **PHONE))
    for kind in ("wants", "weights", "inputs", "sum", "slope", "pictures", "step"):
        passage.to(kind)
        wide = passage.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, kind
        if kind == "inputs":  # the way that is told of, the last of three, has been swiped to
            told = passage.root.locator(".way-card.lit").bounding_box()
            assert told["x"] >= 0
            assert told["x"] + told["width"] <= 390
    board = passage.root.locator(".board canvas")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    passage.page.touchscreen.tap(box["x"] + box["width"] * 0.31, box["y"] + box["height"] * 0.5)
    expect(passage.root.locator(".avenues h3")).to_have_text(re.compile("layer 1"))


def test_the_drawing_of_the_pad_goes_in(visit):
    page = visit("/draw")
    pad = Pad(page).wait_ready()
    pad.mouse(placed(drawing(4), 150, 50, 50))
    assert pad.answer == "4"
    page.get_by_text("A network", exact=True).click()
    page.get_by_role("menuitem", name="Nudges").click()
    passage = Passage(page)
    passage.button("My drawing").click()
    passage.wait(digit="")
    expect(passage.sentence).to_have_text(re.compile("This is a 4"))
    passage.root.get_by_role("group", name="What the drawing shows").get_by_role(
        "button", name="9", exact=True
    ).click()
    expect(passage.sentence).to_have_text(re.compile("This is a 9"))


# --- The ledger and the sensitivities ------------------------------------------------------------


def test_columns_come_and_go_in_the_ledger(visit):
    page = visit("/nudges")
    ledger = ready(page, "ledger")
    expect(ledger.locator("tbody tr")).to_have_count(10)
    expect(ledger.locator("tfoot tr")).to_have_count(3)
    expect(ledger.locator(".check")).to_have_text(re.compile(r"differ by \d\S*e−[789] of its"))
    ledger.get_by_role("button", name=re.compile(r"^output 1\s*its bias")).click()
    expect(ledger.locator(".sentence")).to_have_text(re.compile(r"The bias of output 1: \d of the"))
    ledger.get_by_label("Layer", exact=True).select_option("layer 1")
    ledger.get_by_label("Neuron", exact=True).select_option("neuron 3")
    ledger.get_by_label("Bias or weight").select_option("weight from a pixel")
    ledger.get_by_label("row of the pixel").fill("10")
    ledger.get_by_role("button", name="Add its column").click()
    page.locator('.downhill-ledger[data-columns="7"]').wait_for(timeout=PATIENCE)
    expect(ledger.locator("thead .look").last).to_have_text(re.compile("pixel 14 of row 10"))
    ledger.get_by_role("button", name=re.compile("Take out output 1")).click()
    page.locator('.downhill-ledger[data-columns="6"]').wait_for(timeout=PATIENCE)
    first = ledger.locator("tbody tr").first.inner_text()
    ledger.get_by_role("button", name="Ten other examples").click()
    page.locator('.downhill-ledger[data-seed="1"]').wait_for(timeout=PATIENCE)
    assert ledger.locator("tbody tr").first.inner_text() != first


def test_two_weights_are_wiggled_without_the_server_and_others_chosen(visit):
    page = visit("/nudges")
    root = ready(page, "sensitivity")
    assert 30 < float(root.get_attribute("data-ratio")) < 34
    assert all(abs(float(off)) < 0.01 for off in root.get_attribute("data-off").split(","))
    answered = root.get_attribute("data-ack")
    root.get_by_label("Wiggle both by").focus()
    page.keyboard.press("ArrowRight")
    page.locator('.downhill-sensitivity[data-stop="31"]').wait_for()
    expect(root.locator(".amount")).to_have_text("+0.0275")
    assert root.get_attribute("data-ack") == answered
    root.get_by_label("Rank of the second weight").focus()
    page.keyboard.press("ArrowRight")
    page.locator(f'.downhill-sensitivity:not([data-ack="{answered}"])').wait_for(timeout=PATIENCE)
    root.get_by_role("button", name="A pair 32 times apart").click()
    expect(root.get_by_role("button", name="A pair 32 times apart")).to_be_disabled()


def test_another_network_changes_the_ledger_too(visit):
    page = visit("/nudges")
    passage, ledger = Passage(page), ready(page, "ledger")
    before = ledger.locator("tbody").inner_text()
    passage.root.locator('[data-network="small"]').click()
    page.wait_for_function(
        "before => document.querySelector('.downhill-ledger tbody').innerText !== before",
        arg=before,
        timeout=PATIENCE,
    )
