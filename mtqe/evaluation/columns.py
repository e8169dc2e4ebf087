"""A corpus column by column, as Arrow has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa

from mtqe.corpus.base import Corpus
from mtqe.corpus.stored import AT_ONCE, StoredSegments, StoredTexts, TextWriter, stored
from mtqe.support.arrow import constant, text_lists, texts


def arrow_texts(values: Sequence[str | None]) -> pa.ChunkedArray:
    """A column of texts; that of a large corpus is not copied."""
    return values.arrow() if isinstance(values, StoredTexts) else texts(values)


@dataclass(frozen=True)
class CorpusColumns:
    """A corpus's columns, each made as it is asked for.

    Attributes:
        corpus: the test set.
    """

    corpus: Corpus

    @property
    def ids(self) -> pa.ChunkedArray:
        """The segments' ids."""
        return texts([segment.id for segment in self.corpus])

    @property
    def documents(self) -> pa.ChunkedArray:
        """Their documents."""
        return texts([segment.document for segment in self.corpus])

    @property
    def sources(self) -> pa.ChunkedArray:
        """Their sources."""
        return texts([segment.source for segment in self.corpus])

    @property
    def references(self) -> pa.ChunkedArray:
        """Their references, a list per segment."""
        return text_lists([segment.references for segment in self.corpus])

    @property
    def places(self) -> pa.ChunkedArray:
        """What messages call the segments' places."""
        return texts([s.place.label if s.place else None for s in self.corpus])

    def metadata(self, name: str) -> pa.ChunkedArray:
        """One of the metadata columns."""
        return texts([segment.metadata.get(name) for segment in self.corpus])


@dataclass(frozen=True)
class StoredColumns(CorpusColumns):
    """Those of a large corpus, which lie on disk.

    Attributes:
        segments: the corpus's.
    """

    segments: StoredSegments

    @property
    def ids(self) -> pa.ChunkedArray:
        """See `CorpusColumns`."""
        return self.segments.ids.arrow()

    @property
    def documents(self) -> pa.ChunkedArray:
        """See `CorpusColumns`."""
        found = self.segments.documents
        return constant(None, len(self.segments)) if found is None else found.arrow()

    @property
    def sources(self) -> pa.ChunkedArray:
        """See `CorpusColumns`."""
        found = self.segments.sources
        return constant("", len(self.segments)) if found is None else found.arrow()

    @property
    def references(self) -> pa.ChunkedArray:
        """See `CorpusColumns`."""
        columns = self.segments.references
        if len(columns) == 1:
            parts = [_lists(chunk, 1, len(chunk)) for chunk in columns[0].arrow().chunks]
        else:
            parts = list(_interleaved(columns, len(self.segments)))
        return pa.chunked_array(parts, pa.list_(pa.string()))

    @property
    def places(self) -> pa.ChunkedArray:
        """See `CorpusColumns`."""
        place = self.segments.place
        return stored(place(row).label for row in range(len(self.segments))).arrow()

    def metadata(self, name: str) -> pa.ChunkedArray:
        """See `CorpusColumns`."""
        return self.segments.metadata[name].arrow()


def columns_of(corpus: Corpus) -> CorpusColumns:
    """The columns of a corpus."""
    if isinstance(corpus.segments, StoredSegments):
        return StoredColumns(corpus, corpus.segments)
    return CorpusColumns(corpus)


def _interleaved(columns: Sequence[StoredTexts], segments: int) -> Iterator[pa.ListArray]:
    """Lists of a text of each column, whose texts lie in a scratch file of their own."""
    width = len(columns)
    if not width:
        yield _lists(texts([]).combine_chunks(), 0, segments)
        return
    writer = TextWriter()
    step = max(1, AT_ONCE // width)
    for start in range(0, segments, step):
        rows = zip(*(column[start : start + step] for column in columns), strict=True)
        writer.put(list(chain.from_iterable(rows)))
    for part in writer.finish().arrow().chunks:
        yield _lists(part, width, len(part) // width)


def _lists(values: pa.StringArray, width: int, rows: int) -> pa.ListArray:
    """Texts, one list after the other, as lists of so many."""
    places = np.arange(rows + 1, dtype=np.int32) * width
    offsets = pa.Array.from_buffers(pa.int32(), rows + 1, [None, pa.py_buffer(places)])
    return pa.ListArray.from_arrays(offsets, values)
