"""Decodes Parquet in a process of its own: damaged files can end the process that reads them.

Reads a Parquet file from standard input and writes Arrow's stream format, with texts kept as
dictionaries, to standard output. What a user must know goes to standard error, with exit code 3.
"""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from mtqe.corpus.bounded import check_ratio
from mtqe.corpus.parquet_size import (
    ROWS,
    Chunk,
    cells_of,
    chunks_of,
    decoded_bytes,
    shape_problem,
    text_columns,
    undictionaried,
    unpacked_bytes,
)
from mtqe.errors import DataError
from mtqe.support.scratch import is_full

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

Data: TypeAlias = bytes | mmap.mmap
"""The bytes of a file."""
REFUSED = 3
NO_ROOM = 4
MEMORY = 256 << 20
MEMORY_PER_BYTE = 12
"""Bytes that this process may take more, for each byte of the file."""
MOST_CELLS = 200_000_000
CELLS_MATTER = 2_000_000
"""Cells below which a table of few bytes does no harm."""
CELLS_PER_BYTE = 20


def main(name: str) -> None:
    """Decode standard input; `name` is what messages call the file."""
    data = _input()
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
    except OSError as error:
        if is_full(error):
            sys.stderr.write(error.strerror or str(error))
            sys.exit(NO_ROOM)
        _refuse(name, error)
    except (
        pyarrow.ArrowException, ValueError, NotImplementedError, LookupError, TypeError
    ) as error:  # fmt: skip
        _refuse(name, error)


def _refuse(name: str, error: Exception) -> NoReturn:
    reason = str(error).rstrip(".").partition("\n")[0]
    sys.stderr.write(
        f"{name}: not a whole Parquet file ({reason}); write it again, or set `format`."
    )
    sys.exit(REFUSED)


def _input() -> Data:
    """Standard input, which need not be held in memory where it is a file."""
    try:
        return mmap.mmap(sys.stdin.buffer.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # a pipe, or nothing
        return sys.stdin.buffer.read()


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


def _opened(name: str, data: Data) -> pyarrow.parquet.ParquetFile:
    """The file, with texts read as dictionaries: one text that a million rows share is one text."""
    import pyarrow.parquet

    metadata = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data)).metadata
    if problem := shape_problem(metadata):
        raise DataError(f"{name}: {problem}.")
    chunks = chunks_of(metadata)
    _check_size(name, metadata.num_rows, chunks, len(data))
    texts = sorted(text_columns(chunks) - undictionaried(chunks))
    return pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data), read_dictionary=texts)


def _check_size(name: str, rows: int, chunks: Sequence[Chunk], packed: int) -> None:
    """Refuse a table that promises far more than its bytes can mean, before it is decoded."""
    cells = cells_of(rows, chunks)
    if cells > min(MOST_CELLS, max(CELLS_MATTER, CELLS_PER_BYTE * packed)):
        raise DataError(
            f"{name}: says that it has {cells:,} cells in {packed:,} bytes, as no table of texts "
            "has; write it again, in parts if need be."
        )
    check_ratio(name, unpacked_bytes(chunks), packed)


def _parts(
    name: str, file: pyarrow.parquet.ParquetFile, packed: int
) -> Iterator[pyarrow.RecordBatch]:
    size = 0
    for groups in _read_together(file.metadata):
        for batch in file.iter_batches(batch_size=ROWS, row_groups=list(groups), use_threads=False):
            size += sum(map(decoded_bytes, batch.columns))
            check_ratio(name, size, packed)
            yield batch


def _read_together(metadata: pyarrow.parquet.FileMetaData) -> Sequence[Sequence[int]]:
    """The row groups that a batch may have rows of.

    One alone where there are lists of texts, of which pyarrow reads none across row groups.
    """
    groups = range(metadata.num_row_groups)
    nested = any("." in column for column in text_columns(chunks_of(metadata)))
    return [[group] for group in groups] if nested else [groups]


if __name__ == "__main__":
    main(sys.argv[1])
