"""Numbers in texts of any language, as the values that they may stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from mtqe.checks.calendars import ERAS, era_year, gregorian_years, hebrew_year
from mtqe.support.languages import canonical

SPACES = " \u00a0\u202f\u2009"
FIGURE = re.compile(rf"\d+(?:[.,·٫٬'’]\d+|[{SPACES}]\d{{3}}(?!\d))*")
GROUPED = re.compile(rf"\d{{1,3}}(?:[.,٬'’{SPACES}]\d{{2,3}})*[.,٬'’{SPACES}]\d{{3}}")
DECIMAL = re.compile(r"(\d+)[.,·٫](\d+)")
FORMATTED = re.compile(
    rf"(\d{{1,3}}(?:(?P<group>[.,٬'’{SPACES}])\d{{2,3}})*[.,٬'’{SPACES}]\d{{3}})(?!(?P=group))[.,·٫](\d+)"
)
NAME = re.compile(r"[A-Z]-?$")
"""Before a number that is part of a name."""
MYRIADS = re.compile(r"\s?(?:万亿|[兆조亿億억万萬만])\s?")
DIGIT = re.compile(r"\d")
OTHER_DIGIT = re.compile(r"[^\D0-9]")
HAN = re.compile(
    r"(?P<whole>[零〇一二三四五六七八九十百千万萬亿億兆两兩]+(?:[多余餘来來][万萬亿億兆]+)?)"
    r"(?:[点點](?P<part>[零〇一二三四五六七八九]+)(?P<myriad>[万萬亿億兆]?))?"
)
ERA_YEAR = re.compile(
    rf"(?P<era>{'|'.join(ERAS)})\s?(?P<year>元|[〇一二三四五六七八九十百]+)(?=年)"
)
HEBREW_YEAR = re.compile(r"(?<![א-ת])ה?['׳]?ת[א-ת]{1,3}[\"״][א-ת](?![א-ת])")
ABOUT = str.maketrans("", "", "多余餘来來")
HAN_DIGITS = {"两": 2, "兩": 2, "〇": 0}
HAN_LARGE = (10_000, 100_000_000, 1_000_000_000_000)
KEPT = 12
LONGEST_YEAR = 4


class Number(NamedTuple):
    """A number in a text.

    Attributes:
        values: values that it may stand for: ``1,234`` is 1234 or 1.234.
        start: place of its start, in code points.
        end: place of its end, in code points.
        named: part of a name such as COVID-19, which languages may do without.
    """

    values: frozenset[Decimal]
    start: int
    end: int
    named: bool = False


def numbers(text: str, language: str) -> list[Number]:
    """The numbers written in digits of any script, with words such as million behind them."""
    written = list(_written_years(text, language))
    if DIGIT.search(text) is None:
        return written
    plain = _plain_digits(text)
    scales = _scales(language)
    found = [
        Number(
            _values(match.group()) | _scaled(match, plain, scales) | _years(match, plain, language),
            *match.span(),
            named=NAME.search(plain, max(0, match.start() - 2), match.start()) is not None,
        )
        for match in FIGURE.finditer(plain)
    ]
    return [*_compounds(found, plain), *written]


def _written_years(text: str, language: str) -> Iterator[Number]:
    """Years in letters: 昭和元年, 民國八十四年, תשפ"ג. A language may have other words for them."""
    if "年" in text:
        for match in ERA_YEAR.finditer(text):
            digits = match["year"]
            number = 1 if digits == "元" else han_value(digits)
            if number is not None and number < 200:
                year = Decimal(ERAS[match["era"]] + number).normalize()
                yield Number(frozenset({year}), *match.span("year"), named=True)
    if language == "he" or language.startswith("he-"):
        for match in HEBREW_YEAR.finditer(text):
            if (value := hebrew_year(match.group())) is not None:
                years = {Decimal(value).normalize(), Decimal(value - 1).normalize()}
                yield Number(frozenset(years), *match.span(), named=True)


