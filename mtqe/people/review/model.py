"""The content of a review file; docs/reference/review-files.md describes it for other programs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Mark = Literal["ok", "unsure", "problem", ""]
Severity = Literal["major", "minor", "neutral"]
Side = Literal["source", "hypothesis"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class ErrorLabel(_Frozen):
    """An error that a reviewer labelled.

    Attributes:
        system: system whose translation has the error.
        side: text in which it is marked; an omission may be marked in the source.
        start: first character, counted in Unicode code points from 0.
        end: one after the last character.
        text: marked text.
        category: kind of error after Freitag et al. (2021), such as ``Accuracy/Mistranslation``.
    """

    system: str
    side: Side
    start: int
    end: int
    text: str
    category: str
    severity: Severity


class SegmentReview(_Frozen):
    """What a reviewer said about a segment.

    Attributes:
        mark: empty where the segment isn't marked; a marked segment counts as reviewed in all
            systems, so that translations without a labelled error are held to have none.
        shown: systems in the order in which a blind review showed them.
    """

    segment_id: str
    mark: Mark = ""
    note: str = ""
    errors: tuple[ErrorLabel, ...] = ()
    shown: tuple[str, ...] = ()


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
