"""A run on disk: one evaluation as a folder of `run.json` and Parquet files."""

from __future__ import annotations

import os
import re
import shutil
import time
import uuid
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from mtqe.errors import DataError, MtqeError
from mtqe.metrics.base import Matrix

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SCHEMA: Final = 1
MANIFEST = "run.json"
SEGMENTS = "segments.parquet"
STATISTICS = "statistics.parquet"
LEFTOVER = re.compile(r"\..*\.[0-9a-f]{8}\.(partial|old)")
LEFTOVER_AGE = 3600.0
"""Seconds after which a temporary folder can't be one that is still being written."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CorpusInfo(_Frozen):
    """Which segments were translated.

    Attributes:
        hash: SHA-256 over languages, ids, sources and references.
        references: references a segment, or ``var``.
        slices: the metadata columns, each a set of slices.
    """

    name: str
    source_language: str
    target_language: str
    hash: str
    segments: int
    references: str
    slices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class MetricInfo(_Frozen):
    """What a metric's scores mean, and what it takes to reduce its statistics again.

    Attributes:
        name: what this run calls it.
        metric: its registered name.
        options: its configuration, defaults included.
        range: None where there is no bound.
    """

    name: str
    metric: str
    options: Mapping[str, Any]
    label: str
    signature: str
    higher_is_better: bool
    range: tuple[float | None, float | None]
    decimals: int
    notes: tuple[str, ...] = ()


class Score(_Frozen):
    """A system's corpus score by one metric.

    Attributes:
        score: None where no segment could be scored.
        segments: how many segments the score stands on.
        unscored: how many it leaves out: no translation, or no reference.
        low: lower end of its 95% bootstrap interval on the segments that every system has scored;
            None where the data can't bound it.
        high: upper end.
        rank: 1 for the best; systems that can't be told apart share a rank.
    """

    metric: str
    score: float | None
    signature: str
    segments: int
    unscored: int
    low: float | None = None
    high: float | None = None
    rank: int | None = None


class SystemInfo(_Frozen):
    """One system: how it translated and how it scored.

    Attributes:
        identity: the backend's name, version and every option that changes the output.
        translated: translations made in this run; the others came from the cache.
        seconds: time spent translating in this run.
        failures: how many segments got no translation.
        notes: what was found and counted without objecting, such as "2 empty hypotheses".
    """

    name: str
    identity: Mapping[str, str]
    translated: int
    seconds: float
    failures: int
    scores: tuple[Score, ...]
    notes: tuple[str, ...] = ()

    def score(self, metric: str) -> Score:
        """The score by the metric of this name.

        Raises:
            KeyError: the run has no such metric.
        """
        for score in self.scores:
            if score.metric == metric:
                return score
        raise KeyError(metric)


class RunManifest(_Frozen):
    """The content of `run.json`.

    Attributes:
        id: stable name of this run, the same for the same folder for ever.
        created: when it ended, ISO 8601 with time zone.
        versions: mtqe and the libraries that the scores depend on.
        verdict: which system is best and how sure, in a sentence; see `mtqe.compare`.
        remarks: what a reader of the verdict must know.
    """

    schema_version: Literal[1] = SCHEMA
    id: str
    created: str
    versions: Mapping[str, str]
    corpus: CorpusInfo
    metrics: tuple[MetricInfo, ...]
    systems: tuple[SystemInfo, ...]
    verdict: str = ""
    remarks: tuple[str, ...] = ()


class Run:
    """A finished evaluation: its manifest, its segments and its statistics.

    Attributes:
        folder: where it lies; None if it was not written.
        manifest: the content of `run.json`.
    """

    def __init__(
        self,
        folder: Path | None,
        manifest: RunManifest,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> None:
        """A run on disk, or with its tables in memory under their file names."""
        self.folder = folder
        self.manifest = manifest
        self._tables = dict(tables or {})

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Run:
        """Open a run folder.

        Raises:
            DataError: it is no run folder, or of a version that this mtqe can't read.
        """
        path = Path(folder)
        if path.name == MANIFEST:
            path = path.parent
        try:
            data = (path / MANIFEST).read_bytes()
        except OSError as error:
            raise DataError(
                f"{path} is no run folder: {MANIFEST} can't be read ({error.strerror}); "
                "give the folder that `mtqe run` printed."
            ) from error
        try:
            manifest = RunManifest.model_validate_json(data)
        except ValidationError as error:
            raise DataError(
                f"{path / MANIFEST} can't be read by this version of mtqe; "
                "make the run again or install the version that wrote it."
            ) from error
        return cls(path, manifest)

    @property
    def scores(self) -> pd.DataFrame:
        """Corpus scores, one row a system and one column a metric; NaN where nothing was scored."""
        import pandas as pd

        systems = self.manifest.systems
        rows = [{score.metric: score.score for score in system.scores} for system in systems]
        index = pd.Index([system.name for system in systems], name="system")
        return pd.DataFrame(rows, index=index, dtype="float64")

    @cached_property
    def segments(self) -> pd.DataFrame:
        """One row a (segment, system), in the corpus's order within each system.

        Columns: ``segment_id, system, document, source, references, hypothesis``, one column a
        metric (NaN where unscored), ``failure`` and ``metadata.NAME`` for each metadata column.
        """
        frame: pd.DataFrame = self._table(SEGMENTS).to_pandas()
        return frame

    def statistics(self, metric: str, system: str) -> Matrix:
        """Sufficient statistics [segments, k] in the corpus's order; rows of NaN where unscored.

        Raises:
            KeyError: the run has no such metric or system.
        """
        table = self._statistics
        rows = self._rows(system)
        columns = [name for name in table.column_names if name.split("/")[0] == metric]
        if not columns:
            raise KeyError(metric)
        return np.column_stack(
            [table[name].to_numpy(zero_copy_only=False)[rows] for name in columns]
        )

    @cached_property
    def _statistics(self) -> pa.Table:
        return self._table(STATISTICS)

    def _rows(self, system: str) -> slice:
        names = [info.name for info in self.manifest.systems]
        if system not in names:
            raise KeyError(system)
        start = names.index(system) * self.manifest.corpus.segments
        return slice(start, start + self.manifest.corpus.segments)

    def _table(self, name: str) -> pa.Table:
        if name in self._tables:
            return self._tables[name]
        assert self.folder is not None
        try:
            return pq.read_table(self.folder / name)
        except (OSError, ValueError) as error:
            raise DataError(
                f"{self.folder / name} can't be read ({error}); make the run again."
            ) from error


def write_run(folder: Path, manifest: RunManifest, segments: pa.Table, statistics: pa.Table) -> Run:
    """Write a run folder whole or not at all: under a temporary name beside it, then renamed.

    An existing run of the same name is replaced; any other non-empty folder is left alone.

    Raises:
        MtqeError: the folder can't be written; nothing is left behind.
    """
    check_output(folder)
    place = folder.resolve()
    temporary = place.parent / f".{place.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        temporary.mkdir(parents=True)
        _remove_leftovers(place.parent)
        pq.write_table(segments, temporary / SEGMENTS, compression="zstd")
        pq.write_table(statistics, temporary / STATISTICS, compression="zstd")
        (temporary / MANIFEST).write_text(
            manifest.model_dump_json(indent=2) + "\n", encoding="utf-8"
        )
        _replace(temporary, place)
    except OSError as error:
        raise MtqeError(
            f"the run could not be written to {folder} ({error.strerror or error}); free space or "
            "choose another place with --output, then repeat: finished work is in the cache."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Run(folder, manifest)


def check_output(folder: Path) -> None:
    """Raise `MtqeError` if `write_run` would have to refuse this folder."""
    place = folder.resolve()
    parent = next(path for path in place.parents if path.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise MtqeError(
            f"a run can't be written to {folder}: {parent} is no folder that you may write to; "
            "choose another with --output."
        )
    if Path.cwd().is_relative_to(place):
        raise MtqeError(f"a run can't replace {folder}, where you are; choose another --output.")
    if place.exists() and not _is_run(place) and not _is_empty(place):
        raise MtqeError(f"{folder} exists and is no run folder; choose another with --output.")


def _is_run(folder: Path) -> bool:
    """Whether all is there, so that replacing it can't delete somebody's unrelated work."""
    return all((folder / name).is_file() for name in (MANIFEST, SEGMENTS, STATISTICS))


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _remove_leftovers(parent: Path) -> None:
    """Delete what runs that were killed while they wrote left behind: old enough to be nobody's."""
    for path in parent.iterdir():
        if LEFTOVER.fullmatch(path.name) and time.time() - path.stat().st_mtime > LEFTOVER_AGE:
            shutil.rmtree(path, ignore_errors=True)


def _replace(new: Path, old: Path) -> None:
    """Put `new` in the place of `old`, which may exist."""
    if not old.exists():
        new.rename(old)
        return
    aside = new.with_suffix(".old")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    shutil.rmtree(aside, ignore_errors=True)
