"""Our figures beside those of mt-metrics-eval's own code, for a small campaign with gaps and ties.

`tests/golden/metaeval/expected.json` was made by running that program; six systems, 24 segments, of
which two were rated for nobody, and three more translations in the second kind of scores.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mtqe.people.metaeval.campaign_folder import Choice, read_campaign
from mtqe.people.metaeval.judge_metrics import STATISTICS, JudgeSettings, judge
from mtqe.people.metaeval.perm_both import Permutations, compare_metrics

FOLDER = Path(__file__).parents[3] / "golden" / "metaeval"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
VALUES = [
    (kind, metric, statistic)
    for kind, metrics in EXPECTED["values"].items()
    for metric, statistics in metrics.items()
    for statistic in statistics
]
P_VALUES = [
    (pair, statistic) for pair, found in EXPECTED["p_values"].items() for statistic in found
]


@pytest.fixture(scope="module")
def campaigns():
    return {kind: read_campaign(FOLDER, "en-xx", Choice(kind=kind)) for kind in EXPECTED["values"]}


@pytest.mark.parametrize(("kind", "metric", "statistic"), VALUES)
def test_values_are_equal(campaigns, kind, metric, statistic):
    settings = JudgeSettings((statistic,), Permutations(0))
    (result,) = judge([campaigns[kind]], settings)
    found = result.statistics[0].of(metric)
    assert found.value == pytest.approx(EXPECTED["values"][kind][metric][statistic], abs=1e-9)


@pytest.mark.parametrize(("pair", "statistic"), P_VALUES)
def test_p_values_are_equal_but_for_chance(campaigns, pair, statistic):
    expected = EXPECTED["p_values"][pair][statistic]
    kind = STATISTICS[statistic]
    ready = kind.build(campaigns["mqm"])
    scores = {metric.name: metric for metric in campaigns["mqm"].metrics}
    first, second = (
        ready.judge(scores[name].segments if kind.of_segments else scores[name].systems[:, None])
        for name in pair.split(" > ")
    )
    ours = compare_metrics(ready, first, second, Permutations(2000, early=False))
    share = np.clip((ours.p + expected) / 2, 0.01, 0.99)
    error = np.sqrt(share * (1 - share) * (1 / 2000 + 1 / EXPECTED["permutations"]))
    assert ours.p == pytest.approx(expected, abs=4 * error)
