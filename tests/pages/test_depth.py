"""The Depth page without a browser: its cures and links, its pair, its sentences, its message."""

from dataclasses import replace

import pytest

from pages.parts.inspection import pair, prognosis
from pages.parts.inspection.cures import PRESETS, Treatment


class Clock:
    """A clock that goes on by a millisecond whenever somebody looks."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.001
        return self.now


def after(updates, setup, *cures, steepness=0):
    """A pair after so many updates."""
    begun = pair.paired(setup, Treatment(frozenset(cures), steepness))
    return pair.worked(begun, 1e9, updates, Clock())


# --- Each cure cures something, alone, from the same seed ----------------------------------------


@pytest.mark.parametrize(
    ("preset", "cure", "sick", "accuracy"),
    [
        ("dies", "relu", "vanishing", 0.7),
        ("silent", "weights", "vanishing", 0.7),
        ("explodes", "weights", "exploded", 0.7),
        ("explodes", "clip", "exploded", 0.3),
        ("raw", "inputs", "exploded", 0.7),
        ("raw", "clip", "exploded", 0.5),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_one_switch_cures(preset, cure, sick, accuracy, seed):
    both = after(500, replace(PRESETS[preset].setup, seed=seed), cure)
    assert prognosis.fate(both.sick) == sick
    assert both.sick.mark.accuracy < 0.15
    assert prognosis.fate(both.cured) in ("even", "uneven")
    assert both.cured.mark.accuracy > accuracy
    assert both.cured.setup.seed == both.sick.setup.seed
