"""How long a stroke takes to be read and painted: `python -m tests.benchmarks.pad`.

In a real Chromium on an otherwise idle page: a pen moves 60 times in about 3 seconds and then rests
60 times; each move is timed from its pointer event to the task after the first frame that shows the
answer to a drawing which has it. One message is under way at a time, so a move may wait for the one
before. Then what the server does for one message, without Streamlit and network.
"""

import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from pages.parts import pad
from pages.parts.pad import sheet
from tests.browser.conftest import ARGUMENTS
from tests.browser.pad import Pad
from tests.browser.server import serving
from tests.engine.drawings import drawing, placed

ROOT = Path(__file__).parents[2]

# Times every move of the pen; `pause` is how long it rests in between, in milliseconds.
MOVES = """async ([places, pause]) => {
  const root = document.querySelector(".downhill-pad");
  const canvas = root.querySelector(".sheet");
  const frame = canvas.getBoundingClientRect();
  const send = (type, [x, y]) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, button: 0, buttons: 1,
    clientX: frame.left + x * frame.width / 280, clientY: frame.top + y * frame.height / 280,
  }));
  const waiting = [];
  const times = [];
  let answers = 0;
  const observer = new MutationObserver((changes) => {
    if (!changes.some(({ attributeName }) => attributeName === "data-ack")) return;
    answers += 1;
    const number = Number(root.dataset.number);
    const shown = waiting.splice(0, waiting.filter((move) => move.number <= number).length);
    requestAnimationFrame(() => setTimeout(() => {
      for (const { began } of shown) times.push(performance.now() - began);
    }, 0));
  });
  observer.observe(root, { attributes: true });
  const rest = (wait) => new Promise((done) => setTimeout(done, wait));
  send("pointerdown", places[0]);
  await rest(500);
  for (const place of places.slice(1)) {
    const began = performance.now();
    send("pointermove", place);
    waiting.push({ began, number: Number(root.dataset.drawn) });
    await rest(pause);
  }
  send("pointerup", places.at(-1));
  await rest(1000);
  observer.disconnect();
  return { times, answers, left: waiting.length };
}"""


def told(name: str, times: list[float]) -> None:
    """Print the spread of some milliseconds."""
    ordered = sorted(times)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    middle = statistics.median(ordered)
    print(
        f"{name:52} n {len(times):4}  p50 {middle:6.1f}  p95 {p95:6.1f}  max {ordered[-1]:6.1f} ms"
    )


def places(moves: int) -> list[list[float]]:
    """Return the way of a pen through a 3, in so many moves."""
    (line,) = placed(drawing(3), 140, 60, 60)
    return line[np.linspace(0, len(line) - 1, moves + 1).round().astype(int)].tolist()


def in_the_browser(page: Page) -> None:
    page.goto("/draw")
    on_page = Pad(page).wait_ready()
    for reader in ("strong", "small"):
        with on_page.answered():
            page.locator(f'[data-reader="{reader}"]').click()
        for name, pause in (("one move, then rest", 150), ("moves 50 a second", 20)):
            on_page.read_each([placed(drawing(7), 100, 90, 90)])
            page.evaluate("document.querySelector('.downhill-pad .clear').click()")
            on_page.settle()
            found = page.evaluate(MOVES, [places(60), pause])
            assert not found["left"], "every move is answered in the end"
            told(f"{reader}, {name}: to the answer painted", found["times"])
            print(f"{'':52} {found['answers']} answers")
    painted = float(on_page.told("painted"))
    print(f"{'script time of the last repaint':52} {painted:.1f} ms")


def on_the_server() -> None:
    lines = [stroke.ravel().tolist() for stroke in placed(drawing(3), 140, 60, 60)]
    rng = np.random.default_rng(0)
    scribble = (140 + np.cumsum(rng.normal(size=(2000, 2)), axis=0)).clip(0, 280).ravel().tolist()
    for reader in ("strong", "small"):
        for name, strokes in (("a 3", lines), ("a scribble of 2,000 points", [scribble])):
            on_page = replace(sheet.Sheet(), reader=reader)
            message = {"act": "draw", "strokes": strokes, "brush": 22, "number": 1}
            times = []
            for _ in range(100):
                began = time.perf_counter()
                size = len(pad.pack(pad.apply(on_page, message), 0))
                times.append(1000 * (time.perf_counter() - began))
            told(f"server, {reader}: {name}, {size / 1000:.0f} kB back", times)


def main() -> None:
    """Print all of it."""
    folder = Path(tempfile.mkdtemp())
    with serving(ROOT / "app.py", folder / "log.txt") as server, sync_playwright() as playwright:
        executable = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
        in_the_browser(context.new_page())
        browser.close()
    on_the_server()


if __name__ == "__main__":
    main()
