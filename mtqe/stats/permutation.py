"""Paired permutation test (approximate randomization) of any two systems."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mtqe.stats.resampling import (
    Alternative,
    Clusters,
    Floats,
    Score,
    finite_scores,
    resampled_sums,
    sampling_units,
    swap_weights,
)

# Sums of real numbers round differently in another order: a difference this much smaller than the
# observed one, relative to the scores, is a tie.
TIE_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Permutation:
    """The same random swaps of segments (or clusters) for every pair of systems.

    Attributes:
        totals: summed statistics ``[systems, k]``.
        swapped: the part of them that changes sides, ``[systems, resamples, k]``.
        score: the metric's reduction of summed statistics.

    The smallest two-sided p-value is ``1 / (resamples + 1)`` or, with few units, about
    ``2 / 2**units``: one segment (or one document) gives 1, five give 1/16 at best. Systems whose
    statistics are equal, or tie under every swap, get 1.
    """

    totals: Floats
    swapped: Floats
    score: Score

    def p_value(self, first: int, second: int, *, alternative: Alternative = "two-sided") -> float:
        """Give the chance of a difference at least as large if the two systems were exchangeable.

        Noreen (1989); Riezler and Maxwell (2005). The observed arrangement counts as one more swap
        (Phipson and Smyth, 2010), so the p-value is valid and never 0. ``alternative="greater"``
        asks if the first system scores higher.
        """
        observed = finite_scores(self.score, self.totals[[first, second]])
        moved = self.swapped[second] - self.swapped[first]
        permuted = finite_scores(
            self.score, np.stack([self.totals[first] + moved, self.totals[second] - moved])
        )
        tolerance = TIE_TOLERANCE * float(np.abs(observed).max())
        extreme = _at_least(
            permuted[0] - permuted[1], observed[0] - observed[1], alternative, tolerance
        )
        return (extreme + 1) / (permuted.shape[1] + 1)


def permutation(
    statistics: Floats,
    score: Score,
    *,
    rng: np.random.Generator,
    resamples: int = 10_000,
    clusters: Clusters | None = None,
) -> Permutation:
    """Swap a random half of the segments (or clusters) between systems, many times.

    Args:
        statistics: ``[systems, segments, k]``, float64 and finite.
        score: reduces summed statistics ``[..., k]`` to corpus scores ``[...]``.
        rng: the source of randomness; the same seed gives the same swaps.
        resamples: how many random swaps to try.
        clusters: one label a segment, its document say, to swap whole clusters.

    Raises:
        ValueError: there is no segment, a statistic is NaN or infinite, or labels and segments
            differ in number.
    """
    units = sampling_units(statistics, clusters)
    return Permutation(
        totals=units.sum(axis=1),
        swapped=resampled_sums(units, swap_weights, rng, resamples),
        score=score,
    )


def _at_least(
    permuted: Floats, observed: np.float64, alternative: Alternative, tolerance: float
) -> int:
    if alternative == "greater":
        extreme = permuted >= observed - tolerance
    elif alternative == "less":
        extreme = permuted <= observed + tolerance
    else:
        extreme = np.abs(permuted) >= np.abs(observed) - tolerance
    return int(np.count_nonzero(extreme))
