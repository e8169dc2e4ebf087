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
from tests.hub_server import LoopbackHub
from tests.neural_models import LAYERS, SAMPLES, write_encoder
from tests.peers import TRANSFORMERS_5

SYSTEMS = Path(__file__).parents[2] / ".." / "shared" / "data" / "systems" / "de-en.tsv.gz"


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def encoder(request, tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("encoder") / "tiny", request.param)


@pytest.fixture(autouse=True)
def bert_score_on_transformers_5(monkeypatch):
    """Give bert-score the method that it calls for empty texts, which transformers 5 lacks."""
    from transformers import PreTrainedTokenizerBase

    if not hasattr(PreTrainedTokenizerBase, "build_inputs_with_special_tokens"):
        method = lambda self, ids: self("")["input_ids"]  # noqa: E731
        target = "build_inputs_with_special_tokens"
        monkeypatch.setattr(PreTrainedTokenizerBase, target, method, raising=False)


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


TEXTS = [t for s in SAMPLES for t in (s.source, s.hypothesis, *s.present_references) if t]


def write_roberta(folder: Path) -> Path:
    """RoBERTa with random weights, as Facebook published it: ``vocab.json``, ``merges.txt``."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import RobertaConfig, RobertaModel

    folder.mkdir()
    bpe = ByteLevelBPETokenizer()
    bpe.train_from_iterator(
        TEXTS, 400, show_progress=False,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
    )  # fmt: skip
    bpe.save_model(str(folder))
    config = RobertaConfig(
        vocab_size=bpe.get_vocab_size(), hidden_size=32, num_hidden_layers=3, type_vocab_size=1,
        num_attention_heads=4, intermediate_size=64, max_position_embeddings=514,
    )  # fmt: skip
    _spread(RobertaModel(config)).save_pretrained(folder)
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 512}')
    return folder


def write_t5(folder: Path) -> Path:
    """A T5 encoder with random weights; its texts end with a token and begin with none."""
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    from tests.published_models import sentence_pieces

    folder.mkdir()
    (folder / "spiece.model").write_bytes(sentence_pieces())
    with quiet():
        tokenizer = T5Tokenizer(str(folder / "spiece.model"), legacy=False, model_max_length=512)
        tokenizer.save_pretrained(folder)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=3, num_heads=4
    )
    _spread(T5EncoderModel(config)).save_pretrained(folder)
    return folder


def write_deberta(folder: Path) -> Path:
    """DeBERTa, which bert-score recommends: byte-level pieces, but no space in front."""
    with quiet():
        from transformers import DebertaConfig, DebertaModel

    write_roberta(folder)
    special = {
        "[CLS]": "<s>",
        "[PAD]": "<pad>",
        "[SEP]": "</s>",
        "[UNK]": "<unk>",
        "[MASK]": "<mask>",
    }
    vocabulary = json.loads((folder / "vocab.json").read_text())
    names = {old: new for new, old in special.items()}
    renamed = {names.get(piece, piece): number for piece, number in vocabulary.items()}
    (folder / "vocab.json").write_text(json.dumps(renamed))
    config = DebertaConfig(
        vocab_size=len(renamed), hidden_size=32, num_hidden_layers=3, num_attention_heads=4,
        intermediate_size=64, relative_attention=True, pos_att_type="c2p|p2c", type_vocab_size=0,
        position_biased_input=False, max_relative_positions=-1,
    )  # fmt: skip
    with quiet():  # transformers compiles parts of it in a way that PyTorch wants to give up
        _spread(DebertaModel(config)).save_pretrained(folder)
    return folder


def write_mdeberta(folder: Path) -> Path:
    """mDeBERTa: SentencePiece alone."""
    with quiet():
        from transformers import DebertaV2Config, DebertaV2Model

    from tests.published_models import DEBERTA_CONFIG, sentence_pieces

    folder.mkdir()
    (folder / "spm.model").write_bytes(sentence_pieces(deberta=True))
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false, "vocab_type": "spm"}')
    sizes = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4}
    settings = {k: v for k, v in DEBERTA_CONFIG.items() if k != "model_type"}
    config = DebertaV2Config(vocab_size=300, intermediate_size=64, **sizes, **settings)
    with quiet():
        _spread(DebertaV2Model(config)).save_pretrained(folder)
    return folder


def _spread(model):
    import torch

    torch.manual_seed(3)
    with torch.no_grad():
        for tensor in model.parameters():
            if tensor.ndim == 2:
                tensor.copy_(torch.randn_like(tensor) * 0.3)
    return model


own_tokenizers = pytest.mark.skipif(
    TRANSFORMERS_5,
    reason="with transformers 5, bert-score reads these otherwise or not at all; mtqe as before",
)


@own_tokenizers
@pytest.mark.parametrize("write", [write_roberta, write_t5, write_deberta, write_mdeberta])
@pytest.mark.parametrize("idf", [False, True])
def test_what_the_program_prints_for_its_own_defaults(write, idf, tmp_path):
    """bert-score takes slow tokenizers, and lets RoBERTa's texts begin with a space."""
    folder = write(tmp_path / write.__name__.replace("write_", "tiny-"))
    metric = BERTScore(model=str(folder), layer=2, idf=idf)
    references = [text for sample in SAMPLES for text in sample.present_references]

    scores = metric.fitted(references).statistics(SAMPLES, ModelPool())[:, 0]

    wanted = expected(SAMPLES, folder, 2, idf=idf)
    np.testing.assert_allclose(scores, wanted, atol=4e-6, rtol=0)
    assert np.ptp(scores[3:]) > 0.01


@own_tokenizers
def test_an_encoder_by_its_name_on_a_hub_and_then_without_it(tmp_path, monkeypatch):
    folder = write_roberta(tmp_path / "tiny-roberta")
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        hub.add("roberta-large", folder)
        metric = BERTScore(model="roberta-large", layer=2)
        first = metric.statistics(SAMPLES, ModelPool())[:, 0]
        hub.models.clear()
        again = BERTScore(model="roberta-large", layer=2).statistics(SAMPLES, ModelPool())[:, 0]

    np.testing.assert_allclose(first, expected(SAMPLES, folder, 2), atol=4e-6, rtol=0)
    np.testing.assert_array_equal(first, again)
