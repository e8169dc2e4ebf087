"""Sets of names, written as people write lists."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words that white space separates."""
    return frozenset(words.split())
