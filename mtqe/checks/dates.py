"""Dates, compared as days, months and years whatever way they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from babel import Locale, UnknownLocaleError
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, TranslationCheck
from mtqe.checks.calendars import gregorian_years
from mtqe.checks.texts import Mask, Texts
from mtqe.checks.tokens import Token, lost_and_added
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.languages import canonical

ISO = re.compile(r"(?<!\d)(?P<year>[12]\d{3})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
NUMERIC = re.compile(
    r"(?<![\d.])(?P<a>\d{1,2})([-/.])\s?(?P<b>\d{1,2})\2\s?(?P<year>[12]\d{3})(?!\d)"
)
HAN = re.compile(r"(?:(?P<year>\d{4})\s?年\s?)?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]")
KOREAN = re.compile(r"(?:(?P<year>\d{4})\s?년\s?)?(?P<month>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일")
HINT = re.compile(r"\d[-/.]\s?\d+[-/.]|\d\s?[月월]|\d\D{0,6}[^\W\d_]{3}|[^\W\d_]{3}\.? \d")
"""A quick look that spares most texts the search."""
SEPARATED = re.compile(r"\d[-/.]\s?\d")
DIGITS = re.compile(r"\d+")
REACH = 16
"""Characters from a number within which its month's name would begin or end."""
MIN_NAME = 3

Date = tuple[frozenset[int], frozenset[int]]
"""The years that the year may be, none if it is not given, and day and month in either order.

3/4/2024 may be both.
"""


@dataclass(frozen=True, kw_only=True)
class Dates(TranslationCheck):
    """Dates with a day and a month, in figures or with the month's name by CLDR.

    A source's date is lost or changed if the translation has a date, yet not this one; where the
    translation has no date that can be read, nothing is said.
    """

    name = "dates"
    summary = "dates changed"

    severity: Severity = "major"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        texts = Texts.of(corpus, systems)
        rows = np.flatnonzero(texts.has(texts.sources, Sign.DIGIT)).tolist()
        found = any(dates(corpus[row].source, corpus.languages.source) for row in rows)
        return None if found else "no dates"

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.translated(Sign.DIGIT) & texts.has(texts.sources, Sign.DIGIT)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        theirs = dates(source, corpus.languages.source)
        if not theirs:
            return None
        ours = dates(hypothesis, corpus.languages.target)
        if len(ours) != len(theirs):
            return None
        lost = [
            token for date, token in theirs if not any(_agree(date, other) for other, _ in ours)
        ]
        added = [
            token for date, token in ours if not any(_agree(date, other) for other, _ in theirs)
        ]
        return lost_and_added("date", lost, added) if lost and added else None


def _agree(one: Date, other: Date) -> bool:
    years = not one[0] or not other[0] or one[0] & other[0]
    return bool(years) and one[1] == other[1]


@lru_cache(maxsize=256)
def dates(text: str, language: str) -> tuple[tuple[Date, Token], ...]:
    """The dates of a text, in order and without overlaps."""
    if not _may_have_dates(text, language) or HINT.search(text) is None:
        return ()
    found: list[tuple[Date, Token]] = []
    taken = bytearray(len(text))
    for pattern in (*_figures(text), *_named(text, language)):
        for match in pattern.finditer(text):
            date = _date(match, language)
            start, end = match.span()
            if date and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((date, Token(match.group(), start, end)))
    return tuple(sorted(found, key=lambda item: item[1].start))


def _may_have_dates(text: str, language: str) -> bool:
    """A quick look: the signs of dates in figures, or the name of a month anywhere."""
    if _figures(text) or "Σ" in text:  # whose small letter depends on what follows
        return True
    lower = text.lower()
    return any(name in lower for name in _month_names(language))


def _date(match: re.Match[str], language: str) -> Date | None:
    groups = match.groupdict()
    years = [groups[name] for name in ("year", "year2") if groups.get(name)]
    year = int(years[0]) if years else 0
    possible = frozenset({year}) | gregorian_years(year, language) if year else frozenset[int]()
    if "name" in groups or "name2" in groups:
        name = groups.get("name") or groups.get("name2") or ""
        pair = (
            _month_names(language)[name.lower()],
            int(groups.get("d1") or groups.get("d2") or 0),
        )
    else:
        pair = (int(groups.get("month") or groups["a"]), int(groups.get("day") or groups["b"]))
    if not (1 <= min(pair) <= 12 and max(pair) <= 31):
        return None
    return possible, frozenset(pair)


def _figures(text: str) -> tuple[re.Pattern[str], ...]:
    """What finds dates in figures, if the text has their signs."""
    han = (HAN,) if "月" in text else ()
    korean = (KOREAN,) if "월" in text else ()
    return ((ISO, NUMERIC) if SEPARATED.search(text) else ()) + han + korean


def _named(text: str, language: str) -> tuple[re.Pattern[str], ...]:
    """What finds dates with the name of a month, if the text has one."""
    near = "\n".join(
        text[max(0, match.start() - REACH) : match.end() + REACH] for match in DIGITS.finditer(text)
    ).lower()
    found = any(name in near for name in _month_names(language))
    return (_named_pattern(language),) if found else ()


@cache
def _named_pattern(language: str) -> re.Pattern[str]:
    """Dates with the name of a month, day first or month first."""
    names = _month_names(language)
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    joint = r"(?:\s?\.|\s*(?:de|of|th|st|nd|rd|er|º|ª|-а|-го))*\s*"
    return re.compile(
        rf"(?<!\d)(?P<d1>\d{{1,2}}){joint}(?P<name>{listed})\b\.?"
        rf"(?:\s*(?:de|del|,)?\s*(?P<year>[12]\d{{3}}))?"
        rf"|\b(?P<name2>{listed})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]\d)"
        rf"(?:,?\s*(?P<year2>[12]\d{{3}}))?",
        re.IGNORECASE,
    )


@cache
def _month_names(language: str) -> Mapping[str, int]:
    """The months of a language by their names in lower case."""
    try:
        months = Locale.parse(canonical(language), sep="-").months
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        name.lower().rstrip("."): number
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in months[form][width].items()
        if len(name) >= MIN_NAME and not name[0].isdigit()
    }
