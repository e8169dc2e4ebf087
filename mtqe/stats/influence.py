"""How much single segments matter to a difference: what carries it, and how heavy its tails are.

A unit's contribution is its jackknife pseudo-value over the number of units: for a mean, its own
difference over n. Contributions add up to the difference, but for a metric's curvature.
"""

from __future__ import annotations

import numpy as np

from mtqe.stats.resampling import Floats, Indices


def contributions(observed: float, left_out: Floats) -> Floats:
    """Give each unit's share of a statistic ``[units]``.

    Args:
        observed: the statistic on all units.
        left_out: the statistic without each of them ``[units]``.
    """
    count = left_out.size
    return observed - (count - 1) / count * left_out


def half_carriers(shares: Floats) -> Indices:
    """Give the fewest units that carry half of the sum of all, the largest first.

    Returns:
        Positions; none where the sum is 0.
    """
    total = float(shares.sum())
    if abs(total) <= 1e-12 * float(np.abs(shares).sum()):
        return np.empty(0, np.intp)
    toward = shares * np.sign(total)
    order = np.argsort(-toward, kind="stable")
    needed = int(np.searchsorted(np.cumsum(toward[order]), abs(total) / 2)) + 1
    carriers: Indices = order[:needed]
    return carriers


def effective_units(shares: Floats) -> float:
    """Give the number of units that the spread of the shares rests on: units over kurtosis.

    A third of the units for a normal distribution, down to 1 where one unit is unlike all others;
    infinite where all are equal.
    """
    squares = np.square(shares - shares.mean())
    fourth = float(np.square(squares).sum())
    return float(squares.sum()) ** 2 / fourth if fourth > 0 else float("inf")
