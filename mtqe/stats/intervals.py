"""Percentile and BCa bounds of one resampled statistic, and the p-values they imply.

A bound at level q is a quantile of the resamples. Two corrections move which one:

- *width*: resampling n units understates their variance by (n - 1) / n, and a normal quantile
  ignores that it was estimated, so the level is first expanded from a normal to a Student quantile
  (Hesterberg, 2015, What Teachers Should Know About the Bootstrap, "expanded percentile"). At 500
  segments it hardly matters; at 10 documents it is the difference between 90 % and 95 %.
- *bias and skewness*, for BCa alone (Efron and Tibshirani, 1993, An Introduction to the Bootstrap,
  chapter 14).

Turned around, the p-value against "the true value is x or less" is the level whose bound is x, so
the intervals and the p-values of one method never disagree but for the smoothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import copysign, inf, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np

from mtqe.stats.resampling import Floats
from mtqe.stats.student import student_quantile

IntervalMethod = Literal["percentile", "bca"]

NORMAL = NormalDist()


@dataclass(frozen=True)
class ResampledStatistic:
    """A number computed from the corpus, with its values on resamples ``[resamples]``."""

    observed: float
    resampled: Floats
    left_out: Callable[[], Floats]
    units: int

    @property
    def standard_error(self) -> float:
        """The resamples' standard deviation; infinite with a single unit or resample."""
        if self.units == 1 or self.resampled.size == 1:
            return inf
        return float(self.resampled.std(ddof=1))

    def bounds(self, level: float, method: IntervalMethod) -> tuple[float, float]:
        """Give the ends of the interval that holds the true value with this probability."""
        z = _expand((1 + level) / 2, self.units)
        ends = (-z, z)
        if method == "bca":
            ends = (self._bca.shift(-z), self._bca.shift(z))
        low, high = np.quantile(self.resampled, [NORMAL.cdf(end) for end in ends])
        return float(low), float(high)

    def p_greater(self, value: float, method: IntervalMethod) -> float:
        """Give the p-value against "the true value is ``value`` or less"."""
        return self._tail(np.count_nonzero(self.resampled <= value), method, side=1)

    def p_less(self, value: float, method: IntervalMethod) -> float:
        """Give the p-value against "the true value is ``value`` or more"."""
        return self._tail(np.count_nonzero(self.resampled >= value), method, side=-1)

    def _tail(self, beyond: int, method: IntervalMethod, *, side: Literal[1, -1]) -> float:
        smallest = 1 / (self.resampled.size + 1)
        share = (beyond + 1) * smallest
        if self.units == 1 or share == 1:
            return 1.0
        z = NORMAL.inv_cdf(share)
        if method == "bca":
            z = side * self._bca.unshift(side * z)
        return max(smallest, _shrink(z, self.units))

    @cached_property
    def _bca(self) -> BcaShift:
        below = np.count_nonzero(self.resampled < self.observed)
        ties = np.count_nonzero(self.resampled == self.observed)
        # Smoothed, so that a statistic beyond all its resamples still has a finite bias.
        share = (below + ties / 2 + 0.5) / (self.resampled.size + 1)
        return BcaShift(NORMAL.inv_cdf(share), _acceleration(self.left_out()))


@dataclass(frozen=True)
class BcaShift:
    """How BCa moves a normal quantile: z0 and a of Efron and Tibshirani (14.10)."""

    bias: float
    acceleration: float

    def shift(self, z: float) -> float:
        """Move a nominal quantile to the one of the resamples that attains it."""
        return self.bias + _stretch(self.bias + z, self.acceleration)

    def unshift(self, z: float) -> float:
        """Undo what `shift` did."""
        return _stretch(z - self.bias, -self.acceleration) - self.bias


def _stretch(z: float, acceleration: float) -> float:
    """Scale z by skewness; past the formula's pole no quantile is far enough out."""
    scale = 1 - acceleration * z
    return z / scale if scale > 0 else copysign(inf, z)


def _expand(level: float, units: int) -> float:
    return sqrt(units / (units - 1)) * student_quantile(level, units - 1)


def _shrink(z: float, units: int) -> float:
    from scipy.special import stdtr  # here, as intervals without p-values do without scipy

    return float(stdtr(units - 1, z / sqrt(units / (units - 1))))


def _acceleration(left_out: Floats) -> float:
    """Estimate the skewness of the statistic's influence by the jackknife (14.15)."""
    influence = left_out.mean() - left_out
    spread = np.square(influence).sum()
    if spread == 0:
        return 0.0
    return float(np.power(influence, 3).sum() / (6 * spread**1.5))
