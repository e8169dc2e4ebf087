"""How much quality dropped, and how sure that is: what rules about drops are decided by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.paired_scores import reducer
from mtqe.gate.decide import BoundedValue
from mtqe.gate.rules import GateSettings
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo
from mtqe.stats import bootstrap, permutation


@dataclass(frozen=True)
class Drop:
    """A loss in quality; negative for a gain, whichever way the metric counts.

    Attributes:
        estimate: the drop with its one-sided bounds, from the paired bootstrap.
        standard_error: standard error of the drop.
        p_value: one-sided, of the permutation test against "no drop at all".
    """

    estimate: BoundedValue
    standard_error: float
    p_value: float


NO_CHANGE = Drop(BoundedValue(0.0, 0.0, 0.0), 0.0, 1.0)


def paired_drop(
    candidate: Matrix,
    baseline: Matrix,
    metric: MetricInfo,
    clusters: NDArray[np.object_] | None,
    settings: GateSettings,
) -> Drop:
    """Compare two systems' statistics [segments, k] of the same, scored segments."""
    if np.array_equal(candidate, baseline):
        return NO_CHANGE
    better = [baseline, candidate] if metric.higher_is_better else [candidate, baseline]
    statistics, score = np.stack(better), reducer(metric)
    resampled = bootstrap(
        statistics,
        score,
        rng=np.random.default_rng(settings.seed),
        resamples=settings.resamples,
        clusters=clusters,
    )
    swapped = permutation(
        statistics,
        score,
        rng=np.random.default_rng(settings.seed),
        resamples=settings.resamples,
        clusters=clusters,
    )
    found = resampled.difference(0, 1, level=2 * settings.level - 1)
    return Drop(
        BoundedValue(found.difference, found.interval.low, found.interval.high),
        found.standard_error,
        swapped.p_value(0, 1, alternative="greater"),
    )
