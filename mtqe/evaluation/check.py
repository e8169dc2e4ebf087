"""Checks by themselves: on a run, or on a test set without any translation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mtqe.checks import SEVERITIES, Check, CheckContext, Finding, run_checks
from mtqe.config import build_checks, load_config, nearest_config
from mtqe.errors import ConfigError
from mtqe.run import MANIFEST, Run, corpus_of, translations_of
from mtqe.support.options import suggestion
from mtqe.support.progress import Progress


@dataclass(frozen=True)
class CheckReport:
    """What was looked for and what was found.

    Attributes:
        name: name of the test set.
        segments: number of its segments.
        systems: systems whose translations were looked at.
    """

    name: str
    segments: int
    systems: tuple[str, ...]
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]


def check_path(
    path: Path,
    names: Sequence[str] = (),
    *,
    config: Path | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """Check a run folder with its translations, or the test set of a configuration.

    Args:
        path: a run folder, an ``mtqe.toml`` or its folder, or a file beside or below one.
        names: only these checks; those of the configuration if empty.
        config: whose ``[checks]`` to use for a run; a test set's own configuration has its own.
        progress: told of each check.

    Raises:
        ConfigError: nothing here is a run or a configuration, or a check's name is misspelt.
        DataError: a run or test set can't be read.
    """
    if path.name == MANIFEST or (path / MANIFEST).is_file():
        return _check_run(Run.read(path), names, config, progress)
    loaded = load_config(config or nearest_config(path))
    corpus, checks = loaded.read_corpus(), loaded.build_checks(names)
    findings = run_checks(checks, corpus, (), progress)
    return CheckReport(corpus.name, len(corpus), (), checks, findings)


def _check_run(
    run: Run, names: Sequence[str], config: Path | None, progress: Progress | None
) -> CheckReport:
    corpus = corpus_of(run)
    if config is None:
        checks = build_checks({}, CheckContext(corpus.languages, Path()), names)
    else:
        checks = load_config(config).build_checks(names)
    translations = translations_of(run, corpus)
    findings = run_checks(checks, corpus, translations, progress)
    systems = tuple(item.system for item in translations)
    return CheckReport(corpus.name, len(corpus), systems, checks, findings)


def fails(checked: CheckReport, limit: str) -> bool:
    """Whether there is a finding of a severity or worse, or of the check of a name.

    Raises:
        ConfigError: the limit is neither a severity nor a check that was run.
    """
    if limit in SEVERITIES:
        bad = SEVERITIES[: SEVERITIES.index(limit) + 1]
        return any(finding.severity in bad for finding in checked.findings)
    names = [check.name for check in checked.checks]
    if limit not in names:
        hint = suggestion(limit, (*SEVERITIES, *names))
        raise ConfigError(f"--fail-on {limit}: no severity and no check of this run; {hint}")
    return any(finding.check == limit for finding in checked.findings)
