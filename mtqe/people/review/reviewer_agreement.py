"""How far reviewers agree, on marks and on errors.

Marks: Krippendorff's alpha for nominal values, which takes any number of reviewers and segments
that only some of them marked (Krippendorff, 2011, "Computing Krippendorff's Alpha-Reliability",
section C); 1 is perfect agreement, 0 what chance gives. It is written here because the libraries
that have it are under the GPL or bring a whole toolkit for these lines.

Errors: F1 of two reviewers' spans on the translations that both reviewed. Spans match one to one
where they overlap; characters count as in the error-span task of the WMT shared task on quality
estimation (Blain et al., 2023).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from mtqe.people.review.model import ErrorLabel, Review, ReviewFile
from mtqe.people.review.mqm import Translation, penalties

Errors = Mapping[Translation, Sequence[ErrorLabel]]


@dataclass(frozen=True)
class PairAgreement:
    """How far two reviewers agree.

    Attributes:
        marks_alpha: alpha on the segments that both marked; None where it is undefined.
        marked: number of those segments.
        span_f1: F1 of spans that overlap; None where neither labelled an error.
        character_f1: F1 of labelled characters; None where there are none.
        same_category: share of the matched spans with one category; None without matched spans.
        same_severity: share of the matched spans with one severity; None without matched spans.
        translations: number of translations that both reviewed.
    """

    first: str
    second: str
    marks_alpha: float | None
    marked: int
    span_f1: float | None
    character_f1: float | None
    same_category: float | None
    same_severity: float | None
    translations: int


@dataclass(frozen=True)
class ReviewerAgreement:
    """How far all reviewers of a run agree.

    Attributes:
        marks_alpha: over all of them; None where it is undefined.
        marked: segments that at least two of them marked.
        disputed: ids of segments with different marks.
        disputed_names: what the report calls them; their ids where the reviews don't say.
    """

    marks_alpha: float | None
    marked: int
    disputed: tuple[str, ...]
    disputed_names: tuple[str, ...]
    pairs: tuple[PairAgreement, ...]


def agreement(file: ReviewFile) -> ReviewerAgreement:
    """How far the reviewers of a run agree."""
    units = _units(file.reviews)
    disputed = tuple(name for name, values in units.items() if len(set(values)) > 1)
    names = {one.segment_id: one.segment for each in file.reviews for one in each.segments}
    return ReviewerAgreement(
        marks_alpha=nominal_alpha(units.values()),
        marked=sum(len(values) > 1 for values in units.values()),
        disputed=disputed,
        disputed_names=tuple(names[one] or one for one in disputed),
        pairs=tuple(_pair(file, first, second) for first, second in combinations(file.reviews, 2)),
    )


def nominal_alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Krippendorff's alpha of nominal values; None where all are equal or none can be paired.

    Args:
        units: the values that each unit was given, by however many observers.
    """
    counts = [Counter(values) for values in units if len(values) > 1]
    totals: Counter[str] = Counter()
    for unit in counts:
        totals.update(unit)
    size = totals.total()
    expected = size**2 - sum(count**2 for count in totals.values())
    if expected == 0:
        return None
    observed = sum(
        (unit.total() ** 2 - sum(count**2 for count in unit.values())) / (unit.total() - 1)
        for unit in counts
    )
    return 1 - (size - 1) * observed / expected


def _units(reviews: Sequence[Review]) -> dict[str, list[str]]:
    """The marks that each segment got."""
    units: dict[str, list[str]] = {}
    for review in reviews:
        for segment in review.segments:
            if segment.mark:
                units.setdefault(segment.segment_id, []).append(segment.mark)
    return units


def _pair(file: ReviewFile, first: Review, second: Review) -> PairAgreement:
    units = _units([first, second])
    shared = sorted(penalties(first, file.systems).keys() & penalties(second, file.systems).keys())
    ours, theirs = _errors(first, shared), _errors(second, shared)
    matched = [pair for key in shared for pair in _matched(ours[key], theirs[key])]
    return PairAgreement(
        first=first.reviewer,
        second=second.reviewer,
        marks_alpha=nominal_alpha(units.values()),
        marked=sum(len(values) > 1 for values in units.values()),
        span_f1=_f1(len(matched), _count(ours), _count(theirs)),
        character_f1=_character_f1(ours, theirs),
        same_category=_share([a.category == b.category for a, b in matched]),
        same_severity=_share([a.severity == b.severity for a, b in matched]),
        translations=len(shared),
    )


def _errors(review: Review, keys: Iterable[Translation]) -> dict[Translation, list[ErrorLabel]]:
    found: dict[Translation, list[ErrorLabel]] = {key: [] for key in keys}
    for segment in review.segments:
        for error in segment.errors:
            if (segment.segment_id, error.system) in found:
                found[segment.segment_id, error.system].append(error)
    return found


def _matched(
    ours: Sequence[ErrorLabel], theirs: Sequence[ErrorLabel]
) -> list[tuple[ErrorLabel, ErrorLabel]]:
    """As many pairs of overlapping spans as there can be, each span in one pair at most."""
    if not ours or not theirs:
        return []
    overlaps = [[_overlap(a, b) for b in theirs] for a in ours]
    partners = maximum_bipartite_matching(csr_array(np.array(overlaps)), perm_type="column")
    return [(ours[row], theirs[column]) for row, column in enumerate(partners) if column >= 0]


def _overlap(a: ErrorLabel, b: ErrorLabel) -> bool:
    return a.side == b.side and max(a.start, b.start) < min(a.end, b.end)


def _character_f1(ours: Errors, theirs: Errors) -> float | None:
    first, second = _characters(ours), _characters(theirs)
    return _f1(len(first & second), len(first), len(second))


def _characters(errors: Errors) -> set[tuple[Translation, str, int]]:
    return {
        (key, error.side, place)
        for key, labels in errors.items()
        for error in labels
        for place in range(error.start, error.end)
    }


def _count(errors: Errors) -> int:
    return sum(map(len, errors.values()))


def _f1(shared: int, first: int, second: int) -> float | None:
    return 2 * shared / (first + second) if first + second else None


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None
