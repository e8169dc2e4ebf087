"""What messages call a segment: where it stands, its id and how its source begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mtqe.corpus.base import Segment
from mtqe.support.visible import one_line

START = 40
"""Characters of the source that a name holds."""


@dataclass(frozen=True)
class SegmentNames:
    """Names for the segments of a test set; ids alone, such as hashes, tell a reader nothing.

    Attributes:
        places: number, from 1, source and place in the file, if that is known, of each segment by
            its id.
    """

    places: Mapping[str, tuple[int, str, str | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, segments: Iterable[tuple[str, str, str | None]]) -> SegmentNames:
        """Names from ids, sources and places in the corpus's order."""
        return cls(
            {
                name: (number, text, place)
                for number, (name, text, place) in enumerate(segments, start=1)
            }
        )

    @classmethod
    def of_segments(cls, segments: Iterable[Segment]) -> SegmentNames:
        """Names of the segments of a corpus, in its order."""
        return cls.of((s.id, s.source, s.place.label if s.place else None) for s in segments)

    def __call__(self, segment_id: str) -> str:
        """The name of a segment; its id where nothing else is known of it."""
        if segment_id not in self.places:
            return one_line(segment_id)
        return segment_name(segment_id, *self.places[segment_id])


def segment_name(
    segment_id: str, number: int | None, source: str | None, place: str | None = None
) -> str:
    """``line 12, 20cc74dc “The hacked up…”``; what is not known is left out.

    Args:
        segment_id: the segment's id.
        number: its number in the test set, from 1.
        source: its source.
        place: where it stands in its file, such as ``line 12``; the number stands for it where
            that is not known.
    """
    if place is None and number is not None:
        place = f"segment {number}"
    said = place is not None and place.endswith(f" {segment_id}")
    own = None if said else f"id {segment_id}" if place and segment_id.isdecimal() else segment_id
    parts = [one_line(part) for part in (place, own) if part]
    return f"{', '.join(parts)}{'' if source is None else f' {_start(source)}'}"


def name_of(segment: Segment, row: int | None = None) -> str:
    """The name of a segment of a corpus; its row, from 0, stands for a place that is not known."""
    place = segment.place.label if segment.place else None
    if place is None and row is None:
        place = f"segment {segment.id}"
    return segment_name(segment.id, None if row is None else row + 1, segment.source, place)


def _start(text: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        return "(no source)"
    cut = plain if len(plain) <= START else f"{plain[:START].rstrip()}…"
    return f"“{one_line(cut)}”"
