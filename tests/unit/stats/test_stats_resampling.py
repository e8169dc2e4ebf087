from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqe.stats.resampling import (
    bootstrap_weights,
    finite_scores,
    leave_one_out_scores,
    sampling_units,
    swap_weights,
)
from mtqe.stats.summing import resampled_sums
from tests.unit.stats.stats_samples import mean_score, precision_score, random_precisions

KINDS = [bootstrap_weights, swap_weights]


@pytest.mark.parametrize("draw", KINDS)
@given(segments=st.integers(1, 150), block_bytes=st.sampled_from([1, 5_000, 50_000]))
def test_the_block_size_does_not_change_the_resamples(draw, segments, block_bytes):
    statistics = random_precisions(np.random.default_rng(segments), 2, segments)
    whole = resampled_sums(statistics, draw, np.random.default_rng(7), 23)
    blocks = resampled_sums(statistics, draw, np.random.default_rng(7), 23, block_bytes)
    np.testing.assert_array_equal(blocks, whole)


def test_bootstrap_sums_are_those_of_drawn_segments():
    statistics = random_precisions(np.random.default_rng(1), 3, 30)
    drawn = np.random.default_rng(12345).choice(30, size=(50, 30), replace=True)
    sums = resampled_sums(statistics, bootstrap_weights, np.random.default_rng(12345), 50)
    np.testing.assert_array_equal(sums, statistics[:, drawn].sum(axis=2))


@given(units=st.integers(1, 200), rows=st.integers(1, 9))
def test_bootstrap_weights_draw_as_many_units_as_there_are(units, rows):
    weights = bootstrap_weights(np.random.default_rng(units), rows, units).whole()
    np.testing.assert_array_equal(weights.sum(axis=1), units)


def test_swap_weights_are_fair_coins():
    weights = swap_weights(np.random.default_rng(2), 2_000, 70).whole()
    assert set(np.unique(weights)) == {0.0, 1.0}
    # Five standard errors of 2,000 tosses, for the worst of 70 columns.
    assert np.abs(weights.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(2_000)


@pytest.mark.parametrize("draw", KINDS)
@pytest.mark.parametrize("kind", [np.uint16, np.float32, np.float64])
@given(units=st.integers(1, 5_000), largest=st.sampled_from([1, 700, 65_535]))
@settings(max_examples=15, deadline=None)
def test_small_counts_sum_as_large_numbers_do(draw, kind, units, largest):
    counts = np.random.default_rng(units).integers(largest + 1, size=(2, units, 3))
    sums = resampled_sums(counts.astype(kind), draw, np.random.default_rng(5), 7)
    weights = draw(np.random.default_rng(5), 7, units).whole()
    np.testing.assert_array_equal(sums, np.einsum("ru,suk->srk", weights.astype(np.int64), counts))


def test_large_counts_sum_exactly():
    statistics = np.full((1, 1_000, 1), 2.0**40 + 1)
    sums = resampled_sums(statistics, bootstrap_weights, np.random.default_rng(0), 5)
    assert set(sums.ravel()) == {1_000 * (2.0**40 + 1)}


def test_clusters_are_summed_in_order_of_their_labels():
    statistics = np.arange(10, dtype=np.float64).reshape(1, 5, 2)
    units = sampling_units(statistics, ["b", "a", "b", "c", "a"])
    np.testing.assert_array_equal(units, [[[10, 12], [4, 6], [6, 7]]])


@given(labels=st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_clusters_keep_the_total(labels):
    statistics = random_precisions(np.random.default_rng(3), 2, len(labels))
    units = sampling_units(statistics, labels)
    assert units.shape[1] == len(set(labels))
    np.testing.assert_array_equal(units.sum(axis=1), statistics.sum(axis=1))


def test_leaving_one_out_scores_the_others():
    statistics = random_precisions(np.random.default_rng(4), 2, 12)
    scores = leave_one_out_scores(statistics, precision_score, block_bytes=1)
    others = [np.delete(statistics, left_out, axis=1).sum(axis=1) for left_out in range(12)]
    np.testing.assert_allclose(scores, precision_score(np.stack(others, axis=1)), rtol=1e-14)


@pytest.mark.parametrize(
    ("statistics", "clusters", "message"),
    [
        (np.zeros((2, 0, 3)), None, "no segment"),
        (np.zeros((4, 3)), None, r"\[systems, segments, k\]"),
        (np.zeros((2, 3, 1)), ["a", "b"], "3 segments need as many cluster labels"),
    ],
)
def test_unusable_statistics_are_refused(statistics, clusters, message):
    with pytest.raises(ValueError, match=message):
        sampling_units(statistics, clusters)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_missing_statistic_is_named(value):
    statistics = np.zeros((3, 8, 2))
    statistics[1, 5, 0] = value
    with pytest.raises(ValueError, match="system 1, segment 5 hold NaN or infinity"):
        sampling_units(statistics, None)


def test_an_undefined_score_is_refused():
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="returned NaN"):
        finite_scores(mean_score, np.zeros((4, 2)))


def test_a_score_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"must return \(4,\) scores, not \(\)"):
        finite_scores(lambda sums: sums.mean(), np.ones((4, 2)))


def test_no_resamples_are_refused():
    with pytest.raises(ValueError, match="At least one resample"):
        resampled_sums(np.ones((1, 2, 1)), swap_weights, np.random.default_rng(0), 0)