def _years(match: re.Match[str], text: str, language: str) -> frozenset[Decimal]:
    """What a year of another calendar is in the Gregorian one."""
    if len(match.group()) > LONGEST_YEAR or not match.group().isdigit():
        return frozenset()
    number = int(match.group())
    found = set(gregorian_years(number, language))
    if (year := era_year(number, text, match.start())) is not None:
        found.add(year)
    return frozenset(Decimal(year).normalize() for year in found)


def _compounds(found: list[Number], text: str) -> list[Number]:
    """The numbers, with both parts of one such as 3億6500万 standing for the sum too."""
    for place, (one, other) in enumerate(pairwise(found)):
        if MYRIADS.fullmatch(text, one.end, other.start):
            total = frozenset({(max(one.values) + max(other.values)).normalize()})
            found[place] = one._replace(values=one.values | total)
            found[place + 1] = other._replace(values=other.values | total)
    return found


def han_numbers(text: str) -> Iterator[Number]:
    """Numbers in Chinese characters, such as 三百五十, 六点五 or 五十多万."""
    for match in HAN.finditer(text):
        whole = han_value(match["whole"].translate(ABOUT))
        if whole is not None:
            value = _with_decimals(whole, match["part"], match["myriad"])
            yield Number(frozenset({value.normalize()}), *match.span())


def _with_decimals(whole: int, part: str | None, myriad: str | None) -> Decimal:
    if not part:
        return Decimal(whole)
    decimals = "".join(str(int(unicodedata.numeric(c))) for c in part)
    scale = int(unicodedata.numeric(myriad)) if myriad else 1
    return Decimal(f"{whole}.{decimals}") * scale


def han_value(digits: str) -> int | None:
    """The value of a number in Chinese characters; None if it is none."""
    values = [HAN_DIGITS.get(c, int(unicodedata.numeric(c, -1))) for c in digits]
    if all(value < 10 for value in values):
        return int("".join(map(str, values)))
    total = section = digit = 0
    for value in values:
        if value in HAN_LARGE:
            part = section + digit
            total = total + part * value if total > value else (total + part or 1) * value
            section = digit = 0
        elif value >= 10:
            section += (digit or 1) * value
            digit = 0
        else:
            digit = value
    return total + section + digit


def _plain_digits(text: str) -> str:
    """The text with the digits of all scripts as ASCII ones, character for character."""
    if OTHER_DIGIT.search(text) is None:
        return text
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text
    )


@lru_cache(maxsize=4096)
def _values(figure: str) -> frozenset[Decimal]:
    found = set()
    if figure.isdigit():
        found.add(Decimal(figure))
    if GROUPED.fullmatch(figure):
        found.add(Decimal(re.sub(r"\D", "", figure)))
    if match := DECIMAL.fullmatch(figure):
        found.add(Decimal(".".join(match.groups())))
    if match := FORMATTED.fullmatch(figure):
        found.add(Decimal(re.sub(r"\D", "", match[1]) + "." + match[3]))
    if not found or any(
        space in figure for space in SPACES
    ):  # a version, a date, an address: its parts have to be there
        found.update(map(Decimal, re.findall(r"\d+", figure)))
    return frozenset(value.normalize() for value in found)


def _scaled(match: re.Match[str], text: str, scales: Mapping[str, int]) -> frozenset[Decimal]:
    """The values with the word of magnitude that follows, as in ``1.2 million`` or ``120万``."""
    rest = text[match.end() : match.end() + KEPT + 8].lstrip(f"{SPACES}-多余餘来來几幾数").lower()
    if not rest.startswith(tuple(scales)):
        return frozenset()
    for word, scale in scales.items():
        if rest.startswith(word):
            return frozenset((value * scale).normalize() for value in _values(match.group()))
    return frozenset()


@cache
def _scales(language: str) -> Mapping[str, int]:
    """Words of magnitude of a language, the longest first, from CLDR."""
    try:
        formats = Locale.parse(canonical(language), sep="-").compact_decimal_formats
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[str, int] = {}
    for plurals in formats.values():
        for by_size in plurals.values():
            for size, pattern in by_size.items():
                zeros = pattern.pattern.count("0")
                word = pattern.pattern.replace("0", "").strip(f"{SPACES}'.").lower()
                if zeros and word:
                    found.setdefault(word, int(size) // 10 ** (zeros - 1))
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))
