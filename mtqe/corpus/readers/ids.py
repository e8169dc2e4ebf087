"""Segment ids: given, or made from the source text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from mtqe.corpus.base import HeldTexts
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
        stem = content_stem(source)
        seen[stem] += 1
        ids.append(numbered(stem, seen[stem]))
    return ids


def content_stem(source: str) -> str:
    """What the id of a source begins with: the start of its SHA-256."""
    return hashlib.sha256(source.encode()).hexdigest()[:ID_LENGTH]


def numbered(stem: str, occurrence: int) -> str:
    """The id of the occurrence, from 1, of a stem."""
    return stem if occurrence == 1 else f"{stem}.{occurrence}"


def check_ids(name: str, unit: str, ids: Sequence[str | None], place: Callable[[int], int]) -> None:
    """Refuse ids that are empty or repeated.

    Args:
        name: what messages call the file.
        unit: ``line`` or ``row``.
        ids: in the file's order.
        place: the line or row of the id with this index.

    Raises:
        DataError: names the id and where it stands.
    """
    empty = next((index for index, segment_id in enumerate(ids) if not segment_id), None)
    repeated = _repeated(ids if empty is None else ids[:empty])
    if repeated is not None:
        first, second = (place(index) for index in repeated)
        raise DataError(
            f"{name}: {unit}s {first} and {second} have the same id {ids[repeated[1]]!r}; make "
            "ids unique."
        )
    if empty is not None:
        raise DataError(f"{name}, {unit} {place(empty)}: the id is empty; give it one.")


def _repeated(ids: Sequence[str | None]) -> tuple[int, int] | None:
    """The first place that has the id of an earlier one, after that one."""
    if isinstance(ids, HeldTexts):
        from mtqe.corpus.repeated import first_repeated  # brings numpy

        return first_repeated(ids)
    first: dict[str | None, int] = {}
    for index, segment_id in enumerate(ids):
        if segment_id in first:
            return first[segment_id], index
        first[segment_id] = index
    return None
