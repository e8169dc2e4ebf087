"""Scores of metrics for ratings are the metric's own, all turned so that higher is better."""

from __future__ import annotations

import numpy as np
import pytest
from sacrebleu import sentence_chrf, sentence_ter

from mtqe.errors import DataError
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import CHRF, TER
from mtqe.people.metaeval.public_ratings import PublicRating
from mtqe.people.metaeval.scoring import score_ratings

RATINGS = [
    PublicRating("en-de", "a", "1", "one", "eins zwei drei", "eins zwei vier", 0.0),
    PublicRating("en-de", "b", "1", "one", "sechs", "eins zwei vier", 0.0),
]


def test_scores_are_sacrebleus_with_error_rates_negated():
    metrics = [CHRF.from_options({}, "de"), TER.from_options({}, "de")]
    scores = score_ratings(RATINGS, metrics, ModelPool())
    pairs = [(rating.hypothesis, [rating.reference]) for rating in RATINGS]
    np.testing.assert_allclose(scores["chrf"], [sentence_chrf(*pair).score for pair in pairs])
    np.testing.assert_allclose(scores["ter"], [-sentence_ter(*pair).score for pair in pairs])


def test_a_missing_reference_is_refused_by_name():
    lacking = [*RATINGS, PublicRating("en-de", "c", "1", "one", "text", None, 0.0)]
    with pytest.raises(DataError, match=r"chrf needs references.*1 rating"):
        score_ratings(lacking, [CHRF.from_options({}, "de")], ModelPool())
