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


def main(name: str) -> None:
    """Decode standard input; `name` is what messages call the file."""
    data = sys.stdin.buffer.read()
    import pyarrow
    import pyarrow.parquet

    _limit_memory(MEMORY + MEMORY_PER_BYTE * len(data))
    try:
        file = _opened(pyarrow.BufferReader(data))
        _check_size(name, file.metadata, len(data))
        with pyarrow.ipc.new_stream(sys.stdout.buffer, file.schema_arrow) as out:
            for part in _parts(name, file, len(data)):
                out.write_batch(part)
    except DataError as error:
        sys.stderr.write(str(error))
        sys.exit(REFUSED)
    except MemoryError:
        sys.stderr.write(str(_too_greedy(name)))
        sys.exit(REFUSED)
    except (pyarrow.ArrowException, OSError, ValueError, NotImplementedError) as error:
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


def _opened(source: pyarrow.BufferReader) -> pyarrow.parquet.ParquetFile:
    """The file, with texts read as dictionaries: one text that a million rows share is one text."""
    import pyarrow.parquet

    schema = pyarrow.parquet.ParquetFile(source).metadata.schema
    leaves = [schema.column(place) for place in range(len(schema.names))]
    texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
    return pyarrow.parquet.ParquetFile(source, read_dictionary=texts)


def _check_size(name: str, metadata: pyarrow.parquet.FileMetaData, packed: int) -> None:
    """Refuse a table that promises far more than its bytes can mean, before it is decoded."""
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    cells = max(metadata.num_rows, sum(chunk.num_values for chunk in chunks))
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
    import pyarrow.compute

    if isinstance(array, pyarrow.DictionaryArray):
        lengths = pyarrow.compute.binary_length(array.dictionary)
        found = pyarrow.compute.sum(lengths.take(array.indices)).as_py()
        return 8 * len(array) + (found or 0)
    if pyarrow.types.is_list(array.type) or pyarrow.types.is_large_list(array.type):
        return _decoded_bytes(array.flatten())
    if pyarrow.types.is_struct(array.type):
        return sum(map(_decoded_bytes, array.flatten()))
    return int(array.nbytes)


if __name__ == "__main__":
    main(sys.argv[1])
