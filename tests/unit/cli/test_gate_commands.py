"""`mtqe gate`, `mtqe baseline`, `mtqe validate` from the user's side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import mtqe
from tests.project import BAD, write_lines, write_project

GATE = """
[gate]
baseline = "baseline.jsonl"

[[gate.rules]]
metric = "chrf"
max_drop = 0
system = "good"

[[gate.rules]]
metric = "chrf"
segment_max_drop = 20
system = "good"

[[gate.rules]]
metric = "chrf"
not_below = "bad"
system = "good"
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    config = write_project(tmp_path)
    config.write_text(config.read_text("utf-8") + GATE, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert mtqe("run", ".", "-o", "base").code == 0
    assert mtqe("baseline", "save", "base").code == 0
    return tmp_path


def test_gate_is_short_for_gate_check(project):
    short, long = mtqe("gate", "base"), mtqe("gate", "check", "base")
    assert short == long
    assert short.code == 0
    assert short.out.endswith("The gate passes (3 pass).\n")


def test_a_worse_system_fails_through_run_too(project):
    write_lines(project / "good.txt", BAD)
    result = mtqe("run", ".", "-o", "new", "--gate", "--json")
    assert json.loads(Path("new/gate.json").read_text(encoding="utf-8"))["outcome"] == "fail"
    assert result.code == 3
    assert json.loads(result.out)["run"] == "new"
    assert "FAIL  chrf segment max drop 20 [good]" in result.err


def test_a_baseline_that_is_missing_is_said_before_anything_is_scored(project):
    config = project / "mtqe.toml"
    config.write_text(
        config.read_text("utf-8").replace('baseline = "baseline.jsonl"\n', ""), "utf-8"
    )
    result = mtqe("run", ".", "-o", "new", "--gate")
    assert (result.code, result.out) == (1, "")
    assert "it compares with a baseline; give one with --baseline or gate.baseline" in result.err
    assert not Path("new").exists()


def test_rules_about_findings_want_checks_before_anything_is_scored(project):
    config = project / "mtqe.toml"
    config.write_text(config.read_text("utf-8") + "\n[[gate.rules]]\nmax_findings = 0\n", "utf-8")
    result = mtqe("run", ".", "-o", "new", "--gate", "--no-checks")
    assert (result.code, result.out) == (1, "")
    assert "'max findings 0' is about findings of checks; leave out --no-checks" in result.err
    assert not Path("new").exists()


@pytest.mark.parametrize("option", ["--junit", "--markdown", "--code-quality"])
def test_an_output_that_can_t_be_written_is_named(project, option):
    place = project / "mtqe.toml" / "x"  # below a file, where nobody can make a folder
    result = mtqe("gate", "base", option, place)
    assert result.code == 1
    assert str(place) in result.err
    assert ".partial" not in result.err


def test_baseline_may_be_a_run(project):
    assert mtqe("gate", "base", "--baseline", "base").code == 0


def test_every_output_is_written(project, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    write_lines(project / "good.txt", BAD)
    assert mtqe("run", ".", "-o", "new").code == 0
    result = mtqe(
        *("gate", "new", "--json", "--junit", "gate.xml", "--markdown", "gate.md"),
        *("--code-quality", "quality.json", "--github"),
    )
    assert result.code == 3
    assert json.loads(result.out)["outcome"] == "fail"
    assert result.err.startswith("::error file=mtqe.toml,line=")
    assert Path("gate.xml").read_text("utf-8").startswith("<?xml")
    assert json.loads(Path("quality.json").read_text("utf-8"))
    assert Path("summary.md").read_text("utf-8") == Path("gate.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gate", "nowhere"), "is not a run folder"),
        (("gate", "base", "--rules", "none.toml"), "--rules"),
        (("gate", "base", "--baseline", "none.jsonl"), "mtqe baseline save"),
        (("gate", "base", "--rescore"), "--texts"),
        (("gate", "suggest", "base"), "at least two"),
        (("run", ".", "--baseline", "base"), "give --gate too"),
    ],
)
def test_an_error_is_one_sentence_and_ends_with_1(project, arguments, says):
    result = mtqe(*arguments)
    assert (result.code, result.out) == (1, "")
    assert says in result.err
    assert result.err.count("\n") == 1


def test_rescoring_a_baseline_with_texts(project):
    mtqe("baseline", "save", "base", "--texts", "-o", "texts.jsonl")
    assert mtqe("gate", "base", "--baseline", "texts.jsonl", "--rescore").code == 0


def test_suggest_prints_rules(project):
    result = mtqe("gate", "suggest", "base", "base")
    assert result.code == 0
    assert "[[gate.rules]]" in result.out


# mtqe validate


def test_validate_takes_configurations_test_sets_and_baselines(project):
    result = mtqe("validate", ".", "mtqe.toml", "corpus.tsv", "baseline.jsonl")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].endswith("mtqe.toml: 3 segments, 2 systems, 3 rules")
    assert lines[3] == "baseline.jsonl: baseline of 2 systems"


def test_validate_looks_at_every_file_before_it_fails(project):
    (project / "broken.toml").write_text("[corpus")
    result = mtqe("validate", "broken.toml", "none.toml", "mtqe.toml")
    assert result.code == 1
    assert "broken.toml is not valid TOML" in result.err
    assert "none.toml does not exist" in result.err
    assert "3 segments" in result.out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("max_drop = 0", "max_dorp = 0", "did you mean 'max_drop'?"),
        ('backend = "file"', 'backend = "flie"', "did you mean 'file'?"),
        ('path = "corpus.tsv"', 'path = "corpsu.tsv"', "corpsu.tsv"),
    ],
)
def test_validate_finds_what_a_run_would(project, old, new, says):
    file = project / "mtqe.toml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    result = mtqe("validate", ".")
    assert result.code == 1
    assert says in result.err
