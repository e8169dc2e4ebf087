from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mtqe.errors import MetricError
from mtqe.metrics.neural.encoders.packing import (
    BAND_RATIO,
    PackedBatch,
    alike,
    batches_by_length,
    chunks_by_text,
    compute_by_length,
    halving_on_out_of_memory,
)
from mtqe.metrics.pool import ModelPool


@given(st.lists(st.integers(1, 50)), st.integers(1, 100))
def test_batches_hold_every_sentence_once_within_the_budget(lengths, budget):
    batches = list(batches_by_length(lengths, budget))

    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or sum(lengths[i] for i in b) <= budget for b in batches)
    flat = [lengths[i] for batch in batches for i in batch]
    assert flat == sorted(flat)  # equal lengths are neighbours, so that they run together


@given(st.lists(st.integers(1, 500)).map(sorted))
def test_sentences_that_are_padded_together_differ_little_in_length(lengths):
    parts = [lengths[part] for part in alike(lengths)]

    assert [length for part in parts for length in part] == lengths
    assert all(part[0] >= BAND_RATIO * part[-1] for part in parts)


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


@pytest.fixture(params=[1, 2])
def threads(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40))
def test_rows_come_with_the_order_that_they_were_computed_in(lengths):
    order, rows = compute_by_length(torch.tensor, lengths, ModelPool())

    assert rows.tolist() == order
    assert sorted(order) == list(range(len(lengths)))


def test_a_cpu_takes_as_many_batches_at_once_as_it_has_threads(threads):
    together = threading.Barrier(threads, timeout=60)
    used = []

    def compute(batch):
        together.wait()
        used.append(torch.get_num_threads())
        return torch.tensor(batch)

    compute_by_length(compute, [1500] * 8, ModelPool())

    assert used == [1] * 8
    assert torch.get_num_threads() == threads


def test_workers_get_batches_of_about_one_size(threads):
    sizes = []

    def compute(batch):
        sizes.append(len(batch))
        return torch.tensor(batch)

    compute_by_length(compute, [10] * 450, ModelPool())

    assert max(sizes) - min(sizes) <= 10
    assert len(sizes) % threads == 0


def test_threads_are_given_back_after_an_error():
    before = torch.get_num_threads()

    def compute(_):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        compute_by_length(compute, [1500] * 8, ModelPool())
    assert torch.get_num_threads() == before


def test_filler_rows_belong_to_no_sentence():
    sentences = [np.array([5, 6]), np.array([7, 8, 9])]

    batch = PackedBatch.pack(sentences, [2, 3], "cpu", multiple=8)

    assert (len(batch.ids), batch.tokens, batch.lengths) == (8, 5, (2, 3))
    assert batch.sentence_means().sum(0).tolist() == pytest.approx(
        [1 / 2] * 2 + [1 / 3] * 3 + [0.0] * 3
    )
