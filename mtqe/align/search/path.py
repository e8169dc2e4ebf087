"""The best way through two documents, by dynamic programming from coarse to fine.

The shape of the search is Vecalign's (Thompson and Koehn 2019, "Vecalign: Improved Sentence
Alignment in Linear Time and Space"). Unlike there, a link's similarity is a margin, lengths count,
and the vectors of joined units come from those of the units, which saves most of the embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mtqe.align.encoders import Vectors
from mtqe.align.search.lattice import IMPOSSIBLE, advance, trace
from mtqe.align.search.runs import MOST_UNITS, Side, familiarity

FULL_SEARCH = 4_000_000
"""Cells of a lattice that is searched whole; larger ones in a band around a coarse path."""
BAND = 24
"""Units that the path may stray from the coarser one."""
LARGEST_LINK = 6
"""Units of both sides in a link."""
ROWS_AT_ONCE = 64
NEAREST_AT_ONCE = 1024
SMOOTHING = 15.0
"""Characters added to both lengths, so that short units may differ."""
MOST_DEVIATION = 4.0
"""What lengths can count at most, squared logarithm."""

Path = NDArray[np.int64]
Borders = NDArray[np.int64]


@dataclass(frozen=True)
class Weights:
    """What makes a good link.

    Attributes:
        floor: a unit's gain for being linked at all; what is poorer stays alone.
        joining: cost of each unit beyond one per side.
        length: weight of the squared logarithm of the ratio of lengths.
    """

    floor: float = 0.3
    joining: float = 0.1
    length: float = 0.15


SIMPLE = np.array([(1, 0), (0, 1), (1, 1)])
SIZES = range(1, MOST_UNITS + 1)
LINKS = [(a, b) for a, b in product(SIZES, SIZES) if a + b <= LARGEST_LINK]
ALL = np.array([(1, 0), (0, 1), *LINKS])


@dataclass(frozen=True)
class Runs:
    """Every run of neighbouring units of one document, by size and by the border it ends at.

    Attributes:
        vectors: [sizes, units + 1, width].
        familiarity: closeness to the other document's nearest units [sizes, units + 1].
        lengths: characters, in the target's measure [sizes, units + 1].
    """

    vectors: NDArray[np.float32]
    familiarity: NDArray[np.float32]
    lengths: NDArray[np.float64]

    @classmethod
    def of(cls, side: Side, other: Side, most: int, ratio: float = 1.0) -> Runs:
        """Prepare the runs of up to `most` units; lengths are multiplied by `ratio`."""
        vectors = side.runs(most)
        familiar = familiarity(vectors, other.vectors, side.usual)
        return cls(vectors, familiar, side.run_lengths(most) * ratio)


@dataclass(frozen=True)
class Lattice:
    """All links between runs of two documents, and what each is worth."""

    source: Runs
    target: Runs
    weights: Weights

    @classmethod
    def of(cls, source: Side, target: Side, most: int, weights: Weights, ratio: float) -> Lattice:
        """Prepare the links of up to `most` units a side."""
        sides = Runs.of(source, target, most, ratio), Runs.of(target, source, most)
        return cls(*sides, weights)

    def gains(self, shape: Sequence[int], rows: slice, columns: slice) -> NDArray[np.float32]:
        """What links of a shape that end at these borders are worth [rows, columns].

        Leaving their units alone is worth 0.
        """
        a, b = shape
        if a == 0 or b == 0:
            return np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
        margins = self.margins(shape, rows, columns)
        margins -= self.weights.length * self.deviations(shape, rows, columns)
        joining = self.weights.joining * (a + b - 2)
        gains: NDArray[np.float32] = (a + b) / 2 * (margins + self.weights.floor) - joining
        return gains

    def margins(self, shape: Sequence[int], rows: slice, columns: slice) -> NDArray[np.float32]:
        """How much closer runs are to each other than to the nearest units of the other side."""
        a, b = shape
        ours, theirs = self.source.familiarity[a - 1, rows], self.target.familiarity[b - 1, columns]
        return self.similarities(shape, rows, columns) - (ours[:, None] + theirs[None, :]) / 2

    def similarities(
        self, shape: Sequence[int], rows: slice, columns: slice
    ) -> NDArray[np.float32]:
        """The cosines of runs."""
        a, b = shape
        found: NDArray[np.float32] = (
            self.source.vectors[a - 1, rows] @ self.target.vectors[b - 1, columns].T
        )
        return found

    def deviations(self, shape: Sequence[int], rows: slice, columns: slice) -> NDArray[np.float32]:
        """Squared logarithms of the ratio of lengths, up to `MOST_DEVIATION`."""
        a, b = shape
        ours = np.log(self.source.lengths[a - 1, rows] + SMOOTHING)
        theirs = np.log(self.target.lengths[b - 1, columns] + SMOOTHING)
        squares = (ours[:, None] - theirs[None, :]) ** 2
        capped: NDArray[np.float64] = np.minimum(squares, MOST_DEVIATION)
        return capped.astype(np.float32)


def find_path(
    source: Side,
    target: Side,
    weights: Weights,
    ratio: float,
    lattice: Lattice | None = None,
) -> Path:
    """The best sequence of links [links, 4]: start and end in the source, then in the target.

    Units that are in no link have rows too, with nothing on the other side.

    Args:
        source: the source's units.
        target: the target's.
        weights: what makes a good link.
        ratio: characters of the target for one of the source.
        lattice: all links of the two, where there is one already.
    """
    band = _band(source, target, weights, ratio)
    links = lattice or Lattice.of(source, target, MOST_UNITS, weights, ratio)
    return search(links, ALL, *band)


def _band(source: Side, target: Side, weights: Weights, ratio: float) -> tuple[Borders, Borders]:
    """Where to search: everywhere if that is little, else around a coarse path."""
    rows, columns = len(source), len(target)
    if rows * columns <= FULL_SEARCH:
        return np.zeros(rows + 1, np.int64), np.full(rows + 1, columns, np.int64)
    coarse = source.pooled(), target.pooled()
    lattice = Lattice.of(*coarse, 1, weights, ratio)
    path = search(lattice, SIMPLE, *_band(*coarse, weights, ratio))
    return _around(path * 2, rows, columns)


class Gains(Protocol):
    """Whatever knows what links are worth."""

    def gains(self, shape: Sequence[int], rows: slice, columns: slice) -> NDArray[np.float32]:
        """What links of a shape that end at these borders are worth [rows, columns]."""


def search(lattice: Gains, shapes: Borders, low: Borders, high: Borders) -> Path:
    """The best path through a band, with links of these shapes.

    Args:
        lattice: what links are worth.
        shapes: units of source and target in each kind of link [shapes, 2].
        low: the first target border in the band, for each source border [source + 1].
        high: the last one.
    """
    width = int((high - low).max()) + 1
    gains = np.full((len(low), width), IMPOSSIBLE)
    choices = np.full((len(low), width), -1, np.int8)
    for start in range(0, len(low), ROWS_AT_ONCE):
        rows = slice(start, min(start + ROWS_AT_ONCE, len(low)))
        columns = slice(int(low[rows].min()), int(high[rows].max()) + 1)
        block = np.stack([lattice.gains(shape, rows, columns) for shape in shapes.tolist()])
        advance(gains, choices, block, start, columns.start, shapes, low, high)
    return trace(choices, shapes, low, int(high[-1]))


def _around(path: Path, rows: int, columns: int) -> tuple[Borders, Borders]:
    """The band of target borders for each source border that lies around a path."""
    ends = np.array([[0, 0], [rows, columns]])
    corners = np.minimum(np.vstack([path[:, [0, 2]], path[:, [1, 3]], ends]), [rows, columns])
    low, high = np.full(rows + 1, columns), np.zeros(rows + 1, np.int64)
    np.minimum.at(low, corners[:, 0], corners[:, 1])
    np.maximum.at(high, corners[:, 0], corners[:, 1])
    for _ in range(BAND):  # so that the band may also be left towards earlier or later rows
        low[:-1], high[1:] = np.minimum(low[:-1], low[1:]), np.maximum(high[1:], high[:-1])
        high[:-1], low[1:] = np.maximum(high[:-1], high[1:]), np.minimum(low[1:], low[:-1])
    return np.maximum(low - BAND, 0), np.minimum(high + BAND, columns)


def misfit(source: float, target: float) -> float:
    """How far lengths are from those of translations: the size of their ratio's logarithm.

    Args:
        source: characters, times the documents' `length_ratio`.
        target: characters.
    """
    ratio = np.log(source + SMOOTHING) - np.log(target + SMOOTHING)
    return float(min(abs(ratio), MOST_DEVIATION**0.5))


def length_ratio(source: Side, target: Side) -> float:
    """Characters of the target for one of the source: the median over mutual nearest units.

    Documents with boilerplate on one side have no meaningful ratio of totals.
    """
    nearest, back = _nearest(source.vectors, target.vectors)
    mutual = back[nearest] == np.arange(len(source))
    ratios = np.log(target.lengths[nearest[mutual]] / source.lengths[mutual])
    return float(np.exp(np.median(ratios)))  # the two nearest of all are always mutual


def _nearest(source: Vectors, target: Vectors) -> tuple[Path, Path]:
    """The nearest unit of the other side, for each of both; in bounded memory."""
    nearest = np.empty(len(source), np.int64)
    back, best = np.zeros(len(target), np.int64), np.full(len(target), -np.inf, np.float32)
    for start in range(0, len(source), NEAREST_AT_ONCE):
        block = source[start : start + NEAREST_AT_ONCE] @ target.T
        nearest[start : start + len(block)] = block.argmax(axis=1)
        rows, closest = block.argmax(axis=0), block.max(axis=0)
        back = np.where(closest > best, rows + start, back)
        best = np.maximum(best, closest)
    return nearest, back
