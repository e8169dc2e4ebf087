"""Correcting p-values for the number of comparisons, in one way for every output.

There are two families, each by Holm's method: the comparisons on the whole corpus, and those on
slices. A family is made of every test by every metric. So what a run's headline, `mtqe compare`
and a gate call significant is the same, whatever else they look at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from mtqe.compare.metric import UncorrectedMetric
from mtqe.compare.paired_tests import finite
from mtqe.compare.results import Difference, MetricComparison, PairTest, SystemResult
from mtqe.stats import holm, minimum_detectable_difference, rank_systems, segments_needed

PValue = Callable[[str, str], float]
"""The corrected p-value of two systems by label."""


def family_size(metrics: Sequence[UncorrectedMetric]) -> int:
    """How many tests a family of comparisons makes."""
    return sum(len(metric.tests()) for metric in metrics)


def corrected(metrics: Sequence[UncorrectedMetric], alpha: float) -> list[MetricComparison]:
    """Correct a family of comparisons, and rank systems where every pair was tested.

    Args:
        metrics: the family, on one part of the corpus or on several.
        alpha: the level below which a corrected p-value is significant.
    """
    tests = [
        ((number, groups), p_value)
        for number, metric in enumerate(metrics)
        for groups, p_value in metric.tests().items()
    ]
    found = dict(
        zip(
            (test for test, _ in tests),
            holm([p_value for _, p_value in tests]).tolist() if tests else [],
            strict=True,
        )
    )
    strictest = alpha / max(1, len(tests))

    def p_value_of(number: int, metric: UncorrectedMetric) -> PValue:
        def p_value(first: str, second: str) -> float:
            groups = frozenset((metric.groups[first], metric.groups[second]))
            return 1.0 if len(groups) == 1 else float(found[number, groups])

        return p_value

    return [
        _with_correction(metric, p_value_of(number, metric), alpha, strictest).model_copy(
            update={"tests": len(tests)}
        )
        for number, metric in enumerate(metrics)
    ]


def _with_correction(
    metric: UncorrectedMetric, p_value: PValue, alpha: float, strictest: float
) -> MetricComparison:
    comparison = metric.comparison
    differences = tuple(
        _difference(item, p_value(item.system, item.baseline), alpha).model_copy(
            update=_power(item.difference, error, comparison.segments, strictest)
        )
        for item, error in zip(comparison.differences, metric.errors, strict=True)
    )
    standings = _ranked(metric, p_value, alpha)
    found = {"differences": differences, "standings": standings}
    return comparison.model_copy(update={**found, "pairs": _pairs(metric, p_value, alpha)})


def _pairs(metric: UncorrectedMetric, p_value: PValue, alpha: float) -> tuple[PairTest, ...]:
    """Every pair of systems, where all of them were tested."""
    pairs = list(combinations(metric.scores, 2))
    if not all(pair in metric.p_values for pair in pairs):
        return ()
    return tuple(
        _pair(metric, first, second, p_value(first, second), alpha) for first, second in pairs
    )


def _pair(
    metric: UncorrectedMetric, first: str, second: str, p_value: float, alpha: float
) -> PairTest:
    difference = metric.scores[first] - metric.scores[second]
    return PairTest(
        system=first,
        baseline=second,
        difference=difference,
        p=p_value,
        better=None if difference == 0 else bool(metric.comparison.info.quality(difference) > 0),
        significant=p_value < alpha,
    )


def _difference(item: Difference, p_value: float, alpha: float) -> Difference:
    return item.model_copy(update={"p_corrected": p_value, "shown": p_value < alpha})


def _power(
    difference: float, error: float, segments: int, level: float
) -> dict[str, float | int | None]:
    """What the corpus can find at the level of the strictest step of the correction."""
    needed = segments_needed(difference, error, segments, alpha=level)
    return {
        "detectable": finite(minimum_detectable_difference(error, alpha=level)),
        "segments_needed": int(needed) if np.isfinite(needed) else None,
    }


def _ranked(metric: UncorrectedMetric, p_value: PValue, alpha: float) -> tuple[SystemResult, ...]:
    """Standings with ranks, if every pair of the scored systems was tested."""
    standings = metric.comparison.standings
    labels = list(metric.scores)
    pairs = list(combinations(range(len(labels)), 2))
    if not metric.every_pair:
        return standings
    p_values = np.ones((len(labels), len(labels)))
    for i, j in pairs:
        p_values[i, j] = p_values[j, i] = p_value(labels[i], labels[j])
    ranks = rank_systems(
        np.array([metric.scores[label] for label in labels]),
        p_values,
        alpha=alpha,
        higher_is_better=metric.comparison.info.higher_is_better,
    )
    best = max(labels, key=lambda label: metric.comparison.info.quality(metric.scores[label]))
    by_label = dict(zip(labels, ranks, strict=True))

    def with_rank(standing: SystemResult) -> SystemResult:
        label = standing.system
        if label not in by_label:
            return standing
        rank = by_label[label]
        behind = label != best and p_value(label, best) < alpha
        return standing.model_copy(
            update={
                "cluster": rank.cluster, "ranks": (rank.best, rank.worst), "behind": behind,
            }
        )  # fmt: skip

    return tuple(map(with_rank, standings))
