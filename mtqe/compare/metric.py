"""Comparing systems by one metric, before p-values are corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.compatible import Rows
from mtqe.compare.human import human_agreement
from mtqe.compare.paired_scores import (
    ComparedSegments,
    PairedScores,
    ScoredSystem,
    chosen_rows,
)
from mtqe.compare.paired_tests import (
    PairedTests,
    SharedResamples,
    TestedPair,
    finite,
)
from mtqe.compare.results import Difference, MetricComparison, SegmentChange, SystemResult
from mtqe.compare.settings import ComparisonSettings
from mtqe.compare.units import clusters, unit_name
from mtqe.errors import DataError
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo
from mtqe.stats import paired_effect
from mtqe.stats.compact import TYPES, smallest_type

SHOWN_SEGMENTS = 5
LISTED_CARRIERS = 10
"""Of the units that carry half of a difference, how many are named."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class UncorrectedMetric:
    """A metric's comparison whose p-values still stand for single comparisons.

    Attributes:
        comparison: with p-values by themselves, and no ranks.
        labels: the systems that are scored.
        groups: number of each scored system [n]; equal for systems of equal statistics.
        scores: their scores [n].
        p_values: p-values of pairs, symmetric [n, n]; NaN for pairs that are not tested. A pair
            that was dropped as its corrected p-value must be 1 has a lower bound.
        errors: the standard error of each difference of the comparison.
        every_pair: whether each system was tested against each, as ranks need it.
    """

    comparison: MetricComparison
    labels: tuple[str, ...] = ()
    groups: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))
    scores: Matrix = field(default_factory=lambda: np.empty(0))
    p_values: Matrix = field(default_factory=lambda: np.empty((0, 0)))
    errors: tuple[float, ...] = ()
    every_pair: bool = False

    @cached_property
    def tests(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns of `p_values` that are a test of their own.

        One for each pair of groups: systems of equal statistics make no test.
        """
        rows, columns = np.nonzero(np.triu(~np.isnan(self.p_values), 1))
        first, second = self.groups[rows], self.groups[columns]
        differ = first != second
        keys = np.minimum(first, second) * len(self.labels) + np.maximum(first, second)
        _, once = np.unique(keys[differ], return_index=True)
        return rows[differ][once], columns[differ][once]

    def spread(self, values: Matrix) -> Matrix:
        """Values of `tests` for every pair of the systems [n, n]; 1 within a group."""
        rows, columns = self.tests
        by_group = np.full((len(self.labels),) * 2, np.nan)
        first, second = self.groups[rows], self.groups[columns]
        by_group[first, second] = by_group[second, first] = values
        np.fill_diagonal(by_group, 1.0)
        spread: Matrix = by_group[np.ix_(self.groups, self.groups)]
        return spread


@dataclass
class ScoredMetric:
    """One metric on the segments that its systems share.

    A system without a single scored segment takes no part, so that one engine that was down
    doesn't keep the others from being compared.

    Attributes:
        labels: labels of the systems that take part.
        absent: labels of those that don't.
        statistics: [systems, segments, k]; counts in the smallest type that holds them.
        scores: segment scores [systems, segments].
        segments: all that are compared.
        rows: places of these among them [segments].
        clusters: their documents or groups, if those are resampled.
        unit: name of what is resampled.
        left_out: segments that some system has not scored.
        shared: which of the rows all systems have scored [rows].
        tests: made by `score_alike`; None where no segment is scored.
    """

    metric: MetricInfo
    labels: tuple[str, ...]
    absent: tuple[str, ...]
    statistics: Matrix
    scores: Matrix
    segments: ComparedSegments
    rows: NDArray[np.intp]
    clusters: NDArray[np.object_] | None
    unit: str
    left_out: int
    shared: NDArray[np.bool_]
    tests: PairedTests | None = None

    @property
    def resampled_units(self) -> tuple[int, int, bytes]:
        """Equal for metrics whose resamples are the same."""
        return len(self.labels), self.metric.group, self.shared.tobytes()

    def segment_id(self, place: int) -> str:
        """The id of one of the segments."""
        return self.segments.id_of(int(self.rows[place]))

    def unit_names(self, units: NDArray[np.intp]) -> tuple[str, ...]:
        """The ids of some of what is resampled, by the order of the statistics' units."""
        if self.clusters is None:
            return tuple(map(self.segment_id, units.tolist()))
        return tuple(map(str, np.unique(self.clusters.astype(str))[units]))


def score_alike(
    material: PairedScores, metrics: Sequence[MetricInfo], rows: Rows, settings: ComparisonSettings
) -> list[ScoredMetric]:
    """Each metric's statistics on these rows; metrics of the same segments share resamples.

    Raises:
        ConfigError: documents are to be resampled, and some segment belongs to none.
    """
    found = [_scored(material, metric, rows, settings) for metric in metrics]
    alike: dict[tuple[int, int, bytes], list[ScoredMetric]] = {}
    for item in found:
        if item.scores.shape[1]:
            alike.setdefault(item.resampled_units, []).append(item)
    for group in alike.values():
        several = [(item.metric, item.statistics) for item in group]
        shared = SharedResamples(several, group[0].clusters, settings, material.sums)
        for place, item in enumerate(group):
            item.tests = PairedTests(
                item.metric, item.statistics, item.clusters, settings, shared.at(place)
            )
    return found


def compare_scored(
    material: PairedScores,
    scored: ScoredMetric,
    baseline: str | None,
    settings: ComparisonSettings,
    *,
    every_pair: bool,
) -> UncorrectedMetric:
    """Compare systems by one metric.

    Args:
        material: the systems.
        scored: their statistics on some segments, as of `score_alike`.
        baseline: what every system is compared with; None for the best one, or for each system's
            own one, where the material has those.
        settings: of the tests.
        every_pair: test each system against each, as ranks need it, not only the differences.
    """
    tests = scored.tests
    if tests is None:
        return UncorrectedMetric(_nothing_scored(scored, material))
    scores = tests.resampled.scores
    pairs = list(_pairs(scored, scores, baseline, material.baselines))
    tested = tests.test(pairs, every_pair=every_pair)
    comparison = MetricComparison(
        info=scored.metric,
        segments=scored.scores.shape[1],
        left_out=scored.left_out,
        unit=scored.unit,
        units=tests.units,
        standings=_in_order(material, (*_standings(scored, tests), *_unscored(scored.absent))),
        differences=tuple(
            _difference(scored, tests, pair, tested.pairs[pair], settings) for pair in pairs
        ),
        improved=_changes(scored, pairs, best=True),
        regressed=_changes(scored, pairs, best=False),
        far_apart=tested.far_apart,
    )
    return UncorrectedMetric(
        comparison=comparison,
        labels=scored.labels,
        groups=np.array(tests.groups, np.intp),
        scores=scores,
        p_values=tested.p_values,
        errors=tuple(tests.resampled.standard_error(*pair) for pair in pairs),
        every_pair=every_pair,
    )


def _scored(
    material: PairedScores, metric: MetricInfo, rows: Rows, settings: ComparisonSettings
) -> ScoredMetric:
    statistics = material.matrix(metric.name, rows)
    if statistics is None:
        statistics = _stacked(
            [partial(_statistics_on, system, metric.name, rows) for system in material.systems]
        )
    scores = np.stack([chosen_rows(e.scores(metric.name), rows) for e in material.systems])
    has_score = _has_score(statistics)
    present = has_score.any(axis=1)
    shared = has_score[present].all(axis=0) & present.any()
    if not np.isfinite(_chosen(scores, present, shared)).all():
        raise DataError(
            f"the run's segments and statistics do not agree which translations {metric.label} "
            "scores: a table is damaged; make the run again, or take the folder from where it was "
            "made."
        )
    labels = [system.label for system in material.systems]
    taken = rows[shared]
    found, unit = _clusters(material.segments, taken, metric, settings)
    return ScoredMetric(
        metric=metric,
        labels=tuple(label for label, here in zip(labels, present, strict=True) if here),
        absent=tuple(label for label, here in zip(labels, present, strict=True) if not here),
        statistics=_chosen(statistics, present, shared),
        scores=_chosen(scores, present, shared),
        segments=material.segments,
        rows=taken,
        clusters=found,
        unit=unit,
        left_out=int((~shared).sum()),
        shared=shared,
    )


def _clusters(
    segments: ComparedSegments, rows: Rows, metric: MetricInfo, settings: ComparisonSettings
) -> tuple[NDArray[np.object_] | None, str]:
    """What to resample as one, and what to call it."""
    if not segments.has_documents and metric.group == 1 and settings.unit != "document":
        return None, unit_name(np.empty(0, object), None)
    documents = segments.documents[rows]
    found = clusters(documents, settings.unit, metric.group, segments.ordinals[rows])
    return found, unit_name(documents, found)


def _has_score(statistics: Matrix) -> NDArray[np.bool_]:
    """Which of all systems' segments are scored [systems, segments]."""
    found = np.ones(statistics.shape[:2], np.bool_)
    if statistics.dtype.kind == "f":
        for place in range(statistics.shape[2]):
            found &= ~np.isnan(statistics[:, :, place])
    return found


def _statistics_on(system: ScoredSystem, metric: str, rows: Rows) -> Matrix:
    return chosen_rows(system.statistics(metric), rows)


def _stacked(parts: Sequence[Callable[[], Matrix]]) -> Matrix:
    """Statistics of systems [systems, segments, k], counts in the smallest type that holds them.

    A million segments of three systems have 0.7 GB of BLEU's and chrF's counts in float64, so one
    system's are had at a time.
    """
    stacked: Matrix | None = None
    for place, read in enumerate(parts):
        part = read()
        kind = smallest_type(part)
        if stacked is None:
            stacked = np.empty((len(parts), *part.shape), kind)
        if TYPES.index(kind) > TYPES.index(stacked.dtype):
            stacked = stacked.astype(kind)
        stacked[place] = part
    assert stacked is not None  # there is a system
    return stacked


def _chosen(values: Matrix, systems: NDArray[np.bool_], segments: NDArray[np.bool_]) -> Matrix:
    """Some systems' values on some segments; the array itself, not a copy, if that is all."""
    if systems.all() and segments.all():
        return values
    chosen: Matrix = values[systems][:, segments]
    return chosen


def _standings(scored: ScoredMetric, tests: PairedTests) -> Iterator[SystemResult]:
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
    scored: ScoredMetric, scores: Matrix, baseline: str | None, baselines: Mapping[str, str]
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
    scored: ScoredMetric,
    tests: PairedTests,
    pair: Pair,
    tested: TestedPair,
    settings: ComparisonSettings,
) -> Difference:
    first, second = pair
    metric = scored.metric
    difference = float(tests.resampled.scores[first] - tests.resampled.scores[second])
    low, high = tests.within_range(tested.bounds(settings.level))
    effect = paired_effect(
        metric.quality(scored.scores[first]), metric.quality(scored.scores[second])
    )
    influence = tests.influence(first, second)
    names = scored.unit_names(influence.carriers[:LISTED_CARRIERS])
    return Difference(
        system=scored.labels[first],
        baseline=scored.labels[second],
        difference=difference,
        low=finite(low),
        high=finite(high),
        p=tested.p_value(),
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
        carriers=names,
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
    scored: ScoredMetric, pairs: Sequence[tuple[int, int]], *, best: bool
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


def _change(scored: ScoredMetric, first: int, second: int, row: np.intp) -> SegmentChange:
    ours, theirs = float(scored.scores[first, row]), float(scored.scores[second, row])
    return SegmentChange(
        segment_id=scored.segment_id(int(row)),
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


def _nothing_scored(scored: ScoredMetric, material: PairedScores) -> MetricComparison:
    return MetricComparison(
        info=scored.metric,
        segments=0,
        left_out=scored.left_out,
        unit="segment",
        units=0,
        standings=_in_order(material, _unscored((*scored.labels, *scored.absent))),
        differences=(),
    )
