"""Which row of a table of translations is which segment's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtqe.corpus.base import Corpus

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
