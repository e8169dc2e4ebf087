"""Trained differences as safetensors, in the format that `mtqe.metrics` assembles models from."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from training.heads import Head
from training.model import MiniModel
from training.quantize import eight_bits

ENCODER = "mtqe-e5-small"
CHANGES = "mtqe-mini-encoder.safetensors"


def export(model: MiniModel, folder: Path) -> None:
    """Write the encoder's changes, which both metrics share (8 bits), and one file a head (16)."""
    folder.mkdir(parents=True, exist_ok=True)
    shared = eight_bits(model.encoder.differences())
    save_file(shared, folder / CHANGES, {"mtqe": json.dumps({"encoder": ENCODER})})
    for name, head in (("mtqe-comet-mini", model.comet), ("mtqe-kiwi-mini", model.kiwi)):
        metadata = {"mtqe": json.dumps(describe(name, head), sort_keys=True)}
        save_file(_half(head.state_dict()), folder / f"{name}.safetensors", metadata)


def describe(name: str, head: Head) -> dict[str, object]:
    """What the metadata says of a head."""
    return {
        "name": name,
        "class_identifier": head.identifier,
        "encoder": ENCODER,
        "adapters": CHANGES,
        "hparams": _hparams(head),
    }


def _hparams(head: Head) -> dict[str, object]:
    widths = [layer.out_features for layer in head.estimator.ff if hasattr(layer, "out_features")]
    return {
        "nr_frozen_epochs": 0,
        "keep_embeddings_frozen": True,
        "encoder_model": "BERT",
        "pool": "avg",
        "layer": "mix",
        "layer_transformation": "softmax",
        "layer_norm": False,
        "loss": "mse",
        "dropout": 0.1,
        "batch_size": 16,
        "hidden_sizes": widths[:-1],
        "activations": "Tanh",
        "final_activation": "Sigmoid",
    }


def _half(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensors[name].detach().to(torch.float16).contiguous() for name in sorted(tensors)}
