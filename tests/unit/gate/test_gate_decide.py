"""Verdicts from numbers."""

from __future__ import annotations

from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.gate.decide import BoundedValue, at_least, at_most, drop_within, few_enough, not_below

numbers = st.floats(-1e6, 1e6)


@given(st.lists(numbers, min_size=3, max_size=3), numbers)
def test_limits_mirror_each_other(values, limit):
    low, value, high = sorted(values)
    below = at_most(BoundedValue(value, low, high), limit)
    above = at_least(BoundedValue(-value, -high, -low), -limit)
    assert below == above


@given(st.lists(numbers, min_size=3, max_size=3), numbers)
def test_a_verdict_needs_the_whole_interval(values, limit):
    low, value, high = sorted(values)
    verdict = at_most(BoundedValue(value, low, high), limit)
    if low <= limit < high:
        assert verdict == "inconclusive"
    else:
        assert verdict == ("pass" if high <= limit else "fail")


def test_values_are_compared_unrounded():
    assert at_least(BoundedValue(nextafter(0.8, 0)).exact(), 0.8) == "fail"
    assert at_least(BoundedValue(0.8).exact(), 0.8) == "pass"
    assert at_most(BoundedValue(nextafter(0.8, 1)).exact(), 0.8) == "fail"


def test_without_bounds_nothing_is_shown():
    assert at_most(BoundedValue(0.0), 100.0) == "inconclusive"
    assert at_least(BoundedValue(0.0, -inf, inf), -100.0) == "inconclusive"


@pytest.mark.parametrize(
    ("offenders", "unknown", "limit", "verdict"),
    [
        (0, 0, 0, "pass"),
        (1, 0, 0, "fail"),
        (0, 1, 0, "inconclusive"),
        (1, 1, 2, "pass"),
        (2, 3, 1, "fail"),
    ],
)
def test_unscored_segments_count_as_what_they_could_be(offenders, unknown, limit, verdict):
    assert few_enough(offenders, unknown, limit) == verdict


@pytest.mark.parametrize(
    ("rank", "other", "verdict"),
    [(1, 2, "pass"), (1, 1, "pass"), (2, 1, "fail"), (None, 1, "inconclusive")],
)
def test_ranks_share_places(rank, other, verdict):
    assert not_below(rank, other) == verdict


@pytest.mark.parametrize(
    ("drop", "p_value", "verdict"),
    [
        (BoundedValue(3, 2, 4), 0.049, "fail"),
        (BoundedValue(3, 2, 4), 0.05, "inconclusive"),
        (BoundedValue(3, 0.5, 4), 0.001, "inconclusive"),
        (BoundedValue(0.5, 0.2, 0.8), 0.001, "pass"),
    ],
)
def test_a_drop_fails_where_bootstrap_and_permutation_agree(drop, p_value, verdict):
    assert drop_within(drop, p_value, margin=1, alpha=0.05) == verdict
