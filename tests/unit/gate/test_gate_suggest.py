"""Thresholds from past runs."""

from __future__ import annotations

import tomllib

import pytest
from scipy.stats import t

from mtqe.errors import ConfigError, IncompatibleRuns
from mtqe.gate import judge, parse_gate
from mtqe.gate.suggest import suggest
from mtqe.report.gate.suggestions import suggestions_toml
from tests.gate_runs import mixed, run_of


def past_runs(metric="chrf"):
    return [run_of(40, {"mt": mixed(40, 1, 3, every)}, [metric]) for every in (5, 4, 6)]


def test_the_limit_is_the_prediction_bound_rounded_away():
    (found,) = suggest(past_runs())
    scores = found.scores
    mean = sum(scores) / 3
    spread = (sum((score - mean) ** 2 for score in scores) / 2) ** 0.5
    bound = mean - t.ppf(0.95, 2) * spread * (4 / 3) ** 0.5
    assert bound - 0.1 < found.limit <= bound
    assert found.drift == scores[0] - scores[1]
    assert found.margin >= found.detectable > 0


def test_what_was_suggested_is_toml_that_past_runs_pass():
    runs = past_runs()
    table = tomllib.loads("[gate]\n" + suggestions_toml(suggest(runs)))["gate"]
    gate = parse_gate(table, "mtqe.toml")
    assert [rule.limit_key for rule in gate.rules] == ["min", "max_drop"]
    assert all(check.verdict != "fail" for check in judge(gate, runs[1], runs[0]).checks)


def test_an_error_rate_gets_a_maximum():
    (found,) = suggest(past_runs("ter"))
    assert found.limit > max(found.scores)
    assert "max = " in suggestions_toml([found])


def test_runs_that_never_differ_get_their_score_and_no_margin():
    (found,) = suggest([run_of(10, {"mt": 1})] * 2)
    assert (found.drift, found.margin, found.detectable) == (0, 0, None)
    assert found.limit <= found.scores[0] < found.limit + 0.1


@pytest.mark.parametrize(("metric", "limit"), [("chrf", 0.0), ("bleu", 0.0)])
def test_two_runs_that_differ_much_suggest_nothing_impossible(metric, limit):
    (found,) = suggest([run_of(40, {"mt": seed}, [metric]) for seed in (1, 6)])
    assert found.limit == limit


def test_one_run_has_no_spread():
    with pytest.raises(ConfigError, match="at least two"):
        suggest([run_of(5, {"mt": 1})])


def test_runs_on_different_corpora_have_no_common_spread():
    with pytest.raises(IncompatibleRuns):
        suggest([run_of(5, {"mt": 1}), run_of(6, {"mt": 1})])
