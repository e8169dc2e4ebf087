"""The lines of text files: the one place that says what ends a line.

`str.splitlines` ends lines at U+2028, U+2029, U+0085, form feeds and more, which are content in
texts that people translate. JSON leaves most of them unescaped, so that a file of JSON lines
could be written and not read again.
"""

from __future__ import annotations

from pathlib import Path


def split_lines(text: str) -> list[str]:
    """Split at LF and CR LF alone; the last line's end may be missing."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[-1]:
        lines.pop()
    return lines


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, whose lone carriage returns stay content.

    Raises:
        OSError: it can't be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    return split_lines(path.read_bytes().decode("utf-8"))
