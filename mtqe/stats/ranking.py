"""Ranks and clusters of systems, as the WMT findings papers print them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mtqe.stats.resampling import Booleans, Floats, Indices


@dataclass(frozen=True)
class Rank:
    """Where one system stands among others.

    Attributes:
        cluster: 1 for the best cluster; it may hold systems that differ significantly.
        best, worst: the range of ranks that the comparisons leave open.
    """

    cluster: int
    best: int
    worst: int


def rank_systems(
    scores: Floats, p_values: Floats, *, alpha: float = 0.05, higher_is_better: bool = True
) -> tuple[Rank, ...]:
    """Rank systems by score and by who beats whom.

    A line between clusters is drawn where every system above beats every system below. A
    system's best rank is one more than the number of systems that beat it; its worst, the number of
    systems less those it beats (Kocmi et al., 2023, Findings of WMT).

    Args:
        scores: corpus scores ``[systems]``.
        p_values: two-sided, corrected p-values ``[systems, systems]``, symmetric; the diagonal is
            ignored.
        alpha: level below which a difference counts.
        higher_is_better: False for TER and its like.

    Returns:
        One rank a system, in the order of ``scores``.

    Raises:
        ValueError: shapes don't fit, a score or p-value is NaN, or p-values aren't symmetric.
    """
    scores = np.asarray(scores, dtype=np.float64)
    p_values = np.array(p_values, dtype=np.float64)
    np.fill_diagonal(p_values, 1.0)
    _check_ranking(scores, p_values)
    quality = scores if higher_is_better else -scores
    beats = (p_values < alpha) & (quality[:, None] > quality[None, :])
    order = np.argsort(-quality, kind="stable")
    clusters = _clusters(beats, order)
    best, worst = 1 + beats.sum(axis=0), scores.size - beats.sum(axis=1)
    return tuple(map(Rank, clusters, best.tolist(), worst.tolist()))


def _clusters(beats: Booleans, order: Indices) -> list[int]:
    clusters = [1] * order.size
    cluster = 1
    for above in range(1, order.size):
        if beats[np.ix_(order[:above], order[above:])].all():
            cluster += 1
        clusters[order[above]] = cluster
    return clusters


def _check_ranking(scores: Floats, p_values: Floats) -> None:
    if scores.ndim != 1 or p_values.shape != (scores.size, scores.size):
        raise ValueError("Ranking n systems needs n scores and n by n p-values.")
    if np.isnan(scores).any() or np.isnan(p_values).any():
        raise ValueError("Ranking needs a score for each system and a p-value for each pair.")
    if not np.array_equal(p_values, p_values.T):
        raise ValueError("The p-values must be symmetric: one for each pair of systems.")
