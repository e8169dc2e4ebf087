"""What an `mtqe.toml` says, and the corpus, systems and metrics built from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mtqe.align.segmentation.methods import Method
from mtqe.backends.base import BackendContext
from mtqe.backends.existing.recorded import RecordedBackend
from mtqe.backends.registry import backend_class
from mtqe.checks import Check, CheckContext
from mtqe.config.checks import CheckTable, build_checks
from mtqe.config.metrics import NamedMetric
from mtqe.config.systems import System
from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers import ColumnMapping, is_name, read_dataset, read_parallel
from mtqe.corpus.readers.columns import TRANSLATIONS
from mtqe.errors import ConfigError
from mtqe.metrics.pool import Compute
from mtqe.metrics.registry import METRICS, metric_class
from mtqe.support.options import spelled, suggestion
from mtqe.support.paths import is_same_file, real_path

FILE = "file"
"""The backend of translations in a file."""


@dataclass(frozen=True)
class ColumnNames:
    """``[corpus.columns]``: which columns of a table mean what; the usual names if not given."""

    id: str | None = None
    source: str | None = None
    references: list[str] | None = None
    document: str | None = None
    metadata: list[str] | None = None

    def mapping(self) -> ColumnMapping:
        """The same for the readers."""
        return ColumnMapping(
            id=self.id,
            source=self.source,
            references=None if self.references is None else tuple(self.references),
            document=self.document,
            metadata=None if self.metadata is None else tuple(self.metadata),
        )


@dataclass(frozen=True)
class CorpusConfig:
    """``[corpus]``: one file, folder or name (`path`), or line-aligned text (`source`, …)."""

    source_language: str
    target_language: str
    name: str | None = None
    path: str | None = None
    format: str | None = None
    columns: ColumnNames = field(default_factory=ColumnNames)
    source: str | None = None
    references: list[str] = field(default_factory=list)
    ids: str | None = None
    documents: str | None = None
    systems: list[str] | None = None


@dataclass(frozen=True)
class SystemConfig:
    """``[systems.NAME]``: a backend and its options; one that is not `enabled` runs when named.

    Attributes:
        segmentation: how translations of whole documents are cut; None where segments are
            translated one by one.
    """

    name: str
    backend: str
    enabled: bool
    options: Mapping[str, Any]
    segmentation: Method | None = None


@dataclass(frozen=True)
class MetricConfig:
    """``[metrics.NAME]``: a metric and its options; `metric` is NAME unless the table says so."""

    name: str
    metric: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Config:
    """A checked configuration; relative paths in it are relative to its folder.

    Attributes:
        path: the file that it came from.
        corpus: the test set.
        systems: systems in the file's order.
        metrics: metrics in the file's order; the four defaults where the file names none.
        checks: options by check, or whether it is to run at all.
        gate: the table of that name as it was read, for `mtqe.gate.parse_gate`.
        compute: where models run.
    """

    path: Path
    corpus: CorpusConfig
    systems: tuple[SystemConfig, ...]
    metrics: tuple[MetricConfig, ...]
    gate: Mapping[str, Any] | None = None
    checks: CheckTable = field(default_factory=dict)
    compute: Compute = field(default_factory=Compute)

    @property
    def folder(self) -> Path:
        """The folder that relative paths are relative to."""
        return self.path.parent

    @property
    def name(self) -> str:
        """The corpus's name, or that of the folder the configuration lies in."""
        return self.corpus.name or real_path(self.path).parent.name

    @property
    def languages(self) -> LanguagePair:
        """The direction of translation."""
        return LanguagePair(self.corpus.source_language, self.corpus.target_language)

    def read_corpus(self) -> Corpus:
        """Read the test set.

        Raises:
            DataError: a file that can't be read without guessing.
        """
        return self._dataset.corpus

    @cached_property
    def _dataset(self) -> Dataset:
        """The test set, and the translations that its file may hold; read once."""
        corpus = self.corpus
        if corpus.path is not None:
            return read_dataset(
                place(self.folder, corpus.path),
                name=self.name,
                languages=self.languages,
                columns=replace(corpus.columns.mapping(), translations=self._columns_of_systems()),
                format=corpus.format,
            )
        read = read_parallel(
            self.folder / str(corpus.source),
            [self.folder / path for path in corpus.references],
            name=self.name,
            languages=self.languages,
            ids=None if corpus.ids is None else self.folder / corpus.ids,
            documents=None if corpus.documents is None else self.folder / corpus.documents,
        )
        return Dataset(read)

    def _columns_of_systems(self) -> tuple[str, ...]:
        """Columns of the corpus's own table that systems take their translations from."""
        found: list[str] = []
        for system in self.systems:
            path, column = (system.options.get(key) for key in ("path", "column"))
            if system.backend == FILE and is_same_file(
                self.folder / str(path), self.folder / str(self.corpus.path)
            ):
                found += [TRANSLATIONS, system.name] if column is None else [str(column)]
        return tuple(found)

    def build_systems(self, names: Sequence[str] = ()) -> tuple[System, ...]:
        """The systems of these names, or every enabled one, and those in the corpus's own file.

        Raises:
            ConfigError: an unknown name, an unknown backend, or options that it doesn't take.
            DataError: the corpus, which may hold systems, can't be read.
        """
        by_name = {system.name: system for system in self.systems}
        recorded = self._recorded()
        for name in names:
            if name not in by_name and name not in recorded:
                hint = suggestion(name, [*by_name, *recorded])
                raise ConfigError(f"{self.path}: no system is called {name!r}; {hint}")
        enabled = [system.name for system in self.systems if system.enabled]
        wanted = list(dict.fromkeys(names)) or [*enabled, *recorded]
        if not wanted:
            raise ConfigError(f"{self.path}: no system to run; add a [systems.NAME] table.")
        return tuple(
            recorded[name] if name in recorded else self._build_system(by_name[name])
            for name in wanted
        )

    def _recorded(self) -> dict[str, System]:
        """Systems in the corpus's own file; all, unless ``corpus.systems`` names some."""
        if self.corpus.path is None or self.corpus.systems == []:
            return {}
        found = recorded_systems(self._dataset, self.corpus.path)
        for name in self.corpus.systems or ():
            if name not in found:
                raise ConfigError(f"{self.path}: corpus.systems: {suggestion(name, found)}")
        for system in self.systems:
            if system.name in found:
                raise ConfigError(
                    f"{self.path}: systems.{system.name}: {self.corpus.path} holds a system of "
                    "this name; give another, or name those you want in `corpus.systems`."
                )
        if self.corpus.systems is None:
            return found
        return {name: found[name] for name in self.corpus.systems}

    def build_metrics(self, names: Sequence[str] = ()) -> tuple[NamedMetric, ...]:
        """The metrics of these names, or all that the file asks for.

        A name that the file doesn't have may be any registered metric, with its defaults.

        Raises:
            ConfigError: an unknown name, or options that the metric doesn't take.
        """
        configured = {metric.name: metric for metric in self.metrics}
        known = (*configured, *METRICS)
        wanted = [spelled(spelled(name, configured), known) for name in names] or list(configured)
        if not wanted:
            raise ConfigError(f"{self.path}: no metric to score with; name one under [metrics].")
        chosen = [
            configured.get(name) or MetricConfig(name, name, {}) for name in dict.fromkeys(wanted)
        ]
        return tuple(self._build_metric(metric) for metric in chosen)

    def build_checks(self, names: Sequence[str] = ()) -> tuple[Check, ...]:
        """The checks of these names, or all that the file does not switch off.

        Raises:
            ConfigError: an unknown name, or options that the check doesn't take.
            DataError: a file that a check needs can't be read without guessing.
        """
        try:
            return build_checks(self.checks, CheckContext(self.languages, self.folder), names)
        except ConfigError as error:
            raise ConfigError(f"{self.path}: {error}") from error

    def _build_system(self, system: SystemConfig) -> System:
        from mtqe.backends.prepared import build_backend  # loads what splits and masks sources

        context = BackendContext(system.name, self.languages, self.folder)
        try:
            backend = build_backend(backend_class(system.backend), system.options, context)
            return System(system.name, backend, system.segmentation)
        except ConfigError as error:
            raise ConfigError(f"{self.path}: {error}") from error

    def _build_metric(self, metric: MetricConfig) -> NamedMetric:
        try:
            cls = metric_class(metric.metric)
            return NamedMetric(metric.name, cls.for_languages(metric.options, self.languages))
        except ConfigError as error:
            raise ConfigError(f"{self.path}: metrics.{metric.name}: {error}") from error


def place(folder: Path, path: str) -> str | Path:
    """Where a corpus is: below a folder, unless it is a name such as ``wmt23:zh-en``."""
    return path if is_name(path) else folder / path


def recorded_systems(dataset: Dataset, path: str) -> dict[str, System]:
    """The systems whose translations came with a corpus, by name."""
    file = path if is_name(path) else Path(path).name
    return {
        item.system: System(item.system, RecordedBackend(item, file)) for item in dataset.systems
    }
