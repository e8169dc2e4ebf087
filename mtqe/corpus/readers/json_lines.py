"""The objects of JSON Lines."""

from __future__ import annotations

import json
import math

from mtqe.corpus.bounded import CELLS_MATTER
from mtqe.errors import DataError

CELLS_PER_CHARACTER = 2


def check_cells(name: str, cells: int, size: int) -> None:
    """Refuse objects with ever other keys: each key makes a column of as many cells as rows.

    Args:
        name: what messages call the file.
        cells: number of its keys times that of its rows.
        size: its characters.

    Raises:
        DataError: there are too many cells.
    """
    if cells > max(CELLS_MATTER, CELLS_PER_CHARACTER * size):
        raise DataError(
            f"{name}: its objects have so many different keys that they make {cells:,} cells; give "
            "all objects the same keys."
        )


def parse_object(name: str, number: int, line: str) -> dict[str, object]:
    """The object on a line.

    Args:
        name: what messages call the file.
        number: the line's number, from 1.
        line: the line.

    Raises:
        DataError: it is not one JSON object with unique keys.
    """
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
