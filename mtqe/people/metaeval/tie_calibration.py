"""Pairwise accuracy with tie calibration, acc*eq: the segment-level statistic of WMT since 2023.

Deutsch, Foster and Freitag 2023, "Ties Matter": a pair of translations counts as right if metric
and people order it alike or both call it a tie. Differences of the metric up to a threshold are
ties; the threshold is the one that serves the metric best.
"""

from __future__ import annotations

import numpy as np

from mtqe.people.metaeval.campaign import Booleans
from mtqe.people.metaeval.groups import groups_of
from mtqe.people.metaeval.measures import tie_calibrated_accuracy
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.perm_both import Judged


class TieCalibratedAccuracy:
    """acc*eq, a mean over groups."""

    def __init__(self, people: Floats, rated: Booleans, grouping: str) -> None:
        """Prepare people's scores [systems, segments], of which those `rated` count."""
        self._groups = groups_of(rated, grouping)
        self._pairs = self._groups.pairs()
        self._people = self._pairs.differences(self._groups.take(people))

    def judge(self, scores: Floats) -> Judged:
        """The accuracy of a metric's scores [systems, segments], with its threshold."""
        machine = self._pairs.differences(self._groups.take(scores))
        shares, threshold = tie_calibrated_accuracy(self._pairs, self._people, machine)
        tied = np.abs(machine) <= threshold
        right = np.where(tied, self._people == 0, np.sign(machine) == np.sign(self._people))
        return Judged(float(shares.mean()) if len(shares) else 0.0, right, threshold)

    def swapped(
        self, first: Judged, second: Judged, rng: np.random.Generator, permutations: int
    ) -> Floats:
        """Differences of the two accuracies after random swaps [permutations].

        What changes places is the outcome of each pair of translations, each metric keeping its own
        threshold, as in mt-metrics-eval: so that no calibration has to be repeated.
        """
        apart = self._pairs.counts(first.material != second.material).astype(np.int64)
        sizes = np.bincount(self._pairs.source, minlength=self._pairs.sources)
        kept = rng.binomial(apart, 0.5, (permutations, len(apart)))
        differences: Floats = ((2 * kept - apart) / sizes).mean(axis=1)
        return differences
