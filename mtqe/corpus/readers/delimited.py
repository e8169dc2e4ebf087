"""TSV and CSV, with a header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike, label, load_rows, read_text
from mtqe.errors import DataError
from mtqe.support.formulas import unguarded
from mtqe.support.words import count

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
LONGEST_HEADER = 100_000
SAID = re.compile(r'"?sep=([,;|\t])"?\r?\n')
"""The first line by which Excel is told what separates columns."""


def read_tsv(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read tab-separated values: no quoting, so a quote is content, and one row a line.

    Raises:
        DataError: unreadable text, no header or a bad one, or a row that differs in width from it.
    """
    lines = load_rows(path)
    rows = [line.split("\t") for line in lines.texts]
    return _table(path, rows, range(1, len(rows) + 1), lines.notes)


def read_csv(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read comma-separated values as RFC 4180 has them; a quoted field may hold line breaks.

    Rows may end in LF or CR LF: quoting keeps either from being mistaken for content. Excel puts
    semicolons or tabs between columns in many countries; the header tells, and a note says so. An
    apostrophe that keeps a text from being a formula is taken off, and a note counts them.

    Raises:
        DataError: as `read_tsv`, or quotes that don't match, or a bare CR outside quotes.
    """
    rows, places, notes = _csv_rows(path)
    texts = [[unguarded(cell) for cell in row] for row in rows]
    pairs = zip(rows, texts, strict=True)
    if number := sum(a != b for row, text in pairs for a, b in zip(row, text, strict=True)):
        cells = count(number, "cell begins", "cells begin")
        notes = (*notes, f"{label(path)}: {cells} with an apostrophe against formulas; taken off")
    return _table(path, texts, places, notes)


def read_exact_csv(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read CSV as `read_csv` does, apostrophes before formulas included.

    Raises:
        DataError: as `read_csv`.
    """
    rows, places, notes = _csv_rows(path)
    return _table(path, rows, places, notes)


def _csv_rows(path: PathLike) -> tuple[list[list[str]], list[int], tuple[str, ...]]:
    """Rows, the lines that they start at, and notes."""
    text, notes = read_text(path)
    delimiter, skipped = _delimiter(text)
    rows, places = _parse_csv(path, text[skipped:], delimiter)
    if delimiter != ",":
        notes = (*notes, f"{label(path)}: {DELIMITERS[delimiter]} separate the columns")
    if skipped:
        places = [place + 1 for place in places]
    return rows, places, notes


def _delimiter(text: str) -> tuple[str, int]:
    """What stands between the columns, by the header, and the length of Excel's ``sep=`` line."""
    if said := SAID.match(text):
        return said[1], said.end()
    header = text[:LONGEST_HEADER].partition("\n")[0].rstrip("\r")
    widths = {mark: _width(header, mark) for mark in DELIMITERS}
    if widths[","] > 1:
        return ",", 0
    return max(widths, key=lambda mark: widths[mark]), 0


def _width(header: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=delimiter, strict=True), []))
    except csv.Error:  # a quoted name with a line break inside, or broken quotes
        return 0


def _parse_csv(
    path: PathLike, text: str, delimiter: str = ","
) -> tuple[list[list[str]], list[int]]:
    """Split CSV into rows, and say at which line each starts."""
    # The limit (131,072 characters) is the process's and guards nothing here: only ever raise it.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    physical = list(io.StringIO(text, newline="\n"))
    reader = csv.reader(physical, delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    places: list[int] = []
    start = 1
    try:
        for row in reader:
            _refuse_bare_return(path, start, physical[reader.line_num - 1])
            rows.append(row or [""])  # csv gives a blank line, one empty field, as no fields
            places.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{label(path)}, line {start}: the row that starts here is not valid CSV ({error}); "
            "quote fields that hold quotes or line breaks, and double the quotes inside."
        ) from error
    return rows, places


def _refuse_bare_return(path: PathLike, start: int, last_line: str) -> None:
    """Stop where the csv module would swallow a carriage return that is not part of CR LF."""
    body = last_line.removesuffix("\r\n") if last_line.endswith("\r\n") else last_line.rstrip("\n")
    if body.endswith("\r"):
        raise DataError(
            f"{label(path)}, line {start}: a carriage return outside quotes, without a line feed; "
            "quote the field or end rows in LF."
        )


def _table(
    path: PathLike, rows: list[list[str]], places: Sequence[int], notes: tuple[str, ...]
) -> Table:
    name = label(path)
    if not rows:
        raise DataError(f"{name}: is empty; its first line must name the columns.")
    header, body = rows[0], rows[1:]
    check_header(name, header)
    for row, place in zip(body, places[1:], strict=True):
        if len(row) != len(header):
            raise DataError(
                f"{name}, line {place}: {count(len(row), 'column')} where the header has "
                f"{len(header)}; give every row the same columns (a text with a tab or line break "
                "needs quoted CSV, or JSONL)."
            )
    columns = {column: [row[i] for row in body] for i, column in enumerate(header)}
    return Table(name, columns, places[1:], "line", plain=True, notes=notes)
