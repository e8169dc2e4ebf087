"""Capitals at the start of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Severity
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.scripts import CASED, scripts_of

FIRST_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’.:/_-](?=[^\W_]))*")
WORD = re.compile(r"[^\W\d_][^\W_]*")
FEW = 3
HABIT = 0.2
"""Share of a system's texts with small letters at the start, and number, from which it is meant."""
SYNTAX = frozenset("%{<$&@`\\/-~#+=[")
"""What begins a placeholder, a tag, an option or code."""
APOSTROPHES = frozenset("'’‘`")
"""What begins Dutch and Afrikaans words that stay small, such as ``'s``."""


@dataclass(frozen=True, kw_only=True)
class Capitalisation(Check):
    """A translation that begins with a small letter, of a source that begins with a capital.

    Names such as iPhone, Zulu nouns such as iNingizimu and words of the source, such as commands,
    may be small, and so may translations of titles in which every word has a capital. Where a
    system begins more than a fifth of its texts so, as lists of units do, it is meant.
    The other way round means nothing: German writes nouns with capitals.
    """

    name = "capitalisation"
    summary = "a small letter at the start"
    needs_source = True

    severity: Severity = "minor"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        return no_capitals(corpus.languages.target)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        if no_capitals(corpus.languages.target) is not None:
            return
        texts = Texts.of(corpus, systems)
        looks = texts.looks
        firsts = np.unique(looks.ends[:, 0]).tolist()
        upper = np.isin(looks.ends[:, 0], [code for code in firsts if chr(code).isupper()])
        told = (looks.lengths[texts.translations] > 0) & (looks.lengths[texts.sources] > 0)
        capital = upper[texts.translations] & told
        for place, system in enumerate(texts):
            found: list[Finding] = []
            for row in np.flatnonzero(told[place] & ~capital[place]).tolist():
                segment, text = corpus[row], texts.hypotheses[place][row] or ""
                if (word := _small_start(segment.source, text)) is not None:
                    found.append(self.finding(segment, system.system, _problem(word)))
            capitals = int(capital[place].sum())
            if len(found) <= max(FEW, HABIT * (capitals + len(found))):
                yield from found


def _problem(word: re.Match[str]) -> Problem:
    message = "The source begins with a capital, the translation doesn't."
    return Problem(message, (("hypothesis", *word.span()),))


def _small_start(source: str, hypothesis: str) -> re.Match[str] | None:
    """The first word of a translation, if it should begin with a capital and doesn't."""
    theirs = _first(source)
    if theirs is None or not theirs.group()[0].isupper() or theirs.group()[1:2].isupper():
        return None
    ours = _first(hypothesis)
    if ours is None or not _is_small(ours.group()) or ours.group() in FIRST_WORD.findall(source):
        return None
    words = WORD.findall(source)
    return None if len(words) > 1 and all(word[0].isupper() for word in words) else ours


def no_capitals(language: str) -> str | None:
    """Why nothing can be said of a language's capitals; None if it has some."""
    scripts = scripts_of(language)
    return f"no capitals in {language}" if scripts and not set(scripts) & set(CASED) else None


def _first(text: str) -> re.Match[str] | None:
    """The first word, unless a number or something that isn't a word stands before it."""
    match = FIRST_WORD.search(text)
    if match is None:
        return None
    before = text[: match.start()].strip()
    if any(c in SYNTAX or c in APOSTROPHES or c.isalnum() for c in before):
        return None
    return match


def _is_small(word: str) -> bool:
    """Whether a word is in small letters of a script that has capitals."""
    return word == word.lower() != word.upper() and not "\u10d0" <= word[0] <= "\u10ff"
