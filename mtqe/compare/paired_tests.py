"""Tests and intervals of pairs of systems by one metric: the procedure of `compare` and `gate`.

The p-value of a pair and its interval come from the same resampling, swaps by default, so that an
interval leaves out 0 just when the uncorrected p-value is below the level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import combinations
from math import inf, isfinite
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.paired_scores import reducer
from mtqe.compare.settings import ComparisonSettings
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo
from mtqe.stats import (
    Bootstrap,
    Interval,
    Permutation,
    Score,
    effective_units,
    half_carriers,
)
from mtqe.stats.bootstrap import bootstraps
from mtqe.stats.permutation import TIE_TOLERANCE, permutations
from mtqe.stats.resampling import unit_sizes
from mtqe.stats.summing import SumResamples, sum_here

FEW_UNITS = 50
"""With fewer, intervals are too narrow on real data (docs/why/statistics.md)."""
FEW_COVERAGE = "93% to 96%"
"""How many 95% intervals held the true difference at 20 segments of real test sets."""
HEAVY_COVERAGE = "93% to 98%"
"""The same where tails are marked as heavy, from 50 segments on, with one exception: 71%."""
HEAVY, HEAVY_SHARE = 10, 1 / 6
"""Tails are heavy where the spread of a difference rests on fewer units, or on a smaller share."""
HELPFUL_SHARE = 0.01
"""A system is not called "no worse" if it depends on this share of units, or on a single one."""

MOST_SCORED = 2e7
"""Pairs times swaps above which pairs are tested only as far as that matters."""
MOST_SUMS = 2**26
"""Sums of statistics above which swaps are not held in memory."""

Pair = tuple[int, int]
Bounds = tuple[float, float]


class TestedPair(Protocol):
    """One pair of systems, the first one's score minus the second's."""

    def p_value(self) -> float:
        """The two-sided p-value of this pair by itself."""
        ...

    def bounds(self, level: float) -> Bounds:
        """The interval of the difference."""
        ...


@dataclass(frozen=True)
class _Resampled:
    """A pair tested by the bootstrap."""

    resampled: Bootstrap
    first: int
    second: int

    def p_value(self) -> float:
        return self.resampled.difference(self.first, self.second).p_value

    def bounds(self, level: float) -> Bounds:
        interval = self.resampled.difference(self.first, self.second, level=level).interval
        return interval.low, interval.high


class _Equal:
    """A pair of systems with equal statistics: nothing to test."""

    def p_value(self) -> float:
        return 1.0

    def bounds(self, level: float) -> Bounds:
        return 0.0, 0.0


@dataclass(frozen=True)
class SharedResamples:
    """Metrics that are resampled together, so that resamples are drawn once for all of them.

    Attributes:
        several: each metric with its statistics [systems, segments, k], on the same segments.
        clusters: one document per segment, if documents are resampled.
        settings: of the tests.
        sums: who sums statistics under resamples.
    """

    several: Sequence[tuple[MetricInfo, Matrix]]
    clusters: NDArray[np.object_] | None
    settings: ComparisonSettings
    sums: SumResamples = sum_here

    def at(self, place: int) -> tuple[SharedResamples, int]:
        """One of the metrics, as `PairedTests` takes it."""
        return self, place

    @cached_property
    def bootstraps(self) -> list[Bootstrap]:
        """The bootstrap of all systems by each metric."""
        boots = self.settings.method == "bootstrap"
        return bootstraps(
            self._scored(),
            rng=np.random.default_rng(self.settings.seed),
            resamples=self.settings.trials if boots else self.settings.resamples,
            clusters=self.clusters,
            sums=self.sums,
        )

    @cached_property
    def permutations(self) -> list[Permutation]:
        """The swaps of all systems by each metric."""
        return permutations(
            self._scored(),
            rng=np.random.default_rng(self.settings.seed),
            resamples=self.settings.trials,
            clusters=self.clusters,
            sums=self.sums,
        )

    def _scored(self) -> list[tuple[Matrix, Score]]:
        return [(statistics, reducer(info)) for info, statistics in self.several]


@dataclass(frozen=True)
class PairTests:
    """Tests of pairs of systems.

    Attributes:
        pairs: the tests that are shown, by pair.
        p_values: of all pairs that were tested, symmetric [systems, systems]; NaN elsewhere.
        far_apart: how many pairs got the smallest p-value without a swap, as they are too far
            apart for any to come near.
    """

    pairs: Mapping[Pair, TestedPair]
    p_values: Matrix
    far_apart: int = 0


@dataclass(frozen=True)
class Influence:
    """Which units a difference rests on.

    Attributes:
        carriers: the fewest units that carry half of it, the largest share first; empty for no
            difference.
        heavy_tails: whether its spread rests on a few units, so that another sample may differ
            by more than the interval says.
    """

    carriers: NDArray[np.intp]
    heavy_tails: bool


@dataclass(frozen=True)
class PairedTests:
    """Systems by one metric on the segments that all of them have scored.

    Attributes:
        statistics: [systems, segments, k], without a gap.
        clusters: one document per segment, if documents are resampled.
    """

    info: MetricInfo
    statistics: Matrix
    clusters: NDArray[np.object_] | None
    settings: ComparisonSettings
    shared: tuple[SharedResamples, int] | None = None

    @cached_property
    def _shared(self) -> tuple[SharedResamples, int]:
        alone = SharedResamples([(self.info, self.statistics)], self.clusters, self.settings)
        return self.shared or alone.at(0)

    @cached_property
    def resampled(self) -> Bootstrap:
        """The bootstrap of all systems."""
        shared, place = self._shared
        return shared.bootstraps[place]

    @cached_property
    def _swapped(self) -> Permutation:
        shared, place = self._shared
        return shared.permutations[place]

    @property
    def units(self) -> int:
        """How many segments or documents are resampled."""
        return self.resampled.units.shape[1]

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """For each system, the first one with the same statistics: equal ones need no test."""
        first: dict[bytes, int] = {}
        return tuple(
            first.setdefault(_digest(rows), index) for index, rows in enumerate(self.statistics)
        )

    def test(self, shown: Sequence[Pair], *, every_pair: bool) -> PairTests:
        """Test some pairs of systems, or each against each.

        Args:
            shown: pairs whose p-values and intervals are wanted.
            every_pair: test every other pair, too; only its corrected p-value matters.
        """
        systems = len(self.statistics)
        pairs = combinations(range(systems), 2) if every_pair else shown
        groups = self.groups
        open_pairs = {(groups[i], groups[j]) for i, j in pairs if groups[i] != groups[j]}
        open_pairs = {(min(pair), max(pair)) for pair in open_pairs}
        if every_pair and self._are_many(len(open_pairs)):
            return self._test_many(shown, open_pairs)
        tests = {pair: self.pair(*pair) for pair in shown}
        known = {(groups[i], groups[j]): test.p_value() for (i, j), test in tests.items()}
        p_values = np.full((systems, systems), np.nan)
        for i, j in open_pairs:
            p_value = known.get((i, j), known.get((j, i)))
            p_values[i, j] = p_values[j, i] = (
                self.pair(i, j).p_value() if p_value is None else p_value
            )
        return PairTests(tests, self._for_all(p_values, shown, every_pair=every_pair))

    def _are_many(self, pairs: int) -> bool:
        """Whether pairs are so many that `swap_many_pairs` is worth its while."""
        systems, _, k = self.statistics.shape
        trials = self.settings.trials
        is_much = max(pairs * trials / MOST_SCORED, systems * trials * k / MOST_SUMS) > 1
        return is_much and self.settings.method == "permutation"

    def _test_many(self, shown: Sequence[Pair], open_pairs: set[Pair]) -> PairTests:
        from mtqe.stats.many_pairs import swap_many_pairs  # what few systems do without

        groups, systems = self.groups, len(self.statistics)
        wanted = {
            (min(groups[i], groups[j]), max(groups[i], groups[j])): (i, j)
            for i, j in shown
            if groups[i] != groups[j]
        }
        others = sorted(open_pairs - wanted.keys())
        margins = self.info.name in self.settings.margins
        tested = swap_many_pairs(
            self.resampled.units,
            unit_sizes(self.statistics.shape[1], self.clusters),
            reducer(self.info),
            rng=np.random.default_rng(self.settings.seed),
            resamples=self.settings.trials,
            shown=list(wanted.values()),
            others=others,
            level=2 * self.settings.level - 1 if margins else self.settings.level,
        )
        p_values = np.full((systems, systems), np.nan)
        for (i, j), p_value in zip(others, tested.p_values.tolist(), strict=True):
            p_values[i, j] = p_values[j, i] = p_value
        by_groups = dict(zip(wanted, tested.shown, strict=True))
        for (i, j), test in by_groups.items():
            p_values[i, j] = p_values[j, i] = test.p_value()
        tests: dict[Pair, TestedPair] = {}
        for i, j in shown:
            pair = min(groups[i], groups[j]), max(groups[i], groups[j])
            tests[i, j] = by_groups[pair] if groups[i] != groups[j] else _Equal()
        return PairTests(
            tests, self._for_all(p_values, shown, every_pair=True), int(tested.far.sum())
        )

    def _for_all(self, p_values: Matrix, shown: Sequence[Pair], *, every_pair: bool) -> Matrix:
        """P-values of groups as those of their systems; 1 within a group."""
        np.fill_diagonal(p_values, 1.0)
        spread: Matrix = p_values[np.ix_(self.groups, self.groups)]
        if every_pair:
            return spread
        found = np.full_like(spread, np.nan)
        for i, j in shown:
            found[i, j] = found[j, i] = spread[i, j]
        return found

    def pair(self, first: int, second: int) -> TestedPair:
        """Test a pair of systems."""
        if self.groups[first] == self.groups[second]:
            return _Equal()
        if self.settings.method == "bootstrap":
            return _Resampled(self.resampled, first, second)
        return self._swapped.difference(first, second)

    def p_value(self, first: int, second: int) -> float:
        """The two-sided p-value of a pair; 1 for equal statistics."""
        return self.pair(first, second).p_value()

    def bounds(self, first: int, second: int, level: float) -> Bounds:
        """The interval of a difference, within what the metric's range allows."""
        return self.within_range(self.pair(first, second).bounds(level))

    def within_range(self, bounds: Bounds) -> Bounds:
        """An interval of a difference cut to what the metric's range allows."""
        low, high = bounds
        least, most = self.info.range
        if least is None or most is None:
            return low, high
        span = most - least
        return (low if low == -inf else max(low, -span)), (high if high == inf else min(high, span))

    def interval(self, system: int) -> Interval:
        """The interval of a system's score, by the bootstrap."""
        return self.resampled.interval(system, level=self.settings.level)

    def influence(self, first: int, second: int) -> Influence:
        """Which units a difference rests on."""
        shares = self.resampled.contributions(first, second)
        few = min(HEAVY, HEAVY_SHARE * shares.size)
        return Influence(half_carriers(shares), effective_units(shares) < few)

    def not_worse(self, first: int, second: int, margin: float, level: float) -> bool:
        """Whether the first system is shown to be worse by less than a margin.

        A one-sided bound decides, and must also hold without the units that help the first system
        most: a pass that depends on them is none. A bound that equals the margin shows nothing, for
        the test does not reject a difference of just that size; it will do only where no unit is
        worse by more than the margin.

        Args:
            first: the system in question.
            second: what it is compared with.
            margin: in the metric's units, 0 or more.
            level: of the one-sided bound.
        """
        if self.groups[first] == self.groups[second]:
            return True
        if not self._bounded(first, second, margin, level):
            return False
        rest = self._without_helpful(first, second)
        return rest is not None and rest._bounded(0, 1, margin, level)

    def worst(self, first: int, second: int, level: float) -> float:
        """By how much the first system may be worse: the one-sided bound at a level."""
        low, high = self.bounds(first, second, 2 * level - 1)
        return -low if self.info.higher_is_better else high

    def _bounded(self, first: int, second: int, margin: float, level: float) -> bool:
        """Whether the one-sided bound is below the margin, or no unit is worse by more than it."""
        worst = self.worst(first, second, level)
        rounding = TIE_TOLERANCE * float(np.abs(self.resampled.scores[[first, second]]).max())
        if abs(worst - margin) > rounding:
            return worst < margin
        return bool((self._drops(first, second) <= margin + self.units * rounding).all())

    def _drops(self, first: int, second: int) -> Matrix:
        """By how much each unit is worse: what exchanging its statistics would gain, if all did.

        Returns:
            ``[units]``, in the metric's own units; 0 where the two are alike.
        """
        units = self.resampled.units
        total = units[first].sum(axis=0, dtype=np.float64)
        score = reducer(self.info)
        exchanged = score(total - units[first] + units[second])
        sizes = unit_sizes(self.statistics.shape[1], self.clusters)
        drops: Matrix = self.info.quality(exchanged - score(total)) * sizes.sum() / sizes
        return drops

    def _without_helpful(self, first: int, second: int) -> PairedTests | None:
        shares = self.info.quality(self.resampled.contributions(first, second))
        count = max(1, int(HELPFUL_SHARE * shares.size))
        if count >= shares.size:
            return None
        helpful = np.argsort(-shares, kind="stable")[:count]
        unit = np.arange(shares.size)
        if self.clusters is not None:
            unit = np.unique(self.clusters.astype(str), return_inverse=True)[1]
        kept = ~np.isin(unit, helpful)
        return PairedTests(
            self.info,
            self.statistics[[first, second]][:, kept],
            None if self.clusters is None else self.clusters[kept],
            self.settings,
        )


def _digest(rows: Matrix) -> bytes:
    """Equal for equal statistics [segments, k] of one type."""
    digest = blake2b()
    for column in rows.T:
        digest.update(np.ascontiguousarray(column).data)
    return digest.digest()


def finite(value: float) -> float | None:
    """The number, or None where there is none."""
    return float(value) if isfinite(value) else None
