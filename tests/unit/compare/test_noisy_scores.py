"""Intervals count what makes a judge's scores vary: by itself, and with all of a request."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.calibration import band
from mtqe.compare.paired_tests import PairedTests
from mtqe.compare.settings import ComparisonSettings
from mtqe.compare.units import clusters, unit_name
from mtqe.corpus.base import LanguagePair
from mtqe.corpus.documents import ordinals
from mtqe.metrics.info import MetricInfo
from tests.judge_servers import judge

SIMULATIONS = 200
SEGMENTS, GROUP = 60, 5
TRUE, BETWEEN, WITHIN, SHARED = 70.0, 8.0, 16.0, 8.0
"""The mean worth of a translation; and the standard deviations of translations' worth, of one
judgement of a translation, and of what a request does to all that it holds."""
SETTINGS = ComparisonSettings(resamples=500, trials=500)


def info(repeats, group):
    metric = judge("http://localhost:1", repeats=repeats, temperature=1.0, batch_size=group)
    pair = LanguagePair("en", "es")
    return MetricInfo.of("judge", metric, pair, signature=str(metric.signature("1")))


def simulated(rng, repeats, shared):
    """Statistics of two equally good systems, judged in requests of `GROUP` segments."""
    worth = rng.normal(TRUE, BETWEEN, (2, SEGMENTS, 1))
    noise = rng.normal(0, WITHIN, (2, SEGMENTS, repeats))
    moods = rng.normal(0, shared, (2, SEGMENTS // GROUP, repeats)).repeat(GROUP, axis=1)
    scores = worth + noise + moods
    mean = scores.mean(axis=2, keepdims=True)
    single = np.concatenate([mean, np.ones_like(mean)], axis=2)
    return single if repeats == 1 else np.concatenate([single, scores], axis=2)


def covered(repeats, shared, group):
    """How often 95% intervals of a score and of a difference hold the truth, and their widths."""
    rng = np.random.default_rng(7)
    metric = info(repeats, group)
    documents = np.full(SEGMENTS, None, dtype=object)
    places = np.array(ordinals(documents))
    found = clusters(documents, "auto", metric.group, places)
    held = np.zeros(2)
    widths = np.zeros(2)
    for _ in range(SIMULATIONS):
        tests = PairedTests(metric, simulated(rng, repeats, shared), found, SETTINGS)
        score, (low, high) = tests.interval(0), tests.bounds(0, 1, 0.95)
        held += [score.low <= TRUE <= score.high, low <= 0 <= high]
        widths += [score.high - score.low, high - low]
    return held / SIMULATIONS, widths / SIMULATIONS


@pytest.mark.parametrize("repeats", [1, 3])
def test_intervals_count_the_judge_s_own_spread_once(repeats):
    """Each segment's score carries its share of it, so resampling segments resamples it too.

    Were it added on top, intervals would hold the truth too often: their variance would have
    (between + 2 within / k) for (between + within / k).
    """
    held, widths = covered(repeats, 0.0, 1)
    low, high = band(0.95, SIMULATIONS)
    assert (low <= held).all()
    assert (held <= high).all()
    error = np.sqrt((BETWEEN**2 + WITHIN**2 / repeats) / SEGMENTS)
    assert widths[0] == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert widths[1] == pytest.approx(2 * 1.96 * error * np.sqrt(2), rel=0.1)


def test_repetitions_make_intervals_narrower():
    assert covered(4, 0.0, 1)[1][0] < 0.75 * covered(1, 0.0, 1)[1][0]


@pytest.mark.parametrize("repeats", [1, 3])
def test_what_a_request_does_to_all_that_it_holds_is_counted(repeats):
    """Segments that were judged together are resampled together."""
    held, _ = covered(repeats, SHARED, GROUP)
    low, high = band(0.95, SIMULATIONS)
    assert (low <= held).all()
    assert (held <= high).all()


def test_resampled_one_by_one_such_segments_would_look_surer_than_they_are():
    held, _ = covered(1, SHARED, 1)
    assert (held < band(0.95, SIMULATIONS)[0]).any()


def test_groups_are_of_neighbours_in_a_document():
    documents = np.array(["a", "a", "b", "a", None, None, "b"], dtype=object)
    places = np.array(ordinals(documents))
    assert places.tolist() == [0, 1, 0, 2, 0, 1, 1]
    found = clusters(documents, "auto", 2, places)
    assert found is not None
    assert found.tolist() == ["a 1-2", "a 1-2", "b 1-2", "a 3-4", "1-2", "1-2", "b 1-2"]
    assert unit_name(documents, found) == "group"
    assert clusters(documents, "auto", 1, places) is None
    many = np.array([f"d{n // 2}" for n in range(20)], dtype=object)
    kept = clusters(many, "auto", 2, np.array(ordinals(many)))
    assert unit_name(many, kept) == "document"
