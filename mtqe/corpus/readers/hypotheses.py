"""Existing translations of a corpus, one file a system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from mtqe.corpus.base import Corpus, HeldTexts, missing
from mtqe.corpus.large_lines import load_many_lines
from mtqe.corpus.readers.columns import (
    ID_NAMES,
    SOURCE_NAMES,
    find_column,
    translations_column,
)
from mtqe.corpus.readers.corpora import segment_ids
from mtqe.corpus.readers.datasets import read_dataset
from mtqe.corpus.readers.lines import unequal
from mtqe.corpus.readers.matching import FIRST, are_own_rows, matched
from mtqe.corpus.readers.table import Table
from mtqe.corpus.readers.tables import is_table, load_table
from mtqe.corpus.registry import LINES, by_extension
from mtqe.corpus.segment_names import name_of
from mtqe.corpus.text import PathLike, content_notes, label
from mtqe.errors import DataError
from mtqe.support.arguments import path_argument
from mtqe.support.words import count


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """Existing translations of a corpus by one system.

    Attributes:
        texts: one a segment, in the corpus's order; None where the file says null.
        notes: counts of what was kept on purpose, such as "2 empty hypotheses".
    """

    texts: Sequence[str | None]
    notes: tuple[str, ...] = ()


def read_hypotheses(
    path: PathLike,
    corpus: Corpus,
    *,
    column: str | None = None,
    id_column: str | None = None,
    system: str | None = None,
    format: str | None = None,  # noqa: A002
) -> tuple[str | None, ...]:
    """Read one system's translations, in the corpus's order; see `load_hypotheses`.

    Raises:
        DataError: the file is malformed, or its rows don't belong to the segments one to one.
    """
    found = load_hypotheses(
        path, corpus, column=column, id_column=id_column, system=system, format=format
    )
    return tuple(found.texts)


def load_hypotheses(
    path: PathLike,
    corpus: Corpus,
    *,
    column: str | None = None,
    id_column: str | None = None,
    system: str | None = None,
    format: str | None = None,  # noqa: A002
) -> Hypotheses:
    """Read one system's translations with notes on what was kept and counted.

    Args:
        path: line-aligned text, or a table (by its name or `format`) keyed by segment id. The rows
            of the table that the corpus was read from are taken in order.
        corpus: what was translated.
        column: the table's column of translations; else ``hypothesis:SYSTEM``, ``hypothesis`` or
            ``SYSTEM``.
        id_column: the table's column of ids; else ``segment_id``, ``id`` or ``seg_id``; without
            any, ids are made from the table's sources as they were for a corpus without ids.
        system: the system's name, where it is known.
        format: ``lines``, ``tsv``, ``csv``, ``jsonl`` or ``parquet``; else the name decides.

    Raises:
        DataError: the file is malformed, or its rows don't belong to the segments one to one.
    """
    path_argument(path, "translations")
    chosen = format or recognised_file(path)
    if chosen == "localisation":
        from mtqe.corpus.localisation.pairs import localised_hypotheses

        found = Hypotheses(localised_hypotheses(path, corpus))
    elif chosen == LINES:
        found = _from_lines(path, corpus)
    elif not is_table(chosen):
        found = _from_dataset(path, chosen, corpus)
    else:
        table = load_table(path, format)
        name = translations_column(table, column, system)
        found = (
            Hypotheses(_texts(table, name), table.notes)
            if are_own_rows(table, path, corpus)
            else _from_table(table, corpus, name, id_column)
        )
    lacking = missing(found.texts)
    notes = [count(lacking, "missing hypothesis", "missing hypotheses")] if lacking else []
    notes += content_notes(found.texts, "hypothesis", "hypotheses")
    return Hypotheses(found.texts, (*found.notes, *notes))


def recognised_file(path: PathLike) -> str:
    """The format that the name of a file of translations stands for; ``lines`` for none."""
    from mtqe.corpus.localisation.pairs import is_localised  # 20 ms, which plain lines save

    return "localisation" if is_localised(path) else by_extension(path)


def _from_dataset(path: PathLike, format: str, corpus: Corpus) -> Hypotheses:  # noqa: A002
    """The translations in a PO, XLIFF, TMX or Qt file, by id or else by source."""
    read = read_dataset(path, name=label(path), languages=corpus.languages, format=format).corpus
    by_id = {segment.id: segment.references[:1] for segment in read}
    by_source: dict[str, tuple[str | None, ...]] = {}
    for segment in read:
        by_source.setdefault(segment.source, segment.references[:1])
    matches = sum(segment.id in by_id for segment in corpus)
    rows = [by_id.get(s.id) if matches else by_source.get(s.source) for s in corpus]
    if missing := [n for n, row in enumerate(rows) if row is None]:
        raise DataError(
            f"{label(path)}: has nothing for {_named(missing[:FIRST], len(missing), corpus)} of "
            f"corpus {corpus.name!r}; add one for every segment."
        )
    return Hypotheses(tuple(row[0] if row else None for row in rows), read.notes)


def _from_lines(path: PathLike, corpus: Corpus) -> Hypotheses:
    lines = load_many_lines(path)
    if len(lines.texts) != len(corpus):
        name = f"corpus {corpus.name!r}"
        found = unequal(name, _Sources(corpus), label(path), lines.texts, "segment")
        raise DataError(f"{found} Whole documents are scored with --document or document = true.")
    return Hypotheses(lines.texts, lines.notes)


class _Sources(Sequence[str]):
    """The sources of a corpus, which become a list of texts for nobody."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __len__(self) -> int:
        return len(self._corpus)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [segment.source for segment in self._corpus[index]]
        return self._corpus[index].source


