"""Decodes Parquet in a process of its own: damaged files can end the process that reads them.

Reads a Parquet file from standard input and writes Arrow's stream format, with texts kept as
dictionaries, to standard output. What a user must know goes to standard error, with exit code 3.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mtqe.corpus.bounded import check_ratio, too_large
from mtqe.errors import DataError

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

REFUSED = 3
LARGEST_TABLE = 2 << 30
"""Bytes of a table's texts, decoded."""
MEMORY = 256 << 20
MEMORY_PER_BYTE = 12
"""Bytes that this process may take more, for each byte of the file."""
MOST_CELLS = 200_000_000
CELLS_MATTER = 2_000_000
"""Cells below which a table of few bytes does no harm."""
CELLS_PER_BYTE = 20
ROWS = 20_000
"""Rows that are decoded at once."""
MOST_COLUMNS = 10_000
MOST_GROUPS = 1_000
ROWS_PER_GROUP = 10
"""Rows of a row group, on average, in a file of more groups than that: each takes a millisecond."""
AS_DICTIONARY = {"PLAIN", "PLAIN_DICTIONARY", "RLE_DICTIONARY", "RLE", "BIT_PACKED"}
"""The encodings from which pyarrow reads texts as dictionaries."""


def main(name: str) -> None:
    """Decode standard input; `name` is what messages call the file."""
    data = sys.stdin.buffer.read()
    import pyarrow
    import pyarrow.parquet

    _limit_memory(MEMORY + MEMORY_PER_BYTE * len(data))
    try:
        file = _opened(name, data)
        with pyarrow.ipc.new_stream(sys.stdout.buffer, file.schema_arrow) as out:
            for part in _parts(name, file, len(data)):
                out.write_batch(part)
    except DataError as error:
        sys.stderr.write(str(error))
        sys.exit(REFUSED)
    except MemoryError:
        sys.stderr.write(str(_too_greedy(name)))
        sys.exit(REFUSED)
    except (
        pyarrow.ArrowException, OSError, ValueError, NotImplementedError, LookupError, TypeError
    ) as error:  # fmt: skip
        reason = str(error).rstrip(".").partition("\n")[0]
        sys.stderr.write(
            f"{name}: not a whole Parquet file ({reason}); write it again, or set `format`."
        )
        sys.exit(REFUSED)


def _limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has, where the system can."""
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, OSError, ValueError):  # not Linux
        return


def _too_greedy(name: str) -> DataError:
    return DataError(
        f"{name}: takes far more memory than its size lets expect; write it again, in parts if "
        "need be."
    )


def _opened(name: str, data: bytes) -> pyarrow.parquet.ParquetFile:
    """The file, with texts read as dictionaries: one text that a million rows share is one text."""
    import pyarrow.parquet

    metadata = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data)).metadata
    _check_shape(name, metadata)
    chunks = list(_chunks(metadata))
    _check_size(name, metadata.num_rows, chunks, len(data))
    texts = {chunk.path_in_schema for chunk in chunks if chunk.physical_type == "BYTE_ARRAY"}
    texts -= {
        chunk.path_in_schema for chunk in chunks if not AS_DICTIONARY.issuperset(chunk.encodings)
    }
    return pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data), read_dictionary=sorted(texts))


def _check_shape(name: str, metadata: pyarrow.parquet.FileMetaData) -> None:
    """Refuse so many columns or row groups that listing them takes long."""
    columns, groups = metadata.num_columns, metadata.num_row_groups
    if columns > MOST_COLUMNS:
        raise DataError(
            f"{name}: has {columns:,} columns, and at most {MOST_COLUMNS:,} are read; leave out "
            "those that you do not need."
        )
    if groups > MOST_GROUPS and metadata.num_rows < ROWS_PER_GROUP * groups:
        raise DataError(
            f"{name}: has {groups:,} row groups for {metadata.num_rows:,} rows; write it again "
            "with fewer and larger ones."
        )


def _chunks(
    metadata: pyarrow.parquet.FileMetaData,
) -> Iterator[pyarrow.parquet.ColumnChunkMetaData]:
    """Every column of every row group."""
    for place in range(metadata.num_row_groups):
        group = metadata.row_group(place)
        yield from (group.column(column) for column in range(group.num_columns))


def _check_size(
    name: str, rows: int, chunks: list[pyarrow.parquet.ColumnChunkMetaData], packed: int
) -> None:
    """Refuse a table that promises far more than its bytes can mean, before it is decoded."""
    cells = max(rows, sum(chunk.num_values for chunk in chunks))
    if cells > min(MOST_CELLS, max(CELLS_MATTER, CELLS_PER_BYTE * packed)):
        raise DataError(
            f"{name}: says that it has {cells:,} cells in {packed:,} bytes, as no table of texts "
            "has; write it again, in parts if need be."
        )
    check_ratio(name, sum(max(chunk.total_uncompressed_size, 0) for chunk in chunks), packed)


def _parts(
    name: str, file: pyarrow.parquet.ParquetFile, packed: int
) -> Iterator[pyarrow.RecordBatch]:
    size = 0
    for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
        size += sum(map(_decoded_bytes, batch.columns))
        check_ratio(name, size, packed)
        if size > LARGEST_TABLE:
            raise too_large(name, LARGEST_TABLE)
        yield batch


def _decoded_bytes(array: Any) -> int:  # noqa: ANN401 - pyarrow has few types
    """The bytes that a column takes once each cell has a text of its own."""
    import pyarrow

    if isinstance(array, pyarrow.DictionaryArray):
        return 8 * len(array) + _text_bytes(array)
    if pyarrow.types.is_list(array.type) or pyarrow.types.is_large_list(array.type):
        return _decoded_bytes(array.flatten())
    if pyarrow.types.is_struct(array.type):
        return sum(map(_decoded_bytes, array.flatten()))
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


if __name__ == "__main__":
    main(sys.argv[1])
