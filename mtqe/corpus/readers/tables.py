"""Files that are tables, by their names or by the format that the user names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers.columns import ColumnMapping, parse_columns
from mtqe.corpus.readers.table import Table
from mtqe.corpus.registry import (
    FORMATS,
    LINES,
    by_extension,
    find_format,
    format_names,
    function,
    recognised,
)
from mtqe.corpus.text import PathLike, label
from mtqe.errors import ConfigError, DataError
from mtqe.support.paths import is_same_file


def format_of(path: PathLike) -> str:
    """The table format that a file's name stands for; ``lines`` where it is not a table's."""
    name = by_extension(path)
    return name if is_table(name) else LINES


def is_table(name: str) -> bool:
    """Whether a format of this name gives named columns."""
    return name in format_names() and find_format(name).table is not None


def named_columns(
    path: PathLike,
    format: str | None,  # noqa: A002
    given: Sequence[str],
) -> ColumnMapping | None:
    """What ``--column`` of the command line says of a corpus's columns, if anything.

    Args:
        path: the corpus.
        format: its format; else its look decides.
        given: ``ROLE=COLUMN`` each.

    Raises:
        ConfigError: one has another form, or the corpus is not a table.
    """
    if given and not is_table(chosen := format or recognised(path)):
        raise ConfigError(
            f"--column {given[0]}: {label(path)} is read as {chosen}, which has no columns; leave "
            "it out, or name a table's format."
        )
    return parse_columns(given) if given else None


def systems_inside(
    path: PathLike,
    format: str | None,  # noqa: A002
    files: Iterable[tuple[str, str]],
) -> list[str]:
    """The systems whose translations are columns of a corpus's own table.

    Args:
        path: the corpus.
        format: its format; else its name decides.
        files: names of systems, each with the file of its translations.
    """
    if not is_table(format or format_of(path)):
        return []
    return [name for name, file in files if file == os.fspath(path) or is_same_file(file, path)]


def load_table(
    path: PathLike,
    format: str | None = None,  # noqa: A002
    languages: LanguagePair | None = None,
) -> Table:
    """Read a table in the given format, or in the one that its name stands for.

    Args:
        path: the file.
        format: its format; else its name decides.
        languages: the direction of translation, for formats that hold several.

    Raises:
        DataError: the format is unknown or not a table's, or the file is malformed.
    """
    chosen = format or format_of(path)
    reader = find_format(chosen).table if is_table(chosen) else None
    if reader is None:
        tables = ", ".join(
            name for name, known in FORMATS.items() if known.extensions and known.table
        )
        raise DataError(
            f"{label(path)}: {repr(format) if format else 'its name'} stands for no table format; "
            f"set `format` to one of {tables}."
        )
    table: Table = function(reader)(path, languages)
    return table
