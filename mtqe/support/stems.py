"""Words without their endings, by the Snowball stemmers (snowballstemmer, BSD).

Languages that Snowball doesn't know are left to `is_inflected`, a rule about the length of endings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import cast

from mtqe.support.languages import primary

STEMMERS: Mapping[str, str] = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian",
    "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
ROOT = 4
"""Letters that two forms of a word share, where no stemmer says more."""
LONG = 7
"""Letters from which a word is told by its beginning also where there is a stemmer."""
ENDING = 3
"""Letters that an ending may have there."""


def stem(word: str, language: str) -> str:
    """A word without its ending and case; with its ending where there is no stemmer."""
    return _stem(word, primary(language))


@lru_cache(maxsize=1 << 16)
def _stem(word: str, code: str) -> str:
    stemmer = _stemmer(code)
    return word.casefold() if stemmer is None else stemmer(word.casefold())


def same_word(word: str, term: str, language: str) -> bool:
    """Whether a word of a text is a form of a term's word."""
    if stem(word, language) == stem(term, language):
        return True
    long_enough = len(term) >= (LONG if has_stemmer(language) else ROOT)
    return long_enough and is_inflected(word.casefold(), term.casefold())


def has_stemmer(language: str) -> bool:
    """Whether Snowball knows a language."""
    return primary(language) in STEMMERS


def is_inflected(word: str, term: str) -> bool:
    """Whether two words differ in what can be an ending."""
    root = max(ROOT, len(term) - 2)
    return (
        len(term) >= ROOT and abs(len(word) - len(term)) <= ENDING and word.startswith(term[:root])
    )


@cache
def _stemmer(code: str) -> Callable[[str], str] | None:
    if code not in STEMMERS:
        return None
    import snowballstemmer

    return cast("Callable[[str], str]", snowballstemmer.stemmer(STEMMERS[code]).stemWord)
