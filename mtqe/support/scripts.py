"""Which writing systems a text uses, and which a language is written in."""

from __future__ import annotations

import re
from functools import cache

from mtqe.support.languages import script

MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f"
"""Vowel signs and the like, which are parts of words and no letters."""
LETTER = re.compile(r"[^\W\d_]")
RANGES = {
    "Latn": r"A-Za-zÀ-ÖØ-öø-ʯḀ-ỿ",
    "Cyrl": r"Ѐ-ԯ",
    "Grek": r"Ͱ-Ͽἀ-῿",
    "Arab": r"؀-ۿݐ-ݿﭐ-﷿ﹰ-ﻼ",
    "Hebr": r"֐-׿",
    "Armn": r"԰-֏",
    "Geor": r"Ⴀ-ჿ",
    "Ethi": r"ሀ-᎟",
    "Deva": r"ऀ-ॿ",
    "Beng": r"ঀ-৿",
    "Guru": r"਀-੿",
    "Gujr": r"઀-૿",
    "Orya": r"଀-୿",
    "Taml": r"஀-௿",
    "Telu": r"ఀ-౿",
    "Knda": r"ಀ-೿",
    "Mlym": r"ഀ-ൿ",
    "Sinh": r"඀-෿",
    "Thai": r"฀-๿",
    "Laoo": r"຀-໿",
    "Tibt": r"ༀ-࿿",
    "Mymr": r"က-႟",
    "Khmr": r"ក-៿",
    "Mong": r"\u1820-\u18aa",
    "Thaa": r"\u0780-\u07b1",
    "Tfng": r"\u2d30-\u2d7f",
    "Olck": r"\u1c50-\u1c7f",
    "Nkoo": r"\u07ca-\u07ea",
    "Mtei": r"\uabc0-\uabed",
    "Hang": r"ᄀ-ᇿ㄰-㆏가-힣",
    "Kana": r"぀-ヿㇰ-ㇿ",
    "Hani": r"㐀-䶿一-鿿豈-﫿𠀀-𯿿",
}
PATTERNS = {code: re.compile(f"[{ranges}]") for code, ranges in RANGES.items()}
WRITTEN_WITH = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Kana", "Hani"),
    "Kore": ("Hang", "Hani"),
}
"""ISO 15924 codes that stand for several writing systems, or for a part of one."""

CASED = ("Latn", "Cyrl", "Grek", "Armn")
UNSPACED_RANGES = "".join(
    RANGES[code] for code in ("Hani", "Kana", "Thai", "Laoo", "Mymr", "Khmr", "Tibt")
)
UNSPACED = re.compile(f"[{UNSPACED_RANGES}]")
"""A letter of a script that puts no spaces between words."""


@cache
def scripts_of(language: str) -> tuple[str, ...]:
    """The scripts that a language tag is written in; empty where that is not known."""
    code = script(language)
    scripts = WRITTEN_WITH.get(code, (code,))
    return scripts if all(name in RANGES for name in scripts) else ()


def count_letters(text: str) -> int:
    """Letters of any script."""
    return len(LETTER.findall(text))


def count_in(text: str, scripts: tuple[str, ...]) -> int:
    """Letters and marks of these scripts."""
    return sum(len(PATTERNS[code].findall(text)) for code in scripts)


def main_script(text: str) -> str | None:
    """The script that most letters are of; None without any letter that is known."""
    if text.isascii():
        return "Latn" if LETTER.search(text) else None
    counts = {code: len(pattern.findall(text)) for code, pattern in PATTERNS.items()}
    most = max(counts, key=lambda name: counts[name])
    return most if counts[most] else None


@cache
def _chinese_characters() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that only simplified texts have, and those that only traditional ones have.

    The two national character sets tell: GB 2312 has the common simplified characters, Big5 the
    traditional ones, and what both have says nothing.
    """
    simplified, traditional = (_characters(codec, 0xFF) for codec in ("gb2312", "big5"))
    return simplified - traditional, traditional - simplified


def traditional_alone() -> frozenset[str]:
    """The characters that only traditional Chinese texts have."""
    return _chinese_characters()[1]


def _characters(codec: str, end: int) -> frozenset[str]:
    """The Chinese characters of a character set whose first byte is below one."""
    seconds = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    pairs = (bytes((first, second)) for first in range(0xA1, end) for second in seconds)
    # No character has a line end among its bytes, so that none begins in the pair before.
    return frozenset(PATTERNS["Hani"].findall(b"\n".join(pairs).decode(codec, "ignore")))


@cache
def _common_characters() -> tuple[frozenset[str], frozenset[str]]:
    """As `_chinese_characters`, of the first level of each set: the characters of daily use."""
    simplified, traditional = _chinese_characters()
    levels = _characters("gb2312", 0xD8), _characters("big5", 0xC7)
    return simplified & levels[0], traditional & levels[1]


def count_common_chinese(text: str) -> tuple[int, int]:
    """As `count_chinese`, of characters of daily use, which no name in the other script has."""
    simplified, traditional = _common_characters()
    return sum(c in simplified for c in text), sum(c in traditional for c in text)


def count_chinese(text: str) -> tuple[int, int]:
    """Characters that are simplified Chinese alone, and such that are traditional alone."""
    simplified, traditional = _chinese_characters()
    return sum(c in simplified for c in text), sum(c in traditional for c in text)
