"""Metrics judged by people: hand-made campaigns whose answers can be counted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr

from mtqe.errors import ConfigError, DataError
from mtqe.people.metaeval.campaign import RawScores, build_campaign
from mtqe.people.metaeval.correlation import Kendall, Pearson
from mtqe.people.metaeval.groups import Groups, groups_of
from mtqe.people.metaeval.judge_metrics import ALL_PAIRS, DEFAULT, JudgeSettings, judge
from mtqe.people.metaeval.perm_both import (
    Judged,
    Outcome,
    Permutations,
    Statistic,
    clusters,
    compare_metrics,
)
from mtqe.people.metaeval.system_pairs import PairwiseAccuracy, SoftPairwiseAccuracy
from mtqe.people.metaeval.tie_calibration import TieCalibratedAccuracy

RNG = np.random.default_rng(3)
PEOPLE = RNG.normal(size=(5, 40)) + np.arange(5)[:, None] * 0.4
RATED = np.ones(PEOPLE.shape, dtype=bool)
GOOD = PEOPLE + RNG.normal(size=PEOPLE.shape) * 0.3
BAD = PEOPLE + RNG.normal(size=PEOPLE.shape) * 3
STATISTICS: dict[str, Statistic] = {
    "spa": SoftPairwiseAccuracy(PEOPLE, RATED),
    "acc": TieCalibratedAccuracy(PEOPLE, RATED, "item"),
    "pearson": Pearson(PEOPLE, RATED, "none"),
    "pearson by item": Pearson(PEOPLE, RATED, "item"),
    "kendall by system": Kendall(PEOPLE, RATED, "system"),
}
NO_TESTS = JudgeSettings(permutations=Permutations(0))


def raw(name, matrix):
    rows = {f"s{number}": list(map(float, row)) for number, row in enumerate(matrix)}
    return RawScores(name, name, segments=rows)


def campaign(people=PEOPLE, **metrics):
    return build_campaign("xx-yy", raw("mqm", people), [raw(n, m) for n, m in metrics.items()])


@pytest.mark.parametrize("statistic", STATISTICS.values(), ids=STATISTICS)
def test_people_agree_with_themselves(statistic):
    assert statistic.judge(PEOPLE).value == pytest.approx(1)
    assert statistic.judge(GOOD).value > statistic.judge(BAD).value


@pytest.mark.parametrize("statistic", STATISTICS.values(), ids=STATISTICS)
def test_a_better_metric_is_found_and_a_metric_is_not_better_than_itself(statistic):
    good, bad = statistic.judge(GOOD), statistic.judge(BAD)
    assert compare_metrics(statistic, good, bad, Permutations(200)).p < 0.05
    assert compare_metrics(statistic, good, good, Permutations(200)).p == 1
    assert compare_metrics(statistic, bad, good, Permutations(200)).p > 0.9


@pytest.mark.parametrize("statistic", STATISTICS.values(), ids=STATISTICS)
def test_scale_does_not_matter(statistic):
    tenfold = statistic.judge(GOOD * 10 - 3)
    assert tenfold.value == pytest.approx(statistic.judge(GOOD).value, abs=0.01)
    assert compare_metrics(statistic, tenfold, statistic.judge(GOOD), Permutations(100)).p > 0.4


@pytest.mark.parametrize("make", [Pearson, Kendall])
@pytest.mark.parametrize("grouping", ["item", "system"])
def test_groups_without_spread_are_left_out(make, grouping):
    flat = GOOD.copy()
    flat[2], flat[:, 7] = 1.0, 1.0
    kept = make(PEOPLE, RATED, grouping).judge(flat).value
    rated = RATED.copy()
    if grouping == "item":
        rated[:, 7] = False
        assert kept == pytest.approx(make(PEOPLE, rated, grouping).judge(flat).value)
    else:
        rated[2] = False
        assert kept == pytest.approx(make(PEOPLE, rated, grouping).judge(flat).value)


def test_pearson_by_item_is_scipys_mean():
    expected = np.mean([pearsonr(PEOPLE[:, i], GOOD[:, i]).statistic for i in range(40)])
    assert Pearson(PEOPLE, RATED, "item").judge(GOOD).value == pytest.approx(expected)


def test_a_metric_of_one_value_agrees_with_nobody():
    constant = np.ones_like(PEOPLE)
    assert Pearson(PEOPLE, RATED, "none").judge(constant).value == 0
    assert Kendall(PEOPLE, RATED, "none").judge(constant).value == 0


def test_soft_accuracy_counts_how_sure_both_are():
    people = np.array([[1.0] * 50, [0.0] * 50])
    statistic = SoftPairwiseAccuracy(people, people >= 0)
    unsure = np.stack([np.tile([1.0, 0.0], 25), np.tile([0.0, 1.0], 25)])
    assert statistic.judge(people).value == 1
    assert statistic.judge(people[::-1]).value == pytest.approx(0, abs=0.01)
    assert statistic.judge(unsure).value == pytest.approx(0.5, abs=0.1)


def test_plain_accuracy_counts_ties_that_both_see():
    people = np.array([[3.0], [2.0], [2.0], [1.0]])
    accuracy = PairwiseAccuracy(people, [4])
    assert accuracy.judge(2.0 * people).value == 1
    assert accuracy.judge(np.array([[4.0], [3.0], [2.0], [1.0]])).value == 5 / 6


def test_pooled_accuracy_compares_systems_of_one_language_pair_alone():
    first = campaign(good=GOOD, bad=BAD)
    second = build_campaign("yy-xx", raw("mqm", -PEOPLE), [raw("good", -GOOD), raw("bad", BAD)])
    *_, pooled = judge([first, second], JudgeSettings(("system-accuracy",), Permutations(0)))
    assert pooled.name == ALL_PAIRS
    of_each = [
        judge([c], JudgeSettings(("system-accuracy",), Permutations(0)))[0] for c in (first, second)
    ]
    for metric in ("good", "bad"):
        values = [result.statistics[0].of(metric).value for result in of_each]
        assert pooled.statistics[0].of(metric).value == pytest.approx(np.mean(values))


def test_clusters_begin_with_the_first_metric_that_somebody_beats():
    p = {(0, 1): 0.3, (0, 2): 0.04, (1, 2): 0.2, (0, 3): 0.0, (1, 3): 0.0, (2, 3): 0.5}
    assert clusters(4, {pair: Outcome(value, 100) for pair, value in p.items()}) == (1, 1, 2, 2)


def test_a_test_ends_early_once_its_answer_is_known():
    statistic = STATISTICS["pearson"]
    good, bad = statistic.judge(GOOD), statistic.judge(BAD)
    assert compare_metrics(statistic, good, bad, Permutations(1000)).permutations == 100
    whole = compare_metrics(statistic, good, bad, Permutations(1000, early=False))
    assert whole.permutations == 1000


def test_more_pairs_than_can_be_held_are_drawn(monkeypatch):
    everything = TieCalibratedAccuracy(PEOPLE, RATED, "none").judge(GOOD).value
    monkeypatch.setattr("mtqe.people.metaeval.groups.MOST_PAIRS", 5000)
    pairs = groups_of(RATED, "none").pairs()
    assert len(pairs.first) == 5000
    assert (pairs.first != pairs.second).all()
    drawn = TieCalibratedAccuracy(PEOPLE, RATED, "none").judge(GOOD).value
    assert drawn == pytest.approx(everything, abs=0.03)


def test_groups_know_who_was_rated():
    rated = np.array([[True, False, True], [True, True, True]])
    assert groups_of(rated, "item").sizes.tolist() == [2, 2]
    assert groups_of(rated, "system").sizes.tolist() == [2, 3]
    assert groups_of(rated, "none").sizes.tolist() == [5]
    assert isinstance(groups_of(rated & False, "item"), Groups)


def test_defaults_are_all_there_is_or_what_system_scores_allow():
    everything = judge([campaign(good=GOOD)], NO_TESTS)[0]
    assert [found.statistic for found in everything.statistics] == list(DEFAULT)
    vectors = [
        RawScores(name, name, systems={f"s{row}": float(v) for row, v in enumerate(values)})
        for name, values in {"da": PEOPLE.mean(1), "good": GOOD.mean(1)}.items()
    ]
    some = judge([build_campaign("xx-yy", vectors[0], vectors[1:])], NO_TESTS)[0]
    assert [found.statistic for found in some.statistics] == ["system-accuracy", "system-pearson"]
    with pytest.raises(DataError, match=r"system-spa needs scores of segments"):
        judge(
            [build_campaign("xx-yy", vectors[0], vectors[1:])],
            JudgeSettings(("system-spa",), Permutations(0)),
        )


def test_an_unknown_statistic_is_named():
    with pytest.raises(ConfigError, match=r"'spa' is not a statistic; choose from system-spa"):
        judge([campaign(good=GOOD)], JudgeSettings(("spa",)))


def test_spa_says_on_which_segments_it_is():
    people = PEOPLE.copy()
    people[0, :10] = np.nan
    rows = {f"s{n}": [None if np.isnan(v) else v for v in row] for n, row in enumerate(people)}
    some = build_campaign("xx-yy", RawScores("mqm", "mqm", segments=rows), [raw("good", GOOD)])
    (result,) = judge([some], NO_TESTS)
    assert result.notes[-1] == "SPA: on 30 of the 40 rated segments, those rated for every system."


def test_penalties_are_turned_round():
    people = RawScores("errors", "errors", raw("e", -PEOPLE).segments, higher_is_better=False)
    (result,) = judge([build_campaign("xx-yy", people, [raw("good", GOOD)])], NO_TESTS)
    assert result.statistics[2].of("good").value > 0.9


def test_material_is_what_changes_places():
    judged = STATISTICS["acc"].judge(GOOD)
    assert isinstance(judged, Judged)
    assert set(np.unique(judged.material)) <= {0, 1}
    assert judged.threshold is not None
    assert judged.threshold >= 0
