"""Segment ids: given, or made from the source text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from mtqe.errors import DataError

ID_LENGTH = 8
"""Hexadecimal digits of a content-based id."""


def content_ids(sources: Iterable[str]) -> list[str]:
    """Make ids from the sources alone, so that adding or moving lines changes no other id.

    An id is the start of the source's SHA-256, such as ``3f2a9c1b``; where that start was seen
    before, a repeated source as a rule, the occurrence follows: ``3f2a9c1b.2``.
    """
    seen: Counter[str] = Counter()
    ids = []
    for source in sources:
        stem = hashlib.sha256(source.encode()).hexdigest()[:ID_LENGTH]
        seen[stem] += 1
        ids.append(stem if seen[stem] == 1 else f"{stem}.{seen[stem]}")
    return ids


def check_ids(name: str, unit: str, ids: Sequence[str], place: Callable[[int], int]) -> None:
    """Refuse ids that are empty or repeated.

    Args:
        name: what messages call the file.
        unit: ``line`` or ``row``.
        ids: in the file's order.
        place: the line or row of the id with this index.

    Raises:
        DataError: names the id and where it stands.
    """
    first: dict[str, int] = {}
    for index, segment_id in enumerate(ids):
        if not segment_id:
            raise DataError(f"{name}, {unit} {place(index)}: the id is empty; give it one.")
        if segment_id in first:
            raise DataError(
                f"{name}: {unit}s {place(first[segment_id])} and {place(index)} have the same id "
                f"{segment_id!r}; make ids unique."
            )
        first[segment_id] = index
