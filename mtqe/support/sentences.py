"""Texts cut into sentences, in time that grows with their length alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqe.support.languages import primary

LONGEST_BLOCK = 4000
"""Characters that the splitter sees at once: its time grows with the square of quotation marks."""

_GOOD_BREAK = re.compile(r"[.!?。！？]\s*|\s+")


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of a text by sentencex, which knows some 300 languages.

    White space stays where it is, so that the sentences joined are the text.
    """
    import sentencex

    code = primary(language)
    return [
        sentence
        for block in _blocks(text)
        for sentence in _exact(block, list(sentencex.segment(code, block)))
    ]


def _exact(block: str, sentences: list[str]) -> list[str]:
    """The sentences, unless the splitter changed the text."""
    return sentences if "".join(sentences) == block else [block]


def _blocks(text: str) -> Iterator[str]:
    """The text in blocks of bounded size, cut where a sentence or at least a word ends."""
    start = 0
    while len(text) - start > LONGEST_BLOCK:
        block = text[start : start + LONGEST_BLOCK]
        ends = [match.end() for match in _GOOD_BREAK.finditer(block, LONGEST_BLOCK // 2)]
        size = ends[-1] if ends else LONGEST_BLOCK
        yield block[:size]
        start += size
    if start < len(text):
        yield text[start:]
