"""Effect sizes of a paired comparison, from segment scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mtqe.stats.resampling import Floats


@dataclass(frozen=True)
class PairedEffect:
    """How large a difference is segment by segment, whatever the metric's units.

    Attributes:
        wins, ties, losses: segments where the first system scores higher, the same or lower.
        win_probability: chance that the first system wins on a random segment, a tie counting half.
        standardized: mean difference over its standard deviation (Cohen's d_z, 1988); 0 when every
            segment ties, infinite when all differ by the same amount, NaN with a single segment.
    """

    wins: int
    ties: int
    losses: int
    win_probability: float
    standardized: float


def paired_effect(first: Floats, second: Floats) -> PairedEffect:
    """Compare two systems' segment scores ``[segments]``, taken as better when higher.

    Raises:
        ValueError: the arrays differ in length, are empty or hold NaN or infinity.
    """
    difference = _differences(first, second)
    wins = int(np.count_nonzero(difference > 0))
    losses = int(np.count_nonzero(difference < 0))
    ties = difference.size - wins - losses
    return PairedEffect(
        wins=wins,
        ties=ties,
        losses=losses,
        win_probability=(wins + ties / 2) / difference.size,
        standardized=_standardized(difference),
    )


def _differences(first: Floats, second: Floats) -> Floats:
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape or first.size == 0:
        raise ValueError("Two systems need segment scores for the same segments, at least one.")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("Segment scores hold NaN or infinity: leave unscored segments out.")
    return first - second


def _standardized(difference: Floats) -> float:
    if difference.size < 2:
        return float("nan")
    mean, deviation = difference.mean(), difference.std(ddof=1)
    if np.ptp(difference) == 0:
        return float(np.sign(mean) * np.inf) if mean else 0.0
    return float(mean / deviation)
