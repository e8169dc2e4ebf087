"""References that can't be what they are taken for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Severity
from mtqe.checks.content import SLACK, are_equal, has_words, is_copy
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, Segment, Translations


@dataclass(frozen=True, kw_only=True)
class ReferenceCopy(Check):
    """A reference that is the source again."""

    name = "reference-copy"
    summary = "references equal to their source"
    needs_translations = False
    needs_source = True
    needs_references = True
    by_part = True

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        suspects = texts.may_be_equal(texts.references, texts.sources, SLACK).any(axis=0)
        for row in np.flatnonzero(suspects).tolist():
            segment = corpus[row]
            if any(is_copy(segment.source, text) for text in segment.present_references):
                yield self.finding(segment, None, Problem("A reference is the source again."))


@dataclass(frozen=True, kw_only=True)
class ReferenceOutput(Check):
    """References that are a system's output, or were post-edited from it: they flatter it.

    Attributes:
        share: share of the references with words that equal a system's output, from which all of
            those are findings.
    """

    name = "reference-output"
    summary = "references that are a system's output"
    needs_references = True

    severity: Severity = "critical"
    share: float = 0.5
    least: int = 5

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        judged: int | None = None
        for place, system in enumerate(texts):
            equal = self._equal(texts, place)
            if len(equal) < self.least:
                continue
            if judged is None:
                judged = sum(map(_has_reference, corpus))
            if len(equal) < self.share * judged:
                continue
            message = (
                f"The reference is this very output, as in {len(equal)} of {judged} segments: "
                "scores of this system mean nothing."
            )
            yield from (self.finding(corpus[row], system.system, Problem(message)) for row in equal)

    def _equal(self, texts: Texts, place: int) -> list[int]:
        """Segments of which a system's output is a reference that has words."""
        hypotheses = texts.hypotheses[place]
        numbers = texts.translations[place]
        suspects = texts.may_be_equal(texts.references, numbers, SLACK).any(axis=0)
        return [
            row
            for row in np.flatnonzero(suspects).tolist()
            if _has_reference(texts.corpus[row])
            and _is_reference(hypotheses[row], texts.corpus[row])
        ]


def _has_reference(segment: Segment) -> bool:
    return any(has_words(text) for text in segment.present_references)


def _is_reference(text: str | None, segment: Segment) -> bool:
    return text is not None and any(
        are_equal(text, reference) for reference in segment.present_references
    )
