"""Sources split into sentences or lines, and their translations joined as the source was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

from mtqe.corpus.base import LanguagePair
from mtqe.support.languages import between_sentences
from mtqe.support.sentences import split_sentences

LINE_END = re.compile(r"((?<!\s)\s*[\r\n]\s*)")


@dataclass(frozen=True)
class SplitOptions:
    """The key ``split`` of a system.

    Attributes:
        by: ``sentences``, found by the package sentencex, or ``lines``.
        over: characters; shorter sources stay whole, and longer ones are split into pieces of as
            many whole sentences of a line as fit into it. 0: each sentence is a piece.
    """

    by: Literal["sentences", "lines"] = "sentences"
    over: int = 0

    def __str__(self) -> str:
        by = f"sentences (sentencex {version('sentencex')})" if self.by == "sentences" else "lines"
        return f"{by} over {self.over}"


@dataclass(frozen=True)
class SplitText:
    """A source as pieces to translate, and what stands before, between and after them.

    Attributes:
        texts: the pieces; each has more than white space.
        gaps: one more than `texts`; texts and gaps in turn are the source.
    """

    texts: tuple[str, ...]
    gaps: tuple[str, ...]

    def join(self, translations: Sequence[str], languages: LanguagePair) -> str:
        """The translation of the whole, with lines, paragraphs and indents where they were."""
        joined = [self.gaps[0]]
        for text, gap in zip(translations, self.gaps[1:-1], strict=False):
            joined += [text, _between(gap, languages)]
        return "".join([*joined, *translations[-1:], *self.gaps[1:][-1:]])


def split(text: str, options: SplitOptions, language: str) -> SplitText:
    """Split a source.

    Args:
        text: of any length, with or without line breaks.
        options: how.
        language: of the text, for its abbreviations and full stops.
    """
    if len(text) <= options.over:
        return SplitText((text,), ("", "")) if text.strip() else SplitText((), (text,))
    texts: list[str] = []
    gaps = [""]
    for line_or_end in LINE_END.split(text):
        for sentence in _pieces(line_or_end, options, language):
            core = sentence.strip()
            before, _, after = sentence.partition(core) if core else (sentence, "", "")
            gaps[-1] += before
            if core:
                texts.append(core)
                gaps.append(after)
    return SplitText(tuple(texts), tuple(gaps))


def _pieces(line: str, options: SplitOptions, language: str) -> Iterator[str]:
    if options.by == "lines" or not line.strip():
        yield line
        return
    piece = ""
    for sentence in split_sentences(line, language):
        if piece and len(piece) + len(sentence.rstrip()) > options.over:
            yield piece
            piece = ""
        piece += sentence
    yield piece


def _between(gap: str, languages: LanguagePair) -> str:
    """White space between two sentences of a line, as the target language has it."""
    if "\n" in gap or "\r" in gap:
        return gap
    if not between_sentences(languages.target):
        return ""
    return gap or (" " if not between_sentences(languages.source) else "")
