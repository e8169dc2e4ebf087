"""Words of messages."""

from __future__ import annotations


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun: ``1 line``, ``2 lines``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
