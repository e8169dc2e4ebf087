"""Raw documents as paragraphs, whatever file they come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mtqe.align.documents.paragraphs import MOST_CHARACTERS, Document, Paragraph
from mtqe.errors import DataError
from mtqe.support.arguments import path_argument

Reader = Callable[[Path], "list[Paragraph]"]


def read_document(path: Path) -> Document:
    """Read plain text, HTML, DOCX or PDF, told apart by the file's name.

    Raises:
        DataError: the file can't be read, is too large, or holds no text.
    """
    path = path_argument(path, "document")
    paragraphs = _reader(path)(path)
    if not paragraphs:
        raise DataError(f"{path}: holds no text; is it a scan, or empty?")
    if sum(len(paragraph.text) for paragraph in paragraphs) > MOST_CHARACTERS:
        raise DataError(
            f"{path}: has more than {MOST_CHARACTERS:,} characters; split it into chapters."
        )
    return Document(path.name, tuple(paragraphs))


def is_document(path: Path) -> bool:
    """Whether the name of a file says that it can be read."""
    return path.is_file() and path.suffix.lower() in _SUFFIXES


def _plain(path: Path) -> list[Paragraph]:
    from mtqe.align.documents.plain import read_plain

    return read_plain(path)


def _html(path: Path) -> list[Paragraph]:
    from mtqe.align.documents.html import read_html

    return read_html(path)


def _docx(path: Path) -> list[Paragraph]:
    from mtqe.align.documents.docx import read_docx

    return read_docx(path)


def _pdf(path: Path) -> list[Paragraph]:
    from mtqe.align.documents.pdf import read_pdf

    return read_pdf(path)


_READERS: Sequence[tuple[Reader, tuple[str, ...]]] = (
    (_plain, (".txt", ".text", ".md")),
    (_html, (".html", ".htm", ".xhtml")),
    (_docx, (".docx",)),
    (_pdf, (".pdf",)),
)
_SUFFIXES = {suffix: reader for reader, suffixes in _READERS for suffix in suffixes}
_BINARY = {".doc": "DOCX", ".odt": "DOCX", ".rtf": "DOCX", ".epub": "HTML", ".pages": "DOCX"}


def _reader(path: Path) -> Reader:
    suffix = path.suffix.lower()
    if suffix in _BINARY:
        raise DataError(
            f"{path}: {suffix} can't be read; save it as {_BINARY[suffix]} or plain text."
        )
    return _SUFFIXES.get(suffix, _plain)  # a name that says nothing is taken for plain text
