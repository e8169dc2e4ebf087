"""Sums of sufficient statistics over resampled segments, by matrix products in blocks.

A resample is a row of weights, one for each segment: how often it was drawn (bootstrap) or
whether it changes sides (permutation). ``weights[B, n] @ statistics[n, k]`` then sums all
resamples at once. All systems share the same weights, which is what makes a comparison paired.

Sums of whole-number counts are exact up to 2**53, so BLEU, chrF and TER come out to the last bit
whatever the block size. Their products are made in float32, which takes half the time, in blocks of
units so small that every sum is a whole number below 2**24, and so exact. Sums of real-valued
scores are made in float64. Up to `UNITS_AT_ONCE` units they may differ in their last bits between
block sizes; beyond that they are the same whatever the blocks and threads.

Swaps stay packed, a bit each, and statistics as small as they came, until a block of units is
summed: a million segments of two metrics have 10 GB of weights as float32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import frexp, ldexp
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from mtqe.stats.compact import EXACT_IN_32_BITS, TYPES

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Indices = NDArray[np.intp]
Score = Callable[[Floats], Floats]
Alternative = Literal["two-sided", "greater", "less"]
Clusters = Sequence[str] | Sequence[int] | NDArray[np.generic]
Weights = NDArray[np.unsignedinteger[Any]]

BLOCK_BYTES = 96 * 2**20
UNITS_AT_ONCE = 2048
"""Units in one product of counts."""
ROWS_AT_ONCE = 512
"""Resamples in one product of counts, so that its weights stay in the cache."""
MOST_BITS = 30
"""Of each of the two whole numbers that a real one is summed as. Weights sum to no more than the
number of units, so the sums stay below 2**53 and are exact; many units have fewer bits."""
LEAST_EXPONENT = -1040
"""Of two, of the largest number, as 2**-1074 is the smallest float64."""
FEWEST_AT_ONCE = 256
"""Blocks of fewer units would cost more than products in float64 do."""
BITS = ((np.arange(256)[:, None] >> np.arange(7, -1, -1)) & 1).astype(np.float32)
"""The eight bits of each byte, the highest first, as numbers to multiply with."""


def sampling_units(statistics: Floats, clusters: Clusters | None) -> Floats:
    """Check the statistics and sum them over clusters.

    Args:
        statistics: ``[systems, segments, k]``, finite.
        clusters: one label a segment (its document, say), or None to resample single segments.

    Returns:
        ``[systems, units, k]``, where a unit is a segment, or a cluster in order of its label;
        float64, or a smaller one of `TYPES` as it was given.

    Raises:
        ValueError: the array is no ``[systems, segments, k]``, has no segment, holds NaN or
            infinity, or has another number of segments than there are cluster labels.
    """
    statistics = np.asarray(statistics)
    if statistics.dtype not in TYPES:
        statistics = statistics.astype(np.float64, copy=False)
    _check_statistics(statistics)
    if clusters is None:
        return statistics
    labels = np.asarray(clusters)
    if labels.shape != statistics.shape[1:2]:
        raise ValueError(f"{statistics.shape[1]} segments need as many cluster labels, one each.")
    _, cluster = np.unique(labels, return_inverse=True)
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    return np.add.reduceat(statistics[:, order].astype(np.float64), starts, axis=1)


def unit_sizes(segments: int, clusters: Clusters | None) -> Floats:
    """How many segments each unit of `sampling_units` holds."""
    if clusters is None:
        return np.ones(segments)
    _, sizes = np.unique(np.asarray(clusters), return_counts=True)
    counted: Floats = sizes.astype(np.float64)
    return counted


def _check_statistics(statistics: Floats) -> None:
    if statistics.ndim != 3:
        raise ValueError("Statistics must be an array [systems, segments, k].")
    if statistics.shape[1] == 0:
        raise ValueError("There is no segment that all systems were scored on.")
    if statistics.dtype.kind == "u":
        return
    finite = np.isfinite(statistics).all(axis=2)
    if not finite.all():
        system, segment = np.argwhere(~finite)[0]
        raise ValueError(
            f"The statistics of system {system}, segment {segment} hold NaN or infinity: "
            "leave unscored segments out for all systems."
        )


def finite_scores(score: Score, sums: Floats) -> Floats:
    """Score sums ``[..., k]``, refusing scores that are no numbers.

    Raises:
        ValueError: the scores have another shape than ``[...]``, or hold NaN or infinity.
    """
    scores = np.asarray(score(sums), dtype=np.float64)
    if scores.shape != sums.shape[:-1]:
        raise ValueError(f"score() must return {sums.shape[:-1]} scores, not {scores.shape}.")
    if not np.isfinite(scores).all():
        raise ValueError("score() returned NaN or infinity: the metric is undefined on these sums.")
    return scores


class Drawn(Protocol):
    """Weights of some resamples, one row each ``[rows, units]``."""

    @property
    def rows(self) -> int:
        """How many resamples there are."""

    @property
    def largest(self) -> int:
        """The largest weight, at least 1."""

    def part(self, rows: slice, units: slice) -> NDArray[np.float32]:
        """Some weights, in an array that the next call may use again.

        Args:
            rows: of which resamples.
            units: of which units; the first is a multiple of 8.
        """

    def whole(self) -> Weights:
        """All weights."""


DrawWeights = Callable[[np.random.Generator, int, int], Drawn]


@dataclass(frozen=True)
class Counts:
    """How often each unit was drawn ``[rows, units]``."""

    values: Weights

    @property
    def rows(self) -> int:
        """See `Drawn`."""
        return len(self.values)

    @property
    def largest(self) -> int:
        """See `Drawn`."""
        return max(1, int(self.values.max(initial=1)))

    def part(self, rows: slice, units: slice) -> NDArray[np.float32]:
        """See `Drawn`."""
        return self.values[rows, units].astype(np.float32)

    def whole(self) -> Weights:
        """See `Drawn`."""
        return self.values


@dataclass(frozen=True)
class Swaps:
    """Which units change sides, a bit each: 1 to swap, 0 to stay.

    Attributes:
        packed: the bits, the highest of a byte first ``[rows, bytes]``.
        units: how many of a row's bits count.
    """

    packed: NDArray[np.uint8]
    units: int
    _parts: dict[tuple[int, ...], NDArray[np.float32]] = field(default_factory=dict, repr=False)

    largest = 1

    @property
    def rows(self) -> int:
        """See `Drawn`."""
        return len(self.packed)

    def part(self, rows: slice, units: slice) -> NDArray[np.float32]:
        """See `Drawn`."""
        count = units.stop - units.start
        first = units.start // 8
        bits = self.packed[rows, first : first + -(-count // 8)]
        numbers = self._parts.get(bits.shape)
        if numbers is None:
            numbers = self._parts[bits.shape] = np.empty((*bits.shape, 8), np.float32)
        # Every byte is a place of the table; any other mode than "raise" writes without a copy.
        np.take(BITS, bits, axis=0, out=numbers, mode="clip")
        part: NDArray[np.float32] = numbers.reshape(len(bits), -1)[:, :count]
        return part

    def whole(self) -> Weights:
        """See `Drawn`."""
        bits: Weights = np.unpackbits(self.packed, axis=1, count=self.units)
        return bits


def bootstrap_weights(rng: np.random.Generator, rows: int, units: int) -> Counts:
    """Draw ``rows`` resamples with replacement: how often each unit was drawn.

    No unit is drawn 65,536 times or more: the chance is below 1 in 65,536 factorial, and fewer
    units have fewer draws.
    """
    counts: Weights = np.empty((rows, units), np.uint16)
    for row in counts:  # one by one, as a row stays in the cache
        row[:] = np.bincount(rng.integers(units, size=units), minlength=units)
    return Counts(counts)


def swap_weights(rng: np.random.Generator, rows: int, units: int) -> Swaps:
    """Draw ``rows`` random choices of units to swap, each with chance 1/2."""
    # Whole 64-bit words a row, so that the stream doesn't depend on how rows fall into blocks.
    words = rng.integers(2**64, size=(rows, -(-units // 64)), dtype=np.uint64)
    return Swaps(words.view(np.uint8), units)


@dataclass(frozen=True)
class UnitColumns:
    """Statistics side by side, ready to be summed under weights.

    Attributes:
        shape: ``(systems, k)``.
        units: the statistics ``[systems, units, k]``.
        chosen: the system and the place in k of each distinct column: columns that are equal, such
            as the reference lengths of all systems, are summed once.
        places: for each of the systems' columns, its place among `chosen`.
        largest: the largest absolute value of whole numbers; 0 where some are not whole.
    """

    shape: tuple[int, int]
    units: Floats
    chosen: Sequence[tuple[int, int]]
    places: Indices
    largest: float

    @classmethod
    def of(cls, units: Floats) -> UnitColumns:
        """Put ``[systems, units, k]`` side by side: one product is twice as fast as one each."""
        systems, _, k = units.shape
        first: dict[bytes, int] = {}
        chosen: list[tuple[int, int]] = []
        places = np.empty(systems * k, np.intp)
        largest, whole = 1.0, True
        for place, (system, column) in enumerate(np.ndindex(systems, k)):
            values = np.ascontiguousarray(units[system, :, column])
            if whole:
                largest = max(largest, float(np.abs(values).max()))
                whole = largest < EXACT_IN_32_BITS and _is_whole(values)
            digest = blake2b(values.data, digest_size=16).digest()
            places[place] = first.setdefault(digest, len(first))
            if places[place] == len(chosen):
                chosen.append((system, column))
        if whole:
            return cls((systems, k), units, chosen, places, largest)
        # All of them, as one product, whose last bits depend on its shape.
        every = [(system, column) for system in range(systems) for column in range(k)]
        return cls((systems, k), units, every, np.arange(systems * k), 0.0)

    def width(self, heaviest: int) -> int:
        """Units whose sums are exact in float32 under such weights; 0 where so few do not pay."""
        if not self.largest:
            return 0
        width = int(EXACT_IN_32_BITS // (self.largest * heaviest))
        return min(width, UNITS_AT_ONCE) if width >= min(FEWEST_AT_ONCE, self._count) else 0

    def block(self, units: slice) -> NDArray[np.float32]:
        """Some units of the distinct columns ``[columns, units]``."""
        block = np.empty((len(self.chosen), units.stop - units.start), np.float32)
        for row, (system, column) in zip(block, self.chosen, strict=True):
            row[:] = self.units[system, units, column]
        return block

    def spread(self, products: Floats) -> Floats:
        """Sums of distinct columns ``[columns, rows]`` as those of all ``[rows, systems, k]``.

        In memory a column's rows lie side by side, as scores are computed column by column.
        """
        spread: Floats = products[self.places].reshape(*self.shape, -1).transpose(2, 0, 1)
        return spread

    @property
    def _count(self) -> int:
        return self.units.shape[1]

    def products(self, weights: Drawn) -> Floats:
        """Sums of the distinct columns in float64 ``[columns, rows]``.

        Of more than `UNITS_AT_ONCE` units, each number is taken to a 2**60th of its column's
        largest and summed as two whole ones, which is exact. So neither the number of threads nor
        the kind of processor makes a difference, and weights need no memory for all units at once.
        """
        count, columns = self._count, len(self.chosen)
        if count <= UNITS_AT_ONCE:
            return (weights.whole().astype(np.float64) @ self._numbers(slice(0, count))).T
        bits = min(MOST_BITS, 52 - count.bit_length())
        steps = np.array([_step(self.units[system, :, k], bits) for system, k in self.chosen])
        found = np.zeros((weights.rows, 2 * columns))
        for start in range(0, count, UNITS_AT_ONCE):
            units = slice(start, min(start + UNITS_AT_ONCE, count))
            scaled = self._numbers(units) / steps
            high = np.rint(scaled)
            halves = np.hstack([high, np.rint((scaled - high) * 2.0**bits)])
            for row in range(0, weights.rows, ROWS_AT_ONCE):
                rows = slice(row, row + ROWS_AT_ONCE)
                found[rows] += weights.part(rows, units).astype(np.float64) @ halves
        sums: Floats = (found[:, :columns] + found[:, columns:] / 2.0**bits) * steps
        return sums.T

    def _numbers(self, units: slice) -> Floats:
        """Some units of the distinct columns in float64 ``[units, columns]``."""
        numbers = np.empty((units.stop - units.start, len(self.chosen)))
        for target, (system, column) in zip(numbers.T, self.chosen, strict=True):
            target[:] = self.units[system, units, column]
        return numbers

    def distinct(self) -> UnitColumns:
        """The distinct columns alone, one after the other in memory, as they are sent elsewhere."""
        values = np.stack([self.units[system, :, column] for system, column in self.chosen])
        places = np.arange(len(values))
        chosen = [(place, 0) for place in places.tolist()]
        return UnitColumns((len(values), 1), values[:, :, None], chosen, places, self.largest)


def _step(values: NDArray[Any], bits: int) -> float:
    """A power of two that all values are at most ``2**bits`` times as large as."""
    _, exponent = frexp(float(np.abs(values).max()))
    return ldexp(1.0, max(exponent, LEAST_EXPONENT) - bits)


def _is_whole(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "iu" or bool((np.rint(values) == values).all())


def joint_products(several: Sequence[UnitColumns], weights: Drawn) -> list[Floats]:
    """Sums of several metrics' distinct columns under the same weights ``[columns, rows]`` each.

    Weights become numbers once for all of them, a block of units at a time.
    """
    widths = [item.width(weights.largest) for item in several]
    counted = [item for item, width in zip(several, widths, strict=True) if width]
    found = {id(item): np.zeros((len(item.chosen), weights.rows)) for item in counted}
    count = several[0].units.shape[1]
    width = min(filter(None, widths), default=0) // 8 * 8 or 8
    for start in range(0, count if counted else 0, width):
        units = slice(start, min(start + width, count))
        blocks = [item.block(units) for item in counted]
        for row in range(0, weights.rows, ROWS_AT_ONCE):
            rows = slice(row, row + ROWS_AT_ONCE)
            part = weights.part(rows, units)
            for item, block in zip(counted, blocks, strict=True):
                found[id(item)][:, rows] += block @ part.T
    return [found[id(item)] if id(item) in found else item.products(weights) for item in several]


def leave_one_out_scores(units: Floats, score: Score, block_bytes: int = BLOCK_BYTES) -> Floats:
    """Score each system without each of its units: the jackknife, ``[systems, units]``."""
    systems, count, k = units.shape
    totals = units.sum(axis=1, keepdims=True, dtype=np.float64)
    scores = np.empty((systems, count))
    # A scorer holds a few arrays as large as its input.
    width = max(1, block_bytes // (8 * 8 * systems * k))
    for start in range(0, count, width):
        block = units[:, start : start + width]
        scores[:, start : start + width] = finite_scores(score, totals - block)
    return scores
