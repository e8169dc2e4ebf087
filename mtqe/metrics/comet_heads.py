"""What COMET computes on top of an encoder: the layer mix, pooling and the regression head.

Rei et al. 2020, "COMET: A Neural Framework for MT Evaluation"; formulas as in unbabel-comet 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mtqe.metrics.packing import PackedBatch, Run

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.encoders import BertFamilyEncoder


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
        parts = [self._pool_layer(state, batch) * weight for weight, state in states if weight]
        return torch.stack(parts).sum(0)

    def _pool_layer(self, state: torch.Tensor, batch: PackedBatch) -> torch.Tensor:
        import torch

        kept = batch.ids != self.pad
        masked = state if kept.all() else state.masked_fill(~kept.unsqueeze(-1), 0)
        return torch.cat([self._pool_run(run, state, masked, kept) for run in batch.runs])

    def _pool_run(
        self, run: Run, state: torch.Tensor, masked: torch.Tensor, kept: torch.Tensor
    ) -> torch.Tensor:
        pooled = self._reduce(run.of(masked).float())
        if not self.normalize:
            return pooled
        values = run.of(state).float().flatten(1)
        deviation = (values.var(1, correction=0, keepdim=True) + 1e-12).sqrt()
        share = self._reduce(run.of(kept).float()).unsqueeze(1)
        return (pooled - share * values.mean(1, keepdim=True)) / deviation

    def _reduce(self, values: torch.Tensor) -> torch.Tensor:
        """Values [sentences, length, ...] to [sentences, ...]."""
        return values.mean(1) if self.pool == "avg" else values[:, 0]


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
