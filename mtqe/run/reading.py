"""A run as it is read from its folder, or held in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from mtqe.corpus.segment_names import SegmentNames
from mtqe.errors import DataError, MtqeError
from mtqe.metrics.base import Matrix
from mtqe.run.bounded import FIX, read_bounded
from mtqe.run.findings import findings_schema, with_names
from mtqe.run.manifest import RunManifest
from mtqe.run.names import PlacesByName
from mtqe.run.notebook import run_html, summary
from mtqe.run.soundness import (
    FINDINGS,
    MANIFEST,
    PLACE,
    SEGMENTS,
    SPANS,
    STATISTICS,
    check_manifest,
    check_places,
    check_rows,
    check_schemas,
    expected_tables,
    guarded,
)
from mtqe.run.spans import spans_schema
from mtqe.support.arguments import path_argument
from mtqe.support.arrow import array_of, numbers
from mtqe.support.scratch import release
from mtqe.support.visible import one_line

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

REPORT = "report.html"
ROWS_AT_ONCE = 200_000
"""Rows of a table that are packed at once, as a row group of the file."""
SMALL = ("uint16", "float")
"""Arrow's names of the small types that counts may have in memory; see `mtqe.stats.compact`."""


class Run:
    """A finished evaluation: its manifest, its segments and its statistics.

    Attributes:
        folder: where it lies; None if it was not written.
        manifest: the content of `run.json`.
        key: stands for all that the evaluation depends on; empty for a run that was read.
        is_complete: False where a metric could not score something that it may score next time.
    """

    def __init__(
        self,
        folder: Path | None,
        manifest: RunManifest,
        tables: Mapping[str, pa.Table | bytes] | None = None,
        key: str = "",
        *,
        is_complete: bool = True,
        matrices: Mapping[str, Matrix] | None = None,
    ) -> None:
        """A run on disk, or with its tables (or files' bytes) in memory under their file names.

        Args:
            folder: where it lies.
            manifest: the content of `run.json`.
            tables: what is in memory.
            key: as of the attribute.
            is_complete: as of the attribute.
            matrices: by metric, the statistics of the table once more, as of `matrix`.
        """
        self.folder = folder
        self.manifest = manifest
        self.key = key
        self.is_complete = is_complete
        self._tables = dict(tables or {})
        self._matrices = dict(matrices or {})

    def __repr__(self) -> str:
        place = "in memory" if self.folder is None else f"in {self.folder}"
        return one_line(f"<Run {summary(self.manifest)}; {place}>")

    def _repr_html_(self) -> str:
        return run_html(self.manifest)

    def report(self, path: str | os.PathLike[str] | None = None) -> Any:  # noqa: ANN401
        """The HTML report, which a notebook shows in a frame; see `mtqe.report.notebook`.

        Args:
            path: a file to write it to as well.

        Raises:
            MtqeError: the run's tables can't be read, or the file can't be written.
        """
        # By name, as outputs stand above runs.
        return import_module("mtqe.report.notebook").RunReport(self, path)

    def log_to(
        self,
        tracker: str,
        *,
        step: int | None = None,
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        """Log scores with intervals, parameters and the report to an experiment tracker.

        Args:
            tracker: ``mlflow``, ``wandb`` or ``tensorboard``; each needs the extra of its name.
            step: step of a training that the run belongs to.
            folder: where TensorBoard's files go; ``runs/RUN`` if None.

        Raises:
            ConfigError: the tracker is unknown or not installed.
            MtqeError: the tracker refuses what it gets, or can't be reached.
        """
        import_module("mtqe.report.trackers").log_run(self, tracker, step=step, folder=folder)

    def figure(
        self,
        shows: str = "scores",
        *,
        metrics: str | Sequence[str] = (),
        theme: str = "light",
    ) -> Any:  # noqa: ANN401 - matplotlib is an extra
        """A matplotlib figure, which a notebook shows; ``savefig`` writes it to a file.

        Args:
            shows: ``scores``: each system's scores with their 95% intervals; or ``segments``: how
                the scores of single segments spread, as a box per system.
            metrics: names; every metric of the run if empty.
            theme: ``light`` or ``dark``.

        Returns:
            A `matplotlib.figure.Figure` with a panel per metric.

        Raises:
            ConfigError: an unknown metric or choice, or matplotlib is not installed.
        """
        return import_module("mtqe.report.figures").run_figure(
            self, shows, metrics=metrics, theme=theme
        )

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Run:
        """Open a run folder; its tables are checked against `run.json`.

        Raises:
            DataError: it is not a run folder, is damaged, or was written by a version that this
                mtqe can't read.
        """
        path = path_argument(folder, "the run's folder")
        if path.name == MANIFEST:
            path = path.parent
        try:
            data = (path / MANIFEST).read_bytes()
        except OSError as error:
            raise DataError(
                f"{path} is not a run folder: {MANIFEST} can't be read ({error.strerror}); "
                "give the folder that `mtqe run` printed."
            ) from error
        try:
            manifest = RunManifest.model_validate_json(data)
        except ValidationError as error:
            raise DataError(
                f"{path / MANIFEST} can't be read by this version of mtqe; "
                "make the run again or install the version that wrote it."
            ) from error
        if problem := check_manifest(manifest):
            raise DataError(f"{path / MANIFEST} is damaged: {problem}; make the run again.")
        check_schemas(path, manifest)
        return cls(path, manifest)

    @property
    def scores(self) -> pd.DataFrame:
        """Corpus scores, one row a system and one column a metric; NaN where nothing was scored.

        ``attrs["labels"]`` has each metric's label, which tells of its model.
        """
        import pandas as pd

        systems = self.manifest.systems
        rows = [{score.metric: score.score for score in system.scores} for system in systems]
        index = pd.Index([system.name for system in systems], name="system")
        frame = pd.DataFrame(rows, index=index, dtype="float64")
        frame.attrs["labels"] = {metric.name: metric.label for metric in self.manifest.metrics}
        return frame

    @cached_property
    def segments(self) -> pd.DataFrame:
        """One row a (segment, system), in the corpus's order within each system.

        Columns: ``segment_id, system, document, source, references, hypothesis``, one column a
        metric (NaN where unscored) and one ``METRIC/NAME`` for each of its sub-scores, such as
        xCOMET's ``src``, ``failure``, ``place`` (such as ``line 12``), and ``metadata.NAME`` for
        each metadata column.
        """
        frame: pd.DataFrame = self._segments.to_pandas()
        return frame

    @cached_property
    def places(self) -> list[str | None]:
        """Where each segment of the test set stood in its file, such as ``line 12``.

        None where the reader could not tell, and in runs of versions before 0.2.
        """
        first = self._of_test_set
        if PLACE not in first.column_names:
            return [None] * first.num_rows
        found: list[str | None] = first[PLACE].to_pylist()
        return found

    @cached_property
    def segment_names(self) -> SegmentNames:
        """What messages call the segments."""
        first = self._of_test_set
        place = first[PLACE] if PLACE in first.column_names else None
        return SegmentNames(PlacesByName(first["segment_id"], first["source"], place))

    @property
    def _of_test_set(self) -> pa.Table:
        """The rows of the first system: one per segment."""
        return self.segments_of(self.manifest.systems[0].name)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row a finding of the checks in `manifest.checks`, in the corpus's order.

        Columns: ``segment_id``, ``segment`` (where it stands and how it begins), ``system`` (None
        where it is the test set's own), ``check``, ``severity``, ``message`` and ``spans``, a list
        of ``side``, ``start`` and ``end``.
        """
        return with_names(self.findings_table.to_pandas(), self.segment_names)

    @cached_property
    def findings_table(self) -> pa.Table:
        """`findings` as they lie on disk; without rows in runs that no check has looked at."""
        return self.table(FINDINGS) if self.manifest.checks else findings_schema().empty_table()

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row a span that a metric, a judge, a person or a check takes for an error.

        Columns: ``segment_id``, ``segment`` (as in `findings`), ``system``, ``origin`` (such as
        ``metric:xcomet``), ``side`` (``source`` or ``target``), ``start`` and ``end`` in Unicode
        code points of the stored text, ``text`` (what stands there), ``category`` in MQM's words,
        ``severity`` (``critical``, ``major``, ``minor`` or ``neutral``), ``confidence`` (0 to 1)
        and ``explanation``; the three before the last are missing where the origin gives none.
        Without rows where nothing was found, and in runs of versions before spans.
        """
        return with_names(self.spans_table.to_pandas(), self.segment_names)

    @cached_property
    def spans_table(self) -> pa.Table:
        """`spans` as they lie on disk; without rows in runs of versions before spans."""
        has_spans = SPANS in expected_tables(self.manifest)
        return self.table(SPANS) if has_spans else spans_schema().empty_table()

    def tables(self) -> dict[str, pa.Table]:
        """All tables of the run under their files' names."""
        names = self._tables if self.folder is None else expected_tables(self.manifest)
        return {name: self.table(name) for name in tuple(names)}

    def statistics(self, metric: str, system: str) -> Matrix:
        """Sufficient statistics [segments, k] in the corpus's order; rows of NaN where unscored.

        Raises:
            DataError: the table has not as many of them as the metric.
            KeyError: the run has no such metric or system.
        """
        table = self._rows(self._statistics, system)
        columns = [name for name in table.column_names if name.split("/")[0] == metric]
        if not columns:
            raise KeyError(metric)
        if len(columns) != self._widths.get(metric, len(columns)):
            raise DataError(
                f"{self.folder or 'the run'} has {len(columns)} statistics of {metric} and not "
                f"{self._widths[metric]}: {STATISTICS} is damaged; {FIX}."
            )
        found = np.empty((table.num_rows, len(columns)))
        for target, name in zip(found.T, columns, strict=True):
            target[:] = array_of(table[name])
        return found

    def matrix(self, metric: str) -> Matrix | None:
        """Statistics of all systems [systems, segments, k], which must not be written to.

        None where they lie in the table alone. Counts may be of a small type.
        """
        return self._matrices.get(metric)

    def segments_of(self, system: str) -> pa.Table:
        """The rows of `segments` of one system, as an Arrow table that copies nothing.

        Raises:
            KeyError: the run has no such system.
        """
        return self._rows(self._segments, system)

    @cached_property
    def _widths(self) -> dict[str, int]:
        """How many statistics each metric has, where it can be built here."""
        found = {}
        for info in self.manifest.metrics:
            with suppress(MtqeError):
                found[info.name] = len(info.build().statistic_names)
        return found

    @cached_property
    def _statistics(self) -> pa.Table:
        return self.table_in_memory(STATISTICS)

    @cached_property
    def _segments(self) -> pa.Table:
        return self.table(SEGMENTS)

    def _rows(self, table: pa.Table, system: str) -> pa.Table:
        place = self._places.get(system)
        if place is None:
            raise KeyError(system)
        size = self.manifest.corpus.segments
        return table.slice(place * size, size)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {info.name: place for place, info in enumerate(self.manifest.systems)}

    def table(self, name: str) -> pa.Table:
        """A file of the folder as it lies on disk.

        Args:
            name: `SEGMENTS`, `STATISTICS`, `FINDINGS` or `SPANS`.
        """
        held = self.table_in_memory(name)
        return _as_on_disk(held) if name == STATISTICS else held

    def table_in_memory(self, name: str) -> pa.Table:
        """As `table`, but counts among the statistics of a run in memory may be of small types.

        Args:
            name: as for `table`.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        held = self._tables.get(name)
        if isinstance(held, bytes):
            self._tables[name] = pq.read_table(pa.BufferReader(held))
        if held is not None:
            return self._tables[name]
        assert self.folder is not None
        path = self.folder / name
        table = guarded(path, lambda: read_bounded(path, self._bytes))
        check_rows(path, table, self.manifest)
        if name == SPANS and table.num_rows:
            check_places(path, table, self.table(SEGMENTS))
        return table

    @cached_property
    def _bytes(self) -> int:
        """The size of the folder's tables on disk."""
        assert self.folder is not None
        return sum((self.folder / name).stat().st_size for name in expected_tables(self.manifest))

    @property
    def held(self) -> tuple[str, ...]:
        """The files that a run in memory has content for."""
        return (*self._tables, MANIFEST)

    def encoded(self, name: str) -> bytes:
        """The bytes of one of the files of a run in memory."""
        if name == MANIFEST:
            return (self.manifest.model_dump_json(indent=2) + "\n").encode("utf-8")
        held = self._tables[name]
        if isinstance(held, bytes):
            return held
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        _write_parquet(held, sink)
        data: bytes = sink.getvalue().to_pybytes()
        return data

    def write_file(self, name: str, path: Path) -> None:
        """Write one of the files of a run in memory; a table goes to the disk part by part.

        Raises:
            OSError: it can't be written.
        """
        held = self._tables.get(name)
        if name == MANIFEST or isinstance(held, bytes):
            path.write_bytes(self.encoded(name))
        else:
            with path.open("wb") as file:
                _write_parquet(held, file)


def _write_parquet(table: Any, sink: Any) -> None:  # noqa: ANN401 - as pyarrow takes them
    import pyarrow.parquet as pq

    schema = _as_on_disk(table.slice(0, 0)).schema
    with pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True) as writer:
        for start in range(0, max(1, table.num_rows), ROWS_AT_ONCE):
            writer.write_table(_as_on_disk(table.slice(start, ROWS_AT_ONCE)), ROWS_AT_ONCE)
            release()


def _as_on_disk(table: Any) -> Any:  # noqa: ANN401 - as pyarrow has them
    """A table with counts in small types as float64."""
    for place, name in enumerate(table.column_names):
        if str(table.schema.field(place).type) in SMALL:
            column = numbers(array_of(table.column(place)).astype(np.float64))
            table = table.set_column(place, name, column)
    return table
