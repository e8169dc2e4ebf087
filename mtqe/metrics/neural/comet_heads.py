"""What COMET computes on top of an encoder: the layer mix, pooling and the regression head.

Rei et al. 2020, "COMET: A Neural Framework for MT Evaluation"; formulas as in unbabel-comet 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mtqe.metrics.neural.encoders.packing import PackedBatch

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.neural.encoders.bert import BertFamilyEncoder


@dataclass(frozen=True)
class SentencePooling:
    """Turns hidden states into one embedding a sentence.

    Averaging over tokens and mixing layers are both linear, so each layer is pooled as soon
    as it is computed, and layers above the last one with a weight are never computed.

    Attributes:
        weights: the share of each hidden state, from the embeddings up; 0 for unused ones.
        pool: ``avg`` over tokens, or the first token (``cls``).
        normalize: whether each layer is first normalized over all values of a sentence.
        pad: the id of the padding token, left out of averages where a text spells it out.
    """

    weights: tuple[float, ...]
    pool: Literal["avg", "cls"]
    normalize: bool
    pad: int

    def __call__(self, encoder: BertFamilyEncoder, batch: PackedBatch) -> torch.Tensor:
        """Embeddings [sentences, hidden], float32, in the order of the batch."""
        import torch

        depth = max(i for i, weight in enumerate(self.weights) if weight) + 1
        states = zip(self.weights[:depth], encoder.states(batch), strict=False)
        means = batch.sentence_means()
        pooling = self._pooling_matrix(batch, means)
        pooled = [weight * self._pool(state, pooling, means) for weight, state in states if weight]
        return torch.stack(pooled).sum(0)

    def _pooling_matrix(self, batch: PackedBatch, means: torch.Tensor) -> torch.Tensor:
        """What each token [sentences, tokens] gives to its sentence."""
        if self.pool == "avg":
            return means * (batch.ids != self.pad)
        return (means * (batch.positions == 0)).sign()

    def _pool(
        self, state: torch.Tensor, pooling: torch.Tensor, means: torch.Tensor
    ) -> torch.Tensor:
        state = state.float()
        pooled = pooling @ state
        if not self.normalize:
            return pooled
        mean = means @ state.mean(1, keepdim=True)
        variance = means @ state.square().mean(1, keepdim=True) - mean.square()
        centered = pooled - pooling.sum(1, keepdim=True) * mean
        return centered / (variance + 1e-12).sqrt()


def layer_weights(
    state: Mapping[str, torch.Tensor], hparams: Mapping[str, Any]
) -> tuple[float, ...]:
    """The share of each hidden state in the sentence embedding, gamma included."""
    import torch

    layer = hparams["layer"]
    if layer != "mix":
        return (0.0,) * int(layer) + (1.0,)
    count = sum(name.startswith("layerwise_attention.scalar_parameters.") for name in state)
    scalars = [state[f"layerwise_attention.scalar_parameters.{i}"] for i in range(count)]
    mixed = _shares(torch.cat(scalars).float(), hparams["layer_transformation"])
    gamma = state["layerwise_attention.gamma"].float()
    return tuple((mixed * gamma).tolist())


def _shares(scalars: torch.Tensor, transformation: str) -> torch.Tensor:
    if transformation != "sparsemax":
        return scalars.softmax(0)
    from entmax import sparsemax

    shares: torch.Tensor = sparsemax(scalars, dim=0)
    return shares


def build_estimator(
    state: Mapping[str, torch.Tensor], hparams: Mapping[str, Any], device: str
) -> torch.nn.Module:
    """COMET's feed-forward head, float32; dropout is left out, for it does nothing here."""
    import torch

    matches = (re.fullmatch(r"estimator\.ff\.(\d+)\.weight", name) for name in state)
    numbers = sorted(int(match[1]) for match in matches if match)
    modules: list[torch.nn.Module] = []
    for number in numbers:
        modules.append(_linear(state, f"estimator.ff.{number}"))
        last = number == numbers[-1]
        activation = hparams["final_activation"] if last else hparams["activations"]
        if activation is not None:
            modules.append(getattr(torch.nn, activation.title())())
    return torch.nn.Sequential(*modules).to(device)


def _linear(state: Mapping[str, torch.Tensor], name: str) -> torch.nn.Linear:
    import torch

    weight, bias = state[f"{name}.weight"].float(), state[f"{name}.bias"].float()
    linear = torch.nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    linear.weight = torch.nn.Parameter(weight, requires_grad=False)
    linear.bias = torch.nn.Parameter(bias, requires_grad=False)
    return linear
