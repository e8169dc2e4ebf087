"""Comparing systems by one metric, before p-values are corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.compatible import Rows
from mtqe.compare.human import human_agreement
from mtqe.compare.paired_scores import ORDINAL, PairedScores
from mtqe.compare.paired_tests import PairedTests, finite
from mtqe.compare.results import Difference, MetricComparison, SegmentChange, SystemResult
from mtqe.compare.settings import ComparisonSettings
from mtqe.compare.units import clusters, unit_name
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo
from mtqe.stats import paired_effect

SHOWN_SEGMENTS = 5
LISTED_CARRIERS = 10
"""Of the units that carry half of a difference, how many are named."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class UncorrectedMetric:
    """A metric's comparison whose p-values still stand for single comparisons.

    Attributes:
        comparison: with p-values by themselves, and no ranks.
        groups: number of each scored system by label; equal for systems of equal statistics.
        scores: scores by label.
        p_values: p-values by pair of labels, for every pair that is tested.
        errors: the standard error of each difference of the comparison.
        every_pair: whether each system was tested against each, as ranks need it.
    """

    comparison: MetricComparison
    groups: Mapping[str, int]
    scores: Mapping[str, float]
    p_values: Mapping[tuple[str, str], float]
    errors: tuple[float, ...] = ()
    every_pair: bool = False

    def tests(self) -> Mapping[frozenset[int], float]:
        """P-values of what is tested; systems of equal statistics make no test of their own."""
        return {
            frozenset((self.groups[first], self.groups[second])): p_value
            for (first, second), p_value in self.p_values.items()
            if self.groups[first] != self.groups[second]
        }


@dataclass(frozen=True)
class _Scored:
    """One metric on the segments that its systems share.

    A system without a single scored segment takes no part, so that one engine that was down
    doesn't keep the others from being compared.

    Attributes:
        labels: labels of the systems that take part.
        absent: labels of those that don't.
        statistics: [systems, segments, k].
        scores: segment scores [systems, segments].
        ids: ids of the segments.
        clusters: their documents or groups, if those are resampled.
        unit: name of what is resampled.
        left_out: segments that some system has not scored.
    """

    metric: MetricInfo
    labels: tuple[str, ...]
    absent: tuple[str, ...]
    statistics: Matrix
    scores: Matrix
    ids: NDArray[np.object_]
    clusters: NDArray[np.object_] | None
    unit: str
    left_out: int

    @property
    def unit_names(self) -> NDArray[np.object_]:
        """The ids of what is resampled, in the order of the statistics' units."""
        if self.clusters is None:
            return self.ids
        names: NDArray[np.object_] = np.unique(self.clusters.astype(str)).astype(object)
        return names


