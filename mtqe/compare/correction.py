"""Correcting p-values for the number of comparisons, in one way for every output.

There are two families, each by Holm's method: the comparisons on the whole corpus, and those on
slices. A family is made of every test by every metric. So what a run's headline, `mtqe compare`
and a gate call significant is the same, whatever else they look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from mtqe.compare.metric import UncorrectedMetric
from mtqe.compare.paired_tests import finite
from mtqe.compare.results import Difference, MetricComparison, PairTest, SystemResult
from mtqe.metrics.base import Matrix
from mtqe.stats import holm, minimum_detectable_difference, rank_systems, segments_needed

MOST_LISTED = 60
"""Of more systems, only pairs of the best so many are listed: a table of all has no reader."""


def family_size(metrics: Sequence[UncorrectedMetric]) -> int:
    """How many tests a family of comparisons makes."""
    return sum(len(metric.tests[0]) for metric in metrics)


def corrected(metrics: Sequence[UncorrectedMetric], alpha: float) -> list[MetricComparison]:
    """Correct a family of comparisons, and rank systems where every pair was tested.

    Args:
        metrics: the family, on one part of the corpus or on several.
        alpha: the level below which a corrected p-value is significant.
    """
    p_values = [metric.p_values[metric.tests] for metric in metrics]
    ends = np.cumsum([0, *map(len, p_values)])
    found = holm(np.concatenate([*p_values, np.empty(0)]))
    strictest = alpha / max(1, len(found))
    return [
        _with_correction(metric, metric.spread(found[start:stop]), alpha, strictest).model_copy(
            update={"tests": len(found)}
        )
        for metric, start, stop in zip(metrics, ends, ends[1:], strict=False)
    ]


def _with_correction(
    metric: UncorrectedMetric, p_values: Matrix, alpha: float, strictest: float
) -> MetricComparison:
    comparison = metric.comparison
    place = {label: index for index, label in enumerate(metric.labels)}
    differences = tuple(
        _difference(item, float(p_values[place[item.system], place[item.baseline]]), alpha)
        .model_copy(update=_power(item.difference, error, comparison.segments, strictest))
        for item, error in zip(comparison.differences, metric.errors, strict=True)
    )  # fmt: skip
    if not metric.every_pair:
        return comparison.model_copy(update={"differences": differences})
    found = {
        "differences": differences,
        "standings": _ranked(metric, p_values, alpha),
        "pairs": tuple(_pairs(metric, p_values, alpha)),
    }
    return comparison.model_copy(update=found)


def _pairs(metric: UncorrectedMetric, p_values: Matrix, alpha: float) -> Iterator[PairTest]:
    """Every pair of systems, or of the best ones where there are very many."""
    quality = metric.comparison.info.quality(metric.scores)
    listed = np.sort(np.argsort(-quality, kind="stable")[:MOST_LISTED]).tolist()
    scores, labels = metric.scores.tolist(), metric.labels
    for first, second in combinations(listed, 2):
        difference = scores[first] - scores[second]
        p_value = float(p_values[first, second])
        yield PairTest(
            system=labels[first],
            baseline=labels[second],
            difference=difference,
            p=p_value,
            better=None if difference == 0 else bool(quality[first] > quality[second]),
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


def _ranked(metric: UncorrectedMetric, p_values: Matrix, alpha: float) -> tuple[SystemResult, ...]:
    """Standings with ranks: every pair of the scored systems was tested."""
    standings = metric.comparison.standings
    info = metric.comparison.info
    ranks = rank_systems(
        metric.scores, p_values, alpha=alpha, higher_is_better=info.higher_is_better
    )
    best = int(np.argmax(info.quality(metric.scores))) if metric.labels else 0
    place = {label: index for index, label in enumerate(metric.labels)}

    def with_rank(standing: SystemResult) -> SystemResult:
        index = place.get(standing.system)
        if index is None:
            return standing
        rank = ranks[index]
        behind = index != best and bool(p_values[index, best] < alpha)
        return standing.model_copy(
            update={
                "cluster": rank.cluster, "ranks": (rank.best, rank.worst), "behind": behind,
            }
        )  # fmt: skip

    return tuple(map(with_rank, standings))
