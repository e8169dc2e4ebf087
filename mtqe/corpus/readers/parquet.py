"""Parquet, through pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.errors import DataError

if TYPE_CHECKING:
    import pyarrow


def read_parquet(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read a Parquet file.

    Raises:
        DataError: the file can't be read, isn't Parquet, or holds strings that aren't UTF-8.
    """
    import pyarrow
    import pyarrow.parquet

    name = label(path)
    try:
        table = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(read_bytes(path))).read()
    except (pyarrow.ArrowException, OSError) as error:
        reason = str(error).rstrip(".")
        raise DataError(
            f"{name}: not a whole Parquet file ({reason}); write it again, or set `format`."
        ) from error
    check_header(name, table.column_names)
    columns = {key: _cells(name, key, table.column(key)) for key in table.column_names}
    return Table(name, columns, range(1, table.num_rows + 1), "row", plain=False)


def _cells(name: str, key: str, column: pyarrow.ChunkedArray) -> list[object]:
    try:
        cells: list[object] = column.to_pylist()
    except UnicodeDecodeError as error:
        row = _first_undecodable(column)
        raise DataError(
            f"{name}, row {row}: {key!r} is not UTF-8; write it as UTF-8 text."
        ) from error
    return cells


def _first_undecodable(column: pyarrow.ChunkedArray) -> int:
    for row, cell in enumerate(column, 1):
        try:
            cell.as_py()
        except UnicodeDecodeError:
            return row
    raise AssertionError("called on a column whose every cell decodes")
