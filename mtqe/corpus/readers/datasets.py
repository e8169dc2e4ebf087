"""Every format that holds a whole corpus, by name or by the look of a path."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import cast

from mtqe.corpus.base import Corpus, LanguagePair, Translations
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE, Dataset, HumanScores
from mtqe.corpus.readers.columns import HYPOTHESIS, SCORE, ColumnMapping
from mtqe.corpus.readers.corpora import corpus_of
from mtqe.corpus.readers.formats import LINES, TABLE_READERS, format_of, load_table
from mtqe.corpus.readers.huggingface import PREFIX, is_hugging_face, read_hugging_face
from mtqe.corpus.readers.metrics_eval import is_metrics_eval
from mtqe.corpus.readers.moses import is_moses
from mtqe.corpus.readers.table import Absent, Table
from mtqe.corpus.readers.test_sets import is_test_set
from mtqe.corpus.text import STDIN, PathLike, label
from mtqe.errors import DataError

Reader = Callable[[PathLike, str, LanguagePair | None], Dataset]

READERS: Mapping[str, str] = MappingProxyType(
    {
        "tmx": "mtqe.corpus.readers.tmx:read_tmx",
        "xliff": "mtqe.corpus.readers.xliff:read_xliff",
        "xliff2": "mtqe.corpus.readers.xliff:read_xliff",
        "po": "mtqe.corpus.readers.po:read_po",
        "wmt-xml": "mtqe.corpus.readers.wmt_xml:read_wmt_xml",
        "sgm": "mtqe.corpus.readers.sgm:read_sgm",
        "moses": "mtqe.corpus.readers.moses:read_moses",
        "mt-metrics-eval": "mtqe.corpus.readers.metrics_eval:read_metrics_eval",
        "sacrebleu": "mtqe.corpus.readers.test_sets:read_test_set",
    }
)
HUGGING_FACE = "huggingface"
DATASET_FORMATS = (*TABLE_READERS, *READERS, HUGGING_FACE)
"""Every name of a format that holds a whole corpus."""

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        ".tmx": "tmx",
        ".xlf": "xliff",
        ".xliff": "xliff",
        ".po": "po",
        ".pot": "po",
        ".xml": "wmt-xml",
        ".sgm": "sgm",
        ".sgml": "sgm",
    }
)


def read_dataset(
    path: PathLike,
    *,
    name: str,
    languages: LanguagePair | None = None,
    columns: ColumnMapping | None = None,
    format: str | None = None,  # noqa: A002
) -> Dataset:
    """Read a corpus, and what systems and people made of it, in any format but line-aligned text.

    Args:
        path: a file, a folder, the prefix of a Moses pair, or a name such as ``wmt23:zh-en``.
        name: what reports call the corpus.
        languages: the direction of translation, where the file doesn't say it or holds several.
        columns: of a table: the columns' names, where they aren't the usual ones.
        format: one of `DATASET_FORMATS`; else the path's look decides.

    Raises:
        DataError: it can't be read without guessing; the sentence says why.
    """
    chosen = format or dataset_format(path, languages)
    if chosen in TABLE_READERS:
        return _from_table(load_table(path, chosen), name, languages, columns)
    if chosen == HUGGING_FACE:
        return _from_table(read_hugging_face(path, languages), name, languages, columns)
    if chosen not in READERS:
        raise DataError(
            f"{label(path)}: {repr(format) if format else 'its name'} stands for no format "
            f"of a corpus; name one of {', '.join(DATASET_FORMATS)}."
        )
    module, _, function = READERS[chosen].partition(":")
    return cast(Reader, getattr(import_module(module), function))(path, name, languages)


def is_name(path: PathLike) -> bool:
    """Whether this names a set to download, not a place on this machine."""
    text = os.fspath(path)
    return text.startswith(PREFIX) or is_test_set(text)


def dataset_format(path: PathLike, languages: LanguagePair | None = None) -> str:
    """The format that a path looks like; ``lines`` where it looks like none."""
    if os.fspath(path) == STDIN:
        return LINES
    if is_hugging_face(path):
        return HUGGING_FACE
    if is_test_set(path):
        return "sacrebleu"
    if Path(path).is_dir():
        return "mt-metrics-eval" if is_metrics_eval(path) else "sgm"
    suffix = PurePath(os.fspath(path).lower().removesuffix(".gz")).suffix
    if suffix in EXTENSIONS:
        return EXTENSIONS[suffix]
    if format_of(path) == LINES and is_moses(path, languages):
        return "moses"
    return format_of(path)


def _from_table(
    table: Table, name: str, languages: LanguagePair | None, columns: ColumnMapping | None
) -> Dataset:
    pair = languages or LanguagePair(UNKNOWN_LANGUAGE, UNKNOWN_LANGUAGE)
    corpus = corpus_of(table, name, pair, columns or ColumnMapping())
    systems = tuple(
        Translations.from_texts(column.removeprefix(HYPOTHESIS), corpus, _texts(table, column))
        for column in table.columns
        if column.startswith(HYPOTHESIS)
    )
    return Dataset(corpus, systems, _human(table, corpus))


def _texts(table: Table, column: str) -> list[str | None]:
    """Translations: an empty cell of TSV and CSV is an empty one, a null elsewhere is none."""
    return list(table.texts(column)) if table.plain else table.optional_texts(column)


def _human(table: Table, corpus: Corpus) -> tuple[HumanScores, ...]:
    kinds: dict[str, dict[str, tuple[float | None, ...]]] = {}
    for column in table.columns:
        if column.startswith(SCORE):
            kind, _, system = column.removeprefix(SCORE).partition(":")
            scores = tuple(_score(table, column, row) for row in range(len(corpus)))
            kinds.setdefault(kind, {})[system] = scores
    return tuple(HumanScores(kind, systems) for kind, systems in kinds.items())


def _score(table: Table, column: str, row: int) -> float | None:
    cell = table.columns[column][row]
    if cell is None or cell is Absent.ABSENT or cell == "":
        return None
    try:
        return float(str(cell))
    except ValueError as error:
        raise DataError(
            f"{table.where(row)}: {column!r} holds {cell!r}; write a number, or nothing."
        ) from error
