"""The files with translations in a program's folder, each with its languages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.languages import find_language
from mtqe.corpus.localisation.entries import CATALOG, is_localisation, localisation_text
from mtqe.corpus.localisation.pairs import source_file
from mtqe.corpus.registry import LINES, by_extension, extension, find_format
from mtqe.errors import DataError
from mtqe.support.languages import canonical, primary

MOST_FILES = 5000
IGNORED = ("node_modules", "__pycache__", "build", "dist")
TAG = re.compile(r"(?<![A-Za-z])[a-z]{2,3}(?:[-_](?:r?[A-Z]{2}|[A-Z][a-z]{3}))?(?![A-Za-z])")
"""What may be a language in a file's or folder's name."""


def translation_files(folder: Path, source_language: str) -> Iterator[tuple[Path, LanguagePair]]:
    """The files of translations below a folder, by name.

    Files that say their languages, such as PO, come with those of the file's name if there are
    some, else with the source's language and ``und``.

    Raises:
        DataError: there are too many files.
    """
    for file in _files(folder):
        if extension(file) == CATALOG:
            yield from ((file, pair) for pair in _catalog_pairs(file, source_language))
        elif is_localisation(file):
            if pair := _pair(file, source_language):
                yield file, pair
        elif extension(file) == ".pot":
            continue  # a template holds no translations
        elif (name := by_extension(file)) != LINES and find_format(name).bilingual:
            yield file, LanguagePair(source_language, "und")


def _files(folder: Path) -> Iterator[Path]:
    number = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in IGNORED)
        for name in sorted(names):
            number += 1
            if number > MOST_FILES:
                raise DataError(
                    f"{folder}: has more than {MOST_FILES:,} files; name a folder in it."
                )
            yield Path(place) / name


def _catalog_pairs(file: Path, source_language: str) -> Iterator[LanguagePair]:
    """The pairs of a string catalog whose source language is the one that is meant."""
    from mtqe.corpus.localisation.string_catalogs import catalog_languages

    source, targets = catalog_languages(str(file), localisation_text(file))
    if find_language(source_language, [source]) is not None:
        yield from (LanguagePair(source, target) for target in targets)


def _pair(file: Path, source_language: str) -> LanguagePair | None:
    """The languages of a file that names a language and has the source's file beside it."""
    for name in (file.stem, file.parent.name):
        found = [match[0] for match in TAG.finditer(name)]
        if name.endswith(".lproj"):  # German.lproj, as older programs have it
            found += _named(name.removesuffix(".lproj"))
        for written in found:
            tag = canonical(written.replace("-r", "-"))
            if primary(tag) == primary(source_language) or not _is_known(tag):
                continue
            pair = LanguagePair(source_language, tag)
            try:
                if source_file(file, pair) is not None:
                    return pair
            except DataError:
                continue
    return None


def _named(name: str) -> list[str]:
    """The tag of a language's English name."""
    from babel import Locale

    return [tag for tag, known in Locale("en").languages.items() if known == name]


def _is_known(tag: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True
