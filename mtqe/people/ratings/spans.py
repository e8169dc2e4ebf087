"""Errors that people marked, as spans of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from mtqe.corpus.spans import Place, PlacedSpans, origin, origin_name, place_spans
from mtqe.people.ratings.rating import Rating
from mtqe.run import Run, RunManifest, origin_info, spans_table

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


def with_spans(
    manifest: RunManifest, table: pa.Table, placed: Sequence[PlacedSpans], metric: str
) -> tuple[RunManifest, pa.Table]:
    """A run's manifest and spans with those of some origins; earlier ones of theirs are replaced.

    Args:
        manifest: of the run.
        table: its spans.
        placed: what is put in.
        metric: the run's metric that holds the origins' scores; what it brought before is dropped.
    """
    known = manifest.origins or ()
    names = {item.origin for item in placed}
    dropped = names | {info.name for info in known if info.metric == metric}
    stale = pc.is_in(table["origin"], value_set=pa.array(sorted(dropped), pa.string()))
    rows = spans_table(span for item in placed for span in item.spans)
    kept = tuple(info for info in known if info.name not in dropped)
    new = tuple(origin_info(item, origin_name(item.origin), metric) for item in placed)
    return (
        manifest.model_copy(update={"origins": (*kept, *new)}),
        pa.concat_tables([table.filter(pc.invert(stale)), rows]),
    )
