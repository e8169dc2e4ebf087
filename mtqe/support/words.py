"""Words of messages."""

from __future__ import annotations

from collections.abc import Sequence


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun: ``1 line``, ``2 lines``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Write names in a row: ``a``, ``a and b``, ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def shortened(text: str, most: int) -> str:
    """The start of a text, with an ellipsis where something was cut off."""
    return text if len(text) <= most else text[: most - 1] + "…"
