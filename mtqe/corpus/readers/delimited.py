"""TSV and CSV, with a header."""

from __future__ import annotations

from collections.abc import Sequence

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.large_text import LargeText, opened
from mtqe.corpus.readers.csv_rows import Layout, changed, csv_notes, csv_rows, physical_lines
from mtqe.corpus.readers.table import Table, check_header, check_widths
from mtqe.corpus.text import PathLike, decoded, label, rows_of
from mtqe.errors import DataError
from mtqe.support.formulas import unguarded


def read_tsv(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read tab-separated values: no quoting, so a quote is content, and one row a line.

    Raises:
        DataError: unreadable text, no header or a bad one, or a row that differs in width from it.
    """
    with opened(path) as found:
        if isinstance(found, LargeText):
            from mtqe.corpus.readers.large_tables import large_tsv  # brings numpy

            return large_tsv(found)
        lines = rows_of(path, found)
    rows = [line.split("\t") for line in lines.texts]
    return _table(label(path), rows, range(1, len(rows) + 1), lines.notes)


def read_csv(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read comma-separated values as RFC 4180 has them; a quoted field may hold line breaks.

    Rows may end in LF or CR LF: quoting keeps either from being mistaken for content. Excel puts
    semicolons or tabs between columns in many countries; the header tells, and a note says so. An
    apostrophe that keeps a text from being a formula is taken off, and a note counts them.

    Raises:
        DataError: as `read_tsv`, or quotes that don't match, or a bare CR outside quotes.
    """
    return _read_csv(path, exact=False)


def read_exact_csv(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read CSV as `read_csv` does, apostrophes before formulas included.

    Raises:
        DataError: as `read_csv`.
    """
    return _read_csv(path, exact=True)


def _read_csv(path: PathLike, *, exact: bool) -> Table:
    name = label(path)
    with opened(path) as found:
        if isinstance(found, LargeText):
            from mtqe.corpus.readers.large_tables import large_csv  # brings numpy

            return large_csv(found, exact=exact)
        text, notes = decoded(path, found)
    layout = Layout.of(text)
    placed = list(csv_rows(name, physical_lines(text[layout.skipped :]), layout))
    rows = [row for _, row in placed]
    texts = rows if exact else [[unguarded(cell) for cell in row] for row in rows]
    notes = csv_notes(name, notes, layout, changed(rows, texts))
    return _table(name, texts, [place for place, _ in placed], notes)


def _table(
    name: str, rows: list[list[str]], places: Sequence[int], notes: tuple[str, ...]
) -> Table:
    if not rows:
        raise DataError(f"{name}: is empty; its first line must name the columns.")
    header, body = rows[0], rows[1:]
    check_header(name, header)
    check_widths(name, len(header), body, places[1:])
    columns = {column: [row[i] for row in body] for i, column in enumerate(header)}
    return Table(name, columns, places[1:], "line", plain=True, notes=notes)
