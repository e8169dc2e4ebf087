"""What a `[gate]` table may say, and how it is told what it may not."""

from __future__ import annotations

import pytest

from mtqe.errors import ConfigError
from mtqe.gate import parse_gate, read_gate
from mtqe.gate.rules import KINDS, HumanAgreement, MaxDrop, MinScore
from tests.gate_runs import gate_of

GOOD = {
    "min": 0.5,
    "max": 60,
    "max_drop": 0.5,
    "min_human_agreement": 0.8,
    "segment_max_drop": 20,
    "segment_min": 10,
    "segment_max": 90,
    "max_unscored": 0,
    "max_findings": 3,
    "max_new_findings": 0,
    "max_spans": 4,
    "max_new_spans": 0,
    "not_below": "production",
}
ABOUT = {
    "max_findings": {"check": "numbers"},
    "max_new_findings": {"check": "numbers"},
    "max_spans": {"origin": "judge", "category": "Accuracy"},
    "max_new_spans": {"severity": "neutral"},
}
"""What rules without a metric are about."""


@pytest.mark.parametrize("key", KINDS)
def test_each_limit_makes_its_own_rule(key):
    about = ABOUT.get(key, {"metric": "chrf"})
    table = {**about, "system": "candidate", key: GOOD[key]}
    (rule,) = gate_of(table).rules
    assert type(rule) is KINDS[key]
    assert str(GOOD[key]) in rule.title or f"{GOOD[key]:g}" in rule.title


def test_defaults_are_those_of_the_documentation():
    settings = gate_of({"metric": "chrf", "min": 1}).settings
    assert (settings.inconclusive, settings.level, settings.unit) == ("fail", 0.95, "auto")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"metric": "chrf", "max_dorp": 1}, "unknown key 'max_dorp'; did you mean 'max_drop'?"),
        ({"metric": "chrf"}, "needs exactly one limit"),
        ({"metric": "chrf", "min": 1, "max": 2}, "split min and max into rules of their own"),
        ({"min": 1}, "'metric' is missing"),
        ({"metric": "chrf", "min": "high"}, "min should be a valid number"),
        ({"metric": "chrf", "min": float("nan")}, "must be a finite number"),
        ({"metric": "chrf", "max_drop": -1}, "max_drop must be 0 or more"),
        ({"metric": "chrf", "max_drop": 1, "interval": True}, "unknown key 'interval'"),
        ({"metric": "chrf", "min_human_agreement": 80}, "a share between 0.5 and 1"),
        ({"metric": "chrf", "segment_min": 1, "at_most": -1}, "at_most must be 0 or more"),
        ({"metric": "chrf", "min": 1, "slice": "a=b", "segments": ["s"]}, "not both"),
        ({"metric": "chrf", "min": 1, "segments": []}, "`segments` is empty"),
        ({"metric": "chrf", "not_below": "b"}, "a rank rule needs `system`"),
        ({"metric": "chrf", "min": 1, "inconclusive": "ignore"}, "inconclusive should be"),
    ],
)
def test_what_can_not_be_meant_names_rule_and_fix(rule, message):
    with pytest.raises(ConfigError, match=r"mtqe.toml: gate rule 1") as caught:
        gate_of(rule)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "the gate has no rules"),
        ({"rules": []}, "the gate has no rules"),
        ({"rule": []}, "unknown key 'rule'"),
        ({"rules": ["chrf"]}, "must be a table"),
        ({"levle": 0.9, "rules": [{}]}, "did you mean 'level'?"),
        ({"level": 95, "rules": [{}]}, "gate.level must lie between"),
        ({"resamples": 0, "rules": [{}]}, "gate.resamples must be positive"),
    ],
)
def test_a_gate_that_can_not_be_meant_is_refused(table, message):
    with pytest.raises(ConfigError) as caught:
        parse_gate(table, "mtqe.toml")
    assert message in str(caught.value)


def test_rules_know_their_lines(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(
        '[gate]\nlevel = 0.9\n\n[[gate.rules]]\nmetric = "chrf"\nmin = 1\n\n'
        '[[ gate.rules ]]\nmetric = "bleu"\nmax_drop = 0\n'
    )
    gate = read_gate(file)
    assert gate.lines == (4, 8)
    assert [type(rule) for rule in gate.rules] == [MinScore, MaxDrop]


def test_rules_written_as_one_array_have_no_lines(tmp_path):
    file = tmp_path / "mtqe.toml"
    file.write_text('[gate]\nrules = [{metric = "chrf", min_human_agreement = 0.9}]\n')
    gate = read_gate(tmp_path)
    assert gate.lines == (None,)
    assert isinstance(gate.rules[0], HumanAgreement)


@pytest.mark.parametrize(
    ("text", "message"),
    [("[gates]\n", "[gate] is missing"), ("[gate\n", "not valid TOML")],
)
def test_a_file_without_rules_is_named(tmp_path, text, message):
    file = tmp_path / "rules.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_gate(file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)
