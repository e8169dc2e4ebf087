"""Blocks of segments whose translations or references belong to other lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Check, Finding, Problem, Severity
from mtqe.checks.shifts import NO_FIGURES, Lines, Shift, figures_of, shifts_of
from mtqe.checks.texts import Places, Texts
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
        texts = Texts.of(corpus, systems)
        figures = [NO_FIGURES] * (len(texts.strings) + 1)
        everywhere = np.arange(len(texts.strings))
        for number in np.flatnonzero(texts.has(everywhere, Sign.DIGIT)).tolist():
            figures[number] = figures_of(texts.strings[number])

        def lines(numbers: Places) -> Lines:
            return Lines(texts.looks.lengths[numbers], [figures[n] for n in numbers.tolist()])

        sources = lines(texts.sources)
        if len(texts.references):
            found = shifts_of(sources, lines(texts.references[0]))
            yield from self._blocks(corpus, found, "references", None)
        for place, system in enumerate(texts):
            found = shifts_of(sources, lines(texts.translations[place]))
            yield from self._blocks(corpus, found, "translations", system.system)

    def _blocks(
        self, corpus: Corpus, shifts: Sequence[Shift], noun: str, system: str | None
    ) -> Iterator[Finding]:
        for shift in shifts:
            message = f"In {shift.describe(noun)}."
            for segment in corpus[shift.start : shift.end]:
                yield self.finding(segment, system, Problem(message))
