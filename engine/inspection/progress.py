"""Progress of work in parts: how far the whole is, while one part of it goes."""

from collections.abc import Generator
from typing import TypeVar

Value = TypeVar("Value")


def part(
    steps: Generator[float, None, Value], low: float, high: float
) -> Generator[float, None, Value]:
    """Yield low to high while the steps go from 0 to 1; return what they return."""
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            value: Value = end.value
            return value
        yield low + (high - low) * share
