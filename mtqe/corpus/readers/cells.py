"""Cells of a large table that need not be texts, such as JSON's, on disk."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import overload

from mtqe.corpus.readers.table import Absent, HeldCells
from mtqe.corpus.stored import AT_ONCE, StoredTexts, TextWriter
from mtqe.support.scratch import ScratchFile, release

ABSENT = b"\xfe"
OTHER = b"\xff"
"""Begins what is no text; no UTF-8 has these bytes."""


class StoredCells(HeldCells):
    """A column of cells, in a scratch file that only this process has."""

    def __init__(self, column: StoredTexts) -> None:
        """A column that `CellWriter` wrote."""
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, index: int) -> object: ...
    @overload
    def __getitem__(self, index: slice) -> list[object]: ...
    def __getitem__(self, index: int | slice) -> object:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        row = index + len(self) if index < 0 else index
        if not 0 <= row < len(self):
            raise IndexError(index)
        return _cell(self._column.encoded(row, row + 1)[0])

    def __iter__(self) -> Iterator[object]:
        for start in range(0, len(self), AT_ONCE):
            stop = min(start + AT_ONCE, len(self))
            yield from map(_cell, self._column.encoded(start, stop))
            release()


class CellWriter:
    """Takes the cells of a column in parts."""

    def __init__(self, file: ScratchFile, absent: int = 0) -> None:
        """Begin.

        Args:
            file: of all columns of the table.
            absent: number of the rows before, which had no such cell.
        """
        self._writer = TextWriter(file)
        self._texts = not absent
        rest = repeat(ABSENT, absent)
        while some := list(islice(rest, AT_ONCE)):
            self._writer.extend_encoded(some)

    def extend(self, cells: Sequence[object]) -> None:
        """Append cells.

        Raises:
            MtqeError: the disk is full.
        """
        self._writer.extend_encoded([self._encoded(cell) for cell in cells])

    def _encoded(self, cell: object) -> bytes | None:
        if cell is None:
            return None
        if isinstance(cell, str):
            try:
                return cell.encode()
            except UnicodeEncodeError:  # half of a surrogate pair, which whoever reads it names
                pass
        self._texts = False
        return ABSENT if cell is Absent.ABSENT else OTHER + pickle.dumps(cell)

    def flush(self) -> None:
        """See `TextWriter.flush`."""
        self._writer.flush()

    def finish(self) -> StoredTexts | StoredCells:
        """The column: texts where there is nothing but texts and null."""
        found = self._writer.finish()
        return found if self._texts else StoredCells(found)


def _cell(data: bytes | None) -> object:
    if data is None:
        return None
    if data == ABSENT:
        return Absent.ABSENT
    return pickle.loads(data[1:]) if data[:1] == OTHER else data.decode()
