"""Tables of a run folder, refused before they become far more than their bytes.

A run folder may come from somebody else: from a colleague, a CI's artefacts, a download.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtqe.corpus.large_text import is_large
from mtqe.corpus.parquet_size import (
    ROWS,
    Chunk,
    cells_of,
    chunks_of,
    decoded_bytes,
    most_text_bytes,
    shape_problem,
    text_columns,
    undictionaried,
    unpacked_bytes,
)
from mtqe.errors import DataError
from mtqe.support.scratch import ScratchFile, full, is_full

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

HARMLESS = 256 << 20
"""Bytes that any table may decode to."""
HIGHEST_RATIO = 200
"""How many times a folder's bytes a table may decode to; 15 systems of a test set have some 30."""
BYTES_PER_CELL = 8
FIX = "make the run again, or take the folder from where it was made"


def read_bounded(path: Path, packed: int) -> pa.Table:
    """The table of a file; one that decodes to much lies on disk, mapped.

    Args:
        path: the file.
        packed: the bytes of all the folder's tables.

    Raises:
        DataError: it would decode to far more than that.
        MtqeError: the disk is full.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        metadata = file.metadata
        check_shape(path, metadata)
        chunks = chunks_of(metadata)
    room = max(HARMLESS, HIGHEST_RATIO * packed)
    cells = BYTES_PER_CELL * cells_of(metadata.num_rows, chunks)
    if max(cells, unpacked_bytes(chunks)) > room:
        raise _too_much(path, room)
    if cells + most_text_bytes(chunks) > room:
        _check_texts(path, chunks, room)
    if is_large(max(cells, unpacked_bytes(chunks))):
        return _mapped(path)
    return pq.read_table(path, page_checksum_verification=True)


def _mapped(path: Path) -> pa.Table:
    """The table of a file, decoded some rows at a time into a scratch file that is mapped.

    Whoever reads some columns of some rows has these alone in memory.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    scratch = ScratchFile()
    with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
        try:
            with pa.ipc.new_stream(scratch.file, file.schema_arrow) as out:
                for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
                    out.write_batch(batch)
        except OSError as error:
            if is_full(error):
                raise full(error) from error
            raise
    with pa.ipc.open_stream(pa.py_buffer(scratch.map())) as stream:
        return stream.read_all()


def check_shape(path: Path, metadata: pq.FileMetaData) -> None:
    """Refuse a file whose columns or row groups alone take long to list.

    Raises:
        DataError: it has so many.
    """
    if problem := shape_problem(metadata):
        raise DataError(f"{path} {problem.partition(';')[0]}, as no run has; {FIX}.")


def _check_texts(path: Path, chunks: Sequence[Chunk], room: int) -> None:
    """Count the texts' bytes with each text held once, so that counting takes little memory."""
    import pyarrow.parquet as pq

    if strange := sorted(undictionaried(chunks)):
        raise DataError(f"{path}: {strange[0]!r} is encoded as mtqe writes no table; {FIX}.")
    size = 0
    with pq.ParquetFile(
        path, read_dictionary=sorted(text_columns(chunks)), page_checksum_verification=True
    ) as file:
        for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
            size += sum(map(decoded_bytes, batch.columns))
            if size > room:
                raise _too_much(path, room)


def _too_much(path: Path, room: int) -> DataError:
    return DataError(
        f"{path} decodes to more than {room >> 20:,} MiB, far more than its size; {FIX}."
    )
