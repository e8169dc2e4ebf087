"""The two metrics that share one encoder: with and without a reference."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.encoder import TunedEncoder
from training.heads import ReferenceHead, SourceHead
from training.recipe import Recipe


class MiniModel(nn.Module):
    """One encoder, two heads."""

    def __init__(self, encoder: TunedEncoder, recipe: Recipe) -> None:
        super().__init__()
        sizes = (encoder.layers, encoder.hidden, recipe.hidden_sizes, recipe.dropout)
        self.encoder = encoder
        self.comet = ReferenceHead(*sizes)
        self.kiwi = SourceHead(*sizes)

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
