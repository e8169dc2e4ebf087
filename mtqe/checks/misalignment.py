"""Blocks of segments whose translations or references belong to other lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Check, Finding, Problem, Severity
from mtqe.checks.large import LargeTexts
from mtqe.checks.shifts import BLOCK, NO_FIGURES, Lines, Shift, figures_of, shifts_of
from mtqe.checks.texts import Places, Texts
from mtqe.corpus.base import Corpus, Translations

KEPT = 4 * BLOCK
"""Texts of a large test set whose numbers are kept: more than are looked at at once."""
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
        figures = _figures(texts)

        def lines(numbers: Places) -> Lines:
            return Lines(texts.looks.lengths[numbers], _At(figures, numbers))

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


def _figures(texts: Texts) -> Sequence[frozenset[str]]:
    """The numbers in digits of each text, and of one that is missing."""
    if isinstance(texts, LargeTexts):
        return _LargeFigures(texts)
    figures = [NO_FIGURES] * (len(texts.strings) + 1)
    everywhere = np.arange(len(texts.strings))
    for number in np.flatnonzero(texts.has(everywhere, Sign.DIGIT)).tolist():
        figures[number] = figures_of(texts.strings[number])
    return figures


class _LargeFigures(Sequence[frozenset[str]]):
    """Numbers of texts that are looked for when they are asked for, and kept a while."""

    def __init__(self, texts: LargeTexts) -> None:
        self._texts = texts
        self._kept: dict[int, frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._texts.strings) + 1

    @overload
    def __getitem__(self, index: int) -> frozenset[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[frozenset[str]]: ...
    @override
    def __getitem__(self, index: int | slice) -> frozenset[str] | list[frozenset[str]]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if not self._texts.looks.flags[index] & Sign.DIGIT:
            return NO_FIGURES
        if index not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[index] = figures_of(self._texts.strings[index])
        return self._kept[index]


class _At(Sequence[frozenset[str]]):
    """What stands at some places of a sequence."""

    def __init__(self, all_: Sequence[frozenset[str]], places: Places) -> None:
        self._all = all_
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> frozenset[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[frozenset[str]]: ...
    @override
    def __getitem__(self, index: int | slice) -> frozenset[str] | list[frozenset[str]]:
        if isinstance(index, slice):
            return [self._all[place] for place in self._places[index].tolist()]
        return self._all[int(self._places[index])]

    @override
    def __iter__(self) -> Iterator[frozenset[str]]:
        for start in range(0, len(self), BLOCK):
            yield from self[start : start + BLOCK]
