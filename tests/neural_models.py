"""Tiny random models that the peers' own libraries load, and texts that try them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import yaml
from safetensors.torch import save_file

from mtqe.metrics.base import Sample
from mtqe.metrics.models.e5_tokenizer import Vocabulary, write_tokenizer

LONG = "The committee discussed the proposals of the member states on fishing quotas. " * 60
LONG_SOURCE = "Der Ausschuss beriet über die Vorschläge der Mitgliedstaaten zu Fangquoten. " * 60

SAMPLES = [
    Sample("Der Hund schläft.", "The dog sleeps.", ("The dog is asleep.", "The dog is sleeping.")),
    Sample("Der Hund schläft.", "A dog sleep.", ("The dog is asleep.", "The dog is sleeping.")),
    Sample("Guten Morgen!", "", ("Good morning!", "Morning!")),
    Sample("", "Hello", ("Hello", None)),
    Sample(
        "我们明天去北京。",
        "We are going to Beijing tomorrow.",
        ("Tomorrow we go to Beijing.", None),
    ),
    Sample("नमस्ते दुनिया", "Hello world", ("Hello, world", "Hi, world!")),
    Sample(LONG_SOURCE, "Short.", ("The committee met.", None)),
    Sample("Kurz.", LONG, (LONG + "More.", None)),
    Sample("Spell <pad> out", "A cat <pad> runs.", ("The <pad> dog </s> sleeps.", None)),
    Sample("  Räume  ", "  spaces\u3000", ("spaces", None)),
    Sample("<pad>", "<pad>", ("pad", None)),
]
LAYERS, HIDDEN = 3, 32
_FEED_FORWARD = 64
_SPECIAL = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]


def write_encoder(folder: Path, family: str = "xlm-roberta") -> Path:
    """Write a transformers folder: three layers, a tokenizer of characters and some words."""
    folder.mkdir()
    texts = [t for s in SAMPLES for t in (s.source, s.hypothesis, *s.present_references)]
    characters = sorted({character for text in texts for character in text if character > " "})
    words = sorted({f"▁{word}" for text in texts for word in text.split() if len(text) < 100})
    pieces = [("▁", -3.0), *((c, -6.0) for c in characters), *((w, -8.0) for w in words)]
    vocabulary = Vocabulary([*_SPECIAL, *pieces], bos=0, eos=2, pad=1, unk=3)
    write_tokenizer(folder, vocabulary, 512, "XLMRobertaTokenizerFast")
    config = _config(family, len(_SPECIAL) + len(pieces) + 1)
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_parameters(config), folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def write_comet(folder: Path, encoder: Path, kind: str, **hparams: object) -> Path:
    """Write a COMET checkpoint with random weights for an encoder of `write_encoder`."""
    config = json.loads((encoder / "config.json").read_text())
    family = {"bert": "BERT", "xlm-roberta": "XLM-RoBERTa"}[config["model_type"]]
    hparams = {
        "encoder_model": family,
        "pretrained_model": str(encoder),
        "hidden_sizes": [24, 8],
        **hparams,
    }
    state = {f"encoder.model.{name}": value for name, value in _parameters(config).items()}
    state |= _mix() if hparams.get("layer", "mix") == "mix" else {}
    state |= _head(kind)
    (folder / "checkpoints").mkdir(parents=True)
    content = {
        "state_dict": state,
        "hyper_parameters": hparams,
        "pytorch-lightning_version": "2.6.6",
    }
    torch.save(content, folder / "checkpoints" / "model.ckpt")
    text = yaml.safe_dump({**hparams, "class_identifier": kind})
    (folder / "hparams.yaml").write_text(text)
    return folder


def _config(family: str, vocabulary: int) -> dict[str, object]:
    return {
        "model_type": family,
        "architectures": ["BertModel" if family == "bert" else "XLMRobertaModel"],
        "vocab_size": vocabulary,
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "intermediate_size": _FEED_FORWARD,
        "hidden_act": "gelu",
        "max_position_embeddings": 512 if family == "bert" else 514,
        "type_vocab_size": 2 if family == "bert" else 1,
        "layer_norm_eps": 1e-5,
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 2,
        "transformers_version": "4.44.0",
    }


def _parameters(config: dict[str, Any]) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(5)
    shapes = {
        "word": config["vocab_size"],
        "position": config["max_position_embeddings"],
        "token_type": config["type_vocab_size"],
    }
    found = {
        f"embeddings.{name}_embeddings.weight": torch.randn(rows, HIDDEN, generator=random) * 0.3
        for name, rows in shapes.items()
    }
    found |= _norm("embeddings")
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            found |= _linear(f"{name}.attention.{part}", HIDDEN, HIDDEN, random)
        found |= _linear(f"{name}.intermediate.dense", _FEED_FORWARD, HIDDEN, random)
        found |= _linear(f"{name}.output.dense", HIDDEN, _FEED_FORWARD, random)
        found |= _norm(f"{name}.attention.output") | _norm(f"{name}.output")
    return found


def _linear(name: str, rows: int, columns: int, random: torch.Generator) -> dict[str, torch.Tensor]:
    weight = torch.randn(rows, columns, generator=random) * 0.2
    return {f"{name}.weight": weight, f"{name}.bias": torch.randn(rows, generator=random) * 0.1}


def _norm(name: str) -> dict[str, torch.Tensor]:
    weight, bias = torch.linspace(0.5, 1.5, HIDDEN), torch.linspace(-0.1, 0.1, HIDDEN)
    return {f"{name}.LayerNorm.weight": weight, f"{name}.LayerNorm.bias": bias}


def _mix() -> dict[str, torch.Tensor]:
    scalars = {f"layerwise_attention.scalar_parameters.{n}": 0.4 * n for n in range(LAYERS + 1)}
    values = {**scalars, "layerwise_attention.gamma": 1.2}
    return {name: torch.tensor([value]) for name, value in values.items()}


def _head(kind: str) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(7)
    features = {"regression_metric": 6, "referenceless_regression_metric": 4}.get(kind, 1)
    found = _linear("estimator.ff.0", 24, features * HIDDEN, random)
    found |= _linear("estimator.ff.3", 8, 24, random) | _linear("estimator.ff.6", 1, 8, random)
    tags = _linear("hidden2tag", 4, HIDDEN, random) if kind == "xcomet_metric" else {}
    return found | tags
