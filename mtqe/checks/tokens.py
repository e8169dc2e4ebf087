"""Checks of what must stand in a translation exactly as often as in its source."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Side, Span
from mtqe.corpus.base import Corpus, Translations

SHOWN = 5
"""Tokens that a message names."""


class Token(NamedTuple):
    """Something found in a text: what it is compared by, and its place in code points."""

    key: str
    start: int
    end: int


class TokenCheck(Check):
    """Compares tokens of sources with those of translations as multisets.

    Attributes:
        noun: word for a token in messages.
    """

    noun: ClassVar[str]

    @abstractmethod
    def tokens(self, text: str, language: str) -> list[Token]:
        """The tokens of a text, in order."""

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        hypotheses = [(system.system, system.hypotheses) for system in systems]
        for row, segment in enumerate(corpus):
            wanted = self.tokens(segment.source, corpus.languages.source)
            for system, texts in hypotheses:
                text = texts[row]
                if text is None or not text.strip():
                    continue
                problem = self.compare(wanted, self.tokens(text, corpus.languages.target))
                if problem:
                    yield self.finding(segment, system, problem)

    def compare(self, source: list[Token], hypothesis: list[Token]) -> Problem | None:
        """What is lost and what is added, if anything."""
        if not source and not hypothesis:
            return None
        lost, added = unmatched(source, hypothesis), unmatched(hypothesis, source)
        return lost_and_added(self.noun, lost, added) if lost or added else None


def lost_and_added(noun: str, lost: Sequence[Token], added: Sequence[Token]) -> Problem:
    """Tokens that only the source has, and such that only the hypothesis has, as a problem."""
    parts = [_part(noun, tokens, word) for tokens, word in ((lost, "lost"), (added, "added"))]
    message = "; ".join(filter(None, parts))
    return Problem(f"{message}.", (*spans("source", lost), *spans("hypothesis", added)))


def _part(noun: str, tokens: Sequence[Token], word: str) -> str:
    keys = list(dict.fromkeys(token.key for token in tokens))
    if not keys:
        return ""
    plural = "" if len(keys) == 1 else "es" if noun.endswith("s") else "s"
    more = ", …" if len(keys) > SHOWN else ""
    return f"{noun.capitalize()}{plural} {word}: {', '.join(keys[:SHOWN])}{more}"


def unmatched(tokens: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    """The tokens that have no partner of the same key among others."""
    left = Counter(token.key for token in others)
    alone = []
    for token in tokens:
        if left[token.key]:
            left[token.key] -= 1
        else:
            alone.append(token)
    return alone


def spans(side: Side, tokens: Sequence[Token]) -> tuple[Span, ...]:
    """The places of tokens in the text of one side."""
    return tuple((side, token.start, token.end) for token in tokens)
