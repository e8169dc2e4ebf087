"""A corpus from one format into another: what ``mtqe convert`` does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from mtqe.corpus.base import LanguagePair, Translations
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE, Dataset
from mtqe.corpus.languages import parse_languages
from mtqe.corpus.localisation.entries import CATALOG
from mtqe.corpus.localisation.pairs import source_file
from mtqe.corpus.readers import load_hypotheses, read_dataset, read_parallel
from mtqe.corpus.readers.tables import named_columns, systems_inside
from mtqe.corpus.registry import (
    LINES,
    by_extension,
    extension,
    find_format,
    format_names,
    recognised,
)
from mtqe.corpus.writers import with_texts_of, write_copy, write_dataset
from mtqe.corpus.writers.copies import TEMPLATES
from mtqe.errors import ConfigError
from mtqe.support.options import name_and_file
from mtqe.support.words import count


@dataclass(frozen=True)
class Converted:
    """Outcome of a conversion.

    Attributes:
        summary: size of what was written, in words.
        notes: counts of what the reader kept on purpose.
        lost: names of what the output can't hold.
    """

    summary: str
    notes: tuple[str, ...]
    lost: tuple[str, ...]


def convert(
    source: str | Dataset,
    target: str,
    *,
    source_format: str | None = None,
    target_format: str | None = None,
    languages: tuple[str | None, str | None] = (None, None),
    references: Sequence[str] = (),
    hypotheses: Sequence[str] = (),
    name: str | None = None,
    template: str | None = None,
    system: str | None = None,
    lossy: bool = False,
    columns: Sequence[str] = (),
) -> Converted:
    """Read a dataset in one format and write it in another.

    Args:
        source: as `read_dataset` takes it, a file of plain lines, or a dataset, such as a run's.
        target: as `write_dataset` takes it.
        source_format: the former's format, where its name doesn't say it.
        target_format: the latter's.
        languages: both or none.
        references: files beside plain lines.
        hypotheses: ``NAME=FILE``: systems to add.
        name: of the corpus.
        template: a file of translations whose copy is written, with the texts in their places; the
            source itself, where both are files of one such kind.
        system: the system whose translations are written in the place of references.
        lossy: leave out texts that the output can't hold.
        columns: ``ROLE=COLUMN`` of a table each, where these have other names than the usual ones.

    Raises:
        ConfigError: options that don't go together.
        DataError: a file that can't be read or written without guessing.
    """
    pair = parse_languages(*languages)
    named = [name_and_file(text, "--hypothesis") for text in hypotheses]
    inside: Sequence[str] = ()
    if isinstance(source, Dataset):
        dataset = source
    else:
        title = name or PurePath(os.fspath(source)).name.partition(".")[0] or "corpus"
        inside = systems_inside(source, source_format, named)
        dataset = _read(source, title, pair, source_format, references, inside, columns)
    added = tuple(_system(system, file, dataset) for system, file in named if system not in inside)
    dataset = Dataset(dataset.corpus, (*dataset.systems, *added), dataset.human)
    own = (
        None if isinstance(source, Dataset) else _own_template(source, source_format, target, pair)
    )
    chosen = dataset
    copied = template or own
    if system is not None or (
        dataset.systems and (copied or _takes_one_text(target, target_format, dataset))
    ):
        chosen = with_texts_of(dataset, system)
        copied = template or (own and _source_side(own, dataset.corpus.languages))
    if copied:
        is_copy = template is None and chosen is dataset and bool(chosen.corpus[0].references)
        form = target_format or (source_format if own else None)
        lost = write_copy(target, chosen, copied, format=form, lossy=lossy or is_copy)
    else:
        lost = write_dataset(target, chosen, format=target_format, lossy=lossy)
    return Converted(_summary(chosen), dataset.corpus.notes, lost)


def _own_template(
    source: str, source_format: str | None, target: str, languages: LanguagePair | None
) -> str | None:
    """The source itself, where it is a file that copies are made of, and the output is alike."""
    chosen = source_format or recognised(source, languages)
    known = find_format(chosen) if chosen in format_names() else None
    ending = extension(source)
    same = extension(target) in (ending, TEMPLATES.get(ending))
    return source if known is not None and known.fill is not None and same else None


def _source_side(path: str, languages: LanguagePair) -> str:
    """The source language's file, of a file that holds the target's texts alone."""
    if recognised(path, languages) != "localisation" or extension(path) == CATALOG:
        return path
    return str(source_file(Path(path), languages) or path)


def _takes_one_text(target: str, target_format: str | None, dataset: Dataset) -> bool:
    """Whether an output has room for one system's translations, and nothing else is to go there."""
    chosen = target_format or by_extension(target)
    known = find_format(chosen) if chosen in format_names() else None
    if known is None or known.holds.systems:
        return False
    return known.fill is not None or not dataset.corpus[0].references


def _read(
    source: str,
    name: str,
    languages: LanguagePair | None,
    format: str | None,  # noqa: A002
    references: Sequence[str],
    systems: Sequence[str],
    columns: Sequence[str],
) -> Dataset:
    chosen = format or recognised(source, languages)
    if chosen != LINES:
        if references:
            raise ConfigError(f"--reference is for plain lines, and {source} is read as {chosen}.")
        return read_dataset(
            source,
            name=name,
            languages=languages,
            columns=named_columns(source, chosen, columns),
            format=chosen,
            systems=systems,
        )
    named_columns(source, chosen, columns)  # which lines have none of
    pair = languages or LanguagePair(UNKNOWN_LANGUAGE, UNKNOWN_LANGUAGE)
    return Dataset(read_parallel(source, references, name=name, languages=pair))


def _system(name: str, file: str, dataset: Dataset) -> Translations:
    if name in [system.system for system in dataset.systems]:
        raise ConfigError(
            f"--hypothesis {name}={file}: give it a name of its own, as in NAME=FILE."
        )
    texts = load_hypotheses(file, dataset.corpus, system=name).texts
    return Translations.from_texts(name, dataset.corpus, texts)


def _summary(dataset: Dataset) -> str:
    parts = [count(len(dataset.corpus), "segment")]
    if width := len(dataset.corpus[0].references):
        parts.append(count(width, "reference") + " each")
    if dataset.systems:
        parts.append(count(len(dataset.systems), "system"))
    if dataset.human:
        parts.append(count(len(dataset.human), "kind") + " of human scores")
    return ", ".join(parts)
