"""A corpus with what a file may hold beside it: systems' translations and people's scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations, missing
from mtqe.corpus.text import content_notes
from mtqe.errors import DataError
from mtqe.support.languages import UNKNOWN_LANGUAGE
from mtqe.support.words import count

__all__ = [
    "NO_SOURCES",
    "NO_TARGET_LANGUAGE",
    "UNKNOWN_LANGUAGE",
    "Dataset",
    "HumanScores",
    "build_corpus",
    "text_notes",
]

NO_SOURCES = "no sources: checks and metrics that need them are left out"
NO_TARGET_LANGUAGE = (
    "no target language given: words are counted as in languages that put spaces between them"
)


MOST_REFERENCES = 1000
MOST_TEXTS = 50_000_000
"""Places for references in a corpus, with the empty ones."""


@dataclass(frozen=True)
class HumanScores:
    """People's scores of one kind.

    Attributes:
        kind: kind of score, such as ``mqm`` or ``esa``.
        systems: scores by system, one per segment in the corpus's order; None where not rated.
    """

    kind: str
    systems: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True)
class Dataset:
    """What one file or folder holds.

    Attributes:
        corpus: the segments.
        systems: existing translations, in the file's order.
        human: people's scores of them.
    """

    corpus: Corpus
    systems: tuple[Translations, ...] = ()
    human: tuple[HumanScores, ...] = ()


def build_corpus(
    name: str, languages: LanguagePair, segments: Sequence[Segment], notes: Sequence[str] = ()
) -> Corpus:
    """A corpus of what a reader found, all segments with the same number of reference columns.

    Raises:
        DataError: there is no segment, or an id is repeated.
    """
    if not segments:
        raise DataError(f"{name}: holds no segments; add at least one.")
    width = max(len(segment.references) for segment in segments)
    check_width(name, width, len(segments))
    padded = tuple(_padded(segment, width) for segment in segments)
    sources = [segment.source for segment in padded]
    columns = [[segment.references[index] for segment in padded] for index in range(width)]
    return Corpus(name, languages, padded, (*notes, *text_notes(sources, columns)))


def check_width(name: str, references: int, segments: int) -> None:
    """Refuse numbers of references that no test set has: one long list makes as many columns.

    Raises:
        DataError: there are too many.
    """
    if references > MOST_REFERENCES or references * segments > MOST_TEXTS:
        raise DataError(
            f"{name}: {references:,} references for {segments:,} segments are more than mtqe "
            f"takes ({MOST_REFERENCES:,} per segment, {MOST_TEXTS:,} in all); is a list too long?"
        )


def text_notes(
    sources: Iterable[str | None], references: Sequence[Sequence[str | None]]
) -> list[str]:
    """Count what a corpus keeps on purpose: empty texts, line breaks inside, missing references."""
    notes = [*content_notes(sources, "source")]
    notes += content_notes(chain.from_iterable(references), "reference")
    for number, column in enumerate(references, 1):
        if lacking := missing(column):
            notes.append(f"{count(lacking, 'segment')} without reference {number}")
    return notes


def _padded(segment: Segment, width: int) -> Segment:
    lacking = (None,) * (width - len(segment.references))
    references = (*segment.references, *lacking)
    return replace(segment, references=references)
