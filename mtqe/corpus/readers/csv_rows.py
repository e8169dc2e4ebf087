"""CSV: what separates its columns, and its rows, from lines that need not all be in memory."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mtqe.corpus.bounded import LARGE
from mtqe.errors import DataError
from mtqe.support.words import count

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
LONGEST_HEADER = 100_000
SAID = re.compile(r'"?sep=([,;|\t])"?\r?\n')
"""The first line by which Excel is told what separates columns."""
LONGEST_ROW = LARGE
"""Characters of one row; in a larger file a quote that is never closed would hold all the rest."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a CSV file is written.

    Attributes:
        delimiter: what stands between its columns.
        skipped: length of a first line, Excel's ``sep=``, that is not a row.
    """

    delimiter: str
    skipped: int = 0

    @classmethod
    def of(cls, text: str) -> Layout:
        """The layout of a file by how it starts, its header whole."""
        if said := SAID.match(text):
            return cls(said[1], said.end())
        header = text[:LONGEST_HEADER].partition("\n")[0].rstrip("\r")
        widths = {mark: _width(header, mark) for mark in DELIMITERS}
        if widths[","] > 1:
            return cls(",")
        return cls(max(widths, key=lambda mark: widths[mark]))


def _width(header: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=delimiter, strict=True), []))
    except csv.Error:  # a quoted name with a line break inside, or broken quotes
        return 0


def physical_lines(text: str) -> Iterator[str]:
    """Lines with their ends, which are LF alone."""
    return iter(io.StringIO(text, newline="\n"))


class _Row:
    """Lines for the csv module, which remembers the last and how many a row has taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.last = ""
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        self.size += len(self.last)
        if self.size > LONGEST_ROW:
            raise csv.Error(f"it has more than {LONGEST_ROW >> 20} MiB, so a quote is not closed")
        return self.last


def csv_rows(name: str, lines: Iterable[str], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Split CSV into rows, each with the line that it starts at.

    Args:
        name: what messages call the file.
        lines: its lines after what the layout skips, with their ends.
        layout: how it is written.

    Raises:
        DataError: it is not valid CSV, or has a bare CR outside quotes.
    """
    # The limit (131,072 characters) is the process's and guards nothing here: only ever raise it.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_ROW + 1))
    held = _Row(lines)
    reader = csv.reader(held, delimiter=layout.delimiter, strict=True)
    first = 2 if layout.skipped else 1
    start = first
    try:
        for row in reader:
            _refuse_bare_return(name, start, held.last)
            held.size = 0
            yield start, row or [""]  # csv gives a blank line, one empty field, as no fields
            start = reader.line_num + first
    except csv.Error as error:
        raise DataError(
            f"{name}, line {start}: the row that starts here is not valid CSV ({error}); "
            "quote fields that hold quotes or line breaks, and double the quotes inside."
        ) from error


def _refuse_bare_return(name: str, start: int, last_line: str) -> None:
    """Stop where the csv module would swallow a carriage return that is not part of CR LF."""
    body = last_line.removesuffix("\r\n") if last_line.endswith("\r\n") else last_line.rstrip("\n")
    if body.endswith("\r"):
        raise DataError(
            f"{name}, line {start}: a carriage return outside quotes, without a line feed; "
            "quote the field or end rows in LF."
        )


def changed(rows: Iterable[Sequence[str]], others: Iterable[Sequence[str]]) -> int:
    """How many cells differ."""
    pairs = zip(rows, others, strict=True)
    return sum(a != b for row, other in pairs for a, b in zip(row, other, strict=True))


def csv_notes(name: str, notes: tuple[str, ...], layout: Layout, guarded: int) -> tuple[str, ...]:
    """What was found beside the cells.

    Args:
        name: what messages call the file.
        notes: on its text.
        layout: how it is written.
        guarded: number of apostrophes before formulas that were taken off.
    """
    if layout.delimiter != ",":
        notes = (*notes, f"{name}: {DELIMITERS[layout.delimiter]} separate the columns")
    if guarded:
        cells = count(guarded, "cell begins", "cells begin")
        notes = (*notes, f"{name}: {cells} with an apostrophe against formulas; taken off")
    return notes
