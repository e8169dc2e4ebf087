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
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

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
AHEAD = 256
"""Rows that are read at once where they are asked for one after the other."""
NEAR = 16
"""Fewer rows lie between two that are asked for so."""
SIDE_BY_SIDE = 8
"""How much smaller pieces are where several columns are written at once."""

T = TypeVar("T")


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


class _Ahead(Generic[T]):
    """Rows that were read before they were asked for, as those before them were.

    Whoever goes through all rows one by one so reads a piece at a time.
    """

    def __init__(self) -> None:
        """Nothing was asked for."""
        self._start = 0
        self._held: Sequence[T] = ()
        self._last = -NEAR

    def get(self, row: int, size: int, load: Callable[[int, int], Sequence[T]]) -> T:
        """One row.

        Args:
            row: from 0.
            size: number of all rows.
            load: gives rows from one to another.
        """
        near, self._last = 0 < row - self._last < NEAR, row
        start, held = self._start, self._held
        if 0 <= row - start < len(held):
            return held[row - start]
        if not near:
            return load(row, row + 1)[0]
        held = load(row, min(row + AHEAD, size))
        self._start, self._held = row, held
        release()
        return held[0]


class StoredTexts(HeldTexts):
    """A column of texts, some of them None, in a scratch file."""

    def __init__(self, mapped: mmap.mmap, pieces: Sequence[_Piece]) -> None:
        """A column of these pieces; made by `TextWriter.finish`."""
        self._map = mapped
        self._pieces = tuple(pieces)
        ends = [0, *accumulate(piece.rows for piece in pieces)]
        self._starts, self._size = ends[:-1], ends[-1]
        self.missing = sum(piece.missing for piece in pieces)
        self.bytes = sum(piece.size for piece in pieces)
        """The bytes of all texts."""
        self._ahead = _Ahead[str | None]()

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
        return self._ahead.get(row, self._size, self._between)

    def __iter__(self) -> Iterator[str | None]:
        for start in range(0, self._size, AT_ONCE):
            yield from self._between(start, min(start + AT_ONCE, self._size))
            release()

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)

    def encoded(self, start: int, stop: int) -> list[bytes | None]:
        """The texts of some rows in UTF-8.

        Args:
            start: the first row, from 0.
            stop: the row after the last.
        """
        found: list[bytes | None] = []
        for piece, low, high in self._parts(start, stop):
            data, ends = self._data(piece, low, high)
            texts: list[bytes | None] = [data[a:b] for a, b in pairwise(ends)]
            found += self._with_missing(piece, low, high, texts)
        return found

    def take(self, rows: NDArray[np.intp]) -> list[str | None]:
        """The texts of these rows, in this order."""
        return [self._between(row, row + 1)[0] for row in rows.tolist()]

    def first_nul(self) -> int | None:
        """The first row whose text has a NUL; None where none has."""
        for piece, first in zip(self._pieces, self._starts, strict=True):
            found = self._map.find(b"\0", piece.data, piece.data + piece.size)
            if found >= 0:
                offsets = self._offsets(piece)
                return first + int(np.searchsorted(offsets, found - piece.data, "right")) - 1
            release()
        return None

    @cached_property
    def first_missing(self) -> int | None:
        """The first row that is None; None where all are texts."""
        if not self.missing:
            return None
        return next(row for row, text in enumerate(self) if text is None)

    @property
    def has_empty(self) -> bool:
        """Whether a text is empty, or missing."""
        return any(not np.diff(self._offsets(piece)).all() for piece in self._pieces)

    def _between(self, start: int, stop: int) -> list[str | None]:
        found: list[str | None] = []
        for piece, low, high in self._parts(start, stop):
            found += self._texts(piece, low, high)
        return found

    def _parts(self, start: int, stop: int) -> Iterator[tuple[_Piece, int, int]]:
        """The pieces that some rows are in, and where in them."""
        place = bisect_right(self._starts, start) - 1
        while start < stop:
            piece, first = self._pieces[place], self._starts[place]
            end = min(stop, first + piece.rows)
            yield piece, start - first, end - first
            start, place = end, place + 1

    def _texts(self, piece: _Piece, start: int, stop: int) -> list[str | None]:
        data, ends = self._data(piece, start, stop)
        if data.isascii():  # as then characters have the places of bytes
            text = data.decode("ascii")
            found: list[str | None] = [text[a:b] for a, b in pairwise(ends)]
        else:
            found = [data[a:b].decode("utf-8") for a, b in pairwise(ends)]
        return self._with_missing(piece, start, stop, found)

    def _data(self, piece: _Piece, start: int, stop: int) -> tuple[bytes, list[int]]:
        """The bytes of some texts of a piece, and where in these each begins and the last ends."""
        offsets = self._offsets(piece)[start : stop + 1]
        low, high = int(offsets[0]), int(offsets[-1])
        return self._map[piece.data + low : piece.data + high], (offsets - low).tolist()

    def _with_missing(
        self, piece: _Piece, start: int, stop: int, texts: list[T | None]
    ) -> list[T | None]:
        """Texts of a piece, with None for those that are missing."""
        if piece.validity is not None:
            bits = np.frombuffer(self._map, np.uint8, -(-piece.rows // 8), piece.validity)
            present = np.unpackbits(bits, bitorder="little", count=stop)[start:]
            for row in np.flatnonzero(present == 0).tolist():
                texts[row] = None
        return texts

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

    def __init__(self, file: ScratchFile | None = None) -> None:
        """Begin.

        Args:
            file: of the columns of a table, which are written side by side, so that each has
                smaller pieces; None for a file of its own.
        """
        self._file = file or ScratchFile()
        share = 1 if file is None else SIDE_BY_SIDE
        self._most_rows = -(-PIECE_ROWS // share)
        self._most_bytes = PIECE_BYTES // share
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
        while len(self._waiting) >= self._most_rows or self._bytes >= self._most_bytes:
            self._put(self._waiting[: self._most_rows])
            self._waiting = self._waiting[self._most_rows :]
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

    def put_arrow(self, texts: pa.Array) -> None:
        """Append texts that Arrow has, as a piece of their own.

        Raises:
            pyarrow.ArrowInvalid: one is not UTF-8, or they have 2 GiB or more.
        """
        import pyarrow as pa

        plain = texts if texts.type == pa.string() else texts.cast(pa.string())
        plain.validate(full=True)
        self.flush()
        validity, places, data = plain.buffers()
        offsets = np.frombuffer(places or bytes(4), np.int32)[plain.offset :][: len(plain) + 1]
        low, high = int(offsets[0]), int(offsets[-1])
        whole = memoryview(data or b"")
        missing = int(plain.null_count)
        present = np.packbits(_bits(validity, plain), bitorder="little") if missing else None
        self._pieces.append(
            _Piece(
                rows=len(plain),
                data=self._file.write(whole[low:high]),
                size=high - low,
                offsets=self._file.write(np.ascontiguousarray(offsets - low)),
                validity=None if present is None else self._file.write(present),
                missing=missing,
            )
        )

    def flush(self) -> None:
        """Write what waits, which the columns of one file must before any of them is finished.

        Raises:
            MtqeError: the disk is full.
        """
        if self._waiting:
            self._put(self._waiting)
            self._waiting = []

    def finish(self) -> StoredTexts:
        """The column; nothing can be appended any more."""
        self.flush()
        return StoredTexts(self._file.map(), self._pieces)


def _bits(validity: Any, texts: pa.Array) -> NDArray[np.uint8]:  # noqa: ANN401 - a pa.Buffer
    """Whether each text of an Arrow array is there."""
    bits = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")
    return bits[texts.offset : texts.offset + len(texts)]


def without_empty(texts: StoredTexts) -> StoredTexts:
    """A column with None for every empty text."""
    if not texts.has_empty:
        return texts
    writer = TextWriter()
    for start in range(0, len(texts), AT_ONCE):
        some = texts.encoded(start, min(start + AT_ONCE, len(texts)))
        writer.extend_encoded([text or None for text in some])
        release()
    return writer.finish()


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
    _ahead: _Ahead[Segment] = field(default_factory=_Ahead, init=False, repr=False)

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
        return self._ahead.get(row, len(self), lambda *rows: tuple(self._between(*rows)))

    def __iter__(self) -> Iterator[Segment]:
        for start in range(0, len(self), AT_ONCE):
            yield from self._between(start, min(start + AT_ONCE, len(self)))
            release()

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)

    @property
    def has_sources(self) -> bool:
        """See `HeldSegments`."""
        return self.sources is not None and self.sources.bytes > 0

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
