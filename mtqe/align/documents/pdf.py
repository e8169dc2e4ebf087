"""The text of a PDF, put back into paragraphs.

A PDF knows glyphs and places, not paragraphs. PDFium gives lines in reading order; lines are
joined until one ends early, the font changes, or an item of a list begins.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mtqe.align.documents.paragraphs import MOST_CHARACTERS, Paragraph, Role, check_size, tidy
from mtqe.errors import DataError
from mtqe.support.extras import import_extra

SECONDS = 120
MEMORY = 2 << 30
FULL_LINE = 0.8
"""Share of the usual width that a line in the middle of a paragraph has at least."""
REPEATED = 3
"""Pages that must share their first or last line for it to be a header or footer."""
LARGER = 1.12
"""How much larger than the text's a headline's letters are."""
LONGEST_HEADING = 200
"""Characters of a headline."""

_END = re.compile(r"[.!?。！？…:：;；][\"'”’»」』)）]*$")
_HYPHEN = re.compile(r"(?<=\w)(?:[\u00ad\x02\ufffe]|(?<=[a-zäöüß])-)$")
_BULLET = re.compile(r"[•◦▪▫‣⁃●○■□◆◇►▸➢✓✔\uf0a7\uf0b7\uf0d8\uf076]\s*")
_DASH = re.compile(r"[-–—*·]\s+(?=\S)")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True)
class PdfLine:
    """A line of the layout.

    Attributes:
        text: its text.
        size: the size of its letters; 0 where that is not known.
        bold: whether they are bold.
    """

    text: str
    size: float = 0.0
    bold: bool = False


def read_pdf(path: Path) -> list[Paragraph]:
    """Read a PDF's text in a process of its own, with limits on memory and time.

    Raises:
        DataError: it is not a PDF, takes too much to read, or pypdfium2 is missing.
    """
    check_size(path)
    import_extra("pypdfium2", "align", "PDF files")
    pages = [[PdfLine(*line) for line in page] for page in json.loads(_pages(path))]
    if sum(len(line.text) for page in pages for line in page) > MOST_CHARACTERS:
        raise DataError(f"{path}: has more than {MOST_CHARACTERS:,} characters; split it.")
    return pdf_paragraphs(pages)


def _pages(path: Path) -> bytes:
    """The pages' lines as JSON."""
    command = [sys.executable, "-m", "mtqe.align.documents.pdf_pages", str(path), str(MEMORY)]
    try:
        return subprocess.run(command, capture_output=True, timeout=SECONDS, check=True).stdout
    except subprocess.TimeoutExpired as error:
        raise DataError(f"{path}: takes more than {SECONDS} seconds to read; split it.") from error
    except subprocess.CalledProcessError as error:
        raise DataError(
            f"{path}: is not a readable PDF, or one with a password; save it as plain text."
        ) from error


def pdf_paragraphs(pages: Sequence[Sequence[PdfLine]]) -> list[Paragraph]:
    """Paragraphs and headlines of the pages' lines; the marks of lists' items are left out."""
    lines = [line for page in _without_repeats(pages) for line in page]
    if not lines:
        return []
    usual = sorted(len(line.text) for line in lines)[int(len(lines) * 0.75)]
    body = _body_font(lines)
    joined: list[PdfLine] = []
    previous: PdfLine | None = None
    for line in lines:
        bullet = _bullet(line, previous, usual)
        text = line.text[len(bullet) :]
        if previous is None or bullet or _begins(line, previous, usual, body):
            joined.append(replace(line, text=text))
        else:
            joined[-1] = replace(joined[-1], text=_joined(joined[-1].text, text))
        previous = line
    found = [Paragraph(tidy(line.text), _role(line, body)) for line in joined]
    return [paragraph for paragraph in found if paragraph.text]


def _body_font(lines: Sequence[PdfLine]) -> tuple[float, bool]:
    """The font that most of the text is in."""
    fonts: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        fonts[line.size, line.bold] += len(line.text)
    return fonts.most_common(1)[0][0]


def _role(line: PdfLine, body: tuple[float, bool]) -> Role:
    is_heading = len(line.text) <= LONGEST_HEADING and _stands_out(line, body)
    return "heading" if is_heading else "text"


def _stands_out(line: PdfLine, body: tuple[float, bool]) -> bool:
    """Whether a line's letters are larger or bolder than the text's."""
    size, bold = body
    if not line.size or not size:
        return False
    return line.size > LARGER * size or (line.bold and not bold and line.size >= size / LARGER)


def _bullet(line: PdfLine, previous: PdfLine | None, usual: int) -> str:
    """The mark of a list's item at the start of a line, with the space after it; else nothing.

    A dash may also stand inside a sentence, so it is a mark after the end of one alone.
    """
    if found := _BULLET.match(line.text):
        return found.group()
    found = _DASH.match(line.text)
    if not found or previous is None:
        return found.group() if found else ""
    is_item = bool(_DASH.match(previous.text))
    is_short = len(previous.text) < usual * (FULL_LINE if is_item else 0.5)
    return found.group() if is_short or _END.search(previous.text) else ""


def _begins(line: PdfLine, previous: PdfLine, usual: int, body: tuple[float, bool]) -> bool:
    """Whether a line begins a paragraph."""
    if not line.text or not previous.text:
        return True
    if _stands_out(line, body) or _stands_out(previous, body):
        return (line.size, line.bold) != (previous.size, previous.bold)
    return _ends(previous.text, usual)


def _ends(line: str, usual: int) -> bool:
    short = len(line) < FULL_LINE * usual and not _HYPHEN.search(line)
    return short and (bool(_END.search(line)) or len(line) < usual / 2)


def _joined(text: str, line: str) -> str:
    if _HYPHEN.search(text):
        return text[:-1] + line
    return text + line if _CJK.match(text[-1:]) and _CJK.match(line) else f"{text} {line}"


def _without_repeats(pages: Sequence[Sequence[PdfLine]]) -> list[list[PdfLine]]:
    """The lines of each page without running headers, footers and page numbers."""
    lines = [_stripped(page) for page in pages]
    edges = Counter(
        _pattern(line) for page in lines if page for line in {page[0].text, page[-1].text}
    )
    repeated = {line for line, times in edges.items() if times >= REPEATED}
    return [_inner(page, repeated) for page in lines]


def _stripped(page: Sequence[PdfLine]) -> list[PdfLine]:
    """The lines without white space around them, and without empty ones at both ends."""
    lines = [replace(line, text=line.text.strip()) for line in page]
    while lines and not lines[0].text:
        del lines[0]
    while lines and not lines[-1].text:
        del lines[-1]
    return lines


def _inner(page: list[PdfLine], repeated: set[str]) -> list[PdfLine]:
    while page and _is_edge(page[0].text, repeated):
        page = page[1:]
    while page and _is_edge(page[-1].text, repeated):
        page = page[:-1]
    return page


def _is_edge(line: str, repeated: set[str]) -> bool:
    return _pattern(line) in repeated or not line.strip("0123456789- ")


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "0", line)
