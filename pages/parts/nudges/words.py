"""How numbers and parameters of a network are called in sentences."""

from __future__ import annotations

import numpy as np

from engine.inspection.nudges import Place
from engine.network import Network


def told(value: float) -> str:
    """Return a number with three digits, as assets/parts/figures.js does."""
    value = float(value)
    if not np.isfinite(value):
        return "no number" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{_trimmed(mantissa)}e{int(exponent)}".replace("-", "−")
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return _trimmed(f"{value:.{digits}f}").replace("-", "−")


def chance(value: float) -> str:
    """Return what an output says, 0 to 1, with so many digits that one sees what is missing to 1.

    Three digits would make 1 of 0.999501, which wants 0.000499 more: assets/nudges/words.js does
    the same.
    """
    value = float(value)
    rest = 1 - value
    if not 0 < rest < 0.05:
        return told(value)
    if rest < 1e-6:
        return f"1 − {told(rest)}"
    return _trimmed(f"{1 - rest:.{2 - int(np.floor(np.log10(rest)))}f}")


def signed(value: float) -> str:
    """Return the same with its sign always shown."""
    return f"+{told(value)}" if value > 0 else told(value)


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def parameter(network: Network, place: Place) -> tuple[str, str]:
    """Return whose a parameter is and which of its: ("output 3", "from neuron 4")."""
    layer, number, source = place
    whose = f"output {number}" if layer == len(network.sizes) - 1 else f"neuron {number + 1}"
    if layer < len(network.sizes) - 1:
        whose += f" of layer {layer}"
    if source < 0:
        return whose, "its bias"
    if layer == 1:
        return whose, f"from pixel {source % 28 + 1} of row {source // 28 + 1}"
    return whose, f"from neuron {source + 1}"


def phrase(network: Network, place: Place) -> str:
    """Return what to call a parameter in a sentence: "the weight from neuron 4 to output 3"."""
    whose, which = parameter(network, place)
    return f"the bias of {whose}" if place.source < 0 else f"the weight {which} to {whose}"
