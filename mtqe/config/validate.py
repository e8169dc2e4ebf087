"""Whether configurations, their test sets and their gates can be used, without running anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mtqe.backends.existing.file import FileBackend
from mtqe.config import load_config, nearest_config
from mtqe.errors import ConfigError
from mtqe.gate import load_baseline, parse_gate
from mtqe.support.words import count


@dataclass(frozen=True)
class Validated:
    """A file that can be used, with a summary of its content.

    Attributes:
        path: the file.
        summary: its content, in words.
    """

    path: Path
    summary: str


def validate(path: Path) -> Validated:
    """See that a file can be used: a configuration, a baseline, or a test set by its configuration.

    Args:
        path: an ``mtqe.toml`` or its folder, a baseline (``.jsonl``), or any file below a folder
            with an ``mtqe.toml``, such as a test set.

    Raises:
        MtqeError: it can't; the sentence names file, place and fix.
    """
    if not path.exists():
        raise ConfigError(f"{path} does not exist; name a file or folder that does.")
    if path.suffix == ".jsonl" and _is_baseline(path):
        run = load_baseline(path)
        return Validated(path, f"baseline of {count(len(run.manifest.systems), 'system')}")
    return _config(nearest_config(path))


def _is_baseline(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return '"mtqe_baseline"' in lines.readline()


def _config(file: Path) -> Validated:
    config = load_config(file)
    systems = config.build_systems([system.name for system in config.systems])
    config.build_metrics()
    config.build_checks()
    corpus = config.read_corpus()
    for system in config.build_systems():
        if isinstance(system.backend, FileBackend):
            system.backend.check(corpus)
    parts = [count(len(corpus), "segment"), count(len(systems), "system")]
    if config.gate is not None:
        parts.append(count(len(parse_gate(config.gate, str(file)).rules), "rule"))
    return Validated(config.path, ", ".join(parts))
