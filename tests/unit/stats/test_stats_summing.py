"""Resamples that are drawn and summed elsewhere: the same weights and the same sums."""

from __future__ import annotations

import math
import operator
import os
import pickle
import random
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from mtqe.stats.bootstrap import bootstraps
from mtqe.stats.permutation import permutations
from mtqe.stats.resampling import bootstrap_weights, swap_weights
from mtqe.stats.summing import Resampling, resampled_sums, several_sums, sum_here
from tests.unit.stats.stats_samples import (
    mean_score,
    mean_statistics,
    precision_score,
    random_precisions,
)

KINDS = [bootstrap_weights, swap_weights]
SMALL = 60_000
"""Bytes of a block: seven resamples of 4,111 units, or more swaps."""


def elsewhere(columns, resampling):
    """Sums by processes that have nothing but what was sent, in another order."""
    sent = pickle.dumps([item.distinct() for item in columns])
    messages = [pickle.dumps(block) for block in resampling.blocks()]
    random.Random(1).shuffle(messages)
    for message in messages:
        block = pickle.loads(message)
        yield block.start, block.compute(pickle.loads(sent))


def statistics(units):
    """Counts of two bytes, real scores, and counts that need 8 bytes."""
    rng = np.random.default_rng(units)
    counts = random_precisions(rng, 3, units)
    return [counts.astype(np.uint16), mean_statistics(rng.normal(size=(3, units))), counts * 2**30]


@pytest.mark.parametrize("draw", KINDS)
@pytest.mark.parametrize("units", [40, 100, 2_048, 4_111])
def test_sums_from_elsewhere_are_those_of_this_process_to_the_bit(draw, units):
    def resampling():
        return Resampling(draw, np.random.default_rng(5), 1_100, units, SMALL)

    parts = statistics(units)
    here = several_sums(parts, resampling())
    there = several_sums(parts, resampling(), elsewhere)
    assert len(resampling().places) > 1
    for ours, theirs in zip(here, there, strict=True):
        np.testing.assert_array_equal(theirs, ours)


@pytest.mark.parametrize("draw", KINDS)
def test_the_generator_goes_on_as_if_all_were_drawn_here(draw):
    ours, theirs = np.random.default_rng(5), np.random.default_rng(5)
    for _ in Resampling(draw, ours, 700, 997, SMALL).drawn():
        pass
    assert len(list(Resampling(draw, theirs, 700, 997, SMALL).blocks())) > 1
    assert ours.bit_generator.state == theirs.bit_generator.state


def test_a_block_gives_the_same_sums_again():
    columns = []

    def kept(given, resampling):
        columns.extend(given)
        yield from sum_here(given, resampling)

    several_sums(statistics(100), Resampling(swap_weights, np.random.default_rng(1), 1, 100), kept)
    *_, block = Resampling(bootstrap_weights, np.random.default_rng(1), 9, 100, 600).blocks()
    for first, second in zip(block.compute(columns), block.compute(columns), strict=True):
        np.testing.assert_array_equal(first, second)


def test_intervals_and_p_values_from_elsewhere_are_the_same(monkeypatch):
    monkeypatch.setattr(Resampling.__init__, "__defaults__", (SMALL,))
    counts, scores, _ = statistics(4_111)
    several = [(counts, precision_score), (scores, mean_score)]
    for place in range(2):
        found = [
            bootstraps(several, rng=np.random.default_rng(3), resamples=100, sums=sums)[place]
            for sums in (sum_here, elsewhere)
        ]
        assert found[0].interval(1) == found[1].interval(1)
        assert found[0].difference(0, 2) == found[1].difference(0, 2)
        tests = [
            permutations(several, rng=np.random.default_rng(3), resamples=2_000, sums=sums)[place]
            for sums in (sum_here, elsewhere)
        ]
        ours, theirs = (test.difference(0, 1) for test in tests)
        assert ours.p_value() == theirs.p_value()
        assert ours.bounds(0.95) == theirs.bounds(0.95)


@pytest.mark.parametrize("draw", KINDS)
@pytest.mark.parametrize("size", [1e-300, 1.0, 1e250])
def test_sums_of_real_numbers_of_many_units_are_nearly_exact(draw, size):
    scores = np.random.default_rng(1).normal(size=(1, 4_999, 2)) * size
    scores[0, 7, 0] = scores[0, 8, 1] = 0.0
    sums = resampled_sums(scores, draw, np.random.default_rng(5), 7)
    weights = draw(np.random.default_rng(5), 7, 4_999).whole()
    for row in range(7):
        for column in range(2):
            numbers = map(Fraction, scores[0, :, column].tolist())
            exact = sum(map(operator.mul, weights[row].tolist(), numbers))
            error = abs(Fraction(sums[0, row, column]) - exact)
            assert error <= math.ulp(exact) + 4_999 * np.abs(scores).max() * 2.0**-60


def test_numbers_that_are_all_zero_sum_to_zero():
    zeros = np.zeros((2, 3_000, 2))
    zeros[1, 5, 1] = 0.1
    sums = resampled_sums(zeros, bootstrap_weights, np.random.default_rng(1), 9)
    assert not sums[0].any()
    assert set(np.unique(sums[1, :, 1])) <= {0.1 * times for times in range(9)}


def test_the_number_of_threads_does_not_change_sums_of_real_numbers():
    program = (
        "import numpy as np\n"
        "from mtqe.stats.resampling import bootstrap_weights\n"
        "from mtqe.stats.summing import resampled_sums\n"
        "scores = np.random.default_rng(1).normal(size=(3, 4_111, 2))\n"
        "sums = resampled_sums(scores, bootstrap_weights, np.random.default_rng(1), 77)\n"
        "print(sums.tobytes().hex())"
    )
    found = set()
    for threads in ("1", "2", "7"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1
