"""What carries a difference, and how heavy its tails are."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.stats import bootstrap, effective_units, half_carriers
from tests.unit.stats.stats_samples import mean_score, mean_statistics


def shares_of(values):
    statistics = mean_statistics([np.asarray(values, float), np.zeros(len(values))])
    resampled = bootstrap(statistics, mean_score, rng=np.random.default_rng(1), resamples=10)
    return resampled.contributions(0, 1)


def test_contributions_to_a_mean_are_its_parts():
    assert shares_of([1, 2, 9]) == pytest.approx(np.array([1, 2, 9]) / 3)


@pytest.mark.parametrize(
    ("values", "carriers"),
    [
        ([1, 1, 1, 1], 2),
        ([10, 1, 1, 1], 1),
        ([-10, -1, -1, -1], 1),
        ([5, 4, 1, 0, 0], 1),
        ([4, 4, 4, -1, -1], 2),
    ],
)
def test_the_fewest_units_that_carry_half(values, carriers):
    found = half_carriers(shares_of(values))
    assert len(found) == carriers
    assert abs(sum(values[i] for i in found)) >= abs(sum(values)) / 2


def test_no_difference_is_carried_by_nobody():
    assert half_carriers(shares_of([0, 0, 0])).size == 0
    assert half_carriers(shares_of([3, -3])).size == 0


def test_a_normal_spread_rests_on_a_third_of_the_units_and_an_odd_one_out_on_itself():
    normal = np.random.default_rng(2).normal(size=3000)
    assert effective_units(normal) == pytest.approx(1000, rel=0.15)
    assert effective_units(np.array([100.0, *[0.0] * 99])) == pytest.approx(1.0, abs=0.05)
    assert effective_units(np.ones(5)) == np.inf
