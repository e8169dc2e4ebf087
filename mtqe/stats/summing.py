"""Sums of statistics under many resamples, block by block, by whoever is to sum them.

Resamples come from one generator, row by row, so a block begins where the one before it ended.
`sum_here` draws and sums one block after the other. `Resampling.blocks` gives the same blocks as
small descriptions, each with a generator that stands at its beginning. Any process can draw such a
block and sum it, in any order, and gets the same weights and the same sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from mtqe.stats.resampling import (
    BLOCK_BYTES,
    ROWS_AT_ONCE,
    Drawn,
    DrawWeights,
    Floats,
    UnitColumns,
    bootstrap_weights,
    joint_products,
    swap_weights,
)

BYTES_PER_WEIGHT = 2
DRAWN: Mapping[DrawWeights, float] = {bootstrap_weights: 12.0, swap_weights: 2.0}
"""Nanoseconds of one core (AMD EPYC with AVX2) to draw a weight and to make it a number."""
SUMMED = 0.026
"""The same for each column of statistics that is summed under it."""


@dataclass(frozen=True)
class ResampleBlock:
    """Some resamples, as what they are drawn from.

    Attributes:
        start: place of the first among all resamples.
        rows: how many there are.
        units: what is resampled.
        draw: the kind of weights.
        rng: the generator as it is before the first of them.
    """

    start: int
    rows: int
    units: int
    draw: DrawWeights
    rng: np.random.Generator

    def compute(self, columns: Sequence[UnitColumns]) -> list[Floats]:
        """Sums of the distinct columns of each metric under these resamples ``[columns, rows]``."""
        return joint_products(columns, self.draw(deepcopy(self.rng), self.rows, self.units))


@dataclass(frozen=True)
class Resampling:
    """Resamples that statistics are to be summed under.

    Attributes:
        draw: the kind of weights, shared by all systems.
        rng: consumed row by row, so the resamples don't depend on the block size.
        resamples: how many there are.
        units: what is resampled, segments or clusters.
        block_bytes: memory that one block of weights may take.
    """

    draw: DrawWeights
    rng: np.random.Generator
    resamples: int
    units: int
    block_bytes: int = BLOCK_BYTES

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: fewer than one resample is asked for.
        """
        if self.resamples < 1:
            raise ValueError("At least one resample is needed.")

    def seconds(self, columns: int) -> float:
        """About how long one core needs to draw all weights and sum so many columns of counts."""
        each = DRAWN.get(self.draw, 0.0) + SUMMED * columns
        return self.resamples * self.units * each / 1e9

    @property
    def places(self) -> range:
        """Where each block begins."""
        return range(0, self.resamples, self._rows)

    def drawn(self) -> Iterator[Drawn]:
        """Each block's weights."""
        for start in self.places:
            yield self.draw(self.rng, self._rows_from(start), self.units)

    def blocks(self) -> Iterator[ResampleBlock]:
        """Each block, to be drawn elsewhere; the generator goes on as if it had been drawn here."""
        for start in self.places:
            rows = self._rows_from(start)
            yield ResampleBlock(start, rows, self.units, self.draw, deepcopy(self.rng))
            self._pass(rows)

    def _rows_from(self, start: int) -> int:
        return min(self._rows, self.resamples - start)

    @property
    def _rows(self) -> int:
        """How many resamples fit into a block."""
        rows = max(1, self.block_bytes // (self.units * BYTES_PER_WEIGHT))
        if self.draw is swap_weights:  # which are packed, so that there may be more of them
            rows = max(rows, min(ROWS_AT_ONCE, self.block_bytes * 8 // self.units))
        return rows

    def _pass(self, rows: int) -> None:
        """Leave some resamples out."""
        if self.draw is bootstrap_weights:  # whose counts take far longer than their numbers
            for _ in range(rows):
                self.rng.integers(self.units, size=self.units)
        else:
            self.draw(self.rng, rows, self.units)


SumResamples = Callable[[Sequence[UnitColumns], Resampling], Iterator[tuple[int, list[Floats]]]]
"""Who sums: gives each block's place and its `joint_products`, in any order of blocks."""


def sum_here(
    columns: Sequence[UnitColumns], resampling: Resampling
) -> Iterator[tuple[int, list[Floats]]]:
    """Sum one block after the other, in this process; see `SumResamples`."""
    for start, weights in zip(resampling.places, resampling.drawn(), strict=True):
        products = joint_products(columns, weights)
        del weights  # before the next ones are drawn
        yield start, products


def resampled_sums(
    units: Floats,
    draw: DrawWeights,
    rng: np.random.Generator,
    resamples: int,
    block_bytes: int = BLOCK_BYTES,
) -> Floats:
    """Sum the units' statistics under random weights.

    Args:
        units: ``[systems, units, k]``.
        draw: as for `Resampling`, like what follows.
        rng: the source of randomness.
        resamples: how many rows of weights to draw.
        block_bytes: memory that one block of weights may take.

    Returns:
        ``[systems, resamples, k]``; each column's resamples lie side by side in memory.

    Raises:
        ValueError: fewer than one resample is asked for.
    """
    return several_sums([units], Resampling(draw, rng, resamples, units.shape[1], block_bytes))[0]


def several_sums(
    parts: Sequence[Floats], resampling: Resampling, sums: SumResamples = sum_here
) -> list[Floats]:
    """`resampled_sums` of several metrics under the same weights, which are drawn once.

    Args:
        parts: ``[systems, units, k]`` each, of the same units.
        resampling: the resamples.
        sums: who sums.
    """
    columns = [UnitColumns.of(units) for units in parts]
    found = [np.empty((*item.shape, resampling.resamples)) for item in columns]
    for start, products in sums(columns, resampling):
        for out, item, product in zip(found, columns, products, strict=True):
            out[:, :, start : start + product.shape[1]] = item.spread(product).transpose(1, 2, 0)
    return [out.transpose(0, 2, 1) for out in found]
