"""Every pair of many systems: the corrected p-values of testing each pair with each swap."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mtqe.metrics.surface import BLEU, CHRF
from mtqe.stats import holm, permutation
from mtqe.stats.many_pairs import FIRST_LOOK, swap_many_pairs
from mtqe.stats.resampling import unit_sizes
from tests.unit.stats.stats_samples import mean_score, mean_statistics

CHRF_SCORE, BLEU_SCORE = CHRF().corpus_scores, BLEU().resampled_scores


def qualities(systems: int, spread: float) -> np.ndarray:
    """From clearly worse to clearly better, with several that can't be told apart."""
    return spread * np.repeat(np.linspace(0, 1, -(-systems // 3)), 3)[:systems]


def scores_of(systems: int, segments: int, spread: float, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    difficulty = rng.normal(0, 1, segments)
    noise = rng.normal(0, 1, (systems, segments))
    return mean_statistics(qualities(systems, spread)[:, None] + difficulty + noise)


def bleu_of(systems: int, segments: int, spread: float, seed: int = 1) -> np.ndarray:
    """Lengths, then matches and n-grams of four orders."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(6, 30, segments)
    chances = 0.5 + 0.3 * qualities(systems, spread)
    rows = []
    for chance in chances:
        orders = np.maximum(lengths - np.arange(4)[:, None], 0)
        matched = rng.binomial(orders, chance ** np.arange(1, 5)[:, None])
        rows.append(np.stack([lengths, lengths, *matched, *orders], axis=1))
    return np.array(rows, np.float64)


def chrf_of(systems: int, segments: int, spread: float, seed: int = 1) -> np.ndarray:
    bleu = bleu_of(systems, segments, spread, seed)
    matched, total = bleu[:, :, 2:6], bleu[:, :, 6:]
    parts = [(total[:, :, n], total[:, :, n], matched[:, :, n]) for n in range(4)]
    parts += [parts[3], parts[3]]
    return np.stack([column for part in parts for column in part], axis=2)


def everything(statistics, score, resamples, seed, clusters=None):
    """The p-value of each pair by each swap."""
    rng = np.random.default_rng(seed)
    swapped = permutation(statistics, score, rng=rng, resamples=resamples, clusters=clusters)
    pairs = list(combinations(range(len(statistics)), 2))
    return pairs, [swapped.difference(*pair) for pair in pairs]


@pytest.mark.parametrize(
    ("statistics", "score", "resamples"),
    [
        (scores_of(9, 60, 1.0), mean_score, 3_000),
        (scores_of(9, 60, 3.0), mean_score, 12_000),
        (bleu_of(9, 80, 0.6), BLEU_SCORE, 6_000),
        (bleu_of(8, 200, 1.0), BLEU_SCORE, 20_000),
        (chrf_of(8, 150, 0.8), CHRF_SCORE, 9_000),
        (scores_of(12, 5, 4.0), mean_score, 5_000),
        (bleu_of(7, 9, 1.0), BLEU_SCORE, 5_000),
        (bleu_of(4, 2, 1.0), BLEU_SCORE, 100),
    ],
)
def test_corrected_p_values_are_those_of_testing_everything(statistics, score, resamples):
    pairs, whole = everything(statistics, score, resamples, seed=5)
    shown = [(index, 0) for index in range(1, len(statistics))]
    others = [pair for pair in pairs if pair[0] != 0]
    tested = swap_many_pairs(
        statistics,
        unit_sizes(statistics.shape[1], None),
        score,
        rng=np.random.default_rng(5),
        resamples=resamples,
        shown=shown,
        others=others,
        level=0.9,
    )
    by_pair = dict(zip(pairs, whole, strict=True))
    for (first, second), found in zip(shown, tested.shown, strict=True):
        expected = by_pair[second, first]
        assert found.p_value() == expected.p_value()
        for level in (0.9, 0.95, 0.99):
            low, high = expected.bounds(level)
            assert found.bounds(level) == pytest.approx((-high, -low), rel=1e-12, abs=1e-12)
    ours = [*(test.p_value() for test in tested.shown), *tested.p_values]
    theirs = [by_pair[pair].p_value() for pair in [*((0, i) for i, _ in shown), *others]]
    np.testing.assert_array_equal(holm(ours), holm(theirs))
    kept = ~tested.dropped
    np.testing.assert_array_equal(tested.p_values[kept], np.array(theirs[len(shown) :])[kept])
    assert (holm(theirs)[len(shown) :][tested.dropped] == 1).all()


def test_pairs_that_cannot_matter_are_dropped_and_far_ones_not_tried():
    statistics = scores_of(12, 300, 4.0)
    calls = []

    def score(sums):
        calls.append(sums[..., 0].size)
        return mean_score(sums)

    pairs = list(combinations(range(12), 2))
    tested = swap_many_pairs(
        statistics,
        np.ones(300),
        score,
        rng=np.random.default_rng(1),
        resamples=40_000,
        shown=pairs[:1],
        others=pairs[1:],
    )
    assert tested.dropped.sum() > 5
    assert tested.far.sum() > 20
    assert not (tested.dropped & tested.far).any()
    assert (tested.p_values[tested.far] == 1 / 40_001).all()
    assert sum(calls) < 2 * len(pairs) * 40_000 / 4  # two scores a pair and swap


def test_documents_are_swapped_as_wholes():
    documents = np.repeat(np.arange(20), 6)
    statistics = bleu_of(6, 120, 1.0)
    pairs, whole = everything(statistics, BLEU_SCORE, 4_000, 2, documents)
    units = statistics.reshape(6, 20, 6, -1).sum(axis=2)
    tested = swap_many_pairs(
        units,
        unit_sizes(120, documents),
        BLEU_SCORE,
        rng=np.random.default_rng(2),
        resamples=4_000,
        shown=pairs,
        others=[],
    )
    for found, expected in zip(tested.shown, whole, strict=True):
        assert found.p_value() == expected.p_value()
        assert found.bounds(0.95) == pytest.approx(expected.bounds(0.95), rel=1e-12)


def test_intervals_of_a_lower_level_than_kept_are_refused():
    statistics = scores_of(3, 50, 1.0)
    tested = swap_many_pairs(
        statistics,
        np.ones(50),
        mean_score,
        rng=np.random.default_rng(1),
        resamples=FIRST_LOOK,
        shown=[(0, 1)],
        others=[],
    )
    with pytest.raises(ValueError, match=r"0\.95"):
        tested.shown[0].bounds(0.5)
