"""What every table format is read into: named columns of equal length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast

from mtqe.corpus.base import HeldTexts, Place
from mtqe.corpus.text import flaw
from mtqe.errors import DataError
from mtqe.support.words import count


class Absent(Enum):
    """The value of a key that a JSON object doesn't have, as opposed to null."""

    ABSENT = "absent"


class HeldCells(Sequence[object]):
    """Cells that lie on disk; see `mtqe.corpus.readers.cells`, which brings numpy."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a TSV, CSV, JSONL or Parquet file.

    Attributes:
        name: name of the file in messages.
        columns: the cells of each column, top to bottom; strings alone for TSV and CSV, None for
            null, `Absent.ABSENT` for a JSON key that this object lacks. Those of a large table lie
            on disk: `StoredTexts` where all are texts or None, or else `HeldCells`.
        places: the number of each row's first line (Parquet: its row), from 1.
        unit: ``line`` or ``row``: what `places` counts.
        plain: every cell is checked text already (TSV, CSV), and an empty one is the only way to
            say "none", for the format has no null.
        notes: counts of what was removed on purpose.
    """

    name: str
    columns: Mapping[str, Sequence[object]]
    places: Sequence[int]
    unit: str
    plain: bool
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.places)

    def where(self, row: int) -> str:
        """Name a row, counted from 0, as messages do: ``pairs.tsv, line 7``."""
        return f"{self.name}, {self.unit} {self.places[row]}"

    def place(self, row: int) -> Place:
        """Where people find a row, counted from 0."""
        number = self.places[row]
        line = number if self.unit == "line" else None
        return Place(f"{self.unit} {number}", self.name, line)

    @property
    def is_large(self) -> bool:
        """Whether the cells lie on disk."""
        return any(isinstance(cells, HeldTexts | HeldCells) for cells in self.columns.values())

    def texts(self, column: str) -> Sequence[str]:
        """The cells of a column that must all be text.

        Raises:
            DataError: a cell is null, absent, not a string, or holds a NUL or lone surrogate.
        """
        cells = self.columns[column]
        if isinstance(cells, HeldTexts):
            return cast(Sequence[str], self._held(column, cells))
        if self.plain:
            return list(cast(Sequence[str], cells))
        return cast(
            Sequence[str],
            self.column(self.text(column, row, cell) for row, cell in enumerate(cells)),
        )

    def optional_texts(self, column: str) -> Sequence[str | None]:
        """The cells of a column of texts, None where the cell is null, absent or (TSV, CSV) empty.

        Raises:
            DataError: a cell is neither text nor null, or holds a NUL or lone surrogate.
        """
        cells = self.columns[column]
        if isinstance(cells, HeldTexts):
            return self._held(column, cells, optional=True)
        if self.plain:
            return [cell or None for cell in cast(Sequence[str], cells)]
        return self.column(
            None if cell is None or cell is Absent.ABSENT else self.text(column, row, cell)
            for row, cell in enumerate(cells)
        )

    def column(self, texts: Iterable[str | None]) -> Sequence[str | None]:
        """A text or None per row: a list, or on disk where the table is large."""
        if not self.is_large:
            return list(texts)
        from mtqe.corpus.stored import stored  # brings numpy

        return stored(texts)

    def _held(self, column: str, cells: HeldTexts, *, optional: bool = False) -> HeldTexts:
        """A column on disk, which is as it should be but for NULs and what is missing."""
        from mtqe.corpus.stored import StoredTexts, without_empty

        assert isinstance(cells, StoredTexts)
        if self.plain:  # and so checked
            return without_empty(cells) if optional else cells
        wrong = [cells.first_nul(), None if optional else cells.first_missing]
        for row in sorted(row for row in wrong if row is not None):
            self.text(column, row, cells[row])
        return cells

    def text(self, column: str, row: int, cell: object) -> str:
        """Check that one cell is text.

        Raises:
            DataError: it is not.
        """
        if not isinstance(cell, str):
            raise DataError(f"{self.where(row)}: {column!r} is {_kind(cell)}; it must be text.")
        if problem := flaw(cell):
            raise DataError(f"{self.where(row)}: {column!r} holds {problem}; remove it.")
        return cell


def _kind(cell: object) -> str:
    if cell is Absent.ABSENT:
        return "missing"
    return "null" if cell is None else f"of type {type(cell).__name__}"


def check_header(name: str, header: Sequence[str]) -> None:
    """Refuse a header that can't name its columns.

    Raises:
        DataError: a name is empty, repeated, or not text.
    """
    seen: set[str] = set()
    for position, column in enumerate(header, 1):
        if not column:
            raise DataError(f"{name}: column {position} has no name; name it in the header.")
        if column in seen:
            raise DataError(f"{name}: two columns are named {column!r}; rename one of them.")
        if problem := flaw(column):
            raise DataError(f"{name}: the name of column {position} holds {problem}; remove it.")
        seen.add(column)


def check_widths(
    name: str, width: int, rows: Iterable[Sequence[object]], places: Iterable[int]
) -> None:
    """Refuse rows that have not as many cells as the header.

    Args:
        name: what messages call the file.
        width: number of the header's cells.
        rows: any number of them.
        places: the line that each begins at.

    Raises:
        DataError: names the first line with such a row.
    """
    for row, place in zip(rows, places, strict=True):
        if len(row) != width:
            raise DataError(
                f"{name}, line {place}: {count(len(row), 'column')} where the header has "
                f"{width}; give every row the same columns (a text with a tab or line break "
                "needs quoted CSV, or JSONL)."
            )
