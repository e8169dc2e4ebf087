"""Sums of sufficient statistics over resampled segments, by matrix products in blocks.

A resample is a row of weights, one for each segment: how often it was drawn (bootstrap) or
whether it changes sides (permutation). ``weights[B, n] @ statistics[n, k]`` then sums all
resamples at once. All systems share the same weights, which is what makes a comparison paired.

Sums of whole-number counts are exact up to 2**53, so BLEU, chrF and TER come out to the last bit
whatever the block size. Their products are made in float32, which takes half the time, in blocks of
units so small that every sum is a whole number below 2**24, and so exact. Sums of real-valued
scores are made in float64 and may differ in their last bits between block sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Indices = NDArray[np.intp]
Score = Callable[[Floats], Floats]
Alternative = Literal["two-sided", "greater", "less"]
Clusters = Sequence[str] | Sequence[int] | NDArray[np.generic]
Weights = NDArray[np.unsignedinteger[Any]]
DrawWeights = Callable[[np.random.Generator, int, int], Weights]

BLOCK_BYTES = 96 * 2**20
BYTES_PER_WEIGHT = 2
EXACT_IN_32_BITS = 2**24
UNITS_AT_ONCE = 2048
"""Units in one product of counts, so that weights of a hundred resamples stay in the cache."""
FEWEST_AT_ONCE = 256
"""Blocks of fewer units would cost more than products in float64 do."""


def sampling_units(statistics: Floats, clusters: Clusters | None) -> Floats:
    """Check the statistics and sum them over clusters.

    Args:
        statistics: ``[systems, segments, k]``, finite.
        clusters: one label a segment (its document, say), or None to resample single segments.

    Returns:
        ``[systems, units, k]``, where a unit is a segment, or a cluster in order of its label;
        float64, or float32 as it was given.

    Raises:
        ValueError: the array is no ``[systems, segments, k]``, has no segment, holds NaN or
            infinity, or has another number of segments than there are cluster labels.
    """
    statistics = np.asarray(statistics)
    if statistics.dtype != np.float32:  # counts that are exact in it may stay as they are
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


def bootstrap_weights(rng: np.random.Generator, rows: int, units: int) -> Weights:
    """Draw ``rows`` resamples with replacement; return how often each unit was drawn."""
    counts: Weights = np.empty((rows, units), np.uint16 if units < 2**16 else np.uint32)
    for row in counts:  # one by one, as a row stays in the cache
        row[:] = np.bincount(rng.integers(units, size=units), minlength=units)
    return counts


def swap_weights(rng: np.random.Generator, rows: int, units: int) -> Weights:
    """Draw ``rows`` random choices of units to swap: 1 to swap, 0 to stay, each with chance 1/2."""
    # Whole 64-bit words a row, so that the stream doesn't depend on how rows fall into blocks.
    words = rng.integers(2**64, size=(rows, -(-units // 64)), dtype=np.uint64)
    bits: Weights = np.unpackbits(words.view(np.uint8), axis=1, count=units)
    return bits


def drawn_blocks(
    draw: DrawWeights,
    rng: np.random.Generator,
    resamples: int,
    units: int,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Weights]:
    """Draw weights ``[rows, units]``, as many rows at a time as fit into a block.

    Raises:
        ValueError: fewer than one resample is asked for.
    """
    if resamples < 1:
        raise ValueError("At least one resample is needed.")
    rows = max(1, block_bytes // (units * BYTES_PER_WEIGHT))
    for start in range(0, resamples, rows):
        yield draw(rng, min(rows, resamples - start), units)


@dataclass(frozen=True)
class UnitColumns:
    """Statistics side by side, ready to be summed under weights.

    Attributes:
        shape: ``(systems, k)``.
        columns: ``[units, distinct columns]``: columns that are equal, such as the reference
            lengths of all systems, are there once; float32 if all are whole numbers that allow it.
        places: for each of the systems' columns, its place among `columns`.
        largest: the largest absolute value of whole numbers; 0 where some are not whole.
    """

    shape: tuple[int, int]
    columns: NDArray[np.floating[Any]]
    places: Indices
    largest: float

    @classmethod
    def of(cls, units: Floats) -> UnitColumns:
        """Put ``[systems, units, k]`` side by side: one product is twice as fast as one each."""
        systems, count, k = units.shape
        first: dict[bytes, int] = {}
        chosen: list[tuple[int, int]] = []
        places = np.empty(systems * k, np.intp)
        largest, whole = 1.0, True
        for place, (system, column) in enumerate(np.ndindex(systems, k)):
            values = np.ascontiguousarray(units[system, :, column])
            if whole:
                largest = max(largest, float(np.abs(values).max()))
                whole = largest < EXACT_IN_32_BITS and bool((np.rint(values) == values).all())
            digest = blake2b(values.data, digest_size=16).digest()
            places[place] = first.setdefault(digest, len(first))
            if places[place] == len(chosen):
                chosen.append((system, column))
        if not whole:  # as one product, whose last bits depend on its shape
            columns = units.transpose(1, 0, 2).reshape(count, systems * k)
            return cls((systems, k), columns, np.arange(systems * k), 0.0)
        table = np.empty((count, len(chosen)), np.float32)
        for target, (system, column) in zip(table.T, chosen, strict=True):
            target[:] = units[system, :, column]
        return cls((systems, k), table, places, largest)

    def sums(self, weights: Weights) -> Floats:
        """Sum under each row of weights ``[rows, units]``: ``[rows, systems, k]``."""
        rows = len(weights)
        if self.largest:
            width = int(EXACT_IN_32_BITS // (self.largest * max(1, int(weights.max(initial=1)))))
            if width >= min(FEWEST_AT_ONCE, weights.shape[1]):
                return self._counted(weights, min(width, UNITS_AT_ONCE))
        products: Floats = np.matmul(
            weights.astype(np.float64), self.columns.astype(np.float64, copy=False)
        )
        return products[:, self.places].reshape(rows, *self.shape)

    def _counted(self, weights: Weights, width: int) -> Floats:
        products = np.zeros((len(weights), self.columns.shape[1]))
        for start in range(0, weights.shape[1], width):
            part = weights[:, start : start + width].astype(np.float32)
            products += part @ self.columns[start : start + width]
        return products[:, self.places].reshape(len(weights), *self.shape)


def resampled_sums(
    units: Floats,
    draw: DrawWeights,
    rng: np.random.Generator,
    resamples: int,
    block_bytes: int = BLOCK_BYTES,
) -> Floats:
    """Sum the units' statistics under random weights.

    Args:
        units: ``[systems, units, k]``.
        draw: the kind of weights, shared by all systems.
        rng: consumed row by row, so the resamples don't depend on the block size.
        resamples: how many rows of weights to draw.
        block_bytes: memory that one block of weights may take.

    Returns:
        ``[systems, resamples, k]``.

    Raises:
        ValueError: fewer than one resample is asked for.
    """
    return several_sums([units], draw, rng, resamples, block_bytes)[0]


def several_sums(
    parts: Sequence[Floats],
    draw: DrawWeights,
    rng: np.random.Generator,
    resamples: int,
    block_bytes: int = BLOCK_BYTES,
) -> list[Floats]:
    """`resampled_sums` of several metrics under the same weights, which are drawn once.

    Args:
        parts: ``[systems, units, k]`` each, of the same units.
        draw: as for `resampled_sums`, like what follows.
        rng: the source of randomness.
        resamples: how many rows of weights to draw.
        block_bytes: memory that one block of weights may take.
    """
    columns = [UnitColumns.of(units) for units in parts]
    sums = [np.empty((resamples, *item.shape)) for item in columns]
    start = 0
    for weights in drawn_blocks(draw, rng, resamples, parts[0].shape[1], block_bytes):
        for out, item in zip(sums, columns, strict=True):
            out[start : start + len(weights)] = item.sums(weights)
        start += len(weights)
    return [out.transpose(1, 0, 2) for out in sums]


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
