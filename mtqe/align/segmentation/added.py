"""Parts of a translation that have no counterpart in the reference beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtqe.align.segmentation.lattice import HALF, Integers, edit_distance
from mtqe.align.segmentation.tokens import Tokens, numbered
from mtqe.align.segmentation.words import Span

Numbers = tuple[Integers, Integers]
"""Words and their stems."""

FEWEST = 4
"""Words or characters of a script without spaces that a part must have to be told."""
MOST_CELLS = 4_000_000_000
"""Words of a text times those of its references times parts: seconds; longer texts go untold."""
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
    size = sum(map(len, tokens))
    if size * sum(map(len, others)) * len(parts) > MOST_CELLS:
        return ()
    whole, *theirs = numbered([[token for part in tokens for token in part], *others])
    ends = np.cumsum([len(part) for part in tokens])
    distance = _distance(whole, theirs)
    found = []
    for place, (part, end) in enumerate(zip(tokens, ends, strict=True)):
        if len(part) < FEWEST:
            continue
        rest = _without(whole, int(end) - len(part), int(end))
        if distance - _distance(rest, theirs) >= BETTER * len(part):
            found.append(place)
    return tuple(parts[place] for place in found) if len(found) < len(parts) else ()


def _without(numbers: Numbers, start: int, end: int) -> Numbers:
    words, stems = (np.concatenate([row[:start], row[end:]]) for row in numbers)
    return words, stems


def _distance(ours: Numbers, references: Sequence[Numbers]) -> float:
    """Edits to the nearest reference, where another form of a word is half an edit."""
    return float(np.min([edit_distance(*ours, *theirs, HALF) for theirs in references]))
