"""Statistics and segment scores of one or two runs, lined up segment by segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.compatible import Rows, check_metric, shared_rows
from mtqe.corpus.documents import ordinals
from mtqe.errors import ConfigError, DataError, IncompatibleRuns
from mtqe.metrics.base import Matrix
from mtqe.run import PLACE, MetricInfo, Run
from mtqe.stats import Score
from mtqe.stats.summing import SumResamples, sum_here
from mtqe.support.arrow import array_of
from mtqe.support.options import spelled, suggestion

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LENGTH = "length"
DOCUMENT = "document"
ORDINAL = "ordinal"
"""The column with each segment's place in its document, from 0."""
METADATA = "metadata."
NEW, OLD = " (new)", " (old)"
"""What follows the names of systems of two runs."""
BUCKETS = ("short", "medium", "long")


@dataclass(frozen=True)
class ScoredSystem:
    """One system of one run.

    Attributes:
        label: name in the comparison.
        rows: the run's segments that take part, in the order common to all systems.
    """

    label: str
    run: Run = field(repr=False)
    system: str
    rows: Rows = field(repr=False)

    def statistics(self, metric: str) -> Matrix:
        """Sufficient statistics of a metric, float64 [segments, k]."""
        return chosen_rows(self.run.statistics(metric, self.system), self.rows)

    def scores(self, metric: str) -> Matrix:
        """Segment scores of a metric, float64 [segments]; not to be written to."""
        return chosen_rows(_column(self.run, self.system, metric), self.rows)


