"""Gradient clipping: a gradient that is too long is shortened, its direction kept."""

import math

import numpy as np

from engine.optimizers.optimizer import FloatArray


def clip(gradient: FloatArray, longest: float) -> float:
    """Shorten a gradient (d,) in place to the norm `longest` if it is longer; return its norm.

    g ← g · min(1, longest / ‖g‖). A gradient that is not finite stays as it is.

    Source: Pascanu, Mikolov and Bengio 2013, ICML, algorithm 1 (clipping by the norm of all
    parameters together).
    """
    largest = float(np.abs(gradient).max())
    if not 0 < largest < math.inf:
        return largest
    with np.errstate(under="ignore"):
        scaled = gradient / gradient.dtype.type(largest)  # the squares of 1e20 leave float32
        norm = largest * math.sqrt(float(np.vdot(scaled, scaled)))
        if norm > longest:
            gradient *= longest / norm
    return norm


def usable_clip(longest: float) -> float:
    """Return the longest norm allowed, inf for any; ValueError if it is not above 0."""
    if not longest > 0:
        raise ValueError(f"a gradient is clipped to a norm above 0, not {longest}")
    return float(longest)
