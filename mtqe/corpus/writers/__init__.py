"""Writers of translations: what they write, `mtqe.corpus.readers` reads back unchanged."""

from __future__ import annotations

import os
from pathlib import PurePath

from mtqe.corpus.base import Corpus, Translations
from mtqe.corpus.text import STDIN, PathLike
from mtqe.corpus.writers.copies import (
    check_template,
    copy_name,
    with_texts_of,
    write_copy,
    write_translated,
)
from mtqe.corpus.writers.datasets import write_dataset
from mtqe.corpus.writers.jsonl import write_jsonl
from mtqe.corpus.writers.tsv import write_tsv
from mtqe.errors import DataError

__all__ = [
    "check_template",
    "copy_name",
    "with_texts_of",
    "write_copy",
    "write_dataset",
    "write_jsonl",
    "write_translated",
    "write_translations",
    "write_tsv",
]


def write_translations(path: PathLike, corpus: Corpus, translations: Translations) -> None:
    """Write a system's translations as TSV or JSONL, by the file's name (``-``: JSONL to stdout).

    Raises:
        DataError: the name is neither's, a text doesn't fit the format, or the disk refuses it.
    """
    suffix = PurePath(os.fspath(path).lower().removesuffix(".gz")).suffix
    if suffix in {".jsonl", ".ndjson"} or os.fspath(path) == STDIN:
        write_jsonl(path, corpus, translations)
    elif suffix == ".tsv":
        write_tsv(path, corpus, translations)
    else:
        raise DataError(f"{path}: translations are written as .tsv or .jsonl; choose such a name.")
