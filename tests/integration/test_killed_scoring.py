"""Neural scoring that is killed at random moments, and the same command again."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from mtqe.run import Run
from tests.command_line import mtqe
from tests.neural_models import LONG, write_comet, write_encoder
from tests.project import write_lines

SEGMENTS = 40
KILLER = """
import os, random, signal, sys, time
import mtqe.evaluation.score_and_check, mtqe.report.page.render, pandas, torch
import mtqe.metrics.neural.comet_models, mtqe.metrics.neural.matching
import mtqe.metrics.neural.encoders.token_encoders
from mtqe.support.cache import Cache
from mtqe.cli.app import main
from mtqe.metrics.neural import bertscore
from mtqe.metrics.neural import comet
from mtqe.support.paths import cache_folder
comet.Comet.block_tokens = bertscore.BERTScore.block_tokens = 3000
torch.set_num_threads(1)
chance, kept = random.Random(8), []

def entries():
    cache = Cache(cache_folder())
    count = cache.info().entries.get("statistics", 0)
    cache.close()
    return count

for _ in range(20):
    goal = entries() + chance.randrange(6)
    if (child := os.fork()) == 0:
        main()
    while entries() < goal and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.1))
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass  # it had ended
    kept.append(entries())
print(*kept, file=sys.stderr)
"""


@pytest.fixture
def project(tmp_path):
    encoder = write_encoder(tmp_path / "encoder")
    model = write_comet(tmp_path / "model", encoder, "regression_metric")
    rows = [f"s{n}\tSatz {n}\t{n} {LONG}\t{LONG} {n}" for n in range(SEGMENTS)]
    write_lines(tmp_path / "corpus.tsv", ["id\tsource\treference\thypothesis", *rows])
    write_lines(tmp_path / "one.txt", [f"{'dog ' * n}{LONG}" for n in range(SEGMENTS)])
    (tmp_path / "mtqe.toml").write_text(
        '[corpus]\nname = "long"\nsource_language = "de"\ntarget_language = "en"\n'
        'path = "corpus.tsv"\ncolumns = {source = "source", references = ["reference"]}\n'
        '[systems.one]\nbackend = "file"\npath = "one.txt"\n'
        f"[metrics.comet]\nmodel = {json.dumps(str(model))}\n"
        f"[metrics.bertscore]\nmodel = {json.dumps(str(encoder))}\nlayer = 2\n"
    )
    return tmp_path


def scores(run):
    return run.segments[["comet", "bertscore"]].to_numpy()


@pytest.mark.slow
def test_twenty_kills_while_models_score_change_nothing(project, monkeypatch):
    arguments = ("run", project / "mtqe.toml", "--json", "-o")
    assert mtqe(*arguments, project / "uninterrupted", "--no-cache").code == 0
    monkeypatch.setenv("MTQE_HOME", str(project / "home"))
    words = [sys.executable, "-c", KILLER, *map(str, arguments), str(project / "out")]
    killed = subprocess.run(words, capture_output=True, check=True, text=True)
    kept = [int(word) for word in killed.stderr.split()]
    assert any(0 < count < 2 * SEGMENTS for count in kept), "no kill fell between two chunks"
    result = mtqe(*arguments, project / "out")
    assert (result.code, result.err) == (0, "")
    found, expected = (Run.read(project / name) for name in ("out", "uninterrupted"))
    np.testing.assert_allclose(scores(found), scores(expected), atol=1e-6, rtol=0)
    assert len(set(scores(found).ravel().round(4))) > SEGMENTS
    assert "have a text of more than 510 tokens" in str(found.manifest.metrics[0].notes)
