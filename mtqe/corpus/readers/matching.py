"""Which row of a table of translations is which segment's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from mtqe.corpus.base import Corpus, HeldSegments
from mtqe.corpus.readers.table import Table
from mtqe.corpus.text import STDIN, PathLike
from mtqe.support.paths import is_same_file

FIRST = 5
"""Ids and segments that a message names."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Texts of a table in a corpus's order.

    Attributes:
        texts: one per segment; None where it is null, or missing.
        unknown: the first ids of the table that no segment has.
        unknowns: number of such ids.
        missing: the first rows of segments that the table has no row for.
        lacking: number of such segments.
    """

    texts: Sequence[str | None]
    unknown: Sequence[str | None] = ()
    unknowns: int = 0
    missing: Sequence[int] = ()
    lacking: int = 0


def matched(ids: Sequence[str | None], texts: Sequence[str | None], corpus: Corpus) -> Matched:
    """The texts in the corpus's order.

    Args:
        ids: of the table's rows, all different.
        texts: of the same rows.
        corpus: the test set.
    """
    by_id = dict(zip(ids, texts, strict=True))
    wanted = [segment.id for segment in corpus]
    known = set(wanted)
    unknown = [key for key in by_id if key not in known]
    missing = [row for row, segment_id in enumerate(wanted) if segment_id not in by_id]
    return Matched(
        tuple(map(by_id.get, wanted)),
        unknown[:FIRST],
        len(unknown),
        missing[:FIRST],
        len(missing),
    )


def are_own_rows(table: Table, path: PathLike, corpus: Corpus) -> bool:
    """Whether a table's rows are those that a corpus was read from, in the same order.

    Args:
        table: any.
        path: the file that it was read from.
        corpus: the test set; its segments tell their files and lines.
    """
    if os.fspath(path) == STDIN or not len(table) == len(corpus) > 0:
        return False
    first = corpus[0].place
    if first is None or not is_same_file(first.file, path):
        return False
    if isinstance(corpus.segments, HeldSegments):
        from mtqe.corpus.stored import StoredSegments  # brings numpy

        assert isinstance(corpus.segments, StoredSegments)
        places = map(corpus.segments.place, range(len(corpus)))
        return all(own.label == table.place(row).label for row, own in enumerate(places))
    own_places = (segment.place for segment in corpus)
    return all(
        own is not None and own.file == first.file and own.label == table.place(row).label
        for row, own in enumerate(own_places)
    )
