"""Copies of files of translations with their texts replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.formats import Filled
from mtqe.corpus.localisation.pairs import spellings
from mtqe.corpus.registry import extension, find_format, format_names, function, recognised
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.writers.output import write_bytes
from mtqe.errors import DataError
from mtqe.support.languages import canonical
from mtqe.support.paths import real_path
from mtqe.support.words import count

NAMES_SHOWN = 3
TEMPLATES = {".pot": ".po"}
"""Endings of files that are copied under another ending."""
UNDERSCORED = (".arb", ".properties")
"""Endings of files whose names write a region as in ``pt_BR``."""


def write_copy(
    path: PathLike,
    dataset: Dataset,
    template: PathLike,
    *,
    format: str | None = None,  # noqa: A002
    lossy: bool = False,
) -> tuple[str, ...]:
    """Write a copy of a file with a dataset's first references in the place of its texts.

    Keys, order, comments and all that mtqe knows nothing about stay as they are, and plural forms
    become those of the target language.

    Args:
        path: the file to write.
        dataset: ids are the file's keys.
        template: the file to copy, such as the source language's, or a .pot.
        format: the template's format; else its look decides.
        lossy: leave the template's text where there is none, and leave out texts without a key.

    Returns:
        What was left as it was or left out, in words.

    Raises:
        DataError: no copies are made of such files, the two are of different kinds, or a text is
            missing, has no place or doesn't fit.
    """
    data, lost = _copy(path, dataset, template, format, lossy)
    write_bytes(path, data)
    return lost


def check_template(path: PathLike, corpus: Corpus, template: PathLike, *, lossy: bool) -> None:
    """See that a copy could be written once a corpus is translated, by copying its sources.

    Args:
        path: the file to write later.
        corpus: what is to be translated.
        template: the file to copy.
        lossy: as for `write_copy`.

    Raises:
        DataError: as for `write_copy`.
    """
    segments = tuple(replace(s, references=(s.source,)) for s in corpus)
    _copy(path, Dataset(replace(corpus, segments=segments)), template, None, lossy)


def write_translated(
    path: PathLike,
    corpus: Corpus,
    translations: Translations,
    template: PathLike,
    *,
    lossy: bool = False,
) -> tuple[str, ...]:
    """Write a system's translations as a copy of a file; see `write_copy`."""
    dataset = with_texts_of(Dataset(corpus, (translations,)), translations.system)
    return write_copy(path, dataset, template, lossy=lossy)


def copy_name(template: PathLike, languages: LanguagePair) -> str:
    """A copy's name, as ``de.json`` for ``en.json`` and ``a.po`` for ``a.pot``.

    A name that does not say the source language stays as it is, such as ``strings.xml``.
    """
    name = PurePath(template).name
    ending = extension(template)
    if ending in TEMPLATES:
        name = f"{name[: -len(ending)]}{TEMPLATES[ending]}"
    for spelling in spellings(languages.source):
        pattern = rf"(?<![A-Za-z]){re.escape(spelling)}(?![A-Za-z])"
        found = re.search(pattern, name[: -len(PurePath(name).suffix)], re.IGNORECASE)
        if found:
            joint = "_" if "_" in found[0] or ending in UNDERSCORED else "-"
            tag = canonical(languages.target).replace("-", joint)
            return f"{name[: found.start()]}{tag}{name[found.end() :]}"
    return name


def _copy(
    path: PathLike,
    dataset: Dataset,
    template: PathLike,
    format: str | None,  # noqa: A002
    lossy: bool,
) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a copy, and what it lacks, in words."""
    if not Path(template).is_file():
        raise DataError(f"{label(template)}: there is no such file; name a template that exists.")
    chosen = format or recognised(template, dataset.corpus.languages)
    known = find_format(chosen) if chosen in format_names() else None
    if known is None or known.fill is None:
        able = ", ".join(name for name in format_names() if find_format(name).fill is not None)
        raise DataError(
            f"{label(template)}: no copies are made of such files; name one of {able}, or leave "
            "out --template."
        )
    ending = extension(template)
    if extension(path) not in (ending, TEMPLATES.get(ending)):
        raise DataError(
            f"{label(path)}: its template {label(template)} is of another kind; give both files "
            "the same ending."
        )
    holds_both = _says_missing(chosen, ending)
    if not holds_both and real_path(Path(path)) == real_path(Path(template)):
        raise DataError(
            f"{label(path)} is the template itself; write another file, such as that of the target "
            "language."
        )
    filled: Filled = function(known.fill)(template, dataset)
    lost = _lost(label(path), label(template), filled, holds_both, lossy)
    return filled.data, tuple(lost)


def _says_missing(format: str, ending: str) -> bool:  # noqa: A002
    """Whether such a file can say that a text is not translated."""
    return format != "localisation" or ending == ".xcstrings"


def _lost(
    name: str, template: str, filled: Filled, says_missing: bool, lossy: bool
) -> Sequence[str]:
    lost = []
    if filled.lacking:
        missing = count(len(filled.lacking), "text")
        if not says_missing and not lossy:
            raise DataError(
                f"{name}: there is no translation for {missing} of {template} "
                f"({_some(filled.lacking)}), and such a file can't say so; translate the rest, or "
                "let the template's text stand with --lossy."
            )
        lost.append(f"translations of {missing}, for there are none")
    if filled.unknown:
        texts = count(len(filled.unknown), "segment")
        if not lossy:
            raise DataError(
                f"{name}: {template} has no place for {texts} ({_some(filled.unknown)}); give the "
                "file that the test set was made of, or leave them out with --lossy."
            )
        lost.append(f"{texts} that {template} has no place for")
    return lost


def _some(ids: Sequence[str]) -> str:
    rest = f" and {len(ids) - NAMES_SHOWN:,} more" if len(ids) > NAMES_SHOWN else ""
    return ", ".join(f"{name!r:.60}" for name in ids[:NAMES_SHOWN]) + rest


def with_texts_of(dataset: Dataset, system: str | None) -> Dataset:
    """A dataset whose one reference is a system's translation, without systems.

    Args:
        dataset: with systems.
        system: the system's name; the only one if not given.

    Raises:
        DataError: there is no such system, or there are several to choose from.
    """
    names = [item.system for item in dataset.systems]
    if system is None and len(names) > 1:
        raise DataError(
            f"there are {len(names)} systems; name one with --system: {', '.join(names)}."
        )
    chosen = next((s for s in dataset.systems if system in (None, s.system)), None)
    if chosen is None:
        raise DataError(
            f"no system is called {system!r}; there {'are' if len(names) > 1 else 'is'} "
            f"{', '.join(names) or 'none'}."
        )
    segments = tuple(
        Segment(s.id, s.source, (text,), s.document, s.metadata)
        for s, text in zip(dataset.corpus, chosen.hypotheses, strict=True)
    )
    corpus = type(dataset.corpus)(
        dataset.corpus.name, dataset.corpus.languages, segments, dataset.corpus.notes
    )
    return Dataset(corpus)
