"""Paragraphs cut into sentences, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtqe.align.documents.paragraphs import Paragraph, Role
from mtqe.support.languages import between_sentences
from mtqe.support.sentences import split_sentences


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
        for place, text in enumerate(sentences(paragraph.text, language), 1)
    ]


def sentences(text: str, language: str) -> list[str]:
    """The sentences of a text without the white space around them."""
    found = (sentence.strip() for sentence in split_sentences(text, language))
    return [sentence for sentence in found if sentence]


def joined(texts: Sequence[str], language: str) -> str:
    """Neighbouring units as one text, as the language writes them."""
    return between_sentences(language).join(texts)
