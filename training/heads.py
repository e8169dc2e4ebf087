"""COMET's heads on pooled vectors, in PyTorch alone: a GPU machine may lack unbabel-comet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn


class LayerMix(nn.Module):
    """COMET's scalar mix of layers, its parameters named as there."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.scalar_parameters = nn.ParameterList(torch.zeros(1) for _ in range(layers))
        self.gamma = nn.Parameter(torch.ones(1))

    def forward(self, pooled: Tensor) -> Tensor:
        """Mix [texts, layers, hidden] to [texts, hidden]."""
        weights = torch.cat(list(self.scalar_parameters)).softmax(0)
        mixed: Tensor = self.gamma * (pooled * weights[:, None]).sum(1)
        return mixed


class Estimator(nn.Module):
    """COMET's feed-forward estimator, its parameters named as there."""

    def __init__(self, features: int, hidden_sizes: Sequence[int], dropout: float) -> None:
        super().__init__()
        modules: list[nn.Module] = []
        for width, size in zip((features, *hidden_sizes), hidden_sizes, strict=False):
            modules += [nn.Linear(width, size), nn.Tanh(), nn.Dropout(dropout)]
        self.ff = nn.Sequential(*modules, nn.Linear(hidden_sizes[-1], 1), nn.Sigmoid())

    def forward(self, features: Tensor) -> Tensor:
        """Scores [n, 1] between 0 and 1."""
        scores: Tensor = self.ff(features)
        return scores


class Head(nn.Module):
    """Layer mix and estimator on pooled vectors.

    COMET mixes layers before pooling; both are linear, so pooling first gives the same numbers.

    Attributes:
        identifier: COMET's name for the class of models.
        vectors: number of vectors of a sentence's width that the estimator sees.
    """

    identifier: ClassVar[str]
    vectors: ClassVar[int]

    def __init__(
        self, layers: int, hidden: int, hidden_sizes: Sequence[int], dropout: float
    ) -> None:
        super().__init__()
        self.layerwise_attention = LayerMix(layers)
        self.estimator = Estimator(self.vectors * hidden, hidden_sizes, dropout)

    def mix(self, pooled: Tensor) -> Tensor:
        """Mix [texts, layers, hidden] to [texts, hidden]."""
        mixed: Tensor = self.layerwise_attention(pooled)
        return mixed

    def logits(self, features: Tensor) -> Tensor:
        """The estimate before its sigmoid: [n, features] to [n]."""
        before_sigmoid = self.estimator.ff[:-1]
        estimate: Tensor = before_sigmoid(features)
        return estimate.squeeze(-1)

    def calibrate(self, scale: float, offset: float) -> None:
        """Make every logit x `scale * x + offset`."""
        last: nn.Linear = self.estimator.ff[-2]  # type: ignore[assignment]
        with torch.no_grad():
            last.weight.mul_(scale)
            last.bias.mul_(scale).add_(offset)


class ReferenceHead(Head):
    """RegressionMetric (Rei et al. 2020): source, hypothesis and reference."""

    identifier = "regression_metric"
    vectors = 6

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
    vectors = 4

    def forward(self, source: Tensor, hypothesis: Tensor) -> Tensor:
        """Logits [n] for pooled vectors [n, layers, hidden]."""
        return self.estimate(self.mix(source), self.mix(hypothesis))

    def estimate(self, src: Tensor, mt: Tensor) -> Tensor:
        """Logits [n] for sentence vectors [n, hidden]."""
        return self.logits(torch.cat([mt, src, mt * src, (mt - src).abs()], 1))
