"""Texts as their readers take them: without case, accents, invisible characters and disguises."""

from __future__ import annotations

import re
import unicodedata

from mtqe.checks.strays import MIXED_WORD, SEAM

ACCENTS = frozenset(
    map(chr, (*range(0x300, 0x370), *range(0x64B, 0x653), 0x640)),
)
"""Combining marks of Latin, Greek and Cyrillic; Arabic vowel signs and the stretching mark."""
INVISIBLE = frozenset(
    map(
        chr,
        (
            0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x180F),
            *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164,
            *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0, *range(0xE0000, 0xE1000),
        ),
    )
)  # fmt: skip
"""Characters that show nothing and that the text can be read without."""
PLAIN = {"’": "'", "ʼ": "'", "‘": "'", "“": '"', "”": '"', "ß": "ss", "ı": "i", "▁": "_"}
LOOKALIKES = str.maketrans("асеорхуіјѕкмтвнгονικυρχατ", "aceopxyijskmtbnrovikupxat")
"""Small Cyrillic and Greek letters as the Latin ones that they look like."""


class _Folding(dict[int, str]):
    """What each character becomes; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in INVISIBLE:
            folded = ""
        elif 0xD800 <= code < 0xE000:
            folded = character
        else:
            compatible = unicodedata.normalize("NFKC", PLAIN.get(character, character)).lower()
            apart = unicodedata.normalize("NFD", compatible)
            kept = "".join(c for c in apart if c not in ACCENTS)
            folded = unicodedata.normalize("NFC", kept)
        self[code] = folded
        return folded


FOLDING = _Folding()


def fold(text: str) -> str:
    """A text in small letters without accents, invisible characters and compatibility forms.

    Letters of another script that stand in a Latin word become those that they look like.
    """
    if text.isascii():
        return text.lower()
    folded = text.translate(FOLDING)
    return MIXED_WORD.sub(_latin, folded) if SEAM.search(folded) else folded


def unfolded(original: str, folded: str, start: int, end: int) -> tuple[int, int]:
    """Where a text has what stands at ``[start, end)`` when it is folded, in code points."""
    if len(folded) == len(original):
        return start, end
    lengths = [len(FOLDING[ord(character)]) for character in original]
    begins = ends = position = 0
    for index, length in enumerate(lengths):
        if position <= start and length:
            begins = index
        if position < end and length:
            ends = index + 1
        position += length
    return begins, max(begins, ends)


def _latin(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(LOOKALIKES) if any("a" <= letter <= "z" for letter in word) else word
