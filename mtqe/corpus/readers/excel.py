"""Excel workbooks (.xlsx), through openpyxl."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.bounded import (
    check_marks,
    check_ratio,
    count_marks,
    most_cells,
    too_large,
)
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.corpus.xml import refuse_entities
from mtqe.errors import DataError
from mtqe.support.extras import import_extra
from mtqe.support.words import count

if TYPE_CHECKING:
    from openpyxl.cell import ReadOnlyCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

LARGEST_WORKBOOK = 512 << 20
"""Bytes of a workbook, unpacked."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, TypeError,
    AttributeError, SyntaxError, RuntimeError, ArithmeticError, AssertionError,
)  # fmt: skip
"""What zipfile and openpyxl raise for workbooks that are damaged."""


def read_excel(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read the first sheet of a workbook that is not hidden; its first row names the columns.

    An empty cell is null; rows that are empty from left to right at the sheet's end are not read.

    Raises:
        DataError: it is not a workbook, unpacks to too much, has no header, or holds a formula.
    """
    name = label(path)
    data = read_bytes(path, largest=LARGEST_WORKBOOK)
    _check_parts(name, data)
    book = _opened(name, data)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    sheet: ReadOnlyWorksheet = (visible or book.worksheets)[0]
    try:
        rows = _rows(name, sheet, len(data))
        notes = tuple(_notes(name, book, sheet, len(rows)))
    except BROKEN as error:
        raise _broken(name, error) from error
    return _table(name, rows, notes)


def _rows(name: str, sheet: ReadOnlyWorksheet, packed: int) -> list[list[object]]:
    """The cells of a sheet; each row ends with its last cell."""
    most = most_cells(packed)
    sheet.reset_dimensions()  # a file may say anything, and openpyxl would fill it up
    rows: list[list[object]] = []
    cells = texts = filled = 0
    for row in sheet.iter_rows():
        found = [_cell(name, len(rows) + 1, place, cell) for place, cell in enumerate(row, 1)]
        cells += max(1, len(found))
        if cells > most:
            raise DataError(
                f"{name}: its first sheet has over {most:,} cells from the first row to row "
                f"{len(rows) + 1:,}; delete the empty cells, or save it as CSV."
            )
        # Cells share their texts in a workbook, and nowhere else.
        texts += sum(len(cell) for cell in found if isinstance(cell, str))
        check_ratio(name, texts, packed)
        rows.append(found)
        if any(cell is not None for cell in found):
            filled = len(rows)
    return rows[:filled]


def _notes(name: str, book: Workbook, sheet: ReadOnlyWorksheet, rows: int) -> Iterator[str]:
    """Say what was not read, and what was read though Excel does not show it."""
    others = [other for other in book.worksheets if other is not sheet]
    if others:
        titles = ", ".join(
            repr(other.title) + ("" if other.sheet_state == "visible" else " (hidden)")
            for other in others
        )
        yield f"{name}: sheet {sheet.title!r} read, not {titles}"
    if sheet.sheet_state != "visible":
        yield f"{name}: the sheet {sheet.title!r} is hidden, and was read"
    with sheet._get_source() as part:  # openpyxl's sheets for reading know of no hidden rows
        content = part.read()
    hidden = [row for row in _hidden(ROW, "r", content) if row <= rows]
    if hidden:
        yield f"{name}: {count(len(hidden), 'hidden row')} read, the first is row {min(hidden)}"
    columns = [_letters(column) for column in _hidden(COLUMN, "min", content)]
    if columns:
        yield f"{name}: {count(len(columns), 'hidden column')} read: {', '.join(columns)}"


ROW = re.compile(rb"<(?:\w{1,20}:)?row\b([^<>]{0,2000})>")
COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\b([^<>]{0,2000})>")
HIDDEN = re.compile(rb"\bhidden\s{0,9}=\s{0,9}[\"'](?:1|true)[\"']")


def _hidden(element: re.Pattern[bytes], number: str, content: bytes) -> Iterator[int]:
    """The numbers of the hidden rows or columns, as an attribute gives them."""
    attribute = re.compile(rb"\b%b\s{0,9}=\s{0,9}[\"'](\d{1,7})[\"']" % number.encode())
    for found in element.finditer(content):
        place = attribute.search(found[1])
        if place and HIDDEN.search(found[1]):
            yield int(place[1])


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    letters: str = get_column_letter(column)
    return letters


def _check_parts(name: str, data: bytes) -> None:
    """Look at a workbook's parts before it is opened: their sizes first, then entities."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > LARGEST_WORKBOOK:
                raise too_large(name, LARGEST_WORKBOOK)
            check_ratio(name, unpacked, len(data))
            if "[Content_Types].xml" not in archive.namelist():
                raise DataError(
                    f"{name}: is a zip file but not an Excel workbook; save it as .xlsx."
                )
            marks = 0
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    content = archive.read(part)
                    marks += count_marks(content)
                    check_marks(name, marks, len(data))
                    refuse_entities(name, content)
    except BROKEN as error:
        raise _broken(name, error) from error


def _opened(name: str, data: bytes) -> Workbook:
    openpyxl = import_extra("openpyxl", "excel", "Excel files")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and extensions, not of cells
            book: Workbook = openpyxl.load_workbook(BytesIO(data), read_only=True)
    except BROKEN as error:
        raise _broken(name, error) from error
    if not book.worksheets:
        raise DataError(f"{name}: has no sheet of cells; save it as .xlsx again.")
    return book


def _broken(name: str, error: Exception) -> DataError:
    reason = str(error).partition("\n")[0].rstrip(".:")
    return DataError(f"{name}: is not a whole Excel workbook ({reason}); save it as .xlsx.")


def _cell(name: str, row: int, column: int, cell: ReadOnlyCell) -> object:
    if cell.data_type == "f":
        raise DataError(f"{name}, row {row}: column {column} holds a formula; paste its value.")
    if cell.data_type == "e":
        raise DataError(f"{name}, row {row}: column {column} holds {cell.value}; fix it.")
    value: object = cell.value
    return value


def _check_width(name: str, rows: Sequence[Sequence[object]], width: int) -> None:
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row[width:], width + 1):
            if cell is not None:
                raise DataError(
                    f"{name}, row {number}: column {_letters(column)} has a cell, and no name in "
                    "the header; name the column, or delete the cell."
                )


def _table(name: str, rows: Sequence[Sequence[object]], notes: tuple[str, ...]) -> Table:
    if not rows:
        raise DataError(f"{name}: is empty; its first row must name the columns.")
    header = ["" if cell is None else str(cell) for cell in rows[0]]
    while header and not header[-1]:
        header.pop()
    _check_width(name, rows, len(header))
    check_header(name, header)
    columns = {
        column: [row[i] if i < len(row) else None for row in rows[1:]]
        for i, column in enumerate(header)
    }
    return Table(name, columns, range(2, len(rows) + 1), "row", plain=False, notes=notes)
