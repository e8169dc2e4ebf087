"""Which writing systems a text uses, and which a language is written in."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

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
    "Hang": r"ᄀ-ᇿ㄰-㆏가-힣",
    "Kana": r"぀-ヿㇰ-ㇿ",
    "Hani": r"㐀-䶿一-鿿豈-﫿𠀀-𯿿",
}
PATTERNS = {script: re.compile(f"[{ranges}]") for script, ranges in RANGES.items()}
WRITTEN_WITH = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Kana", "Hani"),
    "Kore": ("Hang", "Hani"),
}
"""ISO 15924 codes that stand for several writing systems, or for a part of one."""

CASED = ("Latn", "Cyrl", "Grek", "Armn")
UNSPACED_RANGES = "".join(
    RANGES[script] for script in ("Hani", "Kana", "Thai", "Laoo", "Mymr", "Khmr", "Tibt")
)
UNSPACED = re.compile(f"[{UNSPACED_RANGES}]")
"""A letter of a script that puts no spaces between words."""


@cache
def scripts_of(language: str) -> tuple[str, ...]:
    """The scripts that a language tag is written in; empty where that is not known."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return ()
    script = locale.script or _likely_script(language)
    scripts = WRITTEN_WITH.get(script, (script,))
    return scripts if all(name in RANGES for name in scripts) else ()


def _likely_script(language: str) -> str:
    subtags = get_global("likely_subtags")
    parts = language.replace("-", "_").split("_")
    found = subtags.get("_".join(parts)) or subtags.get(parts[0], "")
    return next((part for part in found.split("_") if len(part) == 4), "")


def count_letters(text: str) -> int:
    """Letters of any script."""
    return len(LETTER.findall(text))


def count_in(text: str, scripts: tuple[str, ...]) -> int:
    """Letters and marks of these scripts."""
    return sum(len(PATTERNS[script].findall(text)) for script in scripts)


def main_script(text: str) -> str | None:
    """The script that most letters are of; None without any letter that is known."""
    if text.isascii():
        return "Latn" if LETTER.search(text) else None
    counts = {script: len(pattern.findall(text)) for script, pattern in PATTERNS.items()}
    script = max(counts, key=lambda name: counts[name])
    return script if counts[script] else None
