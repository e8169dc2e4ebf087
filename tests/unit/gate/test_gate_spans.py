"""Gates on error spans: limits, what is new since a baseline, and messages that quote."""

from __future__ import annotations

import json

import pytest

from mtqe.api import score
from mtqe.corpus.spans import FoundSpan
from mtqe.errors import ConfigError, IncompatibleRuns
from mtqe.gate import judge
from mtqe.gate.baseline import load_baseline, save_baseline
from mtqe.gate.explain import reason
from mtqe.people.ratings import add_scores
from mtqe.people.ratings.rating import RatedTranslations, rating
from mtqe.report.gate.github import github_annotations
from mtqe.report.gate.junit import junit_xml
from mtqe.report.gate.markdown import gate_markdown
from mtqe.report.gate.text import gate_text
from tests.engines import corpus
from tests.gate_runs import gate_of
from tests.span_metric import register

SOURCES = ["one", "two", "three"]


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    register(monkeypatch)


def run_of(texts, **options):
    sample = corpus(SOURCES, ["r"] * 3)
    return score(
        sample, {"mt": texts}, ["badwords"], options={"badwords": options}, use_cache=False
    )


def rated(run, *spans):
    """The run with ana's spans on its first translation."""
    item = RatedTranslations(run).by_number
    first = next(value for value in item.values() if value.segment == 0)
    return add_scores(run, [rating(first, "mqm", "ana", -5.0, spans)]).run


def verdicts(run, *rules, baseline=None):
    return [check.verdict for check in judge(gate_of(*rules), run, baseline).checks]


def test_spans_count_one_by_one():
    run = run_of(["bad and bad", "fine", "bad"])
    assert verdicts(run, {"max_spans": 3}, {"max_spans": 2}) == ["pass", "fail"]
    (check,) = judge(gate_of({"max_spans": 2}), run).checks
    assert (check.value, check.segments) == (3, 3)
    assert reason(check) == "3 error spans in 3 segments; at most 2 may be there."
    assert [suspect.line for suspect in check.suspects] == [1, 3]
    assert check.suspects[0].message.startswith("Bad words: major “bad” (it says bad); Bad words:")


def test_severity_category_and_origin_narrow_what_counts():
    run = rated(
        run_of(["bad word", "fine", "bad"]),
        FoundSpan(start=0, end=3, text="bad", severity="critical", category="Accuracy/Addition"),
        FoundSpan(start=4, end=8, text="word", severity="minor", category="Accuracy"),
        FoundSpan(start=8, end=8, text="", severity="minor", category="Style/Awkward"),
    )
    rules = {
        5: {},
        2: {"origin": "metric"},
        3: {"origin": "person:ana"},
        1: {"severity": "critical"},
        4: None,
    }
    counted = {limit: rule for limit, rule in rules.items() if rule is not None}
    for limit, rule in counted.items():
        assert verdicts(run, {"max_spans": limit, **rule}) == ["pass"]
        assert verdicts(run, {"max_spans": limit - 1, **rule}) == ["fail"]
    accuracy = {"category": "Accuracy", "origin": "ana"}
    assert verdicts(run, {"max_spans": 2, **accuracy}, {"max_spans": 1, **accuracy}) == [
        "pass",
        "fail",
    ]
    (check,) = judge(gate_of({"max_spans": 0, "category": "Style"}), run).checks
    assert (
        check.suspects[0].message == "ana: minor a place without text (character 8), Style/Awkward"
    )


def test_checks_count_where_they_are_named():
    sample = corpus(["s 1", "s 2", "s 3"], ["r"] * 3)
    run = score(sample, {"mt": ["one 7", "s 2", "s 3"]}, ["badwords"], use_cache=False)
    assert verdicts(run, {"max_spans": 0}, {"max_spans": 0, "origin": "check:numbers"}) == [
        "pass",
        "fail",
    ]


def test_a_missing_translation_leaves_it_open():
    run = run_of(["fine", None, "x"])
    (check,) = judge(gate_of({"max_spans": 0}), run).checks
    assert check.verdict == "inconclusive"
    assert "1 segment is unscored and could have more." in reason(check)


@pytest.mark.parametrize("as_file", [False, True])
def test_new_spans_are_those_that_the_baseline_lacks(tmp_path, as_file):
    before = run_of(["bad", "so bad", "fine"])
    if as_file:
        save_baseline(before, tmp_path / "b.jsonl")
        text = (tmp_path / "b.jsonl").read_text()
        assert '"so bad"' not in text, "baselines keep no texts"
        save_baseline(before, tmp_path / "c.jsonl")
        assert text == (tmp_path / "c.jsonl").read_text()
        before = load_baseline(tmp_path / "b.jsonl")
    moved = run_of(["it is bad", "so bad", "fine"])
    worse = run_of(["bad and bad", "so bad", "bad"])
    rule = {"max_new_spans": 0}
    assert verdicts(moved, rule, baseline=before) == ["pass"]
    (check,) = judge(gate_of(rule), worse, before).checks
    assert (check.verdict, check.value) == ("fail", 2)
    assert reason(check).startswith("2 error spans that the baseline does not have in 3 segments")
    assert [suspect.line for suspect in check.suspects] == [1, 3]


def test_baselines_that_cannot_tell_are_refused(tmp_path):
    run = run_of(["bad", "x", "y"])
    other = run_of(["bad", "x", "y"], severity="minor")
    rule = gate_of({"max_new_spans": 0})
    with pytest.raises(IncompatibleRuns, match="badwords"):
        judge(rule, run, other)
    plain = score(corpus(SOURCES, ["r"] * 3), {"mt": ["a", "b", "c"]}, ["chrf"], use_cache=False)
    save_baseline(plain, tmp_path / "b.jsonl")
    assert "origins" not in json.loads((tmp_path / "b.jsonl").read_text().splitlines()[1])
    with pytest.raises(IncompatibleRuns, match="has no error spans by 'metric:badwords'"):
        judge(rule, run, load_baseline(tmp_path / "b.jsonl"))
    with pytest.raises(ConfigError, match="use max_new_findings"):
        judge(gate_of({"max_new_spans": 0, "origin": "check"}), run, other)


def test_rules_about_nobody_are_refused():
    run = run_of(["bad", "x", "y"])
    with pytest.raises(ConfigError, match=r"'bedwords'.*did you mean"):
        judge(gate_of({"max_spans": 0, "origin": "bedwords"}), run)
    plain = score(corpus(SOURCES, ["r"] * 3), {"mt": ["a", "b", "c"]}, ["chrf"], use_cache=False)
    with pytest.raises(ConfigError, match="nothing in the run marks errors"):
        judge(gate_of({"max_spans": 0}), plain)
    with pytest.raises(ConfigError, match="severity"):
        gate_of({"max_spans": 0, "severity": "awful"})


def test_every_output_quotes_the_span():
    run = run_of(["fine", "it is <b>bad</b>", "x"])
    result = judge(gate_of({"max_spans": 0}), run)
    shown = (
        junit_xml(result),
        "\n".join(github_annotations(result)),
        gate_text(result),
        gate_markdown(result),
    )
    for output in shown:
        assert "“bad”" in output.replace("&#8220;", "“").replace("&#8221;", "”")
