"""Checks by themselves: on a run, or on a test set without any translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtqe.checks import SEVERITIES, Check, CheckContext, Finding, run_checks, why_not
from mtqe.checks.large import texts_of
from mtqe.config import build_checks, load_config, nearest_config
from mtqe.corpus.base import Corpus, Failure, LanguagePair, Place, Translations
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE
from mtqe.corpus.localisation.entries import CATALOG
from mtqe.corpus.localisation.folders import translation_files
from mtqe.corpus.readers import read_dataset
from mtqe.corpus.readers.tables import named_columns
from mtqe.corpus.registry import LINES, extension, find_format, recognised
from mtqe.corpus.segment_names import SegmentNames
from mtqe.errors import ConfigError, DataError
from mtqe.run import MANIFEST, Run, corpus_of, translations_of
from mtqe.support.options import suggestion
from mtqe.support.progress import Progress
from mtqe.support.toml import CONFIG

DUPLICATES = "duplicates"
"""The check that files of translations do without: programs say one thing in several places."""


@dataclass(frozen=True)
class CheckReport:
    """What was looked for and what was found.

    Attributes:
        name: name of the test set.
        segments: number of its segments.
        systems: systems whose translations were looked at.
        checks: every check that was asked for.
        findings: what they found.
        not_applied: names of checks that had nothing to look at, by the reason.
        names: what messages call the segments.
        places: where segments stand in their files, by id, as far as that is known.
        without_translation: number of segments without one by system, where there are any; no
            check looks at these.
    """

    name: str
    segments: int
    systems: tuple[str, ...]
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    not_applied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: SegmentNames = field(default_factory=SegmentNames)
    places: Mapping[str, Place] = field(default_factory=dict)
    without_translation: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CorpusFile:
    """How to read a corpus file that is checked without a configuration.

    Attributes:
        languages: the direction of translation, where the file doesn't say it.
        format: the file's format, where its name doesn't say it.
        references_as: the name under which the references are checked as translations. Files whose
            references are translations, such as PO and XLIFF, need none.
        columns: ``ROLE=COLUMN`` of a table each, where these have other names than the usual ones.
        lone: whether a file without any translation is an error, as it alone was asked for.
    """

    languages: LanguagePair | None = None
    format: str | None = None
    references_as: str | None = None
    columns: tuple[str, ...] = ()
    lone: bool = True


def check_path(
    path: Path,
    names: Sequence[str] = (),
    *,
    config: Path | None = None,
    corpus_file: CorpusFile | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """Check a run with its translations, a configuration's test set, or any corpus file.

    Args:
        path: a run folder, an ``mtqe.toml`` or its folder, a test set with an ``mtqe.toml`` in its
            folder or above, or a corpus file with the translations in it.
        names: only these checks; those of the configuration if empty.
        config: whose ``[checks]`` to use for a run or corpus file.
        corpus_file: how to read a corpus file.
        progress: told of each check.

    Raises:
        ConfigError: nothing here is a run or a configuration, or a check's name is misspelt.
        DataError: a run or test set can't be read.
    """
    how = corpus_file or CorpusFile()
    if path.name == MANIFEST or (path / MANIFEST).is_file():
        return _check_run(Run.read(path), names, config, progress, how.references_as)
    if how != CorpusFile(references_as=how.references_as) or _is_corpus_file(path):
        return _check_file(path, how, names, config, progress)
    loaded = load_config(config or _config_of(path))
    corpus, systems = _with_references(loaded.read_corpus(), (), how.references_as)
    return check_corpus(corpus, systems, loaded.build_checks(names), progress)


def check_folder(
    folder: Path,
    source_language: str,
    names: Sequence[str] = (),
    *,
    config: Path | None = None,
    progress: Progress | None = None,
) -> list[CheckReport]:
    """Check every file of translations below a folder, such as a program's locale folder.

    Args:
        folder: the folder.
        source_language: the language of the program's own texts.
        names: only these checks; every check that needs no file if empty.
        config: whose ``[checks]`` to use.
        progress: told of each check.

    Raises:
        ConfigError: a check's name is misspelt.
        DataError: there is no file of translations, or one can't be read.
    """
    reports = []
    for file, pair in translation_files(folder, source_language):
        how = CorpusFile(None if pair.target == UNKNOWN_LANGUAGE else pair, lone=False)
        report = _check_file(file, how, names, config, progress)
        name = file.relative_to(folder).as_posix()
        if extension(file) == CATALOG:
            name += f" ({pair.target})"
        reports.append(replace(report, name=name))
    if not reports:
        raise DataError(
            f"{folder}: is not a run, and has no mtqe.toml and no file of translations from "
            f"{source_language}; name another folder or --source-language."
        )
    return reports


def is_locale_folder(path: Path, source_language: str) -> bool:
    """Whether a path is a folder of texts: neither a run nor a corpus, nor one with an mtqe.toml.

    Where a folder above has an mtqe.toml, there must be files of translations in it.
    """
    if not path.is_dir() or (path / MANIFEST).is_file() or recognised(path) != LINES:
        return False
    try:
        nearest_config(path)
    except ConfigError:
        return True
    if (path / CONFIG).is_file():
        return False
    return next(translation_files(path, source_language), None) is not None


def check_corpus(
    corpus: Corpus,
    systems: Sequence[Translations],
    checks: Sequence[Check],
    progress: Progress | None = None,
) -> CheckReport:
    """Check a test set and translations of it that are in memory.

    Args:
        corpus: the test set.
        systems: translations of it; may be none.
        checks: what to look for.
        progress: told of each check.
    """
    systems = texts_of(corpus, systems)
    findings = run_checks(checks, corpus, systems, progress)
    not_applied: dict[str, tuple[str, ...]] = {}
    for check in checks:
        if reason := why_not(check, corpus, systems):
            not_applied[reason] = (*not_applied.get(reason, ()), check.name)
    names = tuple(item.system for item in systems)
    called = SegmentNames.of_segments(corpus)
    lacking = {
        item.system: sum(isinstance(outcome, Failure) for outcome in item.outcomes)
        for item in systems
    }
    missing = {system: number for system, number in lacking.items() if number}
    places = {segment.id: segment.place for segment in corpus if segment.place is not None}
    return CheckReport(
        name=corpus.name,
        segments=len(corpus),
        systems=names,
        checks=tuple(checks),
        findings=findings,
        not_applied=not_applied,
        names=called,
        places=places,
        without_translation=missing,
    )


def _is_corpus_file(path: Path) -> bool:
    """Whether a path is a corpus of its own, not the test set of a configuration above it."""
    if not path.exists() or path.suffix == ".toml" or recognised(path) == LINES:
        return False
    try:
        config = load_config(nearest_config(path))
    except ConfigError:
        return True
    own = config.corpus.path
    return own is None or not _same_file(config.path.parent / str(own), path)


def _config_of(path: Path) -> Path:
    """The configuration nearest to a path, whose test set is to be checked.

    Raises:
        ConfigError: the path does not exist, or nothing near it is a configuration.
    """
    if not path.exists():
        raise ConfigError(f"{path} does not exist; correct the path.")
    try:
        return nearest_config(path)
    except ConfigError:
        if path.is_dir() or recognised(path) != LINES:
            raise
        raise ConfigError(
            f"{path} is plain text, which holds no pairs of source and translation; "
            "`mtqe score --source FILE --hypothesis NAME=FILE` checks plain text."
        ) from None


def _same_file(first: Path, second: Path) -> bool:
    return first.exists() and first.samefile(second)


def _check_file(
    path: Path,
    how: CorpusFile,
    names: Sequence[str],
    config: Path | None,
    progress: Progress | None,
) -> CheckReport:
    dataset = read_dataset(
        path,
        name=path.name,
        languages=how.languages,
        columns=named_columns(path, how.format, how.columns),
        format=how.format,
    )
    corpus, systems = dataset.corpus, dataset.systems
    if UNKNOWN_LANGUAGE in (corpus.languages.source, corpus.languages.target):
        raise ConfigError(
            f"{path} does not name its languages; give --source-language and --target-language."
        )
    as_system = how.references_as
    bilingual = find_format(how.format or recognised(path)).bilingual
    if as_system is None and not systems:
        as_system = "translation" if bilingual else None
    corpus, systems = _with_references(corpus, systems, as_system, needed=how.lone)
    if config is None:
        table = {DUPLICATES: False} if bilingual and not names else {}
        checks = build_checks(table, CheckContext(corpus.languages, Path()), names)
    else:
        checks = load_config(config).build_checks(names)
    return check_corpus(corpus, systems, checks, progress)


def _with_references(
    corpus: Corpus, systems: Sequence[Translations], name: str | None, *, needed: bool = True
) -> tuple[Corpus, tuple[Translations, ...]]:
    """The corpus and its systems, with the first references among these if they get a name."""
    if name is None:
        return corpus, tuple(systems)
    if any(system.system == name for system in systems):
        raise ConfigError(f"--references-as {name}: a system is called so; give another name.")
    rest, added = references_as(corpus, name, needed=needed)
    kept = [Translations.from_texts(s.system, rest, s.hypotheses) for s in systems]
    return rest, (*kept, added)


def references_as(corpus: Corpus, name: str, *, needed: bool = True) -> tuple[Corpus, Translations]:
    """A corpus without its first references, and these as the translations of a system.

    Args:
        corpus: the test set.
        name: what to call the system.
        needed: whether there has to be a reference at all.

    Raises:
        ConfigError: there are no references.
    """
    texts = [segment.references[0] if segment.references else None for segment in corpus]
    if needed and not any(text is not None for text in texts):
        raise ConfigError(f"{corpus.name} has no references to check as translations.")
    segments = tuple(
        replace(segment, references=segment.references[1:]) for segment in corpus.segments
    )
    rest = replace(corpus, segments=segments)
    return rest, Translations.from_texts(name, rest, texts)


def _check_run(
    run: Run,
    names: Sequence[str],
    config: Path | None,
    progress: Progress | None,
    as_system: str | None,
) -> CheckReport:
    whole = corpus_of(run)
    corpus, systems = _with_references(whole, translations_of(run, whole), as_system)
    if config is None:
        checks = build_checks({}, CheckContext(corpus.languages, Path()), names)
    else:
        checks = load_config(config).build_checks(names)
    return check_corpus(corpus, systems, checks, progress)


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
