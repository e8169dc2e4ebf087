"""Segments of a corpus that is too large for memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from operator import eq

import numpy as np
from numpy.typing import NDArray

from mtqe.corpus.base import Corpus, Place
from mtqe.corpus.readers.ids import ID_LENGTH, numbered
from mtqe.corpus.readers.matching import FIRST, Matched
from mtqe.corpus.repeated import occurrences
from mtqe.corpus.stored import AT_ONCE, StoredSegments, StoredTexts, TextWriter, stored
from mtqe.support.scratch import release


def large_segments(
    sources: Sequence[str | None],
    references: Sequence[Sequence[str | None]],
    place: Callable[[int], Place],
    *,
    ids: Sequence[str | None] | None,
    documents: Sequence[str | None] | None,
    has_sources: bool = True,
    metadata: Mapping[str, Sequence[str | None]] | None = None,
) -> StoredSegments:
    """Columns of texts as segments, which become objects when they are asked for.

    Args:
        sources: the sources, or what ids are made from where these are not known.
        references: the columns of references.
        place: where the segment of a row, from 0, stands in its file.
        ids: the ids; None to make them.
        documents: the documents; None where no segment has one.
        has_sources: whether the sources are known.
        metadata: further columns by name.
    """
    first = stored(sources)
    return StoredSegments(
        ids=large_content_ids(first) if ids is None else stored(ids),
        sources=first if has_sources else None,
        references=tuple(map(stored, references)),
        place=place,
        documents=None if documents is None else stored(documents),
        metadata={name: stored(column) for name, column in (metadata or {}).items()},
    )


def large_matched(
    ids: Sequence[str | None], texts: Sequence[str | None], corpus: Corpus
) -> Matched:
    """What `matched` gives, with a few dozen bytes of memory for each row and segment."""
    theirs, column = stored(ids), stored(texts)
    segments = corpus.segments
    ours = (
        segments.ids
        if isinstance(segments, StoredSegments)
        else stored(segment.id for segment in segments)
    )
    if len(ours) == len(theirs) and all(map(eq, ours, theirs)):
        return Matched(column)
    rows = _rows_of(ours, theirs)
    used = np.zeros(len(theirs), np.bool_)
    used[rows[rows >= 0]] = True
    unknown, missing = np.flatnonzero(~used), np.flatnonzero(rows < 0)
    if len(unknown) or len(missing):
        first = theirs.take(unknown[:FIRST])
        return Matched((), first, len(unknown), missing[:FIRST].tolist(), len(missing))
    writer = TextWriter()
    for start in range(0, len(rows), AT_ONCE):
        writer.extend(column.take(rows[start : start + AT_ONCE]))
        release()
    return Matched(writer.finish())


def _rows_of(wanted: StoredTexts, ids: StoredTexts) -> NDArray[np.intp]:
    """The row of each wanted id among others, all different; -1 where it is not [wanted]."""
    keys = np.fromiter(map(hash, ids), np.int64, len(ids))
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    found = np.full(len(wanted), -1, np.intp)
    for start in range(0, len(wanted), AT_ONCE):
        names = wanted[start : start + AT_ONCE]
        hashes = np.fromiter(map(hash, names), np.int64, len(names))
        places = np.searchsorted(keys, hashes)
        open_ = np.arange(len(names))
        while len(open_ := open_[places[open_] < len(keys)]):
            open_ = open_[keys[places[open_]] == hashes[open_]]
            rows = order[places[open_]]
            pairs = zip(open_.tolist(), ids.take(rows), strict=True)
            same = np.array([names[place] == name for place, name in pairs], np.bool_)
            found[start + open_[same]] = rows[same]
            open_ = open_[~same]  # another id of the same hash: look at the next
            places[open_] += 1
        release()
    return found


def large_content_ids(sources: StoredTexts) -> StoredTexts:
    """The ids of `content_ids`, with a few dozen bytes of memory for each."""
    stems = np.fromiter(map(_number, sources), np.uint32, len(sources))
    times = occurrences(stems)
    writer = TextWriter()
    for start in range(0, len(stems), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        pairs = zip(stems[rows].tolist(), times[rows].tolist(), strict=True)
        writer.extend([numbered(f"{stem:0{ID_LENGTH}x}", occurrence) for stem, occurrence in pairs])
    return writer.finish()


def _number(source: str | None) -> int:
    """An id's `ID_LENGTH` digits as a number."""
    digest = hashlib.sha256((source or "").encode()).digest()
    return int.from_bytes(digest[: ID_LENGTH // 2], "big")
