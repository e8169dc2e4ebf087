"""What merged reviews say, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtqe.people.review import ReviewerAgreement, ReviewFile, SystemScore, penalties
from mtqe.people.review.reviewer_agreement import PairAgreement
from mtqe.report.text.comparison import aligned
from mtqe.support.visible import visible
from mtqe.support.words import count

LISTED = 10
"""Disputed segments named; the file has all of them."""


def review_text(file: ReviewFile, scores: Sequence[SystemScore], found: ReviewerAgreement) -> str:
    """Reviewers, MQM scores and agreement."""
    return visible("\n".join(_lines(file, scores, found)))


def _lines(
    file: ReviewFile, scores: Sequence[SystemScore], found: ReviewerAgreement
) -> Iterator[str]:
    yield f"Run {file.run}"
    yield ""
    yield from aligned([["reviewer", "marked", "errors", "notes"], *_reviewers(file)])
    if scores:
        yield ""
        yield "MQM score, weights of Freitag et al. (2021), the lower the better"
        yield from aligned(list(_scores(file, scores)))
        yield from _coverage(file, scores)
    if found.pairs:
        yield ""
        yield (
            f"Agreement on marks: Krippendorff's alpha {_number(found.marks_alpha)} "
            f"on {found.marked} segments with two marks or more"
        )
        yield from aligned([PAIR_HEAD, *map(_pair, found.pairs)])
    if found.disputed:
        yield "Different marks:"
        yield from (f"- {name}" for name in found.disputed_names[:LISTED])
        if len(found.disputed) > LISTED:
            yield f"- and {len(found.disputed) - LISTED} more, which the file has"


def _reviewers(file: ReviewFile) -> Iterator[list[str]]:
    for review in file.reviews:
        segments = review.segments
        counts = (
            sum(bool(segment.mark) for segment in segments),
            sum(len(segment.errors) for segment in segments),
            sum(bool(segment.note) for segment in segments),
        )
        yield [review.reviewer, *map(str, counts)]


def _scores(file: ReviewFile, scores: Sequence[SystemScore]) -> Iterator[list[str]]:
    names = [review.reviewer for review in file.reviews]
    yield ["system", "MQM", "translations", *names]
    for score in scores:
        own = [_number(score.by_reviewer.get(name)) for name in names]
        yield [score.system, _number(score.score), str(score.translations), *own]


def _coverage(file: ReviewFile, scores: Sequence[SystemScore]) -> Iterator[str]:
    """Whether scores that stand side by side are about the same segments."""
    if any(score.translations != score.in_common for score in scores):
        yield (
            "The systems were reviewed on different segments; all of them on "
            f"{count(scores[0].in_common, 'segment')}. So a difference may come from the segments."
        )
    covered = {
        review.reviewer: frozenset(segment for segment, _ in penalties(review, file.systems))
        for review in file.reviews
    }
    if len(set(covered.values())) > 1:
        listed = ", ".join(f"{name} {len(segments):,}" for name, segments in covered.items())
        both = len(frozenset.intersection(*covered.values()))
        yield (
            f"The reviewers covered different segments ({listed}; in common {both:,}). So a "
            "difference between their scores may come from the segments."
        )


PAIR_HEAD = [
    "reviewers",
    "alpha",
    "translations",
    "span F1",
    "character F1",
    "same category",
    "same severity",
]


def _pair(pair: PairAgreement) -> list[str]:
    figures = (pair.span_f1, pair.character_f1, pair.same_category, pair.same_severity)
    return [
        f"{pair.first}, {pair.second}",
        _number(pair.marks_alpha),
        str(pair.translations),
        *map(_number, figures),
    ]


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"
