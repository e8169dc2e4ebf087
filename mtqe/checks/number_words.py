"""Numbers that are spelled out, such as ``eighty-seven``, ``quatre-vingt-sept`` or ``трёх``.

The package num2words (LGPL) has the words of some fifty languages; a language that it doesn't know
has no spelled-out numbers here, and so no finding rests on it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache, lru_cache
from types import ModuleType
from typing import NamedTuple

from mtqe.support.languages import primary

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "en": ("en", "en_IN"),
    "fr": ("fr", "fr_BE", "fr_CH"),
    "pt": ("pt", "pt_BR"),
    "nb": ("no",),
    "nn": ("no",),
    "kk": ("kz",),
    "bs": ("sr",),
    "hr": ("sr",),
}
"""The languages of num2words for one of ours, where they are not of the same name."""
LEFT_OUT = frozenset({"ja", "zh", "ko", "th", "am", "bn", "kn", "te"})
"""Languages whose numbers are not told by words here, or that num2words does not write well."""
WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
LINKS = frozenset({
    "and", "und", "et", "y", "e", "i", "og", "och", "en", "ja", "a", "si", "ar", "oraz", "dhe",
    "ta", "un",
})  # fmt: skip
"""Words such as ``and``, which some put between the parts of a number and others don't."""
CASES = "ngdaip"
"""Russian's cases, by num2words' letters."""
ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]")
"""Combining marks; between them stands a joiner, which is none."""
LARGEST = 10**12
MOST_WORDS = 14
BEGINNING = 2
"""Letters by which words that may begin a number are found."""
ENDING = 2
"""Letters by which a declined word may differ from the form that num2words gives."""
ROOT = 4
"""Letters that have to be left of a word whose end differs."""
LATIN_SERBIAN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š"
CYRILLIC_SERBIAN = dict(zip("абвгдђежзијклљмнњопрстћуфхцчџш", LATIN_SERBIAN.split(), strict=True))
"""Serbian is written in both scripts, and num2words knows the Latin one."""


def spells_out(text: str, values: frozenset[Decimal], language: str) -> bool:
    """Whether a text has one of several values in words.

    Args:
        text: any text.
        values: whole numbers are looked for; what has decimals is never spelled out.
        language: the text's language.
    """
    if not can_spell(language):
        return False
    said = _words(text, primary(language))
    return any(
        _has(said, form, primary(language))
        for value in values
        if value == value.to_integral_value() and 0 <= value < LARGEST
        for form in _forms(int(value), primary(language))
    )


def can_spell(language: str) -> bool:
    """Whether the words of a language's numbers are known here."""
    code = primary(language)
    return code not in LEFT_OUT and bool(_known(code))


class _Said(NamedTuple):
    """A text's words as numbers are compared: without case, accents and linking words.

    Attributes:
        words: in order.
        starts: places of words, by their first letters.
    """

    words: tuple[str, ...]
    starts: Mapping[str, Sequence[int]]


@lru_cache(maxsize=8)
def _words(text: str, code: str) -> _Said:
    words = tuple(word for word in _folded(text, code) if word not in LINKS)
    starts: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        starts[word[:BEGINNING]].append(place)
    return _Said(words, dict(starts))


def _folded(text: str, code: str) -> list[str]:
    plain = text.lower()
    if not plain.isascii():
        parts = unicodedata.normalize("NFD", plain)
        plain = unicodedata.normalize("NFC", ACCENTS.sub("", parts))
    if code in ("sr", "bs"):
        plain = "".join(CYRILLIC_SERBIAN.get(c, c) for c in plain)
    return WORD.findall(plain.replace("ё", "е"))


def _has(text: _Said, form: tuple[str, ...], code: str) -> bool:
    """Whether words have a number's words in a row, written together or apart."""
    joined = "".join(form)
    starts = text.starts.get(joined[:BEGINNING])
    if starts is None:
        return False
    said, lexicon = text.words, _lexicon(code)
    for start in starts:
        if _same_words(said[start : start + len(form)], form, lexicon):
            return True
        together = ""
        for word in said[start : start + MOST_WORDS]:
            together += word
            if together == joined:
                return True
            if len(together) >= len(joined) or not joined.startswith(together):
                break
    return False


def _same_words(said: Sequence[str], form: tuple[str, ...], lexicon: frozenset[str]) -> bool:
    return len(said) == len(form) and all(
        word == wanted or (word not in lexicon and _is_inflected(word, wanted))
        for word, wanted in zip(said, form, strict=True)
    )


def _is_inflected(word: str, wanted: str) -> bool:
    """Whether a word may be a form of a number's word, as ``doscientas`` is of ``doscientos``."""
    if abs(len(word) - len(wanted)) > ENDING:
        return False
    root = max(len(wanted) - ENDING, min(len(wanted), ROOT))
    return word.startswith(wanted[:root])


@lru_cache(maxsize=4096)
def _forms(value: int, code: str) -> tuple[tuple[str, ...], ...]:
    """How a number is said: cardinal, ordinal and as a year, in all cases that are known."""
    found: dict[tuple[str, ...], None] = {}
    for text in _said(value, code):
        form = tuple(word for word in _folded(text, code) if word not in LINKS)
        if form:
            found[form] = None
            if len(form) > 1 and form[0] in _ones(code):
                found[form[1:]] = None
            elif (100 <= value < 200 or 1000 <= value < 2000) and (
                one := next(filter(form[0].startswith, _ones(code)), None)
            ):
                found[(form[0].removeprefix(one), *form[1:])] = None
    return tuple(found)


def _said(value: int, code: str) -> Iterator[str]:
    module = _num2words()
    for language in _known(code):
        options: list[dict[str, str]] = [{}, {"to": "ordinal"}]
        if 1000 <= value < 2200:
            options.append({"to": "year"})
        if code == "ru":
            options += [{"case": case, "gender": gender} for case in CASES for gender in "mf"]
        for option in options:
            # It raises whatever a language's own code happens to raise for what it can't say.
            with suppress(Exception):
                yield str(module.num2words(value, lang=language, **option))


@cache
def _known(code: str) -> tuple[str, ...]:
    known = _num2words().CONVERTER_CLASSES
    return tuple(name for name in VARIANTS.get(code, (code,)) if name in known)


@cache
def _lexicon(code: str) -> frozenset[str]:
    """The words of small numbers, of which none is a form of another."""
    values = [*range(100), *range(100, 1000, 100), 1000, 10**6]
    return frozenset(word for value in values for form in _forms(value, code) for word in form)


@cache
def _ones(code: str) -> frozenset[str]:
    """What stands for one before hundred and thousand, and may be left out there."""
    return frozenset(word for text in _said(1, code) for word in _folded(text, code)) | frozenset(
        {"a", "ein", "un", "een"}
    )


@cache
def _num2words() -> ModuleType:
    import num2words

    module: ModuleType = num2words
    return module
