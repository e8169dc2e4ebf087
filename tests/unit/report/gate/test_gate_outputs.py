"""What CI systems read of a gate: JUnit, Markdown, annotations, code quality."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from mtqe.gate import GateResult, RuleResult, Suspect, judge
from mtqe.gate.explain import numbers, reason
from mtqe.report.gate.github import MOST, github_annotations
from mtqe.report.gate.gitlab import code_quality_json
from mtqe.report.gate.junit import junit_xml
from mtqe.report.gate.link import report_link
from mtqe.report.gate.markdown import COMMENT_LIMIT, gate_markdown, marker
from mtqe.report.gate.text import gate_json, gate_text
from mtqe.report.page.gate_panel import gate_panel
from tests.gate_runs import gate_of, mixed, run_of
from tests.wording import mentions

XSD = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))
NASTY = "<b>|`x` @all #1 ![i](http://x.test)\x00\x0b</b>\n%0A,:: ]]> -->"


@pytest.fixture(scope="module")
def result():
    """One check of each verdict and policy."""
    old = run_of(60, {"mt": 2})
    new = run_of(60, {"mt": mixed(60, 2, 7, 3)})
    return judge(
        gate_of(
            {"metric": "chrf", "max_drop": 1, "name": "drop"},
            {"metric": "chrf", "min": 1},
            {"metric": "chrf", "max_drop": 10, "inconclusive": "warn"},
            {"metric": "chrf", "max_drop": 11, "inconclusive": "pass"},
            {"metric": "chrf", "segment_max_drop": 20},
        ),
        new,
        old,
    )


def result_of(*checks: RuleResult) -> GateResult:
    return GateResult(
        rules="mtqe.toml", run="r", corpus=NASTY, baseline="b", level=0.95, outcome="fail",
        checks=checks, remarks=(NASTY,),
    )  # fmt: skip


def check_of(**changes) -> RuleResult:
    values = {
        "rule": "rule", "kind": "max_drop", "line": 3, "system": "mt", "scope": "", "metric": "m",
        "label": "M", "decimals": 1, "baseline": "old", "value": 2.0, "threshold": 1.0,
        "low": 1.5, "high": 2.5, "segments": 9, "verdict": "fail", "policy": "fail",
    }  # fmt: skip
    return RuleResult(**{**values, **changes})


def nasty_check() -> RuleResult:
    suspect = Suspect(
        segment_id=NASTY, score=1.0, source=NASTY, hypothesis=NASTY, baseline_hypothesis=NASTY
    )
    return check_of(rule=NASTY, system=NASTY, scope=NASTY, suspects=(suspect,))


def parsed(text):
    root = etree.fromstring(text.encode("utf-8"))
    XSD.assertValid(root)
    return root


def test_the_fixture_has_every_kind(result):
    assert {(check.verdict, check.policy) for check in result.checks} >= {
        ("fail", "fail"),
        ("pass", "fail"),
        ("inconclusive", "warn"),
        ("inconclusive", "pass"),
    }


# JUnit


def test_junit_is_valid_and_has_a_case_a_check(result):
    root = parsed(junit_xml(result))
    suite = root.find("testsuite")
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests")) == len(result.checks)
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures")) == 2
    assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped")) == 2
    assert "look at:" in suite.find("testcase/failure").text


def test_inconclusive_checks_that_stop_a_build_are_failures_of_their_own_type():
    root = parsed(junit_xml(result_of(check_of(verdict="inconclusive"))))
    assert root.find("testsuite/testcase/failure").get("type") == "inconclusive"


def test_junit_survives_any_text():
    root = parsed(junit_xml(result_of(nasty_check())))
    assert "<b>|`x`" in root.find("testsuite/testcase").get("name")


def test_the_schema_notices_what_jenkins_would_not_read():
    broken = junit_xml(result_of(check_of())).replace("<failure ", "<failed ")
    broken = broken.replace("</failure>", "</failed>")
    with pytest.raises(etree.DocumentInvalid):
        parsed(broken)


# Markdown


def test_markdown_starts_with_the_marker_and_folds_segments(result):
    text = gate_markdown(result)
    assert text.startswith(marker("toy"))
    assert text.count("<details>") == text.count("</details>") == 2
    assert text.index("❌ fail") < text.index("❔ inconclusive") < text.index("rule passed")
    assert text.index("rule passed") < text.index("✅ pass")
    broken = next(check for check in result.checks if check.blocks)
    first = html.unescape(text.splitlines()[1])
    assert first.startswith(f"### ❌ toy: mt: {reason(broken)}")
    assert "1 more rule" in first


def test_markdown_names_each_segment_once_and_says_what_is_empty():
    suspects = (
        Suspect(segment_id="s1", line=7, score=1.0, baseline_score=9.0, source="Hi", hypothesis=""),
    )
    other = (
        Suspect(
            segment_id="s1", line=7, message="The translation is empty.", source="Hi", hypothesis=""
        ),
    )
    checks = (check_of(suspects=suspects), check_of(rule="findings", suspects=other))
    text = html.unescape(gate_markdown(result_of(*checks)))
    assert text.count("s1") == 1
    assert "segment 7, s1" in text
    assert "M 9.0 → 1.0" in text
    assert "The translation is empty." in text
    assert "now: (empty)" in text


def test_markdown_links_the_report_where_a_job_has_one():
    job = {"CI_JOB_URL": "https://git.example/g/p/-/jobs/7"}
    text = gate_markdown(result_of(check_of()), report=report_link(job))
    assert "[Open the report](https://git.example/g/p/-/jobs/7/artifacts/browse)" in text
    github = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b"}
    assert report_link(github) is None
    address = report_link({**github, "GITHUB_RUN_ID": "3"})
    assert address == "https://github.com/a/b/actions/runs/3#artifacts"
    assert report_link({**job, "MTQE_REPORT_URL": "https://x.example/r"}) == "https://x.example/r"
    assert report_link({"MTQE_REPORT_URL": "javascript:alert(1)"}) is None


def test_markdown_keeps_untrusted_text_inert():
    text = gate_markdown(result_of(nasty_check()))
    body = re.sub(r"</?(?:details|summary|code)>|<!-- [\w ._-]+ -->", "", text)
    assert "<" not in body
    for active in ("@all", "](", "`", "http:"):
        assert active not in body


def shown(markdown: str) -> str:
    """What a reader sees of a list's one item; AssertionError where it has any markup."""
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(f"- {markdown}\n")
    item = re.fullmatch(r"<ul>\n<li>([^<>]*)</li>\n</ul>\n", page)
    assert item, page
    return html.unescape(item[1])


