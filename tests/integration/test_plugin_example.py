"""The example package of docs/: installed as users install it, then used by name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "mtqe-wordlist"
CONFIG = """
[corpus]
source_language = "en"
target_language = "es"
source = "source.txt"
references = ["reference.txt"]

[systems.words]
backend = "wordlist"
path = "words.tsv"
protect = true

[metrics]
bleu = {}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs Python in a folder, with the package installed."""
    place = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("example") / "mtqe-wordlist"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index", "--no-build-isolation", "--target", str(place)]
    subprocess.run([*pip, *alone, str(source)], check=True)
    environment = {**os.environ, "PYTHONPATH": str(place)}

    def run(*arguments, folder=source):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_its_own_tests_pass(run):
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_a_configuration_finds_it_by_name(run, tmp_path):
    (tmp_path / "mtqe.toml").write_text(CONFIG)
    (tmp_path / "source.txt").write_text("The dog sees {name} today\n\n")
    (tmp_path / "reference.txt").write_text("el perro ve {name} hoy\n\n")
    (tmp_path / "words.tsv").write_text("the\tel\ndog\tperro\nsees\tve\ntoday\thoy\nname\tnombre\n")
    done = run("-m", "mtqe", "run", ".", "-o", "out", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    (system,) = manifest["systems"]
    assert system["identity"]["backend"] == "wordlist"
    assert "placeholders" in system["identity"]["protect"]
    assert "100.0" in done.stdout
