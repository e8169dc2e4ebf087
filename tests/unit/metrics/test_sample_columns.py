"""Samples held as columns are the samples."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from mtqe.metrics.base import Sample
from mtqe.metrics.samples import SampleColumns
from mtqe.metrics.surface import BLEU, CHRF, TER

SAMPLES = [
    Sample("s", "a b c d", ("a b c e", None)),
    Sample("s", "a c", ("a b c e", None)),
    Sample("t", "", ("x y", "x")),
    Sample("u", "a b c e", ("a b c e", None)),
]
COLUMNS = SampleColumns(
    sources=["s", "t", "nobody's", "u"],
    references=[("a b c e", None), ("x y", "x"), ("q", None), ("a b c e", None)],
    segments=np.array([0, 0, 1, 3]),
    hypotheses=["a b c d", "a c", "", "a b c e"],
)


def test_samples_are_made_as_they_are_asked_for() -> None:
    assert list(COLUMNS) == SAMPLES
    assert COLUMNS[1:3] == tuple(SAMPLES[1:3])
    assert COLUMNS[-1] == SAMPLES[-1]
    assert list(pickle.loads(pickle.dumps(COLUMNS))) == SAMPLES
    with pytest.raises(IndexError):
        COLUMNS[4]


@pytest.mark.parametrize("metric", [BLEU(), CHRF(), TER()])
def test_columns_give_the_statistics_of_samples(metric: BLEU | CHRF | TER) -> None:
    for count in (metric._count_few, lambda samples: joined(metric, samples)):
        np.testing.assert_array_equal(count(COLUMNS), count(SAMPLES))


def joined(metric: BLEU | CHRF | TER, samples: object) -> np.ndarray:
    found = np.full((len(SAMPLES), len(metric.statistic_names)), np.nan)
    for indices, rows in metric.count_blocks(samples):  # type: ignore[arg-type]
        found[indices] = rows
    return found
