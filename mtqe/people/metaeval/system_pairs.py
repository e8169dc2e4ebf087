"""Agreement on pairs of systems: plain pairwise accuracy, and soft pairwise accuracy.

Kocmi et al. 2021, "To Ship or Not to Ship", count pairs of systems that people and metric order
alike. Thompson et al. 2024, "Improving Statistical Significance in Human Evaluation of Automatic
Metrics via Soft Pairwise Accuracy", ask how sure each of them is: 1 minus the mean difference of
the two p-values. The mean difference itself is called pairwise confidence error.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mtqe.people.metaeval.campaign import Booleans
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.perm_both import Judged, mixed, standardised

Float32 = NDArray[np.float32]
SIGN_FLIPS = 1000
SIGN_SEED = 4
"""Permutations behind the p-values of systems, and their seed: mt-metrics-eval's."""
AT_ONCE = 25
"""Swaps whose p-values are computed by one product."""


class PairwiseAccuracy:
    """Share of pairs of systems that metric and people order alike, ties included.

    Systems may belong to several language pairs; only systems of one pair are compared.
    """

    def __init__(self, people: Floats, blocks: Sequence[int]) -> None:
        """Prepare people's system scores [systems, 1], with the systems of each language pair."""
        self._people = people[:, 0]
        starts = np.cumsum([0, *blocks])[:-1]
        pairs = [np.triu_indices(size, 1) for size in blocks]
        self._first, self._second = (
            np.concatenate([pair[side] + start for pair, start in zip(pairs, starts, strict=True)])
            for side in (0, 1)
        )

    def judge(self, scores: Floats) -> Judged:
        """The accuracy of a metric's system scores [systems, 1]."""
        vector = scores[:, 0]
        values = standardised(vector, np.ones(len(vector), dtype=bool))
        return Judged(float(self._shares(vector[None])[0]), values)

    def swapped(
        self, first: Judged, second: Judged, rng: np.random.Generator, permutations: int
    ) -> Floats:
        """Differences of the two accuracies after random swaps [permutations]."""
        hybrid, rest = mixed(first.material, second.material, rng, permutations)
        return self._shares(hybrid) - self._shares(rest)

    def _shares(self, scores: Floats) -> Floats:
        machine = np.sign(scores[:, self._first] - scores[:, self._second])
        people = np.sign(self._people[self._first] - self._people[self._second])
        shares: Floats = (machine == people).mean(axis=1)
        return shares


class SoftPairwiseAccuracy:
    """SPA on the segments that people rated for every system.

    Sums are in single precision, as mt-metrics-eval's are, and the random signs are the same, so
    that figures agree to the last digit shown.
    """

    def __init__(self, people: Floats, rated: Booleans) -> None:
        """Prepare people's scores [systems, segments]; segments not rated for all don't count."""
        self._shared = rated.all(axis=0)
        rng = np.random.default_rng(SIGN_SEED)
        shape = (SIGN_FLIPS, int(self._shared.sum()))
        self._signs = 2 * np.rint(rng.random(shape, dtype=np.float32)) - 1
        self._pairs = np.triu_indices(len(people), 1)
        single = self._single(people)
        self._people = self._p_values(single.sum(axis=2), self._flipped(single))[0]

    @property
    def segments(self) -> int:
        """The number of segments behind it."""
        return int(self._shared.sum())

    def judge(self, scores: Floats) -> Judged:
        """The accuracy of a metric's scores [systems, segments]."""
        single = self._single(scores)
        accuracy = self._accuracies(single.sum(axis=2), self._flipped(single))[0]
        shared = scores[:, self._shared]
        return Judged(float(accuracy), standardised(shared, np.ones(shared.shape, dtype=bool)))

    def swapped(
        self, first: Judged, second: Judged, rng: np.random.Generator, permutations: int
    ) -> Floats:
        """Differences of the two accuracies after random swaps [permutations]."""
        shape = first.material.shape
        # What one metric loses the other gets, so the sums of both together stay as they are.
        both = (first.material + second.material).astype(np.float32)[None]
        total, flipped_total = both.sum(axis=2), self._flipped(both)
        found = []
        for start in range(0, permutations, AT_ONCE):
            count = min(AT_ONCE, permutations - start)
            hybrid, _ = mixed(first.material.ravel(), second.material.ravel(), rng, count)
            scores = hybrid.reshape(count, *shape).astype(np.float32)
            sums, flipped = scores.sum(axis=2), self._flipped(scores)
            found.append(
                self._accuracies(sums, flipped)
                - self._accuracies(total - sums, flipped_total - flipped)
            )
        return np.concatenate(found)

    def _single(self, scores: Floats) -> Float32:
        """Scores of the shared segments [1, systems, segments], in mt-metrics-eval's order."""
        return np.ascontiguousarray(scores[:, self._shared], dtype=np.float32)[None]

    def _flipped(self, scores: Float32) -> Float32:
        """Sums of scores [k, systems, segments] under random signs: [flips, k, systems]."""
        k, systems, segments = scores.shape
        sums: Float32 = self._signs @ scores.reshape(k * systems, segments).T
        return sums.reshape(SIGN_FLIPS, k, systems)

    def _accuracies(self, sums: Float32, flipped: Float32) -> Floats:
        accuracies: Floats = 1.0 - np.abs(self._p_values(sums, flipped) - self._people).mean(axis=1)
        return accuracies

    def _p_values(self, sums: Float32, flipped: Float32) -> Floats:
        """One-sided p-values that the first system of each pair is better: [k, pairs].

        Args:
            sums: [k, systems].
            flipped: the same under random signs [flips, k, systems].
        """
        first, second = self._pairs
        found = np.empty((len(sums), len(first)))
        for number, (one, other) in enumerate(zip(first, second, strict=True)):
            null = flipped[:, :, one] - flipped[:, :, other]
            found[:, number] = (null >= sums[:, one] - sums[:, other]).mean(axis=0)
        return found
