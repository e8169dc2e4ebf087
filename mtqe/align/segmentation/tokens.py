"""A document's text as words and characters, and where it may be cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEM = 5
"""Letters that two words must share at their start to be taken for forms of one word."""

_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters of scripts without spaces between words; each of them is a token."""
_TOKEN = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+|[^\w\s]")
_SENTENCE_END = re.compile(r"[.!?…。！？．｡؟।॥။។]")
_CLOSING = re.compile(r"[\"'”’»«」』)）\]】〉》]")
_PAUSE = re.compile(r"[,;:，；：、،؛]")
_MARK = re.compile(r"[.!?…。！？．｡؟।॥։,;:，；：、،؛”’»」』)）\]】〉》]\Z")
"""What never begins a line; straight quotation marks and the like may."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of a text.

    Attributes:
        texts: the tokens, in lower case.
        starts: the place of each token's first character [tokens].
        ends: the place after its last one [tokens].
    """

    texts: tuple[str, ...]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def of(cls, text: str) -> Tokens:
        """Words, single characters of scripts without spaces, and punctuation marks."""
        found = list(_TOKEN.finditer(text))
        return cls(
            tuple(match.group().casefold() for match in found),
            np.array([match.start() for match in found], np.int64),
            np.array([match.end() for match in found], np.int64),
        )


@dataclass(frozen=True)
class CutCosts:
    """What it costs to cut a text at a place, in edits of a word.

    Attributes:
        sentence: after a sentence, but inside a line.
        pause: after a comma or the like.
        capital: before a word that begins with a capital letter.
        word: between other words.
        inside: inside a word, as between a word and its hyphen.
    """

    sentence: float = 0.0
    pause: float = 0.0
    capital: float = 0.0
    word: float = 0.0
    inside: float = 0.0

    def of(self, text: str, tokens: Tokens) -> NDArray[np.float32]:
        """The cost of a cut before each token, and after the last one [tokens + 1]; 0 at lines."""
        costs = np.zeros(len(tokens) + 1, np.float32)
        for place in range(1, len(tokens)):
            gap = text[tokens.ends[place - 1] : tokens.starts[place]]
            capital = bool(gap) and text[tokens.starts[place]].isupper()
            costs[place] = self._at(gap, tokens.texts, place, capital=capital)
        return costs

    def _at(self, gap: str, tokens: Sequence[str], place: int, *, capital: bool) -> float:
        before, after = tokens[place - 1], tokens[place]
        if _MARK.match(after):  # no line begins with these, unless it was broken anywhere
            return self.inside
        if "\n" in gap:
            return 0.0
        if _SENTENCE_END.match(_last_word(tokens, place)) and (gap or _is_wide(before)):
            return self.sentence
        if capital:
            return self.capital
        if _PAUSE.match(before):
            return self.pause
        is_whole = gap or _is_unspaced(before) or _is_unspaced(after)
        return self.word if is_whole else self.inside


def _last_word(tokens: Sequence[str], place: int) -> str:
    """The token before a place, but for closing quotation marks and brackets."""
    last = place - 1
    while last > 0 and _CLOSING.match(tokens[last]):
        last -= 1
    return tokens[last]


def _is_wide(mark: str) -> bool:
    """Whether no space need stand after a mark."""
    return mark in "。！？．｡”’」』）】》"


def _is_unspaced(token: str) -> bool:
    return bool(re.match(f"[{_UNSPACED}]", token))


def numbered(
    texts: Sequence[Sequence[str]],
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Tokens of several texts as numbers, equal for equal ones: of the words and of their stems."""
    words: dict[str, int] = {}
    stems: dict[str, int] = {}
    return [
        (
            np.array([words.setdefault(token, len(words)) for token in text], np.int64),
            np.array([stems.setdefault(token[:STEM], len(stems)) for token in text], np.int64),
        )
        for text in texts
    ]
