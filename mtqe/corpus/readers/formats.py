"""Which format a file has, and the reader for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType

from mtqe.corpus.readers.delimited import read_csv, read_tsv
from mtqe.corpus.readers.excel import read_excel
from mtqe.corpus.readers.jsonl import read_jsonl
from mtqe.corpus.readers.parquet import read_parquet
from mtqe.corpus.readers.table import Table
from mtqe.corpus.text import PathLike, label
from mtqe.errors import DataError

LINES = "lines"

TABLE_READERS: Mapping[str, Callable[[PathLike], Table]] = MappingProxyType(
    {
        "tsv": read_tsv,
        "csv": read_csv,
        "jsonl": read_jsonl,
        "parquet": read_parquet,
        "xlsx": read_excel,
    }
)
FORMATS = (LINES, *TABLE_READERS)
"""Every name that `format` may have."""

_EXTENSIONS = MappingProxyType(
    {
        ".tsv": "tsv",
        ".csv": "csv",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
        ".xlsx": "xlsx",
    }
)


def format_of(path: PathLike) -> str:
    """The format that a file's name stands for; ``lines`` unless it is a known table's."""
    name = PurePath(os.fspath(path).lower().removesuffix(".gz"))
    return _EXTENSIONS.get(name.suffix, LINES)


def load_table(path: PathLike, format: str | None = None) -> Table:  # noqa: A002
    """Read a table in the given format, or in the one that its name stands for.

    Raises:
        DataError: the format is unknown or not a table's, or the file is malformed.
    """
    chosen = format or format_of(path)
    if chosen not in TABLE_READERS:
        raise DataError(
            f"{label(path)}: {repr(format) if format else 'its name'} stands for no table format; "
            f"set `format` to one of {', '.join(TABLE_READERS)}."
        )
    return TABLE_READERS[chosen](path)
