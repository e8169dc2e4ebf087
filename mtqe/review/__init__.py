"""What reviewers said about translations: marks, notes and MQM errors exported from reports."""

from __future__ import annotations

from mtqe.review.agreement import Agreement, agreement
from mtqe.review.files import read_reviews, write_reviews
from mtqe.review.merging import merge
from mtqe.review.model import ErrorLabel, Review, ReviewFile, SegmentReview
from mtqe.review.mqm import SystemScore, penalties, system_scores

__all__ = [
    "Agreement",
    "ErrorLabel",
    "Review",
    "ReviewFile",
    "SegmentReview",
    "SystemScore",
    "agreement",
    "merge",
    "penalties",
    "read_reviews",
    "system_scores",
    "write_reviews",
]
