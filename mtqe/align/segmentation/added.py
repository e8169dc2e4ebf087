"""Parts of a translation that have no counterpart in the reference beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtqe.align.segmentation.lattice import HALF, edit_distance
from mtqe.align.segmentation.tokens import Tokens, numbered
from mtqe.align.segmentation.words import Span

FEWEST = 4
"""Words or characters of a script without spaces that a part must have to be told."""
BETTER = 0.75
"""Share of a part's words by which the distance must fall without it."""


def added_parts(text: str, parts: Sequence[Span], references: Sequence[str]) -> tuple[Span, ...]:
    """The sentences or lines of a segment's translation that only add to its distance.

    A part belongs to a segment if the segment is better with it than without it.

    Args:
        text: the translation of one segment.
        parts: characters of its sentences and lines, in order.
        references: those of the segment.
    """
    if len(parts) < 2 or not references:
        return ()
    tokens = [Tokens.of(text[a:b]).texts for a, b in parts]
    others = [Tokens.of(reference).texts for reference in references]
    found = [
        place
        for place, part in enumerate(tokens)
        if len(part) >= FEWEST and _gain(tokens, place, others) >= BETTER * len(part)
    ]
    return tuple(parts[place] for place in found) if len(found) < len(parts) else ()


def _gain(parts: Sequence[Sequence[str]], place: int, references: Sequence[Sequence[str]]) -> float:
    """By how much the distance to the nearest reference falls without a part."""
    whole = [token for part in parts for token in part]
    rest = [token for number, part in enumerate(parts) if number != place for token in part]
    return _distance(whole, references) - _distance(rest, references)


def _distance(tokens: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Edits to the nearest reference, where another form of a word is half an edit."""
    (words, stems), *others = numbered([tokens, *references])
    return float(np.min([edit_distance(words, stems, *reference, HALF) for reference in others]))
