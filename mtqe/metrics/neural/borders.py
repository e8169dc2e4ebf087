"""Borders that texts share: where sentences end in a text and in its translations alike.

Sentences are matched by length (Gale and Church 1993, "A Program for Aligning Sentences in
Bilingual Corpora"), with a normal density for the paper's tail probability. The aligner's search
stands in a room above, wants compiled loops, and is made for books; a text that no model reads in
one piece has a hundred sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import log

import numpy as np
from numpy.typing import NDArray

from mtqe.support.sentences import split_sentences

PRIORS = {(1, 1): 0.89, (1, 0): 0.005, (0, 1): 0.005, (2, 1): 0.0445, (1, 2): 0.0445, (2, 2): 0.011}
"""How often so many sentences of one text are so many of the other."""
ALONE = (0, 1)
VARIANCE = 6.8
"""Of the difference of lengths, for each character."""
MOST_SENTENCES = 500
"""Of a text; where there are more, neighbours count as one."""
ANY_LANGUAGE = "und"

Borders = list[int]


def shared_borders(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """Places [borders, texts] at which all texts have come equally far, their ends among them.

    Args:
        texts: translations of each other, at least one.
    """
    first, *others = [sentence_ends(text) for text in texts]
    matched = [match(first, other) for other in others]
    return [
        (place, *(other for other in found if other is not None))
        for place, *found in zip(first, *matched, strict=True)
        if None not in found
    ]


def sentence_ends(text: str) -> Borders:
    """0 and the end of each sentence, in characters."""
    sentences = split_sentences(text, ANY_LANGUAGE) or [text]
    ends = list(accumulate(len(sentence) for sentence in sentences))
    step = -(-len(ends) // MOST_SENTENCES)
    return [0, *ends[step - 1 : -1 : step], ends[-1]]


def match(ours: Borders, theirs: Borders) -> list[int | None]:
    """The place in `theirs` that each of our borders meets; None inside a link of two sentences.

    The first borders meet, and the last ones. Sentences that are theirs alone go with what is
    before them.
    """
    worth = np.full((len(ours), len(theirs)), -np.inf)
    taken = np.zeros(worth.shape, dtype=np.int8)
    worth[0, 0] = 0.0
    links = list(PRIORS)
    gains = [_gains(np.array(ours, float), np.array(theirs, float), link) for link in links]
    for i in range(len(ours)):
        for place, (a, b) in enumerate(links):
            if 0 < a <= i:
                found = np.full(len(theirs), -np.inf)
                found[b:] = worth[i - a, : len(theirs) - b] + gains[place][i, b:]
                better = found > worth[i]
                worth[i, better], taken[i, better] = found[better], place
        _go_along(worth[i], taken[i], gains[links.index(ALONE)][i], links.index(ALONE))
    met: list[int | None] = [None] * len(ours)
    i, j = len(ours) - 1, len(theirs) - 1
    while (i, j) != (0, 0):
        met[i] = j if met[i] is None else met[i]
        a, b = links[taken[i, j]]
        i, j = i - a, j - b
    met[0] = 0
    return [None if number is None else theirs[number] for number in met]


def _go_along(
    worth: NDArray[np.float64], taken: NDArray[np.int8], gains: NDArray[np.float64], place: int
) -> None:
    """Let sentences of theirs stand alone, one after the other, at one border of ours."""
    for j in range(1, len(worth)):
        if worth[j - 1] + gains[j] > worth[j]:
            worth[j], taken[j] = worth[j - 1] + gains[j], place


def _gains(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], link: tuple[int, int]
) -> NDArray[np.float64]:
    """Logarithms of densities [ours, theirs] of links of this shape that end at these borders."""
    ratio = max(theirs[-1], 1.0) / max(ours[-1], 1.0)
    mine, other = (_lengths(b, size) for b, size in zip((ours, theirs), link, strict=True))
    mean = np.maximum((mine[:, None] + other[None, :] / ratio) / 2, 1.0)
    squares = (other[None, :] - mine[:, None] * ratio) ** 2 / (mean * VARIANCE)
    found: NDArray[np.float64] = log(PRIORS[link]) - squares / 2
    return found


def _lengths(borders: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Characters of the `size` sentences before each border; 0 where there are fewer."""
    found: NDArray[np.float64] = borders - borders[np.maximum(np.arange(len(borders)) - size, 0)]
    return found
