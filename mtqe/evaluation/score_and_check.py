"""What checks, metrics and comparison say of translations: the work of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from mtqe.compare.own_comparison import with_comparison
from mtqe.corpus.base import Corpus
from mtqe.corpus.segment_names import name_of
from mtqe.corpus.spans import Place, PlacedSpans, origin, place_spans
from mtqe.errors import MetricError
from mtqe.evaluation.documents import signed
from mtqe.evaluation.executors import Executor, Local
from mtqe.evaluation.score import Scored, fitted, score_in_detail
from mtqe.evaluation.tables import (
    CheckResults,
    ScoredMetric,
    all_spans,
    run_manifest,
    segments_table,
    statistics_table,
)
from mtqe.evaluation.translate import REASON_WIDTH, REASONS_SHOWN, Translated
from mtqe.metrics.base import Matrix, Metric
from mtqe.metrics.scores import MetricScores
from mtqe.run import (
    FINDINGS,
    SEGMENTS,
    SPANS,
    STATISTICS,
    MetricInfo,
    Run,
    Score,
    findings_table,
    spans_table,
)
from mtqe.support.cache import Cache
from mtqe.support.progress import Progress, step
from mtqe.support.words import count

if TYPE_CHECKING:
    from mtqe.checks import Check, Evidence, Finding
    from mtqe.config import NamedMetric
    from mtqe.stats.resampling import Floats, UnitColumns
    from mtqe.stats.summing import Resampling, SumResamples

CUT = "cut"
"""The statistic by which neural metrics tell that they could not read a text to its end."""


def score_and_check(
    corpus: Corpus,
    translated: Sequence[Translated],
    metrics: Sequence[NamedMetric],
    checks: Sequence[Check],
    *,
    cache: Cache | None,
    progress: Progress,
    executor: Executor | None = None,
) -> Run:
    """Check, score and compare translations; the run is held in memory.

    Raises:
        MtqeError: a metric can't work here.
    """
    computes = executor or Local()
    scored = [
        score_metric(named, corpus, translated, computes, cache, progress) for named in metrics
    ]
    findings = _findings(checks, corpus, translated, scored, computes, progress) if checks else ()
    checked = CheckResults(tuple(checks), findings)
    manifest = run_manifest(corpus, translated, scored, checked)
    tables = {
        SEGMENTS: segments_table(corpus, translated, scored),
        STATISTICS: statistics_table(corpus, translated, scored),
        FINDINGS: findings_table(checked.findings),
        SPANS: spans_table(all_spans(corpus, translated, scored, findings)),
    }
    complete = not any(metric.failed for metric in scored)
    matrices = {metric.name: metric.statistics for metric in scored}
    run = Run(None, manifest, tables, matrices=matrices)
    with step(progress, "compare systems"):  # minutes, where there are a million segments
        compared = with_comparison(run, told(computes.sum_resamples, progress))
    return Run(None, compared, tables, is_complete=complete)


def told(sums: SumResamples, progress: Progress) -> SumResamples:
    """Sum as before, and tell how far it is."""

    def telling(
        columns: Sequence[UnitColumns], resampling: Resampling
    ) -> Iterator[tuple[int, list[Floats]]]:
        bar = progress.task("resample segments", resampling.resamples)
        for start, products in sums(columns, resampling):
            bar.advance(products[0].shape[1])
            yield start, products
        bar.done()

    return telling


def _findings(
    checks: Sequence[Check],
    corpus: Corpus,
    translated: Sequence[Translated],
    scored: Sequence[ScoredMetric],
    executor: Executor,
    progress: Progress,
) -> tuple[Finding, ...]:
    from mtqe.checks import run_checks  # not loaded where there is no check

    systems = [item.translations for item in translated]
    evidence = _evidence(translated, scored)
    return run_checks(checks, corpus, systems, progress, evidence, executor.look)


def _evidence(translated: Sequence[Translated], scored: Sequence[ScoredMetric]) -> Evidence:
    from mtqe.checks import Evidence

    return Evidence(
        prompts={item.translations.system: item.prompts for item in translated},
        cut={
            metric.name: metric.statistics[:, :, metric.statistic_names.index(CUT)] == 1
            for metric in scored
            if CUT in metric.statistic_names
        },
        omitted={
            item.translations.system: item.without_counterpart.omitted
            for item in translated
            if item.without_counterpart and item.without_counterpart.omitted
        },
        added={
            item.translations.system: item.without_counterpart.added
            for item in translated
            if item.without_counterpart and item.without_counterpart.added
        },
    )


def score_metric(
    named: NamedMetric,
    corpus: Corpus,
    translated: Sequence[Translated],
    executor: Executor,
    cache: Cache | None,
    progress: Progress,
) -> ScoredMetric:
    """One metric's part of an evaluation.

    Raises:
        MetricError: it can't work here, or could score nothing at all.
    """
    metric = fitted(named.metric, corpus)
    systems = [item.translations for item in translated]
    found = score_in_detail(
        named.name, metric, corpus, systems, executor=executor, cache=cache, progress=progress
    )
    statistics = found.statistics
    failures = failure_notes(named.name, corpus, [item.system for item in systems], found)
    spans = _placed(named.name, metric, corpus, translated, found)
    signature = str(metric.signature(corpus.reference_count))
    identities = [item.identity for item in systems]
    info = MetricInfo.of(
        named.name,
        named.metric,
        corpus.languages,
        signature=signed(signature, identities),
        remarks=(
            *metric.remarks(statistics.reshape(-1, statistics.shape[-1])),
            *_answered_by(found),
            *(spans.notes if spans else ()),
        ),
        failures=failures,
    )
    scores = [MetricScores(named.metric, rows) for rows in statistics]
    return ScoredMetric(
        named.name,
        metric.statistic_names,
        info,
        statistics,
        np.stack([item.segments for item in scores]),
        tuple(
            Score.of(named.name, signed(signature, [identity]), item)
            for identity, item in zip(identities, scores, strict=True)
        ),
        spans,
        _sub_scores(found, statistics.shape[:2]),
        sum(bool(said.failure) for said in found.details.values()),
    )


def failure_notes(
    name: str, corpus: Corpus, systems: Sequence[str], found: Scored
) -> tuple[str, ...]:
    """Why translations could not be scored: the commonest reasons, each with the first of them.

    Raises:
        MetricError: there are reasons, and nothing was scored at all.
    """
    rows: dict[str, list[tuple[int, int]]] = {}
    for key, said in sorted(found.details.items(), key=_key):
        if said.failure:
            rows.setdefault(" ".join(said.failure.split()), []).append(key)
    reasons = sorted(rows.items(), key=lambda item: -len(item[1]))
    if reasons and not np.isfinite(found.statistics).all(axis=2).any():
        raise MetricError(
            f"metric {name!r} could not score a single translation "
            f"({shorten(reasons[0][0], REASON_WIDTH)}); correct that and repeat the command."
        )
    notes = []
    for reason, failed in reasons[:REASONS_SHOWN]:
        system, row = failed[0]
        first = f"{name_of(corpus.segments[row], row)} of {systems[system]}"
        where = first if len(failed) == 1 else f"first {first}"
        number = count(len(failed), "translation")
        notes.append(f"{number} unscored: {shorten(reason, REASON_WIDTH)} ({where})")
    return tuple(notes)


def _answered_by(found: Scored) -> tuple[str, ...]:
    models = sorted({said.answered_by for said in found.details.values() if said.answered_by})
    return (f"answered by {', '.join(models)}",) if models else ()


def _placed(
    name: str, metric: Metric, corpus: Corpus, translated: Sequence[Translated], found: Scored
) -> PlacedSpans | None:
    """The spans that a metric found, held against the texts; None where it looks for none."""
    if not (metric.gives_details and metric.finds_spans):
        return None
    texts = [item.translations.hypotheses for item in translated]
    names = [item.translations.system for item in translated]

    def place(system: int, row: int) -> Place:
        segment = corpus.segments[row]
        return Place(segment.id, names[system], segment.source, texts[system][row] or "")

    return place_spans(
        origin(metric.origin_kind, name),
        ((place(*key), details.spans) for key, details in sorted(found.details.items(), key=_key)),
    )


def _key(item: tuple[tuple[int, int], object]) -> tuple[int, int]:
    return item[0]


def _sub_scores(found: Scored, shape: tuple[int, ...]) -> dict[str, Matrix]:
    """Sub-scores by name, [systems, segments]; NaN where there is none."""
    columns: dict[str, Matrix] = {}
    for key, details in found.details.items():
        for name, value in details.scores.items():
            columns.setdefault(name, np.full(shape, np.nan))[key] = value
    return columns
