from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.report.page.lengths import BUCKETS, length_buckets

NAN = float("nan")


@given(st.lists(st.integers(0, 400), max_size=80))
def test_every_segment_is_in_one_bucket_and_buckets_rise(lengths):
    found = list(length_buckets(np.array(lengths, np.int64), {}))
    assert sum(bucket.segments for bucket in found) == len(lengths)
    assert len(found) <= BUCKETS
    for bucket in found:
        inside = [n for n in lengths if bucket.shortest <= n <= bucket.longest]
        assert len(inside) == bucket.segments
    assert all(a.longest < b.shortest for a, b in pairwise(found))


def test_different_lengths_give_buckets_of_one_size():
    assert [b.segments for b in length_buckets(np.arange(600), {})] == [100] * BUCKETS


def test_a_mean_leaves_out_what_is_unscored_and_says_how_sure_it_is():
    scores = {"one": {"bleu": np.array([10.0, 20.0, NAN, 50.0]), "ter": np.full(4, NAN)}}
    (bucket,) = length_buckets(np.array([7, 7, 7, 7]), scores)
    bleu, ter = bucket.means
    assert bleu.mean == pytest.approx(80 / 3)
    assert bleu.scored == 3
    assert bleu.high == pytest.approx(80 / 3 + 1.96 * np.std([10, 20, 50], ddof=1) / 3**0.5)
    assert (ter.mean, ter.low, ter.scored) == (None, None, 0)


def test_one_score_has_no_interval():
    (bucket,) = length_buckets(np.array([3]), {"one": {"bleu": np.array([10.0])}})
    assert (bucket.means[0].mean, bucket.means[0].low) == (10.0, None)
