"""Excel workbooks (.xlsx), through openpyxl."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.bounded import check_ratio, most_cells, too_large
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.corpus.xml import refuse_entities
from mtqe.errors import DataError
from mtqe.support.extras import import_extra
from mtqe.support.words import count

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

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
    sheet = (visible or book.worksheets)[0]
    if sheet.max_row * sheet.max_column > most_cells(len(data)):
        raise DataError(
            f"{name}: its first sheet reaches to row {sheet.max_row:,} and column "
            f"{sheet.max_column:,}; delete the empty cells, or save it as CSV."
        )
    rows = [[_cell(name, cell) for cell in row] for row in sheet.iter_rows()]
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return _table(name, rows, tuple(_notes(name, book, sheet, len(rows))))


def _notes(name: str, book: Workbook, sheet: Worksheet, rows: int) -> Iterator[str]:
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
    hidden = [row for row, shape in sheet.row_dimensions.items() if shape.hidden and row <= rows]
    if hidden:
        yield f"{name}: {count(len(hidden), 'hidden row')} read, the first is row {min(hidden)}"
    columns = [letter for letter, shape in sheet.column_dimensions.items() if shape.hidden]
    if columns:
        yield f"{name}: {count(len(columns), 'hidden column')} read: {', '.join(columns)}"


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
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    refuse_entities(name, archive.read(part))
    except BROKEN as error:
        raise _broken(name, error) from error


def _opened(name: str, data: bytes) -> Workbook:
    openpyxl = import_extra("openpyxl", "excel", "Excel files")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and extensions, not of cells
            book: Workbook = openpyxl.load_workbook(BytesIO(data), rich_text=False)
    except BROKEN as error:
        raise _broken(name, error) from error
    if not book.worksheets:
        raise DataError(f"{name}: has no sheet of cells; save it as .xlsx again.")
    return book


def _broken(name: str, error: Exception) -> DataError:
    reason = str(error).partition("\n")[0].rstrip(".:")
    return DataError(f"{name}: is not a whole Excel workbook ({reason}); save it as .xlsx.")


def _cell(name: str, cell: Cell) -> object:
    if cell.data_type == "f":
        raise DataError(
            f"{name}, row {cell.row}: column {cell.column} holds a formula; paste its value."
        )
    if cell.data_type == "e":
        raise DataError(f"{name}, row {cell.row}: column {cell.column} holds {cell.value}; fix it.")
    value: object = cell.value
    return value


def _table(name: str, rows: Sequence[Sequence[object]], notes: tuple[str, ...]) -> Table:
    if not rows:
        raise DataError(f"{name}: is empty; its first row must name the columns.")
    header = ["" if cell is None else str(cell) for cell in rows[0]]
    while header and not header[-1] and all(row[len(header) - 1] is None for row in rows):
        header.pop()
    check_header(name, header)
    columns = {column: [row[i] for row in rows[1:]] for i, column in enumerate(header)}
    return Table(name, columns, range(2, len(rows) + 1), "row", plain=False, notes=notes)
