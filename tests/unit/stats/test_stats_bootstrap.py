from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from mtqe.stats import Interval, bootstrap
from mtqe.stats.intervals import BcaShift
from tests.unit.stats.stats_samples import (
    mean_score,
    mean_statistics,
    precision_score,
    random_precisions,
)

METHODS = ["percentile", "bca"]


def run(scores, resamples=2_000, seed=5, clusters=None):
    return bootstrap(
        mean_statistics(scores),
        mean_score,
        rng=np.random.default_rng(seed),
        resamples=resamples,
        clusters=clusters,
    )


def shifted(shift, segments=200, seed=0):
    """Two systems whose segment scores differ by ``shift`` and noise, exactly so on average."""
    rng = np.random.default_rng(seed)
    second, noise = rng.normal(size=(2, segments))
    return [second + shift + noise - noise.mean(), second]


@pytest.mark.parametrize("method", ["percentile", "BCa"])
def test_intervals_agree_with_scipy(method):
    scores = np.random.default_rng(1).exponential(size=60)
    # SciPy doesn't widen for the number of segments: ask for the level that widens to 95 %.
    level = 1 - 2 * scipy_stats.t.sf(1.959964 * np.sqrt(59 / 60), df=59)
    ours = run([scores], resamples=20_000).interval(0, level=level, method=method.lower())
    theirs = scipy_stats.bootstrap(
        (scores,), np.mean, n_resamples=20_000, method=method, random_state=2
    ).confidence_interval
    # The bounds' Monte Carlo error is near 0.002; BCa moves them by 0.04 from the percentile ones.
    np.testing.assert_allclose([ours.low, ours.high], theirs, atol=0.012)


def test_the_standard_error_is_that_of_the_mean():
    first, second = shifted(0.1)
    error = run([first, second], resamples=5_000).difference(0, 1).standard_error
    expected = np.std(first - second) / np.sqrt(first.size)
    assert error == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("method", METHODS)
@given(seed=st.integers(0, 200))
def test_the_p_value_and_the_interval_tell_the_same(method, seed):
    result = run(shifted(0.14, seed=seed), resamples=399, seed=seed).difference(0, 1, method=method)
    covers_zero = result.interval.low <= 0 <= result.interval.high
    # Smoothing and interpolation blur the border by about two resamples a tail.
    assert covers_zero == (result.p_value > 0.05) or abs(result.p_value - 0.05) <= 0.025


@pytest.mark.parametrize("method", METHODS)
def test_one_sided_p_values_point_in_their_direction(method):
    resampled = run(shifted(0.5))
    greater = resampled.difference(0, 1, method=method, alternative="greater").p_value
    less = resampled.difference(0, 1, method=method, alternative="less").p_value
    assert greater < 0.001
    assert less > 0.999


@pytest.mark.parametrize("method", METHODS)
def test_swapping_the_systems_mirrors_the_result(method):
    resampled = run(shifted(0.1))
    one, other = (resampled.difference(*pair, method=method) for pair in [(0, 1), (1, 0)])
    assert other.difference == -one.difference
    assert other.interval.low == pytest.approx(-one.interval.high, abs=1e-12)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_p_value_is_never_zero(method):
    result = run(shifted(50.0), resamples=99).difference(0, 1, method=method)
    assert 2 / 100 <= result.p_value < 0.05


def test_the_seed_decides_the_result():
    scores = shifted(0.1)
    assert run(scores).difference(0, 1) == run(scores).difference(0, 1)
    assert run(scores).difference(0, 1) != run(scores, seed=6).difference(0, 1)


def test_systems_share_their_resamples():
    statistics = random_precisions(np.random.default_rng(3), 1, 40)
    both = np.concatenate([statistics, statistics])
    resampled = bootstrap(both, precision_score, rng=np.random.default_rng(1)).resampled
    np.testing.assert_array_equal(resampled[0], resampled[1])


def test_clusters_widen_the_interval_of_correlated_segments():
    documents = np.repeat(np.arange(20), 10)
    effect = np.random.default_rng(4).normal(size=20)[documents]
    scores = [effect + np.random.default_rng(5).normal(scale=0.1, size=200)]
    by_segment, by_document = run(scores), run(scores, clusters=documents)
    width, clustered = (r.interval(0).high - r.interval(0).low for r in (by_segment, by_document))
    assert clustered > 2 * width


