"""Paired bootstrap: intervals, p-values, equivalence and non-inferiority from one resampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Literal

import numpy as np

from mtqe.stats.influence import contributions
from mtqe.stats.intervals import IntervalMethod, ResampledStatistic
from mtqe.stats.resampling import (
    Alternative,
    Clusters,
    Floats,
    Score,
    bootstrap_weights,
    finite_scores,
    leave_one_out_scores,
    sampling_units,
)
from mtqe.stats.summing import Resampling, SumResamples, several_sums, sum_here


@dataclass(frozen=True)
class Interval:
    """A confidence interval in the metric's own units; infinite where the data can't bound it."""

    low: float
    high: float
    level: float
    method: IntervalMethod


@dataclass(frozen=True)
class PairedDifference:
    """The first system's score minus the second's, with the bootstrap's view of its uncertainty."""

    difference: float
    interval: Interval
    standard_error: float
    p_value: float
    alternative: Alternative


@dataclass(frozen=True)
class MarginTest:
    """Whether a system is no worse than (or equivalent to) another, up to a margin.

    ``holds`` if ``p_value`` is below alpha. ``interval`` has level ``1 - 2 * alpha``: one end of it
    is the one-sided bound for non-inferiority, both are those of the equivalence test.
    """

    kind: Literal["non-inferiority", "equivalence"]
    difference: float
    margin: float
    interval: Interval
    p_value: float
    alpha: float
    holds: bool


@dataclass(frozen=True)
class Bootstrap:
    """Scores of all systems on the same resamples.

    Attributes:
        scores: observed corpus scores ``[systems]``.
        resampled: corpus scores of the resamples ``[systems, resamples]``.
        units: statistics ``[systems, units, k]`` of what was resampled, segments or clusters.
        score: the metric's reduction of summed statistics.

    With a single unit every resample is the corpus itself and says nothing: intervals are infinite,
    p-values 1 and no margin test holds. Two systems whose statistics are equal (or that tie on
    every resample) get the interval [0, 0] and p-value 1.
    """

    scores: Floats
    resampled: Floats
    units: Floats
    score: Score

    @cached_property
    def _left_out(self) -> Floats:
        return leave_one_out_scores(self.units, self.score)

    def interval(
        self, system: int, *, level: float = 0.95, method: IntervalMethod = "percentile"
    ) -> Interval:
        """Give the confidence interval of one system's corpus score."""
        return _interval(self._score_of(system), level, method)

    def difference(
        self,
        first: int,
        second: int,
        *,
        level: float = 0.95,
        method: IntervalMethod = "percentile",
        alternative: Alternative = "two-sided",
    ) -> PairedDifference:
        """Compare two systems: difference, interval, standard error and p-value.

        The p-value is where the interval of that method stops covering 0, smoothed by one resample
        so that it is never 0. ``alternative="greater"`` asks if the first system scores higher.
        """
        statistic = self._difference_of(first, second)
        return PairedDifference(
            difference=statistic.observed,
            interval=_interval(statistic, level, method),
            standard_error=statistic.standard_error,
            p_value=_p_value(statistic, method, alternative),
            alternative=alternative,
        )

    def standard_error(self, first: int, second: int) -> float:
        """Give the standard error of `difference` alone."""
        return self._difference_of(first, second).standard_error

    def non_inferiority(
        self,
        first: int,
        second: int,
        *,
        margin: float,
        alpha: float = 0.05,
        higher_is_better: bool = True,
        method: IntervalMethod = "percentile",
    ) -> MarginTest:
        """Test that the first system is worse than the second by less than ``margin``.

        Raises:
            ValueError: the margin is negative.
        """
        statistic = self._difference_of(first, second)
        _check_margin(margin)
        if higher_is_better:
            p_value = statistic.p_greater(-margin, method)
        else:
            p_value = statistic.p_less(margin, method)
        return _margin_test("non-inferiority", statistic, margin, p_value, alpha, method)

    def equivalence(
        self,
        first: int,
        second: int,
        *,
        margin: float,
        alpha: float = 0.05,
        method: IntervalMethod = "percentile",
    ) -> MarginTest:
        """Test that two systems differ by less than ``margin`` (two one-sided tests, TOST).

        Schuirmann (1987): both one-sided tests must reject, so the p-value is the larger one.

        Raises:
            ValueError: the margin is negative.
        """
        statistic = self._difference_of(first, second)
        _check_margin(margin)
        p_value = max(statistic.p_greater(-margin, method), statistic.p_less(margin, method))
        return _margin_test("equivalence", statistic, margin, p_value, alpha, method)

    def contributions(self, first: int, second: int) -> Floats:
        """Give each unit's share of the difference ``[units]``; see `mtqe.stats.influence`."""
        statistic = self._difference_of(first, second)
        if statistic.units == 1:  # without it nothing is left to score
            return np.array([statistic.observed])
        return contributions(statistic.observed, statistic.left_out())

    def _score_of(self, system: int) -> ResampledStatistic:
        return ResampledStatistic(
            observed=float(self.scores[system]),
            resampled=self.resampled[system],
            left_out=lambda: self._left_out[system],
            units=self.units.shape[1],
        )

    def _difference_of(self, first: int, second: int) -> ResampledStatistic:
        return ResampledStatistic(
            observed=float(self.scores[first] - self.scores[second]),
            resampled=self.resampled[first] - self.resampled[second],
            left_out=lambda: self._left_out[first] - self._left_out[second],
            units=self.units.shape[1],
        )


