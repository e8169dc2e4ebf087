"""Alignment by length alone, for languages that no encoder knows.

Gale and Church 1993, "A Program for Aligning Sentences in Bilingual Corpora"; priors and variance
are those of the paper. It needs documents without boilerplate: nothing but lengths is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from mtqe.align.search.links import Link
from mtqe.align.search.path import Path, search

PRIORS = {
    (1, 1): 0.89,
    (1, 0): 0.00495,
    (0, 1): 0.00495,
    (2, 1): 0.0445,
    (1, 2): 0.0445,
    (2, 2): 0.011,
}
VARIANCE = 6.8
SHAPES = np.array(list(PRIORS))
RADIUS = 400
"""Units that the path may stray from the diagonal, beyond the difference of the documents."""


@dataclass(frozen=True)
class Lengths:
    """What links are worth by the lengths of their texts.

    Attributes:
        source: characters before each border of the source [units + 1].
        target: characters before each border of the target [units + 1].
    """

    source: NDArray[np.float64]
    target: NDArray[np.float64]

    @classmethod
    def of(cls, source: Sequence[int], target: Sequence[int]) -> Lengths:
        """Lengths of single units, in characters."""
        return cls(*(np.concatenate([[0.0], np.cumsum(side)]) for side in (source, target)))

    def gains(self, shape: Sequence[int], rows: slice, columns: slice) -> NDArray[np.float32]:
        """Logarithms of probabilities; see `mtqe.align.search.path.Gains`."""
        a, b = shape
        deviations = np.abs(self.deviations(shape, rows, columns))
        found: NDArray[np.float64] = np.log(2 * PRIORS[a, b]) + norm.logsf(deviations)
        return found.astype(np.float32)

    def deviations(self, shape: Sequence[int], rows: slice, columns: slice) -> NDArray[np.float64]:
        """Standard deviations that lengths are from what they should be."""
        a, b = shape
        ratio = self.target[-1] / max(1.0, self.source[-1])
        ours, theirs = _run_lengths(self.source, a, rows), _run_lengths(self.target, b, columns)
        mean = (ours[:, None] + theirs[None, :] / ratio) / 2
        spread = np.sqrt(np.maximum(mean, 1.0) * VARIANCE)
        found: NDArray[np.float64] = (theirs[None, :] - ours[:, None] * ratio) / spread
        return found


def _run_lengths(before: NDArray[np.float64], size: int, ends: slice) -> NDArray[np.float64]:
    places = np.arange(ends.start, ends.stop)
    lengths: NDArray[np.float64] = before[places] - before[np.maximum(places - size, 0)]
    return lengths


def gale_church_links(source: Sequence[int], target: Sequence[int]) -> list[Link]:
    """The links of two documents, given the lengths of their units in characters.

    A link's confidence is how likely lengths at least as different are; it has no similarity.
    """
    lengths = Lengths.of(source, target)
    path = search(lengths, SHAPES, *_diagonal(len(source), len(target)))
    return [_link(lengths, *row) for row in path.tolist() if row[1] > row[0] and row[3] > row[2]]


def _link(lengths: Lengths, a: int, b: int, c: int, d: int) -> Link:
    place = slice(b, b + 1), slice(d, d + 1)
    deviation = abs(float(lengths.deviations((b - a, d - c), *place)[0, 0]))
    return Link((a, b), (c, d), 0.0, float("nan"), float(2 * norm.sf(deviation)))


def _diagonal(rows: int, columns: int) -> tuple[Path, Path]:
    """The band of borders around the straight way through both documents."""
    centre = np.rint(np.arange(rows + 1) * columns / max(1, rows)).astype(np.int64)
    low, high = np.maximum(centre - RADIUS, 0), np.minimum(centre + RADIUS, columns)
    return low, high
