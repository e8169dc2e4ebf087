"""Everything that a report shows, as plain values: renderers compute no statistic of their own."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mtqe.compare.own_comparison import current_manifest, own_comparison
from mtqe.errors import MtqeError
from mtqe.report.page.changes import Changes
from mtqe.report.page.comparison_panel import ComparisonPanel, comparison_panel
from mtqe.report.page.findings import FindingColumns, finding_columns
from mtqe.report.page.gate_panel import GatePanel
from mtqe.report.page.histogram import bin_edges
from mtqe.report.page.lengths import LengthBucket, length_buckets
from mtqe.report.page.metric_agreement import MetricCorrelation, metric_agreement
from mtqe.report.page.sample import Rows, listed_rows
from mtqe.report.page.spans import SpanColumns, span_columns
from mtqe.run import PLACE, MetricInfo, Run, RunManifest, Score, SystemInfo
from mtqe.support.arrow import array_of, is_present, list_values, text_lengths
from mtqe.support.scratch import release

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

logger = logging.getLogger(__name__)

METADATA = "metadata."
ROWS_AT_ONCE = 100_000
"""Segments among which the listed ones are looked up at once."""
MAX_SLICES = 60
"""A metadata column with more values than this is text to search, not a set of slices."""

Vector = NDArray[np.float64]
Texts = tuple[str | None, ...]
SystemScores = Mapping[str, Mapping[str, Vector]]
"""Segment scores by system and metric; NaN where unscored."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Distribution(_Frozen):
    """How one system's segment scores by one metric are spread.

    Attributes:
        counts: segments in each of the histogram's bins.
        quartiles: the 25th, 50th and 75th percentile; None where nothing is scored.
        scored: number of segments with a score.
    """

    system: str
    counts: tuple[int, ...]
    quartiles: tuple[float, float, float] | None
    scored: int


class Histogram(_Frozen):
    """The distributions of all systems by one metric over the same bins.

    Attributes:
        edges: one more than there are bins; the last bin includes its upper edge.
        open_below: the first bin also holds the few scores under it.
        open_above: the last bin also holds the few scores over it.
    """

    metric: str
    edges: tuple[float, ...]
    open_below: bool
    open_above: bool
    distributions: tuple[Distribution, ...]


class SliceMean(_Frozen):
    """The mean segment score of a system on a slice; None where nothing is scored."""

    system: str
    metric: str
    mean: float | None
    scored: int


class Slice(_Frozen):
    """The segments that share one value of a metadata column."""

    value: str
    segments: int
    means: tuple[SliceMean, ...]


class SliceTable(_Frozen):
    """All slices by one metadata column, in order of first appearance."""

    column: str
    slices: tuple[Slice, ...]


class SystemColumns(_Frozen):
    """What one system gave for every segment.

    Attributes:
        hypotheses: translations; None where the system gave nothing.
        failures: why it gave nothing; None where it gave something.
        scores: scores by metric; None where unscored.
    """

    system: str
    hypotheses: tuple[str | None, ...]
    failures: tuple[str | None, ...]
    scores: Mapping[str, tuple[float | None, ...]]


class SegmentColumns(_Frozen):
    """The segments column by column; all columns have the same length and the corpus's order.

    Attributes:
        places: where segments stand in their file, such as ``line 12``; None where not known.
        references: one column a reference; None where a segment lacks it.
        metadata: values by column name; None where a segment has none.
    """

    ids: tuple[str, ...]
    places: tuple[str | None, ...]
    documents: tuple[str | None, ...]
    metadata: Mapping[str, tuple[str | None, ...]]
    sources: tuple[str, ...]
    references: tuple[tuple[str | None, ...], ...]
    systems: tuple[SystemColumns, ...]


class Note(_Frozen):
    """Something that a reader should know, and the metrics or systems that it is about."""

    about: tuple[str, ...]
    text: str


