"""Paragraphs of documents, and the limits and the cleaning that every reader shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mtqe.corpus.bounded import too_large
from mtqe.errors import DataError

Role = Literal["text", "heading", "caption"]

LARGEST_DOCUMENT = 64 << 20
"""Bytes of a document's file: 64 MiB."""
MOST_CHARACTERS = 12_000_000
"""Characters of a document's text: about ten thousand pages."""

LINE_END = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph without line breaks, and what its markup says that it is."""

    text: str
    role: Role = "text"


@dataclass(frozen=True)
class Document:
    """A document's paragraphs, in reading order."""

    name: str
    paragraphs: tuple[Paragraph, ...]


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


def tidy(text: str) -> str:
    """Text with single spaces, and without control characters."""
    return _UNPRINTABLE.sub("", _SPACES.sub(" ", text)).strip()
