"""Whether configurations, their test sets and their gates can be used, without running anything."""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mtqe.backends.existing.file import FileBackend
from mtqe.checks.registry import check_names
from mtqe.config import NamedMetric, System, load_config, nearest_config
from mtqe.corpus.base import Corpus
from mtqe.errors import BackendError, ConfigError, MtqeError
from mtqe.evaluation.evaluate import check_inputs, check_metrics
from mtqe.gate import Gate, Rule, load_baseline, parse_gate
from mtqe.metrics.models.find import find_without_download
from mtqe.support.options import suggestion
from mtqe.support.words import count

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PATIENCE = 2.0
"""Seconds in which a server on this machine must answer."""
MOST_VALUES = 200
RATED = ("human", "mqm", "esa", "da", "sqm")
"""Metrics that a run has once people have rated its translations."""


@dataclass(frozen=True)
class Validated:
    """A file that can be used, with a summary of its content.

    Attributes:
        path: the file.
        summary: its content, in words.
    """

    path: Path
    summary: str


def validate(path: Path, *, files_only: bool = False) -> Validated:
    """See that a file can be used: a configuration, a baseline, or a test set by its configuration.

    Args:
        path: an ``mtqe.toml`` or its folder, a baseline (``.jsonl``), or any file below a folder
            with an ``mtqe.toml``, such as a test set.
        files_only: leave out what depends on this machine: programs, keys, servers and models.

    Raises:
        MtqeError: it can't; the sentence names file, place and fix.
    """
    if not path.exists():
        raise ConfigError(f"{path} does not exist; name a file or folder that does.")
    if path.suffix == ".jsonl" and _is_baseline(path):
        run = load_baseline(path)
        return Validated(path, f"baseline of {count(len(run.manifest.systems), 'system')}")
    return _config(nearest_config(path), files_only=files_only)


def _is_baseline(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return '"mtqe_baseline"' in lines.readline()


def _config(file: Path, *, files_only: bool) -> Validated:
    config = load_config(file)
    systems = config.build_systems([system.name for system in config.systems])
    metrics = config.build_metrics()
    config.build_checks()
    corpus = config.read_corpus()
    check_inputs(corpus, metrics)
    enabled = config.build_systems()
    for system in enabled:
        if isinstance(system.backend, FileBackend):
            _here(system, corpus)
    parts = [count(len(corpus), "segment"), count(len(systems), "system")]
    if config.gate is not None:
        names = [*(metric.name for metric in metrics), *RATED]
        gate = parse_gate(config.gate, str(file))
        check_rules(gate, corpus, [system.name for system in systems], names)
        parts.append(count(len(gate.rules), "rule"))
    if not files_only:
        _machine(corpus, enabled, metrics)
    return Validated(config.path, ", ".join(parts))


def _machine(corpus: Corpus, systems: Sequence[System], metrics: Sequence[NamedMetric]) -> None:
    """See that programs, keys, local servers and models are there."""
    for system in systems:
        _here(system, corpus)
        _listens(f"systems.{system.name}", system.backend.identity().get("url", ""))
    for named in metrics:
        _listens(f"metrics.{named.name}", named.metric.server_url)
    check_metrics(corpus, [named for named in metrics if _is_here(named)])


def _here(system: System, corpus: Corpus) -> None:
    try:
        system.backend.check(system.input(corpus))
    except MtqeError as error:
        raise type(error)(f"systems.{system.name}: {error}") from error


def _listens(where: str, address: str) -> None:
    """See that something listens at a server's address, if that is on this machine."""
    url = urlsplit(address)
    if url.hostname not in LOOPBACK:
        return
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        socket.create_connection((url.hostname, port), timeout=PATIENCE).close()
    except OSError as error:
        raise BackendError(
            f"{where}: nothing answers at {url.hostname}:{port} ({error.strerror}); "
            "start the server or correct `url`."
        ) from error


def _is_here(named: NamedMetric) -> bool:
    """Whether a metric's model is on this machine; one that must be downloaded is looked up.

    Raises:
        ModelError: the model is neither here nor on the hub.
    """
    model = getattr(named.metric, "model", None)
    return not isinstance(model, str) or find_without_download(model)


def check_rules(gate: Gate, corpus: Corpus, systems: Sequence[str], metrics: Sequence[str]) -> None:
    """See that rules are about metrics, systems, checks, slices and segments that there are.

    Raises:
        ConfigError: one is not; names the rule and the nearest name.
    """
    columns = [*corpus.slice_columns, "document"]
    known: Mapping[str, Collection[str]] = {
        "metric": metrics,
        "system": systems,
        "not_below": systems,
        "check": check_names(),
    }
    ids = {segment.id for segment in corpus}
    for number, rule in enumerate(gate.rules, 1):
        where = f"{gate.where}: gate rule {number}"
        for key, names in known.items():
            value = getattr(rule, key, None)
            if value is not None and value not in names:
                raise ConfigError(
                    f"{where}: there is no {key} {value!r}; {suggestion(value, names)}"
                )
        _check_scope(rule, where, corpus, columns)
        for name in rule.segments or ():
            if name not in ids:
                raise ConfigError(f"{where}: the test set has no segment {name!r}.")


def _check_scope(rule: Rule, where: str, corpus: Corpus, columns: Sequence[str]) -> None:
    column, equals, value = (rule.slice or "").partition("=")
    if not column:
        return
    if column not in columns:
        raise ConfigError(f"{where}: there is no column {column!r}; {suggestion(column, columns)}")
    values = {
        segment.document if column == "document" else segment.metadata.get(column)
        for segment in corpus
    }
    if equals and value not in values:
        hint = suggestion(value, sorted(filter(None, values))[:MOST_VALUES])
        raise ConfigError(f"{where}: no segment has {column} {value!r}; {hint}")
