"""Language identification by CLD2, which brings its model along and knows 160 languages.

Why CLD2, of what was compared (docs/why/checks.md has the figures): it is the fastest by far,
says "unknown" of short texts instead of guessing, and takes the expected language as a hint, which
makes it hard for a text in that very language to be taken for another.
"""

from __future__ import annotations

import logging
from collections.abc import Container
from functools import cache
from typing import NamedTuple

from mtqe.support.languages import primary, script

try:
    import pycld2
except ImportError:  # it has no wheel for some platforms, such as Linux on aarch64
    pycld2 = None

logger = logging.getLogger(__name__)

UNKNOWN = "un"
ALIASES = {
    "he": "iw",
    "id": "id",
    "nb": "no",
    "nn": "nn",
    "fil": "tl",
    "jv": "jw",
    "yue": "zh-Hant",
}
"""Language codes as CLD2 has them, where they are not those of BCP 47."""
KNOWN = frozenset(code for _, code in pycld2.LANGUAGES) if pycld2 else frozenset()


def warn_without_cld2() -> None:
    """Say, where CLD2 is missing, that languages of one script can't be told apart."""
    if pycld2 is None:
        logger.warning(
            "The check 'language' compares scripts alone: the package pycld2 has no wheel for "
            "this platform; `pip install pycld2` builds it where there is a C++ compiler."
        )


class Language(NamedTuple):
    """A language that a text is in.

    Attributes:
        code: code in CLD2.
        percent: share of the text.
    """

    code: str
    percent: int


@cache
def cld2_code(tag: str) -> str | None:
    """CLD2's code of a language tag; None if it does not know the language."""
    language = primary(tag)
    if language == "zh":
        return "zh-Hant" if script(tag) == "Hant" else "zh"
    code = ALIASES.get(language, language)
    return code if code in KNOWN else None


def is_in(text: str, hint: str | None, codes: Container[str]) -> bool:
    """Whether CLD2 is sure of a text's languages, and one of them is one of these.

    The same as asking `identify`, in less time.
    """
    if pycld2 is None:
        return False
    try:
        if hint is None:
            reliable, _, found = pycld2.detect(text, isPlainText=True)
        else:
            reliable, _, found = pycld2.detect(text, isPlainText=True, hintLanguage=hint)
    except pycld2.error:
        return False
    if reliable:
        for _, code, _, _ in found:
            if code in codes:
                return True
    return False


def identify(text: str, hint: str | None = None) -> tuple[Language, ...]:
    """The languages of a text, the main one first; none where CLD2 is not sure.

    Args:
        text: any text.
        hint: the code of the language that it should be in.
    """
    if pycld2 is None:
        return ()
    options = {} if hint is None else {"hintLanguage": hint}
    try:
        reliable, _, found = pycld2.detect(text, isPlainText=True, **options)
    except pycld2.error:  # control characters, which a check of their own finds
        return ()
    if not reliable:
        return ()
    return tuple(Language(code, share) for _, code, share, _ in found if code != UNKNOWN)
