"""Every format that holds a whole corpus, by name or by the look of a path."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace

from mtqe.corpus.base import NO_HYPOTHESIS, Corpus, HeldSegments, LanguagePair, Translations
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE, Dataset, HumanScores
from mtqe.corpus.readers.columns import (
    HYPOTHESIS,
    SCORE,
    SOURCE_NAMES,
    ColumnMapping,
    check_reading,
    find_column,
    translations_column,
)
from mtqe.corpus.readers.corpora import corpus_of, corpus_of_references
from mtqe.corpus.readers.huggingface import PREFIX
from mtqe.corpus.readers.table import Absent, Table
from mtqe.corpus.readers.tables import load_table
from mtqe.corpus.readers.test_sets import is_test_set
from mtqe.corpus.registry import find_format, format_names, function, recognised, unknown_format
from mtqe.corpus.text import PathLike
from mtqe.errors import DataError


def read_dataset(
    path: PathLike,
    *,
    name: str,
    languages: LanguagePair | None = None,
    columns: ColumnMapping | None = None,
    format: str | None = None,  # noqa: A002
    systems: Collection[str] = (),
) -> Dataset:
    """Read a corpus, and what systems and people made of it, in any format but line-aligned text.

    Args:
        path: a file, a folder, the prefix of a Moses pair, or a name such as ``wmt23:zh-en``.
        name: what reports call the corpus.
        languages: the direction of translation, where the file doesn't say it or holds several.
            A table without sources is read where the source language alone is ``und``.
        columns: of a table: the columns' names, where they aren't the usual ones.
        format: one of `mtqe.corpus.registry.format_names`; else the path's look decides.
        systems: of a table: names of systems whose columns are called `hypothesis` or as they are.

    Raises:
        DataError: it can't be read without guessing; the sentence says why.
    """
    check_reading(path, name, languages, columns)
    chosen = format or recognised(path, languages)
    found = find_format(chosen) if chosen in format_names() else None
    if found is not None and found.table is not None:
        table = load_table(path, chosen, languages)
        return _from_table(table, name, languages, columns or ColumnMapping(), systems)
    if found is None or found.read is None:
        raise unknown_format(path, format, "read")
    dataset: Dataset = function(found.read)(path, name, languages)
    return dataset


def is_name(path: PathLike) -> bool:
    """Whether this names a set to download, not a place on this machine."""
    text = os.fspath(path)
    return text.startswith(PREFIX) or is_test_set(text)


def _from_table(
    table: Table,
    name: str,
    languages: LanguagePair | None,
    mapping: ColumnMapping,
    further: Collection[str],
) -> Dataset:
    pair = languages or LanguagePair(UNKNOWN_LANGUAGE, UNKNOWN_LANGUAGE)
    columns = {
        column.removeprefix(HYPOTHESIS): column
        for column in table.columns
        if column.startswith(HYPOTHESIS)
    }
    others = _columns_of(table, further)
    mapping = replace(mapping, translations=(*mapping.translations, *others.values()))
    has_sources = find_column(table, "columns.source", mapping.source, SOURCE_NAMES) is not None
    is_one_sided = pair.source == UNKNOWN_LANGUAGE != pair.target
    read = corpus_of_references if is_one_sided and not has_sources else corpus_of
    corpus = read(table, name, pair, mapping)
    systems = tuple(
        _translations(system, corpus, _texts(table, column))
        for system, column in {**columns, **others}.items()
    )
    return Dataset(corpus, systems, _human(table))


def _columns_of(table: Table, systems: Collection[str]) -> dict[str, str]:
    """The column of each system.

    Raises:
        DataError: one has none, or two have the same.
    """
    found: dict[str, str] = {}
    for system in systems:
        column = translations_column(table, None, system)
        other = next((name for name, taken in found.items() if taken == column), None)
        if other is not None:
            raise DataError(
                f"{table.name}: column {column!r} is taken for the translations of {other!r} and "
                f"of {system!r}; call the column of each {HYPOTHESIS}NAME."
            )
        found[system] = column
    return found


def _translations(system: str, corpus: Corpus, texts: Sequence[str | None]) -> Translations:
    if not isinstance(corpus.segments, HeldSegments):
        return Translations.from_texts(system, corpus, texts)
    from mtqe.corpus.stored import stored_outcomes  # brings numpy

    return Translations(system, stored_outcomes(corpus.segments, texts, NO_HYPOTHESIS))


def _texts(table: Table, column: str) -> Sequence[str | None]:
    """Translations: an empty cell of TSV and CSV is an empty one, a null elsewhere is none."""
    return table.texts(column) if table.plain else table.optional_texts(column)


def _human(table: Table) -> tuple[HumanScores, ...]:
    kinds: dict[str, dict[str, tuple[float | None, ...]]] = {}
    for column in table.columns:
        if column.startswith(SCORE):
            kind, _, system = column.removeprefix(SCORE).partition(":")
            cells = enumerate(table.columns[column])
            scores = tuple(_score(table, column, row, cell) for row, cell in cells)
            kinds.setdefault(kind, {})[system] = scores
    return tuple(HumanScores(kind, systems) for kind, systems in kinds.items())


def _score(table: Table, column: str, row: int, cell: object) -> float | None:
    if cell is None or cell is Absent.ABSENT or cell == "":
        return None
    try:
        return float(str(cell))
    except ValueError as error:
        raise DataError(
            f"{table.where(row)}: {column!r} holds {cell!r}; write a number, or nothing."
        ) from error
