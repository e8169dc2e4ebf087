"""Tables of large files: cells go to a scratch file block by block."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, islice

from mtqe.corpus.large_text import Faults, LargeText, Step
from mtqe.corpus.parquet_size import MOST_COLUMNS
from mtqe.corpus.readers.cells import CellWriter
from mtqe.corpus.readers.csv_rows import Layout, changed, csv_notes, csv_rows, physical_lines
from mtqe.corpus.readers.json_lines import check_cells, parse_object
from mtqe.corpus.readers.table import Absent, Table, check_header, check_widths
from mtqe.corpus.stored import TextWriter
from mtqe.errors import DataError
from mtqe.support.formulas import unguarded
from mtqe.support.scratch import ScratchFile

ROWS_AT_ONCE = 4096


class PlainRows:
    """Takes the rows of TSV and CSV, the header first, and what is wrong with them."""

    def __init__(self, name: str, faults: Faults) -> None:
        """Begin.

        Args:
            name: what messages call the file.
            faults: where what is wrong goes.
        """
        self._name = name
        self._faults = faults
        self._header: list[str] = []
        self._writers: list[TextWriter] = []

    def begin(self, header: list[str]) -> None:
        """Take the header."""
        self._header = header
        with self._faults.looking(Step.HEADER):
            _refuse_many(self._name, len(header))
            check_header(self._name, header)
        if self._faults.wants(Step.HEADER):
            file = ScratchFile()
            self._writers = [TextWriter(file) for _ in header]

    def extend(self, rows: Sequence[Sequence[bytes]], places: Sequence[int]) -> None:
        """Take rows in UTF-8.

        Args:
            rows: any number of them.
            places: the line that each begins at.

        Raises:
            MtqeError: the disk is full.
        """
        if not rows or not self._faults.wants(Step.WIDTH):
            return
        with self._faults.looking(Step.WIDTH):
            check_widths(self._name, len(self._header), rows, places)
        if self._faults.wants(Step.WIDTH):
            for writer, cells in zip(self._writers, zip(*rows, strict=True), strict=True):
                writer.extend_encoded(cells)

    def table(self, places: Sequence[int], notes: tuple[str, ...]) -> Table:
        """The table of all rows.

        Raises:
            DataError: what was found to be wrong.
        """
        self._faults.named()
        for writer in self._writers:
            writer.flush()
        columns = {
            column: writer.finish()
            for column, writer in zip(self._header, self._writers, strict=True)
        }
        return Table(self._name, columns, places, "line", plain=True, notes=notes)


def large_tsv(text: LargeText) -> Table:
    """See `mtqe.corpus.readers.delimited.read_tsv`.

    Raises:
        DataError: as `read_tsv`.
        MtqeError: the disk is full.
    """
    rows = PlainRows(text.name, text.faults)
    number = 0
    for block in text.blocks():
        cells = [line.split(b"\t") for line in block.lines]
        first = block.lines_before + 1
        number += len(cells)
        if first == 1:
            rows.begin([name.decode() for name in cells.pop(0)])
            first += 1
        rows.extend(cells, range(first, first + len(cells)))
    return rows.table(range(2, number + 1), text.notes())


def large_csv(text: LargeText, *, exact: bool) -> Table:
    """See `mtqe.corpus.readers.delimited.read_csv`.

    Args:
        text: the file.
        exact: whether apostrophes before formulas stay.

    Raises:
        DataError: as `read_csv`.
        MtqeError: the disk is full.
    """
    rows, places = PlainRows(text.name, text.faults), array("Q")
    blocks = text.blocks(ends=False)
    first = next(blocks, None)
    start = first.text if first else ""
    layout = Layout.of(start)
    lines = chain.from_iterable(
        physical_lines(part)
        for part in chain([start[layout.skipped :]], (block.text for block in blocks))
    )
    guarded = 0
    with text.faults.looking(Step.ROWS):
        parsed = csv_rows(text.name, lines, layout)
        while some := list(islice(parsed, ROWS_AT_ONCE if places else 1)):
            cells = [row if exact else [unguarded(cell) for cell in row] for _, row in some]
            guarded += changed((row for _, row in some), cells)
            if not places:
                rows.begin(cells[0])
            else:
                encoded = [[cell.encode() for cell in row] for row in cells]
                rows.extend(encoded, [place for place, _ in some])
            places.extend(place for place, _ in some)
    for _ in blocks:  # the rest of a file that is not CSV may not even be text
        pass
    return rows.table(places[1:], csv_notes(text.name, text.notes(ends=False), layout, guarded))


def large_jsonl(text: LargeText) -> Table:
    """See `mtqe.corpus.readers.jsonl.read_jsonl`.

    A file is refused, too, whose first rows have far too many keys for their number of characters.

    Raises:
        DataError: as `read_jsonl`.
        MtqeError: the disk is full.
    """
    name, faults = text.name, text.faults
    file = ScratchFile()
    writers: dict[str, CellWriter | None] = {}
    number = size = 0
    for block in text.blocks():
        lines, rows = block.texts, []
        with faults.looking(Step.ROWS):
            rows = [parse_object(name, n, line) for n, line in enumerate(lines, number + 1)]
        new = dict.fromkeys(key for row in rows for key in row if key not in writers)
        size += sum(map(len, lines))
        with faults.looking(Step.CELLS):
            _refuse_many(name, len(writers) + len(new))
            check_cells(name, (len(writers) + len(new)) * (number + len(rows)), size)
        if faults.wants(Step.CELLS):
            writers |= {key: CellWriter(file, absent=number) for key in new}
            for key, writer in writers.items():
                if writer is not None:
                    writer.extend([row.get(key, Absent.ABSENT) for row in rows])
        else:
            writers |= dict.fromkeys(new)
        number += len(rows)
    if not faults.wants(Step.CELLS) and faults.wants(Step.ROWS):
        check_cells(name, len(writers) * number, size)  # which says how many there are in all
    faults.named()
    check_header(name, tuple(writers))
    held = {key: writer for key, writer in writers.items() if writer is not None}
    for writer in held.values():
        writer.flush()
    columns = {key: writer.finish() for key, writer in held.items()}
    return Table(name, columns, range(1, number + 1), "line", plain=False, notes=text.notes())


def _refuse_many(name: str, columns: int) -> None:
    """Refuse so many columns that what writes them takes far more memory than the file.

    Raises:
        DataError: there are.
    """
    if columns > MOST_COLUMNS:
        raise DataError(
            f"{name}: has more than {MOST_COLUMNS:,} columns, the most that are read of a large "
            "table; leave out those that you do not need."
        )
