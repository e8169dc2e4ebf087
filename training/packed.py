"""What a packed file holds: texts as token ids, hypotheses in groups, an encoder's weights."""

from __future__ import annotations

import lzma
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.plan import Plan

RATED, DEGENERATE, PERFECT = range(3)
NO_TEXT = -1
STRANGER_TARGET, STRANGER_WEIGHT = -3.5, 0.3
GOOD = 0.5
"""A target, in standard deviations, from which a translation may stand for a reference."""

Arrays = Mapping[str, NDArray[Any]]


def read_packed(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a packed file."""
    plain = BytesIO(lzma.decompress(path.read_bytes()))  # np.load goes back: slow in a packed file
    return dict(np.load(plain, allow_pickle=False))


def named(arrays: Arrays, prefix: str) -> dict[str, NDArray[Any]]:
    """The arrays whose names begin so, by the rest of their names."""
    return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}


class Items:
    """The packed hypotheses of all groups."""

    def __init__(self, arrays: Arrays) -> None:
        self.columns = named(arrays, "item.")
        groups = self.columns["group"]
        self.count = int(groups[-1]) + 1
        self._starts = np.searchsorted(groups, np.arange(self.count + 1))

    def batches(self, plan: Plan, rng: np.random.Generator) -> Iterator[list[NDArray[np.int64]]]:
        """Endless batches of groups, each the rows of its items."""
        while True:
            batch: list[NDArray[np.int64]] = []
            rated = 0
            for group in rng.permutation(self.count):
                rows = self._drawn(int(group), plan.visit, rng)
                batch.append(rows)
                rated += int((self.columns["kind"][rows] == RATED).sum())
                if rated >= plan.hypotheses:
                    yield batch
                    batch, rated = [], 0

    def with_strangers(
        self, batch: Sequence[NDArray[np.int64]], stand_ins: float, rng: np.random.Generator
    ) -> dict[str, NDArray[Any]]:
        """The columns of a batch, and one hypothesis of another group for each group."""
        rows = np.concatenate(batch)
        columns = {name: values[rows] for name, values in self.columns.items()}
        columns["group"] = np.repeat(np.arange(len(batch)), [len(part) for part in batch])
        columns["reference"] = self._references(batch, stand_ins, rng)
        firsts = np.array([part[0] for part in batch])
        others = np.roll(firsts, int(rng.integers(1, max(2, len(batch)))))
        strangers = {name: values[firsts] for name, values in self.columns.items()}
        strangers |= {
            "group": np.arange(len(batch)),
            "hypothesis": self.columns["hypothesis"][others],
            "target": np.full(len(batch), STRANGER_TARGET, np.float32),
            "weight": np.full(len(batch), STRANGER_WEIGHT, np.float32),
            "kind": np.full(len(batch), DEGENERATE, np.uint8),
        }
        differ = self.columns["source"][others] != strangers["source"]
        return {n: np.concatenate([v, strangers[n][differ]]) for n, v in columns.items()}

    def _references(
        self, batch: Sequence[NDArray[np.int64]], stand_ins: float, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Reference texts; a translation's quality does not depend on what it is compared with."""
        found = []
        for rows in batch:
            references = self.columns["reference"][rows].copy()
            targets = np.where(
                self.columns["kind"][rows] == RATED, self.columns["target"][rows], -np.inf
            )
            best = int(targets.argmax())
            if rng.random() < stand_ins and targets[best] > GOOD:
                others = (references != NO_TEXT) & (np.arange(len(rows)) != best)
                references[others] = self.columns["hypothesis"][rows[best]]
            found.append(references)
        return np.concatenate(found)

    def _drawn(self, group: int, visit: int, rng: np.random.Generator) -> NDArray[np.int64]:
        rows = np.arange(self._starts[group], self._starts[group + 1])
        rated = rows[self.columns["kind"][rows] == RATED]
        if len(rated) <= visit:
            return rows
        return np.concatenate(
            [rng.permutation(rated)[:visit], rows[self.columns["kind"][rows] != RATED]]
        )
