"""Plain text: each line that is not empty is a paragraph."""

from __future__ import annotations

from pathlib import Path

from mtqe.align.documents.paragraphs import LINE_END, Paragraph, check_size, tidy
from mtqe.corpus.text import read_text


def read_plain(path: Path) -> list[Paragraph]:
    """Read UTF-8 text; the ends of lines may be of any kind, and mixed.

    Raises:
        DataError: the file can't be read, is too large, or isn't UTF-8.
    """
    check_size(path)
    return plain_paragraphs(read_text(path)[0])


def plain_paragraphs(text: str) -> list[Paragraph]:
    """The lines of a text that hold more than white space."""
    tidied = map(tidy, LINE_END.split(text))
    return [Paragraph(line) for line in tidied if line]
