"""Corrections, effect sizes, power and ranks."""

from __future__ import annotations

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from mtqe.stats import (
    Rank,
    benjamini_hochberg,
    holm,
    minimum_detectable_difference,
    paired_effect,
    rank_systems,
    segments_needed,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_holm_on_a_worked_example():
    # 4 x .005, 3 x .011, then the running maximum keeps .04 for the third and fourth.
    np.testing.assert_allclose(holm([0.011, 0.02, 0.005, 0.04]), [0.033, 0.04, 0.02, 0.04])


@given(p_values=P_VALUES)
def test_benjamini_hochberg_agrees_with_scipy(p_values):
    theirs = scipy_stats.false_discovery_control(p_values)
    np.testing.assert_allclose(benjamini_hochberg(p_values), theirs, rtol=1e-12)


@given(p_values=P_VALUES)
def test_corrections_lie_between_the_raw_value_and_bonferroni(p_values):
    raw, bonferroni = np.array(p_values), np.minimum(1, np.array(p_values) * len(p_values))
    slack = 1e-12
    assert (raw <= benjamini_hochberg(raw) + slack).all()
    assert (benjamini_hochberg(raw) <= holm(raw) + slack).all()
    assert (holm(raw) <= bonferroni + slack).all()


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
def test_a_table_of_p_values_is_one_family_and_keeps_its_shape(correct):
    table = np.array([[0.01, 0.5], [0.02, 0.03]])
    np.testing.assert_array_equal(correct(table).ravel(), correct(table.ravel()))
    assert correct(table).shape == (2, 2)
    assert correct([]).shape == (0,)


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
@pytest.mark.parametrize("value", [np.nan, -0.1, 1.1])
def test_no_p_value_is_refused(correct, value):
    with pytest.raises(ValueError, match="between 0 and 1"):
        correct([0.5, value])


def test_effect_of_a_pair():
    effect = paired_effect(np.array([3.0, 1.0, 2.0, 5.0]), np.array([1.0, 1.0, 3.0, 1.0]))
    assert (effect.wins, effect.ties, effect.losses) == (2, 1, 1)
    assert effect.win_probability == 2.5 / 4
    # Differences 2, 0, -1, 4: mean 1.25, variance 14.75 / 3.
    assert effect.standardized == pytest.approx(1.25 / np.sqrt(14.75 / 3))


@pytest.mark.parametrize(
    ("first", "second", "standardized"),
    [([1.0, 2.0], [1.0, 2.0], 0.0), ([2.0, 3.0], [1.0, 2.0], inf), ([1.0, 2.0], [2.0, 3.0], -inf)],
)
def test_effect_without_spread(first, second, standardized):
    assert paired_effect(first, second).standardized == standardized


def test_effect_of_one_segment_has_no_spread_to_measure():
    effect = paired_effect(np.array([2.0]), np.array([1.0]))
    assert effect.win_probability == 1
    assert isnan(effect.standardized)


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], [1.0, 2.0]), ([np.nan], [1.0])])
def test_effect_of_unusable_scores_is_refused(first, second):
    with pytest.raises(ValueError, match="egment"):
        paired_effect(first, second)


def test_the_detectable_difference_is_found_with_its_power():
    error, rng = 0.4, np.random.default_rng(0)
    difference = minimum_detectable_difference(error, alpha=0.05, power=0.8)
    found = np.abs(rng.normal(difference, error, 20_000)) > 1.959964 * error
    assert found.mean() == pytest.approx(0.8, abs=0.012)


def test_four_times_the_segments_find_half_the_difference():
    detectable = minimum_detectable_difference(0.4)
    assert segments_needed(detectable, 0.4, 500) == pytest.approx(500, abs=1)
    assert segments_needed(-detectable / 2, 0.4, 500) == pytest.approx(2_000, abs=1)


@pytest.mark.parametrize(("difference", "error"), [(0.0, 0.4), (1.0, inf)])
def test_what_no_corpus_can_find(difference, error):
    assert segments_needed(difference, error, 500) == inf


def test_one_segment_is_enough_for_systems_that_never_vary():
    assert segments_needed(1.0, 0.0, 500) == 1


@pytest.mark.parametrize("arguments", [{"alpha": 0}, {"power": 1}, {"standard_error": np.nan}])
def test_senseless_power_is_refused(arguments):
    with pytest.raises(ValueError, match=r"must (be|lie)"):
        minimum_detectable_difference(**{"standard_error": 1.0, **arguments})


def p_matrix(systems, different):
    """p = .001 for the pairs given, else .5."""
    matrix = np.full((systems, systems), 0.5)
    for first, second in different:
        matrix[first, second] = matrix[second, first] = 0.001
    return matrix


def test_a_line_is_drawn_where_all_above_beat_all_below():
    p_values = p_matrix(4, [(0, 2), (0, 3), (1, 2), (1, 3)])
    assert rank_systems(np.array([30.0, 29.0, 20.0, 19.0]), p_values) == (
        Rank(cluster=1, best=1, worst=2),
        Rank(cluster=1, best=1, worst=2),
        Rank(cluster=2, best=3, worst=4),
        Rank(cluster=2, best=3, worst=4),
    )


def test_a_chain_of_near_ties_is_one_cluster_with_ranges():
    ranks = rank_systems(np.array([30.0, 29.0, 28.0]), p_matrix(3, [(0, 2)]))
    assert ranks == (Rank(1, 1, 2), Rank(1, 1, 3), Rank(1, 2, 3))


def test_a_lower_score_can_be_better():
    ranks = rank_systems(np.array([50.0, 60.0]), p_matrix(2, [(0, 1)]), higher_is_better=False)
    assert [rank.cluster for rank in ranks] == [1, 2]


def test_ranks_keep_the_order_of_the_systems():
    ranks = rank_systems(np.array([1.0, 3.0, 2.0]), p_matrix(3, [(0, 1), (0, 2), (1, 2)]))
    assert [rank.cluster for rank in ranks] == [3, 1, 2]


def test_equal_scores_never_beat_each_other():
    assert len(set(rank_systems(np.array([5.0, 5.0]), p_matrix(2, [(0, 1)])))) == 1


@pytest.mark.parametrize(
    ("scores", "p_values", "message"),
    [
        ([1.0, 2.0], np.ones((3, 3)), "n by n"),
        ([np.nan, 2.0], np.ones((2, 2)), "a score for each system"),
        ([1.0, 2.0], np.array([[1, 0.2], [0.3, 1]]), "symmetric"),
    ],
)
def test_unusable_rankings_are_refused(scores, p_values, message):
    with pytest.raises(ValueError, match=message):
        rank_systems(scores, p_values)
