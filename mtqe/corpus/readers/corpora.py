"""Tables to corpora."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.corpus.dataset import check_width, text_notes
from mtqe.corpus.readers.columns import (
    ID_NAMES,
    ColumnMapping,
    Columns,
    check_reading,
    find_column,
    resolve_columns,
    unnamed_notes,
)
from mtqe.corpus.readers.ids import check_ids, content_ids
from mtqe.corpus.readers.memory import missing_notes
from mtqe.corpus.readers.table import Absent, Table
from mtqe.corpus.readers.tables import load_table
from mtqe.corpus.text import PathLike
from mtqe.errors import DataError


def read_table(
    path: PathLike,
    *,
    name: str,
    languages: LanguagePair,
    columns: ColumnMapping | None = None,
    format: str | None = None,  # noqa: A002
) -> Corpus:
    """Read a corpus from TSV, CSV, JSONL or Parquet, gzip'd or not.

    Args:
        path: the file, or ``-`` for standard input (then `format` is needed).
        name: what reports call the corpus.
        languages: the direction of translation.
        columns: the columns' names, where they aren't the usual ones.
        format: ``tsv``, ``csv``, ``jsonl`` or ``parquet``; else the file's name decides.

    Raises:
        DataError: the file is malformed, lacks a column, repeats an id or holds no rows.
    """
    check_reading(path, name, languages, columns)
    return corpus_of(load_table(path, format), name, languages, columns or ColumnMapping())


def corpus_of(table: Table, name: str, languages: LanguagePair, columns: ColumnMapping) -> Corpus:
    """The corpus in a table.

    Raises:
        DataError: it lacks a column, repeats an id or holds no rows.
    """
    if not len(table):
        raise DataError(f"{table.name}: holds no segments; add at least one row.")
    chosen = resolve_columns(table, columns)
    sources = table.texts(chosen.source)
    references = list(chain(*(_reference_columns(table, key) for key in chosen.references)))
    segments = tuple(
        Segment(*row)
        for row in zip(
            segment_ids(table, chosen.id, sources),
            sources,
            zip(*references, strict=True) if references else [()] * len(table),
            table.optional_texts(chosen.document) if chosen.document else [None] * len(table),
            _metadata(table, chosen),
            map(table.place, range(len(table))),
            strict=True,
        )
    )
    notes = (*table.notes, *unnamed_notes(table, chosen), *text_notes(sources, references))
    return Corpus(name, languages, segments, notes)


def corpus_of_references(
    table: Table, name: str, languages: LanguagePair, columns: ColumnMapping
) -> Corpus:
    """A corpus of references alone; its ids are made from them where there is no column of ids.

    Raises:
        DataError: as for `corpus_of`, or there are no references.
    """
    source = _free(table, "source")
    cells: dict[str, Sequence[object]] = {**table.columns, source: [""] * len(table)}
    table = replace(table, columns=cells)
    references = resolve_columns(table, replace(columns, source=source, metadata=())).references
    if not references:
        raise DataError(f"{table.name}: no column of sources or references; name one of them.")
    key = find_column(table, "id", columns.id, ID_NAMES)
    if key is None:
        key = _free(table, "id")
        cells[key] = content_ids(str(text or "") for text in cells[references[0]])
    mapping = replace(columns, id=key, source=source, references=references)
    corpus = corpus_of(table, name, languages, mapping)
    texts = list(zip(*(segment.references for segment in corpus), strict=True))
    notes = missing_notes(languages, has_sources=False)
    return replace(corpus, notes=(*notes, *text_notes((), texts)))


def _free(table: Table, name: str) -> str:
    """A name that no column of the table has."""
    while name in table.columns:
        name += "_"
    return name


def segment_ids(table: Table, column: str | None, sources: Sequence[str]) -> list[str]:
    """The ids in a column of texts or whole numbers, or made from the sources without one.

    Raises:
        DataError: an id is empty, repeated, or neither text nor a whole number.
    """
    if column is None:
        return content_ids(sources)
    ids = [
        str(cell) if type(cell) is int else table.text(column, row, cell)
        for row, cell in enumerate(table.columns[column])
    ]
    check_ids(table.name, table.unit, ids, table.places.__getitem__)
    return ids


def _reference_columns(table: Table, column: str) -> list[list[str | None]]:
    """One reference column, or as many as the longest list where the cells are lists."""
    cells = table.columns[column]
    if not any(isinstance(cell, list) for cell in cells):
        return [table.optional_texts(column)]
    lists = [_texts_of_list(table, column, row, cell) for row, cell in enumerate(cells)]
    width = max(map(len, lists))
    check_width(table.name, width, len(table))
    return [[texts[i] if i < len(texts) else None for texts in lists] for i in range(width)]


def _texts_of_list(table: Table, column: str, row: int, cell: object) -> list[str | None]:
    if cell is None or cell is Absent.ABSENT:
        return []
    if not isinstance(cell, list):
        raise DataError(f"{table.where(row)}: {column!r} is not a list here as it is elsewhere.")
    return [None if text is None else table.text(column, row, text) for text in cell]


def _metadata(table: Table, chosen: Columns) -> Iterator[dict[str, str]]:
    columns = [_metadata_texts(table, key) for key in chosen.metadata]
    for row in range(len(table)):
        cells = zip(chosen.metadata, columns, strict=True)
        yield {key: text for key, texts in cells if (text := texts[row]) is not None}


def _metadata_texts(table: Table, column: str) -> Sequence[str | None]:
    """A column's cells as text, None where the cell is null or absent; an empty text is a value."""
    if table.plain:
        return table.texts(column)
    return [
        None if cell is None or cell is Absent.ABSENT else _metadata_text(table, column, row, cell)
        for row, cell in enumerate(table.columns[column])
    ]


def _metadata_text(table: Table, column: str, row: int, cell: object) -> str:
    """Text as it is, JSON values as JSON writes them, dates and the like as Python does."""
    if isinstance(cell, bool | int | float | list | dict):
        cell = json.dumps(cell, ensure_ascii=False, default=str)
    return table.text(column, row, cell if isinstance(cell, str) else str(cell))
