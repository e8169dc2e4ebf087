"""Statistics to scores: unscored segments are left out of the corpus score, and counted."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.base import Sample
from mtqe.metrics.human import Human
from mtqe.metrics.info import MetricInfo
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.scores import MetricScores
from mtqe.metrics.surface import BLEU, TER
from mtqe.run import Score

NAN = np.nan


def test_unscored_segments_are_left_out_and_counted() -> None:
    found = MetricScores(Human("esa"), np.array([[10.0, 1.0], [NAN, NAN], [20.0, 1.0]]))
    assert (found.corpus, found.scored, found.unscored) == (15.0, 2, 1)
    np.testing.assert_array_equal(found.segments, [10.0, NAN, 20.0])


def test_nothing_scored_has_no_score() -> None:
    found = MetricScores(BLEU(), np.full((2, 10), NAN))
    assert found.corpus is None
    assert np.isnan(found.segments).all()
    assert Score.of("bleu", "", found).score is None


def test_a_corpus_score_is_that_of_summed_statistics() -> None:
    samples = [Sample("", "the cat sat down", ("the cat sat",)), Sample("", "a", ("the dog",))]
    statistics = TER().statistics(samples, ModelPool())
    found = MetricScores(TER(), statistics)
    assert found.corpus == pytest.approx(100 * 3 / 5)
    assert found.corpus != pytest.approx(found.segments.mean())


def test_quality_is_higher_for_what_is_better() -> None:
    languages = LanguagePair("en", "de")
    for metric, sign in ((BLEU(), 1), (TER(), -1)):
        info = MetricInfo.of("x", metric, languages, signature="")
        assert (info.sign, info.quality(2.0)) == (sign, 2.0 * sign)
        np.testing.assert_array_equal(metric.quality(np.array([1.0])), [sign])
