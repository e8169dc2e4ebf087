"""Plain text: each line that is not empty is a paragraph."""

from __future__ import annotations

import re
from pathlib import Path

from mtqe.align.documents import LARGEST_DOCUMENT, Paragraph
from mtqe.corpus.bounded import too_large
from mtqe.corpus.text import read_text
from mtqe.errors import DataError

LINE_END = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def read_plain(path: Path) -> list[Paragraph]:
    """Read UTF-8 text; the ends of lines may be of any kind, and mixed.

    Raises:
        DataError: the file can't be read, is too large, or isn't UTF-8.
    """
    check_size(path)
    return plain_paragraphs(read_text(path)[0])


def check_size(path: Path) -> None:
    """Refuse a large file before anything of it is read.

    Raises:
        DataError: it is too large for a document, or can't be looked at.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); check the path.") from error
    if size > LARGEST_DOCUMENT:
        raise too_large(str(path), LARGEST_DOCUMENT)


def plain_paragraphs(text: str) -> list[Paragraph]:
    """The lines of a text that hold more than white space."""
    tidied = map(tidy, LINE_END.split(text))
    return [Paragraph(line) for line in tidied if line]


def tidy(text: str) -> str:
    """Text with single spaces, and without control characters."""
    return _UNPRINTABLE.sub("", _SPACES.sub(" ", text)).strip()
