"""Cells of a large table that need not be texts, such as JSON's, on disk."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import NamedTuple, overload

from mtqe.corpus.readers.table import Absent, HeldCells
from mtqe.corpus.stored import AT_ONCE, StoredTexts, TextWriter
from mtqe.support.scratch import ScratchFile, release

ABSENT = b"\xfe"
OTHER = b"\xff"
DEEP = b"\xfd"
"""Begins what is no text; no UTF-8 has these bytes. What is `DEEP` is nested too deep to pickle."""


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
        if cell is Absent.ABSENT:
            return ABSENT
        try:
            return OTHER + pickle.dumps(cell)
        except RecursionError:
            return DEEP + pickle.dumps(_flat(cell))

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
    if data[:1] == DEEP:
        return _nested(pickle.loads(data[1:]))
    return pickle.loads(data[1:]) if data[:1] == OTHER else data.decode()


class _Branch(NamedTuple):
    """A list or an object among the values of `_flat`: where its own values stand."""

    start: int
    stop: int
    keys: tuple[object, ...] | None


def _flat(cell: object) -> list[object]:
    """A cell as a list of values without lists and objects; the first one is the cell itself.

    pickle goes down three levels of Python's stack for each level of a list, so what a JSON parser
    could still read may be too deep for it.
    """
    found = [cell]
    for place, value in enumerate(found):  # which grows meanwhile
        if isinstance(value, (list, dict)):
            keys = tuple(value) if isinstance(value, dict) else None
            found[place] = _Branch(len(found), len(found) + len(value), keys)
            found += value.values() if isinstance(value, dict) else value
    return found


def _nested(found: list[object]) -> object:
    """The cell that `_flat` made a list of; the list is used up."""
    for place in reversed(range(len(found))):  # what a branch holds stands behind it
        branch = found[place]
        if isinstance(branch, _Branch):
            values = found[branch.start : branch.stop]
            keys = branch.keys
            found[place] = values if keys is None else dict(zip(keys, values, strict=True))
    return found[0]
