"""What messages call a segment: its number, its id and how its source begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mtqe.support.visible import one_line

START = 40
"""Characters of the source that a name holds."""


@dataclass(frozen=True)
class SegmentNames:
    """Names for the segments of a test set; ids alone, such as hashes, tell a reader nothing.

    Attributes:
        places: number, from 1, and source of each segment by its id.
    """

    places: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, segments: Iterable[tuple[str, str]]) -> SegmentNames:
        """Names from ids and sources in the corpus's order."""
        return cls({name: (number, text) for number, (name, text) in enumerate(segments, start=1)})

    def __call__(self, segment_id: str) -> str:
        """The name of a segment; its id where nothing else is known of it."""
        if segment_id not in self.places:
            return one_line(segment_id)
        return segment_name(segment_id, *self.places[segment_id])


def segment_name(segment_id: str, number: int | None, source: str | None) -> str:
    """``segment 12, 20cc74dc “The hacked up…”``; what is not known is left out.

    The number is the place in the test set, which only line-aligned text has as a line too.
    """
    where = "" if number is None or segment_id == str(number) else f"segment {number}, "
    return f"{where}{one_line(segment_id)}{'' if source is None else f' {_start(source)}'}"


def _start(text: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        return "(empty)"
    cut = plain if len(plain) <= START else f"{plain[:START].rstrip()}…"
    return f"“{one_line(cut)}”"
