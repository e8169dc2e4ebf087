"""What an evaluation found, as the manifest and the tables of its run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from mtqe.checks import Check, Finding
from mtqe.corpus.base import Corpus, Failure
from mtqe.corpus.spans import PlacedSpans, Span
from mtqe.evaluation.translate import Translated, performance
from mtqe.metrics.base import Matrix
from mtqe.run import (
    PLACE,
    CheckInfo,
    CorpusInfo,
    MetricInfo,
    RunManifest,
    Score,
    SystemInfo,
    finding_spans,
    origin_info,
    run_identity,
)
from mtqe.support.versions import versions


@dataclass(frozen=True)
class CheckResults:
    """What the checks of an evaluation were and found."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    def counts(self, system: str | None) -> dict[str, int]:
        """By check, how many findings a system has, or the test set itself (None)."""
        return dict(Counter(f.check for f in self.findings if f.system == system))


@dataclass(frozen=True)
class ScoredMetric:
    """One metric's part of an evaluation.

    Attributes:
        name: the metric's name in this run.
        statistic_names: what the k statistics are called.
        info: what its scores mean.
        statistics: [systems, segments, k]; rows of NaN where unscored.
        segments: segment scores [systems, segments]; NaN where unscored.
        corpus: one `Score` a system.
        spans: what it found, where it looks for errors; None where it doesn't.
        sub_scores: by name, [systems, segments]; NaN where unscored.
        failed: number of translations that could not be scored this time.
    """

    name: str
    statistic_names: tuple[str, ...]
    info: MetricInfo
    statistics: Matrix
    segments: Matrix
    corpus: tuple[Score, ...]
    spans: PlacedSpans | None = None
    sub_scores: Mapping[str, Matrix] = field(default_factory=dict)
    failed: int = 0


def run_manifest(
    corpus: Corpus,
    translated: Sequence[Translated],
    scored: Sequence[ScoredMetric],
    checked: CheckResults,
) -> RunManifest:
    """What `run.json` says; `mtqe.compare.own_comparison` adds intervals, ranks and the verdict."""
    run_id, created = run_identity(corpus.name)
    return RunManifest(
        id=run_id,
        created=created,
        versions=versions(),
        corpus=CorpusInfo(
            name=corpus.name,
            source_language=corpus.languages.source,
            target_language=corpus.languages.target,
            hash=corpus.hash,
            segments=len(corpus),
            references=corpus.reference_count,
            slices=corpus.slice_columns,
            notes=corpus.notes,
            findings=checked.counts(None),
        ),
        metrics=tuple(metric.info for metric in scored),
        systems=tuple(
            SystemInfo(
                name=item.translations.system,
                identity=item.translations.identity,
                failures=len(item.translations.failures),
                scores=tuple(metric.corpus[index] for metric in scored),
                notes=item.notes,
                findings=checked.counts(item.translations.system),
                **performance(item),
            )
            for index, item in enumerate(translated)
        ),
        checks=tuple(
            CheckInfo(name=check.name, summary=check.summary, settings=check.settings)
            for check in checked.checks
        ),
        origins=tuple(
            origin_info(metric.spans, metric.info.label, metric.name)
            for metric in scored
            if metric.spans
        ),
    )


def all_spans(
    corpus: Corpus,
    translated: Sequence[Translated],
    scored: Sequence[ScoredMetric],
    findings: Sequence[Finding],
) -> Iterator[Span]:
    """The spans of all metrics, metric by metric, and those that the checks' findings mark."""
    for metric in scored:
        yield from metric.spans.spans if metric.spans else ()
    rows = {segment.id: row for row, segment in enumerate(corpus)}
    texts = {item.translations.system: item.translations.hypotheses for item in translated}
    for finding in findings:
        row = rows[finding.segment_id]
        hypothesis = texts[finding.system][row] if finding.system is not None else None
        if hypothesis is not None:
            yield from finding_spans(finding, corpus.segments[row].source, hypothesis)


def segments_table(
    corpus: Corpus, translated: Sequence[Translated], scored: Sequence[ScoredMetric]
) -> pa.Table:
    """One row a (segment, system); see `Run.segments` for the columns."""
    systems = [item.translations for item in translated]
    outcomes = [outcome for system in systems for outcome in system.outcomes]
    segments = list(corpus.segments) * len(systems)
    columns: dict[str, pa.Array] = {
        "segment_id": pa.array([segment.id for segment in segments]),
        "system": pa.array([system.system for system in systems for _ in corpus]),
        "document": pa.array([segment.document for segment in segments], pa.string()),
        "source": pa.array([segment.source for segment in segments]),
        "references": pa.array([list(s.references) for s in segments], pa.list_(pa.string())),
        "hypothesis": pa.array(
            [text for system in systems for text in system.hypotheses], pa.string()
        ),
    }
    for metric in scored:
        columns[metric.name] = pa.array(metric.segments.ravel(), from_pandas=True)
        for name, scores in metric.sub_scores.items():
            columns[f"{metric.name}/{name}"] = pa.array(scores.ravel(), from_pandas=True)
    reasons = [o.reason if isinstance(o, Failure) else None for o in outcomes]
    columns["failure"] = pa.array(reasons, pa.string())
    places = [segment.place.label if segment.place else None for segment in segments]
    columns[PLACE] = pa.array(places, pa.string())
    for name in corpus.slice_columns:
        values = [segment.metadata.get(name) for segment in segments]
        columns[f"metadata.{name}"] = pa.array(values, pa.string())
    return pa.table(columns)


def statistics_table(
    corpus: Corpus, translated: Sequence[Translated], scored: Sequence[ScoredMetric]
) -> pa.Table:
    """Sufficient statistics in the row order of the segments, columns ``metric/statistic``."""
    columns: dict[str, pa.Array] = {
        "segment_id": pa.array([s.id for _ in translated for s in corpus]),
        "system": pa.array([item.translations.system for item in translated for _ in corpus]),
    }
    for metric in scored:
        flat = metric.statistics.reshape(-1, len(metric.statistic_names))
        for column, name in zip(flat.T, metric.statistic_names, strict=True):
            columns[f"{metric.name}/{name}"] = pa.array(column, from_pandas=True)
    return pa.table(columns)
