"""Pairs of translations of one source, the ground that segment-level agreement is counted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Pairs:
    """All unordered pairs of rows that share a source.

    Attributes:
        first: row of one member of each pair [pairs].
        second: row of the other member [pairs].
        source: number of the pair's source, 0 to `sources` - 1 [pairs].
        sources: sources that have a pair.
    """

    first: Indices
    second: Indices
    source: Indices
    sources: int

    def differences(self, scores: Floats) -> Floats:
        """The first member's score minus the second's [pairs], for scores of all rows."""
        return scores[self.first] - scores[self.second]

    def counts(self, wanted: NDArray[np.generic]) -> Floats:
        """Sum a value a pair [pairs] over each source [sources]."""
        sums = np.bincount(self.source, wanted.astype(np.float64), minlength=self.sources)
        return sums.astype(np.float64)

    def shares(self, wanted: NDArray[np.generic]) -> Floats:
        """The mean of a value a pair [pairs] in each source [sources]."""
        return self.counts(wanted) / np.bincount(self.source, minlength=self.sources)


def pairs_within(labels: Sequence[str]) -> Pairs:
    """All pairs of rows with equal labels; sources are numbered in order of appearance."""
    members: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        members.setdefault(label, []).append(row)
    several = [np.array(rows) for rows in members.values() if len(rows) > 1]
    parts = [_combinations(rows) for rows in several]
    if not parts:
        nothing = np.empty(0, np.intp)
        return Pairs(nothing, nothing, nothing, 0)
    source = np.repeat(np.arange(len(parts)), [len(first) for first, _ in parts])
    first, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Pairs(first, second, source, len(parts))


def _combinations(rows: Indices) -> tuple[Indices, Indices]:
    upper, lower = np.triu_indices(len(rows), 1)
    return rows[upper], rows[lower]
