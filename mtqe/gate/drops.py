"""How much quality dropped, and how sure that is: what rules about drops are decided by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.paired_tests import PairedTests
from mtqe.gate.decide import BoundedValue
from mtqe.gate.rules import GateSettings
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo


@dataclass(frozen=True)
class Drop:
    """A loss in quality; negative for a gain, whichever way the metric counts.

    Attributes:
        estimate: the drop with its one-sided bounds.
        standard_error: standard error of the drop.
        tests: source of the bounds; None for equal statistics.
    """

    estimate: BoundedValue
    standard_error: float
    tests: PairedTests | None

    def within(self, margin: float, level: float) -> bool:
        """Whether the drop is within a margin, also without the segments that help most."""
        return self.tests is None or self.tests.not_worse(0, 1, margin, level)


NO_CHANGE = Drop(BoundedValue(0.0, 0.0, 0.0), 0.0, None)


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
    statistics = np.stack([candidate, baseline])
    tests = PairedTests(metric, statistics, clusters, settings.comparison)
    found = tests.resampled.difference(0, 1)
    low, high = tests.bounds(0, 1, 2 * settings.level - 1)
    ends = (-high, -low) if metric.higher_is_better else (low, high)
    value = -metric.quality(found.difference)
    return Drop(BoundedValue(value, *ends), found.standard_error, tests)
