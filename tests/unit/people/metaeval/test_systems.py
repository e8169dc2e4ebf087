"""System-level accuracy against a loop over pairs of systems."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.people.metaeval.systems import system_accuracy, system_sums

ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("XYZ"), st.integers(0, 9), st.integers(0, 9)),
    min_size=2,
    max_size=20,
)


def accuracy_by_loop(rows):
    means = {}
    for system in {row[1] for row in rows}:
        mine = [row for row in rows if row[1] == system]
        means[system] = [np.mean([row[column] for row in mine]) for column in (2, 3)]
    pairs = [pair for pair in combinations(means.values(), 2) if pair[0][0] != pair[1][0]]
    right = [np.sign(a[0] - b[0]) == np.sign(a[1] - b[1]) for a, b in pairs]
    return np.mean(right) if right else np.nan


@given(ROWS)
def test_accuracy_is_that_of_system_means(rows):
    sources, systems, ratings, scores = zip(*rows, strict=True)
    # Powers of two keep means exact, so that both ways see the same ties.
    human, metric = np.array(ratings, float), np.array(scores, float)
    sums = system_sums(sources, systems, human, [metric])
    statistics = sums.statistics.sum(axis=1)
    if metric.std() == 0 or _has_near_tie(rows):
        return
    np.testing.assert_allclose(system_accuracy(statistics), [accuracy_by_loop(rows)])


def _has_near_tie(rows):
    """Standardising rounds: exact ties of metric means may come apart."""
    means = {}
    for _, system, human, metric in rows:
        means.setdefault(system, []).append((human, metric))
    return any(
        abs(np.mean(a, axis=0) - np.mean(b, axis=0)).min() < 1e-9
        for a, b in combinations(means.values(), 2)
    )


def test_systems_without_ratings_in_a_resample_do_not_count():
    sums = system_sums(["1", "2", "2"], ["X", "X", "Y"], np.array([1.0, 2, 3]), [np.arange(3.0)])
    assert np.isnan(system_accuracy(sums.statistics[0, 0]))
    assert system_accuracy(sums.statistics[0].sum(axis=0)) == pytest.approx(1.0)