class Bar(_Frozen):
    """Where a score and its interval lie between the lowest and the highest one, from 0 to 100."""

    low: float
    value: float
    high: float


class ReportData(_Frozen):
    """What renderers see of a run.

    Attributes:
        manifest: identity of the run, its corpus, metrics and systems with their corpus scores.
        best: systems by metric whose corpus score is best at the decimals shown.
        reference_counts: numbers of references that segments have; several where it varies.
        comparison: comparison of the systems; None for one system, and in runs that were never
            compared.
        omitted: segments left out of `segments` by `max_segments`; all else counts them.
        changes: changes of the systems that both runs have, where the page holds two runs.
        gate: verdict of a gate, if there was one.
        spans: what metrics, judges and people marked as wrong.
    """

    manifest: RunManifest
    best: Mapping[str, tuple[str, ...]]
    histograms: tuple[Histogram, ...]
    slices: tuple[SliceTable, ...]
    agreement: tuple[MetricCorrelation, ...]
    lengths: tuple[LengthBucket, ...]
    segments: SegmentColumns
    findings: FindingColumns
    reference_counts: tuple[int, ...] = ()
    comparison: ComparisonPanel | None = None
    omitted: int = 0
    changes: Changes | None = None
    gate: GatePanel | None = None
    spans: SpanColumns = SpanColumns()

    @property
    def ranked(self) -> bool:
        """Whether any score comes with a range of ranks."""
        return any(score.ranks for system in self.manifest.systems for score in system.scores)

    @property
    def order(self) -> tuple[int, ...]:
        """The systems by number, the best by the verdict's metric first, unscored ones last."""
        metrics = {metric.name: metric for metric in self.manifest.metrics}
        leading = self.comparison.leading if self.comparison else None
        metric = metrics.get(leading or next(iter(metrics), ""))
        if metric is None:
            return tuple(range(len(self.manifest.systems)))

        def place(index: int) -> tuple[bool, float]:
            score = self.manifest.systems[index].score(metric.name).score
            return score is None, -metric.quality(score or 0.0)

        return tuple(sorted(range(len(self.manifest.systems)), key=place))

    @property
    def columns(self) -> Mapping[str, bool]:
        """Which columns beside the scores have anything to say."""
        systems = self.manifest.systems
        return {
            "time": any(system.seconds >= 0.05 for system in systems),
            "speed": any(system.speed for system in systems),
            "cost": any(system.cost is not None for system in systems),
        }

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is worth knowing of metrics, systems and the corpus; equal notes are one."""
        about: dict[str, list[str]] = {}
        for name, notes in (
            *((m.label, (*m.notes, *m.failures)) for m in self.manifest.metrics),
            *((system.name, system.notes) for system in self.manifest.systems),
            (self.manifest.corpus.name, self.manifest.corpus.notes),
        ):
            for text in notes:
                about.setdefault(text, []).append(name)
        return tuple(Note(about=tuple(names), text=text) for text, names in about.items())

    @property
    def noted(self) -> str:
        """The names that the notes are about."""
        return ", ".join(dict.fromkeys(name for note in self.notes for name in note.about))

    def bar(self, metric: str, score: Score) -> Bar | None:
        """Where a score lies among all systems' scores by its metric, intervals included."""
        if score.score is None or score.low is None or score.high is None:
            return None
        scores = [system.score(metric) for system in self.manifest.systems]
        ends = [end for each in scores for end in (each.low, each.score, each.high)]
        known = [end for end in ends if end is not None]
        low, width = min(known), max(known) - min(known)

        def place(value: float) -> float:
            return round(100 * (value - low) / width, 1) if width else 50.0

        return Bar(low=place(score.low), value=place(score.score), high=place(score.high))


