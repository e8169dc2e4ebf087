"""The two metrics that share one adapted encoder: with and without a reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from comet.modules import FeedForward, LayerwiseAttention
from torch import Tensor, nn

from training.encoder import TunedEncoder
from training.recipe import Recipe


class Head(nn.Module):
    """COMET's layer mix and estimator on pooled vectors.

    COMET mixes layers before pooling; both are linear, so pooling first gives the same numbers.

    Attributes:
        identifier: COMET's name for the class of models.
    """

    identifier: ClassVar[str]

    def __init__(self, features: int, encoder: TunedEncoder, recipe: Recipe) -> None:
        super().__init__()
        self.layerwise_attention = LayerwiseAttention(encoder.layers)
        self.estimator = FeedForward(
            features * encoder.hidden,
            hidden_sizes=list(recipe.hidden_sizes),
            dropout=recipe.dropout,
            final_activation="Sigmoid",
        )

    def mix(self, pooled: Tensor) -> Tensor:
        """Mix [texts, layers, hidden] to [texts, hidden]."""
        mixed: Tensor = self.layerwise_attention(list(pooled.unbind(1)))
        return mixed

    def logits(self, features: Tensor) -> Tensor:
        """The estimate before its sigmoid: [n, features] to [n]."""
        before_sigmoid = self.estimator.ff[:-1]
        estimate: Tensor = before_sigmoid(features)
        return estimate.squeeze(-1)

    def calibrate(self, scale: float, offset: float) -> None:
        """Make every logit x `scale * x + offset`."""
        last = self.estimator.ff[-2]
        with torch.no_grad():
            last.weight.mul_(scale)
            last.bias.mul_(scale).add_(offset)


class ReferenceHead(Head):
    """RegressionMetric (Rei et al. 2020): source, hypothesis and reference."""

    identifier = "regression_metric"

    def __init__(self, encoder: TunedEncoder, recipe: Recipe) -> None:
        super().__init__(6, encoder, recipe)

    def forward(self, source: Tensor, hypothesis: Tensor, reference: Tensor) -> Tensor:
        """Logits [n] for pooled vectors [n, layers, hidden]."""
        return self.estimate(self.mix(source), self.mix(hypothesis), self.mix(reference))

    def estimate(self, src: Tensor, mt: Tensor, ref: Tensor) -> Tensor:
        """Logits [n] for sentence vectors [n, hidden]."""
        parts = [mt, ref, mt * ref, (mt - ref).abs(), mt * src, (mt - src).abs()]
        return self.logits(torch.cat(parts, 1))


class SourceHead(Head):
    """ReferencelessRegression: source and hypothesis."""

    identifier = "referenceless_regression_metric"

    def __init__(self, encoder: TunedEncoder, recipe: Recipe) -> None:
        super().__init__(4, encoder, recipe)

    def forward(self, source: Tensor, hypothesis: Tensor) -> Tensor:
        """Logits [n] for pooled vectors [n, layers, hidden]."""
        return self.estimate(self.mix(source), self.mix(hypothesis))

    def estimate(self, src: Tensor, mt: Tensor) -> Tensor:
        """Logits [n] for sentence vectors [n, hidden]."""
        return self.logits(torch.cat([mt, src, mt * src, (mt - src).abs()], 1))


class MiniModel(nn.Module):
    """One encoder, two heads."""

    def __init__(self, encoder: TunedEncoder, recipe: Recipe) -> None:
        super().__init__()
        self.encoder = encoder
        self.comet = ReferenceHead(encoder, recipe)
        self.kiwi = SourceHead(encoder, recipe)

    def trainable(self) -> dict[str, nn.Parameter]:
        """The parameters that training changes, by name."""
        return {name: p for name, p in self.named_parameters() if p.requires_grad}


class Pooled:
    """Pooled vectors of distinct texts, looked up by text."""

    def __init__(self, encoder: TunedEncoder, texts: Sequence[str], max_tokens: int) -> None:
        self._index = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        self._vectors: Tensor = encoder(list(self._index), max_tokens)

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Vectors [len(texts), layers, hidden]."""
        return self._vectors[torch.tensor([self._index[text] for text in texts])]
