"""A tiny encoder of the same architecture, so that real training steps take milliseconds."""

from __future__ import annotations

import pytest
import torch
from transformers import BertConfig, BertModel

from mtqe.metrics.models.e5_tokenizer import Vocabulary, write_tokenizer
from mtqe.people.metaeval.public_ratings import PublicRating
from training.encoder import TunedEncoder
from training.groups import make_group
from training.model import MiniModel
from training.recipe import Recipe

WORDS = ["▁one", "▁two", "▁three", "▁eins", "▁zwei", "▁drei", "▁vier", "▁5", "▁17"]
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
RECIPE = Recipe(
    steps=4,
    hypotheses=6,
    first_tuned_layer=1,
    hidden_sizes=(8, 4),
    warmup=2,
    cooldown=0,
)


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder")
    pieces = [*PIECES, *((word, -1.0) for word in WORDS), ("▁", -2.0)]
    write_tokenizer(folder, Vocabulary(pieces, 0, 2, 1, 3), 64, "XLMRobertaTokenizerFast")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces) + 1,
        hidden_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        pad_token_id=1,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture
def recipe():
    return RECIPE


@pytest.fixture
def model(encoder_folder, recipe):
    torch.manual_seed(recipe.seed)
    encoder = TunedEncoder(encoder_folder, recipe.first_tuned_layer)
    return MiniModel(encoder, recipe)


@pytest.fixture
def groups():
    return [
        make_group(
            [
                PublicRating("en-de", "good", "1", source, good, reference, 1.0, 1.0),
                PublicRating("en-de", "bad", "1", source, bad, reference, -1.0, -1.0),
            ]
        )
        for source, good, bad, reference in (
            ("one two", "eins zwei", "zwei", "eins zwei drei"),
            ("three 5", "drei 5", "drei 17", "drei 5 vier"),
            ("two three", "zwei drei", "vier", "zwei drei vier"),
            ("one 17", "eins 17", "eins 5", "eins 17 drei"),
        )
    ]
