"""Ids of segments of several parts: each the segment's own, made ones numbered through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mtqe.corpus.readers.ids import content_stem, numbered

if TYPE_CHECKING:
    import pyarrow as pa

MADE = re.compile(r"([0-9a-f]{8})(?:\.[0-9]+)?")
"""What an id that readers made looks like; ids of the user's, such as dates, may look so too."""


def made_stems(segments: pa.Table) -> list[str | None]:
    """The stem of each id that a reader made of the segment's text; None for the user's own ids.

    Readers make ids of the sources, and of the first references where sources are not known.

    Args:
        segments: rows of one system, with ``segment_id``, ``source`` and ``references``.
    """
    stems: list[str | None] = []
    for batch in segments.select(["segment_id", "source", "references"]).to_batches():
        columns = (column.to_pylist() for column in batch.columns)
        for name, source, references in zip(*columns, strict=True):
            match = MADE.fullmatch(name)
            text = source or next(iter(references or ()), None) or ""
            known = match and match[1] in (content_stem(text), content_stem(source or ""))
            stems.append(match[1] if match and known else None)
    return stems


def numbered_through(
    parts: Sequence[Sequence[str]], stems: Sequence[Sequence[str | None]]
) -> Iterator[list[str]]:
    """The ids with made ones as they would be if all parts had been read as one.

    Args:
        parts: the ids of each part.
        stems: of each id; None for ids that stay as they are.
    """
    seen: Counter[str] = Counter()
    for part, known in zip(parts, stems, strict=True):
        names = []
        for name, stem in zip(part, known, strict=True):
            if stem is not None:
                seen[stem] += 1
            names.append(name if stem is None else numbered(stem, seen[stem]))
        yield names
