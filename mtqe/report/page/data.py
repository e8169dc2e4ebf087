"""Everything that a report shows, as plain values: renderers compute no statistic of their own."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
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
from mtqe.report.page.spans import SpanColumns, span_columns
from mtqe.run import PLACE, MetricInfo, Run, RunManifest, Score, SystemInfo

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)

METADATA = "metadata."
MAX_SLICES = 60
"""A metadata column with more values than this is text to search, not a set of slices."""

Vector = NDArray[np.float64]


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
        max_segments: list only the first so many segments; figures still count all of them.

    Raises:
        DataError: the run's tables can't be read.
    """
    manifest = current_manifest(run)
    frames = _frames(run)
    scores = {name: _score_columns(manifest, frame) for name, frame in frames.items()}
    total = manifest.corpus.segments
    kept = total if max_segments is None else min(max_segments, total)
    return ReportData(
        manifest=manifest,
        best={metric.name: _best(metric, manifest.systems) for metric in manifest.metrics},
        histograms=tuple(_histogram(metric, frames) for metric in manifest.metrics),
        slices=_slice_tables(manifest, frames),
        agreement=tuple(metric_agreement(manifest.metrics, scores)),
        lengths=tuple(length_buckets(_source_lengths(frames), scores)),
        segments=_segments(manifest, {name: frame[:kept] for name, frame in frames.items()}),
        findings=finding_columns(run, kept),
        spans=span_columns(run, kept),
        reference_counts=_reference_counts(next(iter(frames.values()))),
        comparison=_comparison(run),
        omitted=total - kept,
    )


def _comparison(run: Run) -> ComparisonPanel | None:
    if len(run.manifest.systems) < 2 or not run.manifest.verdict:
        return None
    try:
        return comparison_panel(own_comparison(run))
    except MtqeError as error:  # such as a plug-in's metric that is not installed here
        logger.warning("the report has no comparison of systems: %s", error)
        return None


def _reference_counts(frame: pd.DataFrame) -> tuple[int, ...]:
    counts = {sum(text is not None for text in texts) for texts in frame["references"]}
    return tuple(sorted(counts))


def _frames(run: Run) -> dict[str, pd.DataFrame]:
    """The rows of each system, in the corpus's order."""
    size = run.manifest.corpus.segments
    return {
        system.name: run.segments.iloc[index * size : (index + 1) * size].reset_index(drop=True)
        for index, system in enumerate(run.manifest.systems)
    }


def _score_columns(manifest: RunManifest, frame: pd.DataFrame) -> dict[str, Vector]:
    return {metric.name: frame[metric.name].to_numpy(np.float64) for metric in manifest.metrics}


def _source_lengths(frames: Mapping[str, pd.DataFrame]) -> NDArray[np.int64]:
    sources = next(iter(frames.values()))["source"]
    return np.fromiter(map(len, sources), np.int64, len(sources))


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


def _histogram(metric: MetricInfo, frames: Mapping[str, pd.DataFrame]) -> Histogram:
    scored = {name: _finite(frame[metric.name]) for name, frame in frames.items()}
    pooled = np.concatenate([*scored.values(), np.empty(0)])
    edges = bin_edges(pooled, *metric.range)
    slack = 1e-9 * float(np.abs(edges).max())  # sentence BLEU can be 100.00000000000004
    return Histogram(
        metric=metric.name,
        edges=tuple(edges.tolist()),
        open_below=bool(pooled.size and pooled.min() < edges[0] - slack),
        open_above=bool(pooled.size and pooled.max() > edges[-1] + slack),
        distributions=tuple(_distribution(name, scores, edges) for name, scores in scored.items()),
    )


def _distribution(system: str, scores: Vector, edges: Vector) -> Distribution:
    counts, _ = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)
    quartiles = tuple(np.percentile(scores, (25, 50, 75)).tolist()) if scores.size else None
    return Distribution(
        system=system, counts=tuple(counts.tolist()), quartiles=quartiles, scored=scores.size
    )


def _finite(column: pd.Series[Any]) -> Vector:
    values = column.to_numpy(dtype=np.float64)
    finite: Vector = values[np.isfinite(values)]
    return finite


def _slice_tables(
    manifest: RunManifest, frames: Mapping[str, pd.DataFrame]
) -> tuple[SliceTable, ...]:
    metrics = [metric.name for metric in manifest.metrics]
    return tuple(
        SliceTable(column=name, slices=_slices(METADATA + name, metrics, frames))
        for name in manifest.corpus.slices
        if frames and next(iter(frames.values()))[METADATA + name].nunique() <= MAX_SLICES
    )


def _slices(
    column: str, metrics: Sequence[str], frames: Mapping[str, pd.DataFrame]
) -> tuple[Slice, ...]:
    groups = next(iter(frames.values())).groupby(column, sort=False).indices
    return tuple(
        Slice(
            value=str(value),
            segments=len(rows),
            means=tuple(
                _slice_mean(system, metric, _finite(frame[metric].iloc[rows]))
                for system, frame in frames.items()
                for metric in metrics
            ),
        )
        for value, rows in groups.items()
    )


def _slice_mean(system: str, metric: str, scores: Vector) -> SliceMean:
    mean = float(scores.mean()) if scores.size else None
    return SliceMean(system=system, metric=metric, mean=mean, scored=scores.size)


def _segments(manifest: RunManifest, frames: Mapping[str, pd.DataFrame]) -> SegmentColumns:
    """The columns of all segments; texts that don't depend on the system come from the first."""
    first = next(iter(frames.values()))
    metrics = [metric.name for metric in manifest.metrics]
    return SegmentColumns(
        ids=tuple(first["segment_id"].tolist()),
        places=_texts(first[PLACE]) if PLACE in first else (None,) * len(first),
        documents=_texts(first["document"]),
        metadata={name: _texts(first[METADATA + name]) for name in manifest.corpus.slices},
        sources=tuple(first["source"].tolist()),
        references=tuple(zip(*map(_nullable, first["references"]), strict=True)),
        systems=tuple(_system(name, frame, metrics) for name, frame in frames.items()),
    )


def _system(name: str, frame: pd.DataFrame, metrics: Sequence[str]) -> SystemColumns:
    return SystemColumns(
        system=name,
        hypotheses=_texts(frame["hypothesis"]),
        failures=_texts(frame["failure"]),
        scores={metric: _scores(frame[metric]) for metric in metrics},
    )


def _texts(column: pd.Series[Any]) -> tuple[str | None, ...]:
    return _nullable(column.to_numpy(dtype=object))


def _nullable(values: Iterable[Any]) -> tuple[str | None, ...]:
    return tuple(value if isinstance(value, str) else None for value in values)


def _scores(column: pd.Series[Any]) -> tuple[float | None, ...]:
    values = column.to_numpy(dtype=np.float64).tolist()
    return tuple(value if math.isfinite(value) else None for value in values)
