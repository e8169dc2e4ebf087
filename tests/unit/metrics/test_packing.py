from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mtqe.errors import MetricError
from mtqe.metrics.packing import (
    batches_by_length,
    chunks_by_text,
    halving_on_out_of_memory,
)


@given(st.lists(st.integers(1, 50)), st.integers(1, 100))
def test_batches_hold_every_sentence_once_within_the_budget(lengths, budget):
    batches = list(batches_by_length(lengths, budget))

    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or sum(lengths[i] for i in b) <= budget for b in batches)
    flat = [lengths[i] for batch in batches for i in batch]
    assert flat == sorted(flat)  # equal lengths are neighbours, so that they run together


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=30))), st.integers(1, 50))
def test_chunks_hold_every_sample_once_and_equal_texts_together(samples, budget):
    shared, own = [a for a, _ in samples], [b for _, b in samples]

    chunks = list(chunks_by_text(shared, own, budget))

    order = [index for chunk in chunks for index in chunk]
    assert sorted(order) == list(range(len(samples)))
    assert [shared[i] for i in order] == sorted(shared, key=lambda text: (len(text), text))


def test_lone_surrogates_can_be_chunked():
    assert list(chunks_by_text(["\ud800"], ["x"], 10)) == [[0]]


def test_out_of_memory_halves_the_batch_until_it_fits():
    tried = []

    def compute(batch):
        tried.append(len(batch))
        if len(batch) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return torch.tensor(batch)

    assert halving_on_out_of_memory(compute, list(range(7))).tolist() == list(range(7))
    assert tried == [7, 3, 1, 2, 4, 2, 2]


@pytest.mark.parametrize(
    ("message", "error"), [("CUDA out of memory", MetricError), ("other", RuntimeError)]
)
def test_what_halving_cannot_mend_is_raised(message, error):
    def compute(_):
        raise RuntimeError(message)

    with pytest.raises(error):
        halving_on_out_of_memory(compute, [1, 2])
