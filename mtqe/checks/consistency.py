"""Equal sources that are translated differently, and different ones translated equally."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Severity
from mtqe.checks.content import folded
from mtqe.checks.recurring import again
from mtqe.corpus.base import Corpus, Segment, Translations
from mtqe.corpus.plurals import PLURAL
from mtqe.corpus.segment_names import name_of
from mtqe.support.scripts import MARKS

SHOWN = 40
CONTEXTS = ("context", "comment", PLURAL)
"""Metadata by which one source may mean two things."""
NOT_WORD = re.compile(rf"[^\w{MARKS}]+|_")


@dataclass(frozen=True, kw_only=True)
class UnequalTranslations(Check):
    """A source that comes again, and that the same system has translated otherwise elsewhere.

    Contexts and plural forms tell sources apart, and so do references that differ. The most
    frequent translation is taken for the usual one, the first of several.
    """

    name = "unequal-translations"
    summary = "equal sources, different translations"
    needs_source = True

    severity: Severity = "minor"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        return None if _repeated(corpus) else "no source twice"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        groups = _repeated(corpus)
        for system in systems if groups else ():
            texts = system.hypotheses
            for rows in groups:
                yield from self._of_group(corpus, system.system, rows, texts)

    def _of_group(
        self, corpus: Corpus, system: str, rows: Sequence[int], texts: Sequence[str | None]
    ) -> Iterator[Finding]:
        said = {row: key for row in rows if (text := texts[row]) and (key := folded(text))}
        if len(set(said.values())) < 2:
            return
        usual = Counter(said.values()).most_common(1)[0][0]
        example = next(row for row, key in said.items() if key == usual)
        for row, key in said.items():
            if key != usual:
                shown = _short(texts[example] or "")
                place = name_of(corpus[example], example)
                message = f"The same source is translated as “{shown}” in {place}."
                yield self.finding(corpus[row], system, Problem(message))


@dataclass(frozen=True, kw_only=True)
class EqualTranslations(Check):
    """One translation for two sources that say different things.

    Sources that differ in case, punctuation, spaces or the sign of an accelerator alone are one.
    Synonyms may well have one translation, so this check runs only where it is asked for;
    `repeated-output` finds one translation for many sources.

    Attributes:
        min_letters: shorter translations are let pass.
    """

    name = "equal-translations"
    summary = "different sources, equal translations"
    needs_source = True

    severity: Severity = "minor"
    min_letters: int = 12

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        for system in systems:
            rows: dict[str, list[int]] = defaultdict(list)
            texts = system.hypotheses
            for row in again(_core(text or "") for text in texts):
                if len(key := _core(texts[row] or "")) >= self.min_letters:
                    rows[key].append(row)
            for same in rows.values():
                if len(same) > 1:
                    yield from self._of_group(corpus, system.system, same)

    def _of_group(self, corpus: Corpus, system: str, rows: Sequence[int]) -> Iterator[Finding]:
        first = rows[0]
        source, plural = _core(corpus[first].source), PLURAL in corpus[first].metadata
        references = _reference(corpus[first])
        for row in rows[1:]:
            if _core(corpus[row].source) == source or (plural and PLURAL in corpus[row].metadata):
                continue
            if references and references == _reference(corpus[row]):
                continue
            message = f"The same translation as {name_of(corpus[first], first)}."
            yield self.finding(corpus[row], system, Problem(message))


def _core(text: str) -> str:
    """Letters and digits alone, without case."""
    return NOT_WORD.sub("", text.casefold())


def _reference(segment: Segment) -> str:
    return next(map(_core, segment.present_references), "")


def _repeated(corpus: Corpus) -> list[list[int]]:
    """Rows of segments with one source, of sources that come more than once."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in again(segment.source for segment in corpus):
        rows[corpus[row].source].append(row)
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for source, same in rows.items():
        if len(same) > 1 and source.strip():
            for row in same:
                groups[(source, *_meaning(corpus[row]))].append(row)
    return [same for same in groups.values() if len(same) > 1]


def _meaning(segment: Segment) -> tuple[object, ...]:
    """What a source means beside its text, as far as the file or its references tell."""
    contexts = tuple(segment.metadata.get(name) for name in CONTEXTS)
    return (*contexts, *map(folded, segment.present_references[:1]))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN].rstrip()}…"
