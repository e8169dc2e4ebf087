"""BLEURT beside transformers' RemBERT with the same weights, walked as a user does."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
import sentencepiece
import torch
from transformers import RemBertConfig, RemBertModel

from mtqe.errors import MetricError, ModelError
from mtqe.metrics.base import Sample
from mtqe.metrics.models.find import find_model
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.bleurt import BLEURT
from mtqe.metrics.neural.bleurt_model import _lengths
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.pool import ModelPool
from tests.hub_server import LoopbackHub
from tests.published_models import NASTY

NAME = "lucadiliello/BLEURT-20"
TEXTS = [t for s in NASTY for t in (s.hypothesis, *s.present_references) if t]
SIZES = {
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 32,
    "max_position_embeddings": 512,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "pad_token_id": 0,
    "type_vocab_size": 2,
}
NARROW = 8
SCALE = 0.35


@pytest.fixture(scope="module")
def pieces():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*TEXTS, *(w for text in TEXTS for w in text.split())]),
        model_writer=model, vocab_size=300, hard_vocab_limit=False, character_coverage=1.0,
        minloglevel=2, num_threads=1, max_sentence_length=20_000,
        pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]"],
    )  # fmt: skip
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


@pytest.fixture(scope="module")
def peer(pieces):
    """RemBERT and the two maps on top of it."""
    torch.manual_seed(3)
    sizes = {key: value for key, value in SIZES.items() if key != "num_labels"}
    config = RemBertConfig(vocab_size=pieces.vocab_size(), input_embedding_size=NARROW, **sizes)
    model = RemBertModel(config).eval()
    classifier = torch.nn.Linear(16, 1)
    with torch.no_grad():
        for parameter in (*model.parameters(), *classifier.parameters()):
            if parameter.ndim == 2:
                parameter.copy_(torch.randn_like(parameter) * SCALE)
    return model, classifier


@pytest.fixture(scope="module")
def folder(pieces, peer, tmp_path_factory):
    """The same weights as the port's repository names them."""
    folder = tmp_path_factory.mktemp("bleurt") / "BLEURT-20"
    folder.mkdir()
    model, classifier = peer
    state = {
        f"bleurt.{name}".replace("embedding_hidden_mapping_in", "embedding_projection"): tensor
        for name, tensor in model.state_dict().items()
    }
    state |= {f"classifier.{name}": tensor for name, tensor in classifier.state_dict().items()}
    torch.save(state, folder / "pytorch_model.bin")
    config = {"model_type": "bleurt", "architectures": ["BleurtForSequenceClassification"]}
    sizes = {"vocab_size": pieces.vocab_size(), "embedding_size": NARROW, **SIZES}
    (folder / "config.json").write_text(json.dumps({**config, **sizes}))
    (folder / "spm.model").write_bytes(pieces.serialized_model_proto())
    return folder


def expected(pieces, peer, samples, limit=512):
    model, classifier = peer
    begin, end = pieces.piece_to_id("[CLS]"), pieces.piece_to_id("[SEP]")

    def score(reference, hypothesis):
        first, second = pieces.encode(reference), pieces.encode(hypothesis)
        while len(first) + len(second) > limit - 3:
            (first if len(first) > len(second) else second).pop()
        ids = torch.tensor([[begin, *first, end, *second, end]])
        types = torch.tensor([[0] * (len(first) + 2) + [1] * (len(second) + 1)])
        with torch.no_grad():
            return float(classifier(model(input_ids=ids, token_type_ids=types).pooler_output))

    return [np.mean([score(r, s.hypothesis) for r in s.present_references]) for s in samples]


def test_equals_rembert_by_name_then_offline_then_from_a_folder(
    pieces, peer, folder, monkeypatch, tmp_path
):
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path)
        hub.add(NAME, folder)
        found = BLEURT(model=NAME).statistics(NASTY, ModelPool())
        hub.models.clear()
        offline = BLEURT(model=NAME).statistics(NASTY, ModelPool())
    wanted = expected(pieces, peer, NASTY)
    assert np.ptp(wanted) > 0.1
    np.testing.assert_allclose(found[:, 0], wanted, atol=1e-5)
    np.testing.assert_array_equal(offline, found)
    local = BLEURT(model=str(folder))
    np.testing.assert_array_equal(local.statistics(NASTY, ModelPool()), found)
    assert local.found.sha256 == BLEURT(model=str(folder)).found.sha256
    assert "|refs:mean|" in str(local.signature("2"))


