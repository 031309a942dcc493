"""Messages between the two halves of a component.

To the browser: `assemble` makes u32 header length, JSON header, arrays; assets/parts/arrays.js
reads them. From the browser: a mapping, of which nothing is believed; `number`, `whole` and `text`
take one field out of it, or raise ValueError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def assemble(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return one message: the header (JSON, NaN raises ValueError) and the arrays.

    Each array starts at a multiple of 8 bytes, little-endian, rows first; its name, type, shape and
    place stand in the header under "arrays".
    """
    index, blobs, offset = [], [], 0
    for name, array in arrays.items():
        data = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False).tobytes()
        padding = -len(data) % 8
        dtype = array.dtype.newbyteorder("<").str
        index.append({"name": name, "dtype": dtype, "shape": array.shape, "offset": offset})
        blobs += [data, bytes(padding)]
        offset += len(data) + padding
    text = json.dumps({**header, "arrays": index}, allow_nan=False).encode()
    text += b" " * ((4 - len(text)) % 8)  # the arrays start at a multiple of 8
    return b"".join([np.uint32(len(text)).tobytes(), text, *blobs])


def film(pictures: Sequence[bytes]) -> bytes:
    """Return one message of several, in their order; assets/parts/film.js shows them in turn."""
    return assemble({}, {str(k): np.frombuffer(one, np.uint8) for k, one in enumerate(pictures)})


def number(message: Mapping[str, Any], name: str) -> float:
    """Return the field as a finite number."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise ValueError(f"{name} is a finite number")
    return float(value)


def whole(message: Mapping[str, Any], name: str) -> int:
    """Return the field as a whole number."""
    value = number(message, name)
    if value != int(value):
        raise ValueError(f"{name} is a whole number")
    return int(value)


def text(message: Mapping[str, Any], name: str) -> str:
    """Return the field as a text of at most 100 characters."""
    value = message.get(name)
    if not isinstance(value, str) or len(value) > 100:
        raise ValueError(f"{name} is a short text")
    return value
