"""Soft pairwise accuracy: does a metric separate systems as surely as people do?

Thompson et al. 2024, "Improving Statistical Significance in Human Evaluation of Automatic Metrics
via Soft Pairwise Accuracy": one minus the difference of the two p-values, a mean over pairs of
systems. Their p-values come from permutations; here from a paired z test, which agrees for hundreds
of segments and can be resampled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from mtqe.people.metaeval.pairs import Floats

_SUMS = 5


def soft_sums(
    sources: Sequence[str], systems: Sequence[str], human: Floats, metrics: Sequence[Floats]
) -> Floats:
    """Sums of each source over pairs of systems: [metrics, sources, 5 * pairs].

    Of a pair: people's differences and their squares, the metric's, and 1 where both systems have
    scores of the source.
    """
    tables = [_table(sources, systems, values) for values in (human, *metrics)]
    first, second = np.triu_indices(len(tables[0]), 1)
    differences = [(table[first] - table[second]).T for table in tables]
    present = np.isfinite(differences[0])
    people, *machines = [np.where(present, values, 0.0) for values in differences]
    return np.stack(
        [
            np.concatenate([people, people**2, machine, machine**2, present], axis=1)
            for machine in machines
        ]
    )


def soft_accuracy(sums: Floats) -> Floats:
    """Soft pairwise accuracy of summed statistics [..., 5 * pairs]."""
    people, people_squared, machine, machine_squared, count = np.split(sums, _SUMS, axis=-1)
    apart = np.abs(
        _sureness(people, people_squared, count) - _sureness(machine, machine_squared, count)
    )
    counted = count > 1
    share: Floats = ((1 - apart) * counted).sum(-1) / np.maximum(1, counted.sum(-1))
    return share


def _sureness(total: Floats, squared: Floats, count: Floats) -> Floats:
    """One minus the one-sided p-value that the first system is better; a half for a tie."""
    count = np.maximum(count, 2)
    mean = total / count
    variance = np.maximum(squared / count - mean**2, 0.0) / (count - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(mean == 0, 0.0, mean / np.sqrt(variance))
    sureness: Floats = norm.cdf(z)
    return sureness


def _table(sources: Sequence[str], systems: Sequence[str], values: Floats) -> Floats:
    """Means [systems, sources], NaN where there is none."""
    rows = {name: number for number, name in enumerate(dict.fromkeys(systems))}
    columns = {name: number for number, name in enumerate(dict.fromkeys(sources))}
    cells = np.array([rows[system] for system in systems]) * len(columns)
    cells += np.array([columns[source] for source in sources])
    size = len(rows) * len(columns)
    with np.errstate(invalid="ignore"):
        means = np.bincount(cells, values, size) / np.bincount(cells, minlength=size)
    table: Floats = means.reshape(len(rows), len(columns))
    return table
