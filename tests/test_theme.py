"""The theme in .streamlit/config.toml can be read by everybody, light and dark."""

import tomllib
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


def luminance(colour: str) -> float:
    """The relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_the_largest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_accent_stand_out_from_their_ground(theme: str) -> None:
    colours = THEME[theme]
    texts = ("textColor", "primaryColor", "linkColor")
    grounds = ("backgroundColor", "secondaryBackgroundColor")
    for text, ground in product(texts, grounds):
        assert contrast(colours[text], colours[ground]) >= 4.5, (theme, text, ground)


def test_no_page_has_a_primary_button() -> None:
    """Its white label cannot be read on the accent of the dark theme."""
    for page in (ROOT / "pages").rglob("*.py"):
        assert 'type="primary"' not in page.read_text(), page
