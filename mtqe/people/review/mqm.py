"""MQM scores of reviews: penalties by `mtqe.corpus.mqm`; lower is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean

from mtqe.corpus.mqm import penalty
from mtqe.people.review.model import ErrorLabel, Review, ReviewFile

Translation = tuple[str, str]
"""A segment's id and a system's name."""


@dataclass(frozen=True)
class SystemScore:
    """A system's mean penalty over its reviewed translations.

    Attributes:
        score: penalties are averaged over the reviewers of a translation first; lower is better.
        translations: number of reviewed translations.
        by_reviewer: each reviewer's own mean, of those who reviewed any.
        in_common: number of these translations whose segment was reviewed in every scored system.
    """

    system: str
    score: float
    translations: int
    by_reviewer: Mapping[str, float]
    in_common: int = 0


def weight(error: ErrorLabel) -> float:
    """MQM penalty of an error."""
    return penalty(error.category, error.severity)


def penalties(review: Review, systems: tuple[str, ...]) -> dict[Translation, float]:
    """What the errors of each reviewed translation cost.

    A translation counts as reviewed where its segment is marked or it has a labelled error.
    """
    found: dict[Translation, float] = {}
    for segment in review.segments:
        if segment.mark:
            found |= {(segment.segment_id, system): 0.0 for system in systems}
        for error in segment.errors:
            key = segment.segment_id, error.system
            found[key] = found.get(key, 0.0) + weight(error)
    return found


def system_scores(file: ReviewFile) -> tuple[SystemScore, ...]:
    """The systems that anybody reviewed, the best first."""
    by_reviewer = {review.reviewer: penalties(review, file.systems) for review in file.reviews}
    reviewed = {system: _segments(system, by_reviewer) for system in file.systems}
    covered = [segments for segments in reviewed.values() if segments]
    common = frozenset.intersection(*covered) if covered else frozenset()
    scores = (_score(system, by_reviewer) for system in file.systems)
    found = [replace(score, in_common=len(common)) for score in scores if score is not None]
    return tuple(sorted(found, key=lambda score: score.score))


def _segments(
    system: str, by_reviewer: Mapping[str, Mapping[Translation, float]]
) -> frozenset[str]:
    """The segments that anybody reviewed in a system."""
    return frozenset(
        segment for costs in by_reviewer.values() for segment, name in costs if name == system
    )


def _score(
    system: str, by_reviewer: Mapping[str, Mapping[Translation, float]]
) -> SystemScore | None:
    own = {
        reviewer: {segment: cost for (segment, name), cost in costs.items() if name == system}
        for reviewer, costs in by_reviewer.items()
    }
    segments = {segment for costs in own.values() for segment in costs}
    if not segments:
        return None
    return SystemScore(
        system=system,
        score=fmean(
            fmean(costs[segment] for costs in own.values() if segment in costs)
            for segment in sorted(segments)
        ),
        translations=len(segments),
        by_reviewer={name: fmean(costs.values()) for name, costs in own.items() if costs},
    )
