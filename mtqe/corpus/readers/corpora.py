"""Tables to corpora."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat

from mtqe.corpus.base import Corpus, HeldSegments, HeldTexts, LanguagePair, Segment
from mtqe.corpus.dataset import check_width, text_notes
from mtqe.corpus.readers.columns import (
    ID_NAMES,
    ColumnMapping,
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
    ids = segment_ids(table, chosen.id, sources)
    documents = table.optional_texts(chosen.document) if chosen.document else None
    metadata = {key: _metadata_texts(table, key) for key in chosen.metadata}
    segments: Sequence[Segment]
    if table.is_large:
        from mtqe.corpus.readers.large import large_segments  # brings numpy

        segments = large_segments(
            sources, references, table.place, ids=ids, documents=documents, metadata=metadata
        )
    else:
        segments = tuple(
            Segment(*row)
            for row in zip(
                ids,
                sources,
                zip(*references, strict=True) if references else [()] * len(table),
                documents or [None] * len(table),
                _metadata(metadata, len(table)),
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
    nothing = table.column(repeat("", len(table)))
    cells: dict[str, Sequence[object]] = {**table.columns, source: nothing}
    table = replace(table, columns=cells)
    references = resolve_columns(table, replace(columns, source=source, metadata=())).references
    if not references:
        raise DataError(
            f"{table.name}: no column of sources or references; name one of them, such as "
            "--column reference=NAME, or in columns under [corpus] in mtqe.toml."
        )
    key = find_column(table, "columns.id", columns.id, ID_NAMES)
    if key is None:
        key = _free(table, "id")
        cells[key] = _made_ids(table, table.column(map(_as_text, cells[references[0]])))
    mapping = replace(columns, id=key, source=source, references=references)
    corpus = corpus_of(table, name, languages, mapping)
    texts = _references_of(corpus)
    notes = missing_notes(languages, has_sources=False)
    return replace(corpus, notes=(*notes, *text_notes((), texts)))


def _as_text(cell: object) -> str:
    """What an id is made of; what can't be a text is told of later."""
    return str(cell or "").encode("utf-8", "replace").decode()


def _references_of(corpus: Corpus) -> Sequence[Sequence[str | None]]:
    """The columns of references."""
    if isinstance(corpus.segments, HeldSegments):
        from mtqe.corpus.stored import StoredSegments  # brings numpy

        assert isinstance(corpus.segments, StoredSegments)
        return corpus.segments.references
    return list(zip(*(segment.references for segment in corpus), strict=True))


def _free(table: Table, name: str) -> str:
    """A name that no column of the table has."""
    while name in table.columns:
        name += "_"
    return name


def segment_ids(table: Table, column: str | None, sources: Sequence[str]) -> Sequence[str | None]:
    """The ids in a column of texts or whole numbers, or made from the sources without one.

    Raises:
        DataError: an id is empty, repeated, or neither text nor a whole number.
    """
    if column is None:
        return _made_ids(table, sources)
    cells = table.columns[column]
    if isinstance(cells, HeldTexts):
        ids: Sequence[str | None] = table.texts(column)
    else:
        ids = table.column(
            str(cell) if type(cell) is int else table.text(column, row, cell)
            for row, cell in enumerate(cells)
        )
    check_ids(table.name, table.unit, ids, table.places.__getitem__)
    return ids


def _made_ids(table: Table, texts: Sequence[str | None]) -> Sequence[str | None]:
    if not table.is_large:
        return content_ids(text or "" for text in texts)
    from mtqe.corpus.readers.large import large_content_ids  # brings numpy
    from mtqe.corpus.stored import stored

    return large_content_ids(stored(texts))


def _reference_columns(table: Table, column: str) -> Sequence[Sequence[str | None]]:
    """One reference column, or as many as the longest list where the cells are lists."""
    cells = table.columns[column]
    if isinstance(cells, HeldTexts) or not any(isinstance(cell, list) for cell in cells):
        return [table.optional_texts(column)]
    width = max(len(_texts_of_list(table, column, row, cell)) for row, cell in enumerate(cells))
    check_width(table.name, width, len(table))

    def texts(place: int) -> Iterator[str | None]:
        for cell in cells:
            yield cell[place] if isinstance(cell, list) and place < len(cell) else None

    return [table.column(texts(place)) for place in range(width)]


def _texts_of_list(table: Table, column: str, row: int, cell: object) -> list[str | None]:
    if cell is None or cell is Absent.ABSENT:
        return []
    if not isinstance(cell, list):
        raise DataError(f"{table.where(row)}: {column!r} is not a list here as it is elsewhere.")
    return [None if text is None else table.text(column, row, text) for text in cell]


def _metadata(columns: Mapping[str, Sequence[str | None]], rows: int) -> Iterator[dict[str, str]]:
    for row in range(rows):
        yield {key: text for key, texts in columns.items() if (text := texts[row]) is not None}


def _metadata_texts(table: Table, column: str) -> Sequence[str | None]:
    """A column's cells as text, None where the cell is null or absent; an empty text is a value."""
    cells = table.columns[column]
    if table.plain:
        return table.texts(column)
    if isinstance(cells, HeldTexts):
        return table.optional_texts(column)
    return table.column(
        None if cell is None or cell is Absent.ABSENT else _metadata_text(table, column, row, cell)
        for row, cell in enumerate(cells)
    )


def _metadata_text(table: Table, column: str, row: int, cell: object) -> str:
    """Text as it is, JSON values as JSON writes them, dates and the like as Python does."""
    if isinstance(cell, bool | int | float | list | dict):
        cell = json.dumps(cell, ensure_ascii=False, default=str)
    return table.text(column, row, cell if isinstance(cell, str) else str(cell))