@given(
    st.lists(
        st.sampled_from(
            [*"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ a1é", "www", "http", "&lt;", "--", "1."]
        )
    ).map("".join)
)
def test_a_remark_is_shown_as_it_is(remark):
    text = gate_markdown(result_of(check_of()).model_copy(update={"remarks": (f"{remark}x",)}))
    (line,) = [line for line in text.splitlines() if line.startswith("- ")]
    assert shown(line[2:]) == " ".join(f"{remark}x".split())


@pytest.mark.parametrize(
    "active",
    ["@all", "#1", "a/b#1", "!7", "%3", '%"x y"', "$5", "~bug", ":+1:", "www.x.test", "gh-12",
     "http://x.test", "a@x.test", "/close", "- x", "1. x", "1) x", "=== x", "_x_", "__x__", "&lt;",
     "\\@all"],
)  # fmt: skip
def test_markdown_links_and_calls_nobody(active):
    """What GitHub or GitLab would act upon is there as an entity, and reads the same."""
    text = gate_markdown(result_of(check_of()).model_copy(update={"remarks": (active,)}))
    (line,) = [line for line in text.splitlines() if line.startswith("- ")]
    assert active not in line[2:]
    assert shown(line[2:]) == active


def test_markdown_leaves_ordinary_sentences_readable():
    remark = "1 of 2 systems (50%), segment_max_drop and so on: it isn't; “why?”"
    passed = result_of(check_of(verdict="pass")).model_copy(
        update={"corpus": "en-es", "remarks": (remark,), "outcome": "pass"}
    )
    lines = gate_markdown(passed).splitlines()
    assert lines[1] == "### ✅ en-es: The gate passes (1 pass)."
    assert f"- {remark}" in lines


