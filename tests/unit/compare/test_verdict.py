"""The sentence that people quote."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.api import score
from mtqe.compare import ComparisonSettings, compare_run, compare_runs
from mtqe.compare.comparison import compare_systems
from mtqe.compare.paired_scores import material_of_run
from mtqe.report.text.comparison import comparison_text
from mtqe.run import Run
from tests.engines import corpus
from tests.gate_runs import mixed, run_of


def with_range(run: Run, low: float, high: float) -> Run:
    infos = tuple(m.model_copy(update={"range": (low, high)}) for m in run.manifest.metrics)
    run.manifest = run.manifest.model_copy(update={"metrics": infos})
    return run


def test_ties_for_first_are_named() -> None:
    verdict = compare_run(run_of(60, {"a": 1, "b": 1, "c": 6})).verdict
    assert verdict.startswith("a and b score highest by chrF on 60 segments, all with ")
    assert verdict.endswith("and are significantly better than c.")
    everybody = compare_run(run_of(60, {"a": 1, "b": 1, "c": 1})).verdict
    assert everybody.startswith("a, b and c score highest")
    assert "significant" not in everybody


def test_lower_scores_are_called_best_not_highest() -> None:
    verdict = compare_run(run_of(60, {"a": 1, "b": 6}, ["ter"])).verdict
    assert verdict.startswith("a scores best by TER")


def test_two_systems_without_a_significant_difference() -> None:
    run = run_of(60, {"a": mixed(60, 1, 2, 2), "b": [2 - n % 2 for n in range(1, 61)]})
    verdict = compare_run(run).verdict
    assert verdict.startswith("No significant difference between ")
    assert " by chrF on 60 segments (" in verdict


def test_the_rest_is_called_significantly_worse_only_where_it_is() -> None:
    comparison = compare_run(
        run_of(60, {"a": mixed(60, 1, 2, 2), "b": [2 - n % 2 for n in range(1, 61)], "c": 7})
    )
    (metric,) = comparison.metrics
    assert "the other one is significantly worse" in comparison.verdict
    assert {s.system for s in metric.standings if s.behind} == {"c"}
    assert [s.ranks for s in metric.standings] == [(1, 2), (1, 2), (3, 3)]


def test_segments_needed_are_left_out_beyond_ten_times_the_set() -> None:
    words = mixed(40, 1, 3, 2)
    nearly = [*words[:-1], words[-1] + 1]
    comparison = compare_run(run_of(40, {"a": words, "b": [*nearly[::-1]]}))
    needed = comparison.metrics[0].differences[0].segments_needed
    assert needed is None or needed > 400
    assert "you need about" not in comparison.verdict


def test_interval_and_p_value_never_contradict_each_other() -> None:
    rng = np.random.default_rng(4)
    systems = {f"s{n}": rng.integers(0, 5, 40).tolist() for n in range(5)}
    for metric in compare_run(run_of(40, systems, ["chrf", "ter"])).metrics:
        for item in metric.differences:
            assert item.low is not None
            assert item.high is not None
            assert (item.low <= 0 <= item.high) == (item.p >= 0.05)


def test_intervals_keep_within_the_range_of_the_metric() -> None:
    run = run_of(7, {"a": 0, "b": [12, 0, 12, 12, 12, 12, 12]})
    (metric,) = compare_run(with_range(run, 0, 100)).metrics
    (item,) = metric.differences
    assert item.low == -100
    for standing in metric.standings:
        assert standing.low is not None
        assert standing.high is not None
        assert 0 <= standing.low <= standing.high <= 100


def test_equal_translations_cost_no_correction() -> None:
    words = mixed(60, 1, 2, 4)
    alone = compare_run(run_of(60, {"a": 1, "b": words}))
    doubled = compare_run(run_of(60, {"a": 1, "again": 1, "b": words, "twin": words}))
    assert (alone.tests, doubled.tests) == (1, 1)
    p_values = {d.system: d.p_corrected for d in doubled.metrics[0].differences}
    assert p_values == {
        "again": 1.0,
        "b": alone.metrics[0].differences[0].p_corrected,
        "twin": alone.metrics[0].differences[0].p_corrected,
    }


def test_one_family_for_all_pairs_and_metrics_whatever_the_baseline() -> None:
    systems = {"a": 1, "b": mixed(60, 1, 2, 6), "c": mixed(60, 1, 3, 6)}
    run = run_of(60, systems, ["chrf", "ter"])
    best, named = compare_run(run), compare_run(run, baseline="c")
    assert best.tests == named.tests == 6
    (first,) = (d for d in best.metrics[0].differences if d.system == "c")
    (second,) = (d for d in named.metrics[0].differences if d.system == "a")
    assert (first.p, first.p_corrected) == (second.p, second.p_corrected)
    only = compare_systems(material_of_run(run), "c", ComparisonSettings())
    assert only[0].differences == named.metrics[0].differences


def test_many_comparisons_take_more_trials() -> None:
    assert ComparisonSettings().for_tests(10).trials == 10_000
    assert ComparisonSettings().for_tests(630).trials == 25_200


def test_a_change_that_only_another_metric_shows_is_told() -> None:
    old = run_of(60, {"mt": 1}, ["chrf", "ter"])
    new = run_of(60, {"mt": mixed(60, 1, 4, 5)}, ["chrf", "ter"])
    infos = tuple(
        m.model_copy(update={"trust": 9.0 if m.name == "ter" else 0.0})
        for m in new.manifest.metrics
    )
    new.manifest = new.manifest.model_copy(update={"metrics": infos})
    verdict = compare_runs(new, old).verdict
    assert verdict.startswith("By TER on 60 segments: mt is significantly worse than before (+")
    assert "by chrF" not in verdict, "it says the same"


def test_slices_that_nobody_asked_for_are_told_only_where_they_say_more() -> None:
    old = run_of(80, {"mt": 1})
    everywhere = compare_runs(run_of(80, {"mt": 4}), old)
    assert "domain" not in everywhere.verdict
    assert {part.asked for part in everywhere.slices} == {False}
    one = [1 if n % 2 else 6 for n in range(80)]
    broken = compare_runs(run_of(80, {"mt": one}), old)
    assert "significantly worse on domain talk (" in broken.verdict, "twice the whole change"
    assert "domain news" not in broken.verdict
    asked = compare_runs(run_of(80, {"mt": one}), old, slices=["domain"])
    assert {part.asked for part in asked.slices} == {True}


def test_few_segments_are_said_to_be_few() -> None:
    few = compare_run(run_of(20, {"a": 1, "b": 2}))
    assert any(remark.startswith("20 segments are few") for remark in few.remarks)
    fewer = compare_run(run_of(8, {"a": 1, "b": 2}))
    assert any("8 segments are few: at 20 segments" in remark for remark in fewer.remarks)
    assert any("fewer were not measured. Take the verdict as a hint" in r for r in fewer.remarks)
    assert not compare_run(run_of(60, {"a": 1, "b": 2})).remarks


@pytest.mark.parametrize("broken", [1, 3])
def test_segments_that_carry_a_difference_are_named(broken: int) -> None:
    words = [1] * 100
    for number in range(broken):
        words[number * 7] = 12
    comparison = compare_run(run_of(100, {"a": 1, "b": words}))
    (item,) = comparison.metrics[0].differences
    assert item.heavy_tails
    assert item.half_carried_by == {1: 1, 3: 2}[broken]
    assert set(item.carriers) <= {"s0", "s7", "s14"}
    assert ("carry half of the difference" in comparison_text(comparison)) == (item.p < 0.05)


def test_a_metric_whose_best_systems_are_equal_puts_none_first() -> None:
    def remarks(first: str, second: str) -> str:
        sample = corpus(["one", "two"], ["the cat sits", "dogs bark"])
        texts = {"a": [first, "dogs bark"], "b": [second, "dogs bark"]}
        run = score(sample, texts, ["chrf", "ter"], use_cache=False)
        return " ".join(compare_run(run).remarks)

    assert "disagree on the best" in remarks("the cats sit", "sits the cat")
    assert "disagree on the best" not in remarks("the cat stood", "the cat sit")
