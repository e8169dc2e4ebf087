"""Pearson's and Kendall's correlation of a metric with people, over groups of translations.

A group without any spread, on either side, is left out of the mean, as mt-metrics-eval does.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
from scipy.stats import kendalltau

from mtqe.people.metaeval.campaign import Booleans
from mtqe.people.metaeval.groups import Groups, groups_of
from mtqe.people.metaeval.measures import kendall_tau_b
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.perm_both import Judged, mixed, standardised

NO_SPREAD = 1e-12
"""A variance below this share of a group's sum of squares is rounding."""
SMALL_GROUP = 100
"""In groups up to this size, Kendall's pairs are counted one by one."""


class Pearson:
    """Pearson's r, a mean over groups; 0 where no group has any spread."""

    def __init__(self, people: Floats, rated: Booleans, grouping: str) -> None:
        """Prepare people's scores [systems, segments], of which those `rated` count."""
        self._rated = rated
        self._groups = groups_of(rated, grouping)
        human = self._groups.take(people)
        means = self._groups.sums(human) / self._groups.sizes
        self._centred = human - np.repeat(means, self._groups.sizes)
        self._spread = self._groups.sums(self._centred**2)
        self._varied = ~self._constant(human)

    def judge(self, scores: Floats) -> Judged:
        """The correlation of a metric's scores [systems, segments]."""
        values = self._groups.take(standardised(scores, self._rated))
        correlation = self._means(values[None], self._constant(values)[None])[0]
        return Judged(float(correlation), values)

    def swapped(
        self, first: Judged, second: Judged, rng: np.random.Generator, permutations: int
    ) -> Floats:
        """Differences of the two correlations after random swaps [permutations]."""
        hybrid, rest = mixed(first.material, second.material, rng, permutations)
        nowhere = np.zeros((1, len(self._varied)), dtype=bool)
        return self._means(hybrid, nowhere) - self._means(rest, nowhere)

    def _constant(self, values: Floats) -> Booleans:
        return np.array([np.ptp(part) == 0 for part in self._groups.parts(values)], dtype=bool)

    def _means(self, values: Floats, constant: Booleans) -> Floats:
        """Mean correlations of metrics' scores [k, n], leaving groups without spread out: [k]."""
        sums = self._groups.sums
        squares = sums(values**2)
        variance = squares - sums(values) ** 2 / self._groups.sizes
        used = self._varied & ~constant & (variance > NO_SPREAD * np.maximum(squares, NO_SPREAD))
        with np.errstate(invalid="ignore", divide="ignore"):
            r = sums(values * self._centred) / np.sqrt(variance * self._spread)
        return _mean(np.where(used, r, 0.0), used)


class Kendall:
    """Kendall's tau-b, a mean over groups; 0 where no group has any spread."""

    def __init__(self, people: Floats, rated: Booleans, grouping: str) -> None:
        """Prepare people's scores [systems, segments], of which those `rated` count."""
        self._rated = rated
        self._groups = groups_of(rated, grouping)
        self._human = self._groups.take(people)
        small = not len(self._groups.sizes) or self._groups.sizes.max() <= SMALL_GROUP
        self._pairs = self._groups.pairs() if small else None

    def judge(self, scores: Floats) -> Judged:
        """The correlation of a metric's scores [systems, segments]."""
        values = self._groups.take(standardised(scores, self._rated))
        return Judged(self._of(self._groups.take(scores)), values)

    def swapped(
        self, first: Judged, second: Judged, rng: np.random.Generator, permutations: int
    ) -> Floats:
        """Differences of the two correlations after random swaps [permutations]."""
        found = []
        for _ in range(permutations):
            hybrid, rest = mixed(first.material, second.material, rng, 1)
            found.append(self._of(hybrid[0]) - self._of(rest[0]))
        return np.array(found)

    def _of(self, values: Floats) -> float:
        if self._pairs is not None:
            people = self._pairs.differences(self._human)
            taus = kendall_tau_b(self._pairs, people, self._pairs.differences(values))
        else:
            taus = np.fromiter(_taus(self._groups, self._human, values), np.float64)
        used = np.isfinite(taus)
        return float(_mean(np.where(used, taus, 0.0)[None], used[None])[0])


def _taus(groups: Groups, human: Floats, values: Floats) -> Iterable[float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for people, machine in zip(groups.parts(human), groups.parts(values), strict=True):
            yield kendalltau(people, machine).statistic


def _mean(values: Floats, used: Booleans) -> Floats:
    """Means over the groups in use [k, groups] to [k]; 0 where none is."""
    means: Floats = values.sum(axis=1) / np.maximum(1, used.sum(axis=1))
    return means
