"""Percentile and BCa bounds of one resampled statistic, and the p-values they imply.

Formulas: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and 14. A bound
at probability q is the q-quantile of the resamples (percentile), or the quantile at q moved for
bias and skewness (BCa). Turned around, the p-value of "the true value is above x" is the q whose
bound is x, so intervals and p-values of one method never disagree but for the smoothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import copysign, inf
from statistics import NormalDist
from typing import Literal

import numpy as np

from mtqe.stats.resampling import Floats

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
        """The resamples' standard deviation; infinite with a single unit."""
        if self.units < 2 or self.resampled.size < 2:
            return inf
        return float(self.resampled.std(ddof=1))

    def bound(self, probability: float, method: IntervalMethod) -> float:
        """Give the value that the true one lies below with this probability."""
        if method == "bca":
            probability = self._bca.quantile(probability)
        return float(np.quantile(self.resampled, probability))

    def p_greater(self, value: float, method: IntervalMethod) -> float:
        """Give the p-value against "the true value is ``value`` or less"."""
        return self._tail(np.count_nonzero(self.resampled <= value), method, lower=True)

    def p_less(self, value: float, method: IntervalMethod) -> float:
        """Give the p-value against "the true value is ``value`` or more"."""
        return self._tail(np.count_nonzero(self.resampled >= value), method, lower=False)

    def _tail(self, beyond: int, method: IntervalMethod, *, lower: bool) -> float:
        if self.units < 2:
            return 1.0
        p_value = (beyond + 1) / (self.resampled.size + 1)
        if method == "percentile" or p_value == 1.0:
            return p_value
        level = self._bca.level(p_value) if lower else 1 - self._bca.level(1 - p_value)
        return max(level, 1 / (self.resampled.size + 1))

    @cached_property
    def _bca(self) -> BcaShift:
        below = np.count_nonzero(self.resampled < self.observed)
        ties = np.count_nonzero(self.resampled == self.observed)
        # Smoothed, so that a statistic beyond all its resamples still has a finite bias.
        share = (below + ties / 2 + 0.5) / (self.resampled.size + 1)
        return BcaShift(NORMAL.inv_cdf(share), _acceleration(self.left_out()))


@dataclass(frozen=True)
class BcaShift:
    """How BCa moves a quantile: ``bias`` is z0 and ``acceleration`` a in Efron and Tibshirani."""

    bias: float
    acceleration: float

    def quantile(self, level: float) -> float:
        """Move a nominal level to the quantile of the resamples that attains it (14.10)."""
        z = self.bias + NORMAL.inv_cdf(level)
        return NORMAL.cdf(self.bias + _stretch(z, self.acceleration))

    def level(self, quantile: float) -> float:
        """Undo `quantile`."""
        z = NORMAL.inv_cdf(quantile) - self.bias
        return NORMAL.cdf(_stretch(z, -self.acceleration) - self.bias)


def _stretch(z: float, acceleration: float) -> float:
    """Scale z by skewness; past the formula's pole no quantile is far enough out."""
    scale = 1 - acceleration * z
    return z / scale if scale > 0 else copysign(inf, z)


def _acceleration(left_out: Floats) -> float:
    """Estimate the skewness of the statistic's influence by the jackknife (14.15)."""
    influence = left_out.mean() - left_out
    spread = np.square(influence).sum()
    if spread == 0:
        return 0.0
    return float(np.power(influence, 3).sum() / (6 * spread**1.5))
