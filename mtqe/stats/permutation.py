"""Paired permutation test (approximate randomization) of any two systems, and its interval.

Swapping a unit's statistics between two systems turns the sign of its share of the difference. If
the true difference were x, shares less x would be what swaps turn, so the values of x that the
test doesn't reject make a confidence interval (Hartigan, 1969, Using Subsample Values as Typical
Values). Test and interval are one procedure: p is below alpha just when the interval leaves out 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

import numpy as np

from mtqe.stats.resampling import (
    Alternative,
    Clusters,
    Floats,
    Score,
    finite_scores,
    sampling_units,
    swap_weights,
    unit_sizes,
)
from mtqe.stats.summing import Resampling, SumResamples, several_sums, sum_here

# Sums of real numbers round differently in another order: a difference this much smaller than the
# observed one, relative to the scores, is a tie.
TIE_TOLERANCE = 1e-10


@dataclass(frozen=True)
class SwappedDifference:
    """The difference of two systems as observed and under every swap.

    Attributes:
        observed: the first system's score minus the second's.
        permuted: difference under each swap ``[resamples]``.
        kept: the share of segments that stay less the share that change sides ``[resamples]``.
        tolerance: amount below the observed difference that still counts as equal.
    """

    observed: float
    permuted: Floats
    kept: Floats
    tolerance: float

    def p_value(self, alternative: Alternative = "two-sided") -> float:
        """Give the chance of a difference at least as large if the two were exchangeable."""
        if alternative == "greater":
            extreme = self.permuted >= self.observed - self.tolerance
        elif alternative == "less":
            extreme = self.permuted <= self.observed + self.tolerance
        else:
            extreme = np.abs(self.permuted) >= abs(self.observed) - self.tolerance
        return (int(np.count_nonzero(extreme)) + 1) / (self.permuted.size + 1)

    def bounds(self, level: float) -> tuple[float, float]:
        """Give the differences that the two-sided test at ``1 - level`` would not reject.

        Infinite where no swap could reject anything, as with five segments at 0.95.
        """
        allowed = ceil(round((1 - level) * (self.permuted.size + 1), 9)) - 2
        if allowed < 0:
            return -inf, inf
        lower, upper = self._typical
        last = upper.size - 1 - allowed
        return (
            float(np.partition(lower, allowed)[allowed]),
            float(np.partition(upper, last)[last]),
        )

    @cached_property
    def _typical(self) -> tuple[Floats, Floats]:
        """What the true difference would have to be for each swap to be as extreme.

        Of every swap and its opposite: the difference on the units that change sides; where none
        does, -inf for the lower bound and inf for the upper.
        """
        permuted = np.concatenate([self.permuted, -self.permuted])
        changed = 1 - np.concatenate([self.kept, -self.kept])
        some = changed > TIE_TOLERANCE
        excess = self.observed - permuted
        excess[np.abs(excess) <= self.tolerance] = 0.0
        if some.all():
            values = excess / changed
            return values, values
        lower, upper = np.full(permuted.size, -inf), np.full(permuted.size, inf)
        for values in (lower, upper):
            np.divide(excess, changed, out=values, where=some)
        return lower, upper


@dataclass(frozen=True)
class Permutation:
    """The same random swaps of segments (or clusters) for every pair of systems.

    Attributes:
        totals: summed statistics ``[systems, k]``.
        swapped: the part of them that changes sides, ``[systems, resamples, k]``, as
            `several_sums` lays it out.
        moved: the share of the segments that changes sides, ``[resamples]``.
        score: the metric's reduction of summed statistics.

    The smallest two-sided p-value is ``1 / (resamples + 1)`` or, with few units, about
    ``2 / 2**units``: one segment (or one document) gives 1, five give 1/16 at best. Systems whose
    statistics are equal, or tie under every swap, get 1.
    """

    totals: Floats
    swapped: Floats
    moved: Floats
    score: Score

    def difference(self, first: int, second: int) -> SwappedDifference:
        """Swap units of two systems.

        Noreen (1989); Riezler and Maxwell (2005). The observed arrangement counts as one more swap
        (Phipson and Smyth, 2010), so the p-value is valid and never 0.
        """
        observed = finite_scores(self.score, self.totals[[first, second]])
        moved = self.swapped[second] - self.swapped[first]
        permuted = finite_scores(self.score, self.totals[first] + moved)
        permuted -= finite_scores(self.score, self.totals[second] - moved)
        return SwappedDifference(
            observed=float(observed[0] - observed[1]),
            permuted=permuted,
            kept=1 - 2 * self.moved,
            tolerance=TIE_TOLERANCE * float(np.abs(observed).max()),
        )

    def p_value(self, first: int, second: int, *, alternative: Alternative = "two-sided") -> float:
        """Give the p-value of `difference`; "greater" asks if the first system scores higher."""
        return self.difference(first, second).p_value(alternative)


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
    several = [(statistics, score)]
    return permutations(several, rng=rng, resamples=resamples, clusters=clusters)[0]


def permutations(
    several: Sequence[tuple[Floats, Score]],
    *,
    rng: np.random.Generator,
    resamples: int = 10_000,
    clusters: Clusters | None = None,
    sums: SumResamples = sum_here,
) -> list[Permutation]:
    """`permutation` of several metrics on the same segments by the same swaps, drawn once.

    Args:
        several: statistics and score of each metric.
        rng: the source of randomness.
        resamples: how many random swaps to try.
        clusters: one label a segment.
        sums: who sums the statistics that change sides.
    """
    parts = [sampling_units(statistics, clusters) for statistics, _ in several]
    sizes = unit_sizes(several[0][0].shape[1], clusters)
    resampling = Resampling(swap_weights, rng, resamples, len(sizes))
    *found, moved = several_sums([*parts, sizes[None, :, None]], resampling, sums)
    share = moved[0, :, 0] / sizes.sum()
    return [
        Permutation(
            totals=units.sum(axis=1, dtype=np.float64), swapped=swapped, moved=share, score=score
        )
        for units, swapped, (_, score) in zip(parts, found, several, strict=True)
    ]
