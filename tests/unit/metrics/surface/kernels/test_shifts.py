"""The shift search beside sacreBLEU's."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.lib_ter import translation_edit_rate

from mtqe.metrics.surface.kernels.shifts import edits
from tests.unit.metrics.surface.surface_samples import fuzz


def compiled(hypothesis: list[int], reference: list[int]) -> int:
    units = np.array(hypothesis + reference, np.uint32)
    offsets = np.cumsum([0, len(hypothesis), len(reference)])
    return int(edits(units, offsets, np.array([0]), np.array([[1]]))[0, 0])


def sacrebleus(hypothesis: list[int], reference: list[int]) -> int:
    return translation_edit_rate(list(map(str, hypothesis)), list(map(str, reference)))[0]


def words(vocabulary: int, length: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, vocabulary), max_size=length)


@fuzz
@given(words(2, 14), words(2, 14))
def test_few_words_repeated(hypothesis: list[int], reference: list[int]) -> None:
    assert compiled(hypothesis, reference) == sacrebleus(hypothesis, reference)


@fuzz
@given(st.data(), words(12, 25))
def test_shuffled_runs(data: st.DataObject, reference: list[int]) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(reference)), min_size=2, max_size=4)))
    parts = [reference[i:j] for i, j in zip([0, *cuts], [*cuts, len(reference)], strict=True)]
    hypothesis = [word for part in data.draw(st.permutations(parts)) for word in part]
    assert compiled(hypothesis, reference) == sacrebleus(hypothesis, reference)


@pytest.mark.parametrize(
    ("hypothesis", "reference"),
    [(0, 0), (0, 5), (5, 0), (1, 1), (1, 150), (150, 1), (2, 120), (120, 2), (60, 3), (50, 40)],
)
def test_lengths_that_stretch_the_beam(hypothesis: int, reference: int) -> None:
    draw = random.Random(hypothesis * 1000 + reference)
    one = [draw.randrange(40) for _ in range(hypothesis)]
    other = [draw.randrange(40) for _ in range(reference)]
    assert compiled(one, other) == sacrebleus(one, other)


def test_shifts_farther_than_the_limit_are_not_tried() -> None:
    reference = list(range(60))
    hypothesis = reference[55:] + reference[:55]
    assert compiled(hypothesis, reference) == sacrebleus(hypothesis, reference)


def test_the_thousandth_candidate_ends_the_search() -> None:
    draw = random.Random(1)
    hypothesis = [draw.randrange(3) for _ in range(35)]
    reference = [draw.randrange(3) for _ in range(35)]
    assert compiled(hypothesis, reference) == sacrebleus(hypothesis, reference)
