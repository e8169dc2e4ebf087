"""BERTScore equals bert-score's own `score`."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from mtqe.metrics.base import Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.pool import ModelPool
from mtqe.support.quiet import quiet
from tests.neural_models import LAYERS, SAMPLES, write_encoder

SYSTEMS = Path(__file__).parents[2] / ".." / "shared" / "data" / "systems" / "de-en.tsv.gz"


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def encoder(request, tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("encoder") / "tiny", request.param)


def expected(samples: list[Sample], folder: Path, layer: int, **options: object) -> np.ndarray:
    import bert_score

    hypotheses = [sample.hypothesis for sample in samples]
    references = [list(sample.present_references) for sample in samples]
    model = {"model_type": str(folder), "num_layers": layer, "nthreads": 0, "lang": "en"}
    # One pair at a time: in larger batches bert-score lets padding count as a similarity of 0,
    # which is above what a token finds in a random model, now and then.
    model["batch_size"] = 1
    with quiet():
        _, _, f1 = bert_score.score(hypotheses, references, **model, **options)
    return f1.double().numpy()


@pytest.mark.parametrize("layer", [1, LAYERS])
@pytest.mark.parametrize("idf", [False, True])
def test_f1_of_the_best_reference(encoder, layer, idf):
    metric = BERTScore(model=str(encoder), layer=layer, idf=idf)
    references = [text for sample in SAMPLES for text in sample.present_references]

    scores = metric.fitted(references).statistics(SAMPLES, ModelPool())[:, 0]

    wanted = expected(SAMPLES, encoder, layer, idf=idf)
    np.testing.assert_allclose(scores, wanted, atol=2e-6, rtol=0)
    assert scores[2] == 0  # the empty hypothesis
    assert np.ptp(scores[3:]) > 0.01


def test_rescaling_with_a_baseline_file(encoder, tmp_path):
    baseline = tmp_path / "baseline.tsv"
    rows = [f"{layer},0.1,0.2,0.{layer + 3}" for layer in range(LAYERS + 1)]
    baseline.write_text("\n".join(["LAYER,P,R,F", *rows]) + "\n")
    metric = BERTScore(
        model=str(encoder), layer=2, rescale_with_baseline=True, baseline=str(baseline)
    )

    scores = metric.statistics(SAMPLES, ModelPool())[:, 0]

    options = {"rescale_with_baseline": True, "baseline_path": str(baseline)}
    wanted = expected(SAMPLES, encoder, 2, **options)
    np.testing.assert_allclose(scores, wanted, atol=4e-6, rtol=0)
    assert scores[2] < 0  # bert-score rescales the 0 of an empty hypothesis too


@pytest.mark.parametrize("architecture", ["distilbert", "electra"])
def test_other_architectures_run_as_bert_score_runs_them(architecture, encoder, tmp_path):
    from transformers import AutoConfig, AutoModel

    folder = tmp_path / "model"
    sizes = {"dim": 32, "hidden_size": 32, "n_layers": 3, "num_hidden_layers": 3, "n_heads": 4}
    sizes |= {"num_attention_heads": 4, "hidden_dim": 64, "embedding_size": 32, "pad_token_id": 1}
    config = json.loads((encoder / "config.json").read_text())
    model = AutoModel.from_config(
        AutoConfig.for_model(architecture, vocab_size=config["vocab_size"], **sizes)
    )
    model.save_pretrained(folder)
    for path in encoder.glob("*token*"):
        (folder / path.name).write_bytes(path.read_bytes())

    metric = BERTScore(model=str(folder), layer=2)
    scores = metric.statistics(SAMPLES, ModelPool())[:, 0]

    np.testing.assert_allclose(scores, expected(SAMPLES, folder, 2), atol=2e-6, rtol=0)


@pytest.mark.slow
def test_real_translations_and_the_built_in_encoder():
    """Two systems on a part of WMT23 de-en, with the encoder that users get."""
    if not SYSTEMS.exists():
        pytest.skip(f"needs the WMT23 systems in {SYSTEMS}")
    from mtqe.metrics.models.store import ModelStore

    with gzip.open(SYSTEMS, "rt", encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[::20]
    samples = [Sample(r["src"], r[s], (r["refA"],)) for r in table for s in ("GPT4-5shot", "AIRC")]
    metric = BERTScore()
    wanted = expected(samples, ModelStore().path(metric.model), metric.encoder_layer)

    scores = metric.statistics(samples, ModelPool())[:, 0]

    np.testing.assert_allclose(scores, wanted, atol=1e-4, rtol=0)
    half = BERTScore(precision="bf16").statistics(samples, ModelPool())[:, 0]
    np.testing.assert_allclose(half, wanted, atol=5e-3, rtol=0)
