"""Texts without content of their own: empty ones and copies of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Finding, Problem, Severity, TranslationCheck
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.scripts import UNSPACED

LOWER_WORD = re.compile(r"\b[^\W\d_A-ZÀ-ÞА-Я][^\W\d_]+")
MIN_WORDS = 3
"""A copy of fewer words that aren't capitalised may be a name or a term of both languages."""
SLACK = 5
"""Characters that white space and punctuation at the end may make a copy longer or shorter."""
MIN_UNSPACED = 5
"""The same in characters, for scripts without spaces between words."""


@dataclass(frozen=True, kw_only=True)
class Empty(TranslationCheck):
    """A translation without a visible character, of a source that has some; an empty reference."""

    name = "empty"
    summary = "empty texts"
    needs_translations = False
    needs_source = False
    by_segment = False  # whether the test set has sources at all counts
    by_part = True

    severity: Severity = "critical"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        blank = ~texts.has(texts.sources, Sign.VISIBLE) | (
            (texts.references >= 0) & ~texts.has(texts.references, Sign.VISIBLE)
        ).any(axis=0)
        for row in np.flatnonzero(blank).tolist() if corpus.has_sources else ():
            segment = corpus[row]
            if not segment.source.strip():
                yield self.finding(segment, None, Problem("The source is empty."))
            elif any(not text.strip() for text in segment.present_references):
                yield self.finding(segment, None, Problem("A reference is empty."))
        yield from super().findings(corpus, texts)

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.present & ~texts.translated(Sign.VISIBLE)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        if hypothesis.strip() or (corpus.has_sources and not source.strip()):
            return None
        if hypothesis and source and not any(character.isalnum() for character in source):
            return None  # such as a separator of numbers, which is a blank in Russian
        return Problem("The translation is empty." if not hypothesis else "Only white space.")


@dataclass(frozen=True, kw_only=True)
class Copy(TranslationCheck):
    """A translation that is the source again."""

    name = "copy"
    summary = "copies of the source"

    severity: Severity = "critical"

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.may_be_equal(texts.translations, texts.sources, SLACK)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        if not is_copy(source, hypothesis):
            return None
        return Problem(
            "The translation is the source again.", (("hypothesis", 0, len(hypothesis)),)
        )


def is_copy(source: str, text: str) -> bool:
    """Whether a text is the source again, and has words that a translation would change."""
    return are_equal(source, text) and has_words(source)


def are_equal(text: str, other: str) -> bool:
    """Whether two texts differ in case, white space and punctuation at the end alone."""
    return abs(len(text) - len(other)) <= SLACK and folded(text) == folded(other)


def folded(text: str) -> str:
    """The text without what a copy may change: case, white space and punctuation at the end."""
    return " ".join(text.casefold().split()).rstrip(".。!?…！？ ")


def has_words(text: str) -> bool:
    """Whether there is enough in a text that a translation would have to change."""
    if UNSPACED.search(text):
        return len(UNSPACED.findall(text)) >= MIN_UNSPACED
    return len(LOWER_WORD.findall(text)) >= MIN_WORDS