def _from_table(table: Table, corpus: Corpus, column: str, id_column: str | None) -> Hypotheses:
    ids, texts = _ids(table, id_column), _texts(table, column)
    if table.is_large:
        from mtqe.corpus.readers.large import large_matched  # brings numpy

        found = large_matched(ids, texts, corpus)
    else:
        found = matched(ids, texts, corpus)
    if found.unknown:
        raise DataError(
            f"{table.name}: has a row for {_some(found.unknown, found.unknowns)}, unknown "
            f"to corpus {corpus.name!r}; remove it, or use the corpus's ids."
        )
    if found.missing:
        raise DataError(
            f"{table.name}: has no row for {_named(found.missing, found.lacking, corpus)} of "
            f"corpus {corpus.name!r}; add one for every segment."
        )
    return Hypotheses(found.texts, table.notes)


def _ids(table: Table, id_column: str | None) -> Sequence[str | None]:
    identifier = find_column(table, "id_column", id_column, ID_NAMES)
    if identifier is not None:
        return segment_ids(table, identifier, ())
    source = find_column(table, "source", None, SOURCE_NAMES)
    if source is None:
        raise DataError(
            f"{table.name}: no column of segment ids among {', '.join(map(repr, table.columns))}; "
            "call one 'segment_id', or, in mtqe.toml, set `id_column`, or `format` to 'lines' if "
            "it is line-aligned text."
        )
    return segment_ids(table, None, table.texts(source))


def _texts(table: Table, column: str) -> Sequence[str | None]:
    """Only an explicit null is a missing translation; an empty cell is an empty one."""
    cells = table.columns[column]
    if isinstance(cells, HeldTexts):
        return table.texts(column) if table.plain else table.optional_texts(column)
    return table.column(
        None if cell is None else table.text(column, row, cell) for row, cell in enumerate(cells)
    )


def _some(ids: Sequence[str | None], number: int) -> str:
    """Name ids in a message, the first few only."""
    names = ", ".join(map(repr, ids))
    return f"{'segment' if number == 1 else 'segments'} {names}{_more(ids, number)}"


def _named(rows: Sequence[int], number: int, corpus: Corpus) -> str:
    """Name segments of a corpus in a message, the first few only."""
    return "; ".join(name_of(corpus[row], row) for row in rows) + _more(rows, number)


def _more(shown: Sequence[object], number: int) -> str:
    return f" and {number - len(shown):,} more" if number > len(shown) else ""
