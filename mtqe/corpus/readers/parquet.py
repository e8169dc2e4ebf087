"""Parquet, through pyarrow in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.large_text import is_large
from mtqe.corpus.parquet_process import NO_ROOM, REFUSED, Data
from mtqe.corpus.parquet_size import decoded_bytes
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import STDIN, PathLike, byte_parts, is_packed, label
from mtqe.errors import DataError
from mtqe.support.scratch import ScratchFile, full, kept, release

if TYPE_CHECKING:
    import pyarrow

SECONDS = 600
"""Seconds that decoding may take; a gigabyte takes about one minute."""
BYTES_PER_SECOND = 1 << 20
"""Bytes of a file for which it may take another second."""
MAGIC = b"PAR1"


def read_parquet(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read a Parquet file; the cells of one that decodes to much lie on disk.

    Raises:
        DataError: the file can't be read, isn't Parquet, decodes to far more than its size, or
            holds values that are not text, numbers or times of this calendar.
        MtqeError: the disk is full.
    """
    name = label(path)
    with _whole(path) as file:
        _check_magic(name, file)
        decoded = _decoded(name, file)
    import pyarrow  # only now: a file that is refused costs one import of it and not two

    with pyarrow.ipc.open_stream(pyarrow.py_buffer(decoded)) as stream:
        schema = stream.schema
        parts = list(stream)
    check_header(name, schema.names)
    size = sum(decoded_bytes(column) for part in parts for column in part.columns)
    column_of = _large_columns() if is_large(size) else _cells
    columns = {key: column_of(name, key, parts, place) for place, key in enumerate(schema.names)}
    rows = sum(part.num_rows for part in parts)
    return Table(name, columns, range(1, rows + 1), "row", plain=False)


@contextmanager
def _whole(path: PathLike) -> Iterator[BinaryIO]:
    """A file to read here and there, unpacked; what is packed or piped is kept on disk meanwhile.

    Raises:
        DataError: it can't be opened, or is not whole, valid gzip.
        MtqeError: the disk is full.
    """
    if os.fspath(path) != STDIN and not is_packed(path) and Path(path).is_file():
        with byte_parts(path), Path(path).open("rb") as file:
            yield file
        return
    with byte_parts(path) as parts:
        scratch = kept(parts)
    yield scratch.file


def _check_magic(name: str, file: BinaryIO) -> None:
    begins = file.read(len(MAGIC))
    file.seek(-min(len(MAGIC), file.seek(0, os.SEEK_END)), os.SEEK_END)
    if begins != MAGIC or file.read() != MAGIC:
        raise DataError(
            f"{name}: not a whole Parquet file (it does not begin and end with {MAGIC.decode()}); "
            "write it again, or set `format`."
        )
    file.seek(0)


def _decoded(name: str, file: BinaryIO) -> Data:
    """The table in Arrow's stream format, on disk.

    Args:
        name: what messages call the file.
        file: the file, which has a number that another process can read it by.
    """
    command = [sys.executable, "-m", "mtqe.corpus.parquet_process", name]
    seconds = SECONDS + os.fstat(file.fileno()).st_size // BYTES_PER_SECOND
    out = ScratchFile()
    try:
        found = subprocess.run(
            command,
            stdin=file,
            stdout=out.file,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError(
            f"{name}: takes more than {seconds} seconds to decode; split it."
        ) from error
    if found.returncode == REFUSED:
        raise DataError(found.stderr.decode("utf-8", "replace"))
    if found.returncode == NO_ROOM:
        raise full(OSError(found.stderr.decode("utf-8", "replace")))
    if found.returncode:
        raise DataError(
            f"{name}: not a whole Parquet file (pyarrow ends with code {found.returncode}); write "
            "it again, or set `format`."
        )
    return out.map()


Column = Callable[[str, str, "list[pyarrow.RecordBatch]", int], Sequence[object]]
"""Gives the cells of a column, by the file's name, the column's, all rows, and its place."""


def _cells(name: str, key: str, parts: list[pyarrow.RecordBatch], place: int) -> Sequence[object]:
    cells: list[object] = []
    for part in parts:
        cells += _values(name, key, len(cells), part.column(place))
    return cells


def _large_columns() -> Column:
    """How the columns of a large file are read, all into one scratch file."""
    import pyarrow

    from mtqe.corpus.readers.cells import CellWriter
    from mtqe.corpus.stored import TextWriter

    def texts(
        name: str, key: str, parts: list[pyarrow.RecordBatch], place: int
    ) -> Sequence[object]:
        writer = TextWriter()
        rows = 0
        for part in parts:
            column = part.column(place)
            try:
                writer.put_arrow(column)
            except _UNREADABLE as error:
                raise _unreadable(name, key, rows, column) from error
            rows += len(column)
            release()
        return writer.finish()

    def cells(
        name: str, key: str, parts: list[pyarrow.RecordBatch], place: int
    ) -> Sequence[object]:
        writer = CellWriter(ScratchFile())
        rows = 0
        for part in parts:
            writer.extend(_values(name, key, rows, part.column(place)))
            rows += part.num_rows
            release()
        return writer.finish()

    def column(
        name: str, key: str, parts: list[pyarrow.RecordBatch], place: int
    ) -> Sequence[object]:
        kind = parts[0].schema.field(place).type
        if pyarrow.types.is_dictionary(kind):
            kind = kind.value_type
        is_text = pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)
        return (texts if is_text else cells)(name, key, parts, place)

    return column


def _values(name: str, key: str, before: int, column: Any) -> list[object]:  # noqa: ANN401
    """The cells of some rows; `before` is the number of rows before."""
    try:
        found: list[object] = column.to_pylist()
    except _UNREADABLE as error:
        raise _unreadable(name, key, before, column) from error
    return found


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
