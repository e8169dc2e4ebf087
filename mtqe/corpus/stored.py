"""Texts and segments of a corpus that is too large to be Python objects all at once.

A text as a Python object takes about 60 bytes beside its own, a `Segment` 200 and more. A large
corpus's texts lie in a scratch file instead, one after another, in the form that Arrow's columns
have; they become Python objects when they are asked for, a block at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice, pairwise, repeat
from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from mtqe.corpus.base import (
    Failure,
    HeldOutcomes,
    HeldSegments,
    HeldTexts,
    Outcome,
    Place,
    Segment,
    Translation,
)
from mtqe.corpus.repeated import first_repeated
from mtqe.support.scratch import ScratchFile, release

if TYPE_CHECKING:
    import mmap

    import pyarrow as pa

AT_ONCE = 16_384
"""Texts that become Python objects at once, where all of them are gone through."""
PIECE_ROWS = 1 << 17
"""Texts of one piece of a column."""
PIECE_BYTES = 1 << 26
"""Bytes of texts after which a piece ends, so that places in it are 32-bit numbers."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where some texts of a column lie in its file.

    Attributes:
        rows: how many there are.
        data: where their bytes begin.
        size: number of their bytes.
        offsets: where the places of each text in these lie, int32 ``[rows + 1]``.
        validity: where the bits of those that are not None lie; None where all of them are texts.
        missing: how many are None.
    """

    rows: int
    data: int
    size: int
    offsets: int
    validity: int | None
    missing: int


class StoredTexts(HeldTexts):
    """A column of texts, some of them None, in a scratch file."""

    def __init__(self, mapped: mmap.mmap, pieces: Sequence[_Piece]) -> None:
        """A column of these pieces; made by `TextWriter.finish`."""
        self._map = mapped
        self._pieces = tuple(pieces)
        ends = [0, *accumulate(piece.rows for piece in pieces)]
        self._starts, self._size = ends[:-1], ends[-1]
        self.missing = sum(piece.missing for piece in pieces)

    @cached_property
    def first(self) -> int | None:
        """The row, from 0, of the first that is not None; None where all are."""
        if not self.missing:
            return 0 if self._size else None
        return next((row for row, text in enumerate(self) if text is not None), None)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> str | None: ...
    @overload
    def __getitem__(self, index: slice) -> list[str | None]: ...
    def __getitem__(self, index: int | slice) -> str | list[str | None] | None:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._size)
            if step != 1:
                return [self[row] for row in range(start, stop, step)]
            return self._between(start, stop)
        row = index + self._size if index < 0 else index
        if not 0 <= row < self._size:
            raise IndexError(index)
        return self._between(row, row + 1)[0]

    def __iter__(self) -> Iterator[str | None]:
        for start in range(0, self._size, AT_ONCE):
            yield from self._between(start, min(start + AT_ONCE, self._size))
            release()

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)

    def _between(self, start: int, stop: int) -> list[str | None]:
        found: list[str | None] = []
        place = bisect_right(self._starts, start) - 1
        while start < stop:
            piece, first = self._pieces[place], self._starts[place]
            end = min(stop, first + piece.rows)
            found += self._texts(piece, start - first, end - first)
            start, place = end, place + 1
        return found

    def _texts(self, piece: _Piece, start: int, stop: int) -> list[str | None]:
        offsets = self._offsets(piece)[start : stop + 1].tolist()
        low, high = piece.data + offsets[0], piece.data + offsets[-1]
        data = self._map[low:high]
        base = offsets[0]
        if data.isascii():  # as then characters have the places of bytes
            text = data.decode("ascii")
            found: list[str | None] = [text[a - base : b - base] for a, b in pairwise(offsets)]
        else:
            found = [data[a - base : b - base].decode("utf-8") for a, b in pairwise(offsets)]
        if piece.validity is not None:
            bits = np.frombuffer(self._map, np.uint8, -(-piece.rows // 8), piece.validity)
            present = np.unpackbits(bits, bitorder="little", count=stop)[start:]
            for row in np.flatnonzero(present == 0).tolist():
                found[row] = None
        return found

    def _offsets(self, piece: _Piece) -> NDArray[np.int32]:
        return np.frombuffer(self._map, np.int32, piece.rows + 1, piece.offsets)

    def arrow(self) -> pa.ChunkedArray:
        """The column as Arrow has it; its memory is the file's, so nothing is copied."""
        import pyarrow as pa

        whole = pa.py_buffer(self._map)
        parts = [
            pa.StringArray.from_buffers(
                piece.rows,
                whole.slice(piece.offsets, 4 * (piece.rows + 1)),
                whole.slice(piece.data, piece.size),
                None
                if piece.validity is None
                else whole.slice(piece.validity, -(-piece.rows // 8)),
                piece.missing,
            )
            for piece in self._pieces
        ]
        return pa.chunked_array(parts, pa.string())


class TextWriter:
    """Takes the texts of a column in parts."""

    def __init__(self) -> None:
        """Begin."""
        self._file = ScratchFile()
        self._pieces: list[_Piece] = []
        self._waiting: list[bytes | None] = []
        self._bytes = 0

    def extend(self, texts: Sequence[str | None]) -> None:
        """Append texts.

        Raises:
            UnicodeEncodeError: one has half of a surrogate pair.
            MtqeError: the disk is full.
        """
        self.extend_encoded([None if text is None else text.encode("utf-8") for text in texts])

    def extend_encoded(self, texts: Sequence[bytes | None]) -> None:
        """Append texts in UTF-8.

        Raises:
            MtqeError: the disk is full.
        """
        self._waiting += texts
        self._bytes += sum(len(text) for text in texts if text)
        while len(self._waiting) >= PIECE_ROWS or self._bytes >= PIECE_BYTES:
            self._put(self._waiting[:PIECE_ROWS])
            self._waiting = self._waiting[PIECE_ROWS:]
            self._bytes = sum(len(text) for text in self._waiting if text)

    def _put(self, texts: Sequence[bytes | None]) -> None:
        encoded = [text or b"" for text in texts]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        if lengths.sum() > np.iinfo(np.int32).max:
            half = len(texts) // 2
            self._put(texts[:half])
            self._put(texts[half:])
            return
        offsets = np.zeros(len(texts) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        present = np.fromiter((text is not None for text in texts), np.bool_, len(texts))
        missing = len(texts) - int(present.sum())
        bits = np.packbits(present, bitorder="little") if missing else None
        self._pieces.append(
            _Piece(
                rows=len(texts),
                data=self._file.write(b"".join(encoded)),
                size=int(offsets[-1]),
                offsets=self._file.write(offsets),
                validity=None if bits is None else self._file.write(bits),
                missing=missing,
            )
        )

    def put(self, texts: Sequence[str | None]) -> None:
        """Append texts as a piece of their own; they must have less than 2 GiB."""
        self._put([None if text is None else text.encode("utf-8") for text in texts])

    def finish(self) -> StoredTexts:
        """The column; nothing can be appended any more."""
        if self._waiting:
            self._put(self._waiting)
            self._waiting = []
        return StoredTexts(self._file.map(), self._pieces)


def stored(texts: Iterable[str | None]) -> StoredTexts:
    """Texts as a column of their own; those that are one already as they are."""
    if isinstance(texts, StoredTexts):
        return texts
    writer = TextWriter()
    rest = iter(texts)
    while some := list(islice(rest, AT_ONCE)):
        writer.extend(some)
    return writer.finish()


@dataclass(frozen=True, eq=False)
class StoredSegments(HeldSegments):
    """The segments of a large corpus; each becomes an object when it is asked for.

    Attributes:
        ids: one text per segment, all different; here and below in the corpus's order.
        sources: the sources; None where they are not known.
        references: a column of texts, some of them None, per reference.
        documents: the documents; None where no segment has one.
        metadata: further columns by name.
        place: where the segment of a row, from 0, stands in its file.
    """

    ids: StoredTexts
    sources: StoredTexts | None
    references: tuple[StoredTexts, ...]
    place: Callable[[int], Place]
    documents: StoredTexts | None = None
    metadata: dict[str, StoredTexts] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Segment, ...]: ...
    def __getitem__(self, index: int | slice) -> Segment | tuple[Segment, ...]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return tuple(self[row] for row in range(start, stop, step))
            return tuple(self._between(start, stop))
        row = index + len(self) if index < 0 else index
        if not 0 <= row < len(self):
            raise IndexError(index)
        return next(self._between(row, row + 1))

    def __iter__(self) -> Iterator[Segment]:
        for start in range(0, len(self), AT_ONCE):
            yield from self._between(start, min(start + AT_ONCE, len(self)))
            release()

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)

    @property
    def has_sources(self) -> bool:
        """See `HeldSegments`."""
        return self.sources is not None and any(self.sources)

    @property
    def reference_counts(self) -> set[int]:
        """See `HeldSegments`."""
        lacking = [column for column in self.references if column.missing]
        whole = len(self.references) - len(lacking)
        if not lacking:
            return {whole}
        return {whole + sum(text is not None for text in row) for row in zip(*lacking, strict=True)}

    @property
    def metadata_names(self) -> tuple[str, ...]:
        """See `HeldSegments`."""
        found = {name: column.first for name, column in self.metadata.items()}
        known = {name: first for name, first in found.items() if first is not None}
        return tuple(sorted(known, key=lambda name: known[name]))

    def repeated_id(self) -> str | None:
        """See `HeldSegments`."""
        found = first_repeated(self.ids)
        return None if found is None else self.ids[found[1]]

    def texts(self, rows: slice) -> Iterator[tuple[str, str, tuple[str | None, ...]]]:
        """See `HeldSegments`."""
        ids = self.ids[rows]
        columns = [column[rows] for column in self.references]
        sources = [""] * len(ids) if self.sources is None else self.sources[rows]
        references = zip(*columns, strict=True) if columns else repeat((), len(ids))
        release()
        return cast(
            Iterator[tuple[str, str, tuple[str | None, ...]]],
            zip(ids, sources, references, strict=True),
        )

    def _between(self, start: int, stop: int) -> Iterator[Segment]:
        rows = slice(start, stop)
        names = list(self.metadata)
        further = [column[rows] for column in self.metadata.values()]
        for row, (identifier, source, references), document, cells in zip(
            range(start, stop),
            self.texts(rows),
            repeat(None, stop - start) if self.documents is None else self.documents[rows],
            zip(*further, strict=True) if further else repeat((), stop - start),
            strict=True,
        ):
            metadata = {
                name: cell for name, cell in zip(names, cells, strict=True) if cell is not None
            }
            yield Segment(identifier, source, references, document, metadata, self.place(row))


@dataclass(frozen=True, eq=False)
class StoredOutcomes(HeldOutcomes):
    """Recorded translations of a large corpus, as outcomes when they are asked for.

    Attributes:
        ids: the segments' ids.
        texts: one per segment; None where there is none.
        reason: why there is none.
    """

    ids: StoredTexts
    texts: StoredTexts
    reason: str

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Outcome, ...]: ...
    def __getitem__(self, index: int | slice) -> Outcome | tuple[Outcome, ...]:
        if isinstance(index, slice):
            return tuple(map(self._outcome, self.ids[index], self.texts[index]))
        return self._outcome(self.ids[index], self.texts[index])

    def __iter__(self) -> Iterator[Outcome]:
        return map(self._outcome, self.ids, self.texts)

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)

    @property
    def hypotheses(self) -> StoredTexts:
        """See `HeldOutcomes`."""
        return self.texts

    @property
    def failures(self) -> tuple[Failure, ...]:
        """See `HeldOutcomes`."""
        if not self.texts.missing:
            return ()
        pairs = zip(self.ids, self.texts, strict=True)
        return tuple(Failure(str(name), self.reason) for name, text in pairs if text is None)

    def are_of(self, segments: Sequence[Segment]) -> bool:
        """See `HeldOutcomes`."""
        return isinstance(segments, StoredSegments) and segments.ids is self.ids

    def _outcome(self, identifier: str | None, text: str | None) -> Outcome:
        if text is None:
            return Failure(str(identifier), self.reason)
        return Translation(str(identifier), text)


def stored_outcomes(
    segments: HeldSegments, texts: Sequence[str | None], reason: str
) -> StoredOutcomes:
    """Recorded translations of a large corpus.

    Args:
        segments: the corpus's.
        texts: one per segment; None where there is none.
        reason: why there is none.
    """
    ids = (
        segments.ids
        if isinstance(segments, StoredSegments)
        else stored(segment.id for segment in segments)
    )
    return StoredOutcomes(ids, stored(texts), reason)
