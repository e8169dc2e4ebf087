"""What texts alone don't show.

Prompts that hold the test set, texts that metrics cut, and what translations of whole documents
leave out or add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.checks.base import Check, CheckContext, Evidence, Finding, Problem, Severity, Span
from mtqe.checks.content import folded, has_words
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.options import parse_options


@dataclass(frozen=True)
class SeverityOption:
    """The one option of checks whose other fields are evidence."""

    severity: Severity


@dataclass(frozen=True, kw_only=True)
class EvidenceCheck(Check):
    """A check of evidence, with its severity as its one option.

    Attributes:
        looks_at: the evidence that it needs; its own field has the name of `Evidence`'s.
    """

    needs_evidence = True
    by_part = True
    looks_at: ClassVar[str]

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], context: CheckContext) -> Self:
        given = {"severity": cls.severity, **options}
        return cls(severity=parse_options(SeverityOption, given, f"checks.{cls.name}").severity)

    @property
    @override
    def settings(self) -> Mapping[str, Any]:
        return {"severity": self.severity}

    @override
    def informed(self, evidence: Evidence) -> Self:
        return replace(self, **{self.looks_at: getattr(evidence, self.looks_at)})


@dataclass(frozen=True, kw_only=True)
class Leakage(EvidenceCheck):
    """A source or reference that the system's prompt shows, as a few-shot example or otherwise."""

    name = "leakage"
    summary = "segments that the engine's prompt gives away"
    looks_at = "prompts"

    severity: Severity = "critical"
    prompts: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        for system in systems:
            shown = "\n".join(folded(text) for text in self.prompts.get(system.system, ()))
            if not shown:
                continue
            for segment in corpus:
                if _is_shown(segment.source, shown):
                    problem = Problem("The prompt shows this source.", _whole(segment.source))
                elif any(_is_shown(text, shown) for text in segment.present_references):
                    problem = Problem("The prompt shows a reference of this segment.")
                else:
                    continue
                yield self.finding(segment, system.system, problem)


def _is_shown(text: str, shown: str) -> bool:
    return folded(text) in shown and has_words(text)


def _whole(source: str) -> tuple[tuple[Any, int, int], ...]:
    return (("source", 0, len(source)),)


@dataclass(frozen=True, kw_only=True)
class Truncation(EvidenceCheck):
    """A segment with a text that a metric's model can't read to its end."""

    name = "truncation"
    summary = "texts longer than a metric can read"
    looks_at = "cut"

    severity: Severity = "minor"
    cut: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict, repr=False)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        for place, system in enumerate(systems):
            for row, segment in enumerate(corpus) if self.cut else ():
                metrics = [name for name, cut in self.cut.items() if cut[place, row]]
                if metrics:
                    names = ", ".join(metrics)
                    message = f"Too long to be read to its end by {names}: the rest is not scored."
                    yield self.finding(segment, system.system, Problem(message))


@dataclass(frozen=True, kw_only=True)
class Omission(EvidenceCheck):
    """A segment that a translation of a whole document has nothing of."""

    name = "omission"
    summary = "segments that a translated document leaves out"
    looks_at = "omitted"

    severity: Severity = "critical"
    omitted: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        for system in systems:
            omitted = self.omitted.get(system.system, frozenset())
            for segment in corpus if omitted else ():
                if segment.id in omitted:
                    message = "The document's translation has nothing that belongs to this segment."
                    yield self.finding(segment, system.system, Problem(message))


@dataclass(frozen=True, kw_only=True)
class Addition(EvidenceCheck):
    """A part of a document's translation that has no counterpart in the reference."""

    name = "addition"
    summary = "text that a translated document adds"
    looks_at = "added"

    severity: Severity = "major"
    added: Mapping[str, Mapping[str, Sequence[tuple[int, int]]]] = field(
        default_factory=dict, repr=False
    )

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        for system in systems:
            added = self.added.get(system.system, {})
            for segment in corpus if added else ():
                if parts := added.get(segment.id):
                    spans: tuple[Span, ...] = tuple(("hypothesis", *part) for part in parts)
                    message = "Nothing in the reference corresponds to this part."
                    yield self.finding(segment, system.system, Problem(message, spans))
