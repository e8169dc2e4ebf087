"""Parquet, through pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.bounded import check_ratio, too_large
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.errors import DataError

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

LARGEST_TABLE = 2 << 30
"""Bytes of a table's texts, decoded."""
MOST_CELLS = 200_000_000
CELLS_MATTER = 2_000_000
"""Cells below which a table of few bytes does no harm."""
CELLS_PER_BYTE = 20
ROWS = 20_000
"""Rows that are decoded at once."""


def read_parquet(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read a Parquet file.

    Raises:
        DataError: the file can't be read, isn't Parquet, decodes to far more than its size, or
            holds values that are not text, numbers or times of this calendar.
    """
    import pyarrow
    import pyarrow.parquet

    name = label(path)
    data = read_bytes(path)
    try:
        file = _opened(pyarrow.BufferReader(data))
        _check_size(name, file.metadata, len(data))
        parts = list(_parts(name, file, len(data)))
    except (pyarrow.ArrowException, OSError, ValueError, NotImplementedError) as error:
        reason = str(error).rstrip(".").partition("\n")[0]
        raise DataError(
            f"{name}: not a whole Parquet file ({reason}); write it again, or set `format`."
        ) from error
    names = file.schema_arrow.names
    check_header(name, names)
    columns = {key: _cells(name, key, parts, place) for place, key in enumerate(names)}
    rows = sum(part.num_rows for part in parts)
    return Table(name, columns, range(1, rows + 1), "row", plain=False)


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
    for batch in file.iter_batches(batch_size=ROWS):
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


def _cells(name: str, key: str, parts: list[pyarrow.RecordBatch], place: int) -> list[object]:
    cells: list[object] = []
    for part in parts:
        try:
            cells += part.column(place).to_pylist()
        except _UNREADABLE as error:
            raise _unreadable(name, key, len(cells), part.column(place)) from error
    return cells


_UNREADABLE = (ValueError, OverflowError, LookupError, TypeError, NotImplementedError, OSError)
"""What pyarrow raises for texts that aren't UTF-8, for years that Python has not, for time zones
that nobody knows; its own exceptions are kinds of these."""


def _unreadable(name: str, key: str, before: int, column: Any) -> DataError:  # noqa: ANN401
    for row, cell in enumerate(column, before + 1):
        try:
            cell.as_py()
        except UnicodeDecodeError:
            return DataError(f"{name}, row {row}: {key!r} is not UTF-8; write it as UTF-8 text.")
        except _UNREADABLE as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            return DataError(
                f"{name}, row {row}: {key!r} can't be read ({reason}); write it as text."
            )
    return DataError(f"{name}: {key!r} can't be read; write it as text.")
