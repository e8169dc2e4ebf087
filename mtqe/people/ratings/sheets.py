"""Spreadsheets that `mtqe sample` wrote and people filled in."""

from __future__ import annotations

import math
from pathlib import Path

from mtqe.corpus.readers.table import Absent, Table
from mtqe.corpus.readers.tables import load_table
from mtqe.errors import DataError
from mtqe.people.ratings.rating import RatedTranslations, Rating, rating

KIND = "human"
NEEDED = ("item", "score")


def read_sheet(path: Path, known: RatedTranslations) -> tuple[list[Rating], int]:
    """Read a sheet: a row without a score is not rated, one whose translation changed is refused.

    Raises:
        DataError: a column is missing, a score is no number, or an item is another's.
    """
    table = load_table(path)
    for name in NEEDED:
        if name not in table.columns:
            raise DataError(f"{path}: has no column {name!r}; `mtqe sample` writes such sheets.")
    ratings: list[Rating] = []
    unknown = 0
    for row in range(len(table)):
        score = _score(table, row)
        if score is None:
            continue
        item = known.by_number.get(_number(table, row))
        if item is None:
            unknown += 1
            continue
        text = _text(table, "translation", row)
        if text is not None and text != item.hypothesis:
            raise DataError(
                f"{table.where(row)}: the translation is not the one that has this item number; "
                "were columns sorted apart, or texts edited?"
            )
        ratings.append(rating(item, KIND, _text(table, "rater", row) or "", score))
    return ratings, unknown


def _number(table: Table, row: int) -> int:
    cell = table.columns["item"][row]
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    if not text.strip().isdecimal():
        raise DataError(f"{table.where(row)}: {cell!r} is no item number; copy it from the sample.")
    return int(text)


def _score(table: Table, row: int) -> float | None:
    cell = table.columns["score"][row]
    if cell is None or cell is Absent.ABSENT or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        # Many spreadsheets write a decimal comma.
        value = float(str(cell).strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{table.where(row)}: {cell!r} is no score; write a number, or nothing.")
    return value


def _text(table: Table, column: str, row: int) -> str | None:
    if column not in table.columns:
        return None
    cell = table.columns[column][row]
    return None if cell is None or cell is Absent.ABSENT else str(cell)
