"""How the stage feels, measured in a real Chromium: `python -m tests.benchmarks.stage`.

Script times are the page's own (`data-painted`, `data-three-painted`); latencies run from an
input event to the task after the first frame that shows its effect. In software rendering on a
busy machine the milliseconds are high: compare rows with each other.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import pack
from tests.browser.conftest import ARGUMENTS
from tests.browser.server import serving
from tests.browser.stage import Stage

ROOT = Path(__file__).parents[2]
FOUR = "/?surface=himmelblau&walk=gradient_descent&walk=momentum&walk=adam&walk=rmsprop"

COLLECT = """([name, attribute]) => {
  const root = document.querySelector('.downhill-stage');
  window[name] = [];
  new MutationObserver(() => window[name].push(Number(root.getAttribute(attribute))))
    .observe(root, { attributes: true, attributeFilter: [attribute] });
}"""

STEPS = """async () => {
  const root = document.querySelector('.downhill-stage');
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const press = async (key) => {
    const began = performance.now();
    const before = root.dataset.step;
    root.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
    while (root.dataset.step === before) await painted();
    return performance.now() - began;
  };
  const times = [];
  for (let index = 0; index < 60; index++) times.push(await press('ArrowRight'));
  for (let index = 0; index < 30; index++) times.push(await press('ArrowLeft'));
  return times;
}"""

FRAMES = """(seconds) => new Promise((done) => {
  const root = document.querySelector('.downhill-stage');
  const times = [];
  const tick = (now) => {
    times.push(now);
    if (now - times[0] < 1000 * seconds) requestAnimationFrame(tick);
    else done(times.slice(1).map((time, index) => time - times[index]));
  };
  requestAnimationFrame(tick);
})"""

DELAYS = """() => {
  window.delays = [];
  new PerformanceObserver((list) => {
    for (const { processingStart, startTime } of list.getEntries())
      window.delays.push(processingStart - startTime);
  }).observe({ type: 'event', durationThreshold: 16, buffered: false });
}"""


def told(name: str, times: list[float], unit: str = "ms") -> None:
    ordered = sorted(times)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    middle = statistics.median(ordered)
    spread = f"median {middle:7.1f}  p95 {p95:7.1f}  max {ordered[-1]:7.1f} {unit}"
    print(f"{name:58} n {len(times):4}  {spread}")


def drag(page: Page, stage: Stage) -> None:
    dial = page.get_by_role("slider", name="Learning rate")
    dial.scroll_into_view_if_needed()
    box = dial.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 20, middle)
    page.mouse.down()
    for sweep in range(2):
        for share in range(120):
            across = share if sweep == 0 else 120 - share
            page.mouse.move(box["x"] + 20 + across / 120 * (box["width"] - 40), middle)
    with stage.answered():
        page.mouse.up()


def hide(page: Page, *views: str) -> None:
    for view in views:
        page.get_by_role("button", name=view, exact=True).click()


def in_the_browser(page: Page) -> None:
    page.goto(FOUR)
    stage = Stage(page).wait_ready()
    stage.wait_three()
    hide(page, "Surface")
    stage.press("End")
    page.evaluate(COLLECT, ["drags", "data-painted"])
    drag(page, stage)
    told("drag: script time a repaint, 4 walkers x 200, map + cost", page.evaluate("drags"))
    stage.press("Home")
    told("step, back: key to painted, map + cost", page.evaluate(STEPS))
    page.get_by_label("Speed").select_option("60")
    stage.press("Home", "Space")
    frames = page.evaluate(FRAMES, 3)
    told("play at 60 a second, 3-D hidden: frame to frame", frames)
    print(f"{'':58} = {1000 / statistics.mean(frames):.1f} frames a second")
    page.goto(FOUR)
    stage.wait_ready()
    stage.wait_three()
    page.evaluate(COLLECT, ["threes", "data-three-painted"])
    page.evaluate(DELAYS)
    stage.root.locator(".view.surface").scroll_into_view_if_needed()
    page.get_by_label("Speed").select_option("30")
    stage.press("Home", "Space")
    for _ in range(20):
        page.mouse.move(700, 300)
        page.keyboard.press("Shift")
        page.evaluate(FRAMES, 0.2)
    told("3-D shown and playing: script time a redraw", page.evaluate("threes"))
    delays = page.evaluate("delays")
    told("3-D shown and playing: input waits", delays or [0.0])
    page.evaluate("threes.length = 0; delays.length = 0")
    stage.press("End")
    drag(page, stage)
    told("3-D shown, dial dragged: script time a 3-D redraw", page.evaluate("threes"))
    told("3-D shown, dial dragged: input waits", page.evaluate("delays") or [0.0])


def on_the_server() -> None:
    pack(scenes.new(SURFACES["bowl"], ("adam",)), 0)
    keys = ("gradient_descent", "momentum", "adam", "rmsprop")
    times, sizes = {"surface": [], "setting": [], "focus": []}, []

    def timed(kind: str, scene: scenes.Scene) -> None:
        began = time.perf_counter()
        sizes.append(len(pack(scene, 0)))
        times[kind].append(1000 * (time.perf_counter() - began))

    for surface in SURFACES.values():
        scene = scenes.new(surface, keys)
        timed("surface", scene)
        timed("setting", scenes.with_setting(scene, 0, "learning_rate", 0.001))
        for focus in range(1, len(keys)):
            timed("focus", scenes.with_focus(scene, focus))
    for kind, measured in times.items():
        told(f"server: another {kind}, 4 walkers x 200 steps", measured)
    six = scenes.new(SURFACES["rastrigin"], tuple(OPTIMIZERS)[:6])
    print(f"largest payload: {max(*sizes, len(pack(six, 0))) / 1000:.0f} kB")


def main() -> None:
    on_the_server()
    folder = Path(tempfile.mkdtemp())
    with serving(ROOT / "app.py", folder / "log.txt") as server, sync_playwright() as playwright:
        executable = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 1100})
        in_the_browser(context.new_page())
        browser.close()


if __name__ == "__main__":
    main()
