"""Translations without content of their own: empty ones and copies of the source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mtqe.checks.base import Problem, Severity, TranslationCheck
from mtqe.corpus.base import Corpus


@dataclass(frozen=True, kw_only=True)
class Empty(TranslationCheck):
    """A translation without a visible character, of a source that has some."""

    name = "empty"
    summary = "empty translations"

    severity: Severity = "critical"

    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:  # noqa: D102
        if hypothesis.strip() or not source.strip():
            return None
        return Problem("The translation is empty." if not hypothesis else "Only white space.")


UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese."""
LETTERS = re.compile(r"[^\W\d_]{2,}")
MIN_WORDS = 3
"""A copy of fewer words may be a name that no language translates."""
MIN_UNSPACED = 6
"""The same in characters, for scripts without spaces between words."""


@dataclass(frozen=True, kw_only=True)
class Copy(TranslationCheck):
    """A translation that is the source again."""

    name = "copy"
    summary = "copies of the source"

    severity: Severity = "critical"

    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:  # noqa: D102
        if folded(hypothesis) != folded(source) or not has_words(source):
            return None
        return Problem(
            "The translation is the source again.", (("hypothesis", 0, len(hypothesis)),)
        )


def folded(text: str) -> str:
    """The text without what a copy may change: case, white space and punctuation at the end."""
    return " ".join(text.casefold().split()).rstrip(".。!?…！？ ")


def has_words(text: str) -> bool:
    """Whether there is enough in a text that a translation would have to change."""
    words = LETTERS.findall(text)
    return len(words) >= MIN_WORDS or any(is_unspaced(word) for word in words)


def is_unspaced(word: str) -> bool:
    """Whether a run of letters is long enough, in a script that puts no spaces, to be a phrase."""
    return len(word) >= MIN_UNSPACED and UNSPACED.search(word) is not None
