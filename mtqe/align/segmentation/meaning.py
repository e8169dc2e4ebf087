"""Segmentation by meaning: the aligner of `mtqe align`, with the segments on one side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mtqe.align.encoders import Encoder, Vectors, embed, usual_similarity
from mtqe.align.search.links import Link, ordered_links
from mtqe.align.search.runs import Side
from mtqe.align.segmentation.tokens import Tokens
from mtqe.align.segmentation.words import OURS, Span, cut_by_words
from mtqe.align.sentences import sentences
from mtqe.corpus.base import LanguagePair, Segment
from mtqe.support.sentences import split_sentences

TOLERANCE = 0.1
"""Share of a text by which a cut may be away from its place to save that of a word."""

_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True)
class _Unit:
    """A sentence of a segment.

    Attributes:
        segment: the number of the segment.
        text: of the reference, or of the source where there is none.
        source: what it is a translation of: a sentence, or the whole source.
    """

    segment: int
    text: str
    source: str


def cut_by_meaning(
    text: str, segments: Sequence[Segment], languages: LanguagePair, encoders: Sequence[Encoder]
) -> list[Span]:
    """Cut a translation by what its sentences mean.

    Sentences of the translation are linked with those of references and sources. Where one link
    has several segments, words decide between them, or lengths where there are no references.

    Args:
        text: the translation of a whole document.
        segments: those of the document, at least one.
        languages: the direction of translation.
        encoders: at least one; those that know the languages.

    Returns:
        The part of each segment; text without counterpart is in the part before it.
    """
    parts = list(pieces(text, languages.target))
    units = [
        unit
        for number, segment in enumerate(segments)
        for unit in _units(number, segment, languages)
    ]
    if not parts or not units:
        return [(0, len(text.rstrip())), *([(0, 0)] * (len(segments) - 1))]
    theirs, ours = _sides(units, [text[a:b] for a, b in parts], encoders)
    links = ordered_links(theirs, ours)
    found: list[Span] = [(0, 0)] * len(segments)
    for members, (start, end) in _runs(links, units, parts):
        for number, span in zip(
            members, _divided(text, start, end, members, segments), strict=True
        ):
            found[number] = span
    return found


def pieces(text: str, language: str) -> Iterator[Span]:
    """Each sentence of each line, without the white space around it."""
    for line in _LINE.finditer(text):
        place = line.start()
        for sentence in split_sentences(line.group(), language):
            core = sentence.strip()
            if core:
                start = place + sentence.index(core)
                yield start, start + len(core)
            place += len(sentence)


def _units(number: int, segment: Segment, languages: LanguagePair) -> list[_Unit]:
    sources = sentences(segment.source, languages.source)
    references = [
        found for text in segment.present_references if (found := sentences(text, languages.target))
    ]
    if not references:
        return [_Unit(number, text, text) for text in sources]
    texts = references[0]
    if len(sources) == len(texts):
        return [_Unit(number, *row) for row in zip(texts, sources, strict=True)]
    return [_Unit(number, text, segment.source or text) for text in texts]


def _sides(
    units: Sequence[_Unit], parts: Sequence[str], encoders: Sequence[Encoder]
) -> tuple[Side, Side]:
    """Both sides, so that a similarity is the mean of those to reference and source."""
    texts = [*(unit.text for unit in units), *(unit.source for unit in units), *parts]
    vectors, size = embed(encoders, texts), len(units)
    usual = usual_similarity(encoders)
    theirs = _beside(vectors[:size], vectors[size : 2 * size])
    ours = _beside(vectors[2 * size :], vectors[2 * size :])
    return (
        Side(theirs, _lengths([unit.text for unit in units]), usual),
        Side(ours, _lengths(parts), usual),
    )


def _beside(first: Vectors, second: Vectors) -> Vectors:
    both: Vectors = np.concatenate([first, second], axis=1) * np.float32(np.sqrt(0.5))
    return both


def _lengths(texts: Sequence[str]) -> NDArray[np.float64]:
    return np.array([max(1, len(text)) for text in texts], np.float64)


def _runs(
    links: Sequence[Link], units: Sequence[_Unit], parts: Sequence[Span]
) -> Iterator[tuple[list[int], Span]]:
    """Segments that share sentences of the translation, with the characters that they share.

    Sentences without a partner belong to what stands before them, the first ones to what follows.
    """
    groups: list[tuple[list[int], int]] = []
    for link in links:
        numbers = sorted({unit.segment for unit in units[slice(*link.source)]})
        if groups and numbers[0] <= groups[-1][0][-1]:
            members, start = groups.pop()
            numbers = sorted({*members, *numbers})
        else:
            start = link.target[0] if groups else 0
        groups.append((numbers, start))
    ends = [*(start for _, start in groups[1:]), len(parts)]
    for (members, start), end in zip(groups, ends, strict=True):
        yield members, (parts[start][0], parts[end - 1][1])


def _divided(
    text: str, start: int, end: int, members: Sequence[int], segments: Sequence[Segment]
) -> list[Span]:
    """The parts of several segments in a text that they share."""
    if len(members) == 1:
        return [(start, end)]
    chosen, part = [segments[number] for number in members], text[start:end]
    if all(segment.present_references for segment in chosen):
        spans = cut_by_words(part, [segment.present_references for segment in chosen])
    else:
        spans = cut_by_lengths(part, [len(segment.source) for segment in chosen])
    return [(a + start, b + start) for a, b in spans]


def cut_by_lengths(text: str, lengths: Sequence[int]) -> list[Span]:
    """Cut a text in proportion to lengths, where it is best cut.

    Args:
        text: the text.
        lengths: of the parts, in characters of another language.
    """
    tokens = Tokens.of(text)
    costs = OURS.cuts.of(text, tokens)
    shares = np.cumsum(lengths)[:-1] / max(1, sum(lengths))
    tolerated = max(1.0, TOLERANCE * len(text)) / OURS.cuts.word
    cuts: list[int] = []
    for share in shares:
        first = cuts[-1] if cuts else 0
        places = np.arange(first, len(tokens))
        away = np.abs(tokens.starts[places] - share * len(text)) / tolerated
        cuts.append(int(places[np.argmin(away + costs[places])]) if len(places) else first)
    borders = [0, *cuts, len(tokens)]
    return [
        (int(tokens.starts[a]), int(tokens.ends[b - 1])) if b > a else (0, 0)
        for a, b in pairwise(borders)
    ]
