"""Which scores are compared with each other: all of them, those of one item, or of one system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mtqe.people.metaeval.campaign import Booleans
from mtqe.people.metaeval.pairs import Floats, Indices, Pairs

GROUPINGS = ("none", "item", "system")
MOST_PAIRS = 4_000_000
"""Pairs that are looked at; of more, so many are drawn."""
PAIR_SEED = 1


@dataclass(frozen=True)
class Groups:
    """Rated translations in groups of two or more.

    Attributes:
        cells: places in the flattened [systems, segments] matrix, group by group [n].
        starts: where each group begins in `cells` [groups].
    """

    cells: Indices
    starts: Indices

    @property
    def sizes(self) -> Indices:
        """The number of translations of each group [groups]."""
        return np.diff(np.append(self.starts, len(self.cells)))

    def take(self, scores: Floats) -> Floats:
        """Scores [systems, segments] in the groups' order [n]."""
        return scores.ravel()[self.cells]

    def parts(self, values: Floats) -> Iterator[Floats]:
        """Values in the groups' order [n], group by group."""
        yield from np.split(values, self.starts[1:])

    def sums(self, values: Floats) -> Floats:
        """Values [..., n] summed over each group [..., groups]."""
        if not len(self.cells):
            return np.zeros((*values.shape[:-1], 0))
        sums: Floats = np.add.reduceat(values, self.starts, axis=-1)
        return sums

    def pairs(self) -> Pairs:
        """Pairs of rows of `take`, of one group each: all, or a seeded draw of `MOST_PAIRS`."""
        sizes = self.sizes.astype(np.int64)
        counts = sizes * (sizes - 1) // 2
        if counts.sum() > MOST_PAIRS:
            return self._drawn(counts)
        found = [np.triu_indices(size, 1) for size in sizes]
        empty = np.empty(0, np.intp)
        first = [upper + start for (upper, _), start in zip(found, self.starts, strict=True)]
        second = [lower + start for (_, lower), start in zip(found, self.starts, strict=True)]
        source = np.repeat(np.arange(len(counts)), counts)
        return Pairs(
            np.concatenate([empty, *first]), np.concatenate([empty, *second]), source, len(counts)
        )

    def _drawn(self, counts: Indices) -> Pairs:
        rng = np.random.default_rng(PAIR_SEED)
        wanted = np.maximum(1, np.rint(counts * (MOST_PAIRS / counts.sum())).astype(np.int64))
        source = np.repeat(np.arange(len(counts)), wanted)
        sizes = self.sizes[source]
        first = rng.integers(sizes)
        second = (first + rng.integers(1, sizes)) % sizes
        starts = self.starts[source]
        return Pairs(starts + first, starts + second, source, len(counts))


def groups_of(rated: Booleans, grouping: str) -> Groups:
    """Group the rated translations.

    Args:
        rated: [systems, segments].
        grouping: ``none`` for one group of all, ``item`` for one per segment, ``system`` for one
            per system. Groups of a single translation are left out.
    """
    systems, segments = rated.shape
    place = np.arange(systems * segments).reshape(systems, segments)
    if grouping == "none":
        rows = [place[rated]]
    elif grouping == "item":
        rows = [place[rated[:, item], item] for item in range(segments)]
    else:
        rows = [place[system, rated[system]] for system in range(systems)]
    kept = [row for row in rows if len(row) > 1]
    sizes = [len(row) for row in kept]
    cells = np.concatenate([np.empty(0, np.intp), *kept])
    return Groups(cells, np.cumsum([0, *sizes])[:-1].astype(np.intp))
