"""Lines of a text file that is too large for memory, read block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from mtqe.corpus.base import HeldTexts
from mtqe.corpus.bounded import LARGE, LARGEST_FILE, LONGEST_LINE, gather, too_long
from mtqe.corpus.containers import (
    refuse_binary,
    refuse_container,
    refuse_large_json,
    refuse_other_format,
)
from mtqe.corpus.text import (
    BYTE_ORDER_MARK,
    Lines,
    PathLike,
    byte_parts,
    decode,
    label,
    lines_of,
    refuse_mixed_ends,
)
from mtqe.support.words import count


@dataclass(frozen=True, slots=True)
class HeldLines:
    """The lines of a text file that is too large to be Python objects.

    Attributes:
        texts: one text a line, without its line end.
        notes: as of `Lines`.
    """

    texts: HeldTexts
    notes: tuple[str, ...] = ()


def load_many_lines(path: PathLike, *, optional: bool = False) -> Lines | HeldLines:
    """Read a text file's lines as `load_lines` does; those of a large file are not held in memory.

    Args:
        path: as for `load_lines`, of any size.
        optional: whether an empty line of a large file stands for no text (None).

    Raises:
        DataError: as `load_lines`.
        MtqeError: there is no room on the disk.
    """
    refuse_container(path, label(path))
    with byte_parts(path) as parts:
        first: list[bytes] = []
        size = 0
        for part in parts:
            first.append(part)
            size += len(part)
            if size > LARGE:
                return _large_lines(path, chain(first, parts), optional=optional)
    checked = gather(label(path), first, longest_line=LONGEST_LINE, largest=LARGEST_FILE)
    return lines_of(path, checked)


def _large_lines(path: PathLike, parts: Iterable[bytes], *, optional: bool) -> HeldLines:
    """The lines of a file, in a scratch file.

    Args:
        path: what messages call the file; nothing is read from it.
        parts: its bytes, part by part; the first is large.
        optional: whether an empty line stands for no text (None).

    Raises:
        DataError: as `load_lines`.
        MtqeError: there is no room on the disk.
    """
    from mtqe.corpus.stored import TextWriter  # brings numpy

    name = label(path)
    writer = TextWriter()
    size = lines = returns = 0
    start = last = ""
    notes: tuple[str, ...] = ()
    for block in _whole_lines(name, parts):
        if not size:
            refuse_binary(block, name)
        text = decode(path, block, bytes_before=size, lines_before=lines)
        data = block
        if not size:
            if text.startswith(BYTE_ORDER_MARK):
                notes = (f"{name}: byte order mark removed",)
                text, data = text[1:], block[len(BYTE_ORDER_MARK.encode()) :]
            refuse_other_format(text, name)
            start = text
        ends, carried = data.count(b"\n"), data.count(b"\r\n")
        returns += carried
        if returns and returns != lines + ends:
            refuse_mixed_ends(path, text, lines, start)
        if carried:
            data = data.replace(b"\r\n", b"\n")
        found: list[bytes | None] = [*data.removesuffix(b"\n").split(b"\n")]
        writer.extend_encoded([line or None for line in found] if optional else found)
        size, lines, last = size + len(block), lines + ends, text
    refuse_large_json(start, last, name)
    if returns:
        notes = (*notes, f"{name}: {count(returns, 'line')} ended in CR LF")
    return HeldLines(writer.finish(), notes)


def _whole_lines(name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """A file's bytes in blocks that end where a line does.

    Raises:
        DataError: a line is too long.
    """
    begun = b""
    for part in parts:
        end = part.rfind(b"\n") + 1
        if end:
            yield begun + part[:end]
            begun = part[end:]
        else:
            begun += part
        if len(begun) > LONGEST_LINE:
            raise too_long(name, LONGEST_LINE)
    if begun:
        yield begun
