"""Language tags (BCP 47), the other names that people use for them, and what follows from them.

Everything that asks which language a tag means asks here, so that ``zho``, ``cmn``, ``zh_CN`` and
``zh`` get the same tokenizer, the same checks and the same engine codes.
"""

from __future__ import annotations

import re
from functools import cache

from mtqe.errors import ConfigError

LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,8}(?:\.[A-Za-z0-9-]{1,20})?(?:@[A-Za-z]{1,20})?\Z"
)
"""A tag, or a locale's name such as ``de_DE.UTF-8`` or ``sr@latin``."""
HABITS = {"cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "ua": "uk"}
"""Codes of countries that people write for languages, and that are not codes of any language."""
MODIFIERS = {
    "latin": "Latn", "latn": "Latn", "cyrillic": "Cyrl", "cyrl": "Cyrl", "devanagari": "Deva",
    "arabic": "Arab",
}  # fmt: skip
"""What gettext's locale names have behind ``@``, as scripts."""
OLD_CHINESE = {"chs": "Hans", "cht": "Hant"}
UNSPACED_SCRIPTS = ("Hani", "Hans", "Hant", "Jpan", "Kana", "Thai", "Laoo", "Mymr", "Khmr", "Tibt")
"""Scripts that put no spaces between words."""
JOINED_SENTENCES = frozenset({"zh", "ja", "yue", "wuu", "nan", "hak", "gan", "hsn", "lzh"})
"""Languages that put no space between sentences either."""
CHINESE_REGIONS = ("CN", "SG", "MY", "TW", "HK", "MO")
"""Regions that say which of the two Chinese scripts is meant."""
UNKNOWN_LANGUAGE = "und"
"""BCP 47's tag for a language that nobody has named."""


def language(tag: str, where: str) -> str:
    """Check a language tag and give it back.

    Raises:
        ConfigError: it does not look like a language tag.
    """
    if not LANGUAGE.match(tag):
        raise ConfigError(
            f"{where}: {tag!r} is not a language tag; write one such as en, zh or pt-BR."
        )
    return tag


@cache
def canonical(tag: str) -> str:
    """The shortest BCP 47 tag of what a tag, locale or older code means.

    ``zho``, ``cmn``, ``chi`` and ``cn`` are ``zh``; ``deu_Latn`` is ``de``, ``de_DE.UTF-8``
    ``de-DE``, ``sr@latin`` ``sr-Latn``, ``iw`` ``he``. What can't be understood stays as it is.
    """
    plain = _bcp_47(tag)
    if plain == UNKNOWN_LANGUAGE or _is_shortest(plain):
        return plain
    import langcodes

    try:
        found = langcodes.standardize_tag(plain, macro=True)
    except (ValueError, LookupError):  # langcodes.tag_parser.LanguageTagError is a ValueError
        return plain
    if re.match(r"tl\b", plain, re.IGNORECASE):  # engines know Filipino by its old code
        return re.sub(r"^fil\b", "tl", found)
    return found


def _is_shortest(tag: str) -> bool:
    """Whether a tag is a language's own code of two letters, so that langcodes can stay unloaded.

    CLDR's aliases name the codes that mean another one, such as ``iw``.
    """
    if not (len(tag) == 2 and tag.isascii() and tag.islower()):
        return False
    from babel.core import get_global

    return tag in get_global("likely_subtags") and tag not in get_global("language_aliases")


def _bcp_47(tag: str) -> str:
    """A locale's name as a tag."""
    name, _, modifier = tag.strip().partition("@")
    parts = name.partition(".")[0].replace("_", "-").split("-")
    parts[0] = HABITS.get(parts[0].lower(), parts[0])
    if modifier.lower() in MODIFIERS:
        parts.insert(1, MODIFIERS[modifier.lower()])
    elif len(modifier) > len("euro"):  # a variant such as valencia
        parts.append(modifier)
    return "-".join(OLD_CHINESE.get(part.lower(), part) for part in parts)


def primary(tag: str) -> str:
    """The language alone: ``zh`` for ``zho_Hans`` and ``zh-TW``."""
    return canonical(tag).partition("-")[0].lower()


@cache
def is_known(tag: str) -> bool:
    """Whether there is such a language, or none is named."""
    plain = canonical(tag)
    if plain == UNKNOWN_LANGUAGE or _is_shortest(plain):
        return True
    import langcodes

    try:
        return langcodes.Language.get(plain).is_valid()
    except (ValueError, LookupError):
        return False


@cache
def script(tag: str) -> str:
    """The ISO 15924 code of the script that the tag says or that its language and region mean.

    Empty where that is not known.
    """
    parts = canonical(tag).split("-")
    for part in parts[1:]:
        if len(part) == 4 and part.isalpha():
            return part.title()
    found = _likely(parts)
    return next((part for part in found.split("_") if len(part) == 4 and part.isalpha()), "")


def _likely(parts: list[str]) -> str:
    """CLDR's likely subtags of a language, with its region if that says more."""
    from babel.core import get_global

    if parts[0] == UNKNOWN_LANGUAGE:
        return ""
    subtags = get_global("likely_subtags")
    region = next((part.upper() for part in parts[1:] if len(part) == 2 or part.isdigit()), "")
    found: str = subtags.get(f"{parts[0]}_{region}") or subtags.get(parts[0], "")
    return found


def direction(source: str, target: str) -> str:
    """A direction as a reader sees it: a pair only where both languages are known."""
    known = (source != UNKNOWN_LANGUAGE, target != UNKNOWN_LANGUAGE)
    if known == (False, False):
        return "languages unknown"
    if known == (False, True):
        return f"into {target}"
    return f"{source}-{target}" if all(known) else f"from {source}"


def says_script(tag: str) -> bool:
    """Whether a tag says its script, itself or by a region that has one of its own."""
    language_code, *rest = canonical(tag).split("-")
    return (
        any(len(part) == 4 and part.isalpha() for part in rest)
        or script(tag) != script(language_code)
        or (language_code == "zh" and any(part in CHINESE_REGIONS for part in rest))
    )


def is_unspaced(tag: str) -> bool:
    """Whether a language puts no spaces between words."""
    return script(tag) in UNSPACED_SCRIPTS


def between_sentences(tag: str) -> str:
    """What stands between two sentences of a paragraph: a space or nothing."""
    return "" if primary(tag) in JOINED_SENTENCES else " "


@cache
def language_name(code: str) -> str:
    """The English name of a language or of CLD2's code for it."""
    from babel import Locale, UnknownLocaleError

    if primary(code) == UNKNOWN_LANGUAGE:
        return code
    try:
        name = Locale.parse(canonical(code), sep="-").get_display_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return name or code


def language_called(name: str) -> str | None:
    """The code of the language of this English name, such as ``de`` of German; None if unknown."""
    from babel import Locale

    names = Locale("en").languages
    return next((code for code, known in names.items() if known.lower() == name.lower()), None)
