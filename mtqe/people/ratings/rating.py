"""Ratings, and which translation of a run each is of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mtqe.corpus.spans import FoundSpan
from mtqe.people.sampling.items import SampleItem, items_of
from mtqe.run import Run

MARK = re.compile(r"</?v>")
"""Marot's marks around an error in the text."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What one person gave one translation of a run.

    Attributes:
        segment_id: the segment's.
        systems: systems that gave this very translation.
        source: source of the translation.
        hypothesis: the translation.
        kind: kind of score, such as ``mqm``.
        rater: person who rated; empty if that is not known.
        score: higher is better.
        spans: errors that the rater marked; None where this kind of file marks none.
    """

    segment_id: str
    systems: tuple[str, ...]
    source: str
    hypothesis: str
    kind: str
    rater: str
    score: float
    spans: tuple[FoundSpan, ...] | None = None


@dataclass
class RatedTranslations:
    """A run's translations, to be found by number, by segment and system, or by their texts."""

    run: Run
    by_number: dict[int, SampleItem] = field(init=False)
    by_system: dict[tuple[str, str], SampleItem] = field(init=False)
    by_text: dict[tuple[str, str], SampleItem] = field(init=False)

    def __post_init__(self) -> None:
        items = items_of(self.run)
        self.by_number = {item.number: item for item in items}
        self.by_system = {(item.segment_id, name): item for item in items for name in item.systems}
        self.by_text = {(item.source, item.hypothesis): item for item in items}

    @property
    def systems(self) -> Sequence[str]:
        """Names of the run's systems, in its order."""
        return [system.name for system in self.run.manifest.systems]


def rating(
    item: SampleItem,
    kind: str,
    rater: str,
    score: float,
    spans: tuple[FoundSpan, ...] | None = None,
) -> Rating:
    """A rating of an item: it counts for all systems that gave it."""
    return Rating(
        item.segment_id, item.systems, item.source, item.hypothesis, kind, rater, score, spans
    )
