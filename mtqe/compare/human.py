"""What people would say: metric differences in terms of human judgements."""

from __future__ import annotations

from math import inf, isfinite

import mt_thresholds

from mtqe.metrics.base import Calibration
from mtqe.run import MetricInfo


def human_agreement(metric: MetricInfo, difference: float) -> float | None:
    """Share of human judgements that such a difference agrees with, 0.5 to 1.

    Kocmi et al. (2024), Navigating the Metrics Maze, through their package mt-thresholds.

    Args:
        metric: what the difference was measured with.
        difference: between two systems' corpus scores; its sign is ignored.

    Returns:
        None where the metric, as configured, is not one that they calibrated. Their curves fall
        below chance near 0, where this gives 0.5.
    """
    known = _scale(metric)
    if known is None:
        return None
    percent: float = mt_thresholds.accuracy(abs(difference) * known.factor, known.name)
    return max(0.5, percent / 100)


def difference_for(metric: MetricInfo, agreement: float) -> float | None:
    """The difference that such a share of human judgements agrees with: `human_agreement` undone.

    Args:
        metric: what differences are measured with.
        agreement: 0.5 to 1.

    Returns:
        None where the metric is not calibrated, or agrees with people less at any difference.
    """
    known = _scale(metric)
    if known is None:
        return None
    difference: float = mt_thresholds.delta(agreement, known.name) / known.factor
    return max(0.0, difference) if isfinite(difference) else None


def _scale(metric: MetricInfo) -> Calibration | None:
    """A metric's scale; None where a run that was edited names one that does not exist."""
    known = metric.calibration
    if known is None or known.name not in mt_thresholds.METRICS or not 0 < known.factor < inf:
        return None
    return known
