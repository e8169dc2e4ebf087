"""Text of a file that is too large for memory, block by block.

A reader that has the whole file looks at all of it for one kind of fault before it looks for the
next: first whether all bytes are UTF-8, say, then whether all rows have as many columns. So
what it names is the first fault of the first kind. Readers of blocks meet faults in the order of
the file; `Faults` keeps the one that is to be named until all blocks were looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain

from mtqe.corpus.bounded import LARGE, LARGEST_FILE, LONGEST_LINE, gather, too_long
from mtqe.corpus.containers import JsonEnds, refuse_binary, refuse_other_format
from mtqe.corpus.text import (
    BYTE_ORDER_MARK,
    PathLike,
    byte_parts,
    decode_utf8,
    label,
    refuse_mixed_ends,
    refuse_nul,
)
from mtqe.errors import DataError
from mtqe.support.words import count


def is_large(size: int) -> bool:
    """Whether so many bytes of texts are kept on disk."""
    return size > LARGE


class Step(IntEnum):
    """What a file is looked at for, in this order."""

    LINES = 0
    BINARY = 1
    UTF8 = 2
    NUL = 3
    FORMAT = 4
    ENDS = 5
    ROWS = 6
    CELLS = 7
    HEADER = 8
    WIDTH = 9
    DONE = 10


class Faults:
    """The fault to name, of all that were met so far."""

    def __init__(self) -> None:
        """None so far."""
        self._step = Step.DONE
        self._error: DataError | None = None

    def wants(self, step: Step) -> bool:
        """Whether a fault of this step would be named, so that looking for it makes sense."""
        return step < self._step

    @contextmanager
    def looking(self, step: Step) -> Iterator[None]:
        """Keep a fault of this step instead of raising it, unless another goes before it."""
        try:
            yield
        except DataError as error:
            if self.wants(step):
                self._step, self._error = step, error

    def named(self) -> None:
        """Name the fault, if there is one.

        Raises:
            DataError: there is.
        """
        if self._error is not None:
            raise self._error


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a file.

    Attributes:
        text: their characters; without a byte order mark, with the line ends of the file.
        data: the same in UTF-8.
        lines_before: number of the file's lines before these.
    """

    text: str
    data: bytes
    lines_before: int

    @property
    def lines(self) -> list[bytes]:
        """The lines without their ends, of a file all of whose lines end alike."""
        data = self.data.replace(b"\r\n", b"\n") if b"\r\n" in self.data else self.data
        return data.removesuffix(b"\n").split(b"\n")

    @property
    def texts(self) -> list[str]:
        """The lines as `lines` has them, as characters."""
        text = self.text.replace("\r\n", "\n") if "\r\n" in self.text else self.text
        return text.removesuffix("\n").split("\n")


class LargeText:
    """The text of a large file.

    Attributes:
        path: what messages call the file; nothing is read from it.
        faults: what was found in it; a reader adds its own.
    """

    def __init__(self, path: PathLike, parts: Iterable[bytes]) -> None:
        """The file of this name with these bytes, which are read once."""
        self.path = path
        self.faults = Faults()
        self._parts = parts
        self._marked = False
        self._returns = 0

    @property
    def name(self) -> str:
        """What messages call the file."""
        return label(self.path)

    def notes(self, *, ends: bool = True) -> tuple[str, ...]:
        """What was removed, once all blocks were read.

        Args:
            ends: whether line ends of CR LF were.
        """
        mark = (f"{self.name}: byte order mark removed",) if self._marked else ()
        if not (ends and self._returns):
            return mark
        return (*mark, f"{self.name}: {count(self._returns, 'line')} ended in CR LF")

    def blocks(self, *, ends: bool = True, lines: bool = False) -> Iterator[Block]:
        """The blocks that may be read; all of them unless a fault makes more of them useless.

        Args:
            ends: whether all lines must end alike.
            lines: whether the file must be lines of text and no other format.

        Raises:
            DataError: the bytes can't be had, or a line is too long. Other faults are in `faults`.
        """
        faults, path = self.faults, self.path
        size = before = returns = 0
        start = ""
        json = JsonEnds(self.name)
        for data in self._lines():
            first, at = not size, size
            size += len(data)
            if first:
                with faults.looking(Step.BINARY):
                    refuse_binary(data, self.name)
            if not faults.wants(Step.UTF8):
                continue
            text = ""
            with faults.looking(Step.UTF8):
                text = decode_utf8(path, data, bytes_before=at, lines_before=before)
            with faults.looking(Step.NUL):
                refuse_nul(path, text, before)
            if first and text.startswith(BYTE_ORDER_MARK):
                self._marked = True
                text, data = text[1:], data[len(BYTE_ORDER_MARK.encode()) :]
            number = data.count(b"\n")
            if first:
                start = text
            if lines and faults.wants(Step.FORMAT):
                with faults.looking(Step.FORMAT):
                    if first:
                        refuse_other_format(text, self.name)
                    json.add(text)
            if ends:
                returns += data.count(b"\r\n")
                if returns and returns != before + number and faults.wants(Step.ENDS):
                    with faults.looking(Step.ENDS):
                        refuse_mixed_ends(path, text, before, start)
            if faults.wants(Step.ROWS):
                yield Block(text, data, before)
            before += number
        if lines:
            with faults.looking(Step.FORMAT):
                json.refuse()
        self._returns = returns

    def _lines(self) -> Iterator[bytes]:
        """Whole lines, block by block; why there are no more goes before every other fault."""
        try:
            yield from _whole_lines(self.name, self._parts)
        except DataError:
            with self.faults.looking(Step.LINES):
                raise
            raise


@contextmanager
def opened(path: PathLike) -> Iterator[bytes | LargeText]:
    """The bytes of a file, or the text of a large one, to be read while it is open.

    Raises:
        DataError: the file can't be opened or unpacked, or has a line too long.
    """
    with byte_parts(path) as parts:
        first: list[bytes] = []
        size = 0
        for part in parts:
            first.append(part)
            size += len(part)
            if is_large(size):
                yield LargeText(path, chain(first, parts))
                return
        name = label(path)
        yield gather(name, first, longest_line=LONGEST_LINE, largest=LARGEST_FILE)


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
