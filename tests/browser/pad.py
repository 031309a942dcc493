"""Drives the pad as a visitor does, and waits for what it says of itself, never for time.

The pad's root element tells its state in attributes: `data-ready`, `data-drawn` (the number of the
drawing that lies on it), `data-number` (that of the drawing which was answered), `data-answer`,
`data-ack` (the last of its messages that Python has answered).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from playwright.sync_api import Locator, Page

ROOT = ".downhill-pad"
PATIENCE = 30_000  # milliseconds

# Draws each drawing by pointer events, waits for its answer, and clears the pad.
READ = """async ([drawings, side]) => {
  const root = document.querySelector(".downhill-pad");
  const canvas = root.querySelector(".sheet");
  const frame = canvas.getBoundingClientRect();
  const send = (type, [x, y]) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, button: 0, buttons: 1,
    clientX: frame.left + x * frame.width / side, clientY: frame.top + y * frame.height / side,
  }));
  const draw = (strokes) => {
    for (const stroke of strokes) {
      send("pointerdown", stroke[0]);
      for (const place of stroke.slice(1)) send("pointermove", place);
      send("pointerup", stroke.at(-1));
    }
  };
  const answered = () => new Promise((done) => {
    const look = () => root.dataset.drawn === root.dataset.number && observer.disconnect() | done();
    const observer = new MutationObserver(look);
    observer.observe(root, { attributes: true });
    look();
  });
  const answers = [];
  for (const strokes of drawings) {
    if (answers.length) root.querySelector(".clear").click();
    draw(strokes);
    await answered();
    answers.push(root.dataset.answer);
  }
  return answers;
}"""
SIDE = 280  # units of the pad

INK = """canvas => { const { data } = canvas.getContext("2d").getImageData(0, 0,
canvas.width, canvas.height); let count = 0;
for (let at = 0; at < data.length; at += 4) count += data[at] > 128; return count; }"""


class Pad:
    """The pad of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)
        self.sheet = page.locator(f"{ROOT} .sheet")

    def wait_ready(self) -> "Pad":
        """Return this pad once it can be used."""
        self.page.locator(f'{ROOT}[data-ready="true"]').wait_for(timeout=PATIENCE)
        return self

    def settle(self) -> "Pad":
        """Wait until what lies on the pad is what was answered."""
        self.page.wait_for_function(
            """selector => { const { drawn, number } = document.querySelector(selector).dataset;
            return drawn === number; }""",
            arg=ROOT,
            timeout=PATIENCE,
        )
        return self

    @property
    def answer(self) -> str:
        """The digit that is read at present, "" if none."""
        return self.settle().told("answer")

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Do something that asks Python within; leaves when the answer is shown."""
        before = self.told("ack")
        yield
        self.page.locator(f'{ROOT}:not([data-ack="{before}"])').wait_for(timeout=PATIENCE)

    def mouse(self, strokes: Sequence[np.ndarray], every: int = 5) -> "Pad":
        """Draw with the mouse, in the pad's units."""
        mouse = self.page.mouse
        for stroke in strokes:
            places = self._places(stroke[::every])
            mouse.move(*places[0])
            mouse.down()
            for place in places[1:]:
                mouse.move(*place)
            mouse.up()
        return self

    def touch(self, strokes: Sequence[np.ndarray], every: int = 5) -> "Pad":
        """Draw with a finger, in the pad's units."""
        session = self.page.context.new_cdp_session(self.page)

        def send(kind: str, places: list[tuple[float, float]]) -> None:
            points = [{"x": x, "y": y} for x, y in places]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        for stroke in strokes:
            places = self._places(stroke[::every])
            send("touchStart", places[:1])
            for place in places[1:]:
                send("touchMove", [place])
            send("touchEnd", [])
        session.detach()
        return self

    def quickly(self, strokes: Sequence[np.ndarray], every: int = 4) -> "Pad":
        """Draw by pointer events in one batch, in the pad's units."""
        self.read_each([strokes], every)
        return self

    def read_each(self, drawings: Sequence[Sequence[np.ndarray]], every: int = 4) -> list[str]:
        """Draw one after the other, each on a cleared pad; return the answers."""
        lines = [[stroke[::every].tolist() for stroke in strokes] for strokes in drawings]
        return self.page.evaluate(READ, [lines, SIDE])

    def button(self, name: str) -> Locator:
        """A button of the pad by its name."""
        return self.root.get_by_role("button", name=name, exact=True)

    def ink(self) -> int:
        """How many pixels of the sheet have ink."""
        return self.sheet.evaluate(INK)

    def wait_ink(self, count: int) -> None:
        """Wait until so many pixels have ink: it is laid anew when the size of the pad settles."""
        self.page.wait_for_function(
            f"([canvas, count]) => ({INK})(canvas) === count",
            arg=[self.sheet.element_handle(), count],
            timeout=PATIENCE,
        )

    def told(self, name: str) -> str:
        """What the root tells in `data-name`."""
        value = self.root.get_attribute(f"data-{name}", timeout=PATIENCE)
        assert value is not None, f"the pad does not tell data-{name}"
        return value

    def _places(self, stroke: np.ndarray) -> list[tuple[float, float]]:
        box = self.sheet.bounding_box(timeout=PATIENCE)
        assert box is not None, "the pad is not on the screen"
        scale = box["width"] / SIDE
        return [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
