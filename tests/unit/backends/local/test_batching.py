"""Batches of one length, and what happens when memory ends."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.backends.local.batching import Encoded, LengthSorted, OutOfMemory
from mtqe.corpus.base import Failure, Translation


class Memory:
    """An engine that holds so many padded tokens and writes each source's first token."""

    def __init__(self, size):
        self.size = size
        self.tried = []

    def generate(self, sources):
        padded = len(sources) * max(map(len, sources))
        self.tried.append(padded)
        if padded > self.size:
            raise OutOfMemory("full")
        return [str(source[0]) for source in sources]


def sources(lengths):
    return [Encoded(f"s{n}", [n] * length) for n, length in enumerate(lengths)]


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(1, 200), st.integers(1, 200))
def test_every_source_gets_its_own_outcome_whatever_fits(lengths, budget, size):
    outcomes = list(LengthSorted(budget, Memory(size).generate).translate(sources(lengths)))
    assert sorted(o.segment_id for o in outcomes) == sorted(f"s{n}" for n in range(len(lengths)))
    for outcome in outcomes:
        number = int(outcome.segment_id[1:])
        assert isinstance(outcome, Failure) == (lengths[number] > size)
        if isinstance(outcome, Translation):
            assert outcome.text == str(number)


def test_a_smaller_batch_is_kept_once_it_was_needed():
    memory = Memory(100)
    list(LengthSorted(400, memory.generate).translate(sources([10] * 80)))
    assert sum(tried > 100 for tried in memory.tried) == 2
    assert set(memory.tried[2:]) == {100}


def test_little_is_padded():
    chance = random.Random(4)
    lengths = [chance.randint(1, 60) for _ in range(500)]
    memory = Memory(10_000)
    list(LengthSorted(1000, memory.generate).translate(sources(lengths)))
    assert sum(memory.tried) < 1.1 * sum(lengths)


def test_a_source_that_never_fits_says_so():
    (outcome,) = LengthSorted(10, Memory(3).generate).translate(sources([5]))
    assert outcome == Failure("s0", "not enough memory for this segment (full)")


def test_an_engine_that_gives_too_few_texts_is_never_aligned():
    with pytest.raises(ValueError, match="shorter"):
        list(LengthSorted(10, lambda batch: []).translate(sources([1, 2])))
