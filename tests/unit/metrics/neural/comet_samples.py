"""A small COMET delta with a random head, as the training code would write one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

QUERY = "encoder.layer.3.attention.self.query"
NORM = "encoder.layer.3.output.LayerNorm.bias"
HPARAMS = {"hidden_sizes": [16], "activations": "Tanh", "pool": "avg", "dropout": 0.1}


def adapters(rank: int = 2) -> dict[str, np.ndarray]:
    """A low-rank update of one query layer, and a shift of one layer norm."""
    random = np.random.default_rng(1)
    return {
        f"adapter.{QUERY}.A": random.normal(size=(rank, 384)).astype(np.float16),
        f"adapter.{QUERY}.B": random.normal(scale=0.1, size=(384, rank)).astype(np.float16),
        f"shift.{NORM}": np.full(384, 0.5, np.float16),
    }


def head(features: int) -> dict[str, np.ndarray]:
    """An estimator on `features` sentence embeddings, and the weights of the layer mix."""
    random = np.random.default_rng(2)
    mix = {f"layerwise_attention.scalar_parameters.{n}": np.full(1, n / 13) for n in range(13)}
    tensors = {
        "layerwise_attention.gamma": np.ones(1),
        **mix,
        "estimator.ff.0.weight": random.normal(scale=0.05, size=(16, 384 * features)),
        "estimator.ff.0.bias": np.zeros(16),
        "estimator.ff.3.weight": random.normal(size=(1, 16)),
        "estimator.ff.3.bias": np.full(1, 0.5),
    }
    return {name: tensor.astype(np.float16) for name, tensor in tensors.items()}


def write_delta(
    path: Path,
    tensors: dict[str, np.ndarray],
    class_identifier: str = "regression_metric",
    shared: str | None = None,
) -> Path:
    """Write a delta file, and name the adapter file it shares if there is one."""
    metadata = {
        "name": path.stem,
        "class_identifier": class_identifier,
        "hparams": HPARAMS,
        "encoder": "mtqe-e5-small",
    }
    if shared:
        metadata["adapters"] = shared
    save_file(tensors, path, metadata={"mtqe": json.dumps(metadata)})
    return path
