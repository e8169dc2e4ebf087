"""OpenDocument workbooks (.ods), as LibreOffice writes them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.bounded import (
    LARGEST_XML,
    check_marks,
    check_ratio,
    count_marks,
    most_cells,
    too_large,
)
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.corpus.xml import children, descendants, local, parse_bytes
from mtqe.errors import DataError
from mtqe.support.words import count

if TYPE_CHECKING:
    from lxml.etree import _Element

CONTENT = "content.xml"
LONGEST_NUMBER = 7
"""Digits of how often a cell or row is repeated."""
HIDDEN = ("collapse", "filter")

Cell = str | float | None


def read_opendocument(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read the first sheet of a workbook; its first row names the columns.

    An empty cell is null; rows that are empty from left to right at the sheet's end are not read.

    Raises:
        DataError: it is not a workbook, unpacks to too much, has no header, or holds a formula.
    """
    name = label(path)
    data = read_bytes(path)
    root = parse_bytes(f"{name} ({CONTENT})", _content(name, data))
    sheets = list(descendants(root, "table"))
    if not sheets:
        raise DataError(f"{name}: has no sheet; save it as .ods again, or as .csv.")
    rows, hidden = _rows(name, sheets[0], len(data))
    notes = []
    if len(sheets) > 1:
        others = ", ".join(repr(_attribute(sheet, "name")) for sheet in sheets[1:])
        notes.append(f"{name}: sheet {_attribute(sheets[0], 'name')!r} read, not {others}")
    if hidden:
        notes.append(f"{name}: {count(hidden, 'hidden row')} read")
    return _table(name, rows, tuple(notes))


def _content(name: str, data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            part = archive.getinfo(CONTENT)
            if part.file_size > LARGEST_XML:
                raise too_large(name, LARGEST_XML)
            check_ratio(name, part.file_size, len(data))
            content = archive.read(CONTENT)
    except (
        zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError
    ) as error:  # fmt: skip
        reason = str(error).partition("\n")[0].strip("\"'.")
        raise DataError(
            f"{name}: is not a whole OpenDocument workbook ({reason}); save it as .ods again."
        ) from error
    check_marks(name, count_marks(content), len(data))
    return content


def _rows(name: str, sheet: _Element, packed: int) -> tuple[list[list[Cell]], int]:
    most = most_cells(packed)
    rows: list[list[Cell]] = []
    hidden = empty = cells = texts = 0
    for row in descendants(sheet, "table-row"):
        found = list(_cells(name, len(rows) + empty + 1, row))
        while found and found[-1] is None:
            found.pop()
        times = _repeated(row, "number-rows-repeated")
        if not found:
            empty += times
            continue
        cells += (empty + times) * max(1, len(found))
        if cells > most:
            raise DataError(f"{name}: its first sheet has over {most:,} cells; save it as CSV.")
        texts += times * sum(len(cell) for cell in found if isinstance(cell, str))
        check_ratio(name, texts, packed)
        rows += [[] for _ in range(empty)] + [list(found) for _ in range(times)]
        empty = 0
        hidden += times * (_attribute(row, "visibility") in HIDDEN)
    return rows, hidden


def _cells(name: str, row: int, element: _Element) -> Iterator[Cell]:
    for cell in element:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        if _attribute(cell, "formula"):
            raise DataError(f"{name}, row {row}: a cell holds a formula; paste its value.")
        value, times = _value(cell), _repeated(cell, "number-columns-repeated")
        if value is None and times > LONGEST_ROW:
            return  # LibreOffice fills the row to its end
        for _ in range(min(times, LONGEST_ROW)):
            yield value


LONGEST_ROW = 1024


def _value(cell: _Element) -> Cell:
    kind = _attribute(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        try:
            return float(_attribute(cell, "value"))
        except ValueError:
            return None
    paragraphs = [_paragraph(p) for p in children(cell, "p")]
    return "\n".join(paragraphs) if paragraphs else None


def _paragraph(element: _Element) -> str:
    """The text, with OpenDocument's elements for spaces, tabs and line breaks."""
    parts = [element.text or ""]
    for part in element:
        tag = local(part)
        if tag == "s":
            parts.append(" " * min(_repeated(part, "c"), LONGEST_ROW))
        elif tag == "tab":
            parts.append("\t")
        elif tag == "line-break":
            parts.append("\n")
        elif tag not in ("annotation", "note"):
            parts.append(_paragraph(part))
        parts.append(part.tail or "")
    return "".join(parts)


def _attribute(element: _Element, name: str) -> str:
    """An attribute by its name, in whatever namespace."""
    return next(
        (str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), ""
    )


def _repeated(element: _Element, name: str) -> int:
    text = _attribute(element, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 1


def _table(name: str, rows: list[list[Cell]], notes: tuple[str, ...]) -> Table:
    if not rows:
        raise DataError(f"{name}: is empty; its first row must name the columns.")
    header = ["" if cell is None else str(cell) for cell in rows[0]]
    check_header(name, header)
    width = max(map(len, rows))
    if width > len(header):
        raise DataError(f"{name}: a row has more cells than the header; name every column.")
    body = [[*row, *[None] * (len(header) - len(row))] for row in rows[1:]]
    columns = {column: [row[i] for row in body] for i, column in enumerate(header)}
    return Table(name, columns, range(2, len(rows) + 1), "row", plain=False, notes=notes)
