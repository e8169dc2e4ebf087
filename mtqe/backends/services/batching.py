"""Cutting segments into requests that a service takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtqe.corpus.base import Segment


@dataclass(frozen=True)
class Limits:
    """What one request may hold.

    Attributes:
        segments: largest number of segments.
        characters: Unicode code points of all its sources; None where there is no bound.
        utf8: `characters` counts bytes of UTF-8 instead.
    """

    segments: int = 1
    characters: int | None = None
    utf8: bool = False

    def size(self, text: str) -> int:
        """What a source counts towards `characters`."""
        return len(text.encode("utf-8", "surrogatepass")) if self.utf8 else len(text)

    def objection(self, text: str) -> str | None:
        """Why a source fits into no request, or None."""
        if self.characters is None or self.size(text) <= self.characters:
            return None
        unit = "bytes" if self.utf8 else "characters"
        return (
            f"the source has {self.size(text):,} {unit}, and a request takes {self.characters:,}; "
            "set split = true"
        )


def cut(segments: Sequence[Segment], limits: Limits) -> Iterator[Sequence[Segment]]:
    """Runs of segments within the limits, in order; each segment must fit by itself."""
    batch: list[Segment] = []
    held = 0
    for segment in segments:
        size = limits.size(segment.source)
        full = limits.characters is not None and held + size > limits.characters
        if batch and (full or len(batch) == limits.segments):
            yield batch
            batch, held = [], 0
        batch.append(segment)
        held += size
    if batch:
        yield batch
