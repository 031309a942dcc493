"""Tables of data: the sales that come with the app, and a visitor's own file. The only pandas."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.houses import Houses

MOST_BYTES = 5_000_000
"""What a visitor's file may weigh."""

MOST_ROWS = 50_000
"""How many rows it may have."""

_SACRAMENTO = Path(__file__).parents[2] / "assets" / "sacramento.csv"
_MOST_COLUMNS = 200
_FARTHEST = 1e12
_DOLLARS = 1000.0  # prices are told in thousands of dollars


@dataclass(frozen=True, eq=False)
class Source:
    """Houses to learn from, and what is said of them.

    `across` and `up` name the two columns with their units, `unit` is the short one of the first;
    `verb` says what really happened. `money`: the second column is in thousands of dollars.
    `own`: a visitor brought it. `notes` are sentences on what was done to it.
    """

    houses: Houses
    name: str
    across: str
    up: str
    unit: str
    verb: str = "sold for"
    money: bool = False
    own: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """A visitor's file, read: its name, and each column that holds numbers (nan where it has none).

    `rows` counts all rows of the file.
    """

    name: str
    columns: dict[str, NDArray[np.float64]] = field(repr=False)
    rows: int


@lru_cache(maxsize=1)
def _sales() -> pd.DataFrame:
    return pd.read_csv(_SACRAMENTO)


@lru_cache(maxsize=1)
def sacramento() -> Source:
    """Return the 932 sales that come with the app."""
    sales = _sales()
    houses = Houses(
        sales["sqft"].to_numpy(np.float64),
        sales["price"].to_numpy(np.float64) / _DOLLARS,
        sales["zip"].to_numpy(np.int64),
    )
    words = ("square feet", "price in thousands of dollars", "square feet")
    return Source(houses, "Sacramento, May 2008", *words, money=True)


@lru_cache(maxsize=1)
def places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude and longitude of each sale, in degrees."""
    sales = _sales()
    return sales["latitude"].to_numpy(np.float64), sales["longitude"].to_numpy(np.float64)


# --- A visitor's own file ----------------------------------------------------------------------


def read(name: str, content: bytes) -> Table:
    """Return the table in a file. Raises ValueError with a sentence that says what is wrong."""
    if not content.strip():
        raise ValueError("The file is empty.")
    if len(content) > MOST_BYTES:
        raise ValueError(f"The file has {len(content) / 1e6:.1f} MB; at most 5 MB can be read.")
    text = _text(content)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ROWS + 1:
        raise ValueError(f"The file has {len(lines):,} lines; at most {MOST_ROWS:,} can be read.")
    frame = _frame(text, lines)
    if len(frame) < 2:
        raise ValueError("The table has fewer than two rows, and a line needs at least two.")
    columns = {
        column: numbers for column in frame if (numbers := _numbers(frame[column])) is not None
    }
    if len(columns) < 2:
        found = "Only one column holds numbers" if columns else "No column holds numbers"
        raise ValueError(f"{found}, and two such columns are needed.")
    return Table(name, columns, len(frame))


def _text(content: bytes) -> str:
    """Return the text of a file in the encodings that spreadsheets write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:
        raise ValueError("This is not a table of text: save it as CSV and try again.")
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("The letters of this file cannot be read: save it as UTF-8 and try again.")


def _frame(text: str, lines: list[str]) -> pd.DataFrame:
    separator = _separator(lines)
    headless = all(_is_number(cell) for cell in lines[0].split(separator))
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None if headless else 0,
            dtype=str,
            skipinitialspace=True,
            on_bad_lines="error",
        )
    except (ValueError, pd.errors.ParserError):
        raise ValueError(
            "This is not a table: every row has to have the same columns, with commas between them."
        ) from None
    if len(frame.columns) > _MOST_COLUMNS:
        raise ValueError(f"The table has more than {_MOST_COLUMNS} columns.")
    names = [f"column {i + 1}" for i in range(len(frame.columns))] if headless else frame.columns
    frame.columns = pd.Index([str(name).strip()[:60] for name in names])
    return frame.loc[:, ~frame.columns.duplicated()]


def _separator(lines: list[str]) -> str:
    """Return the sign that most evenly divides the first lines."""
    counts = {sign: min(line.count(sign) for line in lines[:20]) for sign in ";\t|,"}
    best = max(counts, key=lambda sign: counts[sign])
    if not counts[best]:
        raise ValueError("This is not a table: two columns with commas between them are needed.")
    return best


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True


def _numbers(column: pd.Series) -> NDArray[np.float64] | None:
    """Return a column as numbers, nan where it has none; None if fewer than half are numbers.

    1,250,000 and 12,5 are numbers too; what reads more of the column is what was meant.
    """
    text = column.astype("string").str.strip().str.removeprefix("$")
    grouped = text.str.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?").fillna(value=False)
    comma = text.where(~grouped, text.str.replace(",", "")).str.replace(",", ".")
    readings = []
    for cells in (text, comma):
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        readings.append(np.where(np.abs(numbers) <= _FARTHEST, numbers, np.nan))
    best = max(readings, key=lambda numbers: np.isfinite(numbers).sum())
    return best if np.isfinite(best).mean() >= 0.5 else None


def chosen(table: Table, across: str, up: str) -> Source:
    """Return two columns of a table as houses. Raises ValueError with a sentence if none remain."""
    if across == up:
        raise ValueError("Choose two different columns: one cannot be predicted from itself.")
    both = np.stack([table.columns[across], table.columns[up]])
    whole = np.isfinite(both).all(axis=0)
    area, price = both[:, whole]
    if len(area) < 2:
        raise ValueError("Fewer than two rows have a number in both columns.")
    power, name = _unit(float(np.abs(price).max()))
    notes = []
    if left := table.rows - len(area):
        rows = "1 row is" if left == 1 else f"{left:,} rows are"
        notes.append(f"{rows} left out: no number in “{across}” or in “{up}”.")
    if name:
        notes.append(f"“{up}” is shown in {name}.")
    houses = Houses(area, price / power, np.zeros(len(area), np.int64))
    said = f"{up} in {name}" if name else up
    return Source(houses, table.name, across, said, across, "really", own=True, notes=tuple(notes))


def _unit(largest: float) -> tuple[float, str]:
    for power, name in ((1e9, "billions"), (1e6, "millions"), (1e3, "thousands")):
        if largest >= 10 * power:
            return power, name
    return 1.0, ""
