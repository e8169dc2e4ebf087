"""Many texts in one array of code points."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Units = NDArray[np.uint32]
Offsets = NDArray[np.int64]
Members = NDArray[np.bool_]

LAST_WHITESPACE = 0x3000


class Sequences(NamedTuple):
    """Sequences of units (code points, or word ids) laid end to end.

    Attributes:
        units: uint32 [total].
        offsets: int64 [n + 1]; sequence i is ``units[offsets[i]:offsets[i + 1]]``.
    """

    units: Units
    offsets: Offsets

    @property
    def lengths(self) -> Offsets:
        """Units in each sequence [n]."""
        return np.diff(self.offsets)


def pack(texts: Sequence[str]) -> Sequences:
    """Lay texts end to end as code points; lone surrogates are kept as they are."""
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return Sequences(np.frombuffer(joined, dtype=np.uint32).copy(), _offsets(lengths))


@cache
def whitespace() -> Members:
    """Which code points `str.split` splits at; the last entry (False) stands for all beyond."""
    return np.array([chr(code).isspace() for code in range(LAST_WHITESPACE + 1)] + [False])


def without_whitespace(texts: Sequences) -> Sequences:
    """What ``"".join(text.split())`` leaves of each text."""
    members = whitespace()
    kept = ~members[np.minimum(texts.units, len(members) - 1)]
    before = np.concatenate(([0], np.cumsum(kept)))
    return Sequences(texts.units[kept], before[texts.offsets])


def _offsets(lengths: Offsets) -> Offsets:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
