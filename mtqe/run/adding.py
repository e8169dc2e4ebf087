"""A run with one more metric: its scores, statistics and spans; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mtqe.corpus.spans import PlacedSpans
from mtqe.metrics.base import Matrix
from mtqe.metrics.info import MetricInfo
from mtqe.run.manifest import RunManifest, Score, SystemInfo
from mtqe.run.reading import Run
from mtqe.run.soundness import SEGMENTS, SPANS, STATISTICS
from mtqe.run.spans import origin_info, spans_table

if TYPE_CHECKING:
    import pyarrow as pa


def with_metric(
    run: Run,
    info: MetricInfo,
    statistics: Matrix,
    segments: Sequence[Matrix],
    scores: Sequence[Score],
    *,
    placed: Sequence[tuple[PlacedSpans, str]] = (),
    sub_scores: Mapping[str, Matrix] | None = None,
) -> Run:
    """The run with a metric, in memory; one of the same name is replaced with all that it brought.

    Args:
        run: a finished run. Its comparison is not made again.
        info: the metric under its name in the run.
        statistics: [systems, segments, k], in the run's order.
        segments: each system's segment scores.
        scores: each system's corpus score.
        placed: spans of each origin, with the label that reports print.
        sub_scores: by name, [systems, segments].
    """
    columns = {info.name: np.concatenate(segments)}
    columns |= {f"{info.name}/{name}": v.ravel() for name, v in (sub_scores or {}).items()}
    tables = run.tables() | {
        SEGMENTS: _with_columns(run.table(SEGMENTS), info.name, columns, before="failure"),
        STATISTICS: _with_columns(
            run.table(STATISTICS), info.name, _statistics_columns(info, statistics)
        ),
    }
    manifest = _with_scores(run.manifest, info, scores)
    manifest, tables[SPANS] = with_spans(manifest, run.spans_table, placed, info.name)
    return Run(None, manifest, tables)


def _statistics_columns(info: MetricInfo, statistics: Matrix) -> dict[str, Matrix]:
    names = info.build().statistic_names
    values = statistics.reshape(-1, len(names)).T
    return {f"{info.name}/{part}": column for part, column in zip(names, values, strict=True)}


def _with_columns(
    table: pa.Table, metric: str, columns: Mapping[str, Matrix], before: str | None = None
) -> pa.Table:
    """A table with these columns in place of all that a metric had, before another one or last."""
    import pyarrow as pa

    stale = [n for n in table.column_names if n == metric or n.startswith(f"{metric}/")]
    rest = table.drop_columns(stale)
    place = rest.num_columns if before is None else rest.column_names.index(before)
    for name, values in columns.items():
        rest = rest.add_column(place, name, pa.array(values, from_pandas=True))
        place += 1
    return rest


def _with_scores(manifest: RunManifest, info: MetricInfo, scores: Sequence[Score]) -> RunManifest:
    metrics = [known for known in manifest.metrics if known.name != info.name]
    systems = tuple(map(_with_score, manifest.systems, scores))
    return manifest.model_copy(update={"metrics": (*metrics, info), "systems": systems})


def _with_score(system: SystemInfo, score: Score) -> SystemInfo:
    kept = tuple(known for known in system.scores if known.metric != score.metric)
    return system.model_copy(update={"scores": (*kept, score)})


def with_spans(
    manifest: RunManifest,
    table: pa.Table,
    placed: Sequence[tuple[PlacedSpans, str]],
    metric: str,
) -> tuple[RunManifest, pa.Table]:
    """Manifest and spans with those of some origins; what the metric brought before is dropped."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = manifest.origins or ()
    names = {item.origin for item, _ in placed}
    dropped = names | {info.name for info in known if info.metric == metric}
    stale = pc.is_in(table["origin"], value_set=pa.array(sorted(dropped), pa.string()))
    rows = spans_table(span for item, _ in placed for span in item.spans)
    kept = tuple(info for info in known if info.name not in dropped)
    new = tuple(origin_info(item, label, metric) for item, label in placed)
    return (
        manifest.model_copy(update={"origins": (*kept, *new)}),
        pa.concat_tables([table.filter(pc.invert(stale)), rows]),
    )
