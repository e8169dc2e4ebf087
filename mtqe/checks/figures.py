"""Numbers that a translation loses, adds or changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, TranslationCheck
from mtqe.checks.calendars import OTHER_MONTHS
from mtqe.checks.masking import without_syntax
from mtqe.checks.number_words import can_spell, spells_out
from mtqe.checks.numerals import DIGIT, FIGURE, Number, han_numbers, numbers
from mtqe.checks.texts import Mask, Texts
from mtqe.checks.tokens import Token, lost_and_added
from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.support.languages import primary
from mtqe.support.patterns import EMAIL, URL

SPELLED = 24
"""Up to here, and for tens up to a hundred, words may stand for digits; also 24 hours for a day."""
THOUSANDS = tuple(Decimal(1000) ** power for power in range(5))
HAN_LANGUAGES = frozenset({"zh", "ja", "yue"})
"""Languages whose numbers in words are characters, all of which are read."""
SYNTAX = re.compile(r"[@{]|://|www\.")
HALF_DAY = 12
CENTURY = 100
YEARS = range(1000, 2200)
KEPT = 256
"""Texts whose numbers are remembered: a source is looked at with the translation of each system."""
LAST_DAY = 31

Values = frozenset[Decimal]


@dataclass(frozen=True, kw_only=True)
class Numbers(TranslationCheck):
    """Numbers written in digits, compared by what they may stand for.

    Decimal commas, separators of thousands, digits of other scripts, Chinese numerals, words such
    as million, clock times of 12 and 24 hours and years of two and four digits are the same
    number; small and round numbers may be spelled out on either side.
    """

    name = "numbers"
    summary = "numbers lost, added or changed"

    subject = "numbers"
    signs = Sign.DIGIT

    severity: Severity = "major"

    @override
    def concerns(self, text: str) -> bool:
        return DIGIT.search(text) is not None

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.either(Sign.DIGIT)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        if _same_figures(source, hypothesis):
            return None
        theirs = _numbers(source, corpus.languages.source)
        ours = _numbers(hypothesis, corpus.languages.target)
        if not theirs and not ours:
            return None
        lost = _unmatched(theirs, _all_values(hypothesis, corpus.languages.target))
        added = _unmatched(ours, _all_values(source, corpus.languages.source))
        if not lost and not added:
            return None
        lost = _unspelled(lost, hypothesis, corpus.languages.target)
        added = _unspelled(added, source, corpus.languages.source)
        lost, added = _without_names(*_without_relatives(lost, added))
        if lost and added and _in_another_calendar(theirs, ours, corpus.languages):
            lost, added = _without_days(lost, added)
        if not _serious(lost, added, corpus.languages):
            return None
        return lost_and_added("number", _tokens(lost, source), _tokens(added, hypothesis))


def _same_figures(source: str, hypothesis: str) -> bool:
    """A quick look: the same figures stand in both texts, outside addresses and syntax."""
    found = _figures(source)
    if found != _figures(hypothesis):
        return False
    return not found or not (_has_syntax(source) or _has_syntax(hypothesis))


@lru_cache(maxsize=KEPT)
def _figures(text: str) -> frozenset[str]:
    return frozenset(FIGURE.findall(text))


@lru_cache(maxsize=KEPT)
def _has_syntax(text: str) -> bool:
    return SYNTAX.search(text) is not None


@lru_cache(maxsize=KEPT)
def _numbers(text: str, language: str) -> tuple[Number, ...]:
    """Numbers outside addresses, which have checks of their own."""
    found = tuple(numbers(without_syntax(text), language))
    if not found or not ("@" in text or "://" in text or "www." in text):
        return found
    addresses = [match.span() for pattern in (URL, EMAIL) for match in pattern.finditer(text)]
    return tuple(n for n in found if not any(a <= n.start < b for a, b in addresses))


@lru_cache(maxsize=KEPT)
def _all_values(text: str, language: str) -> Values:
    found = (*_numbers(text, language), *han_numbers(text))
    return frozenset().union(*(number.values for number in found))


def _unmatched(found: Sequence[Number], others: Values) -> list[Number]:
    return [number for number in found if not number.values & others]


def _unspelled(found: Sequence[Number], text: str, language: str) -> list[Number]:
    """The numbers that another text does not have in words."""
    return [number for number in found if not spells_out(text, number.values, language)]


def _without_relatives(
    lost: list[Number], added: list[Number]
) -> tuple[list[Number], list[Number]]:
    """Both without numbers that say the same in another way."""
    partners = [(one, other) for one in lost for other in added if _related(one, other)]
    related_lost = {id(one) for one, _ in partners}
    related_added = {id(other) for _, other in partners}
    return (
        [number for number in lost if id(number) not in related_lost],
        [number for number in added if id(number) not in related_added],
    )


def _in_another_calendar(
    theirs: Sequence[Number], ours: Sequence[Number], languages: LanguagePair
) -> bool:
    """Whether a year of one side is the other's in a calendar whose days are other ones, too."""
    sides = ((theirs, ours, languages.source), (ours, theirs, languages.target))
    return any(
        len(number.values) > 1 and number.values & other.values and number.values != other.values
        for found, others, language in sides
        if primary(language) in OTHER_MONTHS
        for number in found
        for other in others
        if any(value in YEARS for value in other.values)
    )


def _without_days(lost: list[Number], added: list[Number]) -> tuple[list[Number], list[Number]]:
    """Both without the days of the month, as many of each side."""
    days = [
        [n for n in side if any(1 <= v <= LAST_DAY for v in n.values)] for side in (lost, added)
    ]
    pairs = min(map(len, days))
    gone = {id(number) for side in days for number in side[:pairs]}
    return [n for n in lost if id(n) not in gone], [n for n in added if id(n) not in gone]


def _without_names(lost: list[Number], added: list[Number]) -> tuple[list[Number], list[Number]]:
    """Both without numbers that are part of a name, unless one became another."""
    if any(number.named for number in lost) and any(number.named for number in added):
        return lost, added
    return [n for n in lost if not n.named], [n for n in added if not n.named]


def _related(one: Number, other: Number) -> bool:
    return any(_same_time_or_year(a, b) for a in one.values for b in other.values)


def _same_time_or_year(a: Decimal, b: Decimal) -> bool:
    small, large = min(a, b), max(a, b)
    if large - small == HALF_DAY and large <= 2 * HALF_DAY:
        return True
    return large in YEARS and small < CENTURY and large % CENTURY == small


def _serious(lost: Sequence[Number], added: Sequence[Number], languages: LanguagePair) -> bool:
    """Whether words can't account for all that is lost, or all that is added."""
    if lost and added:
        return True
    language = languages.target if lost else languages.source
    return not all(_spellable(number, language) for number in (*lost, *added))


def _spellable(number: Number, language: str) -> bool:
    """Whether a number that was not found in a text may be there in words.

    Small ones may, in words that are known or not, such as ``couple``; of large ones the words have
    been looked for already, where they are known.
    """
    if can_spell(language) or primary(language) in HAN_LANGUAGES:
        return any(value < CENTURY and _has_short_name(value) for value in number.values)
    return any(_has_short_name(value / scale) for value in number.values for scale in THOUSANDS)


def _has_short_name(value: Decimal) -> bool:
    if value != value.to_integral_value():
        return False
    return 0 <= value <= SPELLED or (value <= CENTURY and value % 10 == 0)


def _tokens(found: Sequence[Number], text: str) -> list[Token]:
    return [Token(text[number.start : number.end], number.start, number.end) for number in found]