@pytest.mark.parametrize(
    ("shift", "margin", "higher_is_better", "holds"),
    [
        (0.0, 0.5, True, True),
        (-0.3, 0.5, True, True),
        (-0.5, 0.5, True, False),
        (-1.0, 0.5, True, False),
        (2.0, 0.5, True, True),
        (2.0, 0.5, False, False),
        (0.3, 0.5, False, True),
        (0.0, 0.0, True, False),
    ],
)
def test_non_inferiority(shift, margin, higher_is_better, holds):
    result = run(shifted(shift)).non_inferiority(
        0, 1, margin=margin, higher_is_better=higher_is_better
    )
    assert result.holds is holds
    bound = result.interval.low > -margin if higher_is_better else result.interval.high < margin
    assert bound is holds


@pytest.mark.parametrize(
    ("shift", "margin", "holds"),
    [(0.0, 0.5, True), (0.3, 0.5, True), (0.5, 0.5, False), (-0.5, 0.5, False), (2.0, 0.5, False)],
)
@pytest.mark.parametrize("method", METHODS)
def test_equivalence(shift, margin, holds, method):
    result = run(shifted(shift)).equivalence(0, 1, margin=margin, method=method)
    assert result.holds is holds
    assert (-margin < result.interval.low <= result.interval.high < margin) is holds
    assert result.interval.level == pytest.approx(0.9)


def test_a_negative_margin_is_refused():
    with pytest.raises(ValueError, match="margin must be 0 or more"):
        run(shifted(0.0)).equivalence(0, 1, margin=-0.1)


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        run(shifted(0.0)).interval(0, level=95)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("clusters", [None, ["only"] * 9])
def test_a_single_unit_bounds_nothing(method, clusters):
    scores = np.ones((2, 9 if clusters else 1)) * [[3.0], [1.0]]
    resampled = run(scores, clusters=clusters)
    assert resampled.interval(0, method=method) == Interval(-inf, inf, 0.95, method)
    result = resampled.difference(0, 1, method=method)
    assert (result.difference, result.p_value, result.standard_error) == (2.0, 1.0, inf)
    assert not resampled.equivalence(0, 1, margin=100, method=method).holds


@pytest.mark.parametrize("method", METHODS)
def test_identical_systems_cannot_differ(method):
    scores = np.random.default_rng(8).normal(size=30)
    resampled = run([scores, scores])
    result = resampled.difference(0, 1, method=method)
    assert result.interval == Interval(0.0, 0.0, 0.95, method)
    assert (result.p_value, result.standard_error) == (1.0, 0.0)
    assert resampled.equivalence(0, 1, margin=0.01, method=method).holds


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_difference_has_an_interval_of_one_point(method):
    result = run([np.full(30, 2.0), np.full(30, 1.5)]).difference(0, 1, method=method)
    assert (result.interval.low, result.interval.high) == (0.5, 0.5)
    assert result.p_value < 0.004


@given(bias=st.floats(-1, 1), acceleration=st.floats(-0.2, 0.2), z=st.floats(-3, 3))
def test_bca_shifts_can_be_undone(bias, acceleration, z):
    bca = BcaShift(bias, acceleration)
    assert bca.unshift(bca.shift(z)) == pytest.approx(z, abs=1e-9)


@pytest.mark.parametrize("units", [2, 3, 5, 10])
def test_intervals_of_normal_scores_are_as_wide_as_students(units):
    scores = np.random.default_rng(units).normal(size=units)
    ours = run([scores], resamples=50_000).interval(0, level=0.5)
    student = scipy_stats.t.ppf(0.75, units - 1) * scores.std(ddof=1) / np.sqrt(units)
    # Few units have few distinct resamples, so the quantiles are coarse.
    assert (ours.high - ours.low) / 2 == pytest.approx(student, rel=0.3)


def test_bca_survives_one_dominating_segment():
    scores = np.r_[np.zeros(500), 1e6]
    result = run([scores, np.zeros(501)]).difference(0, 1, method="bca")
    assert 0 < result.p_value <= 1
    assert result.interval.low <= result.interval.high


def test_a_single_unit_carries_the_whole_difference():
    assert run([[3.0], [1.0]]).contributions(0, 1).tolist() == [2.0]
