"""What components share, in a browser without any component: modules of assets/parts/."""

import pytest

# Answers each message at once, and drags: an act every 5 ms, 60 of them. Returns what was posted
# while the hand moved, and how long the next tick took to come after it let go.
DRAG = """async (period) => {
  const { createLine } = await import("/assets/parts/line.js");
  const line = createLine({ latest: ["rate"] });
  const posted = [];
  let after = null;
  const ticked = new Promise((done) => line.connect((name, message) => {
    posted.push(message);
    if (message.tick && after !== null) done(performance.now() - after);
    const last = message.acts.at(-1)?.number ?? 0;
    setTimeout(() => line.answered(message.sequence, last, period), 0);
  }));
  line.run(() => ({ generation: 1 }));
  const began = performance.now();
  for (let turn = 0; turn < 60; turn++) {
    line.send("rate", { rate: turn });
    await new Promise((done) => setTimeout(done, 5));
  }
  after = performance.now();
  const ticks = posted.filter(({ tick }) => tick).length;
  const waited = await ticked;
  line.leave();
  return { ticks, dragged: after - began, waited };
}"""

CLICKS = """async () => {
  const { createLine } = await import("/assets/parts/line.js");
  const line = createLine();
  const posted = [];
  line.connect((name, message) => posted.push(message));
  for (let turn = 0; turn < 50; turn++) line.send("step");
  const seen = [];
  while (line.waiting) {
    const { sequence, acts } = posted.at(-1);
    seen.push(acts.length);
    line.answered(sequence, acts.at(-1).number, 33);
  }
  line.leave();
  return seen;
}"""


@pytest.fixture
def page(visit):
    page = visit("/glossary")
    page.get_by_role("heading", level=1).wait_for()
    return page


def test_a_drag_costs_no_tick_and_brings_none_before_its_time(page):
    period = 100
    found = page.evaluate(DRAG, period)
    assert found["ticks"] <= found["dragged"] / period + 2
    assert found["waited"] < 5 * period  # one period, on a machine that may be busy


def test_many_clicks_go_in_messages_that_are_taken(page):
    found = page.evaluate(CLICKS)
    assert max(found) <= 20
    assert len(found) >= 3
