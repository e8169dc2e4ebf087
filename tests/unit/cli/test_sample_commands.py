"""`mtqe convert`, `mtqe sample` and `mtqe human` from end to end."""

from __future__ import annotations

import json

import pytest

from tests.command_line import mtqe
from tests.project import write_project


@pytest.fixture
def run(tmp_path):
    config = write_project(tmp_path)
    assert mtqe("run", config, "-o", tmp_path / "run", "--no-cache").code == 0
    return tmp_path / "run"


def test_a_sample_is_rated_and_comes_back(run, tmp_path):
    result = mtqe("sample", run, "-n", "2", "-o", tmp_path / "s.tsv", "--by", "random")
    assert result.code == 0
    assert "of 2 segments; give it back with: mtqe human" in result.out
    head, *rows = (tmp_path / "s.tsv").read_text().splitlines()
    column = head.split("\t").index("score")
    cells = [row.split("\t") for row in rows]
    for row in cells:
        row[column] = "70"
    (tmp_path / "s.tsv").write_text("\n".join([head, *("\t".join(row) for row in cells)]) + "\n")
    result = mtqe("human", run, tmp_path / "s.tsv", "--json", "--ratings", tmp_path / "r.jsonl")
    assert result.code == 0, result.err
    systems = json.loads(result.out)["systems"]
    found = {s["name"]: s["scores"][-1] for s in systems}
    assert found["good"]["metric"] == "human"
    assert (found["good"]["score"], found["good"]["unscored"]) == (70.0, 1)
    assert "human" in (run / "report.html").read_text()
    assert mtqe("compare", run, "-m", "human").code == 0
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == len(rows)


def test_a_file_with_everything_is_converted_scored_and_run(tmp_path):
    table = (
        "source\treference\thypothesis:old\thypothesis:new\na\tA b c d\tA b\tA b c\ne\tE\tF\tE\n"
    )
    (tmp_path / "all.tsv").write_text(table)
    languages = ("--source-language", "en", "--target-language", "de")
    result = mtqe("convert", tmp_path / "all.tsv", tmp_path / "all.xml", *languages)
    assert result.out.endswith("2 segments, 1 reference each, 2 systems\n"), result.err
    result = mtqe("convert", tmp_path / "all.tsv", tmp_path / "all.tmx", *languages)
    assert result.code == 1
    assert "can't hold the translations of 2 systems" in result.err
    result = mtqe("convert", tmp_path / "all.tsv", tmp_path / "all.tmx", *languages, "--lossy")
    assert (result.code, "can't hold: the translations of 2 systems." in result.err) == (0, True)
    scored = mtqe(
        "score", "--corpus", tmp_path / "all.xml", "-m", "chrf", "-o", tmp_path / "r1", "--json"
    )
    (tmp_path / "mtqe.toml").write_text(
        '[corpus]\npath = "all.xml"\nsource_language = "en"\ntarget_language = "de"\n'
        'systems = ["new"]\n[metrics.chrf]\n'
    )
    ran = mtqe("run", tmp_path / "mtqe.toml", "-o", tmp_path / "r2", "--json")
    by_name = {s["name"]: s["scores"][0]["score"] for s in json.loads(scored.out)["systems"]}
    assert list(by_name) == ["old", "new"]
    assert [s["name"] for s in json.loads(ran.out)["systems"]] == ["new"]
    assert json.loads(ran.out)["systems"][0]["scores"][0]["score"] == by_name["new"]
    assert mtqe("validate", tmp_path).out.endswith("2 segments, 1 system\n")


@pytest.mark.parametrize(("column", "metric"), [("target", "chrf"), ("translation", "ter")])
def test_a_column_that_may_be_meant_as_references_is_named(tmp_path, column, metric):
    (tmp_path / "pairs.tsv").write_text(f"source\t{column}\nDas Haus.\tThe house.\n")
    (tmp_path / "x.txt").write_text("The house.\n")
    languages = ("--source-language", "de", "--target-language", "en")
    given = ("--corpus", tmp_path / "pairs.tsv", "--hypothesis", tmp_path / "x.txt")
    result = mtqe("score", *given, *languages, "-m", metric)
    assert result.code == 1
    assert f"(column '{column}' read as metadata: call it 'reference'" in result.err


def test_options_that_contradict_each_other_are_refused(tmp_path):
    (tmp_path / "a.tsv").write_text("source\treference\na\tb\n")
    result = mtqe("score", "--corpus", tmp_path / "a.tsv", "--source", "x")
    assert result.code == 2
    result = mtqe("score", "--source", "x")
    assert result.code == 2
    result = mtqe("convert", tmp_path / "a.tsv", tmp_path / "a.tmx", "--source-language", "de")
    assert "give --source-language and --target-language together" in result.err
    result = mtqe("convert", tmp_path / "a.tsv", tmp_path / "a.tmx")
    assert "this format names its languages" in result.err


def test_a_campaign_is_loaded_with_pearmut(run, tmp_path):
    campaign = tmp_path / "c.json"
    result = mtqe("sample", run, "-n", "2", "--format", "pearmut", "-o", campaign)
    assert f"load it with: pearmut add {campaign}" in result.out
    assert f"mtqe human {run} annotations.json" in result.out
    refused = mtqe("sample", run, "--by", "spans", "-o", tmp_path / "s.tsv")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "at least two origins of error spans" in refused.err
