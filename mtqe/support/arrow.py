"""Arrow columns from texts and numbers, and numbers from Arrow columns, without pandas.

pyarrow imports pandas, a quarter of a second and 40 MB, before it makes a column of Python's or
numpy's values, and an array of a column. What is made of buffers needs none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mtqe.support.scratch import release

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 100_000
"""Texts that are encoded at once."""
COUNTED_AT_ONCE = 16_384
"""Texts whose characters are counted at once."""
MOST_BYTES = 2**30
"""Bytes of one part of a column, whose places are 32-bit numbers."""
KINDS = {"double": np.float64, "float": np.float32, "int32": np.int32, "uint16": np.uint16}
"""The types of numbers that tables have, by Arrow's names."""


def texts(values: Iterable[str | None]) -> pa.ChunkedArray:
    """A column of texts; None becomes null.

    Raises:
        UnicodeEncodeError: a text has half of a surrogate pair.
    """
    import pyarrow as pa

    rest = iter(values)
    parts: list[pa.Array] = []
    while some := list(islice(rest, AT_ONCE)):
        parts += _text_parts(some)
    return pa.chunked_array(parts, pa.string())


def constant(value: str | None, times: int) -> pa.ChunkedArray:
    """A column of one text, which lies in memory `AT_ONCE` times at most."""
    import pyarrow as pa

    full, rest = divmod(times, AT_ONCE)
    part = whole(texts([value] * min(times, AT_ONCE)))
    return pa.chunked_array([part] * full + [part.slice(0, rest)] * bool(rest), pa.string())


def _text_parts(values: Sequence[str | None]) -> Iterator[pa.Array]:
    import pyarrow as pa

    encoded = [b"" if text is None else text.encode("utf-8") for text in values]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    if lengths.sum() > MOST_BYTES and len(values) > 1:
        half = len(values) // 2
        yield from _text_parts(values[:half])
        yield from _text_parts(values[half:])
        return
    present = np.fromiter((text is not None for text in values), np.bool_, len(values))
    yield pa.StringArray.from_buffers(
        len(values), _places(lengths), pa.py_buffer(b"".join(encoded)), _validity(present)
    )


def text_lists(rows: Sequence[Sequence[str | None]]) -> pa.ChunkedArray:
    """A column of lists of texts, in parts of `AT_ONCE` rows; None in a list becomes null."""
    import pyarrow as pa

    parts = []
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        parts.append(lists(whole(texts(list(chain.from_iterable(some)))), list(map(len, some))))
    return pa.chunked_array(parts, pa.list_(pa.string()))


def lists(values: pa.Array, lengths: Sequence[int]) -> pa.ListArray:
    """A column of lists of these lengths, whose values follow one another."""
    import pyarrow as pa

    places = _places(np.array(lengths, np.int64))
    offsets = pa.Array.from_buffers(pa.int32(), len(lengths) + 1, [None, places])
    return pa.ListArray.from_arrays(offsets, values)


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one part."""
    import pyarrow as pa

    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [_no()])


def _no() -> pa.Array:
    import pyarrow as pa

    return pa.StringArray.from_buffers(0, _places(np.empty(0, np.int64)), pa.py_buffer(b""))


def numbers(values: NDArray[Any]) -> pa.Array:
    """A column of numbers of one of `KINDS`; NaN becomes null. Memory is shared where it can be."""
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    names = {np.dtype(kind): name for name, kind in KINDS.items()}
    kind = pa.type_for_alias(names[values.dtype])
    missing = np.isnan(values)
    bits = _validity(~missing) if missing.any() else None
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])


def array_of(column: pa.ChunkedArray) -> NDArray[Any]:
    """The numbers of a column, NaN for null; not to be written to, for memory may be shared."""
    parts = [_array(chunk) for chunk in column.chunks]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, KINDS[str(column.type)])


def text_lengths(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Code points of each text; 0 for null."""
    found = np.zeros(len(column), np.int64)
    start = 0
    for chunk in column.chunks:
        for first in range(0, len(chunk), COUNTED_AT_ONCE):
            part = chunk.slice(first, COUNTED_AT_ONCE)
            found[start : start + len(part)] = _text_lengths(part)
            start += len(part)
        release()
    return found


def is_present(part: pa.Array) -> NDArray[np.bool_]:
    """Which values of a column are not null."""
    if not part.null_count:
        return np.ones(len(part), np.bool_)
    return _bits(part.buffers()[0], part.offset, part.offset + len(part))


def list_values(part: pa.ListArray) -> pa.Array:
    """What the lists of a column hold, one after the other; none of them is null."""
    ends = _ends(part)
    return part.values.slice(int(ends[0]), int(ends[-1] - ends[0]))


def _ends(part: pa.Array) -> NDArray[np.signedinteger[Any]]:
    """Where each of the texts or lists of a column begins, and the end of the last."""
    places = part.buffers()[1]
    if places is None:  # of an empty column
        return np.zeros(len(part) + 1, np.int32)
    kind = np.int64 if str(part.type).startswith("large_") else np.int32
    ends: NDArray[np.signedinteger[Any]] = np.frombuffer(places, kind)
    return ends[part.offset : part.offset + len(part) + 1]


def _text_lengths(part: pa.StringArray) -> NDArray[np.int64]:
    *_, data = part.buffers()
    ends = _ends(part)
    text = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    begins = (text & 0b1100_0000) != 0b1000_0000  # other bytes of UTF-8 go on with a character
    before = np.concatenate(([0], np.cumsum(begins)))
    lengths: NDArray[np.int64] = np.diff(before[ends - ends[0]])
    return lengths * is_present(part) if part.null_count else lengths


def _array(chunk: pa.Array) -> NDArray[Any]:
    validity, data = chunk.buffers()
    kind = KINDS[str(chunk.type)]
    if not len(chunk):
        return np.empty(0, kind)
    start, stop = chunk.offset, chunk.offset + len(chunk)
    values: NDArray[Any] = np.frombuffer(data, kind, count=stop)[start:]
    if not chunk.null_count:
        return values
    exact = values if values.dtype.kind == "f" else values.astype(np.float64)
    return np.where(_bits(validity, start, stop), exact, exact.dtype.type(np.nan))


def _bits(validity: pa.Buffer, start: int, stop: int) -> NDArray[np.bool_]:
    """Which of some places of a column are not null."""
    packed = np.frombuffer(validity, np.uint8)
    return np.unpackbits(packed, bitorder="little", count=stop)[start:].astype(np.bool_)


def _places(lengths: NDArray[np.int64]) -> pa.Buffer:
    """Where each of some texts or lists begins, and the end of the last."""
    import pyarrow as pa

    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.py_buffer(offsets)


def _validity(present: NDArray[np.bool_]) -> pa.Buffer | None:
    import pyarrow as pa

    return None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
