"""Blocks of segments whose translations or references belong to other lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Severity
from mtqe.checks.shifts import find_shifts
from mtqe.corpus.base import Corpus, Translations

LEAST = 30
"""Segments below which lengths and numbers tell too little."""


@dataclass(frozen=True, kw_only=True)
class Misalignment(Check):
    """A shifted block, found by the lengths of texts and the numbers in them.

    Every segment of a block is a finding. A translation that is missing is taken for an empty one.
    """

    name = "misalignment"
    summary = "blocks of segments that are some lines off"
    needs_translations = False
    needs_source = True

    severity: Severity = "critical"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        return None if len(corpus) >= LEAST else f"fewer than {LEAST} segments"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        if len(corpus) < LEAST:
            return
        references = [segment.references[:1] for segment in corpus]
        if all(references):
            texts = [text or "" for (text,) in references]
            yield from self._blocks(corpus, texts, "references", None)
        for system in systems:
            texts = [text or "" for text in system.hypotheses]
            yield from self._blocks(corpus, texts, "translations", system.system)

    def _blocks(
        self, corpus: Corpus, texts: Sequence[str], noun: str, system: str | None
    ) -> Iterator[Finding]:
        for shift in find_shifts([segment.source for segment in corpus], texts):
            message = f"In {shift.describe(noun)}."
            for segment in corpus[shift.start : shift.end]:
                yield self.finding(segment, system, Problem(message))
