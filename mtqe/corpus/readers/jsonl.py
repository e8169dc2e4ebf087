"""JSON Lines: one object a line."""

from __future__ import annotations

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.large_text import LargeText, opened
from mtqe.corpus.readers.json_lines import check_cells, parse_object
from mtqe.corpus.readers.table import Absent, Table, check_header
from mtqe.corpus.text import PathLike, label, rows_of


def read_jsonl(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read JSON Lines; the columns are all keys, in order of first appearance.

    Raises:
        DataError: unreadable text, or a line that isn't one JSON object with unique keys.
    """
    name = label(path)
    with opened(path) as found:
        if isinstance(found, LargeText):
            from mtqe.corpus.readers.large_tables import large_jsonl  # brings numpy

            return large_jsonl(found)
        lines = rows_of(path, found)
    rows = [parse_object(name, number, line) for number, line in enumerate(lines.texts, 1)]
    header = tuple(dict.fromkeys(key for row in rows for key in row))
    check_cells(name, len(header) * len(rows), sum(map(len, lines.texts)))
    check_header(name, header)
    columns = {key: [row.get(key, Absent.ABSENT) for row in rows] for key in header}
    places = range(1, len(rows) + 1)
    return Table(name, columns, places, "line", plain=False, notes=lines.notes)
