"""Strict reading of text files, shared by every reader: bytes, then characters, then lines.

Nothing is guessed. Python's own conveniences are avoided on purpose: universal newlines and
`str.splitlines` would end lines at U+2028, U+0085, form feeds and lone carriage returns, and so
silently misalign parallel files.
"""

from __future__ import annotations

import codecs
import os
import re
import shlex
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from mtqe.corpus.bounded import (
    LARGEST_FILE,
    LONGEST_LINE,
    blocks,
    gather,
    too_large,
    unpacked,
)
from mtqe.corpus.containers import (
    refuse_binary,
    refuse_container,
    refuse_other_format,
)
from mtqe.errors import DataError
from mtqe.support.words import count

PathLike = str | os.PathLike[str]

STDIN = "-"
BYTE_ORDER_MARK = "\ufeff"
GZIP_MAGIC = b"\x1f\x8b"
_UNLIKE_LATIN = re.compile(rb"[\x80-\xff]{3}|[\xc0-\xff][\x80-\xbf]")
"""Of UTF-8, Cyrillic or Chinese; in western European text, letters such as ü are never so many."""
_SIGNS = "‘’‚“”„‹›«»–—…•€£§°©®™¡¿ª\xa0"
_CONTROLS = re.compile(rb"[\x80-\x9f]")
"""Signs of Windows-1252, such as quotation marks; controls in Latin-1."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text file.

    Attributes:
        texts: one string a line, without its line end.
        notes: counts of what was kept or removed on purpose, such as a byte order mark.
    """

    texts: tuple[str, ...]
    notes: tuple[str, ...] = ()


def label(path: PathLike) -> str:
    """What messages call a file: its path, or ``standard input``."""
    return "standard input" if os.fspath(path) == STDIN else os.fspath(path)


def read_bytes(path: PathLike, *, longest_line: int = 0, largest: int = LARGEST_FILE) -> bytes:
    """Read a file, or standard input for ``-``; a name that ends in ``.gz`` is unpacked.

    Args:
        path: the file.
        longest_line: bytes that a line may have; 0 for no limit.
        largest: bytes that the file may have, unpacked.

    Raises:
        DataError: the file can't be opened, is too large, or is not whole, valid gzip.
    """
    with byte_parts(path, largest=None if longest_line else largest) as parts:
        return gather(label(path), parts, longest_line=longest_line, largest=largest)


@contextmanager
def byte_parts(path: PathLike, *, largest: int | None = None) -> Iterator[Iterator[bytes]]:
    """The bytes of a file, unpacked, part by part.

    Args:
        path: as for `read_bytes`.
        largest: bytes that a file which is not packed may have on disk; None for no limit.

    Raises:
        DataError: as `read_bytes`.
    """
    if os.fspath(path) == STDIN:
        yield blocks(sys.stdin.buffer)
        return
    try:
        with Path(path).open("rb") as file:
            parts = blocks(file)
            if is_packed(path):
                parts = _unpacked(path, parts)
            elif largest is not None and os.fstat(file.fileno()).st_size > largest:
                raise too_large(label(path), largest)
            yield parts
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions."
        ) from error


def is_packed(path: PathLike) -> bool:
    """Whether a file's name says that it is gzip."""
    return Path(path).suffix.lower() == ".gz"


def _unpacked(path: PathLike, packed: Iterator[bytes]) -> Iterator[bytes]:
    first = next(packed, b"")
    if not first.startswith(GZIP_MAGIC):
        raise DataError(f"{path}: is named .gz but is not gzip; rename it or compress it.")
    try:
        yield from unpacked(label(path), chain([first], packed))
    except (EOFError, zlib.error) as error:
        raise DataError(
            f"{path}: the gzip data is cut short or damaged ({error}); copy the file again."
        ) from error


def read_text(path: PathLike) -> tuple[str, tuple[str, ...]]:
    """Read a file as UTF-8, without a byte order mark at its start.

    Returns:
        The text, and a note if a byte order mark was removed.

    Raises:
        DataError: the file can't be read, isn't UTF-8, holds a NUL, or has a line too long.
    """
    return decoded(path, read_bytes(path, longest_line=LONGEST_LINE))


def decoded(path: PathLike, data: bytes) -> tuple[str, tuple[str, ...]]:
    """A file's bytes as `read_text` gives them.

    Raises:
        DataError: they are not UTF-8 text.
    """
    refuse_binary(data, label(path))
    text = decode(path, data)
    if not text.startswith(BYTE_ORDER_MARK):
        return text, ()
    return text[1:], (f"{label(path)}: byte order mark removed",)


def decode(path: PathLike, data: bytes, *, bytes_before: int = 0, lines_before: int = 0) -> str:
    """Bytes of a file as text.

    Args:
        path: the file.
        data: whole lines of it.
        bytes_before: number of its bytes before these.
        lines_before: number of its lines before these.

    Raises:
        DataError: they are not UTF-8 text.
    """
    text = decode_utf8(path, data, bytes_before=bytes_before, lines_before=lines_before)
    refuse_nul(path, text, lines_before)
    return text


