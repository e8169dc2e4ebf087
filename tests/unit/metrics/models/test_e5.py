"""The encoder read from the pip-delivered file, loaded by the libraries that will load it."""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import numpy as np
import pytest

from mtqe.errors import ModelError
from mtqe.metrics.models import e5
from tests.peers import TRANSFORMERS_5, pieces_description

SENTENCES = [
    "The quick brown fox doesn't jump over the lazy dog.",
    "我爱你，中国～～ 《红楼梦》第１２回",
    "日本語のテキスト ﾊﾝｶｸ です。が か\u3099",
    "مرحبا بالعالم، كيف حالُكُم؟",
    "नमस्ते दुनिया, क्षत्रिय",
    "สวัสดีชาวโลก กำลังทำ",
    "각각의 각 한국어",
    "😀👩👧 emoji ☕️",
    "e\u0301a\u0300 n\u0303 \u1e69 q\u0323\u0307",
    "  runs   of    spaces\tand\ntabs  ",
    "ﬁ ① ½ ™ ㎞ … «quoted»",
    "a\u00a0b\u3000c\u200bd\ufeffe",
    "",
    "   ",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    e5.assemble_encoder(folder)
    return folder


@pytest.fixture(scope="module")
def tokenizer(folder):
    """As tokenizer.json says."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast.from_pretrained(folder)


@pytest.fixture(scope="module")
def encoder_file() -> e5.EncoderFile:
    return e5.read_encoder(e5.weights_path())


def test_reading_the_weights_does_not_import_their_package(encoder_file):
    assert encoder_file.architecture.hidden == 384
    assert e5.PACKAGE not in sys.modules


@pytest.mark.slow
def test_two_assemblies_are_identical(folder, tmp_path):
    e5.assemble_encoder(tmp_path)
    assert _digests(tmp_path) == _digests(folder)
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= set(_digests(folder))


def test_dequantize_takes_low_nibbles_first():
    blocks = np.zeros(1, e5.Q4_BLOCK)
    blocks["scale"] = 0.5
    blocks["nibbles"][0, :2] = [0xF0, 0x08]
    values = e5.dequantize(blocks)
    assert values[:3].tolist() == [-4.0, 0.0, -4.0]
    assert values[16:19].tolist() == [3.5, -4.0, -4.0]


def test_every_weight_of_bert_is_filled_and_nothing_else(folder):
    from transformers import BertModel

    model, info = BertModel.from_pretrained(folder, output_loading_info=True)
    assert not any(info.values())
    assert model.config.num_hidden_layers == 12


def test_translations_are_closer_than_other_sentences(folder, tokenizer):
    import torch
    from transformers import AutoModel

    english = ["The cat sits on the mat.", "Prices rose by three percent.", "She lives in Paris."]
    others = ["猫坐在垫子上。", "Los precios subieron un tres por ciento.", "वह पेरिस में रहती है।"]
    batch = tokenizer(english + others, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = AutoModel.from_pretrained(folder)(**batch).last_hidden_state
    mask = batch["attention_mask"][..., None]
    pooled = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)
    similarity = pooled[:3] @ pooled[3:].T
    assert similarity.argmax(1).tolist() == similarity.argmax(0).tolist() == [0, 1, 2]


def test_tokens_are_those_of_sentencepiece(encoder_file, tokenizer):
    reference = _sentencepiece(encoder_file)
    for sentence in SENTENCES:
        expected = [0, *reference.encode(sentence), 2]
        assert tokenizer(sentence)["input_ids"] == expected, sentence


@pytest.mark.skipif(
    TRANSFORMERS_5, reason="transformers 5's class for XLM-R passes tokenizer.json's rules over"
)
def test_callers_who_ask_for_a_slow_tokenizer_get_one_that_works(folder, tokenizer):
    from transformers import AutoTokenizer

    slow = AutoTokenizer.from_pretrained(folder, use_fast=False)
    assert slow.model_max_length == 512
    assert slow.build_inputs_with_special_tokens([]) == [0, 2]
    assert slow(SENTENCES)["input_ids"] == tokenizer(SENTENCES)["input_ids"]


def test_bert_score_loads_the_folder_with_either_tokenizer(folder):
    import bert_score

    pair = (["The cat sat on the mat."], ["The cat is sitting on the mat."])
    slow = bert_score.score(*pair, model_type=str(folder), num_layers=9)
    fast = bert_score.score(*pair, model_type=str(folder), num_layers=9, use_fast_tokenizer=True)
    assert [x.item() for x in slow] == [x.item() for x in fast]
    assert 0.8 < slow[2].item() < 1


def test_a_file_cut_short_is_one_clear_error(tmp_path):
    short = tmp_path / "short.bin"
    short.write_bytes(e5.weights_path().read_bytes()[:5_000_000])
    with pytest.raises(ModelError, match=r"short\.bin .*pip install"):
        e5.read_encoder(short)


def test_another_file_is_one_clear_error(tmp_path):
    other = tmp_path / "other.bin"
    other.write_bytes(b"PK\x03\x04" * 100)
    with pytest.raises(ModelError, match="unknown format"):
        e5.read_encoder(other)


def _digests(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}


def _sentencepiece(encoder: e5.EncoderFile):
    """SentencePiece itself, with the encoder's pieces and its own nmt_nfkc normalization."""
    import sentencepiece

    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e"] * 10),
        model_writer=trained,
        vocab_size=9,
        normalization_rule_name="nmt_nfkc",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    model = pieces_description().ModelProto()
    model.ParseFromString(trained.getvalue())
    del model.pieces[:]
    for piece, score in encoder.vocabulary.pieces:
        kind = {"<unk>": 2, "<s>": 3, "</s>": 3, "<pad>": 3, "<mask>": 3}.get(piece, 1)
        model.pieces.add(piece=piece, score=score, type=kind)
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
