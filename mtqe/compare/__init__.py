"""Which system is better, and how sure: comparisons within a run and between two.

`compare_run` and `compare_runs` give a `Comparison`, which every renderer prints. Statistics come
from `mtqe.stats`, always from the stored sufficient statistics: no text is scored again.
"""

from __future__ import annotations

from mtqe.compare.comparison import compare_run, compare_runs
from mtqe.compare.paired_scores import PairedScores, material_of_run, material_of_runs
from mtqe.compare.results import (
    Comparison,
    Difference,
    MetricComparison,
    SegmentChange,
    SliceComparison,
    SystemResult,
)
from mtqe.compare.settings import ComparisonSettings

__all__ = [
    "Comparison",
    "ComparisonSettings",
    "Difference",
    "MetricComparison",
    "PairedScores",
    "SegmentChange",
    "SliceComparison",
    "SystemResult",
    "compare_run",
    "compare_runs",
    "material_of_run",
    "material_of_runs",
]
