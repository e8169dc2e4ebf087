"""Corpora: segments with references, their readers and writers."""

from mtqe.corpus.base import (
    Corpus,
    Failure,
    LanguagePair,
    Outcome,
    Segment,
    Translation,
    Translations,
)

__all__ = [
    "Corpus",
    "Failure",
    "LanguagePair",
    "Outcome",
    "Segment",
    "Translation",
    "Translations",
]
