from __future__ import annotations

from mtqe.people.review import ErrorLabel, Review, ReviewFile, SegmentReview


def error(start: int, end: int, *, system: str = "A", severity="major", **more) -> ErrorLabel:
    category = more.pop("category", "Accuracy/Mistranslation")
    values = {"side": "hypothesis", "text": "x" * (end - start), "category": category} | more
    return ErrorLabel(system=system, start=start, end=end, severity=severity, **values)


def review(reviewer: str, **segments) -> Review:
    """`s1=("ok", error, …)`: a mark and errors by segment."""
    return Review(
        reviewer=reviewer,
        segments=tuple(
            SegmentReview(segment_id=name, mark=mark, errors=tuple(errors))
            for name, (mark, *errors) in segments.items()
        ),
    )


def reviews(*parts: Review, run: str = "run-1") -> ReviewFile:
    return ReviewFile(run=run, systems=("A", "B"), reviews=parts)
