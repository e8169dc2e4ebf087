"""Texts that a caller has in memory: lists, series, frames and data sets as columns of texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mtqe.corpus.base import Corpus, LanguagePair, Segment, check_texts
from mtqe.corpus.dataset import NO_SOURCES, NO_TARGET_LANGUAGE, text_notes
from mtqe.corpus.readers.ids import content_ids
from mtqe.errors import DataError
from mtqe.support.languages import UNKNOWN_LANGUAGE
from mtqe.support.words import count

Column = list[str | None]
"""One text per segment; None where there is none."""
HALF = re.compile("[\ud800-\udfff]")
FEW = 3
"""So many names of columns are shown in a message before the list is cut."""


def is_frame(given: object) -> bool:
    """Whether this is a pandas or Polars frame, an Arrow table or a Hugging Face data set."""
    if isinstance(given, str | Mapping):
        return False
    return any(hasattr(given, name) for name in ("columns", "column_names"))


def frame_columns(frame: Any, what: str) -> dict[str, list[object]]:  # noqa: ANN401 - many libraries
    """The columns of a frame as lists, None where a cell is missing.

    Raises:
        DataError: it is lazy, has several splits, or a column's name is not a text.
    """
    if hasattr(frame, "collect_schema") and hasattr(frame, "collect"):
        frame = frame.collect()
    names = getattr(frame, "column_names", None)
    if names is None:
        names = frame.columns
    if callable(names) or isinstance(names, Mapping):
        raise DataError(f"{what}: {_shown(frame)} is not a frame; give a DataFrame or a Dataset.")
    for name in names:
        if not isinstance(name, str):
            raise DataError(f"{what}: a column is called {name!r}; give columns texts as names.")
    return {name: cells(frame[name]) for name in names}


def cells(column: Any) -> list[object]:  # noqa: ANN401 - many libraries
    """The values of a series, with None for what its library calls missing."""
    for method in ("to_list", "tolist", "to_pylist"):
        if hasattr(column, method):
            return [None if _is_missing(cell) else cell for cell in getattr(column, method)()]
    return list(column)


def texts(given: object, what: str, item: str) -> Column:
    """A column of texts; one text is a column of one.

    Args:
        given: a list, a series, an array, or one text.
        what: what messages call the column.
        item: what messages call one of its texts.

    Raises:
        DataError: it is something else, or holds what is not a text; says what it got.
    """
    if isinstance(given, str):
        given = [given]
    if isinstance(given, bytes | Mapping) or is_frame(given) or not isinstance(given, Iterable):
        raise DataError(f"{what}: {_shown(given)}; give a list with one text per segment.")
    found: list[Any] = cells(given)
    if any(isinstance(one, Segment) for one in found):
        raise DataError(f"{what}: these are segments; give an mtqe.Corpus made of them.")
    check_texts(what, item, found)
    for number, text in enumerate(found, 1):
        if text and HALF.search(text):
            raise DataError(
                f"{what}: {item} {number} holds half of a surrogate pair; put the pair's "
                "character there, or U+FFFD."
            )
    return found


def named_texts(given: object, what: str, item: str, alone: str) -> dict[str, Column]:
    """Columns of texts by name, from a mapping or a frame; a single column gets the name `alone`.

    Raises:
        DataError: there is none, a name is not a text, or a column is not one of texts.
    """
    if is_frame(given):
        given = frame_columns(given, what)
    if not isinstance(given, Mapping):
        return {alone: texts(given, what, item)}
    if not given:
        raise DataError(f"{what}: an empty mapping; give at least one column of texts.")
    for name in given:
        if not isinstance(name, str):
            raise DataError(f"{what}: {name!r} is not a name; give names as texts.")
    return {name: texts(column, f"{what} {name!r}", item) for name, column in given.items()}


def reference_columns(given: object, segments: int) -> list[Column]:
    """References as columns of one text per segment.

    Args:
        given: one column; a list of lists, either a list per segment or a list per column; or a
            mapping or frame of columns.
        segments: the number of segments.

    Raises:
        DataError: lists that can be read either way, or that don't fit the segments.
    """
    if is_frame(given) or isinstance(given, Mapping):
        return list(named_texts(given, "references", "reference", "reference").values())
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        return [texts(given, "references", "reference")]
    rows = cells(given)
    if not any(isinstance(row, list | tuple) for row in rows):
        return [texts(rows, "references", "reference")]
    lists = [texts(row if row is not None else [], "references", "reference") for row in rows]
    fits_columns = all(len(row) == segments for row in lists)
    if len(lists) == segments and fits_columns and segments > 1:
        raise DataError(
            f"references: {segments} lists of {segments} texts may be a list per segment or a list "
            'per reference; give {"A": […], "B": […]}, one text per segment in each.'
        )
    return lists if fits_columns else _per_segment(lists, segments)


def corpus_from_texts(
    references: Sequence[Column],
    sources: Column | None,
    *,
    name: str,
    languages: LanguagePair,
) -> Corpus:
    """A corpus of columns of equal length.

    Args:
        references: columns; may be none where there are sources.
        sources: one text per segment; None where they are not known.
        name: what reports call the corpus.
        languages: the direction of translation.

    Raises:
        DataError: columns differ in length, a source is missing, or there is nothing.
    """
    columns = [*([] if sources is None else [sources]), *references]
    if not columns:
        raise DataError("there are neither references nor sources; give one of them.")
    first = [text or "" for text in columns[0]]
    if sources is not None and None in sources:
        raise DataError(
            f"sources: source {sources.index(None) + 1} is None; give the text of every source."
        )
    rows = zip(*references, strict=True) if references else ((),) * len(first)
    segments = tuple(
        Segment(key, "" if sources is None else text, tuple(row))
        for key, text, row in zip(content_ids(first), first, rows, strict=True)
    )
    if not segments:
        raise DataError(f"{name}: holds no segments; give at least one text.")
    notes = missing_notes(languages, has_sources=sources is not None)
    found = text_notes([] if sources is None else first, references)
    return Corpus(name, languages, segments, (*notes, *found))


def missing_notes(languages: LanguagePair, *, has_sources: bool) -> tuple[str, ...]:
    """What a reader must know where sources or the target language are not known."""
    notes = () if has_sources else (NO_SOURCES,)
    return (*notes, NO_TARGET_LANGUAGE) if languages.target == UNKNOWN_LANGUAGE else notes


def check_lengths(segments: int, columns: Mapping[str, Sequence[object]]) -> None:
    """See that every column has a text per segment.

    Raises:
        DataError: one has not; names it and both numbers.
    """
    for name, column in columns.items():
        if len(column) != segments:
            raise DataError(
                f"{name}: {count(len(column), 'text')} for {count(segments, 'segment')}; give "
                "exactly one per segment, None where it is missing."
            )


def _per_segment(lists: Sequence[Column], segments: int) -> list[Column]:
    """A list of references per segment as columns; short lists are filled with None."""
    if len(lists) != segments:
        raise DataError(
            f"references: {count(len(lists), 'list')} of {_lengths(lists)} for "
            f"{count(segments, 'segment')}; give a list per segment, or one text per segment in "
            "each list."
        )
    width = max(map(len, lists))
    return [[row[i] if i < len(row) else None for row in lists] for i in range(width)]


def _lengths(lists: Sequence[Column]) -> str:
    sizes = sorted({len(row) for row in lists})
    shown = ", ".join(map(str, sizes[:FEW]))
    return f"{shown}{', …' if len(sizes) > FEW else ''} texts"


def _is_missing(cell: object) -> bool:
    """Whether pandas means by this that there is nothing: NaN, NaT or NA."""
    return type(cell).__name__ in ("NAType", "NaTType") or (
        isinstance(cell, float) and cell != cell
    )


def _shown(given: object) -> str:
    return f"{given!r:.60} ({type(given).__name__})"
