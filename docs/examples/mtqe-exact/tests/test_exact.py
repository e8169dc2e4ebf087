"""A metric needs nothing of mtqe's machinery to be tested: build it, and score some samples."""

from __future__ import annotations

import pytest
from mtqe_exact import ExactMatch

from mtqe.errors import ConfigError
from mtqe.metrics.base import Sample
from mtqe.metrics.pool import ModelPool

SAMPLES = [
    Sample("a", "Hola", ("Buenas", "Hola")),
    Sample("b", "hola", ("Hola", None)),
    Sample("c", "Adiós", ("Chao",)),
]


def segment_scores(metric):
    return metric.segment_scores(metric.statistics(SAMPLES, ModelPool())).tolist()


def test_a_translation_that_equals_a_reference_scores_100():
    assert segment_scores(ExactMatch()) == [100, 0, 0]
    assert segment_scores(ExactMatch(ignore_case=True)) == [100, 100, 0]


def test_the_score_of_a_corpus_is_the_mean():
    metric = ExactMatch()
    sums = metric.statistics(SAMPLES, ModelPool()).sum(axis=0)
    assert metric.corpus_scores(sums) == pytest.approx(100 / 3)


def test_what_changes_scores_is_in_the_signature():
    assert ExactMatch().signature("1") != ExactMatch(ignore_case=True).signature("1")


def test_options_are_checked():
    assert ExactMatch.from_options({"ignore_case": True}, "es") == ExactMatch(ignore_case=True)
    with pytest.raises(ConfigError, match="did you mean 'ignore_case'"):
        ExactMatch.from_options({"ignor_case": True}, "es")
