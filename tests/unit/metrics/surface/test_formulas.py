from __future__ import annotations

import numpy as np
import pytest

from mtqe.metrics.surface.formulas import bleu_scores


@pytest.mark.parametrize("smoothing", ["exp", "floor", "add-k", "none"])
@pytest.mark.parametrize("effective", [True, False])
@pytest.mark.parametrize("order", [1, 4, 7, 9])
def test_sums_that_need_no_smoothing_are_scored_to_the_same_bit(smoothing, effective, order):
    rng = np.random.default_rng(order)
    total = rng.integers(1, 100_000, (300, order))
    correct = rng.integers(1, total + 1)
    lengths = rng.integers(1, 100_000, (300, 2))
    matched = np.concatenate([lengths, correct, total], axis=1).astype(np.float64)
    unmatched = np.concatenate([[5.0, 7.0], np.zeros(order), np.ones(order)])[None]

    def scores(rows):
        return bleu_scores(rows, order, smoothing, 0.1, effective_order=effective, exact=False)

    together = scores(np.concatenate([matched, unmatched]))
    np.testing.assert_array_equal(scores(matched), together[:-1])
    np.testing.assert_array_equal(scores(matched.reshape(3, 100, -1)).ravel(), together[:-1])
