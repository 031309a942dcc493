"""Shares in words: one rule for every percentage."""

from __future__ import annotations

import math


def percent(share: float, digits: int = 0) -> str:
    """Return a share as people say it, such as 97 %.

    What only rounding would make 0 or 100 is told as "under 1 %" and "over 99 %".
    """
    if not math.isfinite(share):
        return "?"
    text, least = f"{100 * share:.{digits}f}", 10.0**-digits
    if share > 0 and float(text) == 0:
        return f"under {least:.{digits}f} %"
    if share < 1 and float(text) == 100:
        return f"over {100 - least:.{digits}f} %"
    return f"{text} %"
