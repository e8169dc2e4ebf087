"""MetricX beside transformers' own mT5, one text at a time, walked as a user does."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, MT5ForConditionalGeneration, MT5Model

from mtqe.corpus.base import LanguagePair
from mtqe.errors import MetricError, ModelError
from mtqe.metrics.base import Sample
from mtqe.metrics.models.find import find_model
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.neural.metricx import MetricX, MetricXQE
from mtqe.metrics.pool import ModelPool
from tests.hub_server import LoopbackHub
from tests.metricx_models import MT5, SCORE_TOKEN, write_metricx, write_mt5
from tests.published_models import NASTY, readable_pieces

TOLERANCE = 1e-4
MODEL_23, MODEL_23_QE = "google/metricx-23-large-v2p0", "google/metricx-23-qe-xl-v2p0"
MODEL_24 = "google/metricx-24-hybrid-large-v2p6"


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("metricx")


@pytest.fixture
def hub(work, monkeypatch, tmp_path):
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        hub.add(MT5, write_mt5(work / "mt5-xl"))
        for name in (MODEL_23, MODEL_23_QE, MODEL_24):
            folder = work / name.rpartition("/")[2]
            hub.add(name, write_metricx(folder, sharded=name == MODEL_23_QE))
        yield hub


def text_of(model, sample, reference):
    if model == MODEL_23:
        return f"candidate: {sample.hypothesis} reference: {reference}"
    if model == MODEL_23_QE:
        return f"candidate: {sample.hypothesis} source: {sample.source}"
    text = f"source: {sample.source} candidate: {sample.hypothesis}"
    return text if reference is None else f"{text} reference: {reference}"


def expected(work, model, samples, *, reads_references=True, limit=1536):
    """Scores as the models' cards describe them: no closing token, one decoding step, one logit."""
    with readable_pieces():
        tokenizer = AutoTokenizer.from_pretrained(write_mt5(work / "mt5-xl"))
    peer = MT5ForConditionalGeneration.from_pretrained(
        work / model.rpartition("/")[2], torch_dtype=torch.float32
    ).eval()

    def score(text):
        ids = tokenizer(text, max_length=limit, truncation=True, return_tensors="pt").input_ids
        with torch.no_grad():
            found = peer(input_ids=ids[:, :-1], decoder_input_ids=torch.zeros(1, 1).long())
        return float(found.logits[0, 0, SCORE_TOKEN].clamp(0, 25))

    return [
        np.mean([score(text_of(model, sample, reference)) for reference in given])
        for sample in samples
        for given in [sample.present_references if reads_references else [None]]
    ]


@pytest.mark.parametrize(
    ("metric", "reads_references"),
    [
        (MetricX(model=MODEL_23), True),
        (MetricXQE(model=MODEL_23_QE), False),
        (MetricX(model=MODEL_24), True),
        (MetricXQE(model=MODEL_24), False),
    ],
)
def test_equals_mt5_by_name_then_offline_then_from_a_folder(hub, work, metric, reads_references):
    limit = 1024 if "23" in metric.model else 1536
    peers = expected(work, metric.model, NASTY, reads_references=reads_references, limit=limit)
    found = metric.statistics(NASTY, ModelPool())
    np.testing.assert_allclose(found[:, 0], peers, atol=TOLERANCE)
    assert len({round(score, 3) for score in peers}) > 3
    assert np.ptp(peers) > 1

    hub.models.clear()
    offline = type(metric)(model=metric.model)
    np.testing.assert_array_equal(offline.statistics(NASTY, ModelPool()), found)
    folder = work / metric.model.rpartition("/")[2]
    local = type(metric)(model=str(folder), tokenizer=str(work / "mt5-xl"))
    np.testing.assert_array_equal(local.statistics(NASTY, ModelPool()), found)
    weights = [str(m.signature("1")).split("weights:")[1][:12] for m in (metric, offline, local)]
    assert len(set(weights)) == 1


def test_cuts_long_texts_as_their_makers_do_and_says_so(hub, work):
    words = " ".join(f"word{i}" for i in range(900))
    samples = [Sample(words, words, (words,)), NASTY[0]]
    metric = MetricX(model=MODEL_24, max_length=64)
    found = metric.statistics(samples, ModelPool())
    peers = expected(work, MODEL_24, samples, limit=64)
    np.testing.assert_allclose(found[:, 0], peers, atol=TOLERANCE)
    assert found[0, 2] == 1
    assert "text of more than 64 tokens" in metric.remarks(found)[0]


def test_reads_weights_in_half_precision(hub, work):
    name = "google/metricx-24-hybrid-large-v2p6-bfloat16"
    folder = write_metricx(work / name.rpartition("/")[2], dtype=torch.bfloat16)
    hub.add(name, folder)
    found = MetricX(model=name).statistics(NASTY, ModelPool())
    np.testing.assert_allclose(found[:, 0], expected(work, name, NASTY), atol=TOLERANCE)


