"""Paragraphs cut into sentences, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtqe.align.documents.paragraphs import Paragraph, Role

LONGEST_BLOCK = 4000
"""Characters that the splitter sees at once: its time grows with their square."""
UNSPACED = frozenset(("zh", "ja", "th", "lo", "km", "my", "yue", "wuu"))
"""Languages that put no space between sentences."""

_GOOD_BREAK = re.compile(r"[.!?。！？]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Unit:
    """What gets aligned: a sentence or a paragraph.

    Attributes:
        text: without line breaks.
        paragraph: the number of its paragraph, from 1.
        sentence: its number in the paragraph, from 1; 0 for a whole paragraph.
        role: what the markup says of its paragraph.
    """

    text: str
    paragraph: int
    sentence: int
    role: Role = "text"

    @property
    def place(self) -> str:
        """``12`` for a paragraph, ``12.3`` for a sentence."""
        return f"{self.paragraph}.{self.sentence}" if self.sentence else str(self.paragraph)


def paragraph_units(paragraphs: Sequence[Paragraph]) -> list[Unit]:
    """Each paragraph as a unit."""
    return [Unit(p.text, number, 0, p.role) for number, p in enumerate(paragraphs, 1)]


def sentence_units(paragraphs: Sequence[Paragraph], language: str) -> list[Unit]:
    """Each sentence of each paragraph as a unit."""
    return [
        Unit(text, number, place, paragraph.role)
        for number, paragraph in enumerate(paragraphs, 1)
        for place, text in enumerate(split_sentences(paragraph.text, language), 1)
    ]


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of a text by sentencex, which knows some 300 languages."""
    import sentencex

    code = language.replace("_", "-").partition("-")[0].lower()
    found = (sentence for block in _blocks(text) for sentence in sentencex.segment(code, block))
    return [sentence.strip() for sentence in found if sentence.strip()]


def _blocks(text: str) -> Iterator[str]:
    """The text in blocks of bounded size, cut where a sentence or at least a word ends."""
    start = 0
    while len(text) - start > LONGEST_BLOCK:
        block = text[start : start + LONGEST_BLOCK]
        ends = [match.end() for match in _GOOD_BREAK.finditer(block, LONGEST_BLOCK // 2)]
        size = ends[-1] if ends else LONGEST_BLOCK
        yield block[:size]
        start += size
    yield text[start:]


def joined(texts: Sequence[str], language: str) -> str:
    """Neighbouring units as one text, as the language writes them."""
    code = language.replace("_", "-").partition("-")[0].lower()
    return ("" if code in UNSPACED else " ").join(texts)
