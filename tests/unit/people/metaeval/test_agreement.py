"""Counts of pairs against scipy and against plain loops over every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from mtqe.people.metaeval.measures import (
    best_threshold,
    kendall_tau_b,
    preference_accuracy,
    tie_calibrated_accuracy,
)
from mtqe.people.metaeval.pairs import pairs_within

# Few distinct values, so that ties of either side and of both are common.
VALUES = st.integers(-2, 2)
ROWS = st.lists(st.tuples(st.sampled_from("abc"), VALUES, VALUES), min_size=2, max_size=14)


def columns(rows):
    labels, ratings, scores = zip(*rows, strict=True)
    pairs = pairs_within(labels)
    human, metric = np.array(ratings, float), np.array(scores, float) / 4
    return pairs, pairs.differences(human), pairs.differences(metric)


def by_source(rows):
    sources = {}
    for label, human, metric in rows:
        sources.setdefault(label, []).append((human, metric / 4))
    return [members for members in sources.values() if len(members) > 1]


def accuracy_by_loop(rows, threshold):
    """Mean over sources of the share of right pairs, with ties up to the threshold."""
    shares = []
    for members in by_source(rows):
        right = 0
        pairs = list(combinations(members, 2))
        for (human_a, metric_a), (human_b, metric_b) in pairs:
            tied = abs(metric_a - metric_b) <= threshold
            verdict = 0 if tied else np.sign(metric_a - metric_b)
            right += verdict == np.sign(human_a - human_b)
        shares.append(right / len(pairs))
    return float(np.mean(shares))


def test_pairs_number_sources_in_order_and_skip_lone_rows():
    pairs = pairs_within(["b", "a", "b", "c", "a", "b"])
    found = list(zip(pairs.first, pairs.second, pairs.source, strict=True))
    assert found == [(0, 2, 0), (0, 5, 0), (2, 5, 0), (1, 4, 1)]
    assert pairs.sources == 2


def test_no_source_with_two_rows_gives_no_pairs():
    assert pairs_within(["a", "b"]).sources == 0


@given(ROWS)
def test_tau_b_is_scipys_inside_every_source(rows):
    pairs, human, metric = columns(rows)
    expected = [kendalltau(*zip(*members, strict=True)).statistic for members in by_source(rows)]
    np.testing.assert_allclose(kendall_tau_b(pairs, human, metric), expected, atol=1e-12)


@given(ROWS)
def test_calibrated_accuracy_is_the_best_of_all_thresholds(rows):
    pairs, human, metric = columns(rows)
    if not pairs.sources:
        return
    shares, threshold = tie_calibrated_accuracy(pairs, human, metric)
    candidates = {0.0, *np.abs(metric)}
    best = max(accuracy_by_loop(rows, candidate) for candidate in candidates)
    assert shares.mean() == pytest.approx(best)
    assert accuracy_by_loop(rows, threshold) == pytest.approx(best)


@given(ROWS)
def test_preference_counts_pairs_that_people_tell_apart(rows):
    pairs, human, metric = columns(rows)
    right, apart = preference_accuracy(pairs, human, metric)
    for number, members in enumerate(by_source(rows)):
        told_apart = [(a, b) for a, b in combinations(members, 2) if a[0] != b[0]]
        points = [
            0.5 if a[1] == b[1] else float((a[0] > b[0]) == (a[1] > b[1])) for a, b in told_apart
        ]
        assert apart[number] == len(told_apart)
        assert right[number] == pytest.approx(sum(points))


def test_threshold_of_a_perfect_metric_without_ties_is_zero():
    pairs = pairs_within(["a"] * 3)
    scores = pairs.differences(np.array([1.0, 2.0, 3.0]))
    assert best_threshold(pairs, scores, scores) == 0.0


def test_threshold_turns_small_differences_into_the_ties_people_see():
    pairs = pairs_within(["a"] * 3)
    human = pairs.differences(np.array([0.0, 0.0, 1.0]))
    metric = pairs.differences(np.array([0.50, 0.51, 0.90]))
    shares, threshold = tie_calibrated_accuracy(pairs, human, metric)
    assert shares.tolist() == [1.0]
    assert threshold == pytest.approx(0.01)
