"""A process that reads one PDF, so that a hostile one can only harm this process.

Used as ``python -m mtqe.align.documents.pdf_pages FILE BYTES``; prints the pages' lines as JSON,
each with the size of its letters and whether they are bold: ``[[["text", 11.0, false], …], …]``.
"""

from __future__ import annotations

import ctypes
import json
import re
import sys
from contextlib import suppress
from typing import Any

LINE_END = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
BOLD = 600
"""The weight from which a font is bold."""
_BOLD_NAME = re.compile(rb"bold|black|heavy|semib", re.IGNORECASE)

Line = tuple[str, float, bool]


def limit_memory(limit: int) -> None:
    """Let this process have at most `limit` bytes more than it has, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):  # macOS, which has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def pages(path: str) -> list[list[Line]]:
    """The lines of each page, as the layout has them."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [_lines(page.get_textpage()) for page in document]


def _lines(page: Any) -> list[Line]:  # noqa: ANN401 - pypdfium2 has no types
    """The lines of a page with their fonts; without these where PDFium counts otherwise."""
    texts = LINE_END.split(page.get_text_range())
    fonts = _fonts(page)
    if len(fonts) != len(texts):
        fonts = [(0.0, False)] * len(texts)
    return [(text, *font) for text, font in zip(texts, fonts, strict=True)]


def _fonts(page: Any) -> list[tuple[float, bool]]:  # noqa: ANN401
    """The font of each line, by its first and its last letter."""
    import pypdfium2.raw as pdfium

    characters = [
        chr(pdfium.FPDFText_GetUnicode(page, place)) for place in range(page.count_chars())
    ]
    found, place = [], 0
    for line in LINE_END.split("".join(characters)):
        letters = [place + at for at, character in enumerate(line) if character.isalnum()]
        place += len(line) + (2 if characters[place + len(line) :][:2] == ["\r", "\n"] else 1)
        if letters:
            ends = letters[0], letters[-1]
            sizes = [pdfium.FPDFText_GetFontSize(page, at) for at in ends]
            found.append((round(max(sizes), 1), all(_is_bold(page, at) for at in ends)))
        else:
            found.append((0.0, False))
    return found


def _is_bold(page: Any, place: int) -> bool:  # noqa: ANN401
    import pypdfium2.raw as pdfium

    if pdfium.FPDFText_GetFontWeight(page, place) >= BOLD:
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(page, place, name, 128, flags)
    return bool(_BOLD_NAME.search(name.value))


def write_pages(path: str) -> None:
    """Write the pages' lines to standard output."""
    sys.stdout.buffer.write(json.dumps(pages(path)).encode())


def main() -> None:
    """Read the file that the command line names."""
    path, limit = sys.argv[1:]
    limit_memory(int(limit))
    write_pages(path)


if __name__ == "__main__":
    main()
