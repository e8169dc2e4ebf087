"""The text of a PDF, put back into paragraphs.

A PDF knows glyphs and places, not paragraphs. PDFium gives lines in reading order; lines are
joined until one ends early, or ends a sentence before an indented or a heading-like one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from mtqe.align.documents.paragraphs import LINE_END, MOST_CHARACTERS, Paragraph, check_size, tidy
from mtqe.errors import DataError
from mtqe.support.extras import import_extra

SECONDS = 120
MEMORY = 2 << 30
FULL_LINE = 0.8
"""Share of the usual width that a line in the middle of a paragraph has at least."""
REPEATED = 3
"""Pages that must share their first or last line for it to be a header or footer."""

_END = re.compile(r"[.!?。！？…:：;；][\"'”’»」』)）]*$")
_HYPHEN = re.compile(r"(?<=\w)(?:[\u00ad\x02\ufffe]|(?<=[a-zäöüß])-)$")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def read_pdf(path: Path) -> list[Paragraph]:
    """Read a PDF's text in a process of its own, with limits on memory and time.

    Raises:
        DataError: it is not a PDF, takes too much to read, or pypdfium2 is missing.
    """
    check_size(path)
    import_extra("pypdfium2", "align", "PDF files")
    command = [sys.executable, "-m", "mtqe.align.documents.pdf_pages", str(path), str(MEMORY)]
    try:
        found = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    except subprocess.TimeoutExpired as error:
        raise DataError(f"{path}: takes more than {SECONDS} seconds to read; split it.") from error
    except subprocess.CalledProcessError as error:
        raise DataError(
            f"{path}: is not a readable PDF, or one with a password; save it as plain text."
        ) from error
    pages: list[str] = json.loads(found.stdout)
    if sum(map(len, pages)) > MOST_CHARACTERS:
        raise DataError(f"{path}: has more than {MOST_CHARACTERS:,} characters; split it.")
    return pdf_paragraphs(pages)


def pdf_paragraphs(pages: Sequence[str]) -> list[Paragraph]:
    """Paragraphs of the pages' text, whose lines are those of the layout."""
    lines = [line for page in _without_repeats(pages) for line in page]
    if not lines:
        return []
    usual = sorted(map(len, lines))[int(len(lines) * 0.75)]
    paragraphs = [lines[0]]
    for previous, line in pairwise(lines):
        if not line or not previous or _ends(previous, usual):
            paragraphs.append(line)
        else:
            paragraphs[-1] = _joined(paragraphs[-1], line)
    return [Paragraph(text) for text in map(tidy, paragraphs) if text]


def _ends(line: str, usual: int) -> bool:
    short = len(line) < FULL_LINE * usual and not _HYPHEN.search(line)
    return short and (bool(_END.search(line)) or len(line) < usual / 2)


def _joined(text: str, line: str) -> str:
    if _HYPHEN.search(text):
        return text[:-1] + line
    return text + line if _CJK.match(text[-1]) and _CJK.match(line) else f"{text} {line}"


def _without_repeats(pages: Sequence[str]) -> list[list[str]]:
    """The lines of each page without running headers, footers and page numbers."""
    lines = [[line.strip() for line in LINE_END.split(page.strip())] for page in pages]
    edges = Counter(_pattern(line) for page in lines for line in {page[0], page[-1]})
    repeated = {line for line, times in edges.items() if times >= REPEATED}
    return [_inner(page, repeated) for page in lines]


def _inner(page: list[str], repeated: set[str]) -> list[str]:
    while page and (_pattern(page[0]) in repeated or not page[0].strip("0123456789- ")):
        page = page[1:]
    while page and (_pattern(page[-1]) in repeated or not page[-1].strip("0123456789- ")):
        page = page[:-1]
    return page


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "0", line)
