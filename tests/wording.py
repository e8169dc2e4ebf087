"""Messages are held by what matters in them, so that better words break no test."""

from __future__ import annotations


def mentions(text: str, *parts: str) -> bool:
    """Whether a message has all parts, in this order: names, numbers, files, the fix."""
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"{part!r} is not in {text!r}" + (f" after {place}" if place else "")
        place = found + len(part)
    return True
