"""What Appraise exports (``ExportSystemScoresToCSV``): error span annotation, or plain scores."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from mtqe.corpus.text import read_text
from mtqe.errors import DataError
from mtqe.people.ratings.rating import RatedTranslations, Rating, rating

KIND = "esa"
COLUMNS = 9
"""User, system, item, type, source and target language, score, document, complete; more follow."""
LONGEST_NUMBER = 40
"""Digits of an item's number."""
TARGET = "TGT"
"""The type of items that are no check of the rater's attention."""


def read_esa(path: Path, known: RatedTranslations) -> tuple[list[Rating], int]:
    """Read an export without header; where a user rated an item twice, the last time counts.

    Raises:
        DataError: a row has too few columns, or a score is no number from 0 to 100.
    """
    found: dict[tuple[str, int], Rating] = {}
    unknown = 0
    for number, row in enumerate(_rows(path), 1):
        if len(row) < COLUMNS:
            raise DataError(
                f"{path}, line {number}: {len(row)} columns; Appraise's export has at least "
                f"{COLUMNS}."
            )
        user, _, name, kind = row[:4]
        if kind != TARGET:
            continue
        plain = name.isdecimal() and len(name) <= LONGEST_NUMBER
        item = known.by_number.get(int(name)) if plain else None
        if item is None:
            unknown += 1
        else:
            score = _score(f"{path}, line {number}", row[6])
            found[user, item.number] = rating(item, KIND, user, score)
    return list(found.values()), unknown


def _rows(path: Path) -> Iterator[list[str]]:
    text = read_text(path)[0]
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from rows
    except csv.Error as error:
        raise DataError(
            f"{path}, line {rows.line_num}: is not valid CSV ({error}); export it again."
        ) from error


def _score(where: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise DataError(f"{where}: {text!r} is no score from 0 to 100.")
    return value
