"""Reading an `mtqe.toml`: every error names the file, the key and the fix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtqe.align.segmentation.methods import METHODS, Method, parse_method
from mtqe.config.checks import parse_checks
from mtqe.config.objects import (
    FILE,
    ColumnNames,
    Config,
    CorpusConfig,
    MetricConfig,
    SystemConfig,
)
from mtqe.corpus.registry import format_names
from mtqe.errors import ConfigError
from mtqe.metrics.pool import Compute
from mtqe.metrics.registry import DEFAULT_METRICS
from mtqe.support.languages import language
from mtqe.support.options import parse_options, suggestion
from mtqe.support.paths import real_path
from mtqe.support.toml import CONFIG, read_toml, toml_file

LINE_KEYS = ("references", "ids", "documents")
TABLE_KEYS = ("columns", "format", "systems")
RESERVED = (
    "segment_id", "system", "document", "place", "source", "references", "hypothesis", "failure",
)  # fmt: skip
"""ColumnNames of a run's segments, and so no names for metrics."""
NAME = re.compile(r"[\w.+-]+\Z")


def load_config(path: Path) -> Config:
    """Read a configuration, or the ``mtqe.toml`` of a folder.

    Raises:
        ConfigError: the file can't be read, or says something that can't be meant.
    """
    data, _ = read_toml(path, "`mtqe init` writes a configuration")
    return _parse(data, toml_file(path))


def load_metrics(path: Path) -> Mapping[str, MetricConfig]:
    """The metrics of a configuration, which needs no test set for that.

    Raises:
        ConfigError: the file can't be read, or says something that can't be meant.
    """
    data, _ = read_toml(path, "correct the path")
    file = toml_file(path)
    tables = _table(data, "metrics", file) if "metrics" in data else {}
    return {name: _metric(name, tables, file) for name in tables}


def nearest_config(path: Path) -> Path:
    """The configuration that a path is, or the nearest one in its folder or above.

    Raises:
        ConfigError: there is none.
    """
    if path.suffix == ".toml":
        return path
    place = real_path(path)
    for folder in [place] if place.is_dir() else place.parents:
        if (folder / CONFIG).is_file():
            return folder / CONFIG
    raise ConfigError(
        f"{path}: there is no {CONFIG} in its folder or above; give a configuration, a test set "
        "that has one, or the run folder that `mtqe run` printed."
    )


def _parse(data: Mapping[str, Any], file: Path) -> Config:
    known = ("corpus", "systems", "metrics", "checks", "gate", "compute", "locale")
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
        checks=parse_checks(_table(data, "checks", file), f"{file}: checks")
        if "checks" in data
        else {},
        compute=parse_options(Compute, _table(data, "compute", file), f"{file}: compute")
        if "compute" in data
        else Compute(),
    )


def _table(data: Mapping[str, Any], name: str, file: Path) -> dict[str, Any]:
    if not isinstance(data.get(name), dict):
        raise ConfigError(f"{file}: the table [{name}] is missing; add it.")
    return dict(data[name])


def _corpus(table: Mapping[str, Any], file: Path) -> CorpusConfig:
    columns = table.get("columns")
    if isinstance(columns, dict):
        parse_options(ColumnNames, columns, f"{file}: corpus.columns")
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
            f"{file}: corpus needs either `path` (one file) or `source` and `references` "
            "(line-aligned text)."
        )
    if corpus.format is not None and corpus.format not in (known := format_names()):
        raise ConfigError(f"{file}: corpus.format: {suggestion(corpus.format, known)}")


def _system(name: str, tables: Mapping[str, Any], file: Path) -> SystemConfig:
    where = f"{file}: systems.{name}"
    options = _named_table(name, tables, where)
    backend = options.pop("backend", None)
    if not isinstance(backend, str):
        raise ConfigError(f'{where}: `backend` is missing; write for instance backend = "command".')
    enabled = options.pop("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(f"{where}.enabled must be true or false.")
    segmentation = _segmentation(backend, options, where)
    return SystemConfig(name, backend, enabled, options, segmentation)


def _segmentation(backend: str, options: dict[str, Any], where: str) -> Method | None:
    """How translations of whole documents are cut, if ``document`` or ``segmentation`` say so."""
    is_document = options.pop("document", "segmentation" in options and backend == FILE)
    if not isinstance(is_document, bool):
        raise ConfigError(f"{where}.document must be true or false.")
    if not is_document and "segmentation" in options:
        raise ConfigError(
            f"{where}: `segmentation` cuts translations of whole documents; add document = true."
        )
    if not is_document:
        return None
    if backend == FILE:
        options["document"] = True
    return parse_method(options.pop("segmentation", METHODS[0]), f"{where}.segmentation")


def _metric(name: str, tables: Mapping[str, Any], file: Path) -> MetricConfig:
    where = f"{file}: metrics.{name}"
    options = _named_table(name, tables, where)
    metric = options.pop("metric", name)
    if not isinstance(metric, str):
        raise ConfigError(f'{where}.metric must be a name, such as metric = "comet".')
    _check_column(name, where)
    return MetricConfig(name, metric, options)


def check_metric_name(name: str, where: str) -> None:
    """See that a run may have a metric of this name.

    Raises:
        ConfigError: it may not; says why.
    """
    _check_letters(name, where)
    _check_column(name, where)


def _check_column(name: str, where: str) -> None:
    if name in RESERVED or name.startswith("metadata."):
        raise ConfigError(f"{where}: {name!r} is a column of every run; give another name.")


def _check_letters(name: str, where: str) -> None:
    if not NAME.match(name):
        raise ConfigError(f"{where}: a name may have letters, digits and . _ + - alone; rename it.")


def _named_table(name: str, tables: Mapping[str, Any], where: str) -> dict[str, Any]:
    _check_letters(name, where)
    if not isinstance(tables[name], dict):
        raise ConfigError(f"{where} must be a table, written [{where.rpartition(' ')[2]}].")
    return dict(tables[name])
