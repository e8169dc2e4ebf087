"""The committed weights in the programs they are made for: comet-score and bert-score."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mtqe.metrics.base import Sample
from mtqe.metrics.models.store import ModelStore
from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.metrics.pool import ModelPool
from tests.peers import TRANSFORMERS_5, needs_comet

pytestmark = pytest.mark.slow

SOURCE = "Die Brücke wurde 1987 eröffnet und ist 340 Meter lang."
REFERENCE = "The bridge was opened in 1987 and is 340 metres long."
HYPOTHESES = [
    REFERENCE,
    "The bridge opened in 1987 and is 340 metres long.",
    "The bridge opened in 1987.",
    "My sister sells apples at the market.",
    "",
]
SAMPLES = [Sample(SOURCE, hypothesis, (REFERENCE,)) for hypothesis in HYPOTHESES]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return ModelStore(tmp_path_factory.mktemp("models"))


@pytest.fixture
def files(tmp_path):
    columns = {
        "src": [SOURCE] * len(HYPOTHESES),
        "mt": HYPOTHESES,
        "ref": [REFERENCE] * len(HYPOTHESES),
    }
    for name, lines in columns.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_comet
@pytest.mark.parametrize(
    ("name", "metric", "inputs"),
    [
        ("mtqe-comet-mini", Comet, ("-s", "src", "-t", "mt", "-r", "ref")),
        ("mtqe-kiwi-mini", CometQE, ("-s", "src", "-t", "mt")),
    ],
)
def test_comet_score_gives_our_scores(store, files, name, metric, inputs):
    path = store.path(name)
    printed = run(files, BIN / "comet-score", *inputs, "--model", path, "--gpus", "0", "--quiet")
    theirs = [float(line.split()[-1]) for line in printed.splitlines() if "Segment" in line]

    ours = metric(model=str(path)).statistics(SAMPLES, ModelPool())[:, 0]

    # comet-score computes in half precision, always.
    np.testing.assert_allclose(ours, theirs, atol=0.02)


@pytest.mark.skipif(TRANSFORMERS_5, reason="bert-score can't encode an empty text there")
def test_bert_score_loads_the_encoder(store, files):
    folder = store.path("mtqe-e5-small")
    printed = run(files, BIN / "bert-score", "-r", "ref", "-c", "mt", "-m", folder, "-l", "7", "-s")
    scores = [float(line.split()[-1]) for line in printed.splitlines()[1:]]
    assert len(scores) == len(HYPOTHESES)
    assert scores[0] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "metric"), [("mtqe-comet-mini", Comet), ("mtqe-kiwi-mini", CometQE)]
)
def test_scores_fall_from_perfect_to_nothing(store, name, metric):
    scores = metric(model=str(store.path(name))).statistics(SAMPLES, ModelPool())[:, 0]
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores[:2].min() > scores[2] > scores[3:].max()


def test_the_reference_itself_is_near_one_and_another_text_near_zero(store):
    scores = Comet(model=str(store.path("mtqe-comet-mini"))).statistics(SAMPLES, ModelPool())[:, 0]
    assert scores[0] > 0.9
    assert scores[3:].max() < 0.2
