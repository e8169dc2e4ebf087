"""A short, seeded run of benchmarks/calibration.py: p-values and intervals keep their promise."""

from __future__ import annotations

import pytest

from benchmarks.calibration import (
    ALPHA,
    band,
    coverage,
    false_rejections,
    family_wise_rate,
    ignoring_documents,
)

SIMULATIONS = 200


def assert_in_band(rate, promised, simulations):
    low, high = band(promised, simulations)
    assert low <= rate <= high


@pytest.mark.parametrize("clustered", [False, True])
def test_true_nulls_are_rejected_as_often_as_promised(clustered):
    rates = false_rejections(50, SIMULATIONS, clustered=clustered)
    for method in ("permutation", "bootstrap, percentile"):
        assert_in_band(rates[method], ALPHA, SIMULATIONS)


def test_resampling_segments_of_correlated_documents_rejects_too_often():
    # Why clusters are there: without them the simulated documents must be seen to do harm.
    rates = false_rejections(50, 100, clustered=True, compare=ignoring_documents)
    assert rates["permutation of single segments"] > 0.12


@pytest.mark.parametrize(("segments", "clustered"), [(50, False), (300, True)])
def test_intervals_cover_as_often_as_promised(segments, clustered):
    covered = coverage(segments, SIMULATIONS, clustered=clustered, true_segments=100_000)
    for interval in ("score, percentile", "difference, percentile"):
        assert_in_band(covered[interval], 1 - ALPHA, SIMULATIONS)


def test_holm_keeps_the_family_wise_rate():
    assert family_wise_rate(100, SIMULATIONS) <= band(ALPHA, SIMULATIONS)[1]


@pytest.mark.slow
def test_true_nulls_are_rejected_as_often_as_promised_in_usual_corpora():
    for method, rate in false_rejections(500, SIMULATIONS, clustered=False).items():
        if not method.startswith("sacreBLEU"):
            assert_in_band(rate, ALPHA, SIMULATIONS)
