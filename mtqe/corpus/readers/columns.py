"""Which column of a table means what."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers.table import Table
from mtqe.errors import ConfigError, DataError
from mtqe.support.arguments import check_type, path_argument
from mtqe.support.words import listed

ID_NAMES = ("segment_id", "id", "seg_id")
SOURCE_NAMES = ("source", "src")
DOCUMENT_NAMES = ("document", "doc_id")
TRANSLATIONS = "hypothesis"
"""The column of translations in a table of one system's."""
HYPOTHESIS = f"{TRANSLATIONS}:"
"""Begins the name of a column with a system's translations; the system's name follows."""
SCORE = "score:"
"""Begins the name of a column with people's scores; ``KIND:SYSTEM`` follows."""
TRANSLATION_NAMES = frozenset({"target", "tgt", "translation", "hypothesis", "hyp", "mt"})
"""Names of columns with translations that may be references or a system's."""
SEPARATORS = {",": "commas", ";": "semicolons", "|": "vertical bars"}
REFERENCE_NAME = re.compile(r"(reference|ref)(_?\d+)?|ref[A-Z]|references")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The names of a table's columns; what is None is found by its usual name.

    Attributes:
        id: else ``segment_id``, ``id`` or ``seg_id``; without any, ids are made from the sources.
        source: else ``source`` or ``src``.
        references: else every ``reference``, ``ref``, ``reference_2``, ``ref2``, ``refA``…, and a
            column ``references`` of lists, in the table's order; ``()`` for none.
        document: else ``document`` or ``doc_id``, if there is one.
        metadata: else every column that is none of the above, and doesn't begin with
            ``hypothesis:`` or ``score:``; ``()`` for none.
        translations: columns of systems' translations with other names than ``hypothesis:NAME``,
            which are therefore no metadata; the table need not have them.
    """

    id: str | None = None
    source: str | None = None
    references: tuple[str, ...] | None = None
    document: str | None = None
    metadata: tuple[str, ...] | None = None
    translations: tuple[str, ...] = ()


ROLES = {
    "id": "id", "source": "source", "reference": "references", "document": "document",
    "metadata": "metadata",
}  # fmt: skip
"""What ``--column`` calls the fields of `ColumnMapping`."""
SEVERAL = ("references", "metadata")
"""Fields that may be several columns, or none."""


def parse_columns(given: Sequence[str]) -> ColumnMapping:
    """The mapping that ``ROLE=COLUMN`` of the command line stand for.

    Args:
        given: any number of them. Roles are those of `ROLES`; ``reference`` and ``metadata`` may be
            repeated, and name no column where nothing follows.

    Raises:
        ConfigError: one has another form, or a role that has one column is given several.
    """
    found: dict[str, list[str]] = {}
    for text in given:
        role, equals, column = text.partition("=")
        field = ROLES.get(role)
        several = field in SEVERAL
        if not equals or field is None or not (column or several):
            raise ConfigError(
                f"--column {text}: write ROLE=COLUMN, such as source=German; roles are "
                f"{listed([*ROLES], 'and')}."
            )
        columns = found.setdefault(field, [])
        columns += [column] if column else []
        if not several and len(columns) > 1:
            raise ConfigError(f"--column {text}: {role} is {columns[0]!r} already; name one.")
    one = {field: columns[0] for field, columns in found.items() if field not in SEVERAL}
    lists = {field: tuple(columns) for field, columns in found.items() if field in SEVERAL}
    return ColumnMapping(
        id=one.get("id"),
        source=one.get("source"),
        references=lists.get("references"),
        document=one.get("document"),
        metadata=lists.get("metadata"),
    )


def check_reading(path: object, name: object, languages: object, columns: object = None) -> None:
    """See that the arguments of a reader are of the types that they should be.

    Raises:
        ConfigError: one is not; says what it got.
    """
    path_argument(path, "path")
    check_type(name, str, "name", "a text")
    pair = 'a pair such as mtqe.LanguagePair("de", "en")'
    check_type(languages, (LanguagePair, type(None)), "languages", pair)
    mapping = 'an mtqe.ColumnMapping(source="…")'
    check_type(columns, (ColumnMapping, type(None)), "columns", mapping)


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping with every default replaced by the columns that a table has."""

    id: str | None
    source: str
    references: tuple[str, ...]
    document: str | None
    metadata: tuple[str, ...]


def resolve_columns(table: Table, mapping: ColumnMapping) -> Columns:
    """Find each role's columns in a table.

    Raises:
        DataError: a named column or the source is missing, or a column has two roles.
    """
    source = find_column(table, "columns.source", mapping.source, SOURCE_NAMES)
    if source is None:
        raise _missing(table, "columns.source", SOURCE_NAMES)
    identifier = find_column(table, "columns.id", mapping.id, ID_NAMES)
    document = find_column(table, "columns.document", mapping.document, DOCUMENT_NAMES)
    single = tuple(name for name in (identifier, source, document) if name is not None)
    references = _references(table, mapping, single)
    metadata = _metadata(table, mapping, (*single, *references))
    _refuse_two_roles(table, (*single, *references, *metadata))
    return Columns(identifier, source, references, document, metadata)


