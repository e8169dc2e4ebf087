"""Rules judged on real runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mtqe.compare import ComparisonSettings, compare_runs
from mtqe.errors import ConfigError, IncompatibleRuns
from mtqe.gate import judge
from mtqe.gate.explain import reason
from tests.gate_runs import gate_of, mixed, run_of

DROP = {"metric": "chrf", "max_drop": 0.5}


def check_of(rule, run, baseline=None, **settings):
    (check,) = judge(gate_of(rule, **settings), run, baseline).checks
    return check


# max_drop


def test_an_unchanged_run_passes_even_without_a_margin():
    run = run_of(40, {"mt": mixed(40, 1, 4, 3)})
    check = check_of({"metric": "chrf", "max_drop": 0}, run, run)
    assert (check.verdict, check.value, check.low, check.high) == ("pass", 0, 0, 0)


def test_one_unchanged_segment_passes():
    run = run_of(1, {"mt": 3})
    assert check_of({"metric": "chrf", "max_drop": 0}, run, run).verdict == "pass"


def test_a_shown_drop_fails_and_names_the_worst_segments():
    old, new = run_of(60, {"mt": 1}), run_of(60, {"mt": mixed(60, 1, 7, 3)})
    check = check_of(DROP, new, old)
    assert check.verdict == "fail"
    assert check.low > 0.5
    assert {suspect.segment_id for suspect in check.suspects} <= {f"s{n}" for n in range(0, 60, 3)}
    drops = [suspect.baseline_score - suspect.score for suspect in check.suspects]
    assert drops == sorted(drops, reverse=True)
    assert check.suspects[0].source.startswith("source ")
    assert check.suspects[0].hypothesis.startswith("xx xx")


def test_too_few_segments_are_inconclusive_and_say_how_many_would_do():
    old, new = run_of(10, {"mt": 2}), run_of(10, {"mt": mixed(10, 2, 3, 5)})
    result = judge(gate_of({"metric": "chrf", "max_drop": 1}), new, old)
    assert result.outcome == "inconclusive"
    assert result.checks[0].needed > 10


def test_a_small_change_within_a_wide_margin_passes():
    old, new = run_of(60, {"mt": 2}), run_of(60, {"mt": mixed(60, 2, 3, 10)})
    check = check_of({"metric": "chrf", "max_drop": 5}, new, old)
    assert check.verdict == "pass"
    assert 0 < check.value < check.high < 5


def test_an_improvement_passes_without_a_margin():
    old, new = run_of(60, {"mt": mixed(60, 1, 7, 3)}), run_of(60, {"mt": 1})
    check = check_of({"metric": "chrf", "max_drop": 0}, new, old)
    assert check.verdict == "pass"
    assert check.value < 0
    assert check.suspects == ()


def test_a_rise_of_an_error_rate_is_a_drop_in_quality():
    old, new = run_of(40, {"mt": 1}, ["ter"]), run_of(40, {"mt": mixed(40, 1, 7, 2)}, ["ter"])
    assert check_of({"metric": "ter", "max_drop": 1}, new, old).verdict == "fail"
    assert check_of({"metric": "ter", "max_drop": 1}, old, new).verdict == "pass"


def test_bounds_and_p_values_are_those_of_compare():
    old, new = run_of(50, {"mt": 2}), run_of(50, {"mt": mixed(50, 2, 4, 4)})
    check = check_of(DROP, new, old, seed=7)
    # A one-sided bound at .95 is an end of the two-sided interval at .9.
    settings = ComparisonSettings(seed=7, level=0.9)
    (found,) = compare_runs(new, old, settings=settings).metrics[0].differences
    assert (-check.high, -check.low) == pytest.approx((found.low, found.high), rel=1e-12)
    assert check.p_value == found.p_corrected


def test_a_pass_that_rests_on_one_segment_is_inconclusive():
    gains = [9] + [1] * 49
    old, new = run_of(50, {"mt": gains}), run_of(50, {"mt": 1})
    check = check_of({"metric": "chrf", "max_drop": 0}, new, old)
    assert (check.verdict, check.value < 0) == ("pass", True)
    new = run_of(50, {"mt": [1, *mixed(49, 1, 2, 6)]})
    margin = check_of({"metric": "chrf", "max_drop": 50}, new, old).high + 0.01
    check = check_of({"metric": "chrf", "max_drop": margin}, new, old)
    assert (check.verdict, check.firm) == ("inconclusive", False)
    assert check.high <= margin
    assert "only thanks to a few segments" in reason(check)


def test_systems_with_equal_translations_cost_no_correction():
    words = mixed(60, 1, 3, 4)
    old = run_of(60, {"mt": 1})
    alone = check_of({**DROP, "max_drop": 0}, run_of(60, {"mt": words}), old)
    systems: dict[str, Any] = {"mt": words, "same": 2, "other": 3}
    gate = gate_of({**DROP, "max_drop": 0, "system": "mt"})
    (beside,) = judge(gate, run_of(60, systems), run_of(60, {**systems, "mt": 1})).checks
    assert beside.p_value == alone.p_value


def test_a_drop_against_a_system_of_the_same_run_needs_no_baseline():
    run = run_of(60, {"production": 1, "candidate": 5})
    check = check_of({**DROP, "system": "candidate", "against": "production"}, run)
    assert (check.verdict, check.baseline) == ("fail", "production")


def test_human_agreement_is_a_margin():
    old, new = run_of(60, {"mt": 1}), run_of(60, {"mt": mixed(60, 1, 7, 3)})
    check = check_of({"metric": "chrf", "min_human_agreement": 0.8}, new, old)
    # chrF: 93 % / (1 + exp(-1.114 d)) = 80 % (Kocmi et al., 2024)
    assert check.threshold == pytest.approx(1.63, abs=0.01)
    assert check.verdict == "fail"


@pytest.mark.parametrize(("metric", "share"), [("ter", 0.8), ("chrf", 0.99)])
def test_human_agreement_without_calibration_is_an_error(metric, share):
    run = run_of(5, {"mt": 1}, [metric])
    with pytest.raises(ConfigError, match="not calibrated"):
        check_of({"metric": metric, "min_human_agreement": share}, run, run)


# min and max


def test_min_compares_the_very_score():
    run = run_of(30, {"mt": 2})
    score = run.manifest.systems[0].score("chrf").score
    assert check_of({"metric": "chrf", "min": score}, run).verdict == "pass"
    assert check_of({"metric": "chrf", "min": np.nextafter(score, 101)}, run).verdict == "fail"
    assert check_of({"metric": "chrf", "max": score}, run).verdict == "pass"


def test_min_by_interval_needs_more_than_the_score():
    run = run_of(12, {"mt": mixed(12, 0, 9, 2)})
    score = run.manifest.systems[0].score("chrf").score
    rule = {"metric": "chrf", "interval": True}
    assert check_of({**rule, "min": score - 0.1}, run).verdict == "inconclusive"
    assert check_of({**rule, "min": 5}, run).verdict == "pass"
    assert check_of({**rule, "min": 99}, run).verdict == "fail"


# segments, coverage, rank


def test_segment_rules_count_offenders():
    old, new = run_of(20, {"mt": 1}), run_of(20, {"mt": [9, 9, *[1] * 18]})
    rule = {"metric": "chrf", "segment_max_drop": 20}
    check = check_of(rule, new, old)
    assert (check.verdict, check.value) == ("fail", 2)
    assert {suspect.segment_id for suspect in check.suspects} == {"s0", "s1"}
    assert check_of({**rule, "at_most": 2}, new, old).verdict == "pass"
    floor = {"metric": "chrf", "segment_min": 40}
    assert check_of(floor, new).verdict == "fail"
    assert check_of(floor, old).verdict == "pass"
    assert check_of({"metric": "chrf", "segment_max": 99}, old).verdict == "pass"


def test_named_segments_must_never_regress():
    old, new = run_of(20, {"mt": 1}), run_of(20, {"mt": [2, *[1] * 19]})
    rule = {"metric": "chrf", "segment_max_drop": 0}
    assert check_of({**rule, "segments": ["s0", "s7"]}, new, old).verdict == "fail"
    assert check_of({**rule, "segments": ["s7"]}, new, old).verdict == "pass"


def test_a_lost_translation_is_not_passed_over():
    old, new = run_of(10, {"mt": 1}), run_of(10, {"mt": [None, *[1] * 9]})
    assert check_of({"metric": "chrf", "segment_max_drop": 5}, new, old).verdict == "inconclusive"
    assert check_of({"metric": "chrf", "segment_max_drop": 5}, old, new).verdict == "pass"
    check = check_of({"max_unscored": 0}, new)
    assert (check.verdict, check.value) == ("fail", 1)
    assert [suspect.segment_id for suspect in check.suspects] == ["s0"]
    assert check_of({"max_unscored": 1, "metric": "chrf"}, new).verdict == "pass"
    assert check_of(DROP, new, old).unscored == 1


def test_nothing_scored_is_inconclusive():
    run = run_of(3, {"mt": [None, None, None], "other": 1})
    check = check_of({"metric": "chrf", "min": 0, "system": "mt"}, run)
    assert (check.verdict, check.value, check.segments) == ("inconclusive", None, 0)


def test_rank_fails_only_where_the_difference_is_shown():
    run = run_of(60, {"production": 1, "same": 1, "bad": 5})
    rule = {"metric": "chrf", "not_below": "production"}
    assert check_of({**rule, "system": "same"}, run).verdict == "pass"
    bad = check_of({**rule, "system": "bad"}, run)
    production = run.manifest.systems[0].score("chrf").score
    assert (bad.verdict, bad.threshold) == ("fail", pytest.approx(production))
    assert bad.value < bad.threshold
    sliced = check_of({**rule, "system": "bad", "slice": "domain=news"}, run)
    assert (sliced.verdict, sliced.segments) == ("fail", 30)


# scope


def test_rules_cover_every_system_and_every_slice():
    run = run_of(20, {"a": 1, "b": 2})
    result = judge(gate_of({"metric": "chrf", "min": 1, "slice": "domain"}), run)
    assert {(check.system, check.scope) for check in result.checks} == {
        (system, f"domain={value}") for system in "ab" for value in ("news", "talk")
    }
    assert {check.segments for check in result.checks} == {10}


def test_a_regression_in_one_slice_fails_there_alone():
    old, new = run_of(60, {"mt": 1}), run_of(60, {"mt": mixed(60, 1, 6, 2)})
    gate = gate_of({**DROP, "slice": "domain"})
    verdicts = {check.scope: check.verdict for check in judge(gate, new, old).checks}
    assert verdicts == {"domain=talk": "fail", "domain=news": "pass"}


def test_documents_and_lengths_are_slices():
    run = run_of(24, {"mt": 1}, documents=4)
    assert check_of({"metric": "chrf", "min": 1, "slice": "document=d1"}, run).segments == 6
    assert check_of({"metric": "chrf", "min": 1, "slice": "length=short"}, run).segments == 8


def test_documents_are_resampled_as_wholes():
    old = run_of(60, {"mt": 1}, documents=12)
    new = run_of(60, {"mt": mixed(60, 1, 6, 4)}, documents=12)
    by_document = check_of(DROP, new, old)
    by_segment = check_of(DROP, new, old, unit="segment")
    assert by_document.value == by_segment.value
    assert by_document.low != by_segment.low


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"metric": "chfr", "min": 1}, "no metric 'chfr'; did you mean 'chrf'?"),
        ({**DROP, "system": "mx"}, "no system 'mx'"),
        ({**DROP, "slice": "domian"}, "did you mean 'domain'?"),
        ({**DROP, "slice": "domain=new"}, "did you mean 'news'?"),
        ({**DROP, "segments": ["s11"]}, "did you mean 's1'?"),
        ({**DROP, "against": "mt", "system": "mt"}, "compared with itself"),
        ({"metric": "chrf", "not_below": "prod", "system": "mt"}, "no system 'prod'"),
    ],
)
def test_a_misspelt_name_is_an_error_with_a_hint(rule, message):
    run = run_of(4, {"mt": 1})
    with pytest.raises(ConfigError, match=r"mtqe.toml: gate rule") as caught:
        check_of(rule, run, run)
    assert message in str(caught.value)


def test_a_drop_without_a_baseline_is_an_error():
    with pytest.raises(ConfigError, match="--baseline"):
        check_of(DROP, run_of(4, {"mt": 1}))


def test_a_new_system_is_not_judged_against_nothing_and_named():
    old, new = run_of(10, {"mt": 1}), run_of(10, {"mt": 1, "fresh": 5})
    result = judge(gate_of(DROP), new, old)
    assert [check.system for check in result.checks] == ["mt"]
    assert "fresh is not in the baseline" in result.remarks[0]
    with pytest.raises(ConfigError, match="the baseline has no system 'fresh'"):
        judge(gate_of({**DROP, "system": "fresh"}), new, old)


def test_another_corpus_is_refused_by_field():
    with pytest.raises(IncompatibleRuns, match=r"corpus.segments \(10 and 11\)"):
        judge(gate_of(DROP), run_of(10, {"mt": 1}), run_of(11, {"mt": 1}))


def test_another_signature_is_refused_by_field():
    import mtqe
    from tests.gate_runs import corpus_of, sentence

    corpus = corpus_of(10)
    texts = {"mt": [sentence(n) for n in range(10)]}
    old = mtqe.score(corpus, texts, ["chrf"], options={"chrf": {"beta": 3}}, use_cache=False)
    new = mtqe.score(corpus, texts, ["chrf"], use_cache=False)
    with pytest.raises(IncompatibleRuns, match="signature of chrf"):
        judge(gate_of(DROP), new, old)
    with pytest.raises(IncompatibleRuns, match="no metric 'bleu'"):
        judge(gate_of({"metric": "bleu", "max_drop": 1}), run_of(10, {"mt": 1}, ["bleu"]), new)


# outcome


@pytest.mark.parametrize(
    ("policy", "outcome"), [("fail", "inconclusive"), ("warn", "pass"), ("pass", "pass")]
)
def test_the_policy_says_what_becomes_of_inconclusive_rules(policy, outcome):
    old, new = run_of(10, {"mt": 2}), run_of(10, {"mt": mixed(10, 2, 3, 5)})
    rule = {"metric": "chrf", "max_drop": 1}
    assert judge(gate_of(rule, inconclusive=policy), new, old).outcome == outcome
    assert judge(gate_of({**rule, "inconclusive": policy}), new, old).outcome == outcome


def test_a_failure_outweighs_what_is_inconclusive():
    old, new = run_of(10, {"mt": 2}), run_of(10, {"mt": mixed(10, 2, 3, 5)})
    gate = gate_of({"metric": "chrf", "max_drop": 1}, {"metric": "chrf", "min": 100})
    assert judge(gate, new, old).outcome == "fail"
