"""A corpus from one format into another: what ``mtqe convert`` does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from mtqe.corpus.base import LanguagePair, Translations
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE, Dataset
from mtqe.corpus.languages import parse_languages
from mtqe.corpus.readers import load_hypotheses, read_dataset, read_parallel
from mtqe.corpus.registry import LINES, recognised
from mtqe.corpus.writers import write_dataset
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
    source: str,
    target: str,
    *,
    source_format: str | None = None,
    target_format: str | None = None,
    languages: tuple[str | None, str | None] = (None, None),
    references: Sequence[str] = (),
    hypotheses: Sequence[str] = (),
    name: str | None = None,
    lossy: bool = False,
) -> Converted:
    """Read a dataset in one format and write it in another.

    Args:
        source: as `read_dataset` takes it, or a file of plain lines.
        target: as `write_dataset` takes it.
        source_format: the former's format, where its name doesn't say it.
        target_format: the latter's.
        languages: both or none.
        references: files beside plain lines.
        hypotheses: ``NAME=FILE``: systems to add.
        name: of the corpus.
        lossy: leave out texts that the output can't hold.

    Raises:
        ConfigError: options that don't go together.
        DataError: a file that can't be read or written without guessing.
    """
    pair = parse_languages(*languages)
    title = name or PurePath(os.fspath(source)).name.partition(".")[0] or "corpus"
    dataset = _read(source, title, pair, source_format, references)
    added = tuple(_system(text, dataset) for text in hypotheses)
    dataset = Dataset(dataset.corpus, (*dataset.systems, *added), dataset.human)
    lost = write_dataset(target, dataset, format=target_format, lossy=lossy)
    return Converted(_summary(dataset), dataset.corpus.notes, lost)


def _read(
    source: str,
    name: str,
    languages: LanguagePair | None,
    format: str | None,  # noqa: A002
    references: Sequence[str],
) -> Dataset:
    chosen = format or recognised(source, languages)
    if chosen != LINES:
        if references:
            raise ConfigError(f"--reference is for plain lines, and {source} is read as {chosen}.")
        return read_dataset(source, name=name, languages=languages, format=chosen)
    pair = languages or LanguagePair(UNKNOWN_LANGUAGE, UNKNOWN_LANGUAGE)
    return Dataset(read_parallel(source, references, name=name, languages=pair))


def _system(text: str, dataset: Dataset) -> Translations:
    name, file = name_and_file(text, "--hypothesis")
    if name in [system.system for system in dataset.systems]:
        raise ConfigError(f"--hypothesis {text}: give it a name of its own, as in NAME=FILE.")
    texts = load_hypotheses(file, dataset.corpus).texts
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
