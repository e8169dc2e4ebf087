"""Years of other calendars as the Gregorian years that they may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mtqe.support.languages import primary

BUDDHIST = (range(2400, 2701), (-543, -544))
SOLAR_HIJRI = (range(1200, 1501), (621, 622))
CALENDARS: Mapping[str, tuple[tuple[range, tuple[int, ...]], ...]] = {
    "th": (BUDDHIST,),
    "lo": (BUDDHIST,),
    "km": (BUDDHIST,),
    "my": (BUDDHIST, (range(1200, 1501), (638, 639))),
    "fa": (SOLAR_HIJRI,),
    "ps": (SOLAR_HIJRI,),
    "am": ((range(1900, 2101), (7, 8)),),
    "ti": ((range(1900, 2101), (7, 8)),),
    "he": ((range(5600, 5901), (-3760, -3761)),),
    "ne": ((range(1950, 2151), (-56, -57)),),
    "bn": ((range(1200, 1501), (593, 594)),),
}
"""By language: years that people write, and what makes them Gregorian ones."""
LUNAR_HIJRI = frozenset({"ar", "ur", "fa", "ps", "ckb", "ug"})
LUNAR_YEARS = range(1200, 1501)
OTHER_MONTHS = LUNAR_HIJRI | {"am", "ti", "he", "ne", "bn"}
"""Languages with a calendar whose months are not the Gregorian ones, so that days differ, too."""
ERA = re.compile(r"(?P<era>令和|平成|昭和|大正|明治|民國|民国)\s?$")
ERAS = {
    "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867,
    "民國": 1911, "民国": 1911,
}  # fmt: skip
"""What makes a year of an era a Gregorian one."""
HEBREW = dict(
    zip(
        "אבגדהוזחטיכלמנסעפצקרשת",
        (*range(1, 10), *range(10, 100, 10), *range(100, 401, 100)),
        strict=True,
    )
)
"""What letters of Hebrew count as numbers."""


@cache
def gregorian_years(year: int, language: str) -> frozenset[int]:
    """The Gregorian years that a year may be in a language's other calendars."""
    code = primary(language)
    found = {
        year + shift
        for years, shifts in CALENDARS.get(code, ())
        if year in years
        for shift in shifts
    }
    if code in LUNAR_HIJRI and year in LUNAR_YEARS:
        start = 621.57 + 0.970224 * year
        found |= {int(start), int(start) + 1}
    return frozenset(found)


def hebrew_year(letters: str) -> int | None:
    """The Gregorian year in which most of a Hebrew year in letters falls, such as תשפ"ג.

    Returns:
        None where the letters stand for no year from 5600 to 5900.
    """
    value = 5000 + sum(HEBREW.get(letter, 0) for letter in letters)
    return value - 3760 if value in range(5600, 5901) else None


def era_year(number: int, text: str, start: int) -> int | None:
    """The Gregorian year of a number at a place, if an era's name stands before it."""
    match = ERA.search(text, max(0, start - 3), start)
    return ERAS[match["era"]] + number if match and number < 200 else None
