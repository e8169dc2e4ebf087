"""How far two metrics agree about the segments of a system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mtqe.run import MetricInfo
from mtqe.stats.kendall import tau_b

Vector = NDArray[np.float64]


class MetricCorrelation(BaseModel):
    """How far two metrics agree about one system's segments.

    Attributes:
        pearson: their linear correlation, from -1 to 1; above 0 means that both call the same
            segments better, whichever direction each metric has. None where it is undefined: fewer
            than two segments, or a metric that gives all the same score.
        kendall: Kendall's tau-b, in the same sense, from the order of the scores alone.
        segments: number of segments that both have scored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    first: str
    second: str
    pearson: float | None
    kendall: float | None
    segments: int


def metric_agreement(
    metrics: Sequence[MetricInfo], scores: Mapping[str, Mapping[str, Vector]]
) -> Iterator[MetricCorrelation]:
    """Each pair of metrics on each system.

    Args:
        metrics: those to pair, in the order of the pairs.
        scores: by system and metric, segment scores in one order; NaN where unscored.
    """
    for system, columns in scores.items():
        goodness = {m.name: m.quality(columns[m.name]) for m in metrics}
        for first, second in combinations(goodness, 2):
            yield _agreement(system, first, second, goodness[first], goodness[second])


def _agreement(system: str, first: str, second: str, x: Vector, y: Vector) -> MetricCorrelation:
    both = np.isfinite(x) & np.isfinite(y)
    pearson, kendall = _correlations(x[both], y[both])
    return MetricCorrelation(
        system=system,
        first=first,
        second=second,
        pearson=pearson,
        kendall=kendall,
        segments=int(both.sum()),
    )


def _correlations(x: Vector, y: Vector) -> tuple[float | None, float | None]:
    """Pearson's correlation and Kendall's tau-b."""
    if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None, None
    return float(np.corrcoef(x, y)[0, 1]), tau_b(x, y)
