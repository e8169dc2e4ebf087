"""Kendall's tau-b beside scipy's."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from mtqe.stats.kendall import tau_b

ROWS = st.lists(st.tuples(st.integers(-3, 3), st.floats(-2, 2)), min_size=2, max_size=70)


@given(ROWS)
def test_it_is_that_of_scipy_to_the_bit(pairs):
    first, second = np.array(pairs, np.float64).T
    found, theirs = tau_b(first, second), float(kendalltau(first, second).statistic)
    assert found == theirs or (isnan(found) and isnan(theirs))


@pytest.mark.parametrize("ties", [1, 20])
def test_it_is_that_of_scipy_where_there_are_many(ties):
    rng = np.random.default_rng(3)
    first = np.round(rng.normal(size=3000) * ties) / ties
    second = first + rng.normal(size=3000)
    assert tau_b(first, second) == kendalltau(first, second).statistic


def test_it_is_undefined_without_two_different_numbers():
    assert isnan(tau_b(np.ones(3), np.arange(3.0)))
    assert isnan(tau_b(np.ones(1), np.ones(1)))
