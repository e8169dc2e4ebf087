"""JSON Lines: one object a line."""

from __future__ import annotations

import json
import math

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.bounded import CELLS_MATTER
from mtqe.corpus.readers.table import Absent, Table, check_header
from mtqe.corpus.text import PathLike, label, load_rows
from mtqe.errors import DataError

CELLS_PER_CHARACTER = 2


def read_jsonl(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read JSON Lines; the columns are all keys, in order of first appearance.

    Raises:
        DataError: unreadable text, or a line that isn't one JSON object with unique keys.
    """
    name = label(path)
    lines = load_rows(path)
    rows = [_parse(name, number, line) for number, line in enumerate(lines.texts, 1)]
    header = tuple(dict.fromkeys(key for row in rows for key in row))
    _check_cells(name, len(header) * len(rows), sum(map(len, lines.texts)))
    check_header(name, header)
    columns = {key: [row.get(key, Absent.ABSENT) for row in rows] for key in header}
    places = range(1, len(rows) + 1)
    return Table(name, columns, places, "line", plain=False, notes=lines.notes)


def _check_cells(name: str, cells: int, size: int) -> None:
    """Refuse objects with ever other keys: each key makes a column of as many cells as rows."""
    if cells > max(CELLS_MATTER, CELLS_PER_CHARACTER * size):
        raise DataError(
            f"{name}: its objects have so many different keys that they make {cells:,} cells; give "
            "all objects the same keys."
        )


def _parse(name: str, number: int, line: str) -> dict[str, object]:
    try:
        value = json.loads(
            line, object_pairs_hook=_unique_keys, parse_constant=_no_constant, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{name}, line {number}: not valid JSON ({error}); write one object a line."
        ) from error
    if not isinstance(value, dict):
        raise DataError(f"{name}, line {number}: not a JSON object; write one object a line.")
    return value


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key occurs twice")
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:20]} is larger than any number that a computer keeps")
    return value


def _no_constant(constant: str) -> object:
    raise ValueError(f"{constant} is not a JSON value")