def test_markdown_fits_a_comment_and_counts_what_does_not():
    suspects = [Suspect(segment_id=f"s{n}", hypothesis="ä" * 400) for n in range(10)]
    checks = [check_of(rule=f"rule {n}", suspects=suspects) for n in range(2000)]
    text = gate_markdown(result_of(*checks))
    assert COMMENT_LIMIT - 5000 < len(text) <= COMMENT_LIMIT
    left_out = int(re.search(r"(\d+) more left out", text)[1])
    assert left_out == 2010 - text.count("| ❌") - text.count("- **")


def test_small_results_leave_nothing_out(result):
    assert "left out" not in gate_markdown(result)


# GitHub and GitLab


def test_annotations_are_one_line_each_and_escaped():
    lines = list(github_annotations(result_of(nasty_check())))
    assert len(lines) == 1
    assert "\n" not in lines[0]
    properties, message = lines[0].removeprefix("::error ").split("::", 1)
    assert [pair.split("=")[0] for pair in properties.split(",")] == ["file", "line", "title"]
    assert "%0ALook at: " in message


def test_annotations_stay_within_what_github_shows():
    lines = list(github_annotations(result_of(*[check_of() for _ in range(25)])))
    assert len(lines) == MOST
    assert "16 more checks" in lines[-1]


def test_warnings_are_for_policy_warn_alone(result):
    kinds = [line.split(" ")[0] for line in github_annotations(result)]
    assert kinds == ["::error", "::error", "::warning"]


def test_code_quality_has_what_gitlab_requires_and_stable_fingerprints(result):
    found = json.loads(code_quality_json(result))
    assert len(found) == 4
    for item in found:
        assert set(item) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert item["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert item["location"]["lines"]["begin"] >= 1
    one, other = (code_quality_json(result_of(check_of(value=v))) for v in (2.0, 3.0))
    assert json.loads(one)[0]["fingerprint"] == json.loads(other)[0]["fingerprint"]


# Terminal and JSON


def test_text_has_value_threshold_interval_n_and_segments(result):
    text = gate_text(result)
    check = result.checks[0]
    assert re.search(r"FAIL  drop \[mt\]", text)
    assert re.search(r"value \d+\.\d+  threshold 1\.0  interval \d+\.\d+ to \d+\.\d+  n 60", text)
    assert check.suspects[0].segment_id in text
    assert text.splitlines()[-1].startswith("The gate fails")


def test_explain_says_why(result):
    text = gate_text(result, explain=True)
    assert "Even the lower bound exceeds the allowed drop" in text
    assert 'inconclusive = "warn"' in text


def test_json_has_every_check_and_its_reason(result):
    content = json.loads(gate_json(result))
    assert [item["verdict"] for item in content["checks"]] == [c.verdict for c in result.checks]
    assert all(item["reason"] for item in content["checks"])


@pytest.mark.parametrize(
    ("value", "threshold", "shown"),
    [
        (1.5, 1.0, ("1.5", "1.0")),
        (39.96, 40.0, ("39.96", "40.00")),
        (0.30000000000000004, 0.3, ("0.30000000000000004", "0.3")),
        (40.0, 40.0, ("40.0", "40.0")),
    ],
)
def test_a_value_never_prints_as_the_threshold_it_missed(value, threshold, shown):
    assert numbers(check_of(value=value, threshold=threshold)) == shown


def test_nothing_measured_has_a_reason():
    check = check_of(value=None, low=None, high=None, segments=0, unscored=4)
    assert mentions(reason(check), "Nothing", "4 segments")


# The report's page


def test_the_page_lists_what_failed_first_with_segments_to_look_at(result):
    panel = gate_panel(result)
    outcomes = [rule.outcome for rule in panel.rules]
    assert (panel.outcome, len(outcomes)) == ("fail", len(result.checks))
    assert outcomes == sorted(outcomes, key=["fail", "inconclusive", "pass"].index)
    assert "chrF" in panel.rules[0].reason
    assert panel.rules[0].segments[0].segment_id in panel.rules[0].segments[0].text


def test_the_page_names_no_segments_of_a_rule_that_passes():
    check = nasty_check().model_copy(update={"verdict": "pass"})
    assert gate_panel(result_of(check)).rules[0].segments == ()
