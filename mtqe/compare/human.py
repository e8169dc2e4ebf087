"""What people would say: metric differences in terms of human judgements."""

from __future__ import annotations

import mt_thresholds

from mtqe.run import MetricInfo

SURFACE = {"bleu": "bleu", "chrf": "chrf"}
CHECKPOINTS = {
    "Unbabel/wmt20-comet-da": "comet20",
    "Unbabel/wmt22-comet-da": "comet22",
    "Unbabel/wmt22-cometkiwi-da": "cometkiwi22",
    "Unbabel/XCOMET-XL": "xcometxl",
    "Unbabel/XCOMET-XXL": "xcometxxl",
}
NEURAL_SCALE = 100.0
"""mt-thresholds takes neural metrics in points of a hundred."""


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
    surface = SURFACE.get(metric.metric)
    name = surface or CHECKPOINTS.get(str(metric.options.get("model")))
    if name is None:
        return None
    scale = 1.0 if surface else NEURAL_SCALE
    percent: float = mt_thresholds.accuracy(abs(difference) * scale, name)
    return max(0.5, percent / 100)
