"""What reviewers said about translations: marks, notes and MQM errors exported from reports."""

from __future__ import annotations

from mtqe.people.review.files import read_reviews, write_reviews
from mtqe.people.review.merging import merge
from mtqe.people.review.model import ErrorLabel, Proposal, Review, ReviewFile, SegmentReview
from mtqe.people.review.mqm import SystemScore, penalties, system_scores
from mtqe.people.review.reviewer_agreement import ReviewerAgreement, agreement
from mtqe.people.review.spans import spans_by_translation

__all__ = [
    "ErrorLabel",
    "Proposal",
    "Review",
    "ReviewFile",
    "ReviewerAgreement",
    "SegmentReview",
    "SystemScore",
    "agreement",
    "merge",
    "penalties",
    "read_reviews",
    "spans_by_translation",
    "system_scores",
    "write_reviews",
]
