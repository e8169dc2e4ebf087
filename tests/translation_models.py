"""Small models: of Marian's kind trained on a made-up language, of other kinds with random weights.

A sentence of the made-up language is some capitalised words and a full stop or question mark. Its
right translation has the words in lower case and backwards; masks such as ``__1__`` stay.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import sentencepiece
import torch
from filelock import FileLock
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    NllbTokenizer,
    T5Config,
    T5ForConditionalGeneration,
    T5Tokenizer,
)

from mtqe.support.quiet import quiet
from tests.peers import TRANSFORMERS_5

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
    torch.set_num_threads(1)
    model = MarianMTModel(_config(len(tokenizer)))
    _train(model, tokenizer, random.Random(seed))
    model.generation_config.bad_words_ids = [[tokenizer.pad_token_id]]
    model.save_pretrained(folder)
    return folder


def _train(model: MarianMTModel, tokenizer: MarianTokenizer, chance: random.Random) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    padding = model.get_input_embeddings().weight[tokenizer.pad_token_id]
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
        padding.data.zero_()  # decoders start with it, and in OPUS-MT it is all zeros


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
    with quiet():  # it recommends a package that it makes no use of
        return MarianTokenizer.from_pretrained(folder)


def _train_pieces(texts: Sequence[str]) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, vocab_size=110, hard_vocab_limit=False,
        character_coverage=1.0, bos_id=-1, minloglevel=2, num_threads=1,
        user_defined_symbols=MASKS,
    )  # fmt: skip
    return model.getvalue()


def convert(model: Path, folder: Path, quantization: str | None = "int8") -> Path:
    """Convert a model for CTranslate2, with its tokenizer beside it."""
    from ctranslate2.converters import TransformersConverter

    files = [path.name for path in model.iterdir() if path.suffix in (".spm", ".json")]
    copied = [name for name in files if name not in ("config.json", "generation_config.json")]
    converter = TransformersConverter(str(model), copy_files=copied)
    with quiet():
        return Path(converter.convert(str(folder), quantization=quantization))


class Families:
    """Models with random weights of the families that are told their direction in special ways."""

    def __init__(self, folder: Path) -> None:
        chance = random.Random(1)
        self.folder = folder
        self._spm = folder / "pieces.model"
        self._spm.write_bytes(_train_pieces([sentence(chance) for _ in range(200)]))

    def nllb(self) -> Path:
        return self._write("nllb", lambda: NllbTokenizer(str(self._spm)), self._m2m100)

    def m2m100(self) -> Path:
        vocabulary = self.folder / "vocab.json"
        pieces = sentencepiece.SentencePieceProcessor(str(self._spm))
        names = ["<s>", "<pad>", "</s>", "<unk>", *map(pieces.id_to_piece, range(3, len(pieces)))]
        vocabulary.write_text(json.dumps({name: number for number, name in enumerate(names)}))
        made = lambda: M2M100Tokenizer(str(vocabulary), str(self._spm))  # noqa: E731
        return self._write("m2m100", made, self._m2m100)

    def t5(self, name: str = "t5", tokens: Sequence[str] = ()) -> Path:
        def tokenizer() -> T5Tokenizer:
            made = T5Tokenizer(str(self._spm), extra_ids=0, legacy=True, model_max_length=32)
            made.add_tokens(list(tokens))
            return made

        return self._write(name, tokenizer, self._t5)

    def madlad(self) -> Path:
        return self.t5("madlad", ["<2en>", "<2es>", "<2pt_BR>"])

    def _write(self, name: str, tokenizer, model) -> Path:
        if TRANSFORMERS_5:
            pytest.skip("transformers 5 does not make tokenizers from SentencePiece files")
        folder = self.folder / name
        if not folder.exists():
            torch.manual_seed(8)
            made = tokenizer()
            made.save_pretrained(folder)
            model(made).save_pretrained(folder)
        return folder

    def _m2m100(self, tokenizer) -> M2M100ForConditionalGeneration:
        codes = getattr(tokenizer, "lang_code_to_id", {}).values()
        special = tokenizer.convert_tokens_to_ids(tokenizer.additional_special_tokens)
        return M2M100ForConditionalGeneration(M2M100Config(
            vocab_size=max(*special, *codes) + 1, d_model=16,
            encoder_layers=1, decoder_layers=1,
            encoder_ffn_dim=16, decoder_ffn_dim=16, encoder_attention_heads=2,
            decoder_attention_heads=2, max_position_embeddings=40, decoder_start_token_id=2,
            init_std=0.5,
        ))  # fmt: skip

    def _t5(self, tokenizer) -> T5ForConditionalGeneration:
        return T5ForConditionalGeneration(T5Config(
            vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2,
            decoder_start_token_id=0, initializer_factor=5.0,
        ))  # fmt: skip


def shared(folder: Path, make: Callable[[Path], Path]) -> Path:
    """What `make` makes in a folder, made once for all processes of a test run."""
    with FileLock(folder.with_suffix(".lock")):
        return folder if folder.exists() else make(folder)
