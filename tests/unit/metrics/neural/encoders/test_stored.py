"""Weights that stay in their file: the same scores, without a copy in memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.neural.encoders.affine import Linear, StoredLinear
from mtqe.metrics.pool import ModelPool
from tests.neural_models import SAMPLES, write_comet, write_encoder


@pytest.fixture
def encoder(tmp_path):
    return write_encoder(tmp_path / "encoder")


class ShortOfMemory(ModelPool):
    """A pool without room for anything."""

    def make_room(self, needed: int) -> bool:
        self.asked = needed
        return False


def linears(pool: ModelPool) -> set[type]:
    """The kinds of affine maps in the encoder that a pool holds."""
    (found,) = (model for model in pool._models.values() if hasattr(model, "encoder"))
    layers = found.encoder.layers
    return {
        type(getattr(layer, name)) for layer in layers for name in ("query_key_value", "output")
    }


def test_scores_are_the_same_where_memory_is_short(encoder):
    metric = BERTScore(str(encoder), layer=2)
    usual, short = ModelPool("cpu"), ShortOfMemory("cpu")
    expected = metric.statistics(SAMPLES, usual)
    np.testing.assert_allclose(metric.statistics(SAMPLES, short), expected, atol=1e-6)
    assert (linears(usual), linears(short)) == ({Linear}, {StoredLinear})
    joined = {n: t for n, t in load_file(encoder / "model.safetensors").items() if ".self." in n}
    assert short.asked == 2 * sum(t.nbytes for n, t in joined.items() if ".layer.2." not in n)


def test_comet_scores_are_the_same_where_memory_is_short(encoder, tmp_path):
    metric = Comet(model=str(write_comet(tmp_path / "model", encoder, "regression_metric")))
    expected = metric.statistics(SAMPLES, ModelPool("cpu"))
    np.testing.assert_allclose(
        metric.statistics(SAMPLES, ShortOfMemory("cpu")), expected, atol=1e-5
    )


@pytest.mark.parametrize("pool", [ModelPool, ShortOfMemory])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_file_in_half_precision_gives_what_its_numbers_give_in_fp32(encoder, pool, dtype):
    weights = encoder / "model.safetensors"
    halved = {name: tensor.to(dtype) for name, tensor in load_file(weights).items()}
    save_file({name: tensor.float() for name, tensor in halved.items()}, weights)
    expected = BERTScore(str(encoder), layer=2).statistics(SAMPLES, ModelPool("cpu"))
    save_file(halved, weights)
    found = BERTScore(str(encoder), layer=2).statistics(SAMPLES, pool("cpu"))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_products_of_stored_weights_are_those_of_half_precision(dtype):
    torch.manual_seed(1)
    rows, weight, bias = torch.randn(9, 32), torch.randn(24, 32), torch.randn(24)
    rows, weight, bias = (tensor.to(dtype) for tensor in (rows, weight, bias))
    parts = StoredLinear((weight[:8], weight[8:]), (bias[:8], bias[8:]))
    plain = Linear(weight, bias)
    assert parts(rows).dtype == dtype
    for name in ("__call__", "gelu"):
        found, expected = getattr(parts, name)(rows), getattr(plain, name)(rows)
        torch.testing.assert_close(found, expected, atol=0.05, rtol=0.02)


def test_stored_weights_are_for_half_precision_on_processors_without_it():
    assert not StoredLinear.pays("cpu", torch.float32)
    assert not StoredLinear.pays("cuda", torch.bfloat16)
