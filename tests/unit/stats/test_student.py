"""Student's quantiles against scipy's."""

from __future__ import annotations

from math import exp, lgamma, pi, sqrt, tan

import pytest
from scipy.special import stdtr, stdtrit

from mtqe.stats.student import student_quantile

FREEDOM = (*range(3, 60), 99, 499, 500, 1801, 9_999, 123_456, 10**7)
LEVELS = (0.6, 0.75, 0.9, 0.95, 0.975, 0.995, 0.9999)


@pytest.mark.parametrize("level", LEVELS)
def test_quantiles_are_those_of_scipy(level):
    for freedom in FREEDOM:
        wanted = float(stdtrit(freedom, level))
        assert student_quantile(level, freedom) == pytest.approx(wanted, rel=1e-12), freedom


@pytest.mark.parametrize("freedom", FREEDOM)
def test_quantiles_far_out_have_their_tail_beyond_them(freedom):
    for beyond in (2.0**-20, 2.0**-30, 2.0**-40):  # of which 1 - beyond is exact
        point = student_quantile(1 - beyond, freedom)
        assert float(stdtr(freedom, -point)) == pytest.approx(beyond, rel=1e-11)


@pytest.mark.parametrize("level", [*LEVELS, 0.500001, 1 - 2.0**-40])
def test_one_and_two_degrees_of_freedom_have_closed_forms(level):
    beyond = 1 - level
    one, two = 1 / tan(pi * beyond), (level - beyond) / sqrt(2 * level * beyond)
    assert student_quantile(level, 1) == pytest.approx(one, rel=1e-10)
    assert student_quantile(level, 2) == pytest.approx(two, rel=1e-10)


@pytest.mark.parametrize(
    ("freedom", "level", "nearest"),
    [  # computed with mpmath's incomplete beta function, to 40 digits
        (9, 0.975, 2.262157162798205),
        (499, 0.975, 1.9647293909876886),
        (1801, 0.995, 2.5785619281022867),
    ],
)
def test_quantiles_are_the_nearest_doubles(freedom, level, nearest):
    assert student_quantile(level, freedom) == nearest


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 59])
@pytest.mark.parametrize("beside", [2.0**-30, 2.0**-40, 2.0**-52])
def test_quantiles_next_to_the_median_have_all_their_digits(freedom, beside):
    """The density is flat there, so that they are the distance in probability divided by it."""
    half = freedom / 2
    density = exp(lgamma(half + 0.5) - lgamma(half)) / sqrt(pi * freedom)
    found = student_quantile(0.5 + beside, freedom)
    assert found == pytest.approx(beside / density, rel=1e-13, abs=0)


def test_the_median_is_zero():
    assert student_quantile(0.5, 7) == 0
