"""Small Marian models of a made-up language, trained in seconds, whose right output is known.

A sentence is some capitalised words and a full stop or question mark. Its translation has the words
in lower case and backwards; masks such as ``__1__`` stay as they are.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from pathlib import Path

import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

WORDS = [
    first + second for first in ("Ba", "Ke", "Li", "Mo") for second in ("do", "fa", "ri", "zu")
]
MASKS = ["__1__", "__2__"]
LONGEST = 6
END, UNKNOWN, PADDING = "</s>", "<unk>", "<pad>"
STEPS, BATCH, WIDTH = 350, 32, 64


def right(source: str) -> str:
    """The translation of one sentence."""
    words = [word.lower() for word in source[:-1].split()]
    return " ".join(reversed(words)) + source[-1]


def sentence(chance: random.Random, longest: int = LONGEST) -> str:
    words = chance.choices(WORDS, k=chance.randint(1, longest))
    if chance.random() < 0.4:
        masks = MASKS[: chance.randint(1, 2)]
        words = [*words[: longest - len(masks)], *masks]
        chance.shuffle(words)
    return " ".join(words) + chance.choice(".?")


def train_marian(folder: Path, seed: int = 3) -> Path:
    """Train a model and write it as OPUS-MT models lie on a hub."""
    folder.mkdir(parents=True)
    tokenizer = _write_tokenizer(folder)
    torch.manual_seed(seed)
    model = MarianMTModel(_config(len(tokenizer)))
    _train(model, tokenizer, random.Random(seed))
    model.save_pretrained(folder)
    return folder


def _train(model: MarianMTModel, tokenizer: MarianTokenizer, chance: random.Random) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 3e-3, total_steps=STEPS, pct_start=0.2
    )
    model.train()
    for _ in range(STEPS):
        sources = [sentence(chance) for _ in range(BATCH)]
        batch = tokenizer(
            sources, text_target=list(map(right, sources)), return_tensors="pt", padding=True
        )
        batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
        model(**batch).loss.backward()
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()


def _config(vocabulary: int) -> MarianConfig:
    layers = {"encoder_layers": 2, "decoder_layers": 2}
    heads = {"encoder_attention_heads": 4, "decoder_attention_heads": 4}
    return MarianConfig(
        vocab_size=vocabulary, d_model=WIDTH, encoder_ffn_dim=2 * WIDTH, decoder_ffn_dim=2 * WIDTH,
        max_position_embeddings=64, eos_token_id=0, pad_token_id=vocabulary - 1,
        decoder_start_token_id=vocabulary - 1,
        forced_eos_token_id=None, scale_embedding=True, init_std=0.1, dropout=0.0,
        **layers, **heads,
    )  # fmt: skip


def _write_tokenizer(folder: Path) -> MarianTokenizer:
    chance = random.Random(1)
    texts = [text for _ in range(500) for s in [sentence(chance)] for text in (s, right(s))]
    spm = _train_pieces(texts)
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(spm)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=spm)
    names = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    ordinary = (name for name in names if name not in (END, UNKNOWN))
    vocabulary = [END, UNKNOWN, *ordinary, PADDING]  # the order of OPUS-MT
    ids = {piece: number for number, piece in enumerate(vocabulary)}
    (folder / "vocab.json").write_text(json.dumps(ids))
    settings = {"tokenizer_class": "MarianTokenizer", "model_max_length": 64}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return MarianTokenizer.from_pretrained(folder)


def _train_pieces(texts: Sequence[str]) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, vocab_size=110, hard_vocab_limit=False,
        character_coverage=1.0, bos_id=-1, minloglevel=2, num_threads=1,
        user_defined_symbols=MASKS,
    )  # fmt: skip
    return model.getvalue()
