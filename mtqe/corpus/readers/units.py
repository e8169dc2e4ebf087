"""What readers of translation units share: ids that may be lacking, names that may repeat."""

from __future__ import annotations

from collections.abc import Sequence

from mtqe.corpus.base import Place
from mtqe.corpus.readers.ids import content_ids


def unit_ids(given: Sequence[str | None], sources: Sequence[str]) -> tuple[list[str], bool]:
    """The units' own ids if every unit has one and none is repeated, else ids from the sources.

    Returns:
        The ids, and whether they are the units' own.
    """
    own = [identifier for identifier in given if identifier]
    if len(own) == len(given) == len(set(own)):
        return own, True
    return content_ids(sources), False


def unit_place(name: str, line: int | None, identifier: str | None, word: str = "unit") -> Place:
    """Where people find a unit: its line, else what the file calls it.

    Args:
        name: the file.
        line: its line in the file, if that is known.
        identifier: its own id or key.
        word: what the format calls such an id.
    """
    if line is not None:
        return Place(f"line {line}", name, line)
    return Place(f"{word} {identifier}" if identifier else word, name)


def add(metadata: dict[str, str], name: str, value: str) -> None:
    """Put a value under a name, or under ``NAME_2``, ``NAME_3``… where that is taken."""
    key, number = name, 1
    while key in metadata:
        number += 1
        key = f"{name}_{number}"
    metadata[key] = value
