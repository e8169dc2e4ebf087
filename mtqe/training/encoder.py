"""The encoder with trainable low-rank differences, giving one pooled vector a layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoTokenizer, BertModel, PreTrainedTokenizerBase

from mtqe.metrics.e5 import assemble_encoder

TOKENS_A_CHUNK = 1500


class AdaptedLinear(nn.Module):
    """A frozen linear layer plus B A x and a bias shift (Hu et al. 2021, LoRA)."""

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.A = nn.Parameter(torch.randn(rank, frozen.in_features) / frozen.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(frozen.out_features, rank))
        self.shift = nn.Parameter(torch.zeros(frozen.out_features))

    def forward(self, x: Tensor) -> Tensor:
        """Apply to [..., in], giving [..., out]."""
        low = functional.linear(x, self.A.to(x.dtype))
        full: Tensor = self.frozen(x)
        return full + functional.linear(low, self.B.to(x.dtype), self.shift.to(x.dtype))

    def differences(self, module: str) -> dict[str, Tensor]:
        """Trained tensors under the names of the delta format."""
        return {
            f"adapter.{module}.A": self.A,
            f"adapter.{module}.B": self.B,
            f"shift.{module}.bias": self.shift,
        }


class ShiftedLayerNorm(nn.Module):
    """A frozen layer norm plus shifts of its weight and bias."""

    def __init__(self, frozen: nn.LayerNorm) -> None:
        super().__init__()
        self.frozen = frozen
        self.weight_shift = nn.Parameter(torch.zeros(frozen.normalized_shape))
        self.bias_shift = nn.Parameter(torch.zeros(frozen.normalized_shape))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [..., hidden]."""
        weight = self.frozen.weight + self.weight_shift.to(x.dtype)
        bias = self.frozen.bias + self.bias_shift.to(x.dtype)
        return functional.layer_norm(x, self.frozen.normalized_shape, weight, bias, self.frozen.eps)

    def differences(self, module: str) -> dict[str, Tensor]:
        """Trained tensors under the names of the delta format."""
        return {
            f"shift.{module}.weight": self.weight_shift,
            f"shift.{module}.bias": self.bias_shift,
        }


class AdaptedEncoder(nn.Module):
    """multilingual-e5-small in bfloat16 whose upper layers carry trainable differences."""

    def __init__(self, folder: Path, first_adapted_layer: int, rank: int) -> None:
        super().__init__()
        self.tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder)
        # "eager": the backward pass of fused attention is several times slower on the CPU in bf16.
        self.bert = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        ).bfloat16()
        self.bert.requires_grad_(False)
        for layer in self.bert.encoder.layer[first_adapted_layer:]:
            _adapt(layer, rank)

    @property
    def layers(self) -> int:
        """Vectors a text: one a layer and one for the embeddings."""
        return int(self.bert.config.num_hidden_layers) + 1

    @property
    def hidden(self) -> int:
        """Width of a vector."""
        return int(self.bert.config.hidden_size)

    def forward(self, texts: Sequence[str], max_tokens: int = 508) -> Tensor:
        """Mean token vectors of every layer: float32 [texts, layers, hidden].

        Texts are sorted by length and encoded in chunks, so that little of the work is padding.
        """
        ids = self.tokenizer(list(texts), truncation=True, max_length=max_tokens)["input_ids"]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        pooled = [self._pool([ids[i] for i in chunk]) for chunk in _chunks(order, ids)]
        return torch.cat(pooled)[torch.tensor(order).argsort()]

    def differences(self) -> dict[str, Tensor]:
        """All trained tensors under the names of the delta format."""
        found: dict[str, Tensor] = {}
        for name, module in self.bert.named_modules():
            if isinstance(module, AdaptedLinear | ShiftedLayerNorm):
                found |= module.differences(name)
        return found

    def _pool(self, ids: Sequence[list[int]]) -> Tensor:
        tokens = nn.utils.rnn.pad_sequence(
            [torch.tensor(row) for row in ids], batch_first=True, padding_value=1
        )
        mask = torch.arange(tokens.shape[1]) < torch.tensor([len(row) for row in ids])[:, None]
        states = self.bert(tokens, attention_mask=mask.long(), output_hidden_states=True)
        share = mask.float() / mask.sum(1, keepdim=True)
        means = [torch.einsum("bt,bth->bh", share, h.float()) for h in states.hidden_states]
        return torch.stack(means, 1)


def load_encoder(work: Path, first_adapted_layer: int, rank: int) -> AdaptedEncoder:
    """The encoder, assembled in the folder `work` the first time."""
    folder = work / "encoder"
    if not (folder / "model.safetensors").exists():
        folder.mkdir(parents=True, exist_ok=True)
        assemble_encoder(folder)
    return AdaptedEncoder(folder, first_adapted_layer, rank)


def _adapt(layer: nn.Module, rank: int) -> None:
    for parent in list(layer.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear):
                setattr(parent, name, AdaptedLinear(child, rank))
            elif isinstance(child, nn.LayerNorm):
                setattr(parent, name, ShiftedLayerNorm(child))


def _chunks(order: Sequence[int], ids: Sequence[list[int]]) -> Iterator[list[int]]:
    """Cut indices sorted by length where the padded chunk would exceed `TOKENS_A_CHUNK`."""
    chunk: list[int] = []
    for index in order:
        if chunk and (len(chunk) + 1) * len(ids[index]) > TOKENS_A_CHUNK:
            yield chunk
            chunk = []
        chunk.append(index)
    yield chunk
