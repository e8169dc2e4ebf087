"""COMET scores equal those of unbabel-comet's own `predict` in fp32."""

from __future__ import annotations

import csv
import gzip
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtqe.metrics.base import Sample
from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.metrics.pool import ModelPool
from mtqe.support.quiet import quiet
from tests.neural_models import SAMPLES, write_comet, write_encoder
from tests.peers import needs_comet

pytestmark = needs_comet

SYSTEMS = Path(__file__).parents[2] / ".." / "shared" / "data" / "systems" / "de-en.tsv.gz"

REGRESSION, REFERENCELESS = "regression_metric", "referenceless_regression_metric"
UNIFIED, XCOMET = "unified_metric", "xcomet_metric"
WITH_REFERENCES: dict[str, tuple[str, dict[str, Any]]] = {
    "average of a sparse mix": (
        REGRESSION,
        {"layer_transformation": "sparsemax", "layer_norm": False},
    ),
    "normalized layers": (REGRESSION, {"layer_norm": True}),
    "first token of one layer": (REGRESSION, {"layer": 2, "pool": "cls"}),
    "maximum": (REGRESSION, {"pool": "max", "layer_norm": False}),
    "maximum of normalized layers": (REGRESSION, {"pool": "max", "layer_norm": True}),
    "unified": (UNIFIED, {"layer_norm": False, "layer_transformation": "softmax"}),
    "unified, defaults": (UNIFIED, {}),
    "xCOMET": (XCOMET, {"word_layer": 3, "layer_transformation": "softmax"}),
}
WITHOUT: dict[str, tuple[str, dict[str, Any]]] = {
    "referenceless": (REFERENCELESS, {"final_activation": "Sigmoid"}),
    "unified for two texts": (UNIFIED, {"input_segments": ["mt", "src"], "layer_norm": True}),
    "unified for three texts": (UNIFIED, {"layer_transformation": "sparsemax_patch"}),
    "xCOMET": (XCOMET, {"word_layer": 3}),
}


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def encoder(request, tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("encoder") / "tiny", request.param)


def predicted(folder: Path, rows: list[dict[str, str]], batch_size: int = 4) -> np.ndarray:
    from comet import load_from_checkpoint

    with quiet():
        path = folder / "checkpoints" / "model.ckpt"
        model = load_from_checkpoint(str(path), local_files_only=True)
        found = model.predict(rows, gpus=0, progress_bar=False, batch_size=batch_size)
    return np.array(found.scores)


def rows_of(samples: list[Sample]) -> list[dict[str, str]]:
    return [
        {"src": sample.source, "mt": sample.hypothesis, "ref": reference}
        for sample in samples
        for reference in sample.present_references
    ]


@pytest.mark.parametrize("case", WITH_REFERENCES)
def test_scores_with_references_are_the_mean_of_predictions(case, encoder, tmp_path):
    kind, hparams = WITH_REFERENCES[case]
    folder = write_comet(tmp_path / "model", encoder, kind, **hparams)
    every = iter(predicted(folder, rows_of(SAMPLES)))
    expected = [np.mean([next(every) for _ in s.present_references]) for s in SAMPLES]

    scores = Comet(model=str(folder)).statistics(SAMPLES, ModelPool())[:, 0]

    assert np.ptp(expected) > 0.01  # the model does tell the samples apart
    np.testing.assert_allclose(scores, expected, atol=2e-6, rtol=0)


@pytest.mark.parametrize("case", WITHOUT)
def test_scores_without_references_are_the_predictions(case, encoder, tmp_path):
    kind, hparams = WITHOUT[case]
    folder = write_comet(tmp_path / "model", encoder, kind, **hparams)
    expected = predicted(folder, [{"src": s.source, "mt": s.hypothesis} for s in SAMPLES])

    scores = CometQE(model=str(folder)).statistics(SAMPLES, ModelPool())[:, 0]

    assert np.ptp(expected) > 0.001
    np.testing.assert_allclose(scores, expected, atol=2e-6, rtol=0)


def test_a_checkpoint_in_the_old_file_format_is_read_too(encoder, tmp_path):
    import torch

    folder = write_comet(tmp_path / "model", encoder, REGRESSION)
    path = folder / "checkpoints" / "model.ckpt"
    content = torch.load(path)
    torch.save(content, path, _use_new_zipfile_serialization=False)
    expected = predicted(folder, rows_of(SAMPLES[:1]))

    scores = Comet(model=str(folder)).statistics(SAMPLES[:1], ModelPool())[:, 0]

    np.testing.assert_allclose(scores, expected.mean(), atol=2e-6)


@pytest.mark.slow
def test_real_translations_and_the_built_in_encoder(tmp_path):
    """Two systems on a part of WMT23 de-en, with the encoder that users get."""
    if not SYSTEMS.exists():
        pytest.skip(f"needs the WMT23 systems in {SYSTEMS}")
    from mtqe.metrics.models.store import ModelStore

    folder = real_checkpoint(tmp_path / "model", ModelStore().path("mtqe-e5-small"))
    with gzip.open(SYSTEMS, "rt", encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[::25]
    samples = [Sample(r["src"], r[s], (r["refA"],)) for r in table for s in ("GPT4-5shot", "AIRC")]
    expected = predicted(folder, rows_of(samples), batch_size=16)

    scores = Comet(model=str(folder)).statistics(samples, ModelPool())[:, 0]

    np.testing.assert_allclose(scores, expected, atol=1e-4, rtol=0)
    half = Comet(model=str(folder), precision="bf16").statistics(samples, ModelPool())[:, 0]
    np.testing.assert_allclose(half, expected, atol=5e-3, rtol=0)


def real_checkpoint(folder: Path, encoder: Path) -> Path:
    """A regression checkpoint of the built-in encoder with a random head."""
    import torch
    import yaml
    from comet.models import RegressionMetric

    hparams = {
        "encoder_model": "BERT",
        "pretrained_model": str(encoder),
        "hidden_sizes": [384, 128],
        "layer_norm": False,
    }
    torch.manual_seed(1)
    with warnings.catch_warnings(), quiet():
        model = RegressionMetric(**hparams, local_files_only=True)
    (folder / "checkpoints").mkdir(parents=True)
    content = {"state_dict": model.state_dict(), "hyper_parameters": hparams}
    content["pytorch-lightning_version"] = "2.6.6"
    torch.save(content, folder / "checkpoints" / "model.ckpt")
    text = yaml.safe_dump({**hparams, "class_identifier": REGRESSION})
    (folder / "hparams.yaml").write_text(text)
    return folder
