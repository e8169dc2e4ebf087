"""Language tags (BCP 47) and the names of languages."""

from __future__ import annotations

import re
from functools import cache

from mtqe.errors import ConfigError

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


def language(tag: str, where: str) -> str:
    """The tag itself.

    Raises:
        ConfigError: it does not look like a language tag.
    """
    if not LANGUAGE.match(tag):
        raise ConfigError(
            f"{where}: {tag!r} is no language tag; write one such as en, zh or pt-BR."
        )
    return tag


@cache
def language_name(code: str) -> str:
    """The English name of a language by CLD2's code."""
    from babel import Locale, UnknownLocaleError

    tag = {"iw": "he", "jw": "jv", "zh-Hant": "zh-Hant"}.get(code, code)
    try:
        name = Locale.parse(tag, sep="-").get_display_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return name or code
