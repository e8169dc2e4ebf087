"""Data sets of the Hugging Face hub, or in a local folder, through their library."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.languages import find_language
from mtqe.corpus.readers.table import Table, check_header
from mtqe.corpus.text import PathLike
from mtqe.errors import DataError
from mtqe.support.extras import import_extra

PREFIX = "hf:"
SAVED = ("dataset_info.json", "dataset_dict.json")
"""Files of a folder that `save_to_disk` wrote."""
TRANSLATION = "translation"

Loaded = Any
"""A `datasets.Dataset`, or a mapping of splits to such."""


def is_hugging_face(path: PathLike, languages: LanguagePair | None = None) -> bool:
    """Whether this is a name such as ``hf:wmt/wmt19``, or a folder that their library saved."""
    text = os.fspath(path)
    return text.startswith(PREFIX) or any((Path(path) / name).is_file() for name in SAVED)


def read_hugging_face(path: PathLike, languages: LanguagePair | None = None) -> Table:
    """Read ``hf:NAME``, ``hf:NAME:CONFIG`` or ``hf:NAME:CONFIG:SPLIT``, or a folder.

    A column of translations, as most parallel sets have it, becomes ``source`` and ``reference``
    by the languages. No code of a data set is ever run.

    Raises:
        DataError: there is no such set, config or split, or the languages aren't in it.
    """
    library = import_extra("datasets", "datasets", "Hugging Face data sets")
    text = os.fspath(path)
    name, config, split = [*text.removeprefix(PREFIX).split(":", 2), "", ""][:3]
    loaded = _load(library, text, name, config, split)
    if isinstance(loaded, Mapping):
        splits = list(loaded)
        if len(splits) != 1:
            raise DataError(
                f"{text}: has the splits {', '.join(splits)}; name one, as in "
                f"{PREFIX}{name}:{config}:{splits[0]}."
            )
        loaded = loaded[splits[0]]
    columns = {key: loaded[key][:] for key in loaded.column_names}
    columns = unfold(text, columns, languages)
    check_header(text, list(columns))
    return Table(text, columns, range(1, len(loaded) + 1), "row", plain=False)


def _load(library: ModuleType, text: str, name: str, config: str, split: str) -> Loaded:
    try:
        if any((Path(name) / file).is_file() for file in SAVED):
            loaded = library.load_from_disk(name)
            return loaded[split or config] if split or config else loaded
        return library.load_dataset(name, config or None, split=split or None)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            f"{text}: can't be loaded ({reason.rstrip('.')}); check its name, config and split, "
            "and the network."
        ) from error


def unfold(
    name: str, columns: Mapping[str, Sequence[Any]], languages: LanguagePair | None
) -> dict[str, Sequence[Any]]:
    """Columns with one of translations replaced by the two languages that are asked for.

    Raises:
        DataError: no languages are given, or one is not in it.
    """
    cells = columns.get(TRANSLATION)
    if cells is None or not all(isinstance(cell, dict) for cell in cells):
        return dict(columns)
    found = list(dict.fromkeys(tag for cell in cells for tag in cell))
    if languages is None:
        raise DataError(
            f"{name}: holds {', '.join(found)}; say which to use with --source-language and "
            "--target-language."
        )
    chosen = {
        side: find_language(tag, found)
        for side, tag in (("source", languages.source), ("reference", languages.target))
    }
    if None in chosen.values():
        raise DataError(f"{name}: holds {', '.join(found)}, but not both of {languages}.")
    sides = {side: [cell.get(tag) for cell in cells] for side, tag in chosen.items()}
    return {**sides, **{key: value for key, value in columns.items() if key != TRANSLATION}}
