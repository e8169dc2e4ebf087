"""Phrasebooks as test sets for mtqe: a phrase, its translations below it, and an empty line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.dataset import UNKNOWN_LANGUAGE, Dataset, build_corpus
from mtqe.corpus.formats import Format, Holds, no_name
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.text import PathLike, label, load_lines
from mtqe.corpus.writers.output import write_text
from mtqe.errors import DataError


def read_phrasebook(path: PathLike, name: str, languages: LanguagePair | None) -> Dataset:
    """Read a phrasebook as a corpus of this name.

    Args:
        path: the file; ``.gz`` and ``-`` for standard input work too.
        name: the corpus's name.
        languages: what the user said; a format that names its languages compares the two.

    Raises:
        DataError: the file can't be read without guessing; one sentence with file, line and fix.
    """
    lines = load_lines(path)
    phrases = list(_phrases(label(path), lines.texts))
    ids = content_ids([source for source, *_ in phrases])
    segments = [
        Segment(identifier, source, tuple(translations))
        for identifier, (source, *translations) in zip(ids, phrases, strict=True)
    ]
    pair = languages or LanguagePair(UNKNOWN_LANGUAGE, UNKNOWN_LANGUAGE)
    return Dataset(build_corpus(name, pair, segments, lines.notes))


def _phrases(file: str, lines: tuple[str, ...]) -> Iterator[list[str]]:
    numbered = groupby(enumerate(lines, 1), key=lambda line: bool(line[1]))
    for _, group in (found for found in numbered if found[0]):
        (number, source), *translations = group
        if not translations:
            raise DataError(f"{file}, line {number}: {source!r} has no translation; add one below.")
        yield [source, *(text for _, text in translations)]


def write_phrasebook(path: PathLike, dataset: Dataset) -> None:
    """Write what the format holds; mtqe has left out or refused the rest.

    Raises:
        DataError: a text doesn't fit the format, or the file can't be written.
    """
    blocks = []
    for segment in dataset.corpus:
        lines = [segment.source, *segment.present_references]
        if len(lines) == 1 or any(not line or "\n" in line for line in lines):
            raise DataError(
                f"{label(path)}: segment {segment.id!r} has an empty text, a line break or no "
                "reference; write TSV or JSONL instead."
            )
        blocks.append("\n".join(lines) + "\n")
    write_text(path, "\n".join(blocks))


PHRASEBOOK = Format(
    read=read_phrasebook,
    write=write_phrasebook,
    holds=Holds(references=None, ids=False, documents=False, metadata=no_name, languages=False),
    extensions=(".phrases",),
)
