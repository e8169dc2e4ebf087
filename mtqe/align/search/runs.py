"""Runs of neighbouring units, which links are made of: their vectors, lengths and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtqe.align.encoders import Vectors, unit_length

MOST_UNITS = 4
"""Units on one side of a link."""
NEIGHBOURS = 4
SAMPLE = 2000
SHORT_DOCUMENT = 150
"""Units below which a document may lack texts that are as near as unrelated texts can be."""
LENGTH_POWER = 0.3
"""A run's vector is its units' mean, weighted by this power of their lengths."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Side:
    """One document's units, as the search for links sees them.

    Attributes:
        vectors: vectors of single units [units, width].
        lengths: lengths of units in characters [units]; at least 1.
        usual: the similarity of unrelated texts, by the encoders' measure.
        paragraphs: the paragraph of each unit [units]; None where that is not known.
    """

    vectors: Vectors
    lengths: NDArray[np.float64]
    usual: float = 0.0
    paragraphs: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.lengths)

    def runs(self, most: int) -> Vectors:
        """Vectors of the runs that end before a border [most, units + 1, width].

        Element [k - 1, i] is for units i - k to i - 1; zeros where there are fewer.
        """
        weighted = self.vectors * (self.lengths**LENGTH_POWER)[:, None].astype(np.float32)
        found = np.zeros((most, len(self) + 1, weighted.shape[1]), np.float32)
        total = weighted
        for size in range(1, min(most, len(self)) + 1):
            if size > 1:
                total = total[:-1] + weighted[size - 1 :]
            found[size - 1, size:] = unit_length(total)
        return found

    def run_lengths(self, most: int) -> NDArray[np.float64]:
        """Characters of those runs [most, units + 1]."""
        before = np.concatenate([[0.0], np.cumsum(self.lengths)])
        found = np.zeros((most, len(before)))
        for size in range(1, min(most, len(self)) + 1):
            found[size - 1, size:] = before[size:] - before[:-size]
        return found

    def begins(self, unit: int) -> bool:
        """Whether a paragraph is known to begin with a unit."""
        known = self.paragraphs
        return known is not None and bool(known[unit] != known[unit - 1])

    def pooled(self) -> Side:
        """Units two by two, for a coarse look."""
        starts = np.arange(0, len(self), 2)
        vectors = unit_length(np.add.reduceat(self.vectors, starts, axis=0))
        return Side(vectors, np.add.reduceat(self.lengths, starts), self.usual)

    def part(self, indices: NDArray[np.int64]) -> Side:
        """Only some of the units."""
        paragraphs = None if self.paragraphs is None else self.paragraphs[indices]
        return Side(self.vectors[indices], self.lengths[indices], self.usual, paragraphs)

    def mean(self, indices: Sequence[int]) -> Vectors:
        """The vector of some units joined [width], as in `runs`."""
        chosen = np.array(indices, np.int64)
        weights = (self.lengths[chosen] ** LENGTH_POWER).astype(np.float32)
        joined: Vectors = unit_length(weights @ self.vectors[chosen])
        return joined

    def stands_alone(self, unit: int) -> bool:
        """Whether a unit that has one before it and one after it is a paragraph of its own."""
        return self.begins(unit) and self.begins(unit + 1)


def familiarity(runs: Vectors, others: Vectors, usual: float) -> Floats:
    """How close runs are to the nearest units of the other document, on average [sizes, borders].

    Subtracting it from a similarity tells whether two texts are closer than either is to anything
    else (the margin of Artetxe and Schwenk 2019, "Margin-based Parallel Corpus Mining").

    Args:
        runs: vectors of one document's runs [sizes, borders, width].
        others: of the other document's units [units, width].
        usual: a similarity that some unrelated text would have, for documents without such text.
    """
    step = max(1, len(others) // SAMPLE)
    sample = others[::step]
    found = np.zeros(runs.shape[:2], np.float32)
    for size, vectors in enumerate(runs):
        for start in range(0, len(vectors), SAMPLE):
            block = vectors[start : start + SAMPLE] @ sample.T
            if len(others) < SHORT_DOCUMENT:
                strangers = np.full((len(block), NEIGHBOURS - 1), usual, np.float32)
                block = np.concatenate([block, strangers], axis=1)
            nearest = np.partition(block, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:]
            found[size, start : start + SAMPLE] = nearest.mean(axis=1)
    return found
