"""Short `repr`s, and tables for notebooks in which nothing of a text is markup."""

from __future__ import annotations

import re

import pytest

import mtqe
from mtqe.gate import judge
from tests.gate_runs import gate_of

EVIL = "<script>alert(1)</script>"
LONG = "long " * 100


@pytest.fixture(scope="module")
def corpus():
    segments = tuple(
        mtqe.Segment(str(n), f"{EVIL} {n} {LONG}", (f"{EVIL} {n}", None)) for n in range(20)
    )
    return mtqe.Corpus(EVIL, mtqe.LanguagePair("de", "en"), segments)


@pytest.fixture(scope="module")
def run(corpus):
    texts = [f"{EVIL} {n}" for n in range(20)]
    systems = {EVIL: texts, "other": [*["x"] * 19, None]}
    return mtqe.score(corpus, systems, ["chrf", "bleu"], use_cache=False)


@pytest.fixture(scope="module")
def shown(corpus, run):
    rules = gate_of({"metric": "chrf", "min": 50}, {"max_unscored": 0})
    return {
        "corpus": corpus,
        "run": run,
        "comparison": mtqe.compare_run(run),
        "gate": judge(rules, run),
    }


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("corpus", "20 segments"),
        ("run", "2 systems, chrF, BLEU; in memory"),
        ("comparison", "by chrF, BLEU"),
        ("gate", "fail: "),
    ],
)
def test_a_repr_is_one_short_line(shown, name, says):
    text = repr(shown[name])
    assert says in text
    assert "\n" not in text
    assert len(text) < 400
    assert not re.search("0x[0-9a-f]{6}", text)


def test_reprs_of_lists_stay_short(corpus, run):
    assert len(repr(corpus[:3])) < 400
    system = mtqe.Translations.from_texts("h", corpus, [None, *["x"] * 19])
    assert repr(system) == "<Translations of h: 20 segments, 1 missing>"


@pytest.mark.parametrize("name", ["corpus", "run", "comparison", "gate"])
def test_notebook_tables_escape_texts_and_stay_small(shown, name):
    html = shown[name]._repr_html_()
    assert "<table" in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert len(html) < 20_000


def test_a_run_shows_scores_intervals_and_the_verdict(shown):
    html = shown["run"]._repr_html_()
    assert "100.0 [100.0 to 100.0]" in html
    assert "1 segment without a translation" in html
    assert html.count("<svg") == 4


def test_a_gate_shows_every_check(shown):
    html = shown["gate"]._repr_html_()
    assert html.count("<tr>") == 1 + len(shown["gate"].checks)


def test_the_report_is_framed_apart_from_the_notebook_and_written(run, tmp_path):
    report = run.report(tmp_path / "deep" / "r.html")
    assert (tmp_path / "deep" / "r.html").read_text(encoding="utf-8") == report.html
    frame = report._repr_html_()
    assert 'sandbox="allow-scripts allow-downloads"' in frame
    assert frame.count("<iframe") == 1
    assert "<script" not in frame
    with pytest.raises(mtqe.MtqeError, match="could not be written"):
        run.report(tmp_path / "deep" / "r.html" / "below.html")


def test_findings_and_spans_name_their_segments(corpus, run):
    findings = run.findings
    name = f"segment 1, id 0 “{EVIL} 0 long long lo…”"
    assert findings.columns[:3].tolist() == ["segment_id", "segment", "system"]
    assert findings.loc[findings["segment_id"] == "0", "segment"].unique().tolist() == [name]
    assert run.spans.columns[:2].tolist() == ["segment_id", "segment"]
    checked = mtqe.check(corpus, {"h": [f"{EVIL} {n}" for n in range(20)]})
    assert checked.loc[checked["segment_id"] == "0", "segment"].unique().tolist() == [name]
