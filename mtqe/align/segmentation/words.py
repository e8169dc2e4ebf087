"""Segmentation by words: the cuts with the smallest edit distance to the references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mtqe.align.segmentation.lattice import (
    HALF,
    Floats,
    Integers,
    better_ends,
    cheapest_starts,
    spans,
)
from mtqe.align.segmentation.tokens import CutCosts, Tokens, numbered
from mtqe.errors import DataError

Span = tuple[int, int]
"""Characters of a text, from the first to the one after the last; equal where there are none."""

MOST_CELLS = 8_000_000_000
"""Words of a translation times words of its references: about half a minute."""
MOST_ENDS = 250_000_000
"""Words of a translation times segments: a gigabyte."""
FARTHER = 4
"""How many times farther away than other places the end of a line or sentence is looked at."""


@dataclass(frozen=True)
class WordSettings:
    """How words are compared, and what cuts cost.

    Attributes:
        cuts: costs of cuts that are not at the end of a line.
        form: cost of a word in the place of another form of it; 1 for no difference.
        near: words by which cuts may move in a second look, where the order of words counts less;
            0 for no second look.
        order: weight of the edit distance in that second look.
    """

    cuts: CutCosts = field(default_factory=CutCosts)
    form: float = 1.0
    near: int = 0
    order: float = 1.0


MATUSOV = WordSettings()
"""As published: every cut is free, and words are equal or not."""
OURS = WordSettings(CutCosts(1.0, 3.0, 2.0, 4.0, 6.0), HALF, 12, 0.6)
"""Cuts are rather where lines and sentences end, and words may move."""


@dataclass(frozen=True)
class _Problem:
    """A translation and its references as numbers; see `cheapest_starts` for the arrays."""

    words: Integers
    stems: Integers
    reference_words: Integers
    reference_stems: Integers
    borders: Integers
    costs: Floats

    @property
    def arrays(self) -> tuple[Integers, Integers, Integers, Integers, Integers, Floats]:
        """The first arguments of both kernels."""
        ours, theirs = (self.words, self.stems), (self.reference_words, self.reference_stems)
        return (*ours, *theirs, self.borders, self.costs)


def cut_by_words(
    text: str, references: Sequence[Sequence[str]], settings: WordSettings = OURS
) -> list[Span]:
    """Cut a translation into the parts that are nearest to the references.

    Args:
        text: the translation of a whole document.
        references: those of each segment, at least one of each; of at least one segment.
        settings: how words are compared, and what cuts cost.

    Returns:
        The part of each segment; together they have all of the text but white space.

    Raises:
        DataError: the document is too long.
    """
    tokens = Tokens.of(text)
    if not len(tokens):
        return [(0, 0)] * len(references)
    problem = _problem(tokens, settings.cuts.of(text, tokens), references)
    if not len(problem.reference_words):
        return [(0, len(text)), *([(len(text), len(text))] * (len(references) - 1))]
    _check_size(len(tokens), len(problem.reference_words), len(references))
    found = spans(cheapest_starts(*problem.arrays, settings.form))
    if settings.near:
        found = _second_look(problem, found, settings)
    return [(int(tokens.starts[a]), int(tokens.ends[b - 1])) if b > a else (0, 0) for a, b in found]


def _check_size(size: int, reference_size: int, segments: int) -> None:
    if size * reference_size > MOST_CELLS or size * segments > MOST_ENDS:
        raise DataError(
            f"a document of {size:,} words and {segments:,} segments is too long to be cut by "
            "words; give the documents that it is made of."
        )


def _problem(tokens: Tokens, costs: Floats, references: Sequence[Sequence[str]]) -> _Problem:
    rows = [[Tokens.of(text).texts for text in row] for row in references]
    borders = np.full((len(rows), max(map(len, rows)), 2), -1, np.int64)
    place = 0
    for segment, row in enumerate(rows):
        for version, one in enumerate(row):
            borders[segment, version] = place, place + len(one)
            place += len(one)
    flat = [token for row in rows for one in row for token in one]
    (words, stems), (theirs, their_stems) = numbered([tokens.texts, flat])
    return _Problem(words, stems, theirs, their_stems, borders, costs)


def _second_look(problem: _Problem, found: list[Span], settings: WordSettings) -> list[Span]:
    """The best cuts near those that were found."""
    size, near = len(problem.words), settings.near
    rows = []
    for _, end in found[:-1]:
        around = np.arange(max(0, end - FARTHER * near), min(size, end + FARTHER * near) + 1)
        is_good = problem.costs[around] <= settings.cuts.sentence
        rows.append(around[is_good | (np.abs(around - end) <= near)])
    rows.append(np.array([size]))
    sizes = np.array([len(row) for row in rows], np.int64)
    places = np.zeros((len(rows), int(sizes.max())), np.int64)
    for k, row in enumerate(rows):
        places[k, : len(row)] = row
    ends = better_ends(*problem.arrays, settings.form, places, sizes, settings.order).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))
