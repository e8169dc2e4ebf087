"""Counts in as few bytes as hold them exactly.

Statistics of string metrics are counts, most of them below 65,536: two bytes each where float64 has
eight. Sums of them are made in float64 all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

EXACT_IN_32_BITS = 2**24
"""Whole numbers below this are exact in float32."""
TYPES: Sequence[np.dtype[Any]] = tuple(map(np.dtype, (np.uint16, np.float32, np.float64)))
"""From the smallest on; a missing number (NaN) needs at least the second."""
AT_ONCE = 2**20
"""Numbers that are looked at at once."""


def smallest_type(values: NDArray[Any]) -> np.dtype[Any]:
    """The first of `TYPES` that holds all numbers exactly, NaN included."""
    if values.dtype == TYPES[0] or not values.size:
        return TYPES[0]
    found = 0
    rows = max(1, AT_ONCE * len(values) // values.size)
    for start in range(0, len(values), rows):
        found = max(found, _smallest(values[start : start + rows]))
        if found == len(TYPES) - 1:
            break
    return TYPES[found]


def _smallest(values: NDArray[Any]) -> int:
    least, most = float(values.min()), float(values.max())  # NaN where one number is
    if least >= 0 and most <= np.iinfo(np.uint16).max and (np.rint(values) == values).all():
        return 0
    missing = np.isnan(values)
    whole = (np.rint(values) == values) & (np.abs(values) < EXACT_IN_32_BITS)
    return 1 if (missing | whole).all() else 2


class Columns:
    """A table of numbers that is filled block by block and grows from type to type as it must.

    Attributes:
        values: ``[k, rows]``, column by column in memory; NaN in rows that were not put.
    """

    def __init__(
        self, k: int, rows: int, *, every_row: bool, make: Callable[..., NDArray[Any]] = np.zeros
    ) -> None:
        """Begin.

        Args:
            k: number of columns.
            rows: number of rows.
            every_row: whether every row will be put, so that none need be NaN.
            make: makes zeros of a shape and type, as `numpy.zeros` does.
        """
        self._make = make
        self.values: NDArray[Any] = make((k, rows), TYPES[0 if every_row else 1])
        if not every_row:
            self.values[:] = np.nan

    def put(self, rows: NDArray[np.intp], block: NDArray[Any]) -> None:
        """Fill rows with a block ``[len(rows), k]``."""
        self.hold(smallest_type(block))
        self.values[:, rows] = block.T

    def hold(self, kind: DTypeLike) -> None:
        """Grow to a type that holds numbers of this one, too."""
        if TYPES.index(np.dtype(kind)) > TYPES.index(self.values.dtype):
            grown = self._make(self.values.shape, kind)
            grown[:] = self.values
            self.values = grown
