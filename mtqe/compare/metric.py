"""Comparing systems by one metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.compatible import Rows
from mtqe.compare.human import human_agreement
from mtqe.compare.paired_scores import PairedScores, reducer
from mtqe.compare.results import Difference, MetricComparison, SegmentChange, SystemResult
from mtqe.compare.settings import ComparisonSettings
from mtqe.compare.units import clusters
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo
from mtqe.stats import (
    Bootstrap,
    Permutation,
    bootstrap,
    holm,
    minimum_detectable_difference,
    paired_effect,
    permutation,
    rank_systems,
    segments_needed,
)

SHOWN_SEGMENTS = 5


@dataclass(frozen=True)
class _Scored:
    """One metric on the segments that its systems share.

    An system without a single scored segment takes no part, so that one engine that was down
    doesn't keep the others from being compared.

    Attributes:
        labels: labels of the systems that take part.
        absent: labels of those that don't.
        statistics: [systems, segments, k].
        scores: segment scores [systems, segments].
        ids: ids of the segments.
        clusters: their documents, if those are resampled.
        left_out: segments that some system has not scored.
    """

    metric: MetricInfo
    labels: tuple[str, ...]
    absent: tuple[str, ...]
    statistics: Matrix
    scores: Matrix
    ids: NDArray[np.object_]
    clusters: NDArray[np.object_] | None
    left_out: int


def compare_metric(
    material: PairedScores,
    metric: MetricInfo,
    rows: Rows,
    baseline: str | None,
    settings: ComparisonSettings,
) -> MetricComparison:
    """Compare systems on these rows; p-values are not corrected yet.

    Raises:
        ConfigError: documents are to be resampled, and some segment belongs to none.
    """
    scored = _scored(material, metric, rows, settings)
    if scored.scores.shape[1] == 0:
        return _nothing_scored(scored, material)
    resampled = bootstrap(
        scored.statistics,
        reducer(metric),
        rng=np.random.default_rng(settings.seed),
        resamples=settings.trials if settings.method == "bootstrap" else settings.resamples,
        clusters=scored.clusters,
    )
    swapped = _permuted(scored, settings)
    p_values = _p_values(scored, resampled, swapped)
    pairs = list(_pairs(scored, resampled.scores, baseline, material.baselines))
    return MetricComparison(
        info=metric,
        segments=scored.scores.shape[1],
        left_out=scored.left_out,
        unit="segment" if scored.clusters is None else "document",
        units=resampled.units.shape[1],
        standings=_in_order(
            material,
            (*_standings(scored, resampled, p_values, settings), *_unscored(scored.absent)),
        ),
        differences=tuple(
            _difference(scored, resampled, p_values, first, second, settings)
            for first, second in pairs
        ),
        improved=_changes(scored, pairs, best=True),
        regressed=_changes(scored, pairs, best=False),
    )


def _scored(
    material: PairedScores, metric: MetricInfo, rows: Rows, settings: ComparisonSettings
) -> _Scored:
    statistics = np.stack([e.statistics(metric.name)[rows] for e in material.systems])
    scores = np.stack([e.scores(metric.name)[rows] for e in material.systems])
    has_score = ~np.isnan(statistics).any(axis=2)
    present = has_score.any(axis=1)
    shared = has_score[present].all(axis=0) & present.any()
    labels = [system.label for system in material.systems]
    documents = material.frame["document"].to_numpy(object)[rows][shared]
    return _Scored(
        metric=metric,
        labels=tuple(label for label, here in zip(labels, present, strict=True) if here),
        absent=tuple(label for label, here in zip(labels, present, strict=True) if not here),
        statistics=statistics[present][:, shared],
        scores=scores[present][:, shared],
        ids=material.frame["segment_id"].to_numpy(object)[rows][shared],
        clusters=clusters(documents, settings.unit),
        left_out=int((~shared).sum()),
    )


def _permuted(scored: _Scored, settings: ComparisonSettings) -> Permutation | None:
    if settings.method == "bootstrap":
        return None
    return permutation(
        scored.statistics,
        reducer(scored.metric),
        rng=np.random.default_rng(settings.seed),
        resamples=settings.trials,
        clusters=scored.clusters,
    )


def _p_values(scored: _Scored, resampled: Bootstrap, swapped: Permutation | None) -> Matrix:
    """Two-sided p-values of all pairs of systems [systems, systems]."""
    count = len(scored.labels)
    p_values = np.ones((count, count))
    for first, second in combinations(range(count), 2):
        if swapped is None:
            p_value = resampled.difference(first, second).p_value
        else:
            p_value = swapped.p_value(first, second)
        p_values[first, second] = p_values[second, first] = p_value
    return p_values


def _standings(
    scored: _Scored, resampled: Bootstrap, p_values: Matrix, settings: ComparisonSettings
) -> tuple[SystemResult, ...]:
    """Scores with intervals and ranks; ranks correct over the pairs of this metric."""
    upper = np.triu_indices(len(p_values), 1)
    corrected = np.ones_like(p_values)
    if len(upper[0]):
        corrected[upper] = holm(p_values[upper])
        corrected.T[upper] = corrected[upper]
    ranks = rank_systems(
        resampled.scores,
        corrected,
        alpha=settings.alpha,
        higher_is_better=scored.metric.higher_is_better,
    )
    intervals = [resampled.interval(i, level=settings.level) for i in range(len(ranks))]
    return tuple(
        SystemResult(
            system=label,
            score=float(resampled.scores[index]),
            low=_bound(intervals[index].low),
            high=_bound(intervals[index].high),
            cluster=rank.cluster,
            ranks=(rank.best, rank.worst),
        )
        for index, (label, rank) in enumerate(zip(scored.labels, ranks, strict=True))
    )


def _pairs(
    scored: _Scored, scores: Matrix, baseline: str | None, baselines: Mapping[str, str]
) -> Iterator[tuple[int, int]]:
    """Indices of each system and of what it is compared with."""
    index = {label: position for position, label in enumerate(scored.labels)}
    if baselines:
        for ours, theirs in baselines.items():
            if ours in index and theirs in index:
                yield index[ours], index[theirs]
        return
    if baseline in scored.absent:
        return
    quality = scored.metric.quality(scores)
    against = int(np.argmax(quality)) if baseline is None else index[baseline]
    yield from ((position, against) for position in range(len(index)) if position != against)


def _difference(
    scored: _Scored,
    resampled: Bootstrap,
    p_values: Matrix,
    first: int,
    second: int,
    settings: ComparisonSettings,
) -> Difference:
    found = resampled.difference(first, second, level=settings.level)
    quality = scored.metric.quality(scored.scores)
    effect = paired_effect(quality[first], quality[second])
    error = found.standard_error
    needed = segments_needed(found.difference, error, scored.scores.shape[1], alpha=settings.alpha)
    return Difference(
        system=scored.labels[first],
        baseline=scored.labels[second],
        difference=found.difference,
        low=_bound(found.interval.low),
        high=_bound(found.interval.high),
        p=float(p_values[first, second]),
        p_corrected=1.0,
        better=None if found.difference == 0 else bool(scored.metric.quality(found.difference) > 0),
        shown=False,
        wins=effect.wins,
        ties=effect.ties,
        losses=effect.losses,
        standardized=_bound(effect.standardized),
        human_agreement=human_agreement(scored.metric, found.difference),
        detectable=_bound(minimum_detectable_difference(error, alpha=settings.alpha)),
        segments_needed=int(needed) if np.isfinite(needed) else None,
        **_margin_tests(scored.metric, resampled, first, second, settings),
    )


def _margin_tests(
    metric: MetricInfo, resampled: Bootstrap, first: int, second: int, settings: ComparisonSettings
) -> dict[str, Any]:
    """What the margin of this metric, if it has one, says of a pair."""
    margin = settings.margins.get(metric.name)
    if margin is None:
        return {}
    not_worse = resampled.non_inferiority(
        first,
        second,
        margin=margin,
        alpha=settings.alpha,
        higher_is_better=metric.higher_is_better,
    )
    equivalent = resampled.equivalence(first, second, margin=margin, alpha=settings.alpha)
    return {"margin": margin, "not_worse": not_worse.holds, "equivalent": equivalent.holds}


def _changes(
    scored: _Scored, pairs: Sequence[tuple[int, int]], *, best: bool
) -> tuple[SegmentChange, ...]:
    """The segments that changed most in one direction, over all pairs."""
    sign = scored.metric.sign if best else -scored.metric.sign
    found: list[SegmentChange] = []
    for first, second in pairs:
        change = scored.scores[first] - scored.scores[second]
        rows = np.argsort(-sign * change, kind="stable")[:SHOWN_SEGMENTS]
        found += [_change(scored, first, second, row) for row in rows if sign * change[row] > 0]
    found.sort(key=lambda item: -sign * item.change)
    return tuple(found[:SHOWN_SEGMENTS])


def _change(scored: _Scored, first: int, second: int, row: np.intp) -> SegmentChange:
    ours, theirs = float(scored.scores[first, row]), float(scored.scores[second, row])
    return SegmentChange(
        segment_id=str(scored.ids[row]),
        system=scored.labels[first],
        baseline=scored.labels[second],
        score=ours,
        baseline_score=theirs,
        change=ours - theirs,
    )


def _unscored(labels: Sequence[str]) -> tuple[SystemResult, ...]:
    return tuple(
        SystemResult(system=label, score=None, low=None, high=None, cluster=None, ranks=None)
        for label in labels
    )


def _in_order(
    material: PairedScores, standings: Sequence[SystemResult]
) -> tuple[SystemResult, ...]:
    by_label = {standing.system: standing for standing in standings}
    return tuple(by_label[system.label] for system in material.systems)


def _nothing_scored(scored: _Scored, material: PairedScores) -> MetricComparison:
    return MetricComparison(
        info=scored.metric,
        segments=0,
        left_out=scored.left_out,
        unit="segment",
        units=0,
        standings=_in_order(material, _unscored((*scored.labels, *scored.absent))),
        differences=(),
    )


def _bound(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