@dataclass(frozen=True)
class ComparedSegments:
    """The segments that are compared, column by column.

    Attributes:
        table: a run's segments, one row each: ``segment_id``, ``document``, ``source``,
            ``metadata.NAME``…
        rows: those that take part, in order; all if None.
    """

    table: pa.Table = field(repr=False)
    rows: Rows | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return self.table.num_rows if self.rows is None else len(self.rows)

    @cached_property
    def ids(self) -> NDArray[np.object_]:
        """The segments' ids."""
        return self._chosen(_objects(self.table["segment_id"]))

    def id_of(self, row: int) -> str:
        """The id of the segment of one row."""
        place = row if self.rows is None else int(self.rows[row])
        return str(self.table["segment_id"][place])

    @property
    def has_documents(self) -> bool:
        """Whether any segment of the run has a document."""
        column = self.table[DOCUMENT]
        return bool(column.null_count < len(column))

    @cached_property
    def documents(self) -> NDArray[np.object_]:
        """Their documents; None where there is none."""
        return self._chosen(_objects(self.table[DOCUMENT]))

    @cached_property
    def ordinals(self) -> NDArray[np.intp]:
        """Each one's place in its document, from 0, whether or not all of that take part."""
        return self._chosen(np.array(ordinals(_objects(self.table[DOCUMENT])), np.intp))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All columns, and `ORDINAL`; pandas is imported for it."""
        frame: pd.DataFrame = self.table.to_pandas()
        frame.insert(2, ORDINAL, ordinals(frame[DOCUMENT]))
        return frame if self.rows is None else frame.iloc[self.rows].reset_index(drop=True)

    def _chosen(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self.rows is None else values[self.rows]


@dataclass(frozen=True)
class PairedScores:
    """Systems with the scores that they are compared by, segment by segment.

    Attributes:
        corpus: name of the corpus.
        systems: the systems.
        metrics: metrics that all systems were scored with, alike.
        segments: what they are compared on.
        baselines: label of each system's own baseline; empty if one serves all.
        left_out: segments that one of two runs doesn't have.
        matrices: by metric, statistics of all systems on all segments, where they are in memory.
        sums: who sums statistics under resamples.
    """

    corpus: str
    systems: tuple[ScoredSystem, ...]
    metrics: tuple[MetricInfo, ...]
    segments: ComparedSegments
    baselines: Mapping[str, str]
    left_out: int = 0
    matrices: Mapping[str, Matrix] = field(default_factory=dict, repr=False)
    sums: SumResamples = sum_here

    def matrix(self, metric: str, rows: Rows) -> Matrix | None:
        """Statistics of all systems [systems, segments, k], where they are in memory so.

        Args:
            metric: the metric's name.
            rows: the segments that are wanted; None is given unless these are all.
        """
        found = self.matrices.get(metric)
        return found if found is not None and is_everything(rows, found.shape[1]) else None

    @property
    def frame(self) -> pd.DataFrame:
        """One row a segment: ``segment_id``, ``document``, `ORDINAL`, ``source`` and more."""
        return self.segments.frame

    def slices(self, column: str) -> dict[str, Rows]:
        """Rows of each value of a metadata column, of `document`, or of length buckets.

        Raises:
            ConfigError: there is no such column.
        """
        import pandas as pd

        values = self._slice_values(column)
        return {str(value): np.flatnonzero(values == value) for value in pd.unique(values.dropna())}

    def _slice_values(self, column: str) -> pd.Series:
        if column == LENGTH:
            return _length_buckets(self.frame["source"])
        name = column if column == DOCUMENT else f"{METADATA}{column}"
        if name not in self.frame:
            metadata = [str(n) for n in self.frame if str(n).startswith(METADATA)]
            known = [*(n.removeprefix(METADATA) for n in metadata), DOCUMENT, LENGTH]
            raise ConfigError(f"no slice column is called {column!r}; {suggestion(column, known)}")
        return self.frame[name]


def reducer(metric: MetricInfo) -> Score:
    """The function that reduces summed statistics to corpus scores.

    It raises a `DataError` for statistics that no texts have, as of a damaged run.
    """
    built = metric.build()

    def reduced(sums: Matrix) -> Matrix:
        with np.errstate(all="ignore"):
            scores = built.resampled_scores(sums)
        if not np.isfinite(scores).all():
            raise DataError(
                f"the run's statistics of {metric.label} give no score: they are damaged; make the "
                "run again, or take the folder from where it was made."
            )
        return scores

    return reduced


def material_of_run(run: Run, metrics: Sequence[str] = ()) -> PairedScores:
    """The systems of one run.

    Raises:
        ConfigError: the run has no metric of such a name.
    """
    rows = np.arange(run.manifest.corpus.segments)
    chosen = _choose(run.manifest.metrics, metrics)
    matrices = {metric.name: run.matrix(metric.name) for metric in chosen}
    return PairedScores(
        corpus=run.manifest.corpus.name,
        systems=tuple(ScoredSystem(s.name, run, s.name, rows) for s in run.manifest.systems),
        metrics=chosen,
        segments=ComparedSegments(_outlined(run)),
        baselines={},
        matrices={name: found for name, found in matrices.items() if found is not None},
    )


def material_of_runs(
    new: Run, old: Run, metrics: Sequence[str] | None = (), *, intersect: bool = False
) -> PairedScores:
    """The systems that two runs share, each against its older self.

    Args:
        new: the run in question.
        old: the run compared against.
        metrics: only these; all if empty; None where no score is compared.
        intersect: compare the segments that both have, where the corpora differ.

    Raises:
        IncompatibleRuns: corpora or metric signatures differ, or no system is in both.
        ConfigError: a metric that a run doesn't have.
    """
    new_rows, old_rows = shared_rows(new, old, intersect=intersect)
    pairs = _system_pairs(new, old)
    chosen = () if metrics is None else _choose(new.manifest.metrics, metrics)
    for metric in chosen:
        check_metric(new, old, metric.name)
    systems = [ScoredSystem(f"{ours}{NEW}", new, ours, new_rows) for ours, _ in pairs]
    systems += [ScoredSystem(f"{theirs}{OLD}", old, theirs, old_rows) for _, theirs in pairs]
    return PairedScores(
        corpus=new.manifest.corpus.name,
        systems=tuple(systems),
        metrics=chosen,
        segments=ComparedSegments(_outlined(new), new_rows),
        baselines={f"{ours}{NEW}": f"{theirs}{OLD}" for ours, theirs in pairs},
        left_out=new.manifest.corpus.segments - len(new_rows),
    )


def _system_pairs(new: Run, old: Run) -> list[tuple[str, str]]:
    ours = [system.name for system in new.manifest.systems]
    theirs = [system.name for system in old.manifest.systems]
    shared = [name for name in ours if name in theirs]
    if shared:
        return [(name, name) for name in shared]
    if len(ours) == len(theirs) == 1:
        return [(ours[0], theirs[0])]
    raise IncompatibleRuns(
        f"no system is in both runs ({', '.join(ours)} and {', '.join(theirs)}); "
        "give the systems to compare the same names."
    )


def _choose(metrics: Sequence[MetricInfo], names: Sequence[str]) -> tuple[MetricInfo, ...]:
    by_name = {metric.name: metric for metric in metrics}
    names = [spelled(name, by_name) for name in names]
    for name in names:
        if name not in by_name:
            raise ConfigError(f"the run has no metric {name!r}; {suggestion(name, by_name)}")
    return tuple(by_name[name] for name in names) if names else tuple(metrics)


def _outlined(run: Run) -> pa.Table:
    """One row a segment: what the first system's part of the table says of the test set."""
    table = run.segments_of(run.manifest.systems[0].name)
    metadata = [name for name in table.column_names if name.startswith(METADATA)]
    place = [PLACE] if PLACE in table.column_names else []
    return table.select(["segment_id", DOCUMENT, *place, "source", *metadata])


def _objects(column: pa.ChunkedArray) -> NDArray[np.object_]:
    """The texts of a column; equal ones are one object, for documents have many segments each."""
    values = np.empty(len(column), object)
    known: dict[str | None, str | None] = {}
    start = 0
    for chunk in column.chunks:
        values[start : start + len(chunk)] = [known.setdefault(t, t) for t in chunk.to_pylist()]
        start += len(chunk)
    return values


def chosen_rows(values: Matrix, rows: Rows) -> Matrix:
    """Some rows of an array; the array itself, not a copy, where they are all of them."""
    return values if is_everything(rows, len(values)) else values[rows]


def is_everything(rows: Rows, size: int) -> bool:
    """Whether rows are all of so many, in order."""
    return len(rows) == size and bool((rows == np.arange(size)).all())


def _column(run: Run, system: str, metric: str) -> Matrix:
    return array_of(run.segments_of(system)[metric])


def _length_buckets(sources: pd.Series) -> pd.Series:
    """Thirds of the segments by length of the source in characters."""
    import pandas as pd

    ranks = sources.str.len().rank(method="first", pct=True)
    return pd.cut(ranks, [0, 1 / 3, 2 / 3, 1], labels=list(BUCKETS)).astype("str")
