"""A score of a small model says so in every output, so that nobody quotes it as another's."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from rich.console import Console

from mtqe.compare import compare_run
from mtqe.gate import judge
from mtqe.report.gate.junit import junit_xml
from mtqe.report.gate.markdown import gate_markdown
from mtqe.report.gate.text import gate_json, gate_text
from mtqe.report.page.data import report_data
from mtqe.report.page.render import render_html
from mtqe.report.text.comparison import (
    comparison_json,
    comparison_latex,
    comparison_markdown,
    comparison_text,
)
from mtqe.report.text.scores_json import scores_json
from mtqe.report.text.terminal import print_scores
from mtqe.run import Run
from tests.gate_runs import gate_of, run_of

LABEL = "COMET (mini)"


@pytest.fixture(scope="module")
def run() -> Run:
    """A run whose metric calls itself as a small model's would."""
    made = run_of(20, {"one": 1, "two": 3})
    (info,) = made.manifest.metrics
    manifest = made.manifest.model_copy(
        update={"metrics": (info.model_copy(update={"label": LABEL}),)}
    )
    tables = {name: made.table(name) for name in ("segments.parquet", "statistics.parquet")}
    return Run(None, manifest, {**tables, "findings.parquet": made.findings_table})


@pytest.mark.parametrize(
    "render", [comparison_text, comparison_markdown, comparison_latex, comparison_json]
)
def test_comparisons(run, render) -> None:
    assert LABEL in render(compare_run(run))


def test_frames(run) -> None:
    assert set(compare_run(run).frame()["label"]) == {LABEL}
    assert run.scores.attrs["labels"] == {"chrf": LABEL}


def test_terminal_and_json(run) -> None:
    console = Console(record=True, width=120)
    print_scores(run.manifest, Path("run"), console)
    assert LABEL in console.export_text()
    (first, _) = json.loads(scores_json(run.manifest, Path("run")))["systems"]
    assert [score["label"] for score in first["scores"]] == [LABEL]


@pytest.mark.parametrize("render", [gate_text, gate_json, gate_markdown, junit_xml])
def test_gates(run, render) -> None:
    text = render(judge(gate_of({"metric": "chrf", "min": 99.0}), run))
    assert LABEL in html.unescape(text)


def test_report(run) -> None:
    page = render_html(report_data(run))
    assert f"{LABEL} <span" in page, "the table of scores"
