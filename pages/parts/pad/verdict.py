"""Sentences of the Draw page: what was read, which step decides, what a lesson did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.digits import strays
from engine.network.reading import PAD, STEPS, Reading, Steps
from pages.parts.pad.sheet import Lesson

SURE = 0.8
"""The chance from which an answer is said without a second one."""

_DOT = PAD / 50  # what is no longer than this is read as a dot
_FLAT = 0.12  # a drawing this much lower than wide is a lying line
_NO_DIGIT = "The network has to choose one of ten all the same."


def answer(reading: Reading, label: int | None = None) -> str:
    """Return what the network reads; of a test digit with what it really is."""
    first, second = np.argsort(-reading.chances, kind="stable")[:2]
    chances = [percent(reading.chances[digit]) for digit in (first, second)]
    if not np.isfinite(reading.chances).all():
        return "Its numbers have grown beyond all bounds, so there is no answer."
    if reading.chances[first] >= SURE:
        said = f"It reads {a(first)} ({chances[0]})."
    else:
        said = f"It wavers: {first} ({chances[0]}) or {second} ({chances[1]})."
    if label is not None:
        return f"{said} That is right." if first == label else f"{said} In truth it is {a(label)}."
    return said


def shape(strokes: Sequence[NDArray[np.float64]], steps: Steps) -> str:
    """Return what to say of a drawing that is hardly a digit, or of strokes left out, or ""."""
    far = strays(strokes) if steps.crop else ()
    body = np.concatenate([s for number, s in enumerate(strokes) if number not in far])
    width, height = np.ptp(body, axis=0)
    if max(width, height) <= _DOT:
        return f"That is a dot. {_NO_DIGIT}"
    if height <= _FLAT * width:
        return f"That is a lying line, which is no digit. {_NO_DIGIT}"
    if far:
        marks = "A mark far from the digit is" if len(far) == 1 else f"{len(far)} marks far off are"
        return f"{marks} left out by cropping."
    return ""


def flips(reading: Reading, steps: Steps) -> str:
    """Return which step alone would change the answer."""
    found = [
        f"{'without' if getattr(steps, key) else 'with'} “{STEPS[key].name}” {a(digit)}"
        for key, digit in reading.flips.items()
    ]
    if not found:
        return "No single step of the preparation changes this answer."
    which = "One step makes" if len(found) == 1 else "Each of these steps alone makes"
    return f"{which} the difference: {'; '.join(found)}."


def lesson(one: Lesson, first: Lesson, here: bool = True) -> str:
    """Return what a lesson did: to this drawing, and to all the other digits.

    Args: first: the first lesson since the network was untaught, which may be the same; here:
        whether its drawing is still on the pad.
    """
    if not here:
        return (
            "It still knows what it was taught before. Of the 10,000 test digits it read "
            f"{first.right[0]:,} right before all lessons and reads {one.right[1]:,} now."
        )
    steps = "one step" if one.steps == 1 else f"{one.steps} steps"
    here = (
        f"{steps[0].upper()}{steps[1:]} towards {one.label}: its chance went from "
        f"{' to '.join(_percents(*one.chances))}, "
        f"the cost on this drawing from {one.costs[0]:.3g} to {one.costs[1]:.3g}."
    )
    before, after = one.right
    there = f"Of the 10,000 test digits it read {before:,} right and now reads {after:,}"
    if after < before:
        there += f": learning this one cost {_digits(before - after)}."
    elif after > before:
        there += f": {_digits(after - before)} more."
    else:
        there += ": no loss."
    untaught = first.right[0]
    if one is not first:
        there += f" Before all lessons it was {untaught:,}."
    return f"{here} {there}"


def a(digit: int) -> str:
    """Return a digit with its article: a 3, an 8."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def _digits(count: int) -> str:
    return "one digit" if count == 1 else f"{count:,} digits"


def _percents(before: float, after: float) -> tuple[str, str]:
    """Return two chances, so finely that one can tell them apart."""
    texts = percent(before), percent(after)
    if texts[0] != texts[1] or before == after:
        return texts
    if after < 0.005:
        return _rare(before), _rare(after)
    return f"{100 * before:.6g} %", f"{100 * after:.6g} %"


def _rare(chance: float) -> str:
    return f"1 in {float(f'{1 / chance:.2g}'):,.0f}" if chance > 1e-12 else "next to nothing"


def percent(chance: float) -> str:
    """Return a chance as people say it: 97 %, under 1 %."""
    if not np.isfinite(chance):
        return "?"
    if chance < 0.005:
        return "under 1 %"
    if chance >= 0.995:  # 1 is only what rounding made of it
        return "over 99 %"
    return f"{100 * chance:.0f} %"
