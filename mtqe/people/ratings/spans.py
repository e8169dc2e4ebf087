"""Errors that people marked, as spans of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtqe.corpus.spans import Place, PlacedSpans, origin, place_spans
from mtqe.people.ratings.rating import Rating
from mtqe.run import Run

NAMELESS = "unnamed"
"""What spans of a rater without a name call their origin."""


def marked_spans(run: Run, ratings: Sequence[Rating]) -> Iterator[PlacedSpans]:
    """The spans of each rater who was asked for any, held against the run's texts.

    A rating counts for every system that gave the translation. Spans that name another text than
    the one at their place are left out, and counted: they are of another translation.
    """
    systems = [system.name for system in run.manifest.systems]
    asked = [rating for rating in ratings if rating.spans is not None]
    for rater in dict.fromkeys(rating.rater for rating in asked):
        found = [
            (Place(rating.segment_id, system, rating.source, rating.hypothesis), rating.spans or ())
            for rating in asked
            if rating.rater == rater
            for system in systems
            if system in rating.systems
        ]
        yield place_spans(origin("person", rater or NAMELESS), found, keep_differing=False)
