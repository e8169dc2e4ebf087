"""Is one metric's agreement with people significantly higher than another's?

PERM-BOTH (Deutsch, Dror and Roth 2021, "A Statistical Analysis of Summarization Evaluation Metrics
Using Resampling Methods"): the two metrics' standardised scores of each translation change places
by chance, and the difference of the two agreements is computed again. The p-value is the share of
such differences that are at least as large as the one observed, one-sided, as mt-metrics-eval
computes it. Ranks are the clusters of WMT's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import numpy as np

from mtqe.people.metaeval.campaign import Booleans
from mtqe.people.metaeval.pairs import Floats

BLOCK = 100
"""Permutations between two looks at whether the answer is known."""
SURELY_BETTER, SURELY_NOT = 0.02, 0.5
"""After a block, the test ends with a p-value below the one or above the other."""
ROUNDING = 1e-12


@dataclass(frozen=True)
class Judged:
    """A metric's agreement with people, and what swaps need.

    Attributes:
        value: the agreement; 1 is perfect.
        material: what changes places with another metric's: standardised scores, or outcomes.
        threshold: up to which difference the metric's scores tie, where ties are calibrated.
    """

    value: float
    material: Floats
    threshold: float | None = None


class Statistic(Protocol):
    """One way to measure how far a metric agrees with people."""

    def judge(self, scores: Floats) -> Judged:
        """The agreement of a metric's scores [systems, segments]; [systems, 1] at system level."""

    def swapped(
        self, first: Judged, second: Judged, rng: np.random.Generator, permutations: int
    ) -> Floats:
        """The first's agreement minus the second's after random swaps [permutations]."""


@dataclass(frozen=True)
class Permutations:
    """How many permutations a test takes.

    Attributes:
        most: the most; 0 for no test.
        seed: the same for each pair of metrics, so that all of them share the swaps.
        early: whether a test ends as soon as its answer is known.
    """

    most: int = 1000
    seed: int = 12345
    early: bool = True


@dataclass(frozen=True)
class Outcome:
    """The outcome of a test of two metrics.

    Attributes:
        p: the share of permutations whose difference is at least the observed one.
        permutations: how many were made.
    """

    p: float
    permutations: int


def compare_metrics(
    statistic: Statistic, first: Judged, second: Judged, permutations: Permutations
) -> Outcome:
    """Test, one-sided, that the first metric's agreement is higher than the second's."""
    rng = np.random.default_rng(permutations.seed)
    observed = first.value - second.value
    done = larger = 0
    while done < permutations.most:
        size = min(BLOCK, permutations.most - done)
        differences = statistic.swapped(first, second, rng, size)
        larger += int((differences >= observed - ROUNDING).sum())
        done += size
        share = larger / done
        if permutations.early and not SURELY_BETTER <= share <= SURELY_NOT:
            break
    return Outcome(larger / done, done)


def clusters(
    metrics: int, tests: Mapping[tuple[int, int], Outcome], alpha: float = 0.05
) -> tuple[int, ...]:
    """Ranks of metrics that are ordered from the best on, as in the tables of WMT's metrics task.

    A new cluster begins with the first metric that some metric of the present cluster is
    significantly better than.

    Args:
        metrics: their number.
        tests: of all pairs, by the places of the better and the worse metric.
        alpha: level of significance.
    """
    ranks: list[int] = []
    start, rank = 0, 1
    for place in range(metrics):
        if any(tests[better, place].p <= alpha for better in range(start, place)):
            start, rank = place, rank + 1
        ranks.append(rank)
    return tuple(ranks)


def standardised(scores: Floats, where: Booleans) -> Floats:
    """Scores with mean 0 and standard deviation 1 over the given places; 0 if all are equal."""
    values = scores[where]
    spread = values.std()
    scaled: Floats = (scores - values.mean()) / (spread if spread else 1.0)
    return scaled


def mixed(
    first: Floats, second: Floats, rng: np.random.Generator, permutations: int
) -> tuple[Floats, Floats]:
    """Two metrics' scores [n] with each place swapped by chance: [permutations, n] twice."""
    kept = rng.integers(0, 2, (permutations, len(first)), dtype=np.int8).astype(bool)
    return np.where(kept, first, second), np.where(kept, second, first)


def compare_all(
    statistic: Statistic,
    metrics: Sequence[Judged],
    permutations: Permutations,
    advance: Callable[[float], None] = lambda _: None,
) -> dict[tuple[int, int], Outcome]:
    """Test each pair of metrics that are ordered from the best on.

    Args:
        statistic: the agreement.
        metrics: as it judged them, the best first.
        permutations: of each test.
        advance: called after each test, with 1.

    Returns:
        By the places of the better and the worse metric; nothing without permutations.
    """
    found = {}
    for better, worse in combinations(range(len(metrics)), 2):
        if permutations.most:
            found[better, worse] = compare_metrics(
                statistic, metrics[better], metrics[worse], permutations
            )
        advance(1)
    return found
