from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.stats import permutation
from tests.unit.stats.stats_samples import (
    mean_score,
    mean_statistics,
    precision_score,
    random_precisions,
)

ALTERNATIVES = ["two-sided", "greater", "less"]


def run(statistics, score, resamples=2_000, seed=3, clusters=None):
    rng = np.random.default_rng(seed)
    return permutation(statistics, score, rng=rng, resamples=resamples, clusters=clusters)


def exact_p_value(statistics, score, alternative):
    """Try every way to swap segments of two systems."""
    first, second = statistics
    observed = score(first.sum(0)) - score(second.sum(0))
    differences = []
    for swaps in product([False, True], repeat=first.shape[0]):
        swap = np.array(swaps)[:, None]
        left, right = np.where(swap, second, first), np.where(swap, first, second)
        differences.append(score(left.sum(0)) - score(right.sum(0)))
    permuted = np.array(differences)
    if alternative == "two-sided":
        permuted, observed = np.abs(permuted), abs(observed)
    elif alternative == "less":
        permuted, observed = -permuted, -observed
    return np.mean(permuted >= observed - 1e-12)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("seed", range(4))
def test_p_values_agree_with_all_permutations(alternative, seed):
    statistics = random_precisions(np.random.default_rng(seed), 2, 8)
    p_value = run(statistics, precision_score, 20_000).p_value(0, 1, alternative=alternative)
    exact = exact_p_value(statistics, precision_score, alternative)
    assert p_value == pytest.approx(exact, abs=5 * np.sqrt(0.25 / 20_000))


def test_a_clear_difference_has_the_smallest_p_value():
    statistics = mean_statistics([np.full(100, 2.0), np.zeros(100)])
    assert run(statistics, mean_score, resamples=999).p_value(0, 1) == 1 / 1000


@given(seed=st.integers(0, 300))
def test_pairs_are_symmetric(seed):
    permuted = run(random_precisions(np.random.default_rng(seed), 3, 25), precision_score, 200)
    assert permuted.p_value(2, 1) == permuted.p_value(1, 2)
    greater = permuted.p_value(0, 1, alternative="greater")
    assert greater == permuted.p_value(1, 0, alternative="less")


def test_other_systems_do_not_change_a_pair():
    statistics = random_precisions(np.random.default_rng(1), 4, 30)
    among_four = run(statistics, precision_score).p_value(1, 3)
    assert among_four == run(statistics[[1, 3]], precision_score).p_value(0, 1)


def test_whole_documents_are_swapped():
    documents = np.repeat(np.arange(6), 50)
    effect = np.random.default_rng(2).normal(loc=0.6, size=6)[documents]
    statistics = mean_statistics([effect, np.zeros(300)])
    by_segment = run(statistics, mean_score).p_value(0, 1)
    by_document = run(statistics, mean_score, clusters=documents).p_value(0, 1)
    assert by_segment < 0.001
    # Of 64 ways to swap six documents, two are as extreme as the most extreme one.
    assert by_document > 2 / 64 - 0.02


@pytest.mark.parametrize("clusters", [None, ["only"] * 9])
def test_a_single_unit_proves_nothing(clusters):
    scores = np.ones((2, 9 if clusters else 1)) * [[3.0], [1.0]]
    assert run(mean_statistics(scores), mean_score, clusters=clusters).p_value(0, 1) == 1


@given(scores=st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_identical_systems_cannot_differ(scores):
    permuted = run(mean_statistics([scores, scores]), mean_score, resamples=50)
    assert permuted.p_value(0, 1) == 1


def test_ties_count_as_extreme_in_spite_of_rounding():
    # All swaps of 0.1 a segment give sums that differ by multiples of 0.2, rounded differently.
    statistics = mean_statistics([[0.1, 0.2, 0.3], [0.2, 0.3, 0.4]])
    p_value = run(statistics, mean_score, resamples=20_000).p_value(0, 1)
    assert p_value == pytest.approx(2 / 8, abs=0.02)


@given(seed=st.integers(0, 300), segments=st.integers(2, 60))
def test_the_interval_leaves_out_zero_just_when_the_test_rejects(seed, segments):
    permuted = run(random_precisions(np.random.default_rng(seed), 2, segments), precision_score, 99)
    pair = permuted.difference(0, 1)
    for level in (0.5, 0.8, 0.95):
        low, high = pair.bounds(level)
        assert (low <= 0 <= high) == (pair.p_value() >= 1 - level - 1e-12)


def test_the_interval_of_a_mean_is_student_s_on_many_segments():
    values = np.random.default_rng(5).normal(0.3, 1.0, 400)
    pair = run(mean_statistics([values, np.zeros(400)]), mean_score, 20_000).difference(0, 1)
    half = 1.966 * values.std(ddof=1) / 20
    assert pair.bounds(0.95) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=5e-3
    )


def test_a_true_difference_lies_in_as_many_intervals_as_promised():
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(400):
        values = rng.normal(0.5, 1.0, 12)
        low, high = (
            run(mean_statistics([values, np.zeros(12)]), mean_score, 499)
            .difference(0, 1)
            .bounds(0.9)
        )
        covered += low <= 0.5 <= high
    assert covered / 400 == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 400))


def test_five_segments_bound_nothing():
    statistics = mean_statistics([np.arange(5.0) + 1, np.zeros(5)])
    low, high = run(statistics, mean_score, 9_999).difference(0, 1).bounds(0.95)
    assert (low, high) == (-np.inf, np.inf)


def test_swaps_of_documents_count_their_segments():
    documents = np.repeat(np.arange(30), np.arange(1, 31))
    values = np.full(documents.size, 2.0)
    pair = run(
        mean_statistics([values, np.zeros(values.size)]), mean_score, clusters=documents
    ).difference(0, 1)
    assert pair.bounds(0.95) == pytest.approx((2.0, 2.0))
