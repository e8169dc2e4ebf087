"""The content of a review file; docs/reference/review-files.md describes it for other programs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Mark = Literal["ok", "unsure", "problem", ""]
Severity = Literal["major", "minor", "neutral"]
Side = Literal["source", "hypothesis"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Proposal(_Frozen):
    """A span that a review began with, as its origin gave it; docs/reference/spans.md.

    Attributes:
        origin: what marked it, such as ``metric:comet``.
        system: system whose translation it is about.
        side: text in which it is marked.
        start: first character, counted in Unicode code points from 0.
        end: one after the last character.
        text: marked text.
        category: None where the origin named none.
        severity: None where the origin gave none; it may be ``critical``, which labels are not.
        confidence: None where the origin gave none.
    """

    origin: str
    system: str
    side: Side
    start: int
    end: int
    text: str
    category: str | None = None
    severity: str | None = None
    confidence: float | None = None


class ErrorLabel(_Frozen):
    """An error that a reviewer labelled.

    Attributes:
        system: system whose translation has the error.
        side: text in which it is marked; an omission may be marked in the source.
        start: first character, counted in Unicode code points from 0.
        end: one after the last character.
        text: marked text.
        category: kind of error after Freitag et al. (2021), such as ``Accuracy/Mistranslation``.
        proposed: what the reviewer accepted or changed; None for an error of the reviewer's own.
    """

    system: str
    side: Side
    start: int
    end: int
    text: str
    category: str
    severity: Severity
    proposed: Proposal | None = None

    @property
    def is_as_proposed(self) -> bool:
        """Whether it was accepted as it was, as far as severities of labels can say it."""
        given = self.proposed
        if given is None:
            return False
        graded = "major" if given.severity == "critical" else given.severity
        same_place = (self.side, self.start, self.end) == (given.side, given.start, given.end)
        same_kind = given.category is None or given.category == self.category
        return same_place and same_kind and graded == self.severity


class SegmentReview(_Frozen):
    """What a reviewer said about a segment.

    Attributes:
        segment: what the report calls it: where it stands, its id and how its source begins; empty
            in reviews of versions that wrote ids alone.
        mark: empty where the segment isn't marked; a marked segment counts as reviewed in all
            systems, so that translations without a labelled error are held to have none.
        shown: systems in the order in which a blind review showed them.
        dropped: spans that the review began with and that are no errors.
    """

    segment_id: str
    segment: str = ""
    mark: Mark = ""
    note: str = ""
    errors: tuple[ErrorLabel, ...] = ()
    shown: tuple[str, ...] = ()
    dropped: tuple[Proposal, ...] = ()


class Review(_Frozen):
    """Marks, notes and errors of one reviewer.

    Attributes:
        blind: whether the reviewer could not see which system gave which translation.
    """

    reviewer: str
    blind: bool = False
    segments: tuple[SegmentReview, ...]


class ReviewedCorpus(_Frozen):
    """Which test set was translated; the hash is that of the run's manifest."""

    name: str
    source_language: str
    target_language: str
    hash: str


class ReviewFile(_Frozen):
    """The reviews of one run.

    Attributes:
        run: the run's id.
        corpus: name of the corpus; None where the file doesn't say, as in TSV.
    """

    format: Literal["mtqe-review"] = "mtqe-review"
    version: Literal[1] = 1
    run: str
    corpus: ReviewedCorpus | None = None
    systems: tuple[str, ...]
    reviews: tuple[Review, ...]
