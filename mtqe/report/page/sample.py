"""Which segments a report lists where it can't list all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mtqe.run import MetricInfo, RunManifest

MOST_LISTED = 100_000
"""Segments that a report lists unless it is asked for more: a page of 40 MB with three systems."""
SEED = 12345

Rows = NDArray[np.intp]
Matrix = NDArray[np.float64]


def listed_rows(
    manifest: RunManifest, scores: Mapping[str, Mapping[str, Matrix]], most: int | None
) -> Rows:
    """The rows of the segments to list, in the corpus's order.

    Of more than `most` segments a third are those with the lowest scores, a third those on which
    the systems differ most, both by the metric that is trusted most, and the rest are random.

    Args:
        manifest: the run.
        scores: segment scores by system and metric; NaN where unscored.
        most: how many to list; None for `MOST_LISTED`.
    """
    total = manifest.corpus.segments
    limit = MOST_LISTED if most is None else most
    if total <= limit:
        return np.arange(total)
    chosen = np.zeros(total, np.bool_)
    third = -(-limit // 3)
    if manifest.metrics:
        leading = max(manifest.metrics, key=lambda metric: metric.trust)
        worst, spread = _worst_and_spread(leading, scores)
        _choose(chosen, worst, third)
        _choose(chosen, -spread, min(third, limit - int(chosen.sum())))
    rest = np.flatnonzero(~chosen)
    more = np.random.default_rng(SEED).choice(rest, limit - int(chosen.sum()), replace=False)
    chosen[more] = True
    return np.flatnonzero(chosen)


def _worst_and_spread(
    metric: MetricInfo, scores: Mapping[str, Mapping[str, Matrix]]
) -> tuple[Matrix, Matrix]:
    """Mean quality of each segment over the systems, and the largest less the smallest."""
    by_system = [metric.quality(columns[metric.name]) for columns in scores.values()]
    total, low, high = by_system[0].copy(), by_system[0], by_system[0]
    for quality in by_system[1:]:
        total += quality
        low, high = np.fmin(low, quality), np.fmax(high, quality)
    return total / len(by_system), high - low


def _choose(chosen: NDArray[np.bool_], order: Matrix, count: int) -> None:
    """Choose so many more segments, those with the smallest numbers; none without a number."""
    places = np.argsort(np.where(chosen | ~np.isfinite(order), np.inf, order), kind="stable")
    usable = places[: min(count, int((np.isfinite(order) & ~chosen).sum()))]
    chosen[usable] = True
