"""What a rule's subject measures, with the verdict that follows: one function a kind of rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.compatible import Rows
from mtqe.compare.human import difference_for
from mtqe.compare.paired_scores import ORDINAL, reducer
from mtqe.compare.units import clusters
from mtqe.errors import ConfigError
from mtqe.gate.comparisons import Comparisons
from mtqe.gate.decide import BoundedValue, at_least, at_most, drop_within, few_enough
from mtqe.gate.drops import paired_drop
from mtqe.gate.findings import offending
from mtqe.gate.results import Verdict
from mtqe.gate.rules import (
    Coverage,
    Findings,
    GateSettings,
    HumanAgreement,
    MaxDrop,
    MinScore,
    RankRule,
    Rule,
    SegmentDrop,
    SegmentMax,
    SegmentMin,
    Spans,
    Threshold,
)
from mtqe.gate.spans import offending_spans
from mtqe.gate.targets import RuleTarget
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo
from mtqe.stats import bootstrap, segments_needed

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Measured:
    """A measured value and its verdict.

    Attributes:
        estimate: judged value; None where nothing could be measured.
        threshold: limit of the value.
        segments: number of segments behind the value.
        unscored: number of segments in scope that were left out.
        needed: about how many segments would decide.
        p_value: two-sided and corrected, as `mtqe compare` gives it; None for other rules.
        tests: how many tests it is corrected for; None where none was made.
        firm: whether a pass holds also without the segments that help most; None for other rules.
        suspects: rows of segments to look at, the worst first.
    """

    estimate: BoundedValue | None
    threshold: float
    verdict: Verdict
    segments: int
    unscored: int = 0
    needed: int | None = None
    p_value: float | None = None
    tests: int | None = None
    firm: bool | None = None
    suspects: Rows = field(default_factory=lambda: np.empty(0, np.intp), repr=False)


@singledispatch
def measure(rule: Rule, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    """Judge a rule on a subject.

    Raises:
        ConfigError: the metric is not calibrated for what the rule asks.
    """
    raise NotImplementedError(type(rule))


@measure.register
def _threshold(rule: Threshold, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    metric, settings = _metric(subject), comparisons.settings
    statistics = subject.candidate.statistics(metric.name)[subject.rows]
    scored = ~np.isnan(statistics).any(axis=1)
    if not scored.any():
        return _nothing(rule.limit, scored)
    value = _corpus_score(metric, statistics[scored])
    resampled = bootstrap(
        statistics[None, scored],
        reducer(metric),
        rng=np.random.default_rng(settings.seed),
        resamples=settings.resamples,
        clusters=_clusters(subject, metric, scored, settings),
    )
    bounds = resampled.interval(0, level=2 * settings.level - 1)
    estimate = BoundedValue(value, bounds.low, bounds.high)
    decide = at_least if isinstance(rule, MinScore) else at_most
    return Measured(
        estimate,
        rule.limit,
        decide(estimate if rule.interval else estimate.exact(), rule.limit),
        int(scored.sum()),
        int((~scored).sum()),
        suspects=subject.rows[_worst(metric.quality(_scores(subject)))],
    )


@measure.register
def _max_drop(rule: MaxDrop, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    return _drop(rule.limit, subject, comparisons)


@measure.register
def _human_agreement(
    rule: HumanAgreement, subject: RuleTarget, comparisons: Comparisons
) -> Measured:
    metric = _metric(subject)
    margin = difference_for(metric, rule.limit)
    if margin is None:
        raise ConfigError(
            f"{metric.label} as configured is not calibrated for {rule.limit:.0%} human agreement; "
            "use max_drop, or BLEU, chrF or a published COMET model and a lower share."
        )
    return _drop(margin, subject, comparisons)


@measure.register
def _segment_drop(rule: SegmentDrop, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    drops = _segment_drops(subject)
    # What the baseline hadn't scored either is no loss; what only the candidate lacks may be one.
    unknown = _unknown(subject) & ~np.isnan(drops.baseline)
    return _count(drops.values > rule.limit, unknown, drops.values, rule.at_most, subject)


@measure.register
def _segment_min(rule: SegmentMin, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    scores = _scores(subject)
    return _count(scores < rule.limit, _unknown(subject), -scores, rule.at_most, subject)


@measure.register
def _segment_max(rule: SegmentMax, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    scores = _scores(subject)
    return _count(scores > rule.limit, _unknown(subject), scores, rule.at_most, subject)


@measure.register
def _coverage(rule: Coverage, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    missing = _untranslated(subject) if subject.metric is None else np.isnan(_scores(subject))
    verdict = few_enough(int(missing.sum()), 0, rule.max_unscored)
    rows = subject.rows[missing]
    return Measured(
        BoundedValue(int(missing.sum())), rule.limit, verdict, len(missing), suspects=rows
    )


@measure.register
def _findings(rule: Findings, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    found = offending(rule, subject)
    unknown = _untranslated(subject)
    return _count(found, unknown, found.astype(np.float64), int(rule.limit), subject)


@measure.register
def _spans(rule: Spans, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    counts = offending_spans(rule, subject)
    unknown = int(_untranslated(subject).sum())
    return Measured(
        BoundedValue(int(counts.sum())),
        rule.limit,
        few_enough(int(counts.sum()), unknown, int(rule.limit)),
        len(counts),
        unknown,
        suspects=subject.rows[_worst(-counts.astype(np.float64), only=counts > 0)],
    )


@measure.register
def _rank(rule: RankRule, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    """Not significantly worse than the other system, by the test of `mtqe compare`."""
    found = comparisons.difference(subject)
    drops = _segment_drops(subject)
    unscored = int(np.isnan(drops.values).sum())
    segments = len(drops.values) - unscored
    if found is None or segments < 2:
        return Measured(None, np.nan, "inconclusive", segments, unscored)
    assert subject.baseline is not None
    ours = comparisons.score(subject, subject.candidate)
    theirs = comparisons.score(subject, subject.baseline)
    worse = found.shown and found.better is False
    return Measured(
        None if ours is None else BoundedValue(ours),
        np.nan if theirs is None else theirs,
        "fail" if worse else "pass",
        segments,
        unscored,
        p_value=found.p_corrected,
        tests=comparisons.tests(subject),
        suspects=subject.rows[_worst(-drops.values, only=drops.values > 0)],
    )


@dataclass(frozen=True)
class _Drops:
    """Losses in quality by segment, and the baseline's scores; NaN where unscored."""

    values: Matrix
    baseline: Matrix


