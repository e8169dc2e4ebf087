"""Statistics to scores, in the one place where unscored segments are left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.base import Matrix, Metric

AT_ONCE = 100_000
"""Segments that are reduced to scores at once, which takes several times their memory."""


@dataclass(frozen=True)
class MetricScores:
    """What the statistics of some segments come to by a metric.

    Attributes:
        metric: what they are statistics of.
        statistics: [segments, k]; NaN where a segment is unscored; counts may be of a small type.
    """

    metric: Metric
    statistics: Matrix

    @cached_property
    def is_scored(self) -> NDArray[np.bool_]:
        """Which segments have a score [segments]."""
        scored = np.ones(len(self.statistics), np.bool_)
        for column in self.statistics.T:
            scored &= ~np.isnan(column)
        return scored

    @property
    def scored(self) -> int:
        """How many segments the corpus score stands on."""
        return int(self.is_scored.sum())

    @property
    def unscored(self) -> int:
        """How many segments it leaves out."""
        return len(self.statistics) - self.scored

    @property
    def segments(self) -> Matrix:
        """Segment scores [segments]; NaN where unscored."""
        scores = np.full(len(self.statistics), np.nan)
        rows = np.flatnonzero(self.is_scored)
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            scores[part] = self.metric.segment_scores(
                self.statistics[part].astype(np.float64, copy=False)
            )
        return scores

    @property
    def corpus(self) -> float | None:
        """The corpus score; None where no segment is scored."""
        if not self.scored:
            return None
        scored = self.statistics if self.is_scored.all() else self.statistics[self.is_scored]
        return float(self.metric.corpus_scores(scored.sum(axis=0, dtype=np.float64)))
