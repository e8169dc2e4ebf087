"""Made-up metrics and corpora for the tests of mtqe.stats."""

from __future__ import annotations

import numpy as np


def mean_score(sums):
    """The mean of segment scores, from their sum and their number."""
    return sums[..., 0] / sums[..., 1]


def precision_score(sums):
    """A ratio in percent, as BLEU is made of: matches over words."""
    return 100 * sums[..., 0] / np.maximum(sums[..., 1], 1)


def mean_statistics(scores):
    """Statistics of `mean_score` for segment scores ``[systems, segments]``."""
    scores = np.asarray(scores, dtype=np.float64)
    return np.stack([scores, np.ones_like(scores)], axis=2)


def random_precisions(rng, systems, segments, quality=0.5):
    """Matches and words of random segments, shared lengths, independent matches."""
    words = np.broadcast_to(rng.integers(1, 40, segments), (systems, segments))
    return np.stack([rng.binomial(words, quality), words], axis=2).astype(np.float64)