def _segment_drops(subject: RuleTarget) -> _Drops:
    metric = _metric(subject)
    assert subject.baseline is not None
    baseline = subject.baseline.scores(metric.name)[subject.rows]
    return _Drops(metric.quality(baseline - _scores(subject)), baseline)


def _drop(margin: float, subject: RuleTarget, comparisons: Comparisons) -> Measured:
    metric, settings = _metric(subject), comparisons.settings
    assert subject.baseline is not None
    statistics = np.stack(
        [
            side.statistics(metric.name)[subject.rows]
            for side in (subject.candidate, subject.baseline)
        ]
    )
    scored = ~np.isnan(statistics).any(axis=(0, 2))
    if not scored.any():
        return _nothing(margin, scored)
    units = _clusters(subject, metric, scored, settings)
    candidate, baseline = statistics[:, scored]
    drop = paired_drop(candidate, baseline, metric, units, settings)
    alpha, count = 1 - settings.level, int(scored.sum())
    compared = comparisons.difference(subject) if drop.tests else None
    firm = drop.within(margin, settings.level)
    verdict = drop_within(
        drop.estimate,
        margin,
        significant=compared is not None and compared.shown,
        firm=firm,
    )
    needed = segments_needed(
        drop.estimate.value - margin, drop.standard_error, count, alpha=2 * alpha
    )
    drops = _segment_drops(subject).values
    return Measured(
        drop.estimate,
        margin,
        verdict,
        count,
        int((~scored).sum()),
        int(needed) if verdict == "inconclusive" and np.isfinite(needed) else None,
        p_value=compared.p_corrected if compared else 1.0,
        tests=comparisons.tests(subject) if compared else None,
        firm=firm,
        suspects=subject.rows[_worst(-drops, only=drops > 0)],
    )


def _clusters(
    subject: RuleTarget, metric: MetricInfo, scored: Mask, settings: GateSettings
) -> NDArray[np.object_] | None:
    """What is resampled as one of the scored segments."""
    frame, rows = subject.frame, subject.rows[scored]
    documents = frame["document"].to_numpy(object)[rows]
    places = frame[ORDINAL].to_numpy(np.intp)[rows]
    return clusters(documents, settings.unit, metric.group, places)


def _count(
    offending: Mask, unknown: Mask, badness: Matrix, limit: int, subject: RuleTarget
) -> Measured:
    offenders, open_ones = int(offending.sum()), int(unknown.sum())
    return Measured(
        BoundedValue(offenders),
        limit,
        few_enough(offenders, open_ones, limit),
        len(offending),
        open_ones,
        suspects=subject.rows[_worst(-badness, only=offending)],
    )


def _untranslated(subject: RuleTarget) -> Mask:
    frame = subject.candidate.run.segments
    texts = frame.loc[frame["system"] == subject.candidate.system, "hypothesis"]
    missing: Mask = texts.isna().to_numpy(bool)[subject.candidate.rows][subject.rows]
    return missing


def _corpus_score(metric: MetricInfo, statistics: Matrix) -> float:
    return float(metric.build().corpus_scores(statistics.sum(axis=0)))


def _worst(quality: Matrix, only: Mask | None = None) -> Rows:
    """Positions by quality, the worst first; NaN and what is not asked for are left out."""
    order = np.argsort(quality, kind="stable")
    wanted = ~np.isnan(quality) if only is None else only
    worst: Rows = order[wanted[order]]
    return worst


def _scores(subject: RuleTarget) -> Matrix:
    return subject.candidate.scores(_metric(subject).name)[subject.rows]


def _unknown(subject: RuleTarget) -> Mask:
    """Segments whose missing score may hide an offence; what people didn't rate hides nothing."""
    missing: Mask = np.isnan(_scores(subject))
    return np.zeros_like(missing) if _metric(subject).partial else missing


def _metric(subject: RuleTarget) -> MetricInfo:
    assert subject.metric is not None
    return subject.metric


def _nothing(threshold: float, scored: Mask) -> Measured:
    return Measured(None, threshold, "inconclusive", 0, len(scored))