def report_data(run: Run, *, max_segments: int | None = None) -> ReportData:
    """Gather what a report shows of a run.

    Args:
        run: a finished run.
        max_segments: list at most so many segments, see `mtqe.report.page.sample`; figures still
            count all of them.

    Raises:
        DataError: the run's tables can't be read.
    """
    manifest = current_manifest(run)
    first = run.segments_of(manifest.systems[0].name)
    scores = _score_columns(run)
    lengths = text_lengths(first["source"])
    rows = listed_rows(manifest, scores, max_segments)
    return ReportData(
        manifest=manifest,
        best={metric.name: _best(metric, manifest.systems) for metric in manifest.metrics},
        histograms=tuple(_histogram(metric, scores) for metric in manifest.metrics),
        slices=_slice_tables(manifest, first, scores),
        agreement=tuple(metric_agreement(manifest.metrics, scores)),
        lengths=tuple(length_buckets(lengths, scores)),
        segments=_segments(run, rows, scores),
        findings=finding_columns(run, rows),
        spans=span_columns(run, rows),
        reference_counts=_reference_counts(first["references"]),
        comparison=_comparison(run),
        omitted=manifest.corpus.segments - len(rows),
    )


def _comparison(run: Run) -> ComparisonPanel | None:
    if len(run.manifest.systems) < 2 or not run.manifest.verdict:
        return None
    try:
        return comparison_panel(own_comparison(run))
    except MtqeError as error:  # such as a plug-in's metric that is not installed here
        logger.warning("the report has no comparison of systems: %s", error)
        return None


def _reference_counts(column: pa.ChunkedArray) -> tuple[int, ...]:
    """How many references segments have; every segment has as many places for them."""
    found: set[int] = set()
    for chunk in filter(len, column.chunks):
        present = is_present(list_values(chunk)).reshape(len(chunk), -1)
        found.update(np.unique(present.sum(axis=1)).tolist())
    return tuple(sorted(found)) or (0,)


def _score_columns(run: Run) -> dict[str, dict[str, Vector]]:
    """Segment scores by system and metric; NaN where unscored."""
    metrics = [metric.name for metric in run.manifest.metrics]
    return {
        system.name: {name: array_of(run.segments_of(system.name)[name]) for name in metrics}
        for system in run.manifest.systems
    }


def _references(column: pa.ChunkedArray) -> tuple[Texts, ...]:
    """One column of texts for each reference; every segment has as many places for them."""
    lists = column.combine_chunks()
    texts = _texts(list_values(lists))
    width = len(texts) // max(1, len(lists))
    return tuple(texts[place::width] for place in range(width))


def _best(metric: MetricInfo, systems: Sequence[SystemInfo]) -> tuple[str, ...]:
    scores = {
        system.name: round(score, metric.decimals)
        for system in systems
        if (score := system.score(metric.name).score) is not None and np.isfinite(score)
    }
    if not scores:
        return ()
    top = max(scores.values(), key=metric.quality)
    return tuple(name for name, score in scores.items() if score == top)


def _histogram(metric: MetricInfo, scores: SystemScores) -> Histogram:
    scored = {name: _finite(columns[metric.name]) for name, columns in scores.items()}
    pooled = np.concatenate([*scored.values(), np.empty(0)])
    edges = bin_edges(pooled, *metric.range)
    slack = 1e-9 * float(np.abs(edges).max())  # sentence BLEU can be 100.00000000000004
    return Histogram(
        metric=metric.name,
        edges=tuple(edges.tolist()),
        open_below=bool(pooled.size and pooled.min() < edges[0] - slack),
        open_above=bool(pooled.size and pooled.max() > edges[-1] + slack),
        distributions=tuple(_distribution(name, values, edges) for name, values in scored.items()),
    )


def _distribution(system: str, scores: Vector, edges: Vector) -> Distribution:
    counts, _ = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)
    quartiles = tuple(np.percentile(scores, (25, 50, 75)).tolist()) if scores.size else None
    return Distribution(
        system=system, counts=tuple(counts.tolist()), quartiles=quartiles, scored=scores.size
    )


