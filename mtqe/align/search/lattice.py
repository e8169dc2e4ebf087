"""The dynamic programme itself, compiled: the best path through a band of a lattice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.support.compiler import kernel

IMPOSSIBLE = -1e18

Integers = NDArray[np.int64]
Gains = NDArray[np.float64]
Choices = NDArray[np.int8]


@kernel
def advance(
    gains: Gains,
    choices: Choices,
    block: NDArray[np.float32],
    first_row: int,
    first_column: int,
    shapes: Integers,
    low: Integers,
    high: Integers,
) -> None:
    """Extend the best paths to further rows.

    Args:
        gains: of the best path to each border [source + 1, width], filled up to `first_row`.
        choices: the last link's shape on that path, as `gains`.
        block: gains of the links [shapes, rows, columns] that end at those borders.
        first_row: the source border of the block's first row.
        first_column: the target border of its first column.
        shapes: units of source and target in each kind of link [shapes, 2].
        low: the first target border in the band, for each source border.
        high: the last one.
    """
    for row in range(block.shape[1]):
        i = first_row + row
        for j in range(low[i], high[i] + 1):
            if i == 0 and j == 0:
                gains[0, 0] = 0.0
                continue
            best, choice = IMPOSSIBLE, -1
            for k in range(len(shapes)):
                a, b = i - shapes[k, 0], j - shapes[k, 1]
                if a < 0 or b < low[a] or b > high[a]:
                    continue
                gain = gains[a, b - low[a]] + block[k, row, j - first_column]
                if gain > best:
                    best, choice = gain, k
            gains[i, j - low[i]] = best
            choices[i, j - low[i]] = choice


def trace(choices: Choices, shapes: Integers, low: Integers, columns: int) -> Integers:
    """The path [links, 4]: start and end in the source, start and end in the target."""
    found = []
    i, j = len(low) - 1, columns
    while i > 0 or j > 0:
        a, b = shapes[choices[i, j - low[i]]].tolist()
        found.append((i - a, i, j - b, j))
        i, j = i - a, j - b
    return np.array(found[::-1], np.int64).reshape(-1, 4)
