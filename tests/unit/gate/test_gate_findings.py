"""Rules about findings: how many segments may have one, and how many a new one."""

from __future__ import annotations

import pytest

import mtqe
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.errors import ConfigError, IncompatibleRuns
from mtqe.gate import judge, load_baseline, save_baseline
from mtqe.gate.explain import reason
from mtqe.report.gate.github import github_annotations
from mtqe.report.gate.junit import junit_xml
from mtqe.report.gate.markdown import gate_markdown
from tests.gate_runs import gate_of

SOURCES = (
    "Pay 250 euros by 31 May.",
    "Click {button} now.",
    "It rains a lot here.",
    "All is well.",
)
GOOD = ("Pague 250 euros antes del 31 de mayo.", "Pulse {button} ya.", "Llueve mucho.", "Va bien.")
CORPUS = Corpus(
    "toy",
    LanguagePair("en", "es"),
    tuple(
        Segment(f"s{n}", source, (good,), metadata={"domain": "ui" if n == 1 else "other"})
        for n, (source, good) in enumerate(zip(SOURCES, GOOD, strict=True))
    ),
)


def run_of(*texts):
    return mtqe.score(CORPUS, {"mt": texts}, ["chrf"], use_cache=False)


@pytest.fixture(scope="module")
def good():
    return run_of(*GOOD)


@pytest.fixture(scope="module")
def bad():
    """A number and a placeholder changed, one translation empty, one missing."""
    return run_of("Pague 520 euros antes del 31 de mayo.", "Pulse {boton} ya.", "", None)


def verdicts(rule, run, baseline=None):
    result = judge(gate_of(rule), run, baseline)
    return [(check.verdict, check.value) for check in result.checks]


def test_segments_with_findings_are_counted(good, bad):
    assert verdicts({"max_findings": 0}, good) == [("pass", 0)]
    assert verdicts({"max_findings": 2}, bad) == [("fail", 3)]
    assert verdicts({"max_findings": 0, "check": "numbers"}, bad) == [("fail", 1)]
    assert verdicts({"max_findings": 2, "severity": "critical"}, bad) == [("inconclusive", 2)]
    assert verdicts({"max_findings": 0, "slice": "domain=ui", "check": "numbers"}, bad) == [
        ("pass", 0)
    ]


def test_a_missing_translation_could_have_had_a_finding(bad):
    assert verdicts({"max_findings": 3}, bad) == [("inconclusive", 3)]
    assert verdicts({"max_findings": 4}, bad) == [("pass", 3)]


def test_only_new_findings_count_against_a_baseline(good, bad):
    assert verdicts({"max_new_findings": 0}, bad, bad) == [("inconclusive", 0)]
    assert verdicts({"max_new_findings": 1}, bad, bad) == [("pass", 0)]
    assert verdicts({"max_new_findings": 0}, bad, good) == [("fail", 3)]
    assert verdicts({"max_new_findings": 0, "check": "numbers"}, bad, good) == [("fail", 1)]


def test_a_baseline_file_knows_the_findings(bad, good, tmp_path):
    save_baseline(bad, tmp_path / "base.jsonl")
    baseline = load_baseline(tmp_path / "base.jsonl")
    rule = {"max_new_findings": 0, "inconclusive": "pass"}
    assert judge(gate_of(rule), bad, baseline).outcome == "pass"
    assert judge(gate_of({**rule, "check": "numbers"}), bad, baseline).outcome == "pass"


def test_a_misspelt_check_is_no_rule_that_passes(good):
    with pytest.raises(ConfigError, match="no check is called 'numbrs'; did you mean 'numbers'"):
        judge(gate_of({"max_findings": 0, "check": "numbrs"}), good)
    with pytest.raises(ConfigError, match=r"'glossary' was not run; switch it on under \[checks\]"):
        judge(gate_of({"max_findings": 0, "check": "glossary"}), good)


def test_a_baseline_that_was_not_checked_alike_is_refused(good):
    baseline = mtqe.score(CORPUS, {"mt": GOOD}, ["chrf"], use_cache=False)
    checks = tuple(check for check in baseline.manifest.checks if check.name != "numbers")
    baseline.manifest = baseline.manifest.model_copy(update={"checks": checks})
    with pytest.raises(IncompatibleRuns, match="no findings by 'numbers'; save a new baseline"):
        judge(gate_of({"max_new_findings": 0}), good, baseline)


def test_every_output_says_what_was_found(bad):
    result = judge(gate_of({"max_findings": 0, "check": "numbers"}), bad)
    assert reason(result.checks[0]).startswith("1 of 4 segments have a finding; at most 0 may.")
    assert "Number lost: 250; Number added: 520" in junit_xml(result)
    assert "520" in gate_markdown(result)
    assert any("Number lost: 250" in line for line in github_annotations(result))
