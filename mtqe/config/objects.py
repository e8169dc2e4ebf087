"""What an `mtqe.toml` says, and the corpus, systems and metrics built from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtqe.backends.base import Backend, BackendContext
from mtqe.checks import Check, CheckContext
from mtqe.config.checks import CheckTable, build_checks
from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.corpus.readers import ColumnMapping, read_parallel, read_table
from mtqe.errors import ConfigError
from mtqe.metrics.base import Metric
from mtqe.options import suggestion
from mtqe.registry import backend_class, metric_class


@dataclass(frozen=True)
class Columns:
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
    """``[corpus]``: a table (`path`), or line-aligned text (`source` and `references`)."""

    source_language: str
    target_language: str
    name: str | None = None
    path: str | None = None
    format: str | None = None
    columns: Columns = field(default_factory=Columns)
    source: str | None = None
    references: list[str] = field(default_factory=list)
    ids: str | None = None
    documents: str | None = None


@dataclass(frozen=True)
class SystemConfig:
    """``[systems.NAME]``: a backend and its options; one that is not `enabled` runs when named."""

    name: str
    backend: str
    enabled: bool
    options: Mapping[str, Any]


@dataclass(frozen=True)
class MetricConfig:
    """``[metrics.NAME]``: a metric and its options; `metric` is NAME unless the table says so."""

    name: str
    metric: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class NamedMetric:
    """A metric under the name that a run gives it."""

    name: str
    metric: Metric


@dataclass(frozen=True)
class System:
    """A backend under the name of the system that it makes translate."""

    name: str
    backend: Backend


@dataclass(frozen=True)
class Config:
    """A checked configuration; relative paths in it are relative to its folder.

    Attributes:
        path: the file that it came from.
        corpus: the test set.
        systems: in the file's order.
        metrics: in the file's order; the four defaults where the file names none.
        checks: options by check, or whether it is to run at all.
        gate: the table of that name as it was read, for `mtqe.gate.parse_gate`.
    """

    path: Path
    corpus: CorpusConfig
    systems: tuple[SystemConfig, ...]
    metrics: tuple[MetricConfig, ...]
    gate: Mapping[str, Any] | None = None
    checks: CheckTable = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder that relative paths are relative to."""
        return self.path.parent

    @property
    def name(self) -> str:
        """The corpus's name, or that of the folder the configuration lies in."""
        return self.corpus.name or self.path.resolve().parent.name

    @property
    def languages(self) -> LanguagePair:
        """The direction of translation."""
        return LanguagePair(self.corpus.source_language, self.corpus.target_language)

    def read_corpus(self) -> Corpus:
        """Read the test set.

        Raises:
            DataError: a file that can't be read without guessing.
        """
        corpus = self.corpus
        if corpus.path is not None:
            return read_table(
                self.folder / corpus.path,
                name=self.name,
                languages=self.languages,
                columns=corpus.columns.mapping(),
                format=corpus.format,
            )
        return read_parallel(
            self.folder / str(corpus.source),
            [self.folder / path for path in corpus.references],
            name=self.name,
            languages=self.languages,
            ids=None if corpus.ids is None else self.folder / corpus.ids,
            documents=None if corpus.documents is None else self.folder / corpus.documents,
        )

    def build_systems(self, names: Sequence[str] = ()) -> tuple[System, ...]:
        """The systems of these names, or every enabled one.

        Raises:
            ConfigError: an unknown name, an unknown backend, or options that it doesn't take.
        """
        by_name = {system.name: system for system in self.systems}
        for name in names:
            if name not in by_name:
                hint = suggestion(name, by_name)
                raise ConfigError(f"{self.path}: no system is called {name!r}; {hint}")
        wanted = list(dict.fromkeys(names)) or [s.name for s in self.systems if s.enabled]
        chosen = [by_name[name] for name in wanted]
        if not chosen:
            raise ConfigError(f"{self.path}: no system to run; add a [systems.NAME] table.")
        return tuple(self._build_system(system) for system in chosen)

    def build_metrics(self, names: Sequence[str] = ()) -> tuple[NamedMetric, ...]:
        """The metrics of these names, or all that the file asks for.

        A name that the file doesn't have may be any registered metric, with its defaults.

        Raises:
            ConfigError: an unknown name, or options that the metric doesn't take.
        """
        configured = {metric.name: metric for metric in self.metrics}
        wanted = names or tuple(configured)
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
        context = BackendContext(system.name, self.languages, self.folder)
        try:
            return System(system.name, backend_class(system.backend)(system.options, context))
        except ConfigError as error:
            raise ConfigError(f"{self.path}: {error}") from error

    def _build_metric(self, metric: MetricConfig) -> NamedMetric:
        try:
            cls = metric_class(metric.metric)
            return NamedMetric(metric.name, cls.from_options(metric.options, self.languages.target))
        except ConfigError as error:
            raise ConfigError(f"{self.path}: metrics.{metric.name}: {error}") from error


def build_metrics(
    names: Sequence[str],
    languages: LanguagePair,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[NamedMetric, ...]:
    """Metrics without a configuration file.

    Args:
        names: registered metrics; each once.
        languages: the target language decides the tokenizer.
        options: for some names, the options of their table.

    Raises:
        ConfigError: an unknown name or option.
    """
    return tuple(
        NamedMetric(
            name, metric_class(name).from_options((options or {}).get(name, {}), languages.target)
        )
        for name in dict.fromkeys(names)
    )
