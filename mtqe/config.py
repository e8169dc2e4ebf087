"""`mtqe.toml` as typed, checked objects."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtqe.backends.base import Backend, BackendContext
from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.corpus.readers import FORMATS, ColumnMapping, read_parallel, read_table
from mtqe.errors import ConfigError
from mtqe.metrics.base import Metric
from mtqe.options import parse_options, suggestion
from mtqe.registry import DEFAULT_METRICS, backend_class, metric_class

LINE_KEYS = ("references", "ids", "documents")
TABLE_KEYS = ("columns", "format")
RESERVED = (
    "segment_id", "system", "document", "source", "references", "hypothesis", "failure",
)  # fmt: skip
"""Columns of a run's segments, and so no names for metrics."""
NAME = re.compile(r"[\w.+-]+\Z")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


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
        gate: the table of that name as it was read, for `mtqe.gate.parse_gate`.
    """

    path: Path
    corpus: CorpusConfig
    systems: tuple[SystemConfig, ...]
    metrics: tuple[MetricConfig, ...]
    gate: Mapping[str, Any] | None = None

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
        chosen = _choose(self.systems, names, "system", self.path)
        if not names:
            chosen = [system for system in chosen if system.enabled]
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


def language(tag: str, where: str) -> str:
    """The tag itself.

    Raises:
        ConfigError: it does not look like a language tag.
    """
    if not LANGUAGE.match(tag):
        raise ConfigError(
            f"{where}: {tag!r} is no language tag; write one such as en, zh or pt-BR."
        )
    return tag


def load_config(path: Path) -> Config:
    """Read a configuration, or the ``mtqe.toml`` of a folder.

    Raises:
        ConfigError: the file can't be read, or says something that can't be meant.
    """
    file = path / "mtqe.toml" if path.is_dir() else path
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{file} can't be read ({error.strerror}); `mtqe init` writes a configuration."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is no valid TOML: {error}.") from error
    return _parse(data, file)


def _parse(data: Mapping[str, Any], file: Path) -> Config:
    known = ("corpus", "systems", "metrics", "gate")
    for key in data:
        if key not in known:
            raise ConfigError(f"{file}: unknown table {key!r}; {suggestion(key, known)}")
    corpus = _corpus(_table(data, "corpus", file), file)
    systems = _table(data, "systems", file) if "systems" in data else {}
    metrics = (
        _table(data, "metrics", file)
        if "metrics" in data
        else {name: {} for name in DEFAULT_METRICS}
    )
    return Config(
        path=file,
        corpus=corpus,
        systems=tuple(_system(name, systems, file) for name in systems),
        metrics=tuple(_metric(name, metrics, file) for name in metrics),
        gate=_table(data, "gate", file) if "gate" in data else None,
    )


def _table(data: Mapping[str, Any], name: str, file: Path) -> dict[str, Any]:
    if not isinstance(data.get(name), dict):
        raise ConfigError(f"{file}: the table [{name}] is missing; add it.")
    return dict(data[name])


def _corpus(table: Mapping[str, Any], file: Path) -> CorpusConfig:
    columns = table.get("columns")
    if isinstance(columns, dict):
        parse_options(Columns, columns, f"{file}: corpus.columns")
    corpus = parse_options(CorpusConfig, table, f"{file}: corpus")
    _check_corpus(corpus, file)
    kind, others = ("path", LINE_KEYS) if corpus.path is not None else ("source", TABLE_KEYS)
    for key in others:
        if key in table:
            raise ConfigError(f"{file}: corpus.{key} has no meaning beside `{kind}`; remove one.")
    return corpus


def _check_corpus(corpus: CorpusConfig, file: Path) -> None:
    language(corpus.source_language, f"{file}: corpus.source_language")
    language(corpus.target_language, f"{file}: corpus.target_language")
    if (corpus.path is None) == (corpus.source is None):
        raise ConfigError(
            f"{file}: corpus needs either `path` (a table) or `source` and `references` "
            "(line-aligned text)."
        )
    if corpus.format is not None and corpus.format not in FORMATS:
        raise ConfigError(f"{file}: corpus.format: {suggestion(corpus.format, FORMATS)}")


def _system(name: str, tables: Mapping[str, Any], file: Path) -> SystemConfig:
    where = f"{file}: systems.{name}"
    options = _named_table(name, tables, where)
    backend = options.pop("backend", None)
    if not isinstance(backend, str):
        raise ConfigError(f'{where}: `backend` is missing; write for instance backend = "command".')
    enabled = options.pop("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(f"{where}.enabled must be true or false.")
    return SystemConfig(name, backend, enabled, options)


def _metric(name: str, tables: Mapping[str, Any], file: Path) -> MetricConfig:
    where = f"{file}: metrics.{name}"
    options = _named_table(name, tables, where)
    metric = options.pop("metric", name)
    if not isinstance(metric, str):
        raise ConfigError(f'{where}.metric must be a name, such as metric = "comet".')
    if name in RESERVED or name.startswith("metadata."):
        raise ConfigError(f"{where}: {name!r} is a column of every run; give another name.")
    return MetricConfig(name, metric, options)


def _named_table(name: str, tables: Mapping[str, Any], where: str) -> dict[str, Any]:
    if not NAME.match(name):
        raise ConfigError(f"{where}: a name may have letters, digits and . _ + - alone; rename it.")
    if not isinstance(tables[name], dict):
        raise ConfigError(f"{where} must be a table, written [{where.rpartition(' ')[2]}].")
    return dict(tables[name])


def _choose(
    systems: Sequence[SystemConfig], names: Sequence[str], kind: str, file: Path
) -> list[SystemConfig]:
    by_name = {system.name: system for system in systems}
    for name in names:
        if name not in by_name:
            raise ConfigError(f"{file}: no {kind} is called {name!r}; {suggestion(name, by_name)}")
    return [by_name[name] for name in dict.fromkeys(names)] if names else list(systems)
