"""Words that a user's lists ask for or forbid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from typing_extensions import override

from mtqe.checks.base import Check, CheckContext, Finding, Problem, Severity, Span
from mtqe.checks.scripts import UNSPACED, UNSPACED_RANGES
from mtqe.corpus.base import Corpus, Translations
from mtqe.corpus.text import load_lines
from mtqe.errors import DataError
from mtqe.support.options import parse_options

SEPARATOR = "|"
SPACED_LETTER = rf"[^\W{UNSPACED_RANGES}]"
"""A letter or digit that would make a term a part of a longer word."""


@dataclass(frozen=True)
class Term:
    """A term of a glossary: translations of which one has to be there; none: leave it as it is."""

    source: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class GlossaryOptions:
    """``[checks.glossary]``; `path` is a TSV of a term and its translations, split by ``|``."""

    path: str
    severity: Severity = "major"
    match_case: bool = False


@dataclass(frozen=True, kw_only=True)
class Glossary(Check):
    """A term of the source whose translation by the glossary is not there.

    Attributes:
        terms: terms of the glossary.
        match_case: whether capitals count, in sources and translations.
    """

    name = "glossary"
    summary = "terms translated otherwise than by the glossary"
    needs_source = True

    terms: tuple[Term, ...] = field(repr=False)
    match_case: bool = False

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], context: CheckContext) -> Self:
        given = parse_options(GlossaryOptions, options, "checks.glossary")
        terms = read_glossary(context.folder / given.path)
        return cls(terms=terms, severity=given.severity, match_case=given.match_case)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        finder = _Finder([term.source for term in self.terms], self.match_case)
        by_source = {finder.key(term.source): term for term in self.terms}
        hypotheses = [(system.system, system.hypotheses) for system in systems]
        for row, segment in enumerate(corpus):
            wanted = [
                (by_source[key], start, end) for key, start, end in finder.find(segment.source)
            ]
            for system, texts in hypotheses if wanted else ():
                text = texts[row]
                if text and (problem := self._problem(wanted, text)):
                    yield self.finding(segment, system, problem)

    def _problem(self, wanted: Sequence[tuple[Term, int, int]], text: str) -> Problem | None:
        missing = [item for item in wanted if not self._has(item[0], text)]
        if not missing:
            return None
        said = dict.fromkeys(
            f"{term.source} → {' or '.join(term.targets) or term.source}" for term, _, _ in missing
        )
        spans: tuple[Span, ...] = tuple(("source", start, end) for _, start, end in missing)
        return Problem(f"Not as the glossary has it: {'; '.join(said)}.", spans)

    def _has(self, term: Term, text: str) -> bool:
        """Whether a translation of the term begins a word of the text, which may have an ending."""
        return any(
            _pattern([target], self.match_case, ending=True).search(text)
            for target in term.targets or (term.source,)
        )


@dataclass(frozen=True)
class WatchListOptions:
    """``[checks.watch-list]``; `path` is a file of words, one per line."""

    path: str
    severity: Severity = "major"


@dataclass(frozen=True, kw_only=True)
class WatchList(Check):
    """A translation with a word of the user's list, such as profanity or a competitor's name."""

    name = "watch-list"
    summary = "words of the watch list"

    words: tuple[str, ...] = field(repr=False)

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], context: CheckContext) -> Self:
        given = parse_options(WatchListOptions, options, "checks.watch-list")
        return cls(words=read_words(context.folder / given.path), severity=given.severity)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        finder = _Finder(self.words, match_case=False)
        for system in systems:
            for segment, text in zip(corpus, system.hypotheses, strict=True):
                found = finder.find(text or "")
                if found:
                    words = ", ".join(dict.fromkeys((text or "")[a:b] for _, a, b in found))
                    spans: tuple[Span, ...] = tuple(("hypothesis", a, b) for _, a, b in found)
                    yield self.finding(
                        segment, system.system, Problem(f"On the list: {words}.", spans)
                    )


class _Finder:
    """Finds any of many terms as whole words."""

    def __init__(self, terms: Sequence[str], match_case: bool) -> None:
        self._match_case = match_case
        self._pattern = _pattern(terms, match_case)

    def key(self, term: str) -> str:
        return term if self._match_case else term.casefold()

    def find(self, text: str) -> list[tuple[str, int, int]]:
        return [(self.key(m.group()), *m.span()) for m in self._pattern.finditer(text)]


def _pattern(terms: Sequence[str], match_case: bool, *, ending: bool = False) -> re.Pattern[str]:
    """Any of the terms as a whole word; in scripts without spaces, anywhere."""
    parts = [_whole(term, ending) for term in sorted(terms, key=len, reverse=True)]
    return re.compile("|".join(parts), re.NOFLAG if match_case else re.IGNORECASE)


def _whole(term: str, ending: bool) -> str:
    escaped = re.escape(term)
    if UNSPACED.search(term):
        return escaped
    return f"(?<!{SPACED_LETTER}){escaped}" + ("" if ending else f"(?!{SPACED_LETTER})")


def read_glossary(path: Path) -> tuple[Term, ...]:
    """The terms of a TSV: a term, a tab, its translations split by ``|``; ``#`` begins a comment.

    Raises:
        DataError: the file can't be read, or a line has no term.
    """
    terms = []
    for number, line in enumerate(load_lines(path).texts, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        source, _, targets = line.partition("\t")
        if not source.strip():
            raise DataError(f"{path}, line {number}: no term before the tab; write one.")
        allowed = (target.strip() for target in targets.split("\t")[0].split(SEPARATOR))
        terms.append(Term(source.strip(), tuple(filter(None, allowed))))
    if not terms:
        raise DataError(f"{path}: no terms; write a term, a tab and its translation on each line.")
    return tuple(terms)


def read_words(path: Path) -> tuple[str, ...]:
    """The words of a list, one per line; ``#`` begins a comment.

    Raises:
        DataError: the file can't be read, or has no words.
    """
    lines = (line.strip() for line in load_lines(path).texts)
    words = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not words:
        raise DataError(f"{path}: no words; write one on each line.")
    return words
