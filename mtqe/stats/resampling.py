"""Sums of sufficient statistics over resampled segments, by matrix products in blocks.

A resample is a row of weights, one for each segment: how often it was drawn (bootstrap) or
whether it changes sides (permutation). ``weights[B, n] @ statistics[n, k]`` then sums all
resamples at once. All systems share the same weights, which is what makes a comparison paired.

The products are in float64: sums of whole-number counts are exact up to 2**53, so BLEU, chrF
and TER come out to the last bit whatever the block size; sums of real-valued scores may differ in
their last bits between block sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Indices = NDArray[np.intp]
Score = Callable[[Floats], Floats]
Alternative = Literal["two-sided", "greater", "less"]
Clusters = Sequence[str] | Sequence[int] | NDArray[np.generic]
DrawWeights = Callable[[np.random.Generator, int, int], Floats]

BLOCK_BYTES = 192 * 2**20
# Drawing holds, for each weight, an index, a count and the weight itself, eight bytes each.
BYTES_PER_WEIGHT = 24


def sampling_units(statistics: Floats, clusters: Clusters | None) -> Floats:
    """Check the statistics and sum them over clusters.

    Args:
        statistics: ``[systems, segments, k]``, finite.
        clusters: one label a segment (its document, say), or None to resample single segments.

    Returns:
        ``[systems, units, k]``, where a unit is a segment, or a cluster in order of its label.

    Raises:
        ValueError: the array is no ``[systems, segments, k]``, has no segment, holds NaN or
            infinity, or has another number of segments than there are cluster labels.
    """
    statistics = np.asarray(statistics, dtype=np.float64)
    _check_statistics(statistics)
    if clusters is None:
        return statistics
    labels = np.asarray(clusters)
    if labels.shape != statistics.shape[1:2]:
        raise ValueError(f"{statistics.shape[1]} segments need as many cluster labels, one each.")
    _, cluster = np.unique(labels, return_inverse=True)
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    return np.add.reduceat(statistics[:, order], starts, axis=1)


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


def bootstrap_weights(rng: np.random.Generator, rows: int, units: int) -> Floats:
    """Draw ``rows`` resamples with replacement; return how often each unit was drawn."""
    drawn = rng.integers(units, size=(rows, units))
    drawn += np.arange(rows)[:, None] * units
    counts = np.bincount(drawn.ravel(), minlength=rows * units)
    return counts.reshape(rows, units).astype(np.float64)


def swap_weights(rng: np.random.Generator, rows: int, units: int) -> Floats:
    """Draw ``rows`` random choices of units to swap: 1 to swap, 0 to stay, each with chance 1/2."""
    # Whole 64-bit words a row, so that the stream doesn't depend on how rows fall into blocks.
    words = rng.integers(2**64, size=(rows, -(-units // 64)), dtype=np.uint64)
    bits = np.unpackbits(words.view(np.uint8), axis=1, count=units)
    return bits.astype(np.float64)


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
    if resamples < 1:
        raise ValueError("At least one resample is needed.")
    systems, count, k = units.shape
    # Side by side, all systems are one product, which is twice as fast as one each.
    columns = units.transpose(1, 0, 2).reshape(count, systems * k)
    sums = np.empty((resamples, systems * k))
    rows = max(1, block_bytes // (count * BYTES_PER_WEIGHT))
    for start in range(0, resamples, rows):
        stop = min(start + rows, resamples)
        np.matmul(draw(rng, stop - start, count), columns, out=sums[start:stop])
    return sums.reshape(resamples, systems, k).transpose(1, 0, 2)


def leave_one_out_scores(units: Floats, score: Score, block_bytes: int = BLOCK_BYTES) -> Floats:
    """Score each system without each of its units: the jackknife, ``[systems, units]``."""
    systems, count, k = units.shape
    totals = units.sum(axis=1, keepdims=True)
    scores = np.empty((systems, count))
    # A scorer holds a few arrays as large as its input.
    width = max(1, block_bytes // (8 * 8 * systems * k))
    for start in range(0, count, width):
        block = units[:, start : start + width]
        scores[:, start : start + width] = finite_scores(score, totals - block)
    return scores
