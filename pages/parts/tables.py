"""Tables of data: the sales that come with the app, and a visitor's own file. The only pandas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
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
    across: str
    up: str
    unit: str
    verb: str = "sold for"
    money: bool = False
    own: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """A visitor's file, read: each column that holds numbers (nan where it has none).

    `rows` counts all rows of the file.
    """

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
    return Source(houses, *words, money=True)


@lru_cache(maxsize=1)
def places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude and longitude of each sale, in degrees."""
    sales = _sales()
    return sales["latitude"].to_numpy(np.float64), sales["longitude"].to_numpy(np.float64)


# --- A visitor's own file ----------------------------------------------------------------------


def read(content: bytes) -> Table:
    """Return the table in a file. Raises ValueError with a sentence that says what is wrong."""
    if not content.strip():
        raise ValueError("The file is empty.")
    if len(content) > MOST_BYTES:
        raise ValueError(f"The file has {len(content) / 1e6:.1f} MB; at most 5 MB can be read.")
    text = _text(content)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ROWS + 1:
        raise ValueError(f"The file has {len(lines):,} lines; at most {MOST_ROWS:,} can be read.")
    separator = _separator(lines)
    names, rows = _table(text, separator)
    if len(rows) < 2:
        raise ValueError("The table has fewer than two rows, and a line needs at least two.")
    columns = {}
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        if name not in columns and (numbers := _numbers(cells, separator)) is not None:
            columns[name] = numbers
    if len(columns) < 2:
        found = "Only one column holds numbers" if columns else "No column holds numbers"
        raise ValueError(f"{found}, and two such columns are needed.")
    return Table(columns, len(rows))


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


_NO_TABLE = "This is not a table: every row has to have the same columns, with commas between them."


def _table(text: str, separator: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the names of the columns and the rows, all equally long."""
    rows = _rows(text, separator)
    head = next(rows)
    if len(head) > _MOST_COLUMNS:  # before the rest is looked at: a row of commas is soon written
        raise ValueError(f"The table has more than {_MOST_COLUMNS} columns.")
    told = [cell for cell in head if cell]
    headless = bool(told) and all(_NUMBER.fullmatch(cell) for cell in told)
    first = [head] if headless else []
    body = [*first, *_fitting(rows, len(head))]
    width = len(head)
    if any(len(row) > width for row in body):
        if all(len(row) == width + 1 for row in body) and any(row[-1] for row in body):
            head = ["", *head]  # rows that begin with a name or a number of their own
        elif any(cell for row in body for cell in row[width:]):
            raise ValueError(_NO_TABLE)
        width = len(head)
    names = ["" if headless else cell for cell in head]
    names = [name[:60] or f"column {place + 1}" for place, name in enumerate(names)]
    return names, [(*row[:width], *[""] * (width - len(row))) for row in body]


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    """Return the rows that are not blank, cell by cell, without the spaces around them."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            if any(cells := [cell.strip() for cell in row]) or len(cells) > 1:
                yield cells
    except csv.Error:
        raise ValueError(_NO_TABLE) from None


def _fitting(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """Return rows with at most one cell more than the first, or ValueError."""
    for row in rows:
        if len(row) > width + 1 and any(row[width + 1 :]):
            raise ValueError(_NO_TABLE)
        yield row[: width + 1]


def _separator(lines: list[str]) -> str:
    """Return the sign that divides the first lines, each of them into as many cells.

    A comma may stand inside numbers, so it comes last.
    """
    bare = [_QUOTED.sub("", line) for line in lines[:20]]
    counts = {sign: [line.count(sign) for line in bare] for sign in ";\t|,"}
    for sign, found in counts.items():
        if min(found) and min(found) == max(found):
            return sign
    best = max(counts, key=lambda sign: min(counts[sign]))
    if not min(counts[best]):
        raise ValueError("This is not a table: two columns with commas between them are needed.")
    return best


_QUOTED = re.compile('"[^"]*"')
_NUMBER = re.compile(r"[-+]?[$€£]? ?[-+]?(\d[\d.,]*|[.,]\d+)([eE][-+]?\d{1,3})?( ?[$€£])?")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")  # 1,250,000 and 1,250.50
_DOTTED = r"^([-+]?\d{1,3}(?:\.\d{3})+)(,\d*)?$"  # 1.250.000 and 1.250,50
_SAMPLE = 400  # cells that are looked at before a column is read


def _numbers(cells: tuple[str, ...], separator: str) -> NDArray[np.float64] | None:
    """Return a column as numbers, nan where it has none; None if fewer than half are numbers.

    What a comma means is decided once for the whole column: beside 52,38 a cell with 0,125 is no
    thousand.
    """
    sample = cells[:: max(len(cells) // _SAMPLE, 1)]
    if sum(_NUMBER.fullmatch(cell) is not None for cell in sample) < len(sample) / 4:
        return None
    column = pd.Series(cells, dtype="string")
    numbers = _plain(column)
    if np.isnan(numbers).any():
        column = column.str.replace(r"[$€£\s]", "", regex=True)
        numbers = _plain(_pointed(column, separator))
    return numbers if np.isfinite(numbers).mean() >= 0.5 else None


def _plain(column: pd.Series) -> NDArray[np.float64]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.abs(numbers) <= _FARTHEST, numbers, np.nan)


def _pointed(column: pd.Series, separator: str) -> pd.Series:
    """Return the column with points for its decimals and nothing between its thousands."""
    commas = [cell for cell in column if "," in cell and _NUMBER.fullmatch(cell)]
    if not commas:
        return column
    grouped = [bool(_GROUPED.fullmatch(cell)) for cell in commas]
    sure = any(cell.count(",") > 1 or "." in cell.partition(",")[2] for cell in commas)
    if all(grouped) and (sure or separator != ";"):
        return column.str.replace(",", "")
    return column.str.replace(_DOTTED, _without_dots, regex=True).str.replace(",", ".")


def _without_dots(found: re.Match[str]) -> str:
    return found[1].replace(".", "") + (found[2] or "")


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
    return Source(houses, across, said, across, "really", own=True, notes=tuple(notes))


def _unit(largest: float) -> tuple[float, str]:
    for power, name in ((1e9, "billions"), (1e6, "millions"), (1e3, "thousands")):
        if largest >= 10 * power:
            return power, name
    return 1.0, ""