def bootstrap(
    statistics: Floats,
    score: Score,
    *,
    rng: np.random.Generator,
    resamples: int = 1000,
    clusters: Clusters | None = None,
) -> Bootstrap:
    """Resample the corpus with replacement, the same segments for every system.

    Koehn (2004). Without clusters, a generator seeded as sacreBLEU's gives sacreBLEU's resamples.

    Args:
        statistics: ``[systems, segments, k]``, float64 and finite.
        score: reduces summed statistics ``[..., k]`` to corpus scores ``[...]``.
        rng: the source of randomness; the same seed gives the same resamples.
        resamples: how many resamples to draw.
        clusters: one label a segment, its document say, to resample whole clusters.

    Raises:
        ValueError: there is no segment, a statistic or a score is NaN or infinite, or labels and
            segments differ in number.
    """
    return bootstraps([(statistics, score)], rng=rng, resamples=resamples, clusters=clusters)[0]


def bootstraps(
    several: Sequence[tuple[Floats, Score]],
    *,
    rng: np.random.Generator,
    resamples: int = 1000,
    clusters: Clusters | None = None,
    sums: SumResamples = sum_here,
) -> list[Bootstrap]:
    """`bootstrap` of several metrics on the same segments by the same resamples, drawn once.

    Args:
        several: statistics and score of each metric.
        rng: the source of randomness.
        resamples: how many resamples to draw.
        clusters: one label a segment.
        sums: who sums the statistics of resamples.
    """
    parts = [sampling_units(statistics, clusters) for statistics, _ in several]
    resampling = Resampling(bootstrap_weights, rng, resamples, parts[0].shape[1])
    return [
        Bootstrap(
            scores=finite_scores(score, units.sum(axis=1, dtype=np.float64)),
            resampled=np.stack([finite_scores(score, system) for system in resampled]),
            units=units,
            score=score,
        )
        for units, resampled, (_, score) in zip(
            parts, several_sums(parts, resampling, sums), several, strict=True
        )
    ]


def _interval(statistic: ResampledStatistic, level: float, method: IntervalMethod) -> Interval:
    if not 0 < level < 1:
        raise ValueError("The confidence level must lie between 0 and 1, as in 0.95.")
    if statistic.units == 1:
        return Interval(-inf, inf, level, method)
    low, high = statistic.bounds(level, method)
    return Interval(low, high, level, method)


def _p_value(
    statistic: ResampledStatistic, method: IntervalMethod, alternative: Alternative
) -> float:
    if alternative == "greater":
        return statistic.p_greater(0.0, method)
    if alternative == "less":
        return statistic.p_less(0.0, method)
    return min(1.0, 2 * min(statistic.p_greater(0.0, method), statistic.p_less(0.0, method)))


def _check_margin(margin: float) -> None:
    if not margin >= 0:
        raise ValueError("The margin must be 0 or more, in the metric's own units.")


def _margin_test(
    kind: Literal["non-inferiority", "equivalence"],
    statistic: ResampledStatistic,
    margin: float,
    p_value: float,
    alpha: float,
    method: IntervalMethod,
) -> MarginTest:
    return MarginTest(
        kind=kind,
        difference=statistic.observed,
        margin=margin,
        interval=_interval(statistic, 1 - 2 * alpha, method),
        p_value=p_value,
        alpha=alpha,
        holds=p_value < alpha,
    )
