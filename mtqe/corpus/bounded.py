"""Reading bytes with limits, so that no file can take more memory or time than it is worth."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from mtqe.errors import DataError

BLOCK = 1 << 20
LARGEST_FILE = 2 << 30
"""Bytes, unpacked, of any file: 2 GiB."""
LARGE = 32 << 20
"""Bytes of a file of texts from which on they are kept on disk, not in memory: 32 MiB."""
LONGEST_LINE = 16 << 20
"""Bytes of one line of text: 16 MiB, some three thousand pages."""
LARGEST_XML = 256 << 20
"""Bytes of a file that has to be parsed as a tree, which takes about ten times as much memory."""
HIGHEST_RATIO = 200
"""Text packs to a tenth; what packs to a two-hundredth is not text."""
RATIO_MATTERS = 16 << 20
"""Unpacked bytes below which a high ratio does no harm."""
MARKS = b"\n<[{,"
"""What begins a line, an element or a value: each of them becomes an object in memory."""
MARKS_PER_BYTE = 4
"""Sentences take thirty packed bytes or more, and have a few marks each."""
MARKS_MATTER = 200_000
"""Marks below which few packed bytes for many of them do no harm."""

CELLS_MATTER = 200_000
"""Cells of a table below which few bytes for many cells do no harm."""
CELLS_PER_BYTE = 20
MOST_CELLS = 20_000_000
"""Cells of a sheet, from the first to the last: one cell far away makes millions of empty ones."""


def most_cells(packed_bytes: int) -> int:
    """The number of cells that a workbook of so many bytes may have."""
    return min(MOST_CELLS, max(CELLS_MATTER, CELLS_PER_BYTE * packed_bytes))


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream's bytes, block by block."""
    while block := stream.read(BLOCK):
        yield block


def unpacked(name: str, packed: Iterable[bytes]) -> Iterator[bytes]:
    """Gzip's members one after the other, unpacked block by block.

    Raises:
        DataError: the data unpack to so much more that they can't be text.
        EOFError: the data end early.
        zlib.error: the data are damaged.
    """
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    taken = given = marks = 0
    for block in packed:
        taken += len(block)
        rest = block
        while rest:
            if unpacker.eof:
                if not rest.strip(b"\0"):
                    break  # padding after the last member, as tape programs leave it
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            part = unpacker.decompress(rest, BLOCK)
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            given += len(part)
            marks += count_marks(part)
            check_ratio(name, given, taken)
            check_marks(name, marks, taken)
            yield part
    if not unpacker.eof:
        raise EOFError("it ends in the middle")


def check_ratio(name: str, unpacked_bytes: int, packed_bytes: int) -> None:
    """Refuse data that unpack to so much more that they can't be text.

    Raises:
        DataError: they do.
    """
    if unpacked_bytes > max(RATIO_MATTERS, HIGHEST_RATIO * packed_bytes):
        raise DataError(
            f"{name}: unpacks to more than {HIGHEST_RATIO} times its size, as no text does; "
            "if you trust it, save it uncompressed or as CSV."
        )


def count_marks(data: bytes) -> int:
    """How many lines, elements and values data may begin."""
    return len(data) - len(data.translate(None, MARKS))


def check_marks(name: str, marks: int, packed_bytes: int) -> None:
    """Refuse data that unpack to so many small parts that they can't be text.

    A parser needs far more memory and time for a million empty elements than for a long text.

    Raises:
        DataError: they do.
    """
    if marks > max(MARKS_MATTER, MARKS_PER_BYTE * packed_bytes):
        raise DataError(
            f"{name}: its {packed_bytes:,} bytes unpack to over {marks:,} lines, elements or "
            "values, as no text does; if you trust it, save it uncompressed or as CSV."
        )


def gather(name: str, parts: Iterable[bytes], *, longest_line: int, largest: int) -> bytes:
    """All parts as one, unless they grow too large or a line too long.

    Args:
        name: what messages call the file.
        parts: its bytes.
        longest_line: bytes between two line feeds; 0 for no limit.
        largest: bytes in all.

    Raises:
        DataError: a limit is passed; the rest is not read.
    """
    data = bytearray()
    line = 0
    for part in parts:
        data += part
        if len(data) > largest:
            raise too_large(name, largest)
        last = part.rfind(b"\n")
        line = line + len(part) if last < 0 else len(part) - last - 1
        if longest_line and line > longest_line:
            raise too_long(name, longest_line)
    return bytes(data)


def too_long(name: str, longest_line: int) -> DataError:
    """What is said of a line of more bytes than this."""
    return DataError(
        f"{name}: a line of more than {longest_line >> 20} MiB; a segment goes on a line "
        "of its own, so end the lines in LF."
    )


def too_large(name: str, largest: int) -> DataError:
    """What is said of a file of more bytes than this."""
    return DataError(f"{name}: is larger than {largest >> 20:,} MiB; split it.")