def decode_utf8(path: PathLike, data: bytes, *, bytes_before: int, lines_before: int) -> str:
    """Bytes of a file as characters, NULs included; arguments are those of `decode`.

    Raises:
        DataError: they are not UTF-8.
    """
    if not bytes_before and data.startswith(GZIP_MAGIC):
        raise DataError(f"{label(path)}: is gzip data; give it a name that ends in .gz.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not bytes_before and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise DataError(f"{label(path)}: is UTF-16; save it as UTF-8.") from error
        line = lines_before + data.count(b"\n", 0, error.start) + 1
        offset = bytes_before + error.start
        raise DataError(
            f"{label(path)}, line {line}: byte 0x{data[error.start]:02x} at offset {offset} "
            f"is not UTF-8; save the file as UTF-8{_conversion(path, data, error.start)}."
        ) from error


def _conversion(path: PathLike, data: bytes, start: int) -> str:
    """How to convert a file whose line at a byte reads like western European text, or nothing."""
    first = data.rfind(b"\n", 0, start) + 1
    line = data[first:].partition(b"\n")[0]
    try:
        foreign = [character for character in line.decode("cp1252") if character > "\x7f"]
    except UnicodeDecodeError:
        return ""
    is_rare = 3 * len(foreign) <= len(line.replace(b" ", b""))
    is_usual = all(character.isalpha() or character in _SIGNS for character in foreign)
    if not is_rare or not is_usual or _UNLIKE_LATIN.search(line):
        return ""
    if os.fspath(path) == STDIN or is_packed(path):
        return ""
    name, code = ("Latin-1", "latin1") if not _CONTROLS.search(line) else ("Windows-1252", "cp1252")
    file = shlex.quote(os.fspath(path))
    return f" (if it is {name}: iconv -f {code} -t utf8 {file} > NEW)"


def refuse_nul(path: PathLike, text: str, lines_before: int) -> None:
    """Stop where characters of a file have a NUL among them.

    Raises:
        DataError: they have; names the line.
    """
    if (nul := text.find("\0")) >= 0:
        line = lines_before + text.count("\n", 0, nul) + 1
        raise DataError(
            f"{label(path)}, line {line}: a NUL character is not text; remove it, "
            "or save the file as UTF-8 if it is UTF-16."
        )


def load_lines(path: PathLike) -> Lines:
    r"""Read a text file's lines, with notes on what was removed.

    A line ends at LF. Where every line ends in CR LF, both go and a note counts them. All other
    characters are content: a lone CR, U+2028, U+2029, U+0085, form feed and vertical tab too. The
    last line's end may be missing.

    Raises:
        DataError: as `read_text`, or the file is of another format, or some lines end in CR LF and
            others in LF.
    """
    refuse_container(path, label(path))
    return lines_of(path, read_bytes(path, longest_line=LONGEST_LINE))


def lines_of(path: PathLike, data: bytes) -> Lines:
    """The lines of a file whose bytes are known, such as one that was sent.

    Args:
        path: what messages call the file; nothing is read from it.
        data: its content.

    Raises:
        DataError: as `load_lines`.
    """
    text, notes = decoded(path, data)
    refuse_other_format(text, label(path))
    return _split(path, text, notes)


def rows_of(path: PathLike, data: bytes) -> Lines:
    """The lines of a table whose bytes are known, whatever they look like.

    Args:
        path: what messages call the file; nothing is read from it.
        data: its content.

    Raises:
        DataError: as `load_lines`, but for the look of the text.
    """
    return _split(path, *decoded(path, data))


def _split(path: PathLike, text: str, notes: tuple[str, ...]) -> Lines:
    crlf = text.count("\r\n")
    if crlf and crlf != text.count("\n"):
        refuse_mixed_ends(path, text)
    if crlf:
        text = text.replace("\r\n", "\n")
        notes = (*notes, f"{label(path)}: {count(crlf, 'line')} ended in CR LF")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return Lines(tuple(lines), notes)


def refuse_mixed_ends(path: PathLike, text: str, lines_before: int = 0, start: str = "") -> None:
    """Name the first line that ends otherwise than the file's first.

    Args:
        path: the file.
        text: the lines among which it is.
        lines_before: number of the lines before these.
        start: how the file starts, its first line whole; these lines if empty.
    """
    ends = [line.endswith("\r") for line in text.split("\n")[:-1]]
    usual = (start or text).partition("\n")[0].endswith("\r")
    first = lines_before + ends.index(not usual)
    names = ("CR LF", "LF") if usual else ("LF", "CR LF")
    raise DataError(
        f"{label(path)}, line {first + 1}: ends in {names[1]} where the lines before end in "
        f"{names[0]}; use one line end throughout."
    )


def flaw(text: str) -> str | None:
    """Name what makes a string impossible as text, if anything: a NUL or a lone surrogate."""
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return None


def content_notes(
    texts: Iterable[str | None], singular: str, plural: str | None = None
) -> Iterable[str]:
    """Count the texts that are empty, and those with a line break (CR or LF) inside."""
    empty = broken = 0
    for text in texts:
        if not text:
            empty += text is not None
        elif "\n" in text or "\r" in text:
            broken += 1
    if empty:
        yield count(empty, f"empty {singular}", f"empty {plural or singular + 's'}")
    if broken:
        yield count(broken, singular, plural) + " with a line break inside"
