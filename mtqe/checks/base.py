"""What a check is, and what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.support.options import parse_options

Severity = Literal["critical", "major", "minor"]
Side = Literal["source", "reference", "hypothesis"]
Span = tuple[Side, int, int]
"""A part of a text in Unicode code points; `reference` is a segment's first one."""

AT_ONCE = 16_384
"""Numbers of texts that become Python objects at once."""

SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor")
SIDES: tuple[Side, ...] = ("source", "reference", "hypothesis")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one segment that a human should look at.

    Attributes:
        system: system whose translation it is about; None where it is about the test set itself.
        check: the check's name.
        message: what is wrong, in words, for a reader who sees the segment.
        spans: the places to mark.
    """

    segment_id: str
    system: str | None
    check: str
    severity: Severity
    message: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding without its place: what one look at some texts gives."""

    message: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What an evaluation knows of its translations beside their texts.

    Attributes:
        prompts: texts that each system's engine was shown in addition to the segments.
        cut: whether each metric could not read a text of a sample to its end, bool [systems,
            segments].
        omitted: by system, ids of segments that a translation of a whole document has nothing of.
        added: by system and segment id, characters of the translation without counterpart.
    """

    prompts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cut: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    omitted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    added: Mapping[str, Mapping[str, Sequence[tuple[int, int]]]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.prompts or self.cut or self.omitted or self.added)


NO_EVIDENCE = Evidence()


@dataclass(frozen=True)
class CheckContext:
    """What a check may need to know of its surroundings.

    Attributes:
        languages: the direction of translation.
        folder: folder that relative paths in its options start from.
    """

    languages: LanguagePair
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Check(ABC):
    """A frozen configuration that looks for one kind of trouble; it holds no state.

    The fields of a concrete check are the keys of its ``[checks.NAME]`` table.

    Attributes:
        name: name in ``[checks.NAME]``, ``--checks`` and gate rules.
        summary: what it finds, in a few words, such as "numbers that differ".
        needs_source: whether it finds nothing, or wrong things, where sources are not known.
        needs_translations: whether it finds nothing where there are no translations.
        needs_evidence: whether it looks at what only an evaluation knows (`Evidence`).
        needs_references: whether it finds nothing where no segment has a reference.
        subject: what sources or translations must have so that there is anything to look at, such
            as "placeholders"; empty where any text will do.
        signs: `Sign`s of which a text that it concerns has at least one; 0 where that is not known.
        by_segment: whether its findings about a segment depend on that segment, its translations
            and the languages alone, so that blocks of a test set can be checked apart.
        by_part: whether its findings about a segment hold whatever other segments, or documents,
            there are, so that a run that is merged from runs of parts keeps them; so they do where
            `by_segment` is set.
    """

    name: ClassVar[str]
    summary: ClassVar[str]

    needs_source: ClassVar[bool] = False
    needs_translations: ClassVar[bool] = True
    needs_evidence: ClassVar[bool] = False

    needs_references: ClassVar[bool] = False
    subject: ClassVar[str] = ""
    signs: ClassVar[int] = 0
    by_segment: ClassVar[bool] = False
    by_part: ClassVar[bool] = False

    severity: Severity = "major"

    @classmethod
    def from_options(cls, options: Mapping[str, Any], context: CheckContext) -> Self:
        """Build from a ``[checks.NAME]`` table.

        Raises:
            ConfigError: an unknown option or a wrong value; names the key and what is allowed.
            DataError: a file that it names can't be read without guessing.
        """
        return parse_options(cls, options, f"checks.{cls.name}")

    @property
    def settings(self) -> Mapping[str, Any]:
        """All that its findings depend on, as JSON values."""
        return asdict(self)

    def informed(self, evidence: Evidence) -> Self:
        """This check with what it must know beside texts; most need nothing."""
        return self

    def finding(self, segment: Segment, system: str | None, problem: Problem) -> Finding:
        """A problem as a finding of this check."""
        return Finding(segment.id, system, self.name, self.severity, problem.message, problem.spans)

    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        """Why these texts have nothing that this check could look at, such as "no placeholders".

        None if they have something, or if that can't be told without looking at all of them. Only
        asked of a check whose needs are met.
        """
        if not self.subject:
            return None
        texts = self._concerned(Texts.of(corpus, systems))
        return None if any(map(self.concerns, texts)) else f"no {self.subject}"

    def _concerned(self, texts: Texts) -> Iterator[str]:
        """Sources and translations that have one of the check's signs."""
        numbers = np.concatenate((texts.sources, texts.translations.ravel()))
        if self.signs:
            numbers = numbers[texts.has(numbers, self.signs)]
        numbers = np.unique(numbers[numbers >= 0])
        for start in range(0, len(numbers), AT_ONCE):
            yield from map(texts.strings.__getitem__, numbers[start : start + AT_ONCE].tolist())

    def concerns(self, text: str) -> bool:
        """Whether a text has what the check looks at (`subject`); a quick look, asked of many."""
        return True

    @abstractmethod
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        """Look at a test set and its translations, of which there may be none.

        Args:
            corpus: the test set.
            systems: translations of all its segments, in its order.
        """


class TranslationCheck(Check):
    """A check that looks at one translation beside its source, and needs nothing else."""

    needs_source = True
    by_segment = True

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        for row, place in texts.pairs(self.suspects(texts)):
            segment, text = corpus[row], texts.hypotheses[place][row]
            if text is not None and (problem := self.look(segment.source, text, corpus)):
                yield self.finding(segment, texts[place].system, problem)

    def suspects(self, texts: Texts) -> Mask:
        """Which translations to look at, bool [systems, segments].

        All of them, unless a cheap look at all texts shows that there is nothing to find in some.
        """
        return texts.present

    @abstractmethod
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        """What is wrong with a translation, if anything."""
