"""How live the Train and Depth pages are, in real Chromiums: `python -m tests.benchmarks.live`.

Prints pictures and updates a second of the Depth page, with one network and with two, then of one,
two and three who train at once; how long another visitor's dial on the surface page waits for its
answer, with and without somebody training; how many updates still come after a pause and after a
closed tab; and the time on the processor of the recommended settings, over five seeds. Everything
shares one machine, so say which it was, and what else it did: its load is printed first.
"""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from playwright.sync_api import Browser, Page, sync_playwright

from engine.training import advance
from pages.parts.training import plan, trainer
from tests.browser.conftest import ARGUMENTS, DESKTOP
from tests.browser.server import Server, serving
from tests.browser.stage import Stage

ROOT = Path(__file__).parents[2]
SECONDS = 6.0
TOLD = "root => ({ ...root.dataset })"

ANSWER = """async () => {
  const root = document.querySelector('.downhill-stage');
  const dial = document.querySelector('input[aria-label="Learning rate"]');
  const times = [];
  for (let turn = 0; turn < 30; turn++) {
    const before = root.dataset.ack;
    const began = performance.now();
    dial.value = Number(dial.value) + (turn % 2 ? 1 : -1);
    dial.dispatchEvent(new Event('input'));
    dial.dispatchEvent(new Event('change'));
    while (root.dataset.ack === before) await new Promise((done) => setTimeout(done, 1));
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 100));
  }
  return times;
}"""


def recommended() -> None:
    """Print what the page's own settings reach in 20 epochs, for five seeds."""
    reached, seconds = [], []
    trainer.measured(plan.begun(plan.Beginning(), plan.Course(), 0.1))  # the pictures are read
    for seed in range(5):
        training = plan.begun(plan.Beginning(seed=seed), plan.Course(), 0.1)
        before = time.process_time()
        while training.epoch < 20:
            training = advance(training, training.left)
        seconds.append(time.process_time() - before)
        reached.append(trainer.report(training).accuracy)
    each = ", ".join(f"{share:.2%}" for share in reached)
    print(f"recommended settings, 20 epochs, seeds 0 to 4: {each}")
    print(f"    median {statistics.median(reached):.2%}; at most {max(seconds):.1f} s of processor")


def opened(browser: Browser, server: Server, path: str) -> Page:
    page = browser.new_context(base_url=server.url, **DESKTOP).new_page()
    page.goto(path)
    return page


def training_page(browser: Browser, server: Server) -> Page:
    page = opened(browser, server, "/train")
    page.locator('.downhill-training[data-ready="true"]').wait_for(timeout=60_000)
    page.get_by_label("Speed").select_option("full speed")
    return page


def told(page: Page) -> dict[str, str]:
    return page.locator(".downhill-training, .downhill-depth").evaluate(TOLD)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def rates(pages: list[Page], process: int) -> None:
    """Print pictures, updates and time on the processor a second of each who trains."""
    time.sleep(1.5)
    before, began, worked = [told(page) for page in pages], time.perf_counter(), busy(process)
    time.sleep(SECONDS)
    after, seconds = [told(page) for page in pages], time.perf_counter() - began
    share = (busy(process) - worked) / seconds
    for first, last in zip(before, after, strict=True):
        pictures, updates = (
            (int(last[name]) - int(first[name])) / seconds for name in ("pictures", "updates")
        )
        print(f"{len(pages)} train: {pictures:5.1f} pictures, {updates:6,.0f} updates a second")
    print(f"    the server's share of one processor: {share:.0%}")


def deep(browser: Browser, server: Server) -> None:
    """Print the same of the Depth page: ten layers of 32, as they are and with a cure."""
    for cures in ("", "?depth_cures=relu"):
        page = opened(browser, server, f"/depth{cures}")
        page.locator('.downhill-depth[data-ready="true"]').wait_for(timeout=60_000)
        press(page, "Play")
        print(f"Depth, {1 + bool(cures)} of 10 layers of 32:")
        rates([page], server.process)
        page.close()


def busy(process: int) -> float:
    """The seconds that a process has had on the processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def answers(browser: Browser, server: Server, name: str) -> None:
    page = opened(browser, server, "/surface")
    Stage(page).wait_ready()
    times = sorted(page.evaluate(ANSWER))
    print(
        f"another visitor's dial, {name}: median {statistics.median(times):.0f} ms, "
        f"95 % within {times[int(0.95 * len(times))]:.0f} ms"
    )
    page.context.close()


def live(browser: Browser, server: Server) -> None:
    process = server.process
    answers(browser, server, "nobody trains")
    one = training_page(browser, server)
    press(one, "Play")
    rates([one], process)
    answers(browser, server, "one trains")
    press(one, "Pause")
    at = int(told(one)["updates"])
    time.sleep(1)
    print(f"after a pause {int(told(one)['updates']) - at:,} updates came that were under way")
    pages = [one]
    press(one, "Play")
    for _ in range(2):
        pages.append(training_page(browser, server))
        press(pages[-1], "Play")
        rates(pages, process)
    for page in pages:
        page.close()
    time.sleep(1)
    before = busy(process)
    time.sleep(3)
    print(f"3 s after all tabs are closed: {busy(process) - before:.2f} s on the processor")


def main() -> None:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} processors, load before: {load}")
    recommended()
    log = Path(tempfile.mkdtemp()) / "log.txt"
    with serving(ROOT / "app.py", log) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        deep(browser, server)
        live(browser, server)
        browser.close()


if __name__ == "__main__":
    main()
