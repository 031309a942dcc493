"""Questions about what a digit asked for, with its own numbers: can one say it oneself now?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from engine.inspection.nudges import Avenues, Passage, avenues
from pages.parts.nudges.story import rival_of
from pages.parts.nudges.words import chance, signed, told

_WAYS = ("up", "down", "not at all")


class Question(NamedTuple):
    """A question, what one can answer, which answer (its place) is right, and why."""

    text: str
    choices: tuple[str, ...]
    right: int
    why: str


def questions(example: Passage) -> list[Question]:
    """Return a few questions about the outputs of an example that has passed through."""
    last, label = len(example.said) - 1, example.label
    ways = avenues(example, last, label)
    if not np.isfinite([*example.said[-1], *ways.weights]).all():
        return []
    found = [_of_a_bias(example)]
    if last > 1:
        found += [*_of_the_largest(label, ways), *_of_the_silent(label, last, ways)]
        found += _of_a_wish(label, ways)
    return found


def _of_a_bias(example: Passage) -> Question:
    rival = rival_of(example)
    said, push = chance(example.said[-1][rival]), example.pushes[-1][rival]
    why = "Whatever raises it was asked to go down, and a bias raises it by itself."
    if not push:
        why = "But no push has come through to its sum, and a bias gets the whole push: none."
    return Question(
        f"The bias of output {rival} was asked to go …",
        _WAYS,
        _way(push),
        f"Output {rival} says {said} and should say 0. {why}",
    )


def _of_the_largest(label: int, ways: Avenues) -> Iterator[Question]:
    order = np.argsort(-np.abs(ways.weights), kind="stable")
    loud, quiet = int(order[0]), int(order[-1])
    others = np.delete(np.arange(len(order)), [loud, quiet])
    if not ways.weights[loud] or not len(others):
        return
    heavy = int(others[np.abs(ways.neuron.weights[others]).argmax()])
    choices, said = sorted({loud, quiet, heavy}), ways.neuron.inputs[loud]
    most = "more than any other" if said > 0 else "the farthest from 0 of all"
    yield Question(
        f"Which weight of output {label} was asked to change most? The one from neuron …",
        tuple(str(one + 1) for one in choices),
        choices.index(loud),
        f"Neuron {loud + 1} says {told(said)}, {most}, and the nudge is push × that. How large a "
        "weight is already does not count: the one from neuron "
        f"{heavy + 1} is {told(ways.neuron.weights[heavy])}, and was asked for "
        f"{signed(ways.weights[heavy])}.",
    )


def _of_the_silent(label: int, last: int, ways: Avenues) -> Iterator[Question]:
    silent = np.flatnonzero(ways.neuron.inputs == 0)
    if not len(silent):
        return
    one = int(silent[np.abs(ways.neuron.weights[silent]).argmax()])
    yield Question(
        f"Neuron {one + 1} of layer {last - 1} is silent. Its weight to output {label} was asked "
        "to go …",
        _WAYS,
        2,
        f"{signed(ways.push)} × 0 is 0. A weight from a neuron that says nothing has no part in "
        "what went wrong.",
    )


def _of_a_wish(label: int, ways: Avenues) -> Iterator[Question]:
    one = int(np.abs(ways.inputs).argmax())
    wish = ways.inputs[one]
    if not wish:
        return
    weight = ways.neuron.weights[one]
    kind = "positive" if weight > 0 else "negative"
    effect = "raises" if weight > 0 else "lowers"
    yield Question(
        f"The weight from neuron {one + 1} to output {label} is {told(weight)}. So output {label} "
        f"wishes that neuron {one + 1} goes …",
        _WAYS,
        _way(wish),
        f"Output {label} is wanted {'up' if ways.push > 0 else 'down'}. The weight is {kind}, so "
        f"neuron {one + 1} {effect} it: wish = {signed(ways.push)} × {told(weight)} = "
        f"{signed(wish)}.",
    )


def _way(value: float) -> int:
    """Return which of the three ways a number goes."""
    return 0 if value > 0 else 1 if value < 0 else 2
