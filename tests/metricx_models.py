"""MetricX models in the published layout, with tiny mT5 weights of chance."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from transformers import MT5Config, MT5ForConditionalGeneration

from tests.published_models import NASTY

MT5 = "google/mt5-xl"
SCORE_TOKEN = 250_089
SEED = 0
TEXTS = [t for s in NASTY for t in (s.source, s.hypothesis, *s.present_references) if t]
CONFIG = {
    "vocab_size": 250_112,
    "d_model": 8,
    "d_kv": 4,
    "d_ff": 16,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "num_heads": 2,
    "feed_forward_proj": "gated-gelu",
    "tie_word_embeddings": False,
}


def write_metricx(folder: Path, *, sharded: bool = False, dtype: torch.dtype | None = None) -> Path:
    """Write a folder as the models' repositories hold it: weights and config.json alone."""
    if folder.exists():
        return folder
    model = MT5ForConditionalGeneration(MT5Config(**CONFIG))
    # transformers 5 ties it to the embeddings, whatever the configuration says.
    model.lm_head.weight = torch.nn.Parameter(torch.empty_like(model.lm_head.weight))
    torch.manual_seed(sum(map(ord, folder.name)) + SEED)
    with torch.no_grad():
        for _, parameter in sorted(model.named_parameters()):
            if parameter.ndim == 2:
                parameter.copy_(torch.randn_like(parameter) * 0.4)
        some = torch.arange(3, 60).view(3, 19)
        logits = model(some, decoder_input_ids=torch.zeros(3, 1).long()).logits[:, 0, SCORE_TOKEN]
        # Scores between 0 and 25, most of them.
        model.lm_head.weight *= 15 * logits.mean().sign() / logits.abs().max()
    folder.mkdir(parents=True)
    state = model.to(dtype or torch.float32).state_dict()
    copies = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    _save({k: v.clone() for k, v in state.items() if k not in copies}, folder, 2 if sharded else 1)
    named = {"model_type": "mt5", "architectures": ["MT5ForRegression"], **CONFIG}
    (folder / "config.json").write_text(json.dumps(named))
    return folder


def _save(state: dict[str, torch.Tensor], folder: Path, count: int) -> None:
    """Write weights as transformers 4 did, in one file or in parts with an index."""
    if count == 1:
        torch.save(state, folder / "pytorch_model.bin")
        return
    names = list(state)
    places: dict[str, str] = {}
    for part in range(count):
        file = f"pytorch_model-{part + 1:05}-of-{count:05}.bin"
        own = names[part::count]
        torch.save({name: state[name] for name in own}, folder / file)
        places |= dict.fromkeys(own, file)
    index = {"metadata": {}, "weight_map": places}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index))


def write_mt5(folder: Path) -> Path:
    """Write mT5's repository as far as a tokenizer goes."""
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    settings: dict[str, Any] = {"tokenizer_class": "T5Tokenizer", "extra_ids": 0}
    settings |= {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "config.json").write_text(json.dumps({"model_type": "mt5", **CONFIG}))
    (folder / "spiece.model").write_bytes(pieces())
    (folder / "model.safetensors").write_bytes(b"nobody needs the weights of mT5")
    return folder


@cache
def pieces() -> bytes:
    """A SentencePiece model of the samples' texts with mT5's special tokens."""
    model = io.BytesIO()
    texts = [*TEXTS, "source: candidate: reference:"]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*texts, *(w for text in texts for w in text.split())]),
        model_writer=model, vocab_size=300, hard_vocab_limit=False, character_coverage=1.0,
        minloglevel=2, num_threads=1, normalization_rule_name="nmt_nfkc",
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, max_sentence_length=20_000,
    )  # fmt: skip
    return model.getvalue()
