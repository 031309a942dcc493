"""For every test: one thread for linear algebra, patient properties, the browser last."""

import os

# Before NumPy is loaded, as in app.py.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

IN_CI = os.environ.get("CI") == "true"

# No deadline: how long an example takes depends on who else uses the machine. In CI the examples
# are the same at every run, so that a change is judged by what it changed.
settings.register_profile("downhill", deadline=None, derandomize=IN_CI)
settings.load_profile("downhill")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser for last: quick tests speak first, and none meets its event loop."""
    items.sort(key=lambda item: "browser" in item.path.parts)
