"""NumPy archives (.npz) read without trust: what a file says of itself may be wrong or hostile."""

import struct
import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

_FAILURES = (
    *(OSError, ValueError, KeyError, EOFError, MemoryError, RuntimeError),  # as met with, fuzzing
    *(TypeError, SyntaxError, BadZipFile, zlib.error, struct.error),
)


def read(file: Path, most_bytes: int) -> dict[str, NDArray[Any]]:
    """Return the arrays of an archive by name. Objects (pickles) are refused, never unpacked.

    Raises ValueError, with half a sentence that says why, if the file is missing, damaged, is no
    archive of arrays, or would take more than `most_bytes` of memory.
    """
    try:
        with ZipFile(file) as members:
            size = sum(member.file_size for member in members.infolist())
        if size > most_bytes:
            raise ValueError(f"it unpacks to {size:,} bytes, more than {most_bytes:,}")
        with np.load(file, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name]) for name in arrays.files}
    except FileNotFoundError:
        raise ValueError("there is no such file") from None
    except _FAILURES as error:
        raise ValueError(str(error) or type(error).__name__) from error