@pytest.mark.parametrize("limit", [5, 6, 31, 32])
def test_cuts_the_longer_text_first(pieces, peer, folder, limit):
    long, short = " ".join(f"word{i}" for i in range(60)), "two words"
    samples = [Sample("", *pair) for pair in ((long, (short,)), (short, (long,)), (long, (long,)))]
    metric = BLEURT(model=str(folder), max_length=limit)
    found = metric.statistics(samples, ModelPool())
    np.testing.assert_allclose(found[:, 0], expected(pieces, peer, samples, limit), atol=1e-5)
    assert found[:, 2].tolist() == [1, 1, 1]
    assert f"more than {limit} tokens" in metric.remarks(found)[0]


def test_lengths_are_those_of_taking_tokens_away_one_by_one():
    for reference in range(9):
        for hypothesis in range(9):
            for room in range(2, 12):
                a, b = reference, hypothesis
                while a + b > room:
                    a, b = (a - 1, b) if a > b else (a, b - 1)
                assert _lengths(reference, hypothesis, room) == (a, b)


def test_other_metrics_and_models_are_told_apart(folder, tmp_path):
    assert find_model(str(folder)).encoder is not None
    with pytest.raises(ModelError, match="BLEURT model, not a COMET model: use it with bleurt"):
        Comet(model=str(folder)).check()
    with pytest.raises(ModelError, match="BLEURT model, not an encoder: use it with bleurt"):
        BERTScore(model=str(folder), layer=1).check()
    with pytest.raises(ModelError, match="is not a BLEURT model"):
        BLEURT(model="mtqe-e5-small").check()
    with pytest.raises(MetricError, match="bleurt needs a model"):
        BLEURT().check()


def test_older_models_and_damaged_ones_are_refused(folder, tmp_path):
    older = tmp_path / "bleurt-base-128"
    older.mkdir()
    for name in ("config.json", "pytorch_model.bin"):
        (older / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(ModelError, match=r"has no spm.model, as BLEURT models before BLEURT-20"):
        BLEURT(model=str(older)).check()
    (older / "spm.model").write_bytes(b"\0\1")
    with pytest.raises(ModelError, match="can't be loaded"):
        BLEURT(model=str(older)).statistics(NASTY[:1], ModelPool())
    (older / "spm.model").write_bytes((folder / "spm.model").read_bytes())
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    torch.save(
        {k: v for k, v in state.items() if "classifier" not in k}, older / "pytorch_model.bin"
    )
    with pytest.raises(ModelError, match=r"lack classifier.weight: download"):
        BLEURT(model=str(older)).statistics(NASTY[:1], ModelPool())


@pytest.mark.parametrize("stated", [5, [1, {}], "BleurtForSequenceClassification", None, {}])
def test_odd_architectures_are_no_bleurt_model(folder, tmp_path, stated):
    for name in ("config.json", "pytorch_model.bin", "spm.model"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    config = json.loads((folder / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "architectures": stated}))
    with pytest.raises(ModelError, match="is not a BLEURT model"):
        BLEURT(model=str(tmp_path)).check()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tensor: tensor.to(torch.int8), "as torch.int8, which mtqe does not read"),
        (lambda tensor: tensor * float("inf"), "gives no finite numbers"),
        (lambda tensor: tensor * float("nan"), "gives no finite numbers"),
    ],
)
def test_weights_that_give_no_scores_are_refused(folder, tmp_path, change, says):
    for name in ("config.json", "spm.model"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    state["classifier.weight"] = change(state["classifier.weight"])
    torch.save(state, tmp_path / "pytorch_model.bin")
    with pytest.raises((MetricError, ModelError), match=says):
        BLEURT(model=str(tmp_path)).statistics(NASTY[:2], ModelPool())


def test_a_missing_tensor_and_bad_settings_are_named(folder, tmp_path):
    for name in ("config.json", "spm.model"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    lacking = next(name for name in state if name.endswith("layer.0.output.dense.weight"))
    sound = state.pop(lacking)
    torch.save(state, tmp_path / "pytorch_model.bin")
    name = re.escape(lacking.removeprefix("bleurt."))
    with pytest.raises(ModelError, match=f"neither its weights nor its settings have {name};"):
        BLEURT(model=str(tmp_path)).statistics(NASTY[:1], ModelPool())
    torch.save({**state, lacking: sound}, tmp_path / "pytorch_model.bin")
    config = json.loads((folder / "config.json").read_text())
    for value in ("x", -1, 0, 1e30, float("nan"), None, True, []):
        (tmp_path / "config.json").write_text(json.dumps({**config, "layer_norm_eps": value}))
        with pytest.raises(ModelError, match=r"layer_norm_eps = .* must be a number above 0"):
            BLEURT(model=str(tmp_path)).statistics(NASTY[:1], ModelPool())
