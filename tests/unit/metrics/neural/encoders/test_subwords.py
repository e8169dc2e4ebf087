"""Tokenizers of folders: those that transformers would misread are refused."""

from __future__ import annotations

import json

import pytest
import sentencepiece

from mtqe.errors import ModelError
from mtqe.metrics.neural.encoders import subwords
from mtqe.metrics.neural.encoders.subwords import from_folder
from mtqe.metrics.pool import ModelPool
from tests.peers import TRANSFORMERS_5

TEXTS = ["the quick brown fox", "１２，国", "a  b\tc"]


@pytest.fixture
def folder(tmp_path):
    """A SentencePiece model, and no tokenizer.json."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["the quick brown fox jumps, over 12 国 a b c"] * 50),
        model_prefix=str(tmp_path / "pieces"),
        vocab_size=40,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    return tmp_path


def pieces(folder, name: str) -> sentencepiece.SentencePieceProcessor:
    (folder / "pieces.model").rename(folder / name)
    return sentencepiece.SentencePieceProcessor(str(folder / name))


@pytest.mark.parametrize("class_name", ["", "XLMRobertaTokenizerFast"])
def test_xlm_r_has_the_pieces_of_its_file_one_further(folder, class_name):
    (folder / "config.json").write_text(json.dumps({"model_type": "xlm-roberta"}))
    model = pieces(folder, "sentencepiece.bpe.model")

    found = from_folder(folder, 512, class_name, ModelPool()).encode(TEXTS)

    assert found == [[0, *(piece + 1 for piece in model.encode(text)), 2] for text in TEXTS]


@pytest.mark.skipif(not TRANSFORMERS_5, reason="transformers 4 reads it as it should")
def test_rembert_without_tokenizer_json_is_refused_where_it_would_be_misread(folder):
    (folder / "config.json").write_text(json.dumps({"model_type": "rembert"}))
    pieces(folder, "sentencepiece.model")

    with pytest.raises(ModelError, match=r"put the tokenizer\.json of google/rembert there"):
        from_folder(folder, 512, subwords.REMBERT, ModelPool())


@pytest.mark.skipif(TRANSFORMERS_5, reason="transformers 5 would misread it")
def test_rembert_has_its_special_tokens(folder):
    (folder / "config.json").write_text(json.dumps({"model_type": "rembert"}))
    model = pieces(folder, "sentencepiece.model")

    tokenizer = from_folder(folder, 512, subwords.REMBERT, ModelPool())

    (ids,) = tokenizer.encode(TEXTS[:1])
    assert ids[1:-1] == model.encode(TEXTS[0])
    assert {ids[0], ids[-1]} == tokenizer.boundaries
