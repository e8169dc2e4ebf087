"""The whole meta-evaluation on ratings made by a known rule."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mtqe.errors import DataError
from mtqe.people.metaeval.evaluate import Options, evaluate
from mtqe.people.metaeval.public_ratings import PublicRating
from mtqe.people.metaeval.table import HEADER, markdown, to_json

OPTIONS = Options(resamples=200)


def make_ratings(sources=40, systems=4, lp="en-de"):
    """System k is better than k - 1 on every source."""
    return [
        PublicRating(lp, f"system{k}", f"segment{n}", "source", "text", None, float(k))
        for n in range(sources)
        for k in range(systems)
    ]


def scores_of(ratings, noise, seed=0):
    rng = np.random.default_rng(seed)
    return np.array([rating.score for rating in ratings]) + noise * rng.normal(size=len(ratings))


def test_a_perfect_and_an_inverted_metric_are_the_extremes():
    ratings = make_ratings()
    exact = scores_of(ratings, 0)
    (found,) = evaluate(ratings, {"exact": exact, "inverted": -exact}, OPTIONS)
    exact_metric, inverted = found.metrics
    for measure in ("preference", "accuracy", "tau_b", "system_accuracy"):
        assert getattr(exact_metric, measure).value == pytest.approx(1.0)
    assert inverted.preference.value == pytest.approx(0.0)
    assert inverted.tau_b.value == pytest.approx(-1.0)
    assert inverted.system_accuracy.value == pytest.approx(0.0)


def test_intervals_hold_the_value_and_differences_are_tested():
    ratings = make_ratings()
    scores = {"close": scores_of(ratings, 0.5), "far": scores_of(ratings, 5.0)}
    (found,) = evaluate(ratings, scores, OPTIONS)
    close = found.metrics[0].preference
    assert close.interval.low < close.value < close.interval.high
    (difference,) = [d for d in found.differences if d.measure == "preference"]
    assert (difference.first, difference.second) == ("close", "far")
    assert difference.difference > 0.2
    assert difference.p_value < 0.01


def test_equal_metrics_do_not_differ():
    ratings = make_ratings()
    scores = scores_of(ratings, 1.0)
    (found,) = evaluate(ratings, {"one": scores, "two": scores.copy()}, OPTIONS)
    assert {(d.difference, d.p_value) for d in found.differences} == {(0.0, 1.0)}


def test_language_pairs_are_judged_apart():
    ratings = make_ratings() + make_ratings(lp="en-ru")
    scores = np.concatenate([scores_of(ratings[:160], 0), -scores_of(ratings[160:], 0)])
    german, russian = evaluate(ratings, {"metric": scores}, OPTIONS)
    assert (german.lp, german.metrics[0].preference.value) == ("en-de", 1.0)
    assert (russian.lp, russian.metrics[0].preference.value) == ("en-ru", 0.0)


def test_one_system_has_no_system_accuracy():
    ratings = [
        PublicRating("en-de", "only", "segment", "source", text, None, score)
        for text, score in (("a", 1.0), ("b", 2.0))
    ]
    (found,) = evaluate(ratings, {"metric": scores_of(ratings, 0)}, OPTIONS)
    assert found.metrics[0].system_accuracy is None


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.zeros(3), "metric has 3 scores for 160 ratings"),
        (np.full(160, np.nan), "metric has no score for rating 1"),
    ],
)
def test_wrong_scores_are_refused(scores, message):
    with pytest.raises(DataError, match=message):
        evaluate(make_ratings(), {"metric": scores}, OPTIONS)


def test_ratings_that_never_differ_are_refused():
    ratings = [PublicRating("en-de", s, "1", "source", "text", None, 1.0) for s in ("a", "b")]
    with pytest.raises(DataError, match="en-de: no source has two translations"):
        evaluate(ratings, {"metric": np.zeros(2)}, OPTIONS)


def test_table_has_a_row_a_metric_and_json_has_the_tests():
    ratings = make_ratings()
    found = evaluate(ratings, {"a": scores_of(ratings, 0), "b": scores_of(ratings, 9)}, OPTIONS)
    lines = markdown(found).splitlines()
    assert len(lines) == 4
    assert lines[2].startswith("| en-de | a | 1.000 [1.000, 1.000] |")
    assert all(line.count("|") == len(HEADER) + 1 for line in lines)
    assert len(json.loads(to_json(found))[0]["differences"]) == 4
