"""Terms of a termbase found in sources and translations, with their endings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.termbase import Term
from mtqe.support.languages import primary
from mtqe.support.scripts import MARKS, UNSPACED, UNSPACED_RANGES
from mtqe.support.stems import has_stemmer, same_word, stem

SPACED_LETTER = rf"[^\W{UNSPACED_RANGES}]"
"""A letter or digit that would make a term a part of a longer word."""
WORD = re.compile(rf"[^\W_{UNSPACED_RANGES}](?:[^\W_{UNSPACED_RANGES}]|[{MARKS}])*")
PLAIN = re.compile(rf"(?:[\w{MARKS}]|[ '’-](?=\w))+")
"""A term of words alone, without signs such as those of C++."""
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "nb", "nn", "no", "is", "fi", "hu", "et", "af"})
"""Languages that put a term inside longer words."""
MIN_INSIDE = 5
"""Letters that a term must have to be looked for inside words."""


class Wanted(NamedTuple):
    """A term in a source, and where it stands in code points."""

    term: Term
    start: int
    end: int


class TermSearch:
    """Finds the terms of a termbase in sources, and their translations in translations.

    In both, a word may have another ending than the term's, by the language's Snowball stemmer. A
    translation's words may also have any ending after the term, and in languages that write
    compounds, anything before it. In scripts without spaces, a term may stand anywhere.
    """

    def __init__(
        self, terms: Sequence[Term], languages: LanguagePair, *, match_case: bool = False
    ) -> None:
        self._languages = languages
        self._match_case = match_case
        self._literal: list[Term] = []
        self._by_first: dict[str, list[tuple[tuple[str, ...], Term]]] = defaultdict(list)
        for term in terms:
            words = tuple(WORD.findall(term.source)) if PLAIN.fullmatch(term.source) else ()
            if words and not UNSPACED.search(term.source):
                stems = tuple(stem(word, languages.source) for word in words)
                self._by_first[stems[0]].append((stems, term))
            else:
                self._literal.append(term)
        for listed in self._by_first.values():
            listed.sort(key=lambda item: -len(item[0]))
        self._by_text = {self._key(term.source): term for term in self._literal}
        texts = [term.source for term in self._literal]
        self._pattern = pattern_of(texts, match_case=match_case) if texts else None

    def wanted(self, source: str) -> list[Wanted]:
        """The terms of a source, without overlaps, the longest first where several begin."""
        found = [] if self._pattern is None else [
            Wanted(self._by_text[self._key(match.group())], *match.span())
            for match in self._pattern.finditer(source)
        ]  # fmt: skip
        found += self._inflected(source, found)
        return sorted(found, key=lambda item: item.start)

    def _inflected(self, source: str, taken: Sequence[Wanted]) -> list[Wanted]:
        if not self._by_first:
            return []
        words = list(WORD.finditer(source))
        stems = [stem(word.group(), self._languages.source) for word in words]
        found, place = [], 0
        while place < len(words):
            step = 1
            for wanted, term in self._by_first.get(stems[place], ()):
                length = len(wanted)
                last = place + length - 1
                if tuple(stems[place : place + length]) != wanted:
                    continue
                start, end = words[place].start(), words[last].end()
                if not self._fits(source[start:end], term) or any(
                    item.start < end and start < item.end for item in taken
                ):
                    continue
                found.append(Wanted(term, start, end))
                step = length
                break
            place += step
        return found

    def _fits(self, text: str, term: Term) -> bool:
        """Whether capitals and what stands between the words are as in a term."""
        if any(not (c.isalnum() or c in " \u00a0\n-'’" or not c.isascii()) for c in text):
            return False
        return not self._match_case or _same_case(text, term.source)

    def has(self, term: Term, text: str) -> bool:
        """Whether a text has one of a term's translations, or the term where it has none."""
        targets = term.targets or (term.source,)
        if any(_beginning(target, self._match_case).search(text) for target in targets):
            return True
        return any(self._has_form(target, text) for target in targets)

    def _has_form(self, target: str, text: str) -> bool:
        language = self._languages.target
        wanted = WORD.findall(target)
        if not wanted or UNSPACED.search(target) or not PLAIN.fullmatch(target):
            return False
        words = _words(text)
        for place in range(len(words) - len(wanted) + 1):
            found = words[place : place + len(wanted)]
            if all(map(same_word, found, wanted, [language] * len(wanted))) and (
                not self._match_case or _same_case(found[0], wanted[0])
            ):
                return True
        inside = len(wanted) == 1 and len(target) >= MIN_INSIDE
        if not inside or primary(language) not in COMPOUNDING:
            return False
        root = stem(target, language) if has_stemmer(language) else target.casefold()
        return len(root) >= MIN_INSIDE and root in text.casefold()

    def _key(self, term: str) -> str:
        return term if self._match_case else term.casefold()


def _same_case(text: str, term: str) -> bool:
    """Whether two forms of a word agree in capitals as far as both go."""
    return all(a.isupper() == b.isupper() for a, b in zip(text, term, strict=False))


@lru_cache(maxsize=8)
def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(text))


@cache
def _beginning(target: str, match_case: bool) -> re.Pattern[str]:
    return pattern_of([target], match_case=match_case, ending=True)


def pattern_of(terms: Sequence[str], *, match_case: bool, ending: bool = False) -> re.Pattern[str]:
    """Any of the terms as a whole word; in scripts without spaces, anywhere.

    Args:
        terms: words or phrases.
        match_case: whether capitals count.
        ending: whether letters may follow.
    """
    parts = [_whole(term, ending=ending) for term in sorted(terms, key=len, reverse=True)]
    return re.compile("|".join(parts), re.NOFLAG if match_case else re.IGNORECASE)


def _whole(term: str, *, ending: bool) -> str:
    escaped = re.escape(term)
    if UNSPACED.search(term):
        return escaped
    return f"(?<!{SPACED_LETTER}){escaped}" + ("" if ending else f"(?!{SPACED_LETTER})")
