"""Segments of a corpus that is too large for memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mtqe.corpus.base import Place
from mtqe.corpus.readers.ids import ID_LENGTH, numbered
from mtqe.corpus.repeated import occurrences
from mtqe.corpus.stored import AT_ONCE, StoredSegments, StoredTexts, TextWriter, stored


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
