"""Frames in memory as corpora: the columns mean what those of a table's file mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.corpus.dataset import text_notes
from mtqe.corpus.readers.columns import (
    ID_NAMES,
    SOURCE_NAMES,
    ColumnMapping,
    find_column,
    resolve_columns,
)
from mtqe.corpus.readers.corpora import corpus_of
from mtqe.corpus.readers.huggingface import unfold
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.readers.memory import frame_columns, is_frame, missing_notes
from mtqe.corpus.readers.table import Table, check_header
from mtqe.errors import DataError
from mtqe.support.languages import UNKNOWN_LANGUAGE, language


def corpus_from_frame(
    frame: object,
    *,
    name: str,
    source_language: str | None,
    target_language: str | None,
    columns: ColumnMapping,
) -> Corpus:
    """The corpus in a frame; see `Corpus.from_frame`.

    Raises:
        DataError: this is not a frame, or it lacks a column, repeats an id or holds no rows.
    """
    if not is_frame(frame):
        raise DataError(
            f"from_frame: {frame!r:.60} ({type(frame).__name__}) is not a frame; give a pandas or "
            "Polars DataFrame, an Arrow table or a Hugging Face Dataset."
        )
    named = source_language is not None and target_language is not None
    languages = LanguagePair(
        language(source_language or UNKNOWN_LANGUAGE, "source_language"),
        language(target_language or UNKNOWN_LANGUAGE, "target_language"),
    )
    found = unfold(name, frame_columns(frame, name), languages if named else None)
    check_header(name, list(found))
    rows = len(next(iter(found.values()), ()))
    table = Table(name, found, range(1, rows + 1), "row", plain=False)
    if find_column(table, "source", columns.source, SOURCE_NAMES) is None:
        return _without_sources(table, name, languages, columns)
    corpus = corpus_of(table, name, languages, columns)
    return replace(corpus, notes=(*missing_notes(languages, has_sources=True), *corpus.notes))


def _without_sources(
    table: Table, name: str, languages: LanguagePair, columns: ColumnMapping
) -> Corpus:
    """A corpus of references alone; its ids are made from them where there is no column of ids."""
    source = _free(table, "source")
    cells: dict[str, Sequence[object]] = {**table.columns, source: [""] * len(table)}
    table = replace(table, columns=cells)
    references = resolve_columns(table, replace(columns, source=source, metadata=())).references
    if not references:
        raise DataError(f"{name}: no column of sources or references; name one of them.")
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
