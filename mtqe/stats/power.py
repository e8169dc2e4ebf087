"""What a corpus can tell apart, and how large one would have to be.

The normal approximation of a paired comparison: with standard error s, a two-sided test at alpha
finds a true difference d with the given power when ``d = (z(1 - alpha/2) + z(power)) * s``, and s
shrinks with the square root of the number of segments (Card et al., 2020, With Little Power Comes
Great Responsibility). With clusters, this supposes more documents of the same lengths.
"""

from __future__ import annotations

from math import ceil, inf
from statistics import NormalDist


def minimum_detectable_difference(
    standard_error: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Give the smallest true difference that this corpus would find with the given power.

    Args:
        standard_error: of the difference, as in `PairedDifference.standard_error`.
        alpha: two-sided level; divide it by the number of comparisons to allow for a correction.
        power: chance of finding the difference, between 0 and 1.

    Returns:
        A difference in the metric's units; 0 for systems that never differ, infinite when the
        standard error is.

    Raises:
        ValueError: alpha or power lies outside 0 to 1, or the standard error is negative or NaN.
    """
    if not standard_error >= 0:
        raise ValueError("The standard error must be 0 or more.")
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError("alpha and power must lie between 0 and 1.")
    normal = NormalDist()
    return max(0.0, normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) * standard_error


def segments_needed(
    difference: float,
    standard_error: float,
    segments: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """Give the number of segments at which a true difference of this size would be found.

    Args:
        difference: the difference one wants to find, in the metric's units; its sign is ignored.
        standard_error: of the difference, measured on ``segments`` segments.
        segments: the size of that corpus.
        alpha: two-sided level.
        power: chance of finding the difference.

    Returns:
        A whole number; infinite for no difference at all or an infinite standard error.

    Raises:
        ValueError: as `minimum_detectable_difference`, or there is no segment.
    """
    if segments < 1:
        raise ValueError("The standard error must come from at least one segment.")
    detectable = minimum_detectable_difference(standard_error, alpha=alpha, power=power)
    if difference == 0 or detectable == inf:
        return inf
    return max(1, ceil(segments * (detectable / difference) ** 2))
