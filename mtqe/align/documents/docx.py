"""The text of a Word document: its paragraphs and tables, in order."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mtqe.align.documents.paragraphs import LINE_END, Paragraph, Role, check_size, tidy
from mtqe.corpus.bounded import LARGEST_XML, check_marks, check_ratio, count_marks
from mtqe.corpus.xml import refuse_entities
from mtqe.errors import DataError
from mtqe.support.extras import import_extra

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell

BODY = "word/document.xml"
DEEPEST_TABLE = 8
BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, TypeError,
    AttributeError, SyntaxError, RuntimeError, ArithmeticError, AssertionError,
)  # fmt: skip
"""What zipfile, lxml and python-docx raise for documents that are damaged."""


def read_docx(path: Path) -> list[Paragraph]:
    """Read a Word document's paragraphs; headers, footers and notes are left out.

    Raises:
        DataError: it can't be read, unpacks to too much, or python-docx is missing.
    """
    check_size(path)
    docx = import_extra("docx", "align", "Word documents")
    _check_archive(path)
    try:
        document: Document = docx.Document(str(path))
        return list(_paragraphs(document, 0))
    except BROKEN as error:
        raise _broken(path, error) from error


def _check_archive(path: Path) -> None:
    """Refuse archives that unpack to too much, before anything is unpacked.

    Sizes in an archive's index can be trusted: `zipfile` never unpacks more than they say.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            check_ratio(str(path), unpacked, sum(entry.compress_size for entry in entries))
            if unpacked > LARGEST_XML:
                raise DataError(f"{path}: unpacks to more than {LARGEST_XML >> 20} MiB; split it.")
            body = archive.read(BODY)
            check_marks(str(path), count_marks(body), sum(entry.compress_size for entry in entries))
            refuse_entities(str(path), body)
    except BROKEN as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> DataError:
    reason = str(error).partition("\n")[0].rstrip(".:")
    return DataError(f"{path}: is not a readable Word document ({reason}); save it again as DOCX.")


def _paragraphs(container: Document | _Cell, depth: int) -> Iterator[Paragraph]:
    """The paragraphs of a document or of a table's cell."""
    for item in container.iter_inner_content():
        if hasattr(item, "rows"):
            if depth < DEEPEST_TABLE:
                yield from _table(item, depth)
        else:
            role = _role((item.style.name if item.style else "") or "")
            lines = map(tidy, LINE_END.split(item.text))
            yield from (Paragraph(line, role) for line in lines if line)


def _table(table: Table, depth: int) -> Iterator[Paragraph]:
    seen: set[int] = set()  # a merged cell is found once for each column that it spans
    for row in table.rows:
        for cell in row.cells:
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                yield from _paragraphs(cell, depth + 1)


def _role(style: str) -> Role:
    name = style.lower()
    if name.startswith(("heading", "title")):
        return "heading"
    return "caption" if name.startswith("caption") else "text"
