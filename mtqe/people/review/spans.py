"""What reviewers labelled, as spans."""

from __future__ import annotations

from mtqe.corpus.spans import FoundSpan
from mtqe.people.review.model import ErrorLabel, Review
from mtqe.people.review.mqm import Translation


def spans_by_translation(review: Review) -> dict[Translation, tuple[FoundSpan, ...]]:
    """The errors that a reviewer labelled in each translation that has any."""
    found: dict[Translation, tuple[FoundSpan, ...]] = {}
    for segment in review.segments:
        for error in segment.errors:
            key = segment.segment_id, error.system
            found[key] = (*found.get(key, ()), _span(error))
    return found


def _span(error: ErrorLabel) -> FoundSpan:
    return FoundSpan(
        side="source" if error.side == "source" else "target",
        start=error.start,
        end=error.end,
        text=error.text,
        category=error.category or None,
        severity=error.severity,
        explanation=_history(error),
    )


def _history(error: ErrorLabel) -> str:
    """Whose span the reviewer began with, and what became of it."""
    given = error.proposed
    if given is None:
        return ""
    if error.is_as_proposed:
        return f"accepted from {given.origin}"
    said = ", ".join(filter(None, (given.severity, given.category)))
    return f"changed from {given.origin} ({said})" if said else f"changed from {given.origin}"