def find_column(table: Table, key: str, named: str | None, usual: Sequence[str]) -> str | None:
    """The column that was named, else the first usual name that the table has, else None.

    Args:
        table: where to look.
        key: the setting that names the column, for the message.
        named: what that setting says, if anything.
        usual: the names to try otherwise, best first.

    Raises:
        DataError: the named column is not in the table.
    """
    if named is not None:
        if named not in table.columns:
            raise _missing(table, key, (named,))
        return named
    return next((name for name in usual if name in table.columns), None)


def unnamed_notes(table: Table, columns: Columns) -> tuple[str, ...]:
    """What a reader must know of columns whose names don't say whose translations they hold.

    Args:
        table: any.
        columns: what its columns are taken for.
    """
    if columns.references or any(name.startswith(HYPOTHESIS) for name in table.columns):
        return ()
    found = [name for name in columns.metadata if name.lower() in TRANSLATION_NAMES]
    return tuple(
        f"column {name!r} read as metadata: call it 'reference', or '{HYPOTHESIS}NAME' if it is a "
        "system's"
        for name in found
    )


def translations_column(table: Table, named: str | None, system: str | None) -> str:
    """The column of one system's translations.

    Args:
        table: where to look.
        named: the column's name, where the user says it; else it is ``hypothesis:SYSTEM``,
            ``hypothesis`` or ``SYSTEM``, the first that the table has.
        system: the system's name, where it is known. A column that usually holds something else,
            such as ``source``, is not taken for a system of that name.

    Raises:
        DataError: there is no such column; says what to do with and without a configuration.
    """
    names = [TRANSLATIONS] if named is None else [named]
    if named is None and system is not None:
        names += [] if _is_usual(system) else [system]
        if (own := f"{HYPOTHESIS}{system}") in table.columns:
            names = [own]
    found = next((name for name in names if name in table.columns), None)
    if found is None:
        raise DataError(
            f"{table.name}: no column {' or '.join(map(repr, names))} among "
            f"{', '.join(map(repr, table.columns)) or 'none'}; call the column of translations so, "
            "or, in mtqe.toml, name it with `column`."
        )
    return found


def _is_usual(name: str) -> bool:
    """Whether a column of this name holds something else than a system's translations."""
    usual = (*ID_NAMES, *SOURCE_NAMES, *DOCUMENT_NAMES)
    return name in usual or REFERENCE_NAME.fullmatch(name) is not None


def _references(table: Table, mapping: ColumnMapping, taken: tuple[str, ...]) -> tuple[str, ...]:
    if mapping.references is None:
        names = (name for name in table.columns if REFERENCE_NAME.fullmatch(name))
        return tuple(name for name in names if name not in taken)
    return _named(table, "columns.references", mapping.references)


def _metadata(table: Table, mapping: ColumnMapping, taken: tuple[str, ...]) -> tuple[str, ...]:
    if mapping.metadata is None:
        names = (name for name in table.columns if not name.startswith((HYPOTHESIS, SCORE)))
        return tuple(name for name in names if name not in (*taken, *mapping.translations))
    return _named(table, "columns.metadata", mapping.metadata)


def _named(table: Table, key: str, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        find_column(table, key, name, ())
    return names


def _refuse_two_roles(table: Table, names: tuple[str, ...]) -> None:
    name, uses = Counter(names).most_common(1)[0]
    if uses > 1:
        raise DataError(
            f"{table.name}: column {name!r} is mapped to two roles; correct `columns` or --column."
        )


def _missing(table: Table, key: str, wanted: Sequence[str]) -> DataError:
    if len(table.columns) == 1:
        (header,) = table.columns
        for mark, called in SEPARATORS.items():
            if not {part.strip() for part in header.split(mark)}.isdisjoint(wanted):
                return DataError(
                    f"{table.name}: its columns are separated by {called}, not by tabs; call the "
                    "file .csv."
                )
    return DataError(
        f"{table.name}: no column {' or '.join(map(repr, wanted))} among "
        f"{', '.join(map(repr, table.columns)) or 'none'}; {_how_to_name(table, key, wanted)}"
    )


def _how_to_name(table: Table, key: str, wanted: Sequence[str]) -> str:
    """How to say which column has a role, with a column of the table as the example."""
    section, _, field = key.partition(".")
    role = next((role for role, own in ROLES.items() if own == field), None)
    if section != "columns" or role is None:
        return f"set `{key}`."
    free = [name for name in table.columns if not name.startswith((HYPOTHESIS, SCORE))]
    free = [name for name in free if not _is_usual(name)] or free
    close = difflib.get_close_matches(wanted[0], free, n=1)
    column = next(iter(close or free), "NAME")
    quoted = json.dumps(column, ensure_ascii=False)
    value = f"[{quoted}]" if field in SEVERAL else quoted
    return (
        f"name it, such as --column {shlex.quote(f'{role}={column}')}, or columns = "
        f"{{{field} = {value}}} under [corpus] in mtqe.toml."
    )
