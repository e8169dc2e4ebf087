"""What a Parquet file decodes to, known before it is decoded or while it is.

A dictionary's text stands in the file once, however many cells have it: bytes on disk say nothing
of bytes in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

Chunk: TypeAlias = Any
"""A `pyarrow.parquet.ColumnChunkMetaData`; pyarrow has no types."""

ROWS = 20_000
"""Rows that are decoded at once."""
MOST_COLUMNS = 10_000
MOST_GROUPS = 1_000
ROWS_PER_GROUP = 10
"""Rows of a row group, on average, in a file of more groups than that: each takes a millisecond."""
AS_DICTIONARY = {"PLAIN", "PLAIN_DICTIONARY", "RLE_DICTIONARY", "RLE", "BIT_PACKED"}
"""The encodings from which pyarrow reads texts as dictionaries."""


def shape_problem(metadata: pyarrow.parquet.FileMetaData) -> str | None:
    """What is wrong with so many columns or row groups that listing them takes long, with a fix."""
    columns, groups = metadata.num_columns, metadata.num_row_groups
    if columns > MOST_COLUMNS:
        return (
            f"has {columns:,} columns, and at most {MOST_COLUMNS:,} are read; leave out "
            "those that you do not need"
        )
    if groups > MOST_GROUPS and metadata.num_rows < ROWS_PER_GROUP * groups:
        return (
            f"has {groups:,} row groups for {metadata.num_rows:,} rows; write it again "
            "with fewer and larger ones"
        )
    return None


def chunks_of(metadata: pyarrow.parquet.FileMetaData) -> list[Chunk]:
    """Every column of every row group."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return [group.column(place) for group in groups for place in range(group.num_columns)]


def cells_of(rows: int, chunks: Iterable[Chunk]) -> int:
    """The cells that a table of these rows says it has."""
    return max(rows, int(sum(chunk.num_values for chunk in chunks)))


def unpacked_bytes(chunks: Iterable[Chunk]) -> int:
    """The bytes of all pages, before dictionaries are looked up."""
    return sum(max(chunk.total_uncompressed_size, 0) for chunk in chunks)


def most_text_bytes(chunks: Iterable[Chunk]) -> int:
    """At most so many bytes of text are decoded: as if every cell had its whole page."""
    return sum(
        max(chunk.total_uncompressed_size, 0) * max(chunk.num_values, 0)
        for chunk in chunks
        if chunk.physical_type == "BYTE_ARRAY"
    )


def text_columns(chunks: Iterable[Chunk]) -> set[str]:
    """The columns of texts, as Parquet names them."""
    return {chunk.path_in_schema for chunk in chunks if chunk.physical_type == "BYTE_ARRAY"}


def undictionaried(chunks: Sequence[Chunk]) -> set[str]:
    """The columns of an encoding that pyarrow can't read as dictionaries."""
    return {
        chunk.path_in_schema for chunk in chunks if not AS_DICTIONARY.issuperset(chunk.encodings)
    }


def decoded_bytes(array: Any) -> int:  # noqa: ANN401 - pyarrow has few types
    """The bytes that a column takes once each cell has a text of its own."""
    import pyarrow

    if isinstance(array, pyarrow.DictionaryArray):
        return 8 * len(array) + _text_bytes(array)
    if pyarrow.types.is_list(array.type) or pyarrow.types.is_large_list(array.type):
        return decoded_bytes(array.flatten())
    if pyarrow.types.is_struct(array.type):
        return sum(map(decoded_bytes, array.flatten()))
    return int(array.nbytes)


def _text_bytes(array: pyarrow.DictionaryArray) -> int:
    """The bytes of all cells' texts, from Arrow's buffers.

    `pyarrow.compute` and `to_numpy` would do, but import what takes 0.2 to 0.4 seconds.
    """
    import numpy as np

    texts, places = array.dictionary, array.indices
    width = np.int64 if str(texts.type).startswith("large_") else np.int32
    ends = np.frombuffer(texts.buffers()[1] or b"", width)[texts.offset :][: len(texts) + 1]
    present, indices = places.buffers()
    rows = slice(places.offset, places.offset + len(places))
    used = np.frombuffer(indices, f"i{places.type.bit_width // 8}")[rows]
    if present is not None:
        used = used[np.unpackbits(np.frombuffer(present, np.uint8), bitorder="little")[rows] == 1]
    return int(np.diff(ends)[used].sum(dtype=np.int64))
