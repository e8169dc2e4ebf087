"""What an evaluation found, as the manifest and the tables of its run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from mtqe.corpus.base import Corpus, Failure, LanguagePair, Translations
from mtqe.corpus.spans import PlacedSpans, Span
from mtqe.evaluation.columns import arrow_texts, columns_of
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
from mtqe.support.arrow import constant, numbers, texts
from mtqe.support.languages import is_known, primary
from mtqe.support.versions import versions

if TYPE_CHECKING:
    from mtqe.checks import Check, Finding


LANGUAGE_CHECK = "language"


@dataclass(frozen=True)
class CheckResults:
    """What the checks of an evaluation were and found."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    def counts(self, system: str | None) -> dict[str, int]:
        """By check, how many findings a system has, or the test set itself (None)."""
        return dict(Counter(f.check for f in self.findings if f.system == system))

    def doubts(self, system: str | None, segments: int) -> Iterator[str]:
        """Whether a language is named right, if most texts are in another one."""
        messages = Counter(
            f.message for f in self.findings if f.check == LANGUAGE_CHECK and f.system == system
        )
        for message, number in messages.most_common(1):
            if number > segments / 2:
                of = f"{number:,} of {segments:,} segments"
                yield f"{of}: {message} Are the languages of this test set named right?"


@dataclass(frozen=True)
class ScoredMetric:
    """One metric's part of an evaluation.

    Attributes:
        name: the metric's name in this run.
        statistic_names: what the k statistics are called.
        info: what its scores mean.
        statistics: [systems, segments, k]; rows of NaN where unscored; counts in a small type.
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
    doubts = tuple(checked.doubts(None, len(corpus)))
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
            notes=(
                *corpus.notes,
                *_unknown_languages(corpus.languages),
                *doubts,
            ),
            findings=checked.counts(None),
        ),
        metrics=tuple(metric.info for metric in scored),
        systems=tuple(
            SystemInfo(
                name=item.translations.system,
                identity=item.translations.identity,
                failures=len(item.translations.failures),
                scores=tuple(metric.corpus[index] for metric in scored),
                notes=(
                    *item.notes,
                    *(() if doubts else checked.doubts(item.translations.system, len(corpus))),
                ),
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


def _unknown_languages(languages: LanguagePair) -> Iterator[str]:
    for tag in dict.fromkeys((languages.source, languages.target)):
        if not is_known(primary(tag)):
            yield (
                f"{tag} is no language that mtqe knows: checks and metrics treat its texts as in "
                "any language that puts spaces between words"
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
    named = {finding.segment_id for finding in findings}
    rows = {s.id: row for row, s in enumerate(corpus) if s.id in named} if named else {}
    texts = {item.translations.system: item.translations.hypotheses for item in translated}
    for finding in findings:
        row = rows[finding.segment_id]
        hypothesis = texts[finding.system][row] if finding.system is not None else None
        if hypothesis is not None:
            yield from finding_spans(finding, corpus.segments[row].source, hypothesis)


def segments_table(
    corpus: Corpus, translated: Sequence[Translated], scored: Sequence[ScoredMetric]
) -> pa.Table:
    """One row a (segment, system); see `Run.segments` for the columns.

    Columns that are the same for all systems lie in memory once.
    """
    systems = [item.translations for item in translated]

    def same(column: pa.ChunkedArray) -> pa.ChunkedArray:
        return _repeated(column, len(systems))

    held = columns_of(corpus)
    columns: dict[str, pa.ChunkedArray] = {
        "segment_id": same(held.ids),
        "system": _named(systems, len(corpus)),
        "document": same(held.documents),
        "source": same(held.sources),
        "references": same(held.references),
        "hypothesis": _joined([arrow_texts(system.hypotheses) for system in systems]),
    }
    for metric in scored:
        columns[metric.name] = numbers(metric.segments.ravel())
        for name, scores in metric.sub_scores.items():
            columns[f"{metric.name}/{name}"] = numbers(scores.ravel())
    columns["failure"] = _joined(list(map(_reasons, systems)))
    columns[PLACE] = same(held.places)
    for name in corpus.slice_columns:
        columns[f"metadata.{name}"] = same(held.metadata(name))
    return pa.table(columns)


def _reasons(system: Translations) -> pa.ChunkedArray:
    """Why segments have no translation; null where they have one."""
    if not system.failures:
        return constant(None, len(system.outcomes))
    return texts(o.reason if isinstance(o, Failure) else None for o in system.outcomes)


def statistics_table(
    corpus: Corpus, translated: Sequence[Translated], scored: Sequence[ScoredMetric]
) -> pa.Table:
    """Sufficient statistics in the row order of the segments, columns ``metric/statistic``.

    Counts stay in the small type that they have; a file has them as float64.
    """
    systems = [item.translations for item in translated]
    columns: dict[str, pa.ChunkedArray] = {
        "segment_id": _repeated(columns_of(corpus).ids, len(systems)),
        "system": _named(systems, len(corpus)),
    }
    for metric in scored:
        flat = metric.statistics.reshape(-1, len(metric.statistic_names))
        for column, name in zip(flat.T, metric.statistic_names, strict=True):
            columns[f"{metric.name}/{name}"] = numbers(column)
    return pa.table(columns)


def _named(systems: Sequence[Translations], segments: int) -> pa.ChunkedArray:
    """The name of each system, once per segment."""
    return _joined([constant(system.system, segments) for system in systems])


def _repeated(column: pa.Array | pa.ChunkedArray, times: int) -> pa.ChunkedArray:
    return _joined([column] * times)


def _joined(parts: Sequence[pa.Array | pa.ChunkedArray]) -> pa.ChunkedArray:
    """Parts of a column; Arrow cuts one whose texts have more than 2 GB by itself."""
    chunks = [
        chunk
        for part in parts
        for chunk in (part.chunks if isinstance(part, pa.ChunkedArray) else [part])
    ]
    return pa.chunked_array(chunks, parts[0].type if parts else pa.string())
