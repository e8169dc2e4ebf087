"""Words that a user's lists ask for or forbid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from typing_extensions import override

from mtqe.checks.base import Check, CheckContext, Finding, Problem, Severity, Span
from mtqe.corpus.base import Corpus, Translations
from mtqe.corpus.term_search import TermSearch, Wanted, pattern_of
from mtqe.corpus.termbase import Term, read_termbase
from mtqe.corpus.text import load_lines
from mtqe.errors import DataError
from mtqe.support.options import parse_options


@dataclass(frozen=True)
class GlossaryOptions:
    """``[checks.glossary]``; `path` is a termbase as TSV, CSV or TBX (see `read_termbase`)."""

    path: str
    severity: Severity = "major"
    match_case: bool = False


@dataclass(frozen=True, kw_only=True)
class Glossary(Check):
    """A term of the source whose translation by the glossary is not there, in any form.

    Attributes:
        terms: terms of the glossary.
        match_case: whether capitals count, in sources and translations.
    """

    name = "glossary"
    summary = "terms translated otherwise than by the glossary"
    needs_source = True
    by_segment = True

    terms: tuple[Term, ...] = field(repr=False)
    match_case: bool = False

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], context: CheckContext) -> Self:
        given = parse_options(GlossaryOptions, options, "checks.glossary")
        terms = read_termbase(context.folder / given.path, context.languages)
        return cls(terms=terms, severity=given.severity, match_case=given.match_case)

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        search = TermSearch(self.terms, corpus.languages, match_case=self.match_case)
        found = any(search.wanted(segment.source) for segment in corpus)
        return None if found else "no term of the glossary"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        search = TermSearch(self.terms, corpus.languages, match_case=self.match_case)
        hypotheses = [(system.system, system.hypotheses) for system in systems]
        for row, segment in enumerate(corpus):
            wanted = search.wanted(segment.source)
            for system, texts in hypotheses if wanted else ():
                text = texts[row]
                if text and (problem := _missing(search, wanted, text)):
                    yield self.finding(segment, system, problem)


def _missing(search: TermSearch, wanted: Sequence[Wanted], text: str) -> Problem | None:
    missing = [item for item in wanted if not search.has(item.term, text)]
    if not missing:
        return None
    said = dict.fromkeys(
        f"{term.source} → {' or '.join(term.targets) or term.source}" for term, _, _ in missing
    )
    spans: tuple[Span, ...] = tuple(("source", start, end) for _, start, end in missing)
    return Problem(f"Not as the glossary has it: {'; '.join(said)}.", spans)


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
    by_segment = True

    words: tuple[str, ...] = field(repr=False)

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], context: CheckContext) -> Self:
        given = parse_options(WatchListOptions, options, "checks.watch-list")
        return cls(words=read_words(context.folder / given.path), severity=given.severity)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        pattern = pattern_of(self.words, match_case=False)
        for system in systems:
            for segment, text in zip(corpus, system.hypotheses, strict=True):
                found = list(pattern.finditer(text)) if text else []
                if found:
                    words = ", ".join(dict.fromkeys(match.group() for match in found))
                    spans: tuple[Span, ...] = tuple(("hypothesis", *m.span()) for m in found)
                    yield self.finding(
                        segment, system.system, Problem(f"On the list: {words}.", spans)
                    )


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
