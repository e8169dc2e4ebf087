"""A program's locale folder: each file of translations checked, and judged by a gate's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mtqe.checks import Check, CheckContext, Finding, run_checks
from mtqe.config import LocaleFolder, build_checks
from mtqe.corpus.base import Corpus, LanguagePair, Translations
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE
from mtqe.corpus.languages import find_language
from mtqe.corpus.localisation.entries import CATALOG
from mtqe.corpus.localisation.folders import translation_files
from mtqe.corpus.readers import read_dataset
from mtqe.corpus.registry import extension
from mtqe.errors import ConfigError, DataError
from mtqe.evaluation.check import references_as
from mtqe.evaluation.tables import CheckResults, run_manifest, segments_table, statistics_table
from mtqe.evaluation.translate import Translated
from mtqe.gate import Gate, GateResult, Rule, judge, parse_gate
from mtqe.gate.decide import outcome
from mtqe.gate.locale_baseline import LocaleBaseline, load_locale_baseline, save_locale_baseline
from mtqe.gate.results import RuleResult
from mtqe.gate.rules import Coverage, Findings, NewFindings
from mtqe.run import FINDINGS, SEGMENTS, STATISTICS, CheckInfo, Run, findings_table
from mtqe.support.progress import Progress
from mtqe.support.words import count

BY_DEFAULT = "mtqe's own rules for a folder of texts"
NEW = {"rules": [{"max_new_findings": 0}]}
CRITICAL = {"rules": [{"max_findings": 0, "severity": "critical"}]}


@dataclass(frozen=True)
class LocaleFile:
    """One language's translations.

    Attributes:
        name: the file below the folder, with the language where it holds several.
        corpus: sources alone.
        translations: one for each source, under the file's name.
    """

    name: str
    corpus: Corpus
    translations: Translations

    def translated(self) -> LocaleFile | None:
        """The same without what is not translated; None where nothing is."""
        kept = [n for n, text in enumerate(self.translations.hypotheses) if text is not None]
        if not kept:
            return None
        segments = tuple(self.corpus[n] for n in kept)
        outcomes = tuple(self.translations.outcomes[n] for n in kept)
        return LocaleFile(
            self.name,
            replace(self.corpus, segments=segments),
            replace(self.translations, outcomes=outcomes),
        )


def locale_files(folder: LocaleFolder) -> Iterator[LocaleFile]:
    """The files of translations below a folder, each against the source language.

    Raises:
        DataError: there is none, a language that was asked for has none, or one can't be read.
    """
    found: set[str] = set()
    number = 0
    for file, pair in translation_files(folder.path, folder.source_language):
        item = _read(folder.path, file, pair)
        target = item.corpus.languages.target
        if folder.languages:
            asked = find_language(target, folder.languages)
            if asked is None:
                continue
            found.add(asked)
        number += 1
        yield item
    if lacking := [tag for tag in folder.languages if tag not in found]:
        raise DataError(
            f"{folder.path}: has no file of translations into {', '.join(lacking)}; add it, or "
            "take the language out of `languages`."
        )
    if not number:
        raise DataError(
            f"{folder.path}: has no file of translations from {folder.source_language}; name "
            "another folder or --source-language."
        )


def _read(folder: Path, file: Path, pair: LanguagePair) -> LocaleFile:
    name = file.relative_to(folder).as_posix()
    if extension(file) == CATALOG:
        name += f" ({pair.target})"
    given = None if pair.target == UNKNOWN_LANGUAGE else pair
    corpus = read_dataset(file, name=name, languages=given).corpus
    corpus, translations = references_as(corpus, name, needed=False)
    return LocaleFile(name, corpus, translations)


def gate_locale(
    folder: LocaleFolder,
    gate: Gate | None,
    baseline: Path | None = None,
    progress: Progress | None = None,
) -> GateResult:
    """Judge every file of translations below a folder by a gate's rules.

    Each rule is judged for each file. Segments without a translation have no findings; only
    ``max_unscored`` counts them.

    Args:
        folder: the folder.
        gate: its rules; without any, no new finding, or no critical one where there is no
            baseline.
        baseline: findings that are known, as `save_locale` wrote them; the gate's own if None.
        progress: told of each check.

    Raises:
        ConfigError: a rule about scores, which no such folder has, or about a file that there
            isn't.
        DataError: a file or the baseline can't be read.
    """
    if gate is None:
        gate = parse_gate(NEW if baseline else CRITICAL, BY_DEFAULT)
    named = gate.settings.baseline
    path = baseline or (Path(gate.where).parent / named if named else None)
    known = load_locale_baseline(path) if path else None
    _check_rules(gate)
    results: list[RuleResult] = []
    names = []
    for item in locale_files(folder):
        names.append(item.name)
        results += _judged(item, gate, known, _checks(folder, item.corpus), progress)
    for rule in gate.rules:
        if rule.system is not None and rule.system not in names:
            raise ConfigError(
                f"{gate.where}: gate rule {rule.title!r}: {folder.path} has no file of "
                f"translations {rule.system!r}; there are {', '.join(names[:5])}."
            )
    compares = known is not None and any(isinstance(rule, NewFindings) for rule in gate.rules)
    return GateResult(
        rules=gate.where,
        run=str(folder.path),
        corpus=folder.path.name or str(folder.path),
        baseline=str(path) if compares else None,
        level=gate.settings.level,
        outcome=outcome(results),
        checks=tuple(results),
        remarks=(f"{count(len(names), 'file')} of translations judged.",),
    )


def _check_rules(gate: Gate) -> None:
    for rule in gate.rules:
        about_scores = isinstance(rule, Coverage) and rule.metric is not None
        within = isinstance(rule, NewFindings) and rule.against is not None
        if not isinstance(rule, Findings | Coverage) or about_scores or within:
            raise ConfigError(
                f"{gate.where}: gate rule {rule.title!r}: a folder of texts has no scores; use "
                "max_findings, max_new_findings or max_unscored without `metric` and `against`."
            )


def _checks(folder: LocaleFolder, corpus: Corpus) -> tuple[Check, ...]:
    return build_checks(folder.checks, CheckContext(corpus.languages, folder.options_folder))


def _judged(
    item: LocaleFile,
    gate: Gate,
    known: LocaleBaseline | None,
    checks: Sequence[Check],
    progress: Progress | None,
) -> Iterator[RuleResult]:
    rules = [
        (rule, line)
        for rule, line in zip(gate.rules, gate.lines, strict=True)
        if rule.system in (None, item.name)
    ]
    about_findings = [(r, n) for r, n in rules if isinstance(r, Findings)]
    if about_findings and (some := item.translated()) is not None:
        findings = run_checks(checks, some.corpus, [some.translations], progress)
        run = _run(some, _infos(checks), findings)
        old = None if known is None else _known_run(some, known)
        yield from judge(_with(gate, about_findings), run, old).checks
    if others := [(r, n) for r, n in rules if not isinstance(r, Findings)]:
        yield from judge(_with(gate, others), _run(item, (), ())).checks


def _with(gate: Gate, rules: Sequence[tuple[Rule, int | None]]) -> Gate:
    return replace(gate, rules=tuple(r for r, _ in rules), lines=tuple(n for _, n in rules))


def _infos(checks: Sequence[Check]) -> tuple[CheckInfo, ...]:
    return tuple(
        CheckInfo(name=check.name, summary=check.summary, settings=check.settings)
        for check in checks
    )


def _run(item: LocaleFile, checks: Sequence[CheckInfo], findings: Sequence[Finding]) -> Run:
    """A run of one file's translations, in memory."""
    translated = [Translated(item.translations)]
    manifest = run_manifest(item.corpus, translated, [], CheckResults((), tuple(findings)))
    tables = {
        SEGMENTS: segments_table(item.corpus, translated, []),
        STATISTICS: statistics_table(item.corpus, translated, []),
        FINDINGS: findings_table(findings),
    }
    return Run(None, manifest.model_copy(update={"checks": tuple(checks)}), tables)


def _known_run(item: LocaleFile, known: LocaleBaseline) -> Run:
    """The same run with the findings that are known, of segments that are still there."""
    there = {segment.id for segment in item.corpus}
    findings = [
        Finding(segment, item.name, check, severity, "")
        for segment, found in known.known.get(item.name, {}).items()
        if segment in there
        for check, severity in found.items()
    ]
    return _run(item, known.checks, findings)


def save_locale(folder: LocaleFolder, output: Path, progress: Progress | None = None) -> int:
    """Write what the checks find now, for later gates to know.

    Returns:
        The number of findings.

    Raises:
        DataError: a file can't be read.
    """
    infos: tuple[CheckInfo, ...] = ()
    findings: list[tuple[str, Finding]] = []
    for item in locale_files(folder):
        checks = _checks(folder, item.corpus)
        infos = _infos(checks)
        if (some := item.translated()) is not None:
            found = run_checks(checks, some.corpus, [some.translations], progress)
            findings += [(item.name, one) for one in found if one.system is not None]
    save_locale_baseline(output, infos, findings)
    return len(findings)
