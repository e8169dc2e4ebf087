"""References that can't be what they are taken for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Severity
from mtqe.checks.content import are_equal, has_words, is_copy
from mtqe.corpus.base import Corpus, Segment, Translations


@dataclass(frozen=True, kw_only=True)
class ReferenceCopy(Check):
    """A reference that is the source again."""

    name = "reference-copy"
    summary = "references equal to their source"
    needs_translations = False
    needs_source = True
    needs_references = True

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        for segment in corpus:
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
        for system in systems:
            texts = system.hypotheses
            judged = [row for row, segment in enumerate(corpus) if _has_reference(segment)]
            equal = [row for row in judged if _is_reference(texts[row], corpus[row])]
            if len(equal) < self.least or len(equal) < self.share * len(judged):
                continue
            message = (
                f"The reference is this very output, as in {len(equal)} of {len(judged)} segments: "
                "scores of this system mean nothing."
            )
            yield from (self.finding(corpus[row], system.system, Problem(message)) for row in equal)


def _has_reference(segment: Segment) -> bool:
    return any(has_words(text) for text in segment.present_references)


def _is_reference(text: str | None, segment: Segment) -> bool:
    return text is not None and any(
        are_equal(text, reference) for reference in segment.present_references
    )
