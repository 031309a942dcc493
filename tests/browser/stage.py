"""Drives the stage as a visitor does, and waits for what it says of itself, never for time.

The stage's root element tells its state in attributes, among them `data-ready` ("true" when it can
be used), `data-version` (grows with each payload), `data-step`, `data-playing` ("true" or "false"),
`data-ack` (the last of its messages that Python has answered), `data-three` ("ready" when the
surface in 3-D is painted).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page

ROOT = ".downhill-stage"
PATIENCE = 30_000  # milliseconds; software rendering on a busy machine is slow


class Stage:
    """The stage of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)

    @property
    def version(self) -> str:
        return self.told("version")

    @property
    def step(self) -> int:
        return int(self.told("step"))

    @property
    def playing(self) -> bool:
        return self.told("playing") == "true"

    @property
    def ack(self) -> str:
        return self.told("ack")

    def wait_ready(self) -> "Stage":
        """Return this stage once it can be used."""
        self.wait_for('[data-ready="true"]')
        return self

    def wait_three(self) -> None:
        """Wait until the surface in 3-D is painted."""
        self.wait_for('[data-three="ready"]')

    def wait_step(self, step: int) -> None:
        """Wait until the walkers stand at this step."""
        self.wait_for(f'[data-step="{step}"]')

    def wait_past(self, step: int) -> None:
        """Wait until the walkers have gone further than this step."""
        self.page.wait_for_function(
            "([selector, step]) => Number(document.querySelector(selector).dataset.step) > step",
            arg=[ROOT, step],
            timeout=PATIENCE,
        )

    def wait_playing(self, playing: bool) -> None:
        """Wait until it plays, or until it does not."""
        self.wait_for(f'[data-playing="{str(playing).lower()}"]')

    def wait_for(self, condition: str) -> None:
        """Wait until the root matches a CSS condition, such as `[data-step="3"]`."""
        self.page.locator(ROOT + condition).wait_for(timeout=PATIENCE)

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Do something that asks Python within; leaves when the answer is on the stage."""
        before = self.ack
        yield
        self.wait_for(f':not([data-ack="{before}"])')

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Do something that changes the walks within; leaves when the new ones are shown."""
        before = self.version
        yield
        self.wait_for(f':not([data-version="{before}"])')

    def press(self, *keys: str) -> None:
        """Press keys one after the other, the focus on the stage itself."""
        self.root.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, handle: Locator, right: float, down: float = 0, moves: int = 8) -> None:
        """Drag something by its middle, by pixels, in several moves of the mouse."""
        x, y = self._middle(handle)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + right, y + down, steps=moves)
        mouse.up()

    def click_at(self, picture: Locator, across: float, down: float) -> None:
        """Click into a picture, at fractions of its width and height."""
        box = self._box(picture)
        picture.click(position={"x": across * box["width"], "y": down * box["height"]})

    def told(self, name: str, missing: str | None = None) -> str:
        """Return what the root tells in `data-name`, or `missing` if it does not."""
        value = self.root.get_attribute(f"data-{name}", timeout=PATIENCE)
        value = missing if value is None else value
        assert value is not None, f"the stage does not tell data-{name}"
        return value

    def _middle(self, handle: Locator) -> tuple[float, float]:
        handle.scroll_into_view_if_needed()
        box = self._box(handle)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    @staticmethod
    def _box(element: Locator) -> dict[str, float]:
        box = element.bounding_box(timeout=PATIENCE)
        assert box is not None, "it is not on the screen"
        return box