def test_the_lowest_score_is_the_best():
    assert not MetricX(model=MODEL_24).higher_is_better
    assert MetricXQE(model=MODEL_24).range == (0.0, 25.0)
    english = LanguagePair("de", "en")
    assert MetricX(model=MODEL_24).notes(english) == ()
    assert "not trained on" in MetricX(model=MODEL_24).notes(LanguagePair("de", "tlh"))[0]


@pytest.mark.parametrize(
    ("metric", "says"),
    [
        (MetricX(), "metricx needs a model: set `model`"),
        (MetricX(model=MODEL_23_QE), "use the metric 'metricx-qe' for it"),
        (MetricXQE(model=MODEL_23), "use the metric 'metricx' for it"),
    ],
)
def test_says_which_metric_a_model_is_for(hub, metric, says):
    with pytest.raises(MetricError, match=says):
        metric.check()


def test_asks_for_the_generation_where_no_name_says_it(hub, work, tmp_path):
    folder = tmp_path / "mine"
    write_metricx(folder)
    with pytest.raises(MetricError, match="set generation ="):
        MetricX(model=str(folder)).check()
    MetricX(model=str(folder), generation="24").check()


def test_other_models_are_refused(hub, work, tmp_path):
    with pytest.raises(ModelError, match="is not a MetricX model"):
        MetricX(model=MT5, generation="24").check()
    with pytest.raises(ModelError, match="is not a MetricX model"):
        MetricX(model="mtqe-comet-mini", generation="24").check()
    with pytest.raises(ModelError, match="use it with metricx or metricx-qe"):
        Comet(model=MODEL_24).check()
    assert find_model(MODEL_24).encoder is not None


def test_a_missing_tokenizer_is_named(hub, work):
    folder = write_metricx(work / "metricx-24-lonely")
    with pytest.raises(ModelError, match="needs the tokenizer nobody/here"):
        MetricX(model=str(folder), tokenizer="nobody/here").check()


def test_weights_that_do_not_fit_are_refused(hub, work, tmp_path):
    folder = tmp_path / "metricx-24-broken"
    write_metricx(folder)
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    del state["encoder.block.1.layer.0.SelfAttention.q.weight"]
    torch.save(state, folder / "pytorch_model.bin")
    lacks = "they lack encoder.block.1.layer.0.SelfAttention.q.weight; download"
    with pytest.raises(ModelError, match=lacks):
        MetricX(model=str(folder)).statistics(NASTY, ModelPool())


def test_bad_settings_are_named(hub, work, tmp_path):
    folder = write_metricx(tmp_path / "metricx-24-odd")
    config = json.loads((folder / "config.json").read_text())
    for value in ("x", -1, 0, 1e30, float("nan"), None, True):
        (folder / "config.json").write_text(json.dumps({**config, "layer_norm_epsilon": value}))
        with pytest.raises(ModelError, match=r"layer_norm_epsilon = .* must be a number above 0"):
            MetricX(model=str(folder)).statistics(NASTY[:1], ModelPool())


def test_a_tokenizer_s_folder_without_one_is_named(hub, work, tmp_path):
    folder = write_metricx(work / "metricx-24-lonely-too")
    (tmp_path / "empty").mkdir()
    metric = MetricX(model=str(folder), tokenizer=str(tmp_path / "empty"))
    with pytest.raises(ModelError, match=r"empty has no tokenizer: it needs config.json and"):
        metric.check()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tensor: tensor.to(torch.int8), "as torch.int8, which mtqe does not read"),
        (lambda tensor: tensor * 1e38, "gives no finite numbers"),
        (lambda tensor: tensor * float("nan"), "gives no finite numbers"),
    ],
)
def test_weights_that_give_no_scores_are_refused(hub, work, tmp_path, change, says):
    folder = write_metricx(tmp_path / "metricx-24-odd")
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    state["lm_head.weight"] = change(state["lm_head.weight"])
    torch.save(state, folder / "pytorch_model.bin")
    with pytest.raises((MetricError, ModelError), match=says):
        MetricX(model=str(folder)).statistics(NASTY[:2], ModelPool())


def test_short_texts_are_not_padded_to_a_long_one(hub, monkeypatch):
    shapes = []
    plain = MT5Model.forward

    def forward(self, **inputs):
        shapes.append(tuple(inputs["input_ids"].shape))
        return plain(self, **inputs)

    monkeypatch.setattr(MT5Model, "forward", forward)
    texts = [*(f"Text {n}" for n in range(5)), "Ein sehr langer Text " * 40]
    samples = [Sample(text, text, (text,)) for text in texts]
    MetricX(model=MODEL_24).statistics(samples, ModelPool())
    widths = [width for rows, width in shapes if rows > 1]
    assert widths
    assert max(widths) < max(width for rows, width in shapes if rows == 1)
