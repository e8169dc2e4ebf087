"""Verdicts from numbers."""

from __future__ import annotations

from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.gate.decide import BoundedValue, at_least, at_most, drop_within, few_enough

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
    ("drop", "significant", "firm", "verdict"),
    [
        (BoundedValue(3, 2, 4), True, False, "fail"),
        (BoundedValue(3, 2, 4), False, False, "inconclusive"),
        (BoundedValue(3, 0.5, 4), True, False, "inconclusive"),
        (BoundedValue(0.5, 0.2, 0.8), True, True, "pass"),
        (BoundedValue(0.5, 0.2, 0.8), False, True, "pass"),
        (BoundedValue(0.5, 0.2, 0.8), False, False, "inconclusive"),
    ],
)
def test_a_failure_needs_significance_and_a_pass_more_than_a_few_segments(
    drop, significant, firm, verdict
):
    assert drop_within(drop, 1, significant=significant, firm=firm) == verdict
