"""A network learns before a visitor's eyes: the journey of the Train page, in a real browser.

The component's root tells its state in attributes: `data-ready`, `data-playing`, `data-updates`,
`data-epoch`, `data-accuracy` (on test pictures), `data-rate`, `data-verdict`, `data-lost`,
`data-generation` (grows with each reset), `data-waiting` (what was asked for and not yet done),
`data-idle` ("true" when nothing is under way and nothing will be asked for by itself).
"""

import re
import statistics
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.stage import Stage

ROOT = ".downhill-training"
PATIENCE = 60_000  # milliseconds


class Trainer:
    """The component of the Train page."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(ROOT)
        self.wait('[data-ready="true"]')

    def told(self, name):
        return self.root.get_attribute(f"data-{name}")

    @property
    def updates(self):
        return int(self.told("updates"))

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

    def ask(self, name):
        """Press a button and wait until Python has answered."""
        self.press(name)
        self.wait('[data-waiting="0"]')

    def speed(self, text):
        self.page.get_by_label("Speed").select_option(text)

    def rest(self):
        """Wait until nothing is under way any more; return the updates."""
        self.wait('[data-idle="true"]')
        return self.updates


def test_it_passes_ninety_percent_within_two_epochs(visit):
    trainer = Trainer(visit("/train"))
    trainer.press("Play")
    trainer.until("Number(d.accuracy) >= 0.9")
    trainer.press("Pause")
    trainer.wait('[data-playing="false"]')
    assert trainer.rest() > 50
    said = trainer.root.locator(".says")
    expect(said).to_contain_text("never seen")
    passed = re.search(r"90 % was passed within ([\d,]+) updates", said.inner_text())
    assert int(passed[1].replace(",", "")) <= 1200


def test_a_pause_is_immediate(visit):
    trainer = Trainer(visit("/train"))
    trainer.speed("1 update a picture")
    trainer.press("Play")
    trainer.until("Number(d.updates) > 5")
    trainer.press("Pause")
    assert trainer.told("playing") == "false"
    at = trainer.updates
    assert trainer.rest() - at <= 4  # two were under way, and two perhaps not yet painted


def test_one_mini_batch_one_epoch_and_the_same_again(visit):
    trainer = Trainer(visit("/train"))
    costs = []
    for _ in range(2):
        for update in range(1, 4):
            trainer.ask("One mini-batch")
            assert trainer.updates == update
            costs.append(trainer.root.locator(".step .figure").nth(1).inner_text())
        trainer.ask("Reset")
        assert trainer.updates == 0
    assert costs[:3] == costs[3:]
    assert len(set(costs)) == 3
    trainer.press("One epoch")
    trainer.wait('[data-epoch="1"][data-playing="false"]')
    assert trainer.updates == 600
    expect(trainer.root).to_contain_text("all 10,000 at the end of epoch 1")
    trainer.ask("One mini-batch")
    trainer.ask("Back an epoch")
    assert (trainer.updates, trainer.told("epoch")) == (600, "1")


def test_another_seed_begins_elsewhere_and_says_so(visit):
    trainer = Trainer(visit("/train"))
    trainer.ask("New seed")
    expect(trainer.root).to_contain_text("seed 1")
    expect(trainer.page).to_have_url(re.compile("train_seed=1"))


def test_a_rate_too_large_on_the_way_and_back(visit):
    trainer = Trainer(visit("/train"))
    trainer.press("Play")
    trainer.until("Number(d.accuracy) >= 0.85")
    trainer.press("Learning rate × 30")
    trainer.wait('[data-rate="3"]')
    assert trainer.told("playing") == "true"
    trainer.until("d.verdict === 'worse' || d.verdict === 'guessing'")
    trainer.press("Pause")
    expect(trainer.root.locator(".says")).to_contain_text("smaller rate")
    trainer.rest()
    trainer.page.get_by_role("button", name=re.compile("before the change")).click()
    trainer.wait('[data-rate="0.1"]')
    assert float(trainer.told("accuracy")) > 0.8
    assert trainer.told("verdict") == "learning"


def test_an_explosion_is_told_in_words(visit):
    trainer = Trainer(visit("/train?train_cost=Squared+error&train_activation=Tanh"))
    box = trainer.page.get_by_label("Learning rate, exactly")
    box.fill("10000")
    box.press("Enter")
    trainer.wait('[data-rate="10000"]')
    expect(trainer.page).to_have_url(re.compile("train_rate=10000"))
    trainer.press("Play")
    trainer.until("d.verdict !== 'ready' && d.verdict !== 'learning'")
    trainer.press("Pause")
    expect(trainer.root.locator(".says")).to_contain_text(re.compile("guessing|NaN|jump"))


def test_a_cost_that_is_no_number_is_explained(visit):
    trainer = Trainer(visit("/train?train_rate=10000&train_hidden=64,64"))
    trainer.press("Play")
    trainer.wait('[data-playing="false"]')
    trainer.until("Number(d.lost) >= 0")
    expect(trainer.root.locator(".says")).to_contain_text("no number (NaN)")
    expect(trainer.page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    trainer.ask("Reset")
    assert trainer.told("lost") == "-1"


def test_a_rate_is_checked_where_it_is_typed(visit):
    trainer = Trainer(visit("/train"))
    box = trainer.page.get_by_label("Learning rate, exactly")
    for text in ("fast", "-1", "0", "1e9", ""):
        box.fill(text)
        box.press("Enter")
        assert "lies between" in box.evaluate("box => box.validationMessage")
    assert trainer.told("rate") == "0.1"


def test_the_optimizer_may_change_while_it_runs(visit):
    trainer = Trainer(visit("/train"))
    trainer.press("Play")
    trainer.until("Number(d.updates) > 20")
    trainer.page.get_by_role("combobox", name="Optimizer").click()
    trainer.page.get_by_role("option", name="Adam", exact=True).click()
    expect(trainer.page.get_by_role("combobox", name="Optimizer")).to_have_value("Adam")
    trainer.wait('[data-rate="0.002"]')
    at = trainer.updates
    trainer.until(f"Number(d.updates) > {at + 20}")
    assert trainer.told("generation") == "1"
    trainer.press("Pause")


def test_other_layers_ask_before_a_trained_network_goes(visit):
    trainer = Trainer(visit("/train"))
    trainer.ask("One mini-batch")
    box = trainer.page.get_by_role("textbox", name="Hidden layers")
    box.fill("8")
    box.press("Enter")
    trainer.press("Keep the trained one")
    expect(box).to_have_value("16, 16")
    box.fill("8")
    box.press("Enter")
    trainer.press("Start anew with these")
    trainer.wait('[data-updates="0"]')
    expect(trainer.root).to_contain_text("Layer 1: 784 → 8")


def test_what_it_confuses(visit):
    trainer = Trainer(visit("/train"))
    trainer.ask("What does it confuse?")
    table = trainer.page.get_by_role("table", name=re.compile("Confusion matrix"))
    expect(table.get_by_role("row")).to_have_count(11)
    expect(trainer.root.locator(".mistakes li")).to_have_count(12)


def test_a_bad_link_says_so_and_opens(visit):
    trainer = Trainer(visit("/train?train_hidden=1e9&train_rate=fast&train_batch=7"))
    expect(trainer.root.locator(".notice")).to_contain_text("hidden, batch, rate")
    assert trainer.told("rate") == "0.1"


def test_a_reload_brings_the_settings_back(visit):
    trainer = Trainer(visit("/train?train_hidden=24&train_rate=0.05"))
    trainer.page.reload()
    again = Trainer(trainer.page)
    assert again.told("rate") == "0.05"
    expect(again.root).to_contain_text("Layer 1: 784 → 24")


def test_leaving_the_page_ends_the_work_and_keeps_the_network(visit):
    trainer = Trainer(visit("/train"))
    trainer.press("Play")
    trainer.until("Number(d.updates) > 100")
    page = trainer.page
    page.get_by_role("button", name="One walker").click()
    page.locator("a[href$='/slope']").click()
    Stage(page).wait_ready()
    expect(page).not_to_have_url(re.compile("train_"))
    page.go_back()
    back = Trainer(page)
    assert back.updates > 100
    assert back.told("playing") == "false"
    at = back.rest()
    back.ask("What does it confuse?")  # by when Python has answered, nothing else was done
    assert back.updates == at


def test_another_visitor_is_not_held_up(visit):
    trainer = Trainer(visit("/train"))
    trainer.speed("full speed")
    trainer.press("Play")
    trainer.until("Number(d.updates) > 100")
    other = Stage(visit("/surface")).wait_ready()
    at = trainer.updates
    held_up = answer_of(other)
    trainer.until(f"Number(d.updates) > {at}")
    trainer.press("Pause")
    trainer.rest()
    assert held_up < 10 * answer_of(other) + 0.1


def answer_of(stage):
    """Return the median of the seconds in which Python answers a dial."""
    times = []
    for turn in range(9):
        began = time.perf_counter()
        with stage.answered():
            stage.page.get_by_role("slider", name="Learning rate").press(
                "ArrowUp" if turn % 2 else "ArrowDown"
            )
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def test_those_who_train_share(visit):
    one, other = Trainer(visit("/train")), Trainer(visit("/train"))
    for trainer in (one, other):
        trainer.press("Play")
    one.wait('[data-workers="2"]')
    other.wait('[data-workers="2"]')
    for trainer in (one, other):  # neither waits until the other has ended
        trainer.until(f"Number(d.updates) > {trainer.updates + 20}")
    other.press("Pause")
    one.wait('[data-workers="1"]')
    one.until(f"Number(d.updates) > {one.updates + 20}")
    assert one.told("playing") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_all(visit):
    page = visit("/train", **PHONE)
    trainer = Trainer(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    page.get_by_role("button", name="Play", exact=True).tap()
    trainer.until("Number(d.updates) > 20")
    page.get_by_role("button", name="Pause", exact=True).tap()
    heights = page.evaluate(
        f"[...document.querySelectorAll('{ROOT} button, {ROOT} select')]"
        ".map((one) => one.offsetHeight).filter(Boolean)"
    )
    assert min(heights) >= 40
