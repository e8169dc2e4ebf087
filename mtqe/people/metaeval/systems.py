"""Agreement of a metric with people on pairs of systems (Kocmi et al. 2021)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mtqe.people.metaeval.pairs import Floats


@dataclass(frozen=True)
class SystemSums:
    """Per-source sums from which system scores come.

    Attributes:
        statistics: [metrics, sources, 3 * systems]: summed human scores, summed metric scores
            (standardised over all rows, so that metrics can swap places in a permutation), and
            numbers of ratings, of each system.
        systems: the number of systems.
    """

    statistics: Floats
    systems: int

    @property
    def score(self) -> Callable[[Floats], Floats]:
        """Reduce summed statistics [..., 3 * systems] to pairwise accuracy [...]."""
        return system_accuracy


def system_sums(
    sources: Sequence[str], systems: Sequence[str], human: Floats, metrics: Sequence[Floats]
) -> SystemSums:
    """Sum scores by source and system.

    Args:
        sources: one label a row.
        systems: one name a row.
        human: one rating a row [rows].
        metrics: scores of each metric [rows].
    """
    source, source_count = _numbers(sources)
    system, system_count = _numbers(systems)
    shape = (source_count, system_count)
    cell = source * system_count + system

    def summed(values: Floats) -> Floats:
        sums = np.bincount(cell, values, minlength=shape[0] * shape[1])
        return sums.reshape(shape).astype(np.float64)

    shared = [summed(human), summed(np.ones_like(human))]
    statistics = [
        np.concatenate([shared[0], summed(_standardised(scores)), shared[1]], axis=1)
        for scores in metrics
    ]
    return SystemSums(np.stack(statistics), system_count)


def system_accuracy(sums: Floats) -> Floats:
    """Share of system pairs that metric and people order alike: [..., 3 * systems] to [...].

    Systems without a rating, and pairs that people rate equally, don't count; NaN if none is left.
    """
    human, metric, counts = np.split(sums, 3, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        human, metric = human / counts, metric / counts
        upper, lower = np.triu_indices(human.shape[-1], 1)
        people = np.sign(human[..., upper] - human[..., lower])
        machine = np.sign(metric[..., upper] - metric[..., lower])
        counted = np.abs(people) == 1
        share: Floats = ((people == machine) & counted).sum(-1) / counted.sum(-1)
    return share


def _numbers(labels: Sequence[str]) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], int]:
    numbers: dict[str, int] = {}
    rows = [numbers.setdefault(label, len(numbers)) for label in labels]
    return np.array(rows, dtype=np.intp), len(numbers)


def _standardised(scores: Floats) -> Floats:
    spread = scores.std()
    standardised: Floats = (scores - scores.mean()) / (spread if spread else 1.0)
    return standardised
