"""The example packages of docs/: installed as users install them, then used by name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PACKAGES = sorted(path.parent.name for path in EXAMPLES.glob("*/pyproject.toml"))
CONFIG = """
[corpus]
source_language = "en"
target_language = "es"
path = "corpus.phrases"

[systems.words]
backend = "wordlist"
path = "words.tsv"
protect = true

[checks.capitals]
at_least = 1

[metrics.exact]
ignore_case = true
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs Python in a folder, with the packages installed."""
    place = tmp_path_factory.mktemp("site")
    sources = tmp_path_factory.mktemp("examples") / "examples"
    shutil.copytree(EXAMPLES, sources, ignore=shutil.ignore_patterns("__pycache__", "build"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index", "--no-build-isolation", "--target", str(place)]
    subprocess.run([*pip, *alone, *(str(sources / name) for name in PACKAGES)], check=True)
    inherited = [path for path in [os.environ.get("PYTHONPATH")] if path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(place), *inherited])}

    def run(*arguments, folder=sources):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_there_is_an_example_for_every_kind_of_plugin():
    kinds = {
        line.split('"')[1]
        for name in PACKAGES
        for line in (EXAMPLES / name / "pyproject.toml").read_text().splitlines()
        if line.startswith("[project.entry-points")
    }
    assert kinds == {"mtqe.backends", "mtqe.checks", "mtqe.formats", "mtqe.metrics"}


def test_their_own_tests_pass(run):
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", ".")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_a_configuration_finds_them_by_name(run, tmp_path):
    (tmp_path / "mtqe.toml").write_text(CONFIG)
    phrases = "The dog sees {name} today\nel perro ve {name} HOY\n\nToday\nHOY\n"
    (tmp_path / "corpus.phrases").write_text(phrases)
    (tmp_path / "words.tsv").write_text("the\tel\ndog\tperro\nsees\tve\ntoday\tHOY\nname\tnombre\n")
    done = run("-m", "mtqe", "run", ".", "-o", "out", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    (system,) = manifest["systems"]
    assert system["identity"]["backend"] == "wordlist"
    assert "placeholders" in system["identity"]["protect"]
    (score,) = system["scores"]
    assert (score["metric"], score["score"]) == ("exact", 100)
    assert "Exact match" in (tmp_path / "out" / "report.html").read_text()
    found = run("-m", "mtqe", "check", "out", "--config", ".", "--json", folder=tmp_path)
    checks = [finding["check"] for finding in json.loads(found.stdout)["findings"]]
    assert checks.count("capitals") == 2


def test_a_format_is_converted_both_ways(run, tmp_path):
    (tmp_path / "travel.phrases").write_text("Thank you.\nGracias.\n")
    tags = ("--source-language", "en", "--target-language", "es")
    there = run("-m", "mtqe", "convert", "travel.phrases", "a.tsv", *tags, folder=tmp_path)
    assert there.returncode == 0, there.stderr
    assert "Thank you.\tGracias." in (tmp_path / "a.tsv").read_text()
    back = run("-m", "mtqe", "convert", "a.tsv", "b.txt", "--to", "phrasebook", folder=tmp_path)
    assert back.returncode == 0, back.stderr
    assert (tmp_path / "b.txt").read_text() == "Thank you.\nGracias.\n"
