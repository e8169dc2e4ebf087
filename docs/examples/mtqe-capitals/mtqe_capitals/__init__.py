"""A check for mtqe that finds translations which are written in capitals, unlike their sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from mtqe.checks.base import Problem, Severity, Span, TranslationCheck
from mtqe.corpus.base import Corpus

WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, kw_only=True)
class Capitals(TranslationCheck):
    """Finds words in capitals; its fields are the keys of ``[checks.capitals]``.

    Attributes:
        at_least: number of words in capitals that make a finding.
    """

    name: ClassVar[str] = "capitals"
    summary: ClassVar[str] = "words in capitals that the source does not write so"

    severity: Severity = "minor"
    at_least: int = 2

    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        """What is wrong with one translation, if anything; spans mark the words in the report."""
        found = [match for match in WORD.finditer(hypothesis) if match[0].isupper()]
        if len(found) < self.at_least or any(word.isupper() for word in WORD.findall(source)):
            return None
        spans: tuple[Span, ...] = tuple(("hypothesis", *match.span()) for match in found)
        return Problem(f"{len(found)} words are in capitals", spans)
