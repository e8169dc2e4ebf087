"""Existing translations in files, as the corpus and systems that `evaluate` takes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtqe.backends.base import BackendContext
from mtqe.backends.existing.file import FileBackend
from mtqe.config import System
from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE
from mtqe.corpus.languages import parse_languages
from mtqe.corpus.readers import read_dataset, read_parallel
from mtqe.corpus.readers.columns import HYPOTHESIS, TRANSLATIONS
from mtqe.corpus.readers.tables import format_of, is_table, named_columns, systems_inside
from mtqe.corpus.text import label
from mtqe.errors import ConfigError
from mtqe.metrics.registry import metric_class
from mtqe.support.languages import language
from mtqe.support.options import name_and_file, name_and_value, spelled, suggestion
from mtqe.support.words import count

if TYPE_CHECKING:
    from mtqe.align.segmentation.methods import Method

STANDARD_INPUT = "-"
SHOWN = 10
"""Columns that a message names."""


def read_scoring_input(
    name: str,
    source: str | None,
    references: Sequence[str],
    hypotheses: Sequence[str],
    source_language: str | None,
    target_language: str | None,
    *,
    document_ids: str | None = None,
    segmentation: Method | None = None,
) -> tuple[Corpus, tuple[System, ...]]:
    """Line-aligned files as a corpus and one system a hypothesis file.

    Args:
        name: what to call the corpus.
        source: a file, or ``-`` for standard input; one of all files may be that. None: sources
            are not known.
        references: files of as many lines.
        hypotheses: ``NAME=FILE``, or a file that is named after itself.
        source_language: a language tag; None where there are no sources.
        target_language: a language tag; None where it is not known.
        document_ids: a file with the document of each segment.
        segmentation: how to cut hypotheses that are whole documents; None where they have a line
            per segment.

    Raises:
        ConfigError: a name is given twice, or standard input is asked for twice.
        DataError: files that can't be read without guessing, or differ in their lines.
    """
    named = [name_and_file(text, "--hypothesis") for text in hypotheses]
    _check_names([system for system, _ in named])
    if [source, *references, document_ids, *(file for _, file in named)].count(STANDARD_INPUT) > 1:
        raise ConfigError(
            "only one of the files can be standard input (-); give the others by name."
        )
    languages = LanguagePair(
        language(source_language or UNKNOWN_LANGUAGE, "--source-language"),
        language(target_language or UNKNOWN_LANGUAGE, "--target-language"),
    )
    corpus = read_parallel(
        source, references, name=name, languages=languages, documents=document_ids
    )
    format = None if segmentation else "lines"  # noqa: A001
    return corpus, tuple(
        _system(system, file, languages, format, segmentation) for system, file in named
    )


def dataset_languages(
    path: str,
    format: str | None,  # noqa: A002
    source: str | None,
    target: str | None,
) -> LanguagePair | None:
    """The languages that options name for a file; a table may have no sources, and so no language.

    Raises:
        ConfigError: a language is missing or is not a tag.
    """
    if source is None and target is not None and is_table(format or format_of(path)):
        source = UNKNOWN_LANGUAGE
    return parse_languages(source, target)


def read_scoring_dataset(
    name: str,
    path: str,
    format: str | None,  # noqa: A002
    hypotheses: Sequence[str],
    languages: LanguagePair | None,
    segmentation: Method | None = None,
    columns: Sequence[str] = (),
) -> tuple[Corpus, tuple[System, ...]]:
    """One file with everything as a corpus and its systems, and further hypothesis files.

    Args:
        name: what to call the corpus.
        path: as `mtqe.corpus.readers.read_dataset` takes it.
        format: its format, where the name doesn't say it.
        hypotheses: ``NAME=FILE``, line-aligned or a table with ids; FILE may be the table itself.
        languages: where the file doesn't say them.
        segmentation: how to cut hypotheses that are whole documents; None where they have a row
            per segment.
        columns: ``ROLE=COLUMN`` of a table each, where these have other names than the usual ones.

    Raises:
        ConfigError: there is no system, or one is named twice.
        DataError: files that can't be read without guessing.
    """
    from mtqe.config.objects import recorded_systems  # and with it all that line files don't need

    named = [name_and_file(text, "--hypothesis") for text in hypotheses]
    _check_names([system for system, _ in named])
    own = [] if segmentation else systems_inside(path, format, named)
    dataset = read_dataset(
        path,
        name=name,
        languages=languages,
        columns=named_columns(path, format, columns),
        format=format,
        systems=own,
    )
    pair = dataset.corpus.languages
    if pair.target == UNKNOWN_LANGUAGE or (
        pair.source == UNKNOWN_LANGUAGE and dataset.corpus.has_sources
    ):
        raise ConfigError(f"{path} names no languages; give --source- and --target-language.")
    recorded = recorded_systems(dataset, path)
    _check_names([*(system for system in recorded if system not in own), *dict(named)])
    added = [
        recorded.pop(system) if system in own else _system(system, file, pair, None, segmentation)
        for system, file in named
    ]
    if not recorded and not added:
        columns = dataset.corpus.slice_columns if is_table(format or format_of(path)) else ()
        raise ConfigError(f"{label(path)} holds no translations; {_advice(path, columns)}")
    return dataset.corpus, (*recorded.values(), *added)


def _advice(path: str, others: Sequence[str]) -> str:
    """How to name the translations that a file may hold among its metadata, or others."""
    if not others:
        return "give some with --hypothesis NAME=FILE."
    first = TRANSLATIONS if TRANSLATIONS in others else others[0]
    shown = ", ".join(map(repr, others[:SHOWN]))
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    return (
        f"{count(len(others), 'column is', 'columns are')} read as metadata ({shown}{more}): call "
        f"one that holds a system's translations {HYPOTHESIS}NAME, or give --hypothesis "
        f"{shlex.quote(f'{first}={path}')}."
    )


def metric_options(
    names: Sequence[str],
    *,
    models: Sequence[str],
    precision: str | None,
    settings: Sequence[str] = (),
) -> dict[str, dict[str, Any]]:
    """Options of metrics' tables from the command line's flags.

    Args:
        names: the metrics in use.
        models: ``METRIC=MODEL`` each.
        precision: for every neural metric.
        settings: ``METRIC.OPTION=VALUE`` each, any option of a metric's table.

    Raises:
        ConfigError: something for a metric that is not in use, or a precision that none has.
    """
    options: dict[str, dict[str, Any]] = {name: {} for name in names}
    for text in settings:
        form = "METRIC.OPTION=VALUE, such as bleu.tokenize=intl"
        key, value = name_and_value(text, "--set", form)
        metric, _, option = key.rpartition(".")
        if not metric or not option:
            raise ConfigError(f"--set {text}: write {form}.")
        _in_use(metric, options, f"--set {text}")[option] = _value(value)
    for text in models:
        form = "METRIC=MODEL, such as comet=Unbabel/wmt22-comet-da"
        metric, model = name_and_value(text, "--model", form)
        _in_use(metric, options, f"--model {text}")["model"] = model
    if precision is not None:
        neural = [name for name in names if "precision" in _fields(name)]
        if not neural:
            raise ConfigError(
                f"--precision {precision}: none of {', '.join(names)} has a precision; "
                "leave it out or add a neural metric."
            )
        for name in neural:
            options[name]["precision"] = precision
    return options


def setting_table(settings: Sequence[str]) -> dict[str, bool | float | str]:
    """Options of one table from ``OPTION=VALUE`` each.

    Raises:
        ConfigError: one has another form.
    """
    form = "OPTION=VALUE, such as temperature=0.7"
    pairs = (name_and_value(text, "--set", form) for text in settings)
    return {name: _value(value) for name, value in pairs}


def _value(text: str) -> bool | float | str:
    """What TOML would read: true and false, a number; or else the text itself."""
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    return text


def _in_use(metric: str, options: dict[str, dict[str, Any]], given: str) -> dict[str, Any]:
    metric = spelled(metric, options)
    if metric not in options:
        raise ConfigError(
            f"{given}: {metric!r} is no metric of this run; {suggestion(metric, options)}"
        )
    return options[metric]


def _fields(metric: str) -> Mapping[str, Any]:
    return metric_class(metric).__dataclass_fields__


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two --hypothesis files are called {name!r}; name them NAME=FILE.")


def _system(
    name: str,
    file: str,
    languages: LanguagePair,
    format: str | None,  # noqa: A002
    segmentation: Method | None,
) -> System:
    context = BackendContext(name, languages, Path())
    options: dict[str, Any] = {"path": file}
    if format is not None:
        options["format"] = format
    if segmentation is not None:
        options["document"] = True
    return System(name, FileBackend(options, context), segmentation)
