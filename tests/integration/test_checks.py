"""Findings from run to check to gate: one broken system, one baseline, every output."""

from __future__ import annotations

import json

import pytest

from mtqe.run import Run
from tests.command_line import mtqe
from tests.project import write_lines, write_project

MORE = """
[checks]
quotes = false
glossary = { path = "terms.tsv" }

[[gate.rules]]
max_new_findings = 0

[[gate.rules]]
max_findings = 0
check = "placeholders"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project whose `bad` system first is as good as the other, then broken."""
    folder = tmp_path_factory.mktemp("checks")
    config = write_project(folder)
    config.write_text(config.read_text() + MORE)
    write_lines(folder / "terms.tsv", ["cat\tgato"])
    return folder


@pytest.fixture
def here(folder, monkeypatch):
    monkeypatch.chdir(folder)
    return folder


def write_bad(folder, *lines):
    write_lines(folder / "bad.txt", list(lines))


def test_a_run_says_what_is_broken_and_a_gate_stops_it(here):
    write_bad(here, "La casa es roja.", "El gato toma leche.", "¡Buenos días, {name}!")
    assert mtqe("run", ".", "-m", "chrf", "-o", "base").code == 0
    assert mtqe("baseline", "save", "base", "-o", "base.jsonl").code == 0

    write_bad(here, "", "The cat drinks milk.", "¡Buenos días, {nombre}!")
    result = mtqe("run", ".", "-m", "chrf", "-o", "new")
    assert result.code == 0
    table = result.out.split("\nfindings ")[1].splitlines()
    assert table[0].split() == ["bad"]
    assert ["empty", "1"] in [row.split() for row in table]
    manifest = Run.read("new").manifest
    bad = next(system for system in manifest.systems if system.name == "bad")
    assert bad.findings == {"empty": 1, "copy": 1, "language": 1, "placeholders": 1, "glossary": 1}
    assert "quotes" not in [check.name for check in manifest.checks]

    gate = mtqe("gate", "new", "--baseline", "base.jsonl", "--junit", "gate.xml")
    assert gate.code == 3
    assert "FAIL  max new findings 0 [bad]\n    3 of 3 segments have a finding" in gate.out
    assert (
        "s3 “Good morning, {name}!” (Placeholder lost: {name}; Placeholder added: {nombre})"
        in gate.out
    )
    assert "PASS  placeholders max findings 0 [good]" in gate.out
    assert "The translation is empty" in (here / "gate.xml").read_text()
    assert mtqe("gate", "base", "--baseline", "base.jsonl").code == 0


def test_check_lists_counts_and_fails_by_severity(here):
    write_bad(here, "", "The cat drinks milk.", "¡Buenos días, {nombre}!")
    mtqe("run", ".", "-m", "chrf", "-o", "checked")
    text = mtqe("check", "checked", "--checks", "empty,placeholders", "--fail-on", "critical")
    assert text.code == 3
    assert "critical: empty (empty texts): 1\n    line 2, s1 “The house is" in text.out
    assert "[bad] The translation is empty." in text.out
    assert text.out.endswith("2 findings\n")
    assert mtqe("check", "checked", "-c", "numbers", "--fail-on", "minor").code == 0

    found = json.loads(mtqe("check", "checked", "--config", "mtqe.toml", "--json").out)
    checks = [finding["check"] for finding in found["findings"]]
    assert checks == ["empty", "copy", "language", "glossary", "placeholders"]
    spans = found["findings"][-1]["spans"]
    assert spans == [["source", 14, 20], ["hypothesis", 14, 22]]

    corpus = mtqe("check", ".")
    assert (corpus.code, corpus.out.splitlines()[-1]) == (0, "0 findings")


def test_names_that_are_not_there_are_hinted_at(here, tmp_path_factory):
    wrong = mtqe("check", ".", "--checks", "numbrs")
    assert wrong.code == 1
    assert wrong.err.endswith("mtqe.toml: no check is called 'numbrs'; did you mean 'numbers'?\n")
    assert "did you mean 'critical'?" in mtqe("check", ".", "--fail-on", "criticl").err
    empty = tmp_path_factory.mktemp("empty")
    assert "no mtqe.toml and no file of translations" in mtqe("check", empty).err
