"""Run folders and baselines that version 0.1 wrote can still be read, compared and gated."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import mtqe
from mtqe.compare import compare_run
from mtqe.report.page.data import report_data
from tests.command_line import mtqe as program

OLD = Path(__file__).parents[1] / "golden" / "version-0.1"
RULES = """
[gate]
[[gate.rules]]
metric = "chrf"
max_drop = 5

[[gate.rules]]
max_unscored = 0
"""


@pytest.fixture
def old_run(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLD / "run", tmp_path / "old"))


@pytest.fixture
def new_run(tmp_path: Path) -> Path:
    config = tmp_path / "mtqe.toml"
    config.write_text(
        f"""
[corpus]
name = "v01"
source_language = "en"
target_language = "es"
path = '{OLD / "corpus.tsv"}'
[systems.first]
backend = "file"
path = '{OLD / "first.txt"}'
[systems.second]
backend = "file"
path = '{OLD / "second.txt"}'
[metrics]
chrf = {{}}
bleu = {{}}
""",
        encoding="utf-8",
    )
    done = program("run", config, "-o", tmp_path / "new")
    assert done.code == 0, done.err
    return tmp_path / "new"


def test_scores_of_an_old_run_folder(old_run: Path) -> None:
    kept = json.loads((OLD / "run" / "run.json").read_text(encoding="utf-8"))
    scores = mtqe.Run.read(old_run).scores
    for system in kept["systems"]:
        for score in system["scores"]:
            assert scores.loc[system["name"], score["metric"]] == score["score"]


def test_an_old_run_leads_with_the_metric_to_trust(old_run: Path) -> None:
    metrics = {m.name: m.trust for m in mtqe.Run.read(old_run).manifest.metrics}
    assert metrics["chrf"] > metrics["bleu"] > 0


def test_an_old_run_can_be_compared_and_reported(old_run: Path) -> None:
    assert mtqe.compare_run(mtqe.Run.read(old_run)).metrics
    done = program("report", old_run)
    assert done.code == 0, done.err
    assert "v01" in (old_run / "report.html").read_text(encoding="utf-8")


def test_a_new_run_is_compared_with_an_old_one(old_run: Path, new_run: Path) -> None:
    done = program("compare", new_run, old_run, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert all(d["difference"] == 0 for m in found["metrics"] for d in m["differences"])


@pytest.mark.parametrize("baseline", ["run", "baseline.jsonl"])
def test_a_gate_takes_an_old_baseline(baseline: str, new_run: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    done = program("gate", new_run, "--baseline", OLD / baseline, "--rules", rules)
    assert done.code == 0, done.out + done.err


def test_a_report_of_an_old_run_says_what_the_tests_say(old_run: Path) -> None:
    run = mtqe.Run.read(old_run)
    manifest = report_data(run).manifest
    assert manifest.verdict == compare_run(run).verdict
    assert all(score.ranks for system in manifest.systems for score in system.scores)