def compare_metric(
    material: PairedScores,
    metric: MetricInfo,
    rows: Rows,
    baseline: str | None,
    settings: ComparisonSettings,
    *,
    every_pair: bool,
) -> UncorrectedMetric:
    """Compare systems on these rows.

    Args:
        material: the systems.
        metric: what they are compared by.
        rows: the segments to look at.
        baseline: what every system is compared with; None for the best one, or for each system's
            own one, where the material has those.
        settings: of the tests.
        every_pair: test each system against each, as ranks need it, not only the differences.

    Raises:
        ConfigError: documents are to be resampled, and some segment belongs to none.
    """
    scored = _scored(material, metric, rows, settings)
    if scored.scores.shape[1] == 0:
        return UncorrectedMetric(_nothing_scored(scored, material), {}, {}, {})
    tests = PairedTests(metric, scored.statistics, scored.clusters, settings)
    scores = tests.resampled.scores
    pairs = list(_pairs(scored, scores, baseline, material.baselines))
    tested = list(combinations(range(len(scored.labels)), 2)) if every_pair else pairs
    p_values = {pair: tests.p_value(*pair) for pair in tested}
    p_values |= {(second, first): p for (first, second), p in p_values.items()}
    comparison = MetricComparison(
        info=metric,
        segments=scored.scores.shape[1],
        left_out=scored.left_out,
        unit=scored.unit,
        units=tests.units,
        standings=_in_order(material, (*_standings(scored, tests), *_unscored(scored.absent))),
        differences=tuple(
            _difference(scored, tests, pair, p_values[pair], settings) for pair in pairs
        ),
        improved=_changes(scored, pairs, best=True),
        regressed=_changes(scored, pairs, best=False),
    )
    label = scored.labels
    return UncorrectedMetric(
        comparison=comparison,
        groups=dict(zip(label, tests.groups, strict=True)),
        scores=dict(zip(label, scores.tolist(), strict=True)),
        p_values={(label[i], label[j]): p_values[i, j] for i, j in tested},
        errors=tuple(tests.resampled.difference(*pair).standard_error for pair in pairs),
        every_pair=every_pair,
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
    places = material.frame[ORDINAL].to_numpy(np.intp)[rows][shared]
    found = clusters(documents, settings.unit, metric.group, places)
    return _Scored(
        metric=metric,
        labels=tuple(label for label, here in zip(labels, present, strict=True) if here),
        absent=tuple(label for label, here in zip(labels, present, strict=True) if not here),
        statistics=statistics[present][:, shared],
        scores=scores[present][:, shared],
        ids=material.frame["segment_id"].to_numpy(object)[rows][shared],
        clusters=found,
        unit=unit_name(documents, found),
        left_out=int((~shared).sum()),
    )


def _standings(scored: _Scored, tests: PairedTests) -> Iterator[SystemResult]:
    """Scores with intervals; ranks come with the correction."""
    for index, label in enumerate(scored.labels):
        interval = tests.interval(index)
        yield SystemResult(
            system=label,
            score=float(tests.resampled.scores[index]),
            low=finite(interval.low),
            high=finite(interval.high),
            cluster=None,
            ranks=None,
        )


def _pairs(
    scored: _Scored, scores: Matrix, baseline: str | None, baselines: Mapping[str, str]
) -> Iterator[Pair]:
    """Indices of each system and of what it is compared with."""
    index = {label: position for position, label in enumerate(scored.labels)}
    if baselines:
        for ours, theirs in baselines.items():
            if ours in index and theirs in index:
                yield index[ours], index[theirs]
        return
    if baseline in scored.absent:
        return
    best = int(np.argmax(scored.metric.quality(scores)))
    against = best if baseline is None else index[baseline]
    yield from ((position, against) for position in range(len(index)) if position != against)


def _difference(
    scored: _Scored, tests: PairedTests, pair: Pair, p_value: float, settings: ComparisonSettings
) -> Difference:
    first, second = pair
    metric = scored.metric
    difference = float(tests.resampled.scores[first] - tests.resampled.scores[second])
    low, high = tests.bounds(first, second, settings.level)
    effect = paired_effect(
        metric.quality(scored.scores[first]), metric.quality(scored.scores[second])
    )
    influence = tests.influence(first, second)
    names = scored.unit_names[influence.carriers[:LISTED_CARRIERS]]
    return Difference(
        system=scored.labels[first],
        baseline=scored.labels[second],
        difference=difference,
        low=finite(low),
        high=finite(high),
        p=p_value,
        p_corrected=1.0,
        better=None if difference == 0 else metric.quality(difference) > 0,
        shown=False,
        wins=effect.wins,
        ties=effect.ties,
        losses=effect.losses,
        standardized=finite(effect.standardized),
        human_agreement=human_agreement(metric, difference),
        detectable=None,
        segments_needed=None,
        half_carried_by=len(influence.carriers),
        carriers=tuple(map(str, names)),
        heavy_tails=influence.heavy_tails,
        **_margin_tests(tests, pair, settings),
    )


def _margin_tests(tests: PairedTests, pair: Pair, settings: ComparisonSettings) -> dict[str, Any]:
    """What the margin of this metric, if it has one, says of a pair."""
    margin = settings.margins.get(tests.info.name)
    if margin is None:
        return {}
    first, second = pair
    not_worse = tests.not_worse(first, second, margin, settings.level)
    not_better = tests.not_worse(second, first, margin, settings.level)
    return {"margin": margin, "not_worse": not_worse, "equivalent": not_worse and not_better}


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
