"""The trie beside counting with `Counter`."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.metrics.surface.kernels.ngrams import matches
from tests.unit.metrics.surface.surface_samples import fuzz

UNITS = st.lists(st.integers(0, 3), max_size=30)


def counted(hypothesis: list[int], references: list[list[int]], order: int) -> list[int]:
    def ngrams(units: list[int], n: int) -> Counter[tuple[int, ...]]:
        return Counter(tuple(units[i : i + n]) for i in range(len(units) - n + 1))

    union: Counter[tuple[int, ...]] = Counter()
    for reference in references:
        for n in range(1, order + 1):
            union |= ngrams(reference, n)
    return [(ngrams(hypothesis, n) & union).total() for n in range(1, order + 1)]


def compiled(rows: list[tuple[list[int], list[list[int]]]], order: int) -> list[list[int]]:
    width = max(len(references) for _, references in rows)
    sequences: list[list[int]] = []
    hypotheses, table = [], np.full((len(rows), width), -1)
    for row, (hypothesis, references) in enumerate(rows):
        hypotheses.append(len(sequences))
        sequences.append(hypothesis)
        for column, reference in enumerate(references):
            table[row, column] = len(sequences)
            sequences.append(reference)
    units = np.array([unit for sequence in sequences for unit in sequence], np.uint32)
    offsets = np.cumsum([0, *map(len, sequences)])
    return matches(units, offsets, np.array(hypotheses), table, order).tolist()


@fuzz
@given(
    st.lists(st.tuples(UNITS, st.lists(UNITS, min_size=1, max_size=3)), min_size=1, max_size=4),
    st.integers(1, 6),
)
def test_matches_equal_clipped_counts(
    rows: list[tuple[list[int], list[list[int]]]], order: int
) -> None:
    assert compiled(rows, order) == [counted(*row, order) for row in rows]


@pytest.mark.parametrize("unit", [0, 0x10FFFF, 2**31])
def test_long_repeats_and_large_units(unit: int) -> None:
    row = ([unit] * 3000, [[unit] * 2000])
    assert compiled([row], 3) == [[2000, 1999, 1998]]


def test_a_larger_reference_after_a_smaller_one_gets_its_own_table() -> None:
    rows = [([1, 2], [[1, 2]]), (list(range(500)), [list(range(500))]), ([1, 2], [[1, 2]])]
    assert compiled(rows, 2) == [[2, 1], [500, 499], [2, 1]]