def _finite(values: Vector) -> Vector:
    finite: Vector = values[np.isfinite(values)]
    return finite


def _slice_tables(
    manifest: RunManifest, first: pa.Table, scores: SystemScores
) -> tuple[SliceTable, ...]:
    metrics = [metric.name for metric in manifest.metrics]
    values = {name: first[METADATA + name].to_pandas() for name in manifest.corpus.slices}
    return tuple(
        SliceTable(column=name, slices=_slices(column, metrics, scores))
        for name, column in values.items()
        if column.nunique() <= MAX_SLICES
    )


def _slices(
    column: pd.Series[Any], metrics: Sequence[str], scores: SystemScores
) -> tuple[Slice, ...]:
    groups = column.groupby(column, sort=False).indices
    return tuple(
        Slice(
            value=str(value),
            segments=len(rows),
            means=tuple(
                _slice_mean(system, metric, _finite(columns[metric][rows]))
                for system, columns in scores.items()
                for metric in metrics
            ),
        )
        for value, rows in groups.items()
    )


def _slice_mean(system: str, metric: str, scores: Vector) -> SliceMean:
    mean = float(scores.mean()) if scores.size else None
    return SliceMean(system=system, metric=metric, mean=mean, scored=scores.size)


def _segments(run: Run, rows: Rows, scores: SystemScores) -> SegmentColumns:
    """The columns of the listed segments; what doesn't depend on the system is the first one's.

    They are as they should be, so nothing is validated: that takes longer than making them.
    """
    manifest = run.manifest
    first = _rows_of(run, manifest.systems[0].name, rows)
    sampled = len(rows) < manifest.corpus.segments
    return SegmentColumns.model_construct(
        ids=_texts(first["segment_id"]),
        places=_places(first, rows, sampled=sampled),
        documents=_texts(first["document"]),
        metadata={name: _texts(first[METADATA + name]) for name in manifest.corpus.slices},
        sources=_texts(first["source"]),
        references=_references(first["references"]),
        systems=tuple(
            _system(_rows_of(run, name, rows), name, columns, rows)
            for name, columns in scores.items()
        ),
    )


def _rows_of(run: Run, system: str, rows: Rows) -> pa.Table:
    """Some of a system's rows, in order; whole columns of a large run are never copied."""
    table = run.segments_of(system)
    if len(rows) == table.num_rows:
        return table
    import pyarrow as pa

    parts = []
    for start in range(0, table.num_rows, ROWS_AT_ONCE):
        first, last = np.searchsorted(rows, [start, start + ROWS_AT_ONCE]).tolist()
        parts.append(table.slice(start, ROWS_AT_ONCE).take(rows[first:last] - start))
        release()
    return pa.concat_tables(parts)


def _places(first: pa.Table, rows: Rows, *, sampled: bool) -> Texts:
    """Where segments stand; in a sample by their number where nothing else is known."""
    known = _texts(first[PLACE]) if PLACE in first.column_names else (None,) * len(rows)
    if not sampled:
        return known
    return tuple(
        f"segment {row + 1}" if place is None else place
        for place, row in zip(known, rows.tolist(), strict=True)
    )


def _system(table: pa.Table, name: str, scores: Mapping[str, Vector], rows: Rows) -> SystemColumns:
    return SystemColumns.model_construct(
        system=name,
        hypotheses=_texts(table["hypothesis"]),
        failures=_texts(table["failure"]),
        scores={metric: _scores(values[rows]) for metric, values in scores.items()},
    )


def _texts(column: pa.ChunkedArray | pa.Array) -> Texts:
    """Texts, None where there is none."""
    return tuple(column.to_pylist())


def _scores(values: Vector) -> tuple[float | None, ...]:
    found: list[float | None] = values.tolist()
    for row in np.flatnonzero(~np.isfinite(values)).tolist():
        found[row] = None
    return tuple(found)
