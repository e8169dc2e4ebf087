"""What PyTorch's and CTranslate2's errors say."""

from __future__ import annotations


def first_line(error: Exception) -> str:
    """What an error says, shortened for a sentence."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
