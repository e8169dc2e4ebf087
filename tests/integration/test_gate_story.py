"""A gate's life with Apertium on references/en-es, as docs/how-to/gates.md tells it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from lxml import etree

from tests.command_line import mtqe

pytestmark = pytest.mark.apertium

CORPUS = Path(__file__).parents[2] / "references/en-es/corpus.tsv"

CONFIG = """\
[corpus]
name = "en-es"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.apertium]
{system}

[metrics]
chrf = {{}}
bleu = {{}}

[gate]
baseline = "baseline.jsonl"

[[gate.rules]]
metric = "chrf"
max_drop = 1.0

[[gate.rules]]
metric = "chrf"
segment_max_drop = 40

[[gate.rules]]
max_unscored = 0
"""

HEALTHY = 'backend = "apertium"'

# Real translations, made worse on their way out.
DEGRADED = """\
import random, subprocess, sys

def lose_words(words):
    return [word for number, word in enumerate(words) if number % 4 != 3]

def shuffle(words):
    return random.Random(1).sample(words, len(words))

def truncate(words):
    return words[: max(1, len(words) * 2 // 3)]

def lose_one(words):
    return words[:-2] + words[-1:]

worsen = globals()[sys.argv[1]]
done = subprocess.run(
    ["apertium", "-u", "-n", "eng-spa"], stdin=sys.stdin, stdout=subprocess.PIPE, check=True
)
sys.stdout.reconfigure(encoding="utf-8", newline="\\n")
for line in done.stdout.decode("utf-8").split("\\n")[:-1]:
    print(*worsen(line.split()))
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copy(CORPUS, tmp_path / "corpus.tsv")
    (tmp_path / "degraded.py").write_text(DEGRADED)
    monkeypatch.chdir(tmp_path)
    configure(HEALTHY)
    return tmp_path


def configure(system):
    Path("mtqe.toml").write_text(CONFIG.format(system=system))


def degrade(how):
    command = json.dumps([sys.executable, "-S", "degraded.py", how])
    configure(f'backend = "command"\ncommand = {command}')


def run(folder):
    result = mtqe("run", ".", "-o", folder)
    assert result.code == 0, result.err


def save_baseline():
    run("base")
    assert mtqe("baseline", "save", "base").out == "baseline.jsonl\n"


def keep_segments(count):
    lines = Path("corpus.tsv").read_text("utf-8").splitlines(keepends=True)
    Path("corpus.tsv").write_text("".join(lines[: count + 1]), "utf-8")


def test_an_unchanged_engine_passes(project):
    save_baseline()
    assert (project / "baseline.jsonl").stat().st_size < 60_000
    run("again")
    result = mtqe("gate", "again")
    assert result.code == 0, result
    assert "chrF did not change" in result.out
    assert result.out.endswith("The gate passes (3 pass).\n")
    assert mtqe("run", ".", "-o", "third", "--gate").code == 0


@pytest.mark.parametrize("how", ["lose_words", "shuffle", "truncate"])
def test_a_degraded_engine_fails_and_its_segments_are_named(project, how):
    save_baseline()
    degrade(how)
    run("worse")
    result = mtqe("gate", "worse", "--junit", "gate.xml", "--markdown", "gate.md")
    assert result.code == 3, result
    assert "FAIL  chrf max drop 1 [apertium]" in result.out
    assert "look at:" in result.out
    failure = etree.parse("gate.xml").find(".//failure")
    found = re.match(r"line \d+, (\S+) ", failure.text.splitlines()[6])
    assert found, failure.text
    worst = found[1]
    assert f"\n{worst}\t" in Path("corpus.tsv").read_text("utf-8")
    assert worst in Path("gate.md").read_text("utf-8")


def test_ten_segments_are_inconclusive(project):
    keep_segments(10)
    save_baseline()
    degrade("lose_one")
    run("worse")
    result = mtqe("gate", "worse", "--explain")
    assert result.code == 4, result
    assert "INCONCLUSIVE  chrf max drop 1 [apertium]" in result.out
    assert "10 segments are too few to decide" in result.out


def test_another_corpus_is_an_error(project):
    save_baseline()
    keep_segments(170)
    run("other")
    result = mtqe("gate", "other")
    assert (result.code, result.out) == (1, "")
    assert "differ in corpus.segments (170 and 171)" in result.err


def test_a_misspelt_rule_is_an_error_and_never_passes(project):
    save_baseline()
    text = Path("mtqe.toml").read_text()
    Path("rules.toml").write_text(text.replace("max_drop = 1.0", "max_dorp = 1.0"))
    result = mtqe("gate", "base", "--baseline", "baseline.jsonl", "--rules", "rules.toml")
    assert (result.code, result.out) == (1, "")
    assert "did you mean 'max_drop'?" in result.err
