"""Translations of whole documents, whose lines need not be those of the test set."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from mtqe.corpus.base import Corpus
from mtqe.corpus.documents import check_document_count, check_document_names
from mtqe.corpus.readers.columns import DOCUMENT_NAMES, find_column, translations_column
from mtqe.corpus.readers.hypotheses import Hypotheses, recognised_file
from mtqe.corpus.readers.table import Table
from mtqe.corpus.readers.tables import is_table, load_table
from mtqe.corpus.registry import LINES
from mtqe.corpus.text import STDIN, PathLike, label, load_lines
from mtqe.errors import DataError

_BETWEEN = re.compile(r"\n(?:[ \t]*\n)+")


def load_documents(
    path: PathLike,
    corpus: Corpus,
    *,
    column: str | None = None,
    system: str | None = None,
    format: str | None = None,  # noqa: A002
) -> Hypotheses:
    """Read one system's translations of whole documents.

    Args:
        path: plain text with an empty line between documents, a folder with a file per document,
            or a table with the columns ``document`` and `column`, whose rows of one document
            belong together.
        corpus: a segment per document (see `mtqe.corpus.documents.document_corpus`).
        column: the table's column of translations; else `hypothesis` or that of the system's name.
        system: the system's name, where it is known.
        format: ``lines`` or that of a table; else the name decides.

    Returns:
        A text per document, with its lines; None where a table says null.

    Raises:
        DataError: the file is malformed, a document is empty, or the documents are not those of
            the test set.
    """
    if os.fspath(path) != STDIN and Path(path).is_dir():
        return _of_names(label(path), corpus, _folder(Path(path), corpus))
    chosen = format or recognised_file(path)
    if chosen == LINES:
        return _of_text(path, corpus)
    if not is_table(chosen):
        raise DataError(
            f"{label(path)}: documents are read from plain text, a folder of it, or a table; save "
            "them as one of these."
        )
    table = load_table(path, format)
    return _of_names(table.name, corpus, _rows(table, column, system), table.notes)


def _of_text(path: PathLike, corpus: Corpus) -> Hypotheses:
    lines = load_lines(path)
    text = "\n".join(lines.texts).strip()
    if not text:
        raise DataError(f"{label(path)}: is empty; give the translation of every document.")
    if len(corpus) == 1:
        return Hypotheses((text,), lines.notes)
    found = _BETWEEN.split(text)
    check_document_count(label(path), corpus, len(found))
    return Hypotheses(tuple(found), lines.notes)


def _folder(folder: Path, corpus: Corpus) -> dict[str, str | None]:
    """The text of each file, by its name, without its extension where documents have none."""
    wanted = {segment.id for segment in corpus}
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    found: dict[str, str | None] = {}
    for path in files:
        name = path.name if path.name in wanted else path.stem
        if name in found:
            raise DataError(f"{folder}: two files are called {name!r}; keep one per document.")
        found[name] = "\n".join(load_lines(path).texts)
    if not files:
        raise DataError(f"{folder}: holds no file; put one there for each document.")
    return found


def _rows(table: Table, named: str | None, system: str | None) -> dict[str, str | None]:
    documents = find_column(table, "document", None, DOCUMENT_NAMES)
    if documents is None:
        raise DataError(
            f"{table.name}: has no column document, so nothing says which row belongs to which "
            "document; add it."
        )
    column = translations_column(table, named, system)
    found: dict[str, str | None] = {}
    for name, text in zip(table.texts(documents), table.optional_texts(column), strict=True):
        before = found.get(name)
        found[name] = before if text is None else text if before is None else f"{before}\n{text}"
    return found


def _of_names(
    where: str,
    corpus: Corpus,
    found: Mapping[str, str | None],
    notes: tuple[str, ...] = (),
) -> Hypotheses:
    if len(corpus) == 1 and len(found) == 1:
        found = dict.fromkeys((segment.id for segment in corpus), *found.values())
    check_document_names(where, corpus, list(found))
    for name, text in found.items():
        if text is not None and not text.strip():
            raise DataError(
                f"{where}: document {name!r} is empty; give its translation, or null in a table "
                "where there is none."
            )
    return Hypotheses(tuple(found[segment.id] for segment in corpus), notes)
