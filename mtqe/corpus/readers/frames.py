"""Frames in memory as corpora: the columns mean what those of a table's file mean."""

from __future__ import annotations

from dataclasses import replace

from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.corpus.readers.columns import SOURCE_NAMES, ColumnMapping, find_column
from mtqe.corpus.readers.corpora import corpus_of, corpus_of_references
from mtqe.corpus.readers.huggingface import unfold
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
        return corpus_of_references(table, name, languages, columns)
    corpus = corpus_of(table, name, languages, columns)
    return replace(corpus, notes=(*missing_notes(languages, has_sources=True), *corpus.notes))
