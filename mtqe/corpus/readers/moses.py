"""Moses pairs: ``PREFIX.de`` and ``PREFIX.en``, whose equal lines belong together."""

from __future__ import annotations

import os
from pathlib import Path

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.lines import read_parallel
from mtqe.corpus.text import PathLike, label
from mtqe.errors import DataError


def is_moses(path: PathLike, languages: LanguagePair | None) -> bool:
    """Whether files of both languages begin with this name, which is not itself a file's."""
    if languages is None or Path(path).is_file():
        return False
    return all(Path(file).is_file() for file in moses_files(path, languages))


def moses_files(prefix: PathLike, languages: LanguagePair) -> tuple[str, str]:
    """The files of a pair."""
    return f"{os.fspath(prefix)}.{languages.source}", f"{os.fspath(prefix)}.{languages.target}"


def read_moses(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read a pair by its prefix, such as ``Europarl.de-en`` for ``Europarl.de-en.de``.

    Raises:
        DataError: the languages aren't named, or the files can't be read or differ in length.
    """
    if languages is None:
        raise DataError(
            f"{label(path)}: the files' endings are their languages; name them with "
            "--source-language and --target-language."
        )
    source, target = moses_files(path, languages)
    return Dataset(read_parallel(source, [target], name=name, languages=languages))
