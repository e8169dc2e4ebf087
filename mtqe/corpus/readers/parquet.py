"""Parquet, through pyarrow in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.parquet_process import REFUSED
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.errors import DataError

if TYPE_CHECKING:
    import pyarrow

SECONDS = 600
"""Seconds that decoding may take; a gigabyte takes about one minute."""
MAGIC = b"PAR1"


def read_parquet(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read a Parquet file.

    Raises:
        DataError: the file can't be read, isn't Parquet, decodes to far more than its size, or
            holds values that are not text, numbers or times of this calendar.
    """
    name = label(path)
    data = read_bytes(path)
    if not (data.startswith(MAGIC) and data.endswith(MAGIC)):
        raise DataError(
            f"{name}: not a whole Parquet file (it does not begin and end with {MAGIC.decode()}); "
            "write it again, or set `format`."
        )
    decoded = _decoded(name, data)
    import pyarrow  # only now: a file that is refused costs one import of it and not two

    with pyarrow.ipc.open_stream(decoded) as stream:
        names = stream.schema.names
        parts = list(stream)
    check_header(name, names)
    columns = {key: _cells(name, key, parts, place) for place, key in enumerate(names)}
    rows = sum(part.num_rows for part in parts)
    return Table(name, columns, range(1, rows + 1), "row", plain=False)


def _decoded(name: str, data: bytes) -> bytes:
    """The table in Arrow's stream format."""
    command = [sys.executable, "-m", "mtqe.corpus.parquet_process", name]
    try:
        found = subprocess.run(
            command, input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DataError(
            f"{name}: takes more than {SECONDS} seconds to decode; split it."
        ) from error
    if found.returncode == REFUSED:
        raise DataError(found.stderr.decode("utf-8", "replace"))
    if found.returncode:
        raise DataError(
            f"{name}: not a whole Parquet file (pyarrow ends with code {found.returncode}); write "
            "it again, or set `format`."
        )
    return found.stdout


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
