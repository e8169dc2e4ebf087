from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mtqe.report.page.histogram import BINS, TAIL, bin_edges

SCORES = arrays(np.float64, st.integers(0, 60), elements=st.floats(-200, 200, width=32))


@given(SCORES)
@example(np.array([0.0, 4.36e-15]))  # equal scores but for rounding
def test_edges_rise_evenly_and_hold_nearly_all_scores(scores):
    edges = bin_edges(scores, None, None)
    assert 2 <= len(edges) <= BINS + 3
    assert (np.diff(edges) > 0).all()
    np.testing.assert_allclose(np.diff(edges), edges[1] - edges[0], rtol=1e-6)
    if scores.size:
        low, high = np.percentile(scores, (TAIL, 100 - TAIL))
        slack = 1e-9 * max(abs(low), abs(high))
        assert edges[0] <= low + slack
        assert edges[-1] >= high - slack


@given(arrays(np.float64, st.integers(0, 60), elements=st.floats(0, 100, width=32)))
def test_edges_stay_inside_a_bounded_range(scores):
    edges = bin_edges(scores, 0.0, 100.0)
    assert edges[0] >= 0
    assert edges[-1] <= 100


def test_edges_are_round_numbers():
    assert bin_edges(np.linspace(0.2, 99.7, 500), 0.0, 100.0).tolist() == list(range(0, 101, 5))


def test_one_outlier_does_not_stretch_the_bins():
    scores = np.append(np.linspace(0, 100, 2000), 5000.0)
    assert bin_edges(scores, 0.0, None)[-1] <= 105
